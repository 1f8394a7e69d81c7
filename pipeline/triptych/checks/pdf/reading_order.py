"""Compare the reading order of a PDF with the book.

Text blocks must be in the same order. Formulas, captions and table cells must come between the blocks around
them, and notes before the end of their chapter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from triptych.checks.pieces import Piece, iter_pieces
from triptych.checks.wordings import Wording, normalise_text, split_mixed_directions
from triptych.model.book import Book

# Lengths in normalised characters.
_UNIQUE_LENGTH = 40  # few texts of this length occur twice
_MIN_ALTERNATIVE_LENGTH = 6
_SHORT_LENGTH = 2  # shorter texts occur in many words
_SEARCH_RANGE = 20_000  # a few pages
_ATTACHED_KINDS = frozenset(
    ("caption", "caption note", "caption source", "formula", "image", "phrase", "callout title")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDifferences:
    """The differences between a book and the text of a PDF.

    ``missing_pieces`` are not in the PDF; ``displaced_pieces`` are in another place. ``extra_texts`` are not
    in the book.
    """

    missing_pieces: tuple[Piece, ...]
    displaced_pieces: tuple[Piece, ...]
    extra_texts: tuple[str, ...]


def compare_reading_order(book: Book, text: str) -> OrderDifferences:
    """Compare the reading order of a PDF with the print version of its book; return the differences.

    ``text`` has one line for each block in the PDF's structure tree, in structure order.
    """
    lines = _TextCoverage(text)
    groups = list(_iter_blocks(iter_pieces(book)))
    _place_anchors(groups, lines)
    short_fragments = _place_between_anchors(groups, lines)
    _place_notes(groups, lines)
    for fragment, start, end in short_fragments:
        lines.assign_text(fragment, start, end)
    missing_fragments = [
        fragment for group in groups for fragment in group.iter_fragments() if not fragment.is_found
    ]
    return OrderDifferences(
        missing_pieces=_drop_duplicates(
            fragment.piece for fragment in missing_fragments if not fragment.is_elsewhere
        ),
        displaced_pieces=_drop_duplicates(
            fragment.piece for fragment in missing_fragments if fragment.is_elsewhere
        ),
        extra_texts=tuple(lines.iter_unused_text()),
    )


@dataclass(slots=True, eq=False)
class _Fragment:
    """Uninterrupted text of a piece. ``wordings`` are alternative forms of the normalised text.

    ``start`` is the fragment's offset in the PDF's text, or -1 until the fragment is found. ``is_elsewhere``
    is true if the fragment was found only out of order.
    """

    piece: Piece
    wordings: tuple[str, ...]
    start: int = -1
    length: int = 0
    is_elsewhere: bool = False

    @property
    def is_found(self) -> bool:
        return self.start >= 0

    @property
    def end(self) -> int:
        return self.start + self.length

    def find_in_range(self, text: str, start: int, end: int) -> bool:
        """Find the first match of any wording between two offsets; return whether there is one."""
        matches = [
            (position, len(wording))
            for wording in self.wordings
            if (position := text.find(wording, start, end)) >= 0
        ]
        if matches:
            self.start, self.length = min(matches)
        return bool(matches)


@dataclass(slots=True, eq=False)
class _BlockFragments:
    """The fragments of a block, of the pieces attached to it such as captions, and of its notes."""

    fragments: list[_Fragment] = field(default_factory=list)
    attached_fragments: list[_Fragment] = field(default_factory=list)
    note_fragments: list[_Fragment] = field(default_factory=list)
    chapter: str = ""

    def iter_fragments(self) -> Iterator[_Fragment]:
        yield from (*self.fragments, *self.attached_fragments, *self.note_fragments)

    def get_search_range(self, fragment: _Fragment, start: int, end: int) -> tuple[int, int]:
        """Return the range to search for a fragment of the block.

        The range ends at the nearest fragments of the block, before and after this one, that have been found.
        """
        index = self.fragments.index(fragment)
        before = [other.end for other in self.fragments[:index] if other.is_found]
        after = [other.start for other in self.fragments[index + 1 :] if other.is_found]
        return max([start, *before]), min([end, *after])


def _iter_blocks(pieces: Iterable[Piece]) -> Iterator[_BlockFragments]:
    """Divide the pieces into groups, one for each block, in order."""
    group = _BlockFragments()
    panels = 0  # remaining panels of a figure, which come before its caption
    for piece in pieces:
        is_panel = panels > 0 and piece.kind == "figure"
        panels -= is_panel
        if piece.kind == "panels":
            panels = len(piece.node.panels)
            yield group
            group = _BlockFragments(chapter=piece.chapter)
        elif piece.container == "note":
            group.note_fragments += _make_fragments(piece)
        elif is_panel or piece.kind in _ATTACHED_KINDS or piece.container == "drawing":
            group.attached_fragments += _make_fragments(piece)
        elif piece.kind == "code" and (words := split_mixed_directions(piece.wordings[0])):
            yield group
            group = _BlockFragments(
                attached_fragments=[_Fragment(piece, (word,)) for word in words], chapter=piece.chapter
            )
        else:
            yield group
            group = _BlockFragments(fragments=_make_fragments(piece), chapter=piece.chapter)
    yield group


def _make_fragments(piece: Piece) -> list[_Fragment]:
    if piece.kind == "figure" and not any(
        image.alt and not image.is_decorative for image in piece.node.images
    ):
        return []  # its wording is its caption, a separate piece
    if piece.kind == "table":
        return [_Fragment(piece, (part.normalised_text,)) for cell in piece.cells for part in cell.passages]
    wordings = [wording for words in piece.wordings if (wording := Wording(words))]
    if len(wordings) == 1:
        return [_Fragment(piece, (part.normalised_text,)) for part in wordings[0].passages]
    if not wordings:
        return []
    first, *others = (wording.normalised_text for wording in wordings)
    return [_Fragment(piece, (first, *(other for other in others if len(other) >= _MIN_ALTERNATIVE_LENGTH)))]


def _place_anchors(blocks: list[_BlockFragments], coverage: _TextCoverage) -> None:
    """Find the long fragments, which are rarely repeated, and keep the longest sequence in order."""
    text = coverage.normalised_text
    position = 0
    long_fragments = [
        fragment
        for group in blocks
        for fragment in group.fragments
        if min(map(len, fragment.wordings)) >= _UNIQUE_LENGTH
    ]
    for fragment in long_fragments:
        if fragment.find_in_range(text, position, position + _SEARCH_RANGE) or fragment.find_in_range(
            text, 0, len(text)
        ):
            # Prefer a match inside one line, since a listing may repeat two paragraphs before it.
            first = fragment.start, fragment.length
            while not coverage.is_on_one_line(fragment):
                if not fragment.find_in_range(text, fragment.start + 1, position + _SEARCH_RANGE):
                    fragment.start, fragment.length = first
                    break
            position = fragment.end
    found_fragments = [fragment for fragment in long_fragments if fragment.is_found]
    in_order = set(_find_longest_increasing_subsequence([fragment.start for fragment in found_fragments]))
    for index, fragment in enumerate(found_fragments):
        if index not in in_order:
            fragment.start, fragment.is_elsewhere = -1, True


def _find_longest_increasing_subsequence(numbers: list[int]) -> list[int]:
    """Return the indices of a longest strictly increasing subsequence."""
    tails: list[int] = []
    tail_indices: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(tail_indices[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        tail_indices[length : length + 1] = [index]
    chain = []
    index = tail_indices[-1] if tail_indices else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _place_between_anchors(
    blocks: list[_BlockFragments], coverage: _TextCoverage
) -> list[tuple[_Fragment, int, int]]:
    """Find the other fragments between the anchors, block by block, longest first.

    Return the short attached fragments with their search ranges. They must be searched for last, because a
    formula of one letter would match a letter in a note.
    """
    short_fragments = []
    position = 0
    for group, limit in zip(blocks, _list_next_starts(blocks, len(coverage.normalised_text)), strict=True):
        for fragment in group.fragments:
            if fragment.is_found:
                coverage.mark_used(fragment.start, fragment.end)
        for run in _iter_missing_runs(group.fragments):
            if (
                len(run) > 1 or not group.attached_fragments
            ):  # otherwise, the run may match the text of a formula
                coverage.assign_run(run, *group.get_search_range(run[0], position, limit))
        members = (*group.fragments, *group.attached_fragments)
        missing = [fragment for fragment in members if not fragment.is_found and not fragment.is_elsewhere]
        for fragment in sorted(missing, key=lambda fragment: -len(fragment.wordings[0])):
            if fragment in group.fragments:
                coverage.assign_text(fragment, *group.get_search_range(fragment, position, limit))
            elif len(fragment.wordings[0]) <= _SHORT_LENGTH:
                short_fragments.append((fragment, position, limit))
            else:
                coverage.assign_text(fragment, position, limit)
        position = max([position, *(fragment.end for fragment in members if fragment.is_found)])
    return short_fragments


def _iter_missing_runs(fragments: list[_Fragment]) -> Iterator[list[_Fragment]]:
    """Yield each sequence of consecutive missing fragments.

    Such a sequence is searched for as a whole, because a table cell with one letter would match anywhere.
    """
    for missing, run in groupby(
        fragments, lambda fragment: not fragment.is_found and not fragment.is_elsewhere
    ):
        if missing:
            yield list(run)


def _list_next_starts(blocks: list[_BlockFragments], end: int) -> list[int]:
    """Return, for each block, the start of the next block that has been found, or ``end``."""
    starts = []
    for group in reversed(blocks):
        starts.append(end)
        end = min((fragment.start for fragment in group.fragments if fragment.is_found), default=end)
    return starts[::-1]


def _place_notes(blocks: list[_BlockFragments], coverage: _TextCoverage) -> None:
    """Find notes and the formulas in them. Notes come after their references, in the same order."""
    last_ends: dict[str, int] = {}
    for group in blocks:
        found_ends = (fragment.end for fragment in group.fragments if fragment.is_found)
        last_ends[group.chapter] = max([last_ends.get(group.chapter, 0), *found_ends])
    position = note_start = 0
    note = None
    for group in blocks:
        reference = min(
            (fragment.start for fragment in group.fragments if fragment.is_found), default=position
        )
        for fragment in group.note_fragments:
            is_attached = fragment.piece.kind in _ATTACHED_KINDS
            if not is_attached and fragment.piece is not note:
                note_start, note = position, fragment.piece
            start = max(reference, note_start if is_attached else position)
            coverage.assign_text(fragment, start, last_ends.get(group.chapter, start) + _SEARCH_RANGE)
            position = max(position, fragment.end) if fragment.is_found else position


def _drop_duplicates(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple({id(piece): piece for piece in pieces}.values())


class _TextCoverage:
    """The normalised text of a PDF, with a flag for each character assigned to a fragment."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        parts = list(map(normalise_text, self._lines))
        self.normalised_text = "".join(parts)
        self._line_ends = []
        length = 0
        for part in parts:
            length += len(part)
            self._line_ends.append(length)
        self._used_characters = bytearray(length)

    def is_on_one_line(self, fragment: _Fragment) -> bool:
        return bisect_right(self._line_ends, fragment.start) == bisect_left(self._line_ends, fragment.end)

    def mark_used(self, start: int, end: int) -> None:
        self._used_characters[start:end] = b"\1" * (end - start)

    def assign_text(self, fragment: _Fragment, start: int, end: int) -> None:
        """Assign unused text in a range to a fragment.

        If the range has no such text, record whether the fragment's text occurs elsewhere.
        """
        if self._find_unused(fragment, start, end):
            self.mark_used(fragment.start, fragment.end)
        else:
            fragment.is_elsewhere = any(wording in self.normalised_text for wording in fragment.wordings)

    def _find_unused(self, fragment: _Fragment, start: int, end: int) -> bool:
        for wording in fragment.wordings:
            offset = self.normalised_text.find(wording, start, end)
            while offset >= 0 and any(self._used_characters[offset : offset + len(wording)]):
                offset = self.normalised_text.find(wording, offset + 1, end)
            if offset >= 0:
                fragment.start, fragment.length = offset, len(wording)
                return True
        return False

    def assign_run(self, fragments: list[_Fragment], start: int, end: int) -> None:
        """Assign unused text in a range to consecutive fragments."""
        combined = _Fragment(fragments[0].piece, ("".join(fragment.wordings[0] for fragment in fragments),))
        if self._find_unused(combined, start, end):
            offset = combined.start
            for fragment in fragments:
                fragment.start, fragment.length = offset, len(fragment.wordings[0])
                offset = fragment.end
            self.mark_used(combined.start, combined.end)

    def iter_unused_text(self) -> Iterator[str]:
        """Yield the unused text of each line that is not completely used."""
        start = 0
        for end in self._line_ends:
            pairs = zip(self.normalised_text[start:end], self._used_characters[start:end], strict=True)
            if unused := "".join(letter for letter, used in pairs if not used):
                yield unused
            start = end
