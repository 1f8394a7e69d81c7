"""Pages: where figures, tables and notes stand.

Enters: boxes of WeasyPrint. Leaves: the same, on better pages.
Begin with ``floats.py``.
"""
