"""Ids of a whole book: what can be linked to, what it is called, and which headings need a name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import PurePosixPath

from triptych.model.book import REFERABLE
from triptych.passes.numbering import automatic_id
from triptych_import.book import Piece, Section
from triptych_import.draft import Edit, Finding
from triptych_import.markdown.headings import Heading, github_slug, headings
from triptych_import.markdown.masking import Kind, Line, prose, scan
from triptych_import.references.brackets import Use, matched, uses

_HTML_ID = re.compile(r"<[A-Za-z][\w-]*+[^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)")
_ATTRIBUTE_ID = re.compile(r"\{(?=[^{}\n]*+\})[^{}\n]*?#([^\s{}#]++)")
# An id without its kind gets no number.
_KIND = re.compile(f"((?:(?:{'|'.join(REFERABLE)})-)?)(.*)", re.DOTALL)
_ATX = re.compile(r"[> \t]*#{1,6}[ \t]")


@dataclass(slots=True)
class Scanned:
    """A piece with what was found in it; ``ids`` are places of written ids, ``brackets`` those that belong
    together, the closing ones first, ``uses`` those of labels, ``edits`` what to change.
    """

    piece: Piece
    section: Section
    lines: list[Line]
    masked: str
    headings: list[Heading]
    ids: list[tuple[int, int, str]]
    brackets: dict[int, int]
    uses: dict[str, list[Use]]
    names: dict[str, Heading | str] = field(default_factory=dict)
    given: dict[int, str] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The piece's text."""
        return self.piece.draft.text

    @property
    def first(self) -> bool:
        """Whether the section file begins with this piece."""
        return self.section.pieces[0] is self.piece


def scan_piece(section: Section, piece: Piece) -> Scanned:
    """Find the headings and the written ids of a piece."""
    text = piece.draft.text
    lines = scan(text)
    masked = prose(text, lines)
    brackets = matched(masked)
    return Scanned(
        piece,
        section,
        lines,
        masked,
        headings(text, lines),
        list(_ids(text, masked, lines)),
        brackets,
        uses(text, masked, brackets),
    )


def _ids(text: str, masked: str, lines: Sequence[Line]) -> Iterator[tuple[int, int, str]]:
    for pattern in (_HTML_ID, _ATTRIBUTE_ID):
        for match in pattern.finditer(masked):
            if pattern is _HTML_ID or not _is_argument(masked, match):
                yield *match.span(1), match.group(1)
    for line in lines:
        fence = _ATTRIBUTE_ID.search(text, line.start, line.end) if line.kind is Kind.OPENING else None
        if fence:
            yield fence.start(1), fence.end(1), fence.group(1)


def _is_argument(masked: str, match: re.Match[str]) -> bool:
    """Whether what looks like an id is an argument in the definition of a macro, as in ``\\frac{#1}{#2}``."""
    if not match.group(1)[0].isdigit():
        return False
    line = masked.rfind("\n", 0, match.start()) + 1
    return masked[match.start() - 1 : match.start()] != "]" and not _ATX.match(masked, line)


class Anchors:
    """Names of the whole book. An id that stands twice is renamed where it stands the second time."""

    def __init__(self, scanned: Sequence[Scanned]) -> None:
        self.findings: list[Finding] = []
        self._taken: dict[str, Scanned] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        for item in scanned:
            self._read(item)
        self.everywhere: dict[str, list[Scanned]] = {}
        for item in scanned:
            for name in item.names:
                self.everywhere.setdefault(name, []).append(item)

    def _read(self, item: Scanned) -> None:
        by_place = [(h.attributes[0], h) for h in item.headings if h.attributes and h.id]
        places = [place for place, _ in by_place]
        for start, end, name in sorted(item.ids):
            place, heading = by_place[bisect_left(places, start) - 1] if by_place else (0, None)
            if heading is not None and not (place < start <= place + 200 and heading.id == name):
                heading = None
            unique = name
            if name in self._taken:
                unique = self._free(name, item)
                item.edits.append(Edit(start, end, unique))
                what = f'the id "{name}" is defined twice in the book'
                self.findings.append(item.piece.draft.finding(start, what, f'renamed to "{unique}"'))
            self._taken[unique] = item
            item.names.setdefault(name, unique)
            if heading is not None:
                item.given[heading.start] = unique
        for make in (github_slug, automatic_id):
            used: dict[str, int] = {}
            for heading in item.headings:
                slug = make(heading.plain) or "section"
                number = used[slug] = used.get(slug, -1) + 1
                item.names.setdefault(f"{slug}-{number}" if number else slug, heading)

    def _free(self, wanted: str, item: Scanned) -> str:
        stem = PurePosixPath(item.piece.path).stem
        other = _KIND.sub(rf"\g<1>{stem}--\g<2>", wanted, count=1)
        numbers = self._numbers.setdefault(other, count(2))
        tries = chain((wanted, other), (f"{other}-{number}" for number in numbers))
        return next(name for name in tries if name not in self._taken)

    def of_heading(self, item: Scanned, heading: Heading) -> str:
        """The id of a heading, made now where it has none; a nested file's first is named after the file."""
        if heading.start not in item.given:
            slug = re.sub(r"-{2,}", "-", github_slug(heading.plain)).strip("-_")
            name = slug if slug[:1].isalpha() else f"sec-{slug or 'section'}"
            if not item.first and heading is item.headings[0]:
                name = "sec-" + (github_slug(PurePosixPath(item.piece.path).stem) or "file")
            name = self._free(name, item)
            self._taken[name] = item
            item.given[heading.start] = name
        return item.given[heading.start]

    def named(self, item: Scanned, name: str) -> str | None:
        """The id in the book of what a file calls by a name, or None."""
        name = name.removeprefix("user-content-")  # what GitHub puts before ids that are written
        spellings = (name, re.sub(r"-+", "-", name).strip("-"), name.lower())
        target = next((item.names[spelling] for spelling in spellings if spelling in item.names), None)
        return self.of_heading(item, target) if isinstance(target, Heading) else target

    def anywhere(self, name: str) -> tuple[Scanned, str] | None:
        """What a name means if only one file of the book has it, or only one has it as a written id."""
        items = self.everywhere.get(name, [])
        written = [item for item in items if isinstance(item.names[name], str)]
        items = written if len(written) == 1 else items
        if len(items) != 1:
            return None
        identifier = self.named(items[0], name)
        return (items[0], identifier) if identifier else None
