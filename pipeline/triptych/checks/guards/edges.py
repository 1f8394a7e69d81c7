"""Everything of the book stands on its page, within the area of its text, and not over other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.pieces import FORMULAS, PICTURES, Piece, list_chapter_pieces
from triptych.checks.wordings import normalize
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.model.book import Book
from triptych.model.layout_defects import (
    OFF_PAGE,
    OFF_PLACE,
    OFF_TEXT,
    OVER_WORDS,
    SHRUNK,
    SQUEEZED,
    LayoutDefect,
    Where,
)
from triptych.project import MANIFEST

_SHOWN = 60  # characters of what strays
_BEGINNING = 40  # letters by which a piece is known to stand on a leaf
_SHORT = 3  # letters
# The worst first.
_CODES: Mapping[Where, str] = {
    OFF_PAGE: "CHK021",
    OVER_WORDS: "CHK022",
    OFF_TEXT: "LNT025",
    OFF_PLACE: "LNT025",
    SHRUNK: "MTH003",
    SQUEEZED: "PDF004",
}
_OFF = (OFF_PAGE, OFF_TEXT, OFF_PLACE)
_HINTS: Mapping[Where, str] = {
    OFF_PAGE: "shorten the longest words, remove columns or images, add the class `.landscape`, "
    "or set a wider `page-size`",
    OFF_TEXT: "shorten the longest words, or add the class `.landscape`",
    OFF_PLACE: "shorten the longest words, or make the table column wider",
    SHRUNK: "break the formula with `aligned` or `multline`, or add the class `.landscape`",
    OVER_WORDS: "shorten the longest words, or make the column of this text wider",
    SQUEEZED: "move columns to another table, shorten the longest words, or set a wider `page-size`",
}
_HINT_FOR_FIGURES = "make the image smaller, use fewer images per row, or shorten the caption"


class _StrayPlace(NamedTuple):
    """Where something strays in the book, and in which way."""

    kind: str
    span: Span | None
    wordings: tuple[str, ...]
    where: Where | None = None


def find_strays(book: Book, leaves: Leaves, memory: Memory = NO_MEMORY) -> Iterator[Diagnostic]:
    """Report CHK021, CHK022, LNT025, MTH003 and PDF004 once for each table, passage or picture."""
    places = list(leaves.places(book))
    told: set[_StrayPlace] = set()
    for number, leaf in enumerate(leaves.leaves):
        if not leaf.strays:
            continue
        holders = [(len(numbers), chapter) for chapter, numbers in places if number in numbers]
        # One that nothing leads to may be on any leaf.
        chapter = min(holders, key=lambda holder: holder[0])[1] if holders else None
        pieces = list(memory.call(list_chapter_pieces, chapter)) if chapter else []
        around = leaves.leaves[max(number - 1, 0) : number + 1]
        for stray in _select_strays(leaf.strays):
            piece = _find_piece(stray, pieces, around)
            kind = piece.kind if piece else "text" if stray.kind == "words" else stray.kind
            place = _StrayPlace(kind, piece.span if piece else None, piece.wordings if piece else ())
            # What is cut off also reaches over the edge of the text, and that over the edge of its cell.
            worse = _OFF[: _OFF.index(stray.where) + 1] if stray.where in _OFF else (stray.where,)
            if not told & {place._replace(where=where) for where in worse}:
                told.add(place._replace(where=stray.where))
                span = place.span or (chapter.span if chapter else Span(path=MANIFEST))
                yield _make_finding(leaves.output, leaf, stray, kind, span)


def _select_strays(found: Sequence[LayoutDefect]) -> Iterator[LayoutDefect]:
    """For each way of straying what tells most of it, the worst first; lines go with what is between them."""
    for where in _CODES:
        here = [stray for stray in found if stray.where == where]
        telling = [stray for stray in here if stray.kind != "line"] or here[:1]
        said = [stray.words for stray in telling]
        whole = [
            stray
            for stray in telling
            if not any(stray.words in words and len(words) > len(stray.words) for words in said)
        ]
        yield from sorted(whole, key=lambda stray: -stray.beyond)


def _make_finding(output: str, leaf: Leaf, stray: LayoutDefect, kind: str, span: Span | None) -> Diagnostic:
    kind = "figure" if kind == "panels" else kind
    is_drawn = _CODES[stray.where] == "LNT025" and kind in (*PICTURES, "picture", "caption")
    message = {
        OFF_PAGE: f"the {kind} extends {stray.beyond:.0f} pt beyond the page edge and is cut off",
        OFF_TEXT: f"the {kind} extends {stray.beyond:.0f} pt beyond the text area",
        OFF_PLACE: f"content of the {kind} extends {stray.beyond:.0f} pt beyond its column",
        SHRUNK: f"the {kind} is {stray.beyond:.0f} pt wider than the line and was scaled down to fit",
        SQUEEZED: f"the {kind} is too wide; its type is {stray.beyond:.1f} pt below the theme's minimum",
        OVER_WORDS: f"the {kind} overlaps other text by {stray.beyond:.0f} pt",
    }[stray.where]
    shown = f": “{stray.words[:_SHOWN]}”" if stray.words else ""
    where = f"{output}, page {leaf.label}" if leaf.label else output
    return Diagnostic(
        code=_CODES[stray.where],
        span=span,
        message=f"{where}: {message}{shown}",
        hint=_HINT_FOR_FIGURES if is_drawn else _HINTS[stray.where],
    )


def _find_piece(stray: LayoutDefect, pieces: Sequence[Piece], leaves: Sequence[Leaf]) -> Piece | None:
    """Return the piece that has most of a stray's words and stands on its leaf or the one before."""
    if stray.kind in ("picture", "formula"):
        wanted = normalize(stray.words)
        drawn = (piece for piece in pieces if piece.kind in (*PICTURES, *FORMULAS))
        return next((piece for piece in drawn if wanted and wanted in map(normalize, piece.wordings)), None)
    words = [word for text in stray.words.split() if (word := normalize(text))]

    def shared(piece: Piece) -> int:
        cells = [wording.letters for wording in piece.cells] if piece.kind == "table" else []
        text = "".join(cells or map(normalize, piece.wordings))
        marks = cells or [text[:_BEGINNING]]
        there = any(mark and mark in leaf.letters for leaf in leaves for mark in marks)
        # Short ones are in any text, and a cell may have nothing else.
        return sum(len(w) for w in words if (w in text if len(w) > _SHORT else w in cells)) if there else 0

    best = max(pieces, key=lambda piece: (shared(piece), piece.kind == "table"), default=None)
    return best if best and shared(best) else None
