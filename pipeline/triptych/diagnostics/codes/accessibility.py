"""Barriers to readers with disabilities."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "ACC001": Code(
        severity=WARNING,
        summary="an image or chart has no alternative text",
        explanation="",
        bad="",
        good="",
    ),
    "ACC002": Code(
        severity=WARNING,
        summary="a heading level is skipped",
        explanation="",
        bad="",
        good="",
    ),
    "ACC003": Code(
        severity=WARNING,
        summary="a table has no head",
        explanation="",
        bad="",
        good="",
    ),
    "ACC004": Code(
        severity=WARNING,
        summary="a column of a table has no name",
        explanation="",
        bad="",
        good="",
    ),
    "ACC005": Code(
        severity=WARNING,
        summary="a text tells something by its colour alone",
        explanation="",
        bad="",
        good="",
    ),
    "ACC006": Code(
        severity=WARNING,
        summary="only a colour sets something apart",
        explanation="",
        bad="",
        good="",
    ),
    "ACC007": Code(
        severity=WARNING,
        summary="a link's text does not say where it leads",
        explanation="",
        bad="",
        good="",
    ),
    "ACC008": Code(
        severity=WARNING,
        summary="links of one text lead to different places",
        explanation="",
        bad="",
        good="",
    ),
    "ACC009": Code(
        severity=WARNING,
        summary="the book names no language",
        explanation="",
        bad="",
        good="",
    ),
    "ACC010": Code(
        severity=ERROR,
        summary="a language is not named by its tag",
        explanation="",
        bad="",
        good="",
    ),
    "ACC011": Code(
        severity=WARNING,
        summary="a passage is not in the letters of its language",
        explanation="",
        bad="",
        good="",
    ),
    "ACC012": Code(
        severity=WARNING,
        summary="an alternative text says nothing of what is shown",
        explanation="",
        bad="",
        good="",
    ),
    "ACC013": Code(
        severity=WARNING,
        summary="an alternative text is too long to be heard",
        explanation="",
        bad="",
        good="",
    ),
    "ACC014": Code(
        severity=WARNING,
        summary="a heading is empty",
        explanation="",
        bad="",
        good="",
    ),
    "ACC015": Code(
        severity=WARNING,
        summary="two sections of a chapter have the same name",
        explanation="",
        bad="",
        good="",
    ),
    "ACC016": Code(
        severity=WARNING,
        summary="conformance is declared, and there are findings against it",
        explanation="",
        bad="",
        good="",
    ),
    "ACC017": Code(
        severity=WARNING,
        summary="a pull quote says what its text does not",
        explanation="",
        bad="",
        good="",
    ),
}
