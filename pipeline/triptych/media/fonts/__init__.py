"""Subset fonts, find fonts for characters and scripts, and shape and measure lines of text.

The entry point is ``fonts.py``.
"""
