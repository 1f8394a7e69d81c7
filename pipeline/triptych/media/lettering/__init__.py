"""Words as outlines in our faces: which face has which character, in which order they stand, where lines end.

Enters: a text, faces, a size. Leaves: lines and the paths that draw them.
Begin with ``fitting.py``.
"""
