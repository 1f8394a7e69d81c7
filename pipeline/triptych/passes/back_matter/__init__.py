"""Passes that make glossary, bibliography, index and the tables behind charts.

Enters: ``Book``. Leaves: ``Book`` with their chapters.
Begin with ``chapters.py``.
"""
