"""Passes over what has a number or an id, and what refers to it.

Enters: ``Book``. Leaves: ``Book`` with labels, and findings.
Begin with ``numbering.py``.
"""
