"""Native charts with their workbook embedded: colours from the theme, numbers as published.

DrawingML charts are ECMA-376 Part 1, clause 21.2. Values are written with the decimal places of the
data, labels with those that ``Series.decimals`` asks for. Numbers and dates are shown as each program
writes them for its user.
"""

from triptych.writers.deck.drawing.charts.native import insert_chart

__all__ = ["insert_chart"]
