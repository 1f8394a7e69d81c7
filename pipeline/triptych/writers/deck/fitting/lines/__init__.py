"""How wide text is, where its lines end, and which lines go on which slide.

Enters: runs of text and a width. Leaves: lines, heights, pages.
Begin with ``line_breaking.py``.
"""
