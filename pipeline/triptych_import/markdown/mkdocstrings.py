"""References that mkdocstrings makes of a program's sources while a site is built: ``::: package.name``."""

from __future__ import annotations

import re

from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import Kind, scan

_REFERENCE = re.compile(r"^[ \t]*:::[ \t]+([A-Za-z_]\w*(?:\.\w+)+)[ \t]*$")


def without_references(draft: Draft) -> tuple[Draft, list[Finding]]:
    """A text without the lines that ask for one, and the options that are indented below them."""
    lines = scan(draft.text)
    edits, found = [], []
    for index, line in enumerate(lines):
        match = _REFERENCE.match(line.text) if line.kind is Kind.TEXT else None
        if match is None:
            continue
        last = index
        while last + 1 < len(lines) and lines[last + 1].text.startswith(("    ", "\t")):
            last += 1
        edits.append(Edit(line.start, lines[last].end, ""))
        what = f"mkdocstrings generates the reference of {match.group(1)} from code"
        found.append(draft.finding(line.start, what, "omitted"))
    return draft.edited(edits), found
