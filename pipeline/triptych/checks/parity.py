"""The parity report: what became of each block in each output. Nothing is lost silently.

It is made from the finished files alone: a block counts as rendered where its words are shown, as moved
where they are spoken, and as left out where they are neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triptych.checks.texts import FileText, letters
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import children, plain_text, rewrite_all, walk_all

_DRAWN = ("chart", "figure", "image", "description", "equation", "formula")  # known by alternative texts
_PLACE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: a drawing stands here in the line
_GROUP = 3  # words that are looked for together: a footnote or a page's end may stand between any two
_TOLERATED = 12  # one group in so many may be cut by such an end


class Fate(StrEnum):
    """What became of a block in an output."""

    RENDERED = "rendered"
    MOVED = "moved"  # into the speaker's notes
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One block: its kind, place and first words, its fate by output, and the author's word about it."""

    kind: str
    span: Span | None
    words: str
    fates: Mapping[str, Fate]
    wish: str = ""

    def to_json(self) -> dict[str, Any]:
        """A flat JSON object."""
        place = str(self.span) if self.span else None
        return {"kind": self.kind, "place": place, "words": self.words, "wish": self.wish, **self.fates}


def parity(book: Book, files: Mapping[str, FileText]) -> list[Row]:
    """All blocks of a book in order, with what became of each in each file."""
    rows: list[Row] = []
    for chapter in book.chapters:
        for block in chapter.blocks:
            rows += _rows(block, files, wish="")
    return rows


def lost(rows: list[Row]) -> list[Diagnostic]:
    """PAR001 for each block that an output leaves out without the author's word."""
    found = []
    for row in rows:
        outputs = [name for name, fate in row.fates.items() if fate is Fate.LEFT_OUT]
        if outputs and not row.wish:
            message = f'the {row.kind} "{row.words}" is in none of: {", ".join(outputs)}'
            found.append(Diagnostic(code="PAR001", span=row.span, message=message))
    return found


def _rows(node: Any, files: Mapping[str, FileText], wish: str) -> Iterator[Row]:
    wish = wish or _wish(node)
    for kind, *said in _said(node):
        if wordings := [wording for wording in said if letters(wording)]:
            fates = {name: _fate(kind, wordings, file) for name, file in files.items()}
            words = " ".join(wordings[0].replace(_PLACE, "…").split())
            short = words if len(words) <= 60 else words[:57].rsplit(" ", 1)[0] + " …"
            yield Row(kind=kind, span=getattr(node, "span", None), words=short, fates=fates, wish=wish)
    if not isinstance(node, nodes.Paragraph | nodes.Heading | nodes.Figure | nodes.Chart):
        for child in children(node):
            if isinstance(child, nodes.Block | nodes.ListItem | nodes.Row | nodes.Cell | nodes.Definition):
                yield from _rows(child, files, wish)


def _said(node: Any) -> Iterator[tuple[str, ...]]:
    """What a node itself says, without the blocks in it: its kind, its words and other words for it."""
    match node:
        case nodes.Paragraph() | nodes.Heading():
            yield type(node).__name__.lower(), plain_text(rewrite_all(node.content, _without_drawings))
            yield from _drawings(node.content)
        case nodes.CodeBlock():
            yield "code", node.text
        case nodes.Verse():
            yield "verse", " ".join(plain_text(line) for line in node.lines)
        case nodes.Equation():
            yield _formula("equation", node)
        case nodes.Chart():
            yield "chart", node.alt or plain_text(node.caption)
            yield "description", plain_text(node.description)
        case nodes.Figure():
            yield "figure", " ".join(image.alt for image in node.images) or plain_text(node.caption)
            yield "description", plain_text(node.description)
        case nodes.Definition():
            yield "term", plain_text(node.term)


def _without_drawings(node: Any) -> Any:
    return nodes.Text(text=_PLACE) if isinstance(node, nodes.Image | nodes.Math) else node


def _drawings(content: tuple[nodes.Inline, ...]) -> Iterator[tuple[str, ...]]:
    """What is drawn amid a line of text."""
    for node in walk_all(content):
        match node:
            case nodes.Image():
                yield "image", node.alt
            case nodes.Math():
                yield _formula("formula", node)


def _formula(kind: str, node: nodes.Math | nodes.Equation) -> tuple[str, ...]:
    """A formula by its spoken words; notes and texts that are not drawn have its TeX."""
    return (kind, node.spoken, node.tex) if node.spoken else (kind, node.tex)


def _wish(node: Any) -> str:
    """The author's word that a block is not for every output, as it stands in the source."""
    if isinstance(node, nodes.Slide | nodes.SpeakerNotes):
        return "for the deck only"
    attr = getattr(node, "attr", nodes.NO_ATTR)
    named = [
        name
        for name in ("book-only", "slide-only", "no-slide", "content-hidden", "content-visible")
        if attr.has(name)
    ]
    named += [f"{key}={value}" for key, value in attr.pairs if key.startswith(("when-", "unless-"))]
    return ", ".join(named)


def _fate(kind: str, wordings: list[str], file: FileText) -> Fate:
    drawn = kind in _DRAWN and any(letters(words) in file.alternatives for words in wordings)
    if drawn or any(_is_in(words, file.shown) for words in wordings):
        return Fate.RENDERED
    if any(_is_in(words, file.spoken) for words in wordings):
        return Fate.MOVED
    return Fate.LEFT_OUT


def _is_in(words: str, text: str) -> bool:
    """Whether a text holds the words, between any drawings among them."""
    pieces = [piece for piece in words.split(_PLACE) if letters(piece)]
    return bool(pieces) and all(_piece_is_in(piece, text) for piece in pieces)


def _piece_is_in(words: str, text: str) -> bool:
    """Whether a text holds the words in their order, but for where notes and pages cut them."""
    if not text:
        return False
    if (whole := letters(words)) in text:
        return True
    parts = words.split()
    groups = [letters("".join(parts[i : i + _GROUP])) for i in range(0, len(parts), _GROUP)]
    groups = [group for group in groups if group]
    missing = sum(group not in text for group in groups)
    return bool(whole) and len(groups) > 2 and missing <= 1 + len(groups) // _TOLERATED
