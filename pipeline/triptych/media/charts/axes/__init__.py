"""Axes: from values, names and dates to places on a line.

Enters: what a chart shows. Leaves: ticks and places in points.
Begin with ``scales.py``.
"""
