"""Choose the speaker notes that fit the length of the talk, and locate the text of slides in the book."""

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
# Minimum minutes for a slide with book content, and for any other slide.
_MIN_CONTENT_MINUTES, _MIN_OTHER_MINUTES = 0.5, 0.1
_MAX_MINUTES = 1.5  # maximum minutes per slide if the length of the talk is known
_MAX_UNTIMED_MINUTES = 1.0
_PLANNED_FRACTION = 0.97  # fraction of the talk's length that is planned; the remainder is a margin
_PLAIN_SLIDE_FRACTION = 0.5  # relative word allowance of slides without content of the book


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
    """The notes from which the speaker notes of a slide are chosen."""

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

    Visible slides share the words that fit the length of the talk. Author's notes are always kept. The notes
    of hidden slides are not limited.
    """
    longest = _MAX_MINUTES if timing.word_limit else _MAX_UNTIMED_MINUTES
    shares = [1.0 if slide.has_book_content else _PLAIN_SLIDE_FRACTION for slide in slides]
    turns = [
        WordBudget(
            notes=slide.notes, word_limit=round(longest * timing.pace * time_share), time_share=time_share
        )
        for slide, time_share in zip(slides, shares, strict=True)
    ]
    words = int(timing.word_limit * _PLANNED_FRACTION)
    seen = iter(
        choose_note_parts(
            [budget for budget, slide in zip(turns, slides, strict=True) if slide.is_visible], words
        )
    )
    hidden = iter(
        choose_note_parts(
            [budget for budget, slide in zip(turns, slides, strict=True) if not slide.is_visible]
        )
    )
    chosen_parts = [next(seen if slide.is_visible else hidden) for slide in slides]
    return [
        ChosenNotes(
            notes=tuple(join_remarks(parts)),
            locations=tuple(slide for slide in parts if isinstance(slide, BookLocation)),
        )
        for parts in chosen_parts
    ]


def join_remarks(notes: Sequence[NotePart]) -> list[NoteParagraph]:
    """Convert notes to paragraphs, without locations.

    Remarks from the same paragraph of the book become one paragraph.
    """
    out: list[NoteParagraph] = []
    for paragraph, parts in groupby(
        notes, key=lambda part: part.paragraph_number if isinstance(part, Remark) else -1
    ):
        if paragraph < 0:
            texts = (part.text if isinstance(part, AuthorNote) else part for part in parts)
            out += (part for part in texts if not isinstance(part, BookLocation | Remark))
        else:
            out.append(
                (Run(text=_join_sentences([part.text for part in parts if isinstance(part, Remark)])),)
            )
    return out


def _join_sentences(sentences: Sequence[str]) -> str:
    """Join sentences with spaces, or without in scripts that do not use spaces."""
    text = ""
    for sentence in sentences:
        text += sentence if not text or re.search(f"[{UNSPACED}]$", text) else f" {sentence}"
    return text


def find_surplus_slides(
    slides_by_chapter: Mapping[str, Sequence[ContentSlide]], other_slide_count: int, timing: TalkTiming
) -> tuple[set[tuple[str, int]], float]:
    """Return the slides to hide for lack of time, and the minutes needed for the remaining slides.

    A slide to hide is given by its chapter id and index; requested slides are never hidden.
    ``other_slide_count`` is the number of slides without content of the book. A slide with content of the
    book takes half a minute, or longer if its author's notes need more time.
    """
    need = other_slide_count * _MIN_OTHER_MINUTES + sum(
        _get_min_minutes(item, timing)
        for items in slides_by_chapter.values()
        for item in items
        if not item.hidden
    )
    removable = sorted(
        (score, -number, name, index)
        for number, (name, items) in enumerate(slides_by_chapter.items())
        for index, score in rank_content_slides(items)
    )
    surplus: set[tuple[str, int]] = set()
    for _, _, name, index in removable:
        if need <= timing.minutes:
            break
        surplus.add((name, index))
        need -= _get_min_minutes(slides_by_chapter[name][index], timing)
    return surplus, need


def _get_min_minutes(slide: ContentSlide, timing: TalkTiming) -> float:
    return max(_MIN_CONTENT_MINUTES, sum(map(count_note_words, slide.author_notes)) / timing.pace)


_CONTINUATION_SCORE = 0.5  # added to the score of a sentence that follows a chosen one


@dataclass(frozen=True, slots=True, kw_only=True)
class WordBudget:
    """The notes to choose from and the word limit of a slide.

    ``time_share`` is the slide's share of all words, relative to those of the other slides.
    """

    notes: Sequence[NotePart]
    word_limit: int
    time_share: float = 1.0


def choose_note_parts(budgets: Sequence[WordBudget], max_words: int = 0) -> list[list[NotePart]]:
    """Choose the notes of each slide, with at most ``max_words`` words in total; 0 means no limit.

    Repeatedly, the slide with the fewest words relative to its share gets its best remaining remark, until no
    remark fits. Notes other than remarks are always kept. Slides with author's notes get no remarks.
    """
    taken_indices = [
        {index for index, note in enumerate(budget.notes) if not isinstance(note, Remark)}
        for budget in budgets
    ]
    lengths = [[_count_words(note) for note in budget.notes] for budget in budgets]
    spent = [
        sum(note_lengths[index] for index in fixed)
        for note_lengths, fixed in zip(lengths, taken_indices, strict=True)
    ]
    left = max_words - sum(spent) if max_words else sum(budget.word_limit for budget in budgets)
    open_turns = [
        number
        for number, budget in enumerate(budgets)
        if not any(isinstance(note, AuthorNote) for note in budget.notes)
    ]
    waiting = [(spent[number] / budgets[number].time_share, number) for number in open_turns]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        budget, note_lengths = budgets[number], taken_indices[number]
        best = _find_best_remark(
            budget, lengths[number], note_lengths, min(left, budget.word_limit - spent[number])
        )
        if best is None:
            continue
        note_lengths.add(best)
        spent[number] += lengths[number][best]
        left -= lengths[number][best]
        heapq.heappush(waiting, (spent[number] / budget.time_share, number))
    return [
        [budget.notes[index] for index in sorted(note_lengths)]
        for budget, note_lengths in zip(budgets, taken_indices, strict=True)
    ]


def _find_best_remark(
    budget: WordBudget, lengths: Sequence[int], chosen_indices: set[int], max_words: int
) -> int | None:
    """Return the index of the best remaining remark with at most ``max_words`` words.

    Return None if there is no such remark. A remark that
    depends on the previous one can only follow a chosen remark.
    """
    best, max_score = None, float("-inf")
    for index, note in enumerate(budget.notes):
        if index in chosen_indices or not isinstance(note, Remark) or lengths[index] > max_words:
            continue
        before = budget.notes[index - 1] if index - 1 in chosen_indices else None
        is_continuation = isinstance(before, Remark) and before.paragraph_number == note.paragraph_number
        if note.needs_previous and not is_continuation:
            continue
        score = note.score + _CONTINUATION_SCORE * is_continuation
        if score > max_score:
            best, max_score = index, score
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
        page_indices = (
            self._page_indices.get(self.print_info.pages.get(identifier, "")) for identifier in ids
        )
        pages = {page for page in page_indices if page is not None}
        if pages and not path:
            pages = set(range(min(pages), max(pages) + 1))
        return BookLocation(section=self._find_section(chapter, path), pages=frozenset(pages))

    def find_chapter_location(self, chapter: Chapter, blocks: Iterable[Block]) -> BookLocation:
        """Return the location of a chapter: all pages from the first one with ``blocks`` to its end.

        The next chapter may start on the last page.
        """
        location = self.find_location(chapter, (), blocks)
        if not location.pages:
            return location
        document = self.print_info.starts[max(location.pages)].document
        end_pages = [
            page
            for page, start in enumerate(self.print_info.starts)
            if start.document == document and start.position is not None
        ]
        last = max(end_pages, default=max(location.pages))
        following = self._next_chapter_ids.get(chapter.id, "")
        if (page := self._page_indices.get(self.print_info.pages.get(following, ""))) is not None:
            last = min(last, max(page, *location.pages))
        return BookLocation(
            section=location.section, pages=location.pages | frozenset(range(min(location.pages), last + 1))
        )

    def describe_locations(self, locations: Sequence[BookLocation]) -> str:
        """Return a line with page ranges or a section, such as "In the book: pp. 28–29"."""
        pages = sorted(set().union(*(index.pages for index in locations)))
        page_names = (
            self.labels.format_page_reference(self._iter_page_ranges(pages))
            if pages
            else locations[0].section
        )
        return self.labels.titled(self.labels["in-the-book"], page_names)

    @cached_property
    def _next_chapter_ids(self) -> dict[str, str]:
        """The id of the following chapter, for each chapter id."""
        return {chapter.id: after.id for chapter, after in pairwise(self.book.chapters)}

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
