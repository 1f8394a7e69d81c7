"""Resolve colours, inherited properties and typefaces of presentations (ECMA-376 Part 1).

The entry points are ``colours.py`` and ``inheritance.py``.
"""
