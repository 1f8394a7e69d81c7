"""Slides as they are seen and read: inherited looks, contrast, accessibility, words.

Enters: a package. Leaves: findings by slide.
Begin with ``inheritance.py``.
"""
