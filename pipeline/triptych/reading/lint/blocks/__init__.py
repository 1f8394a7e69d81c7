"""Mistakes in what makes blocks: fences, lists, headings, tables, indents.

Enters: ``Draft``. Leaves: findings.
Begin with ``fences.py``.
"""
