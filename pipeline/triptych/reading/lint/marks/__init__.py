"""Mistakes in marks within a line: emphasis, code, links, formulas, attributes.

Enters: ``Draft``. Leaves: findings.
Begin with ``printed_marks.py``: the table of marks that are printed where they should not be.
"""
