"""Subset fonts for embedding, find fonts for a text, and shape and measure lines of text.

Begin with ``fonts.py``.
"""
