"""The PowerPoint file that a deck is built on: layouts, roles, placeholders, colours.

Enters: a ``.potx`` or our own design. Leaves: ``Template``, matched and measured.
Begin with ``opening.py``.
"""
