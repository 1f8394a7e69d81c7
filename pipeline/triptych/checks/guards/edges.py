"""Nothing of the book lies off its page, where it is cut away."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.pieces import Piece, chapter_pieces
from triptych.checks.wordings import letters
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Book, Chapter

_SHOWN = 60  # characters of what is cut away
_HINT = "take columns or pictures out of it, shorten its longest words, or give the book a wider page"


def beyond_the_page(book: Book, leaves: Leaves) -> Iterator[Diagnostic]:
    """LNT025 at each table or passage with words that lie beyond a page."""
    places = list(leaves.places(book))
    told: set[tuple[Span | None, tuple[str, ...]]] = set()
    for number, leaf in enumerate(leaves.leaves):
        chapter = next((chapter for chapter, numbers in places if number in numbers), None)
        if chapter is None or not leaf.beyond:
            continue
        piece = _widest(chapter, leaf)
        passage = piece and (piece.span, piece.wordings)
        if passage not in told:
            yield _finding(leaves.output, chapter, leaf, piece)
        if passage:
            told.add(passage)


def _finding(output: str, chapter: Chapter, leaf: Leaf, piece: Piece | None) -> Diagnostic:
    what = f"the {piece.kind}" if piece else "something"
    message = f"{output}: {what} is wider than the page, which cuts off “{leaf.beyond[:_SHOWN]}”"
    return Diagnostic(code="LNT025", span=piece.span if piece else chapter.span, message=message, hint=_HINT)


def _widest(chapter: Chapter, leaf: Leaf) -> Piece | None:
    """The piece of a chapter that has most of the words beyond a page and begins on it."""
    words = {letters(word) for word in leaf.beyond.split()} - {""}

    def shared(piece: Piece) -> int:
        wordings = [wording.letters for wording in piece.cells] if piece.kind == "table" else []
        text = "".join(wordings or map(letters, piece.wordings))
        there = bool(text) and any(wording and wording in leaf.letters for wording in wordings or [text[:40]])
        return sum(word in text for word in words) if there else 0

    best = max(chapter_pieces(chapter), key=shared, default=None)
    return best if best and shared(best) else None
