"""Charts as vector drawings, in the theme's colours and fonts, and their numbers as rows.

Matplotlib draws them: it is kept by a large community under a permissive licence, and writes text as
outlines, so that a chart looks the same on paper and in every reading system. What stands where is
decided here, in points: no label touches another, and each panel of several has the same scales.
"""

from triptych.media.charts.drawing import draw_chart
from triptych.media.charts.rows import data_rows

__all__ = ["data_rows", "draw_chart"]
