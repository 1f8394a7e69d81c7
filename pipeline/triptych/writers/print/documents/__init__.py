"""The book as documents of XHTML, one a chapter.

Enters: ``Book``. Leaves: ``PrintDocument``.
Begin with ``document.py``.
"""
