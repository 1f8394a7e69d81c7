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
from triptych.checks.wordings import Wording, normalize, split_mixed_directions
from triptych.model.book import Book

# Lengths in normalized characters.
_UNIQUE = 40  # a text of this length hardly occurs twice
_MIN_ALTERNATIVE = 6
_SHORT = 2  # occurs in many words
_NEAR = 20_000  # a few pages
_ATTACHED = frozenset(
    ("caption", "chart note", "chart source", "formula", "image", "phrase", "callout title")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Pieces ``missing`` from or ``displaced`` in a PDF, and ``extra`` text that is not in the book."""

    missing: tuple[Piece, ...]
    displaced: tuple[Piece, ...]
    extra: tuple[str, ...]


def compare_order(book: Book, text: str) -> Comparison:
    """Compare the print version of a book with the text of a PDF.

    ``text`` has one line for each block of the PDF's structure tree, in structure order.
    """
    lines = _Lines(text)
    groups = list(_iter_groups(iter_pieces(book)))
    _find_anchors(groups, lines)
    short = _find_between_anchors(groups, lines)
    _find_notes(groups, lines)
    for fragment, start, end in short:
        lines.assign(fragment, start, end)
    lost = [fragment for group in groups for fragment in group.all() if not fragment.found]
    return Comparison(
        missing=_drop_repeats(fragment.piece for fragment in lost if not fragment.elsewhere),
        displaced=_drop_repeats(fragment.piece for fragment in lost if fragment.elsewhere),
        extra=tuple(lines.iter_unused()),
    )


@dataclass(slots=True, eq=False)
class _Fragment:
    """Uninterrupted text of a piece, with alternative normalized ``wordings``.

    ``start`` is the fragment's offset in the PDF's text, or -1 until the fragment is found. ``elsewhere``
    means that the fragment was only found out of order.
    """

    piece: Piece
    wordings: tuple[str, ...]
    start: int = -1
    length: int = 0
    elsewhere: bool = False

    @property
    def found(self) -> bool:
        return self.start >= 0

    @property
    def end(self) -> int:
        return self.start + self.length

    def find_in(self, text: str, start: int, end: int) -> bool:
        """Find the earliest match of a wording between two offsets; return whether there is one."""
        matches = [
            (at, len(wording)) for wording in self.wordings if (at := text.find(wording, start, end)) >= 0
        ]
        if matches:
            self.start, self.length = min(matches)
        return bool(matches)


@dataclass(slots=True, eq=False)
class _Group:
    """A block's own fragments, its ``attached`` fragments such as captions, and the ``notes`` in it."""

    fragments: list[_Fragment] = field(default_factory=list)
    attached: list[_Fragment] = field(default_factory=list)
    notes: list[_Fragment] = field(default_factory=list)
    chapter: str = ""

    def all(self) -> Iterator[_Fragment]:
        yield from (*self.fragments, *self.attached, *self.notes)

    def get_bounds(self, fragment: _Fragment, start: int, end: int) -> tuple[int, int]:
        """Return the range between the nearest found fragments before and after a fragment of the block."""
        index = self.fragments.index(fragment)
        before = [other.end for other in self.fragments[:index] if other.found]
        after = [other.start for other in self.fragments[index + 1 :] if other.found]
        return max([start, *before]), min([end, *after])


def _iter_groups(pieces: Iterable[Piece]) -> Iterator[_Group]:
    """Divide the pieces into groups, one for each block, in order."""
    group = _Group()
    panels = 0  # remaining panels of a figure, which precede its caption
    for piece in pieces:
        is_panel = panels > 0 and piece.kind == "figure"
        panels -= is_panel
        if piece.kind == "panels":
            panels = len(piece.node.panels)
            yield group
            group = _Group(chapter=piece.chapter)
        elif piece.container == "note":
            group.notes += _make_fragments(piece)
        elif is_panel or piece.kind in _ATTACHED or piece.container == "drawing":
            group.attached += _make_fragments(piece)
        elif piece.kind == "code" and (words := split_mixed_directions(piece.wordings[0])):
            yield group
            group = _Group(attached=[_Fragment(piece, (word,)) for word in words], chapter=piece.chapter)
        else:
            yield group
            group = _Group(fragments=_make_fragments(piece), chapter=piece.chapter)
    yield group


def _make_fragments(piece: Piece) -> list[_Fragment]:
    if piece.kind == "figure" and not any(image.alt and not image.decorative for image in piece.node.images):
        return []  # its wording is its caption, which is another piece
    if piece.kind == "table":
        return [_Fragment(piece, (part.letters,)) for cell in piece.cells for part in cell.pieces]
    wordings = [wording for words in piece.wordings if (wording := Wording(words))]
    if len(wordings) == 1:
        return [_Fragment(piece, (part.letters,)) for part in wordings[0].pieces]
    if not wordings:
        return []
    first, *others = (wording.letters for wording in wordings)
    return [_Fragment(piece, (first, *(other for other in others if len(other) >= _MIN_ALTERNATIVE)))]


def _find_anchors(groups: list[_Group], lines: _Lines) -> None:
    """Find the long fragments, which rarely occur twice, and keep the longest sequence that is in order."""
    text = lines.letters
    position = 0
    long = [
        fragment
        for group in groups
        for fragment in group.fragments
        if min(map(len, fragment.wordings)) >= _UNIQUE
    ]
    for fragment in long:
        if fragment.find_in(text, position, position + _NEAR) or fragment.find_in(text, 0, len(text)):
            # Prefer a match within one line: a listing may repeat two paragraphs before it.
            first = fragment.start, fragment.length
            while not lines.is_on_one_line(fragment):
                if not fragment.find_in(text, fragment.start + 1, position + _NEAR):
                    fragment.start, fragment.length = first
                    break
            position = fragment.end
    found = [fragment for fragment in long if fragment.found]
    in_order = set(_find_longest_increasing([fragment.start for fragment in found]))
    for index, fragment in enumerate(found):
        if index not in in_order:
            fragment.start, fragment.elsewhere = -1, True


def _find_longest_increasing(numbers: list[int]) -> list[int]:
    """Return the indices of a longest strictly increasing subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [index]
    chain = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _find_between_anchors(groups: list[_Group], lines: _Lines) -> list[tuple[_Fragment, int, int]]:
    """Find the other fragments between the anchors, block by block, the longest first.

    Return the short attached fragments with their ranges. They must be searched for last, because a formula
    of one letter would match a letter in a note.
    """
    short = []
    position = 0
    for group, limit in zip(groups, _list_next_starts(groups, len(lines.letters)), strict=True):
        for fragment in group.fragments:
            if fragment.found:
                lines.mark_used(fragment.start, fragment.end)
        for run in _iter_missing_runs(group.fragments):
            if len(run) > 1 or not group.attached:  # otherwise the run may match the text of a formula
                lines.assign_run(run, *group.get_bounds(run[0], position, limit))
        members = (*group.fragments, *group.attached)
        missing = [fragment for fragment in members if not fragment.found and not fragment.elsewhere]
        for fragment in sorted(missing, key=lambda fragment: -len(fragment.wordings[0])):
            if fragment in group.fragments:
                lines.assign(fragment, *group.get_bounds(fragment, position, limit))
            elif len(fragment.wordings[0]) <= _SHORT:
                short.append((fragment, position, limit))
            else:
                lines.assign(fragment, position, limit)
        position = max([position, *(fragment.end for fragment in members if fragment.found)])
    return short


def _iter_missing_runs(fragments: list[_Fragment]) -> Iterator[list[_Fragment]]:
    """Iterate over the runs of consecutive fragments that have not been found.

    A run is searched for as a whole, because a table cell with one letter would match anywhere.
    """
    for missing, run in groupby(fragments, lambda fragment: not fragment.found and not fragment.elsewhere):
        if missing:
            yield list(run)


def _list_next_starts(groups: list[_Group], end: int) -> list[int]:
    """Return, for each group, the start of the next group that has been found, or ``end`` if none has."""
    starts = []
    for group in reversed(groups):
        starts.append(end)
        end = min((fragment.start for fragment in group.fragments if fragment.found), default=end)
    return starts[::-1]


def _find_notes(groups: list[_Group], lines: _Lines) -> None:
    """Find the notes and the formulas in them, in the notes' own order after their references."""
    ends: dict[str, int] = {}
    for group in groups:
        found_ends = (fragment.end for fragment in group.fragments if fragment.found)
        ends[group.chapter] = max([ends.get(group.chapter, 0), *found_ends])
    position = note_start = 0
    note = None
    for group in groups:
        reference = min((fragment.start for fragment in group.fragments if fragment.found), default=position)
        for fragment in group.notes:
            is_attached = fragment.piece.kind in _ATTACHED
            if not is_attached and fragment.piece is not note:
                note_start, note = position, fragment.piece
            start = max(reference, note_start if is_attached else position)
            lines.assign(fragment, start, ends.get(group.chapter, start) + _NEAR)
            position = max(position, fragment.end) if fragment.found else position


def _drop_repeats(found: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple({id(piece): piece for piece in found}.values())


class _Lines:
    """The normalized text of a PDF, and which of its characters have been assigned to fragments."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        parts = list(map(normalize, self._lines))
        self.letters = "".join(parts)
        self._ends = []
        length = 0
        for part in parts:
            length += len(part)
            self._ends.append(length)
        self._used = bytearray(length)

    def is_on_one_line(self, fragment: _Fragment) -> bool:
        return bisect_right(self._ends, fragment.start) == bisect_left(self._ends, fragment.end)

    def mark_used(self, start: int, end: int) -> None:
        self._used[start:end] = b"\1" * (end - start)

    def assign(self, fragment: _Fragment, start: int, end: int) -> None:
        """Assign unused text in a range to a fragment, or else record whether it occurs elsewhere."""
        if self._find_unused(fragment, start, end):
            self.mark_used(fragment.start, fragment.end)
        else:
            fragment.elsewhere = any(wording in self.letters for wording in fragment.wordings)

    def _find_unused(self, fragment: _Fragment, start: int, end: int) -> bool:
        for wording in fragment.wordings:
            offset = self.letters.find(wording, start, end)
            while offset >= 0 and any(self._used[offset : offset + len(wording)]):
                offset = self.letters.find(wording, offset + 1, end)
            if offset >= 0:
                fragment.start, fragment.length = offset, len(wording)
                return True
        return False

    def assign_run(self, fragments: list[_Fragment], start: int, end: int) -> None:
        """Assign unused text in a range to consecutive fragments."""
        whole = _Fragment(fragments[0].piece, ("".join(fragment.wordings[0] for fragment in fragments),))
        if self._find_unused(whole, start, end):
            offset = whole.start
            for fragment in fragments:
                fragment.start, fragment.length = offset, len(fragment.wordings[0])
                offset = fragment.end
            self.mark_used(whole.start, whole.end)

    def iter_unused(self) -> Iterator[str]:
        """Yield each line's unused text, skipping lines that are completely used."""
        start = 0
        for end in self._ends:
            pairs = zip(self.letters[start:end], self._used[start:end], strict=True)
            if unused := "".join(letter for letter, used in pairs if not used):
                yield unused
            start = end
