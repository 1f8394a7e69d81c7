"""Report text and graphics of a chapter that its leaves (PDF pages or EPUB documents) lack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice, pairwise
from typing import Any

from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.parity import find_missing_blocks
from triptych.checks.pieces import (
    FORMULAS,
    PICTURES,
    Piece,
    iter_part_pieces,
    iter_title_pieces,
    list_chapter_pieces,
)
from triptych.checks.texts import FileText
from triptych.checks.wordings import FROM_RIGHT, UninterruptedText, Wording, has_most_groups, normalize
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import Memory
from triptych.media.fonts.fonts import find_missing_characters
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Chart, Equation, Image, Math
from triptych.model.walk import chapter_nodes
from triptych.theme.theme import load_theme

# Lengths in normalized characters.
_NEAR = 4_000  # a page or two
_UNIQUE = 12  # a text of this length hardly occurs twice on a page or two
_MAX_INTERRUPTION = 40
_MAX_CANDIDATES = 8  # positions at which a passage may begin
_MAX_REPORTED = 5  # missing passages of a chapter
_TEXT_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-text: warning}` in `book.yaml`"
)
_DRAWING_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-graphics: warning}` in `book.yaml`"
)


def find_missing_words(
    chapter: Chapter, leaves: Leaves, text: LeafText, memory: Memory
) -> Iterator[Diagnostic]:
    """Report CHK017 for each passage that ``text`` contains less often than the chapter does."""
    yield from _report_missing(leaves, text, memory.call(list_chapter_pieces, chapter))


def find_missing_titles(book: Book, leaves: Leaves, whole: LeafText) -> Iterator[Diagnostic]:
    """Report CHK017 for titles of the book and of its parts that are missing from a file."""
    part = None
    titles = list(iter_title_pieces(book))
    for chapter in book.chapters:
        titles += iter_part_pieces(chapter, part)
        part = chapter.part.id if chapter.part else None
    yield from _report_missing(leaves, whole, titles)


def _report_missing(leaves: Leaves, text: LeafText, pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
    missing = [found for piece in pieces if (found := _find_missing_wording(leaves, text, piece))]
    for number, (piece, wording) in enumerate(missing[:_MAX_REPORTED], 1):
        message = f'{leaves.output}: the {piece.kind} "{wording.first_words}" is missing'
        if number == _MAX_REPORTED < len(missing):
            message += f" (and {len(missing) - number} more passages in this chapter)"
        yield Diagnostic(code="CHK017", span=piece.span, message=message, hint=_TEXT_HINT)


def _find_missing_wording(leaves: Leaves, text: LeafText, piece: Piece) -> tuple[Piece, Wording] | None:
    """Return a piece with its missing text, or None if no text is missing or the piece is a drawing."""
    if piece.kind in (*PICTURES, *FORMULAS):
        return None
    for wording in piece.cells if piece.kind == "table" else map(Wording, piece.wordings):
        if text.is_missing(wording) and not (leaves.only_own_fonts and _lacks_only_glyphs(text, wording)):
            return None if _is_described(leaves, piece, wording) else (piece, wording)
    return None


def _lacks_only_glyphs(text: LeafText, wording: Wording) -> bool:
    """Whether the only missing characters are those that no font has; FNT001 reports them."""
    missing = find_missing_characters(wording.words, load_theme())
    rest = wording.words.translate(dict.fromkeys(map(ord, missing)))
    return bool(missing) and not text.is_missing(Wording(rest))


def _is_described(leaves: Leaves, piece: Piece, wording: Wording) -> bool:
    """Whether an alt text contains the text of a drawing; print-ready files have no alt texts."""
    if piece.container != "drawing":
        return False
    if not leaves.has_tagged_drawings:
        return piece.kind != "caption"
    return wording.letters in leaves.read_alt_texts()


def find_missing_pieces(book: Book, output: str, text: FileText, memory: Memory) -> Iterator[Diagnostic]:
    """Report CHK017 for each piece that is missing from a file although the author did not exclude it."""
    for finding in find_missing_blocks(book, output, text, memory):
        yield replace(finding, code="CHK017", hint=_TEXT_HINT)


class LeafText:
    """The normalized text of leaves, with a count of the searches for each passage."""

    def __init__(self, leaves: Sequence[Leaf], *, reordered: bool) -> None:
        self._leaves = [leaf.letters for leaf in leaves]
        self._text = "".join(self._leaves)
        self._reordered = reordered
        self._searches: Counter[str] = Counter()
        self._counts: dict[str, int] = {}
        self._position = 0

    def is_missing(self, wording: Wording) -> bool:
        """Whether the leaves contain a text less often than this method has been called for it."""
        return not all([self._contains(words) for words in wording.pieces])

    def _contains(self, words: UninterruptedText) -> bool:
        self._searches[words.letters] += 1
        times = self._searches[words.letters]
        return self._occurs(words.letters, times) or self._is_interrupted(words, times)

    def _occurs(self, wanted: str, times: int) -> bool:
        """Whether a text follows the previous match, or occurs at least ``times`` times in total."""
        if times == 1:
            offset = self._text.find(wanted, self._position, self._position + _NEAR + len(wanted))
            if offset >= 0 and len(wanted) >= _UNIQUE:
                self._position = offset + len(wanted)
            if offset >= 0:
                return True
        if wanted not in self._counts:
            self._counts[wanted] = self._text.count(wanted)
        return self._counts[wanted] >= times

    def _is_interrupted(self, words: UninterruptedText, times: int) -> bool:
        """Whether the text contains a passage that a page break, note or figure interrupts."""
        occurs = partial(self._occurs, times=times)
        if has_most_groups(words.groups, occurs) or self._is_divided(words.letters):
            return True
        if times == 1 and self._is_interrupted_by_number(words.letters):
            return True
        if not self._reordered and not FROM_RIGHT.search(words.words):
            return False
        each = [letters for word in words.words.split() if (letters := normalize(word))]
        return sum(not occurs(letters) for letters in each) <= len(each) // 12

    def _is_interrupted_by_number(self, wanted: str) -> bool:
        """Whether the text contains a passage that a number with a few letters interrupts.

        In a script of the slides, the time of a slide comes between two lines of the slide title.
        """
        if len(wanted) < 2 * _UNIQUE:
            return False
        for match in islice(re.finditer(f"(?={re.escape(wanted[:_UNIQUE])})", self._text), _MAX_CANDIDATES):
            found = self._text[match.start() : match.start() + len(wanted) + _MAX_INTERRUPTION]
            pairs = enumerate(zip(wanted, found, strict=False))
            cut = next((number for number, (one, other) in pairs if one != other), len(wanted))
            if cut == len(wanted):
                return True
            for end in range(cut, cut - 2, -1):  # the interruption may begin with the next letter by chance
                inserted, rest, _ = found[end:].partition(wanted[end:])
                if rest and 2 * sum(map(str.isdigit, inserted)) > len(inserted):
                    return True
        return False

    def _is_divided(self, wanted: str) -> bool:
        """Whether a passage begins on one leaf and ends on the next."""
        return any(
            wanted[:cut] in before and wanted[cut:] in after
            for before, after in pairwise(self._leaves)
            if wanted[0] in before
            for cut in range(max(1, len(wanted) - len(after)), min(len(wanted), len(before) + 1))
        )


def find_missing_pictures(chapter: Chapter, own: Sequence[Leaf], leaves: Leaves) -> Iterator[Diagnostic]:
    """Report CHK018 if a chapter's leaves have fewer images, charts and formulas than its source."""
    if not leaves.has_tagged_drawings:
        return
    shown = "".join(leaf.letters for leaf in own)
    wanted = [
        span
        for node, span in _iter_nodes(chapter)
        if _is_drawn(node, shown) and (leaves.tags_undescribed_drawings or _has_alt_text(node))
    ]
    drawn = sum(leaf.drawings for leaf in own)
    if drawn < len(wanted):
        kinds = "images, charts and formulas"
        message = f"{leaves.output}: only {drawn} of the {len(wanted)} {kinds} in this chapter appear"
        yield Diagnostic(code="CHK018", span=wanted[0], message=message, hint=_DRAWING_HINT)


def _is_drawn(node: Any, shown: str) -> bool:
    """Whether a node must be drawn, unlike decorative images and formulas that appear as TeX."""
    match node:
        case Chart():
            return True
        case Image():
            return node.picture is not None and not node.decorative
        case Math() | Equation():
            return bool(node.mathml) and normalize(node.tex) not in shown
    return False


def _has_alt_text(node: Any) -> bool:
    return bool(getattr(node, "alt", "") or getattr(node, "spoken", ""))


def _iter_nodes(chapter: Chapter) -> Iterator[tuple[Any, Span | None]]:
    """Iterate over the nodes of a chapter, each with the nearest preceding source position."""
    span = chapter.span
    for node in chapter_nodes(chapter):
        span = getattr(node, "span", None) or span
        yield node, span
