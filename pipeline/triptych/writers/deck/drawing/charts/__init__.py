"""Draw native charts with embedded workbooks, in theme colours (ECMA-376 Part 1, 21.2).

Cells keep the decimal places of the data; labels are rounded to ``Series.label_decimals``. Office programs
format numbers and dates for the language of their user.
"""

from triptych.writers.deck.drawing.charts.native import insert_chart

__all__ = ["insert_chart"]
