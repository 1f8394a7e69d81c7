"""The manifest and the theme."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "MAN001": Code(
        severity=ERROR,
        summary="the manifest has an unknown key",
        explanation="",
        bad="",
        good="",
    ),
    "MAN002": Code(
        severity=ERROR,
        summary="a manifest value has the wrong form",
        explanation="",
        bad="",
        good="",
    ),
    "MAN003": Code(
        severity=ERROR,
        summary="the manifest is missing",
        explanation="",
        bad="",
        good="",
    ),
    "MAN004": Code(
        severity=ERROR,
        summary="the manifest is not valid YAML",
        explanation="",
        bad="",
        good="",
    ),
    "MAN005": Code(
        severity=ERROR,
        summary="a required manifest key is missing",
        explanation="",
        bad="",
        good="",
    ),
    "MAN006": Code(
        severity=ERROR,
        summary="a date is not a calendar date",
        explanation="",
        bad="",
        good="",
    ),
    "MAN007": Code(
        severity=ERROR,
        summary="a profile or a talk is not in the manifest",
        explanation="",
        bad="",
        good="",
    ),
    "MAN008": Code(
        severity=ERROR,
        summary="the manifest asks for no output",
        explanation="",
        bad="",
        good="",
    ),
    "MAN010": Code(
        severity=WARNING,
        summary="several authors stand in one name",
        explanation="",
        bad="",
        good="",
    ),
    "MAN011": Code(
        severity=ERROR,
        summary="a talk names a chapter or a slide that the book has not, or a slide twice",
        explanation="",
        bad="",
        good="",
    ),
    "MAN012": Code(
        severity=ERROR,
        summary="a book that is not trusted raises limits",
        explanation="",
        bad="",
        good="",
    ),
    "THM001": Code(
        severity=ERROR,
        summary="a theme is described wrongly",
        explanation="",
        bad="",
        good="",
    ),
    "THM002": Code(
        severity=WARNING,
        summary="colours of a theme are hard to tell apart",
        explanation="",
        bad="",
        good="",
    ),
    "THM003": Code(
        severity=WARNING,
        summary="something of the theme cannot be seen where it would be",
        explanation="",
        bad="",
        good="",
    ),
}
