"""Where in the book all of it stands that a slide says in fewer words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from triptych.languages.labels import Labels
from triptych.markup.outline import chapter_name
from triptych.model import nodes
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Block
from triptych.model.walk import ids_in, plain_text, walk_all
from triptych.passes.references.pages import Printed
from triptych.writers.deck.story.speech.remark import InBook


@dataclass(frozen=True)
class Places:
    """Finds passages in the PDF, where its pages are known, else in the sections of the book."""

    book: Book
    labels: Labels
    printed: Printed

    def of(self, chapter: Chapter, path: Sequence[int], blocks: Iterable[Block]) -> InBook:
        """Where some blocks of a chapter stand; ``path`` is that of the headings over the slide.

        What is said to the chapter itself stands on all pages between its first and its last.
        """
        heading = chapter.blocks[path[-1] - 1] if path else None
        name = heading.attr.id if isinstance(heading, nodes.Heading) else chapter.id
        ids = {name, *ids_in(walk_all(tuple(blocks)))}
        found = (self._orders.get(self.printed.pages.get(one, "")) for one in ids)
        pages = {page for page in found if page is not None}
        if pages and not path:
            pages = set(range(min(pages), max(pages) + 1))
        return InBook(section=self._section(chapter, path), pages=frozenset(pages))

    def of_chapter(self, chapter: Chapter, blocks: Iterable[Block]) -> InBook:
        """Where a chapter stands of which some blocks are said: on all its pages, to the last with text.

        A chapter that runs on ends on the page on which the next one begins.
        """
        begun = self.of(chapter, (), blocks)
        if not begun.pages:
            return begun
        document = self.printed.starts[max(begun.pages)].document
        ends = [
            page
            for page, start in enumerate(self.printed.starts)
            if start.document == document and start.place is not None
        ]
        last = max(ends, default=max(begun.pages))
        following = self._following.get(chapter.id, "")
        if (page := self._orders.get(self.printed.pages.get(following, ""))) is not None:
            last = min(last, max(page, *begun.pages))
        return InBook(section=begun.section, pages=begun.pages | frozenset(range(min(begun.pages), last + 1)))

    def words(self, places: Sequence[InBook]) -> str:
        """The line that says where: "In the book: pp. 28–29"."""
        pages = sorted(set().union(*(place.pages for place in places)))
        where = self.labels.on_pages(self._ranges(pages)) if pages else places[0].section
        return self.labels.titled(self.labels["in-the-book"], where)

    @cached_property
    def _following(self) -> dict[str, str]:
        """The id of the chapter after each."""
        return {one.id: after.id for one, after in pairwise(self.book.chapters)}

    @cached_property
    def _orders(self) -> dict[str, int]:
        return {start.name: order for order, start in enumerate(self.printed.starts)}

    def _ranges(self, pages: Sequence[int]) -> Iterator[str]:
        for _, run in groupby(enumerate(pages), key=lambda item: item[1] - item[0]):
            names = [self.printed.starts[page].name for _, page in run]
            yield names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"

    def _section(self, chapter: Chapter, path: Sequence[int]) -> str:
        """The nearest numbered heading over a slide, else the chapter."""
        for place in reversed(path):
            heading = chapter.blocks[place - 1]
            label = self.book.labels.get(heading.attr.id) if isinstance(heading, nodes.Heading) else None
            if label and label.number:
                return self.labels.named("section", label.number).lower()
        return chapter_name(self.book, chapter, self.labels) or plain_text(chapter.title)
