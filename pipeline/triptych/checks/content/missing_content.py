"""Report text and graphics of a chapter that are missing from its pages (of a PDF or an EPUB)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice, pairwise
from typing import Any

from triptych.checks.content.file_pages import FilePage, FilePages
from triptych.checks.parity import find_missing_blocks
from triptych.checks.pieces import (
    FORMULA_KINDS,
    PICTURE_KINDS,
    Piece,
    iter_part_title_pieces,
    iter_title_pieces,
    list_chapter_pieces,
)
from triptych.checks.texts import FileText
from triptych.checks.wordings import (
    RIGHT_TO_LEFT_CHARACTER,
    TextPassage,
    Wording,
    has_most_groups,
    normalise_text,
)
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import Memory
from triptych.media.fonts.fonts import find_missing_characters
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Chart, Equation, Image, Math
from triptych.model.walk import chapter_nodes
from triptych.project import MANIFEST
from triptych.theme.theme import load_theme

# Lengths in normalised characters.
_SEARCH_RANGE = 4_000  # a page or two
_UNIQUE_LENGTH = 12  # few texts of this length occur twice within the search range
_MAX_INTERRUPTION = 40
_MAX_CANDIDATES = 8  # maximum number of positions where a passage may begin
_MAX_REPORTED = 5  # maximum number of missing passages to report per chapter
_TEXT_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-text: warning}` in `book.yaml`"
)
_DRAWING_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-graphics: warning}` in `book.yaml`"
)


def find_missing_text(
    chapter: Chapter, file: FilePages, text: PageTextSearch, memory: Memory
) -> Iterator[Diagnostic]:
    """Report CHK017 for each passage that occurs less often in ``text`` than in the chapter."""
    yield from _report_missing_pieces(file, text, memory.call(list_chapter_pieces, chapter))


def find_missing_titles(book: Book, file: FilePages, text: PageTextSearch) -> Iterator[Diagnostic]:
    """Report CHK017 for missing titles of the book and its parts."""
    part = None
    titles = list(iter_title_pieces(book))
    for chapter in book.chapters:
        titles += iter_part_title_pieces(chapter, part)
        part = chapter.part.id if chapter.part else None
    yield from _report_missing_pieces(file, text, titles)


def _report_missing_pieces(
    file: FilePages, text: PageTextSearch, pieces: Iterable[Piece]
) -> Iterator[Diagnostic]:
    missing = [
        missing_wording for piece in pieces if (missing_wording := _find_missing_wording(file, text, piece))
    ]
    for number, (piece, wording) in enumerate(missing[:_MAX_REPORTED], 1):
        message = f'{file.output}: the {piece.kind} "{wording.preview}" is missing'
        if number == _MAX_REPORTED < len(missing):
            message += f" (and {len(missing) - number} more passages in this chapter)"
        span = piece.span or Span(path=MANIFEST)  # the title of the book
        yield Diagnostic(code="CHK017", span=span, message=message, hint=_TEXT_HINT)


def _find_missing_wording(
    file: FilePages, text: PageTextSearch, piece: Piece
) -> tuple[Piece, Wording] | None:
    """Return a piece with its missing text, or None if no text is missing or the piece is a drawing."""
    if piece.kind in (*PICTURE_KINDS, *FORMULA_KINDS):
        return None
    for wording in piece.cells if piece.kind == "table" else map(Wording, piece.wordings):
        if text.is_missing(wording) and not (
            file.has_only_own_fonts and _is_missing_only_glyphs(text, wording)
        ):
            return None if _is_in_alt_text(file, piece, wording) else (piece, wording)
    return None


def _is_missing_only_glyphs(text: PageTextSearch, wording: Wording) -> bool:
    """Return whether all missing characters lack a glyph in every font; FNT001 reports these."""
    missing = find_missing_characters(wording.text, load_theme())
    rest = wording.text.translate(dict.fromkeys(map(ord, missing)))
    return bool(missing) and not text.is_missing(Wording(rest))


def _is_in_alt_text(file: FilePages, piece: Piece, wording: Wording) -> bool:
    """Return whether an alt text contains the text of a drawing; files for a press have no alt texts."""
    if piece.container != "drawing":
        return False
    if not file.has_tagged_drawings:
        return piece.kind != "caption"
    return wording.normalised_text in file.read_alt_texts()


def find_missing_pieces(book: Book, output: str, text: FileText, memory: Memory) -> Iterator[Diagnostic]:
    """Report CHK017 for each piece that is missing from a file, unless the author excluded it."""
    for finding in find_missing_blocks(book, output, text, memory):
        yield replace(finding, code="CHK017", span=finding.span or Span(path=MANIFEST), hint=_TEXT_HINT)


class PageTextSearch:
    """The normalised text of pages. It counts the searches for each passage."""

    def __init__(self, pages: Sequence[FilePage], *, is_reordered: bool) -> None:
        self._page_texts = [leaf.normalised_text for leaf in pages]
        self._text = "".join(self._page_texts)
        self._is_reordered = is_reordered
        self._search_counts: Counter[str] = Counter()
        self._occurrence_counts: dict[str, int] = {}
        self._position = 0

    def is_missing(self, wording: Wording) -> bool:
        """Return whether a text occurs less often on the pages than this method has been called for it."""
        return not all([self._contains_passage(words) for words in wording.passages])

    def _contains_passage(self, passage: TextPassage) -> bool:
        self._search_counts[passage.normalised_text] += 1
        times = self._search_counts[passage.normalised_text]
        return self._has_occurrences(passage.normalised_text, times) or self._is_interrupted(passage, times)

    def _has_occurrences(self, query: str, times: int) -> bool:
        """Return whether a text follows the previous match, or occurs at least ``times`` times in total."""
        if times == 1:
            offset = self._text.find(query, self._position, self._position + _SEARCH_RANGE + len(query))
            if offset >= 0 and len(query) >= _UNIQUE_LENGTH:
                self._position = offset + len(query)
            if offset >= 0:
                return True
        if query not in self._occurrence_counts:
            self._occurrence_counts[query] = self._text.count(query)
        return self._occurrence_counts[query] >= times

    def _is_interrupted(self, passage: TextPassage, times: int) -> bool:
        """Return whether the text contains the passage, interrupted by a page break, note or figure."""
        occurs = partial(self._has_occurrences, times=times)
        if has_most_groups(passage.word_groups, occurs) or self._is_split_over_pages(passage.normalised_text):
            return True
        if times == 1 and self._is_interrupted_by_number(passage.normalised_text):
            return True
        if not self._is_reordered and not RIGHT_TO_LEFT_CHARACTER.search(passage.text):
            return False
        word_letters = [letters for word in passage.text.split() if (letters := normalise_text(word))]
        return sum(not occurs(letters) for letters in word_letters) <= len(word_letters) // 12

    def _is_interrupted_by_number(self, query: str) -> bool:
        """Return whether the text contains the passage, interrupted by a number and a few letters.

        In a speaker script, the time of a slide comes between two lines of the slide title.
        """
        if len(query) < 2 * _UNIQUE_LENGTH:
            return False
        for match in islice(
            re.finditer(f"(?={re.escape(query[:_UNIQUE_LENGTH])})", self._text), _MAX_CANDIDATES
        ):
            passage_text = self._text[match.start() : match.start() + len(query) + _MAX_INTERRUPTION]
            pairs = enumerate(zip(query, passage_text, strict=False))
            common_length = next((number for number, (letter, other) in pairs if letter != other), len(query))
            if common_length == len(query):
                return True
            for end in range(
                common_length, common_length - 2, -1
            ):  # the interruption may begin with the next letter by chance
                inserted, rest, _ = passage_text[end:].partition(query[end:])
                if rest and 2 * sum(map(str.isdigit, inserted)) > len(inserted):
                    return True
        return False

    def _is_split_over_pages(self, query: str) -> bool:
        """Return whether a passage begins on one page and ends on the next."""
        return any(
            query[:split_position] in before and query[split_position:] in after
            for before, after in pairwise(self._page_texts)
            if query[0] in before
            for split_position in range(max(1, len(query) - len(after)), min(len(query), len(before) + 1))
        )


def find_missing_drawings(
    chapter: Chapter, pages: Sequence[FilePage], file: FilePages
) -> Iterator[Diagnostic]:
    """Report CHK018 if a chapter's pages have fewer images, charts and formulas than its source."""
    if not file.has_tagged_drawings:
        return
    visible_text = "".join(leaf.normalised_text for leaf in pages)
    expected_spans = [
        span
        for node, span in _iter_nodes(chapter)
        if _needs_drawing(node, visible_text)
        and (file.has_tagged_undescribed_drawings or _has_alt_text(node))
    ]
    drawing_count = sum(leaf.drawing_count for leaf in pages)
    if drawing_count < len(expected_spans):
        kinds = "images, charts and formulas"
        message = (
            f"{file.output}: only {drawing_count} of the {len(expected_spans)} {kinds} in this chapter appear"
        )
        yield Diagnostic(code="CHK018", span=expected_spans[0], message=message, hint=_DRAWING_HINT)


def _needs_drawing(node: Any, visible_text: str) -> bool:
    """Return whether a node must be drawn, unlike decorative images and formulas shown as TeX."""
    match node:
        case Chart():
            return True
        case Image():
            return node.picture is not None and not node.is_decorative
        case Math() | Equation():
            return bool(node.mathml) and normalise_text(node.tex) not in visible_text
    return False


def _has_alt_text(node: Any) -> bool:
    return bool(getattr(node, "alt", "") or getattr(node, "spoken", ""))


def _iter_nodes(chapter: Chapter) -> Iterator[tuple[Any, Span | None]]:
    """Yield the nodes of a chapter, each with the nearest preceding source position."""
    span = chapter.span
    for node in chapter_nodes(chapter):
        span = getattr(node, "span", None) or span
        yield node, span
