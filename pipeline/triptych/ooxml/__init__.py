"""What Office Open XML says of presentations, for who writes them and who checks them (ECMA-376 Part 1).

Enters: elements of slides, layouts, masters and themes. Leaves: the colours that are seen, what is inherited.
Begin with ``colours.py``.
"""
