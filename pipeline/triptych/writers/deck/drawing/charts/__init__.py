"""Draw native charts with embedded workbooks, in the colours of the theme (ECMA-376 Part 1, 21.2).

Values have the decimal places of the data, labels those of ``Series.decimals``. Programs format numbers and
dates for the language of their user.
"""

from triptych.writers.deck.drawing.charts.native import insert_chart

__all__ = ["insert_chart"]
