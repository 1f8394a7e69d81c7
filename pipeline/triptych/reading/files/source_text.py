"""Read Markdown files as UTF-8 text, and repair a wrong encoding or a merge conflict as well as possible."""

from __future__ import annotations

from triptych.diagnostics import Diagnostic
from triptych.encodings import explain_encoding, explain_null
from triptych.merge_conflicts import find_conflict, keep_first_version
from triptych.project import Project
from triptych.reading.outline import outline


def read_source(project: Project, path: str) -> tuple[str, list[Diagnostic]]:
    """Return the text of a file, with SEC003 at its first byte that is not UTF-8, or SEC008 at a merge
    conflict.

    Raises FileNotFoundError or ``UnsafePath``.
    """
    try:
        text = project.read_text(path)
    except UnicodeDecodeError as error:
        wrong = explain_encoding(error, path)
        return wrong.text, [wrong.finding(path)]
    nulls = explain_null(text, path)
    if nulls:
        return nulls.text, [nulls.finding(path)]
    if find_conflict(text):
        code_lines = outline(text.split("\n")).hidden
        if conflict := find_conflict(text, code_lines):
            return keep_first_version(text, code_lines), [conflict.finding(path, "SEC008")]
    return text, []
