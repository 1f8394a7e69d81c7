"""Passes over words: spaces, quotation marks, scripts, addresses, formulas in words.

Enters: ``Book``. Leaves: ``Book`` and findings.
Begin with ``spaces.py``; the order of passes is in ``passes/__init__.py``.
"""
