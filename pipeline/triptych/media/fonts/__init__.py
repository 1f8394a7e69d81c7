"""Subset fonts for embedding, find fonts for characters and scripts, and shape and measure lines of text.

Start reading with ``fonts.py``.
"""
