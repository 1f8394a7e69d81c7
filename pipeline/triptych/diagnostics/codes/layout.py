"""Page layout and files for printing services."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "PDF001": Code(
        severity=ERROR,
        summary="the PDF could not be laid out as asked",
        explanation="",
        bad="",
        good="",
    ),
    "PDF002": Code(
        severity=WARNING,
        summary="page numbers in the text do not come to rest",
        explanation="",
        bad="",
        good="",
    ),
    "PDF003": Code(
        severity=ERROR,
        summary="a section is too much for the layout engine",
        explanation="",
        bad="",
        good="",
    ),
    "PDF004": Code(
        severity=WARNING,
        summary="a table is too wide for its page, and set in smaller type than the theme allows",
        explanation="",
        bad="",
        good="",
    ),
    "PRS001": Code(
        severity=ERROR,
        summary="a printing service does not take the book as it is",
        explanation="",
        bad="",
        good="",
    ),
    "PRS002": Code(
        severity=ERROR,
        summary="something is see-through in a file that may have nothing of the kind",
        explanation="",
        bad="",
        good="",
    ),
    "PRS003": Code(
        severity=ERROR,
        summary="nothing says how wide the spine of a book is",
        explanation="",
        bad="",
        good="",
    ),
    "PRS004": Code(
        severity=NOTE,
        summary="a spine is too narrow for words",
        explanation="",
        bad="",
        good="",
    ),
    "PRS005": Code(
        severity=WARNING,
        summary="a cover has more words than room",
        explanation="",
        bad="",
        good="",
    ),
    "PRS010": Code(
        severity=WARNING,
        summary="a page is not cut or bled as a press needs it",
        explanation="",
        bad="",
        good="",
    ),
    "PRS011": Code(
        severity=WARNING,
        summary="words stand too near to where paper is cut",
        explanation="",
        bad="",
        good="",
    ),
    "PRS012": Code(
        severity=WARNING,
        summary="something is in colours that the press has not",
        explanation="",
        bad="",
        good="",
    ),
    "PRS013": Code(
        severity=WARNING,
        summary="there is more ink in one place than the paper takes",
        explanation="",
        bad="",
        good="",
    ),
    "PRS014": Code(
        severity=WARNING,
        summary="a picture has too few dots for print",
        explanation="",
        bad="",
        good="",
    ),
    "PRS015": Code(
        severity=WARNING,
        summary="a line is finer than a press holds",
        explanation="",
        bad="",
        good="",
    ),
    "PRS016": Code(
        severity=WARNING,
        summary="light type on a dark ground is too small",
        explanation="",
        bad="",
        good="",
    ),
    "PRS017": Code(
        severity=WARNING,
        summary="black type is made of several inks",
        explanation="",
        bad="",
        good="",
    ),
}
