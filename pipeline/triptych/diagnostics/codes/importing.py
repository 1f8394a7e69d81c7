"""Books of other tools."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, Code

CODES = {
    "IMP001": Code(
        severity=ERROR,
        summary="a source is no book that can be imported",
        explanation="",
        bad="",
        good="",
    ),
    "IMP002": Code(
        severity=ERROR,
        summary="a file that says how an imported book is made cannot be read",
        explanation="",
        bad="",
        good="",
    ),
    "IMP003": Code(
        severity=ERROR,
        summary="importing a book takes more than it may",
        explanation="",
        bad="",
        good="",
    ),
}
