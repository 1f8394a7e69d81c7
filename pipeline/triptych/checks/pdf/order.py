"""Is a PDF read in the order of the book? Its text in the order of its tags beside what the book says.

Blocks must come one after the other. What stands amid a block or with it, such as a formula, a caption or a
cell, must come between the blocks around it; a note may come as late as at the end of its chapter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from triptych.checks.pieces import Piece, iter_pieces
from triptych.checks.wordings import Wording, normalize, split_mixed_directions
from triptych.model.book import Book

_TELLING = 40  # letters: hardly there twice
_SOME = 6  # letters
_FEW = 2  # which are found in any words
_NEAR = 20_000  # letters: a few pages
_BESIDE = frozenset(("caption", "chart note", "chart source", "formula", "image", "phrase", "callout title"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What of the book is nowhere in the text, what is there in another place, and what else is there."""

    missing: tuple[Piece, ...]
    displaced: tuple[Piece, ...]
    extra: tuple[str, ...]


def compare_order(book: Book, text: str) -> Comparison:
    """Compare a book as print shows it with the text of a PDF in structure order, lines being blocks."""
    lines = _Lines(text)
    groups = list(_iter_groups(iter_pieces(book)))
    _find_anchors(groups, lines)
    small = _find_between(groups, lines)
    _find_notes(groups, lines)
    for atom, start, end in small:
        lines.place(atom, start, end)
    states = [(atom.piece, atom.found, atom.elsewhere) for group in groups for atom in group.all()]
    return Comparison(
        missing=_drop_repeats(piece for piece, found, elsewhere in states if not found and not elsewhere),
        displaced=_drop_repeats(piece for piece, found, elsewhere in states if not found and elsewhere),
        extra=tuple(lines.left()),
    )


@dataclass(slots=True, eq=False)
class _Atom:
    """Letters that stand together. ``at`` is where they were found, -1 for nowhere yet."""

    piece: Piece
    ways: tuple[str, ...]  # in which it may be worded
    at: int = -1
    length: int = 0
    elsewhere: bool = False

    @property
    def found(self) -> bool:
        return self.at >= 0

    @property
    def end(self) -> int:
        return self.at + self.length

    def look(self, text: str, start: int, end: int) -> bool:
        """Look for it in a stretch of the text."""
        places = [(place, len(way)) for way in self.ways if (place := text.find(way, start, end)) >= 0]
        if places:
            self.at, self.length = min(places)
        return bool(places)


@dataclass(slots=True, eq=False)
class _Group:
    """A block, what stands with it, and its notes."""

    atoms: list[_Atom] = field(default_factory=list)
    beside: list[_Atom] = field(default_factory=list)
    notes: list[_Atom] = field(default_factory=list)
    chapter: str = ""

    def all(self) -> Iterator[_Atom]:
        yield from (*self.atoms, *self.beside, *self.notes)

    def bounds(self, atom: _Atom, begin: int, end: int) -> tuple[int, int]:
        """Where an atom of the block may be: between those before and behind it that were found."""
        place = self.atoms.index(atom)
        before = [other.end for other in self.atoms[:place] if other.found]
        behind = [other.at for other in self.atoms[place + 1 :] if other.found]
        return max([begin, *before]), min([end, *behind])


def _iter_groups(found: Iterable[Piece]) -> Iterator[_Group]:
    """Pieces by blocks, in order."""
    group = _Group()
    panels = 0  # that are still to come of a figure, whose caption follows them
    for piece in found:
        is_panel = panels > 0 and piece.kind == "figure"
        panels -= is_panel
        if piece.kind == "panels":
            panels = len(piece.node.panels)
            yield group
            group = _Group(chapter=piece.chapter)
        elif piece.container == "note":
            group.notes += _make_atoms(piece)
        elif is_panel or piece.kind in _BESIDE or piece.container == "drawing":
            group.beside += _make_atoms(piece)
        elif piece.kind == "code" and (words := split_mixed_directions(piece.wordings[0])):
            yield group
            group = _Group(beside=[_Atom(piece, (word,)) for word in words], chapter=piece.chapter)
        else:
            yield group
            group = _Group(atoms=_make_atoms(piece), chapter=piece.chapter)
    yield group


def _make_atoms(piece: Piece) -> list[_Atom]:
    if piece.kind == "figure" and not any(image.alt and not image.decorative for image in piece.node.images):
        return []  # worded as its caption, which is a piece of its own
    if piece.kind == "table":
        runs = [part.letters for cell in piece.cells for part in cell.pieces]
        return [_Atom(piece, (run,)) for run in runs]
    wordings = [wording for words in piece.wordings if (wording := Wording(words))]
    if len(wordings) == 1:
        return [_Atom(piece, (part.letters,)) for part in wordings[0].pieces]
    # A formula in words, or as what stands in its place; a sign or two are anywhere.
    ways = [wording.letters for wording in wordings]
    return [_Atom(piece, tuple(way for way in ways if way == ways[0] or len(way) >= _SOME))] if ways else []


def _find_anchors(groups: list[_Group], lines: _Lines) -> None:
    """Find what is long enough to be there but once, and keep the longest chain that is in order."""
    text = lines.letters
    reached = 0
    atoms = [atom for group in groups for atom in group.atoms if min(map(len, atom.ways)) >= _TELLING]
    for atom in atoms:
        if atom.look(text, reached, reached + _NEAR) or atom.look(text, 0, len(text)):
            # A listing may say what two paragraphs before it say: better a place within one line.
            first = atom.at, atom.length
            while not lines.is_one(atom):
                if not atom.look(text, atom.at + 1, reached + _NEAR):
                    atom.at, atom.length = first
                    break
            reached = atom.end
    there = [atom for atom in atoms if atom.found]
    kept = set(_find_longest_rising([atom.at for atom in there]))
    for index, atom in enumerate(there):
        if index not in kept:
            atom.at, atom.elsewhere = -1, True


def _find_longest_rising(numbers: list[int]) -> list[int]:
    """Return the indices of a longest strictly rising subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
    chain = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _find_between(groups: list[_Group], lines: _Lines) -> list[tuple[_Atom, int, int]]:
    """Find the rest between what was found, block by block, in each what is longest first.

    Returns what has only a few letters and stands beside a block, with where it may be: a formula of a letter
    would take one of a note, which is found later.
    """
    small = []
    reached = 0
    for group, limit in zip(groups, _list_next_starts(groups, len(lines.letters)), strict=True):
        for atom in group.atoms:
            if atom.found:
                lines.use(atom.at, atom.end)
        for run in _iter_unfound(group.atoms):
            if len(run) > 1 or not group.beside:  # else a formula beside it may hold its letters
                lines.find_run(run, *group.bounds(run[0], reached, limit))
        left = [atom for atom in (*group.atoms, *group.beside) if not atom.found and not atom.elsewhere]
        for atom in sorted(left, key=lambda atom: -len(atom.ways[0])):
            start, end = group.bounds(atom, reached, limit) if atom in group.atoms else (reached, limit)
            if atom in group.beside and len(atom.ways[0]) <= _FEW:
                small.append((atom, start, end))
            else:
                lines.place(atom, start, end)
        reached = max([reached, *(atom.end for atom in (*group.atoms, *group.beside) if atom.found)])
    return small


def _iter_unfound(atoms: list[_Atom]) -> Iterator[list[_Atom]]:
    """Those that are still to be found, as far as they stand together.

    Together they are told from others more surely: a cell that holds but a letter is found anywhere.
    """
    for missed, run in groupby(atoms, lambda atom: not atom.found and not atom.elsewhere):
        if missed:
            yield list(run)


def _list_next_starts(groups: list[_Group], end: int) -> list[int]:
    """For each group where the next one begins that was found."""
    starts = []
    for group in reversed(groups):
        starts.append(end)
        end = min((atom.at for atom in group.atoms if atom.found), default=end)
    return starts[::-1]


def _find_notes(groups: list[_Group], lines: _Lines) -> None:
    """Find notes, which follow their references in an order of their own, with the formulas in them."""
    ends: dict[str, int] = {}
    for group in groups:
        ends[group.chapter] = max(
            [ends.get(group.chapter, 0), *(atom.end for atom in group.atoms if atom.found)]
        )
    reached = since = 0
    piece = None
    for group in groups:
        begin = min((atom.at for atom in group.atoms if atom.found), default=reached)
        for atom in group.notes:
            is_amid = atom.piece.kind in _BESIDE
            if not is_amid and atom.piece is not piece:
                since, piece = reached, atom.piece
            start = max(begin, since if is_amid else reached)
            lines.place(atom, start, ends.get(group.chapter, start) + _NEAR)
            reached = max(reached, atom.end) if atom.found else reached


def _drop_repeats(found: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple({id(piece): piece for piece in found}.values())


class _Lines:
    """The letters of a text, which of them are the book's, and on which line each stands."""

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

    def is_one(self, atom: _Atom) -> bool:
        """Whether what was found stands within one line."""
        return bisect_right(self._ends, atom.at) == bisect_left(self._ends, atom.end)

    def use(self, start: int, end: int) -> None:
        self._used[start:end] = b"\1" * (end - start)

    def place(self, atom: _Atom, start: int, end: int) -> None:
        """Take letters for an atom, or say whether it is anywhere else."""
        if self.find_unused(atom, start, end):
            self.use(atom.at, atom.end)
        else:
            atom.elsewhere = any(way in self.letters for way in atom.ways)

    def find_unused(self, atom: _Atom, start: int, end: int) -> bool:
        """Look for letters that are nothing else's yet."""
        for way in atom.ways:
            place = self.letters.find(way, start, end)
            while place >= 0 and any(self._used[place : place + len(way)]):
                place = self.letters.find(way, place + 1, end)
            if place >= 0:
                atom.at, atom.length = place, len(way)
                return True
        return False

    def find_run(self, atoms: list[_Atom], start: int, end: int) -> None:
        """Look for atoms that follow each other with nothing between them."""
        whole = _Atom(atoms[0].piece, ("".join(atom.ways[0] for atom in atoms),))
        if self.find_unused(whole, start, end):
            place = whole.at
            for atom in atoms:
                atom.at, atom.length = place, len(atom.ways[0])
                place = atom.end
            self.use(whole.at, whole.end)

    def left(self) -> Iterator[str]:
        """Return the letters of each line that are not the book's."""
        start = 0
        for end in self._ends:
            left = "".join(
                letter
                for letter, used in zip(self.letters[start:end], self._used[start:end], strict=True)
                if not used
            )
            if left:
                yield left
            start = end
