"""Quarto's shortcodes: those that Triptych knows stay, for the others something plain stands there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from triptych.importing.book import Piece, ReadText, Section
from triptych.importing.draft import Draft, Edit, Finding
from triptych.importing.masking import mask

_SHORTCODE = re.compile(r"\{\{<\s*([\w-]+)\s*([^\n]*?)\s*>\}\}")
_INCLUDE = re.compile(r"^[ \t]*\{\{<\s*include\s+([^\s>]+)\s*>\}\}[ \t]*$", re.MULTILINE)
_KNOWN = ("include", "pagebreak", "meta", "var")
_DEEPEST = 8


def known_shortcodes(draft: Draft) -> tuple[Draft, list[Finding]]:
    """A text with no shortcode that Triptych does not know."""
    edits, found = [], []
    for match in _SHORTCODE.finditer(mask(draft.text)):
        name, argument = match.group(1), draft.text[slice(*match.span(2))].strip("\"'")
        if name in _KNOWN:
            continue
        address = argument.split()[0] if argument else ""
        link = f"<{address}>" if re.match(r"https?://", address) else ""
        done = "a link stands there" if link else "left out"
        edits.append(Edit(match.start(), match.end(), link))
        found.append(draft.finding(match.start(), f"the shortcode {name}", done))
    return draft.edited(edits), found


def included_files(sections: list[Section], read: ReadText, found: list[Finding]) -> Iterator[Section]:
    """The texts that sections include, to be copied beside them; what is missing is reported."""
    from triptych.importing.quarto import prepared

    waiting = [piece.draft for section in sections for piece in section.pieces]
    seen = {draft.path for draft in waiting}
    while waiting:
        draft = waiting.pop(0)
        for match in _INCLUDE.finditer(draft.text):
            name = match.group(1).strip("\"'")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(draft.path), name))
            if path in seen:
                continue
            seen.add(path)
            text = read(path)
            if text is None:
                found.append(draft.finding(match.start(), f'no file "{name}" to include', "left as it is"))
                continue
            inner, _, more = prepared(Draft.of(path, text))
            found += more
            waiting.append(inner)
            yield Section(path=path, pieces=(Piece(draft=inner),), included=True)
