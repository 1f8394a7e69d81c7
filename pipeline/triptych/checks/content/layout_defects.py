"""Report content that overflows the page or the text area, overlaps other text, or was scaled down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from triptych.checks.content.file_pages import FilePage, FilePages
from triptych.checks.pieces import FORMULA_KINDS, PICTURE_KINDS, Piece, list_chapter_pieces
from triptych.checks.wordings import normalise_text
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
from triptych.model.nodes import Chart
from triptych.project import MANIFEST

_QUOTE_LENGTH = 60  # characters
_BEGINNING_LENGTH = 40  # number of characters by which a piece is found on a page
_SHORT_WORD_LENGTH = 3  # characters; words up to this length occur in any text
# In order of severity.
_CODES: Mapping[Where, str] = {
    OFF_PAGE: "CHK021",
    OVER_WORDS: "CHK022",
    OFF_TEXT: "LNT025",
    OFF_PLACE: "LNT025",
    SHRUNK: "MTH003",
    SQUEEZED: "PDF004",
}
_OVERFLOWS = (OFF_PAGE, OFF_TEXT, OFF_PLACE)
_HINTS: Mapping[Where, str] = {
    OFF_PAGE: "shorten the longest words, remove columns or images, add the class `.landscape`, "
    "or set a wider `page-size`",
    OFF_TEXT: "shorten the longest words, or add the class `.landscape`",
    OFF_PLACE: "shorten the longest words, or make the table column wider",
    SHRUNK: "break the formula with `aligned` or `multline`, or add the class `.landscape`",
    OVER_WORDS: "shorten the longest words, or make the column of this text wider",
    SQUEEZED: "move columns to another table, shorten the longest words, or set a wider `page-size`",
}
_FIGURE_HINT = "make the image smaller, use fewer images per row, or shorten the caption"


class _DefectiveBlock(NamedTuple):
    """A block with the type of its layout defect, so that each type is reported once per block."""

    kind: str
    span: Span | None
    wordings: tuple[str, ...]
    position: Where | None = None


def report_layout_defects(book: Book, file: FilePages, memory: Memory = NO_MEMORY) -> Iterator[Diagnostic]:
    """Report layout defects (CHK021, CHK022, LNT025, MTH003 and PDF004), each type once per block."""
    ranges = list(file.iter_page_ranges(book))
    reported: set[_DefectiveBlock] = set()
    for number, leaf in enumerate(file.pages):
        if not leaf.defects:
            continue
        candidates = [(len(numbers), chapter) for chapter, numbers in ranges if number in numbers]
        # A chapter without an anchor may be on any page.
        chapter = min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None
        pieces = list(memory.call(list_chapter_pieces, chapter)) if chapter else []
        nearby_pages = file.pages[max(number - 1, 0) : number + 1]
        for defect in _iter_reported_defects(leaf.defects):
            piece = _find_piece(defect, pieces, nearby_pages)
            kind = piece.kind if piece else "text" if defect.kind == "words" else defect.kind
            block = _DefectiveBlock(kind, piece.span if piece else None, piece.wordings if piece else ())
            # Content beyond the page edge is also beyond the text area and beyond its column.
            position = defect.position
            worse = _OVERFLOWS[: _OVERFLOWS.index(position) + 1] if position in _OVERFLOWS else (position,)
            if not reported & {block._replace(position=overflow) for overflow in worse}:
                reported.add(block._replace(position=position))
                span = block.span or (chapter.span if chapter else Span(path=MANIFEST))
                yield _make_finding(file.output, leaf, defect, kind, span)


def _iter_reported_defects(defects: Sequence[LayoutDefect]) -> Iterator[LayoutDefect]:
    """Yield the defects to report, in order of severity.

    A defect is omitted if its text is part of another defect's text. A drawn line is included only if all
    defects with the same ``position`` are drawn lines, and then only the first.
    """
    for position in _CODES:
        position_defects = [defect for defect in defects if defect.position == position]
        selected = [defect for defect in position_defects if defect.kind != "line"] or position_defects[:1]
        texts = [defect.words for defect in selected]
        remaining = [
            defect
            for defect in selected
            if not any(defect.words in text and len(text) > len(defect.words) for text in texts)
        ]
        yield from sorted(remaining, key=lambda defect: -defect.overflow)


def _make_finding(
    output: str, page: FilePage, defect: LayoutDefect, kind: str, span: Span | None
) -> Diagnostic:
    kind = "figure" if kind == "panels" else kind
    is_drawn = _CODES[defect.position] == "LNT025" and kind in (*PICTURE_KINDS, "picture", "caption")
    message = {
        OFF_PAGE: f"the {kind} extends {defect.overflow:.0f} pt beyond the page edge and is cut off",
        OFF_TEXT: f"the {kind} extends {defect.overflow:.0f} pt beyond the text area",
        OFF_PLACE: f"content of the {kind} extends {defect.overflow:.0f} pt beyond its column",
        SHRUNK: f"the {kind} is {defect.overflow:.0f} pt wider than the line and was scaled down to fit",
        SQUEEZED: f"the {kind} is too wide; its type is {defect.overflow:.1f} pt below the theme's minimum",
        OVER_WORDS: f"the {kind} overlaps other text by {defect.overflow:.0f} pt",
    }[defect.position]
    quotation = f": “{defect.words[:_QUOTE_LENGTH]}”" if defect.words else ""
    place = f"{output}, page {page.label}" if page.label else output
    return Diagnostic(
        code=_CODES[defect.position],
        span=span,
        message=f"{place}: {message}{quotation}",
        hint=_FIGURE_HINT if is_drawn else _HINTS[defect.position],
    )


def _find_piece(defect: LayoutDefect, pieces: Sequence[Piece], pages: Sequence[FilePage]) -> Piece | None:
    """Return the piece on the given pages that shares the most text with a defect, or None."""
    if defect.kind in ("picture", "formula"):
        text = normalise_text(defect.words)
        drawn_pieces = (piece for piece in pieces if piece.kind in (*PICTURE_KINDS, *FORMULA_KINDS))
        return next(
            (piece for piece in drawn_pieces if text and text in map(normalise_text, piece.wordings)), None
        )
    words = [word for text in defect.words.split() if (word := normalise_text(text))]

    def count_shared_characters(piece: Piece) -> int:
        cells = [wording.normalised_text for wording in piece.cells] if piece.kind == "table" else []
        text = "".join(cells or map(normalise_text, piece.wordings))
        beginnings = cells or [text[:_BEGINNING_LENGTH]]
        if not any(start and start in leaf.normalised_text for leaf in pages for start in beginnings):
            return 0
        # Short words count only if they are a whole cell.
        return sum(
            len(word) for word in words if (word in text if len(word) > _SHORT_WORD_LENGTH else word in cells)
        )

    best = max(
        pieces, key=lambda piece: (count_shared_characters(piece), piece.kind == "table"), default=None
    )
    return best if best and count_shared_characters(best) else _find_chart_with_words(words, pieces)


def _find_chart_with_words(words: Sequence[str], pieces: Sequence[Piece]) -> Piece | None:
    """Return the first chart with all normalised words in its alt text or in a name, or None."""
    for piece in pieces:
        if words and isinstance(piece.node, Chart):
            data = piece.node.data
            names = map(normalise_text, (*piece.wordings, *data.categories, *data.labels, *data.panels))
            if any(all(word in name for word in words) for name in names):
                return piece
    return None
