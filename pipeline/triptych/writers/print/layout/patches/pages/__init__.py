"""Pages: where figures, tables and notes stand.

Enters: boxes of WeasyPrint. Leaves: the same, on better pages.
Begin with ``make_up.py``, where all of a page is known.
"""
