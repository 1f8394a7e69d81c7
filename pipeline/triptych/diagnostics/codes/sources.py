"""Section files, included files, templates and expressions."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "SEC001": Code(
        severity=ERROR,
        summary="a section file is missing",
        explanation="",
        bad="",
        good="",
    ),
    "SEC002": Code(
        severity=ERROR,
        summary="front matter is broken",
        explanation="",
        bad="",
        good="",
    ),
    "SEC003": Code(
        severity=ERROR,
        summary="a source file cannot be read as UTF-8 text",
        explanation="",
        bad="",
        good="",
    ),
    "SEC004": Code(
        severity=ERROR,
        summary="pandoc cannot read a section",
        explanation="",
        bad="",
        good="",
    ),
    "SEC005": Code(
        severity=ERROR,
        summary="a path leaves the project",
        explanation="",
        bad="",
        good="",
    ),
    "SEC006": Code(
        severity=WARNING,
        summary="a construct is not supported and was left out",
        explanation="",
        bad="",
        good="",
    ),
    "SEC007": Code(
        severity=WARNING,
        summary="a section is listed twice",
        explanation="",
        bad="",
        good="",
    ),
    "INC001": Code(
        severity=ERROR,
        summary="a file to include is missing, includes itself or too much",
        explanation="",
        bad="",
        good="",
    ),
    "INC002": Code(
        severity=ERROR,
        summary="a shortcode asks for what is not there",
        explanation="",
        bad="",
        good="",
    ),
    "TPL001": Code(
        severity=ERROR,
        summary="an expression in prose fails",
        explanation="",
        bad="",
        good="",
    ),
    "TPL002": Code(
        severity=ERROR,
        summary="a template of the project fails",
        explanation="",
        bad="",
        good="",
    ),
    "TPL003": Code(
        severity=WARNING,
        summary="a file among the project's templates is not taken",
        explanation="",
        bad="",
        good="",
    ),
}
