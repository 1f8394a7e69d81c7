"""Data files and charts."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "DAT001": Code(
        severity=ERROR,
        summary="a data file has no such column",
        explanation="",
        bad="",
        good="",
    ),
    "DAT002": Code(
        severity=ERROR,
        summary="a data file is missing or unreadable",
        explanation="",
        bad="",
        good="",
    ),
    "DAT003": Code(
        severity=ERROR,
        summary="a data file has no such value, or one that is no number or date",
        explanation="",
        bad="",
        good="",
    ),
    "DAT004": Code(
        severity=NOTE,
        rule="guessed-data-format",
        summary="a data file is read as its rows suggest",
        explanation="",
        bad="",
        good="",
    ),
    "DAT005": Code(
        severity=ERROR,
        summary="it cannot be told how the cells of a data file are separated",
        explanation="",
        bad="",
        good="",
    ),
    "DAT006": Code(
        severity=ERROR,
        summary="a data value can be read as two numbers",
        explanation="",
        bad="",
        good="",
    ),
    "CHT001": Code(
        severity=ERROR,
        summary="a chart is described wrongly",
        explanation="",
        bad="",
        good="",
    ),
    "CHT002": Code(
        severity=WARNING,
        summary="the percentages of a pie do not make 100",
        explanation="",
        bad="",
        good="",
    ),
    "CHT003": Code(
        severity=WARNING,
        summary="a plot has more lines or areas than can be told apart",
        explanation="",
        bad="",
        good="",
    ),
    "CHT004": Code(
        severity=WARNING,
        summary="the words of a chart leave its plot less than a third of the slide",
        explanation="",
        bad="",
        good="",
    ),
    "CHT006": Code(
        severity=WARNING,
        summary="a colour is given to what no chart shows",
        explanation="",
        bad="",
        good="",
    ),
    "CHT007": Code(
        severity=WARNING,
        rule="isolated-point",
        summary="a point of a line chart is not connected to another",
        explanation="",
        bad="",
        good="",
    ),
    "CHT008": Code(
        severity=WARNING,
        rule="suspicious-data",
        summary="the data of a chart have a total among its parts, or a misspelt year",
        explanation="",
        bad="",
        good="",
    ),
}
