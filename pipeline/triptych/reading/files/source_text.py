"""Markdown files as text: UTF-8, or what is probably meant where one is in another encoding."""

from __future__ import annotations

from triptych.diagnostics import Diagnostic
from triptych.encodings import explain_encoding, explain_null
from triptych.project import Project


def read_source(project: Project, path: str) -> tuple[str, list[Diagnostic]]:
    """Return the text of a file, and SEC003 at its first wrong byte where it is not UTF-8.

    Raises FileNotFoundError or ``UnsafePath``.
    """
    try:
        text = project.read_text(path)
    except UnicodeDecodeError as error:
        wrong = explain_encoding(error, path)
        return wrong.text, [wrong.finding(path)]
    nulls = explain_null(text, path)
    return (nulls.text, [nulls.finding(path)]) if nulls else (text, [])
