"""Mistakes in marks within a line: emphasis, code, links, formulas, attributes.

Enters: ``Draft``. Leaves: findings, a rule a module.
Begin with ``links.py``.
"""
