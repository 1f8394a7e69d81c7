"""What is seen of a chart: marks, names, gridlines, remarks.

Enters: ``Plan`` and a canvas. Leaves: shapes and text on it.
Begin with ``marks.py``.
"""
