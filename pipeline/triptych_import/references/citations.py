"""Citations of sources that the book does not have are text: a project that is imported builds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from triptych.engine.cache import Cache
from triptych.engine.processes.programs import ProgramFailed
from triptych.reading.bibliography import REFERENCE, entries_of
from triptych.yaml_text import MalformedYaml
from triptych_import.book import Piece, SourceBook
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import prose

_KEY = re.compile(r"(?<![\w\\/.])@(?:\{([^{}\s]+)\}|(\w(?:[\w:.#$%&+?<>~/-]*\w)?))")
_NEAR = 5000  # characters in which a bracket closes
_LINK = re.compile(
    r"\\index\{(?:[^{}\n]|\{[^{}\n]*\})*\}"
    r"|\]\([^()\n]*\)|<[^<>\n]*>|\bhttps?://\S*|^ {0,3}\[[^\]\n]+\]:.*$|(?<!@)\{[^{}\n]*\}",
    re.MULTILINE,
)


def without_unknown(book: SourceBook, data: Callable[[str], bytes | None]) -> SourceBook:
    """A book whose citations are all of sources in its bibliography; the others are text, and reported."""
    found: list[Finding] = []
    keys: set[str] = set()
    usable = []
    for name in book.metadata.bibliography:
        content = None if name.startswith(("/", "..")) else data(posixpath.join(book.root, name))
        if content is None:
            usable.append(name)  # reported where files are copied
            continue
        try:
            keys |= {str(entry["id"]) for entry in entries_of(name, content, Cache(None))}
            usable.append(name)
        except (ProgramFailed, MalformedYaml, ValueError) as error:
            what = f"the bibliography cannot be read: {' '.join(str(error).split())[:120]}"
            found.append(Finding(path=name, what=what, done="omitted"))

    def cited(piece: Piece) -> Draft:
        return piece.draft.edited(_unknown(piece.draft, keys, found, cites=bool(keys)))

    book = book.with_drafts(cited)
    metadata = replace(book.metadata, bibliography=tuple(usable))
    return replace(book, metadata=metadata, findings=(*book.findings, *found))


def _unknown(draft: Draft, keys: set[str], found: list[Finding], *, cites: bool) -> Iterator[Edit]:
    """Backslashes before keys; a bare ``@word`` in a book without sources is text anyway.

    Where a bracket has none that is known, it stays around the keys, whose signs are Markdown's.
    """
    if "@" not in draft.text:
        return
    masked = _LINK.sub(lambda match: re.sub(r"[^\n]", "\0", match.group()), prose(draft.text))
    ends: dict[int, int] = {}
    written: set[int] = set()
    for match in _KEY.finditer(masked):
        key = match.group(1) or match.group(2)
        if key in keys or REFERENCE.match(key):
            continue
        near = max(match.start() - _NEAR, 0)
        opening = masked.rfind("[", near, match.start())
        bracket = opening > masked.rfind("]", near, match.start())
        closing = draft.text.find("]", match.end(), match.end() + _NEAR)
        link = bracket and closing >= 0 and draft.text[closing + 1 : closing + 2] in ("(", "[")
        if link:
            yield Edit(match.start(), match.start(), "\\")
        elif bracket and (end := _plain(draft.text, masked, opening, keys, ends)):
            if opening not in written:
                yield from (Edit(opening, opening, "\\"), Edit(end, end, "\\"))
                written.add(opening)
            start = match.start() - (masked[match.start() - 1] == "-")
            yield Edit(start, match.end(), key)
            found.append(
                draft.finding(match.start(), f'undefined citation key "{key}"', "kept as literal text")
            )
        elif cites or bracket:
            yield Edit(match.start(), match.start(), "\\")
            found.append(
                draft.finding(match.start(), f'undefined citation key "{key}"', "kept as literal text")
            )


def _plain(text: str, masked: str, opening: int, keys: set[str], ends: dict[int, int]) -> int:
    """Where a bracket ends that cites nothing known, 0 for any other; ``ends`` has those looked at."""
    if opening not in ends:
        end = masked.find("]", opening, opening + _NEAR)
        inside = masked[opening + 1 : max(end, 0)]
        cited = [match.group(1) or match.group(2) for match in _KEY.finditer(inside)]
        other = "\n\n" in inside or text[end + 1 : end + 2] == "{"
        known = any(key in keys or REFERENCE.match(key) for key in cited)
        ends[opening] = 0 if end < 0 or other or known else end
    return ends[opening]
