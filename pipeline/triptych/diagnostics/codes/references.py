"""Ids, references, citations, the glossary and the index."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "IDS001": Code(
        severity=ERROR,
        summary="an id is defined twice",
        explanation="",
        bad="",
        good="",
    ),
    "REF001": Code(
        severity=ERROR,
        summary="a reference has no target",
        explanation="",
        bad="",
        good="",
    ),
    "REF002": Code(
        severity=ERROR,
        summary="a link has no target",
        explanation="",
        bad="",
        good="",
    ),
    "CIT001": Code(
        severity=ERROR,
        summary="a citation is not in the bibliography",
        explanation="",
        bad="",
        good="",
    ),
    "CIT002": Code(
        severity=ERROR,
        summary="the bibliography cannot be read",
        explanation="",
        bad="",
        good="",
    ),
    "CIT003": Code(
        severity=ERROR,
        summary="a citation style depends on one that is not in the project",
        explanation="",
        bad="",
        good="",
    ),
    "CIT004": Code(
        severity=WARNING,
        summary="a key of the bibliography is defined twice",
        explanation="",
        bad="",
        good="",
    ),
    "CIT005": Code(
        severity=WARNING,
        summary="an entry of the bibliography has a misspelt field, or several authors in one name",
        explanation="",
        bad="",
        good="",
    ),
    "GLO001": Code(
        severity=ERROR,
        summary="a term is not in the glossary",
        explanation="",
        bad="",
        good="",
    ),
    "GLO002": Code(
        severity=ERROR,
        summary="the glossary cannot be read",
        explanation="",
        bad="",
        good="",
    ),
    "IDX001": Code(
        severity=ERROR,
        summary="the index sends readers to an entry that it does not have",
        explanation="",
        bad="",
        good="",
    ),
    "IDX002": Code(
        severity=ERROR,
        summary="a passage of the index has one end only",
        explanation="",
        bad="",
        good="",
    ),
    "IDX003": Code(
        severity=ERROR,
        summary="an index mark names no entry",
        explanation="",
        bad="",
        good="",
    ),
}
