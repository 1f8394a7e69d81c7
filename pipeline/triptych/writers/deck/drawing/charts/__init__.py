"""Draw native charts with embedded workbooks, in theme colours (ECMA-376 Part 1, 21.2).

Values have the decimal places of the data, and labels have ``Series.label_decimals`` decimal places. Office
programs format numbers and dates in their user's language.
"""

from triptych.writers.deck.drawing.charts.native import insert_chart

__all__ = ["insert_chart"]
