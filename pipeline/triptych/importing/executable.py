"""Code that Quarto and R Markdown run: nothing runs here, so it becomes code to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from triptych.importing.book import Section
from triptych.importing.draft import Draft, Edit, Finding
from triptych.importing.masking import Kind, mask, scan

_CHUNK = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{[ \t]*([A-Za-z][\w+-]*)([^}]*)\}[ \t]*$")
_OPTION = re.compile(r"^[ \t]*(?:#|//|%%)\|")
_INVISIBLE = re.compile(r"\binclude\s*[=:]\s*(?:FALSE|F|false)\b")
_LABEL = re.compile(r"^[ \t]*(?:#|//|%%)\|\s*label:\s*(\S+)", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`\{?(?:r|python|julia)\}?[ \t]+[^`\n]+`(?!`)")
_REFERENCE = re.compile(r"(?<![\w\\])@((?:fig|tbl|eq|lst|sec)-[\w:.-]*\w)")
_ID = re.compile(r"(?:\{[^{}\n]*?#|\bid=[\"'])([A-Za-z][\w:.-]*)")


def still_code(draft: Draft) -> tuple[Draft, list[Finding]]:
    """Chunks become plain code blocks of their language; those that show nothing are left out."""
    edits, found = [], []
    lines = scan(draft.text)
    index = 0
    while index < len(lines):
        line = lines[index]
        match = _CHUNK.match(line.text) if line.kind is Kind.OPENING else None
        index += 1
        if match is None:
            continue
        first = index
        while index < len(lines) and lines[index].kind is Kind.CODE:
            index += 1
        options = [item for item in lines[first:index] if _OPTION.match(item.text)]
        language = match.group(3).lower()
        said = match.group(4) + "\n" + "\n".join(item.text for item in options)
        if _INVISIBLE.search(said):
            end = lines[index].end if index < len(lines) else len(draft.text)
            edits.append(Edit(line.start, end, ""))
            found.append(draft.finding(line.start, f"{language} code that is run and not shown", "left out"))
            continue
        start = line.start + len(line.quote)
        edits.append(Edit(start, line.end, f"{match.group(1)}{match.group(2)}{language}"))
        edits += [Edit(item.start, item.end + 1, "") for item in options]
        what = f"{language} code that is run"
        found.append(draft.finding(line.start, what, "stands as code, without what it makes"))
    for match in _INLINE.finditer(draft.text):
        place = next((item for item in lines if item.start <= match.start() <= item.end), None)
        if place is not None and place.prose:
            found.append(
                draft.finding(match.start(), f"the value of {match.group()}", "its code stands there")
            )
    return draft.edited(edits), found


def undefined_references(sections: Iterable[Section]) -> tuple[list[Section], list[Finding]]:
    """References to what code would have made are text: nothing of that name is in the book."""
    sections = list(sections)
    known = {
        match.group(1)
        for section in sections
        for piece in section.pieces
        for match in _ID.finditer(piece.draft.text)
    } | {str(section.head.get("id", "")) for section in sections}
    out, found = [], []
    for section in sections:
        pieces = []
        for piece in section.pieces:
            edits = []
            for match in _REFERENCE.finditer(mask(piece.draft.text)):
                if match.group(1) not in known:
                    edits.append(Edit(match.start(), match.start(), "\\"))
                    what = f"nothing in the book is called {match.group()}"
                    found.append(piece.draft.finding(match.start(), what, "it stands as text"))
            pieces.append(replace(piece, draft=piece.draft.edited(edits)))
        out.append(replace(section, pieces=tuple(pieces)))
    return out, found
