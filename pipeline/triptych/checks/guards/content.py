"""Every word of the book is in a file: each chapter's on its own leaves, as often as it says it."""

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
from triptych.checks.wordings import FROM_RIGHT, Wording, Words, has_most, normalize
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import Memory
from triptych.media.fonts.fonts import find_missing_characters
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Chart, Equation, Image, Math
from triptych.model.walk import chapter_nodes
from triptych.theme.theme import load_theme

_NEAR = 4_000  # letters: a page or two
_TELLING = 12  # letters: so many are hardly there twice in a page or two
_AMID = 40  # extra letters within a passage, at most
_MOST_PLACES = 8  # at which a passage may begin
_TOLD = 5  # of a chapter's missing pieces; more of them say no more
_TEXT_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-text: warning}` in `book.yaml`"
)
_DRAWING_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-graphics: warning}` in `book.yaml`"
)


def find_missing_words(chapter: Chapter, leaves: Leaves, text: Text, memory: Memory) -> Iterator[Diagnostic]:
    """CHK017 for each piece of a chapter whose words its text in a file has not, or not so often."""
    yield from _report_missing(leaves, text, memory.call(list_chapter_pieces, chapter))


def find_missing_titles(book: Book, leaves: Leaves, whole: Text) -> Iterator[Diagnostic]:
    """CHK017 for titles of the book and of its parts that are nowhere in a file."""
    part = None
    titles = list(iter_title_pieces(book))
    for chapter in book.chapters:
        titles += iter_part_pieces(chapter, part)
        part = chapter.part.id if chapter.part else None
    yield from _report_missing(leaves, whole, titles)


def _report_missing(leaves: Leaves, text: Text, pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
    lacking = [found for piece in pieces if (found := _find_missing_wording(leaves, text, piece))]
    for place, (piece, wording) in enumerate(lacking[:_TOLD], 1):
        more = len(lacking) - _TOLD if place == _TOLD else 0
        behind = f" (and {more} more passages in this chapter)" if more > 0 else ""
        message = f'{leaves.output}: the {piece.kind} "{wording.first_words}" is missing{behind}'
        yield Diagnostic(code="CHK017", span=piece.span, message=message, hint=_TEXT_HINT)


def _find_missing_wording(leaves: Leaves, text: Text, piece: Piece) -> tuple[Piece, Wording] | None:
    """Return a piece with its words that are missing, None if all are there or it is a drawing."""
    if piece.kind in (*PICTURES, *FORMULAS):
        return None
    for wording in piece.cells if piece.kind == "table" else map(Wording, piece.wordings):
        if text.lacks(wording) and not (leaves.own_fonts and _lacks_only_glyphs(text, wording)):
            return None if _is_described(leaves, piece, wording) else (piece, wording)
    return None


def _lacks_only_glyphs(text: Text, wording: Wording) -> bool:
    """Whether words are there but for characters that no font has, of which the source is warned (FNT001)."""
    unshown = find_missing_characters(wording.words, load_theme())
    shown = wording.words.translate(dict.fromkeys(map(ord, unshown)))
    return bool(unshown) and not text.lacks(Wording(shown))


def _is_described(leaves: Leaves, piece: Piece, wording: Wording) -> bool:
    """Whether words are, or may be, what is said of a drawing to who does not see it."""
    if piece.container != "drawing":
        return False
    if not leaves.tells_drawings:  # a file for a press has no alternative texts
        return piece.kind != "caption"
    return wording.letters in leaves.alternatives()


def find_missing_pieces(book: Book, output: str, text: FileText, memory: Memory) -> Iterator[Diagnostic]:
    """CHK017 for each piece of the book that is nowhere in a file, without the author's word."""
    for finding in find_missing_blocks(book, output, text, memory):
        yield replace(finding, code="CHK017", hint=_TEXT_HINT)


class Text:
    """The letters of some leaves, and how often each passage has been asked for."""

    def __init__(self, leaves: Sequence[Leaf], *, reordered: bool) -> None:
        self._leaves = [leaf.letters for leaf in leaves]
        self._text = "".join(self._leaves)
        self._reordered = reordered
        self._asked: Counter[str] = Counter()
        self._counts: dict[str, int] = {}
        self._reached = 0

    def lacks(self, wording: Wording) -> bool:
        """Whether words are not there, or were asked for more often than they are."""
        return not all([self._holds(words) for words in wording.pieces])

    def _holds(self, words: Words) -> bool:
        wanted = words.letters
        self._asked[wanted] += 1
        times = self._asked[wanted]
        return (
            (times == 1 and self._is_next(wanted))
            or self._count(wanted, times)
            or self._in_bits(words, times)
        )

    def _is_next(self, wanted: str) -> bool:
        """Whether a passage stands behind the last one, as most do."""
        place = self._text.find(wanted, self._reached, self._reached + _NEAR + len(wanted))
        if place >= 0 and len(wanted) >= _TELLING:
            self._reached = place + len(wanted)
        return place >= 0

    def _count(self, wanted: str, times: int) -> bool:
        if wanted not in self._counts:
            self._counts[wanted] = self._text.count(wanted)
        return self._counts[wanted] >= times

    def _is_there(self, bit: str, times: int) -> bool:
        return (times == 1 and self._is_next(bit)) or self._count(bit, times)

    def _in_bits(self, words: Words, times: int) -> bool:
        """Whether a passage is there with other text amid it: the end of a page, a note, a figure."""
        there = partial(self._is_there, times=times)
        if has_most(words.groups, there) or self._is_cut(words.letters):
            return True
        if times == 1 and self._is_interrupted(words.letters):
            return True
        if not self._reordered and not FROM_RIGHT.search(words.words):
            return False
        each = [bit for word in words.words.split() if (bit := normalize(word))]
        return sum(not there(bit) for bit in each) <= len(each) // 12

    def _is_interrupted(self, wanted: str) -> bool:
        """Whether a passage is there but for a number, with a few letters, at the end of its first line.

        Such is the time of a slide in a script, which readers find between two lines of the slide's title.
        """
        if len(wanted) < 2 * _TELLING:
            return False
        for match in islice(re.finditer(f"(?={re.escape(wanted[:_TELLING])})", self._text), _MOST_PLACES):
            found = self._text[match.start() : match.start() + len(wanted) + _AMID]
            pairs = enumerate(zip(wanted, found, strict=False))
            cut = next((number for number, (one, other) in pairs if one != other), len(wanted))
            if cut == len(wanted):
                return True
            for end in range(cut, cut - 2, -1):  # its next letter may be the first of those amid it
                amid, rest, _ = found[end:].partition(wanted[end:])
                if rest and 2 * sum(map(str.isdigit, amid)) > len(amid):
                    return True
        return False

    def _is_cut(self, wanted: str) -> bool:
        """Whether a leaf has the first letters of a passage and the next leaf the others."""
        return any(
            wanted[:cut] in before and wanted[cut:] in after
            for before, after in pairwise(self._leaves)
            if wanted[0] in before
            for cut in range(max(1, len(wanted) - len(after)), min(len(wanted), len(before) + 1))
        )


def find_missing_pictures(chapter: Chapter, own: Sequence[Leaf], leaves: Leaves) -> Iterator[Diagnostic]:
    """CHK018 where less is drawn on the leaves of a chapter than it has."""
    if not leaves.tells_drawings:
        return
    shown = "".join(leaf.letters for leaf in own)
    wanted = [
        span
        for node, span in _iter_nodes(chapter)
        if _is_drawn(node, shown) and (leaves.tells_silent or _has_alternative(node))
    ]
    drawn = sum(leaf.drawings for leaf in own)
    if drawn < len(wanted):
        what = "images, charts and formulas"
        message = f"{leaves.output}: only {drawn} of the {len(wanted)} {what} in this chapter appear"
        yield Diagnostic(code="CHK018", span=wanted[0], message=message, hint=_DRAWING_HINT)


def _is_drawn(node: Any, shown: str) -> bool:
    """Whether something must be drawn: no picture that only adorns, no formula that may stand as its TeX."""
    match node:
        case Chart():
            return True
        case Image():
            return node.picture is not None and not node.decorative
        case Math() | Equation():
            return bool(node.mathml) and normalize(node.tex) not in shown
    return False


def _has_alternative(node: Any) -> bool:
    """Whether a listener is told of a drawing."""
    return bool(getattr(node, "alt", "") or getattr(node, "spoken", ""))


def _iter_nodes(chapter: Chapter) -> Iterator[tuple[Any, Span | None]]:
    """All nodes that a chapter shows, each with the last place that was named."""
    span = chapter.span
    for node in chapter_nodes(chapter):
        span = getattr(node, "span", None) or span
        yield node, span
