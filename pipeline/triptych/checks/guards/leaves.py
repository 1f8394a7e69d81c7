"""A finished file as its leaves: the pages of a PDF, the documents of an e-book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from triptych.model.book import Book, Chapter
from triptych.model.strays import Stray


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf shows: its text as letters, and how many pictures, charts and formulas are drawn on it.

    ``strays`` are what is not where it should be, such as words off the page. ``label`` is what a page is
    called.
    """

    letters: str
    drawings: int = 0
    strays: tuple[Stray, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """The leaves of a file in order. ``anchors`` are the leaves at which ids stand, ``inside`` those ids that
    stand below the top of their leaf, where something may come before them.

    ``alternatives`` reads the letters of all alternative texts, which takes its time. In a ``reordered`` file
    the words of a line may stand in another order than they are read. ``tells_drawings`` says whether it
    tells what is drawn from what only adorns it, ``tells_silent`` whether it does so of drawings too that
    nothing is said of. One with its ``own_fonts`` alone has a sign for characters that these lack.
    """

    output: str
    leaves: Sequence[Leaf]
    anchors: Mapping[str, int]
    alternatives: Callable[[], str]
    reordered: bool = False
    tells_drawings: bool = True
    tells_silent: bool = True
    own_fonts: bool = False
    inside: frozenset[str] = frozenset()

    def with_strays(self, strays: Mapping[int, tuple[Stray, ...]]) -> Leaves:
        """The same leaves, some of them with strays more."""
        leaves = list(self.leaves)
        for number, more in strays.items():
            leaves[number] = replace(leaves[number], strays=(*leaves[number].strays, *more))
        return replace(self, leaves=leaves)

    def by_chapter(self, book: Book) -> Iterator[tuple[Chapter, Sequence[Leaf]]]:
        """Each chapter with its leaves."""
        for chapter, own in self.places(book):
            yield chapter, self.leaves[own.start : own.stop]

    def places(self, book: Book) -> Iterator[tuple[Chapter, range]]:
        """Each chapter with the numbers of its leaves: from the one that it begins on to where the next
        begins, with that leaf if the next chapter begins inside it.

        A chapter that nothing leads to may be on any leaf.
        """
        starts = {
            chapter.id: self.anchors[chapter.id] for chapter in book.chapters if chapter.id in self.anchors
        }
        at_top = {leaf for name, leaf in starts.items() if name not in self.inside}
        ordered = sorted({*starts.values(), len(self.leaves)})
        shared = {*starts.values()} - at_top
        ends = {start: end + (end in shared) for start, end in pairwise(ordered)}
        for chapter in book.chapters:
            start = starts.get(chapter.id)
            yield chapter, range(len(self.leaves)) if start is None else range(start, ends[start])
