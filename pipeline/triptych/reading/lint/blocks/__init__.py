"""Mistakes in what makes blocks: fences, lists, headings, tables, indents.

Enters: ``Draft``. Leaves: findings, a rule a module.
Begin with ``divs.py``.
"""
