"""Draw native charts with embedded workbooks, in theme colours (ECMA-376 Part 1, 21.2).

Values have the decimal places of the data, labels those of ``Series.label_decimals``. Office programs format
numbers and dates for their user's language.
"""

from triptych.writers.deck.drawing.charts.native import insert_chart

__all__ = ["insert_chart"]
