"""Bundled fonts: subsets, the characters they have, what their glyphs stand for.

Enters: texts and faces. Leaves: font files cut to them.
Begin with ``fonts.py``.
"""
