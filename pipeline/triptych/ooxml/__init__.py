"""Resolve colours, inherited properties and typefaces of Office Open XML presentations (ECMA-376 Part 1).

Begin with ``colours.py`` and ``inheritance.py``.
"""
