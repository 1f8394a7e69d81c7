"""Charts as vector drawings, in the theme's colours and fonts, and their numbers as rows.

What stands where is decided here, in points: no label touches another, and each panel of several has the
same scales.
"""

from triptych.media.charts.drawing import draw_chart, draw_narrow
from triptych.media.charts.rows import data_rows

__all__ = ["data_rows", "draw_chart", "draw_narrow"]
