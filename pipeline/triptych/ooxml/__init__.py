"""Read Office Open XML presentations, for the deck writer and its checks (ECMA-376 Part 1).

Enters: elements of slides, layouts, masters and themes. Leaves: visible colours, inherited properties,
typefaces. Begin with ``colours.py`` and ``inheritance.py``.
"""
