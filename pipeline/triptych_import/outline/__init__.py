"""Which chapters a book has, and in which order: lists of contents, names of files, headings.

Enters: lists and texts. Leaves: entries, and sections made of them.
Begin with ``summary.py``.
"""
