"""Catalogues of titles and records for bookshops."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "CAT001": Code(
        severity=ERROR,
        summary="a list of titles cannot be read",
        explanation="",
        bad="",
        good="",
    ),
    "CAT002": Code(
        severity=ERROR,
        summary="a list of titles names none, or one that is not there",
        explanation="",
        bad="",
        good="",
    ),
    "CAT003": Code(
        severity=ERROR,
        summary="two titles of a list have one name",
        explanation="",
        bad="",
        good="",
    ),
    "CAT004": Code(
        severity=ERROR,
        summary="a file of readers has the wrong form",
        explanation="",
        bad="",
        good="",
    ),
    "CAT005": Code(
        severity=ERROR,
        summary="a title took more than it may, or its process ended",
        explanation="",
        bad="",
        good="",
    ),
    "CAT006": Code(
        severity=ERROR,
        summary="a file of a title cannot be read",
        explanation="",
        bad="",
        good="",
    ),
    "CAT007": Code(
        severity=WARNING,
        summary="a title shows numbers of others as they were before",
        explanation="",
        bad="",
        good="",
    ),
    "CAT008": Code(
        severity=ERROR,
        summary="a folder that titles share is not there",
        explanation="",
        bad="",
        good="",
    ),
    "ONX001": Code(
        severity=NOTE,
        rule="missing-onix-metadata",
        summary="the manifest does not say what shops ask for",
        explanation="",
        bad="",
        good="",
    ),
    "ONX002": Code(
        severity=ERROR,
        summary="a record for shops has nothing that shops sell",
        explanation="",
        bad="",
        good="",
    ),
}
