"""Choose each slide's speaker notes within the length of the talk, and locate its text in the book."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from triptych.languages.labels import Labels
from triptych.languages.language_tags import UNSPACED
from triptych.languages.sentences import count_spoken_words
from triptych.markup.contents import format_chapter_name
from triptych.model import nodes
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Block
from triptych.model.walk import collect_ids, plain_text, walk_all
from triptych.passes.pages import PrintInfo
from triptych.writers.deck.slides import NoteParagraph, Run, count_note_words
from triptych.writers.deck.story.content_slides import ContentSlide, rank_content_slides
from triptych.writers.deck.story.runs import AuthorNote, BookLocation, NotePart, Remark

PACE = 130  # speaking rate in words per minute
_MIN_CONTENT_MINUTES, _MIN_OTHER_MINUTES = (
    0.5,
    0.1,
)  # minimum minutes for a slide with book content, and for any other slide
_MAX_MINUTES = 1.5  # maximum minutes for a slide if the length of the talk is known
_MAX_UNTIMED_MINUTES = 1.0
_PLANNED_FRACTION = 0.97  # fraction of the talk's length that is planned; the remainder is a margin
_PLAIN_SLIDE_FRACTION = 0.5  # word allowance of slides without book content, relative to the others


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTiming:
    """The length of a talk in ``minutes`` (0 for no limit), and the speaking rate in words per minute."""

    minutes: float = 0
    pace: int = PACE

    @property
    def word_limit(self) -> int:
        """The number of words that can be spoken in the talk, or 0 for no limit."""
        return int(self.minutes * self.pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCandidates:
    """The notes from which those of a slide are chosen."""

    notes: Sequence[NotePart]
    is_visible: bool = True
    has_book_content: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenNotes:
    """The notes chosen for a slide, and the locations of its text in the book."""

    notes: tuple[NoteParagraph, ...]
    locations: tuple[BookLocation, ...]


def choose_notes(slides: Sequence[NoteCandidates], timing: TalkTiming) -> list[ChosenNotes]:
    """Choose the speaker notes of each slide.

    Visible slides share the words that fit the length of the talk; the author's notes are always kept. The
    notes of hidden slides are not limited by the length of the talk.
    """
    longest = _MAX_MINUTES if timing.word_limit else _MAX_UNTIMED_MINUTES
    shares = [1.0 if slide.has_book_content else _PLAIN_SLIDE_FRACTION for slide in slides]
    turns = [
        WordBudget(notes=slide.notes, word_limit=round(longest * timing.pace * share), share=share)
        for slide, share in zip(slides, shares, strict=True)
    ]
    words = int(timing.word_limit * _PLANNED_FRACTION)
    seen = iter(
        choose_note_parts([turn for turn, one in zip(turns, slides, strict=True) if one.is_visible], words)
    )
    hidden = iter(
        choose_note_parts([turn for turn, one in zip(turns, slides, strict=True) if not one.is_visible])
    )
    chosen = [next(seen if slide.is_visible else hidden) for slide in slides]
    return [
        ChosenNotes(
            notes=tuple(join_remarks(parts)),
            locations=tuple(one for one in parts if isinstance(one, BookLocation)),
        )
        for parts in chosen
    ]


def join_remarks(notes: Sequence[NotePart]) -> list[NoteParagraph]:
    """Convert notes to paragraphs, and leave out locations.

    Remarks from the same paragraph of the book become one paragraph.
    """
    out: list[NoteParagraph] = []
    for paragraph, parts in groupby(
        notes, key=lambda one: one.paragraph_number if isinstance(one, Remark) else -1
    ):
        if paragraph < 0:
            written = (one.text if isinstance(one, AuthorNote) else one for one in parts)
            out += (one for one in written if not isinstance(one, BookLocation | Remark))
        else:
            out.append((Run(text=_join_sentences([one.text for one in parts if isinstance(one, Remark)])),))
    return out


def _join_sentences(sentences: Sequence[str]) -> str:
    """Join sentences with spaces, or without them in scripts that have none."""
    text = ""
    for sentence in sentences:
        text += sentence if not text or re.search(f"[{UNSPACED}]$", text) else f" {sentence}"
    return text


def find_surplus_slides(
    slides_by_chapter: Mapping[str, Sequence[ContentSlide]], other_slide_count: int, timing: TalkTiming
) -> tuple[set[tuple[str, int]], float]:
    """Return the slides to hide for lack of time, and the minutes that the remaining slides need.

    Each slide to hide is given by its chapter id and index; slides that the author requested are never
    hidden. ``other_slide_count`` is the number of slides without book content. A slide with book content
    needs half a minute, or as long as its author's notes take if that is more.
    """
    need = other_slide_count * _MIN_OTHER_MINUTES + sum(
        _get_min_minutes(item, timing)
        for items in slides_by_chapter.values()
        for item in items
        if not item.hidden
    )
    spare = sorted(
        (worth, -number, name, index)
        for number, (name, items) in enumerate(slides_by_chapter.items())
        for index, worth in rank_content_slides(items)
    )
    beyond: set[tuple[str, int]] = set()
    for _, _, name, index in spare:
        if need <= timing.minutes:
            break
        beyond.add((name, index))
        need -= _get_min_minutes(slides_by_chapter[name][index], timing)
    return beyond, need


def _get_min_minutes(slide: ContentSlide, timing: TalkTiming) -> float:
    return max(_MIN_CONTENT_MINUTES, sum(map(count_note_words, slide.author_notes)) / timing.pace)


_CONTINUATION_SCORE = 0.5  # added to a sentence's worth if the sentence before it is chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class WordBudget:
    """The notes from which a slide's notes are chosen, with the slide's word limit.

    ``share`` is the slide's share of the total words, relative to those of the other slides.
    """

    notes: Sequence[NotePart]
    word_limit: int
    share: float = 1.0


def choose_note_parts(budgets: Sequence[WordBudget], max_words: int = 0) -> list[list[NotePart]]:
    """Choose the notes of each slide, with at most ``max_words`` words in total; 0 means no limit.

    The slide with the fewest words relative to its share gets its best remaining remark, repeatedly, until no
    remark fits. Notes other than remarks are always kept. Slides with author's notes get no remarks.
    """
    taken = [
        {index for index, said in enumerate(turn.notes) if not isinstance(said, Remark)} for turn in budgets
    ]
    lengths = [[_count_words(said) for said in turn.notes] for turn in budgets]
    spent = [sum(own[index] for index in fixed) for own, fixed in zip(lengths, taken, strict=True)]
    left = max_words - sum(spent) if max_words else sum(turn.word_limit for turn in budgets)
    open_turns = [
        number
        for number, turn in enumerate(budgets)
        if not any(isinstance(said, AuthorNote) for said in turn.notes)
    ]
    waiting = [(spent[number] / budgets[number].share, number) for number in open_turns]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        turn, own = budgets[number], taken[number]
        best = _find_best_remark(turn, lengths[number], own, min(left, turn.word_limit - spent[number]))
        if best is None:
            continue
        own.add(best)
        spent[number] += lengths[number][best]
        left -= lengths[number][best]
        heapq.heappush(waiting, (spent[number] / turn.share, number))
    return [[turn.notes[index] for index in sorted(own)] for turn, own in zip(budgets, taken, strict=True)]


def _find_best_remark(
    budget: WordBudget, lengths: Sequence[int], chosen_indices: set[int], max_words: int
) -> int | None:
    """Return the index of the best remaining remark with at most ``max_words`` words.

    Return None if there is no such remark. A remark that needs the previous one must follow a chosen remark.
    """
    best, most = None, float("-inf")
    for index, said in enumerate(budget.notes):
        if index in chosen_indices or not isinstance(said, Remark) or lengths[index] > max_words:
            continue
        before = budget.notes[index - 1] if index - 1 in chosen_indices else None
        follows = isinstance(before, Remark) and before.paragraph_number == said.paragraph_number
        if said.needs_previous and not follows:
            continue
        worth = said.score + _CONTINUATION_SCORE * follows
        if worth > most:
            best, most = index, worth
    return best


def _count_words(note: NotePart) -> int:
    if isinstance(note, Remark):
        return count_spoken_words(note.text)
    if isinstance(note, BookLocation):
        return 0
    return count_note_words(note.text if isinstance(note, AuthorNote) else note)


@dataclass(frozen=True)
class BookLocator:
    """Locates blocks by PDF page, or by section if the pages are unknown."""

    book: Book
    labels: Labels
    print_info: PrintInfo

    def find_location(self, chapter: Chapter, path: Sequence[int], blocks: Iterable[Block]) -> BookLocation:
        """Return the location of blocks in a chapter.

        ``path`` lists the numbers of the headings above the slide. If it is empty, the location includes all
        pages from the first to the last block.
        """
        heading = chapter.blocks[path[-1] - 1] if path else None
        name = heading.attr.id if isinstance(heading, nodes.Heading) else chapter.id
        ids = {name, *collect_ids(walk_all(tuple(blocks)))}
        found = (self._page_indices.get(self.print_info.pages.get(one, "")) for one in ids)
        pages = {page for page in found if page is not None}
        if pages and not path:
            pages = set(range(min(pages), max(pages) + 1))
        return BookLocation(section=self._find_section(chapter, path), pages=frozenset(pages))

    def find_chapter_location(self, chapter: Chapter, blocks: Iterable[Block]) -> BookLocation:
        """Return the location of a chapter: all pages from the first one with ``blocks`` to the end.

        The last page may be the one on which the next chapter starts.
        """
        begun = self.find_location(chapter, (), blocks)
        if not begun.pages:
            return begun
        document = self.print_info.starts[max(begun.pages)].document
        ends = [
            page
            for page, start in enumerate(self.print_info.starts)
            if start.document == document and start.position is not None
        ]
        last = max(ends, default=max(begun.pages))
        following = self._next_chapter_ids.get(chapter.id, "")
        if (page := self._page_indices.get(self.print_info.pages.get(following, ""))) is not None:
            last = min(last, max(page, *begun.pages))
        return BookLocation(
            section=begun.section, pages=begun.pages | frozenset(range(min(begun.pages), last + 1))
        )

    def describe_locations(self, locations: Sequence[BookLocation]) -> str:
        """Return a line with page ranges or a section, such as "In the book: pp. 28–29"."""
        pages = sorted(set().union(*(index.pages for index in locations)))
        where = (
            self.labels.format_page_reference(self._iter_page_ranges(pages))
            if pages
            else locations[0].section
        )
        return self.labels.titled(self.labels["in-the-book"], where)

    @cached_property
    def _next_chapter_ids(self) -> dict[str, str]:
        """The id of the following chapter, by chapter id."""
        return {one.id: after.id for one, after in pairwise(self.book.chapters)}

    @cached_property
    def _page_indices(self) -> dict[str, int]:
        return {start.label: order for order, start in enumerate(self.print_info.starts)}

    def _iter_page_ranges(self, pages: Sequence[int]) -> Iterator[str]:
        for _, run in groupby(enumerate(pages), key=lambda item: item[1] - item[0]):
            names = [self.print_info.starts[page].label for _, page in run]
            yield names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"

    def _find_section(self, chapter: Chapter, path: Sequence[int]) -> str:
        """Return the label of the nearest numbered heading above a slide, or else of the chapter."""
        for index in reversed(path):
            heading = chapter.blocks[index - 1]
            label = self.book.labels.get(heading.attr.id) if isinstance(heading, nodes.Heading) else None
            if label and label.number:
                return self.labels.named("section", label.number).lower()
        return format_chapter_name(self.book, chapter, self.labels) or plain_text(chapter.title)
