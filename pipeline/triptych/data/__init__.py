"""Data files: text with separators → columns, numbers and dates.

Enters: the bytes of a CSV or text file. Leaves: ``DataFile``.
Begin with ``columns.py``; ``folder.py`` opens files.
"""
