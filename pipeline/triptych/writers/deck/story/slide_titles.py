"""Choose the titles of slides and the summary and key message of a talk from the text of the book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count, islice
from typing import TypeVar

from triptych.languages.labels import Labels
from triptych.languages.sentences import split_sentences
from triptych.model import nodes
from triptych.model.book import Chapter, Matter, Metadata, Role
from triptych.model.isbn import URN
from triptych.model.nodes import Block
from triptych.model.walk import collect_ids, plain_text, walk
from triptych.template_views import template_view
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    ChartBody,
    DeckSlide,
    EquationBody,
    NumbersBody,
    PictureBody,
    QuoteBody,
    Run,
    TableBody,
    TextBody,
    TimelineBody,
    join_run_text,
)
from triptych.writers.deck.story.runs import make_plain_note, make_runs
from triptych.writers.deck.story.statements import (
    MAX_TITLE_LENGTH,
    BookSentence,
    SlideTopic,
    StatementFinder,
    count_common_stems,
)

_MIN_STATEMENT_WORDS = 6  # minimum number of words in a heading that counts as a statement
# Adjustments to the result of `StatementFinder.score_sentence` for sentences near a block, and minimum
# scores.
_LEAD_IN_SCORE = 0.6  # added for the sentence before the block
_DISTANCE_SCORE = 0.2  # subtracted for each paragraph between the sentence and the block
_MAX_PARAGRAPHS_BEFORE, _MAX_PARAGRAPHS_AFTER = 3, 2  # paragraphs that may be about the block between them
_MIN_POINT_SCORE, _MIN_TITLE_SCORE = 0.5, 0.4
_MAX_DETAIL_LENGTH = 44  # maximum length of the addition that distinguishes equal titles
_MAX_LENGTH = 110  # maximum length of a title with this addition


@dataclass(slots=True)
class TitleChooser:
    """Chooses the titles of a chapter's slides; ``used`` has the titles and points chosen so far."""

    statement_finder: StatementFinder
    used: set[str] = field(default_factory=set)

    def choose_title(self, index: int, section: Sequence[Block], topic: SlideTopic, *, is_first: bool) -> str:
        """Return a title for the slide of the block at ``index``.

        ``is_first`` is true if this is the first block of the section that has a slide. Candidates, in order,
        are a caption that is a statement, the heading if it is a statement and ``is_first`` is true, the most
        relevant sentence beside the block that is about its content, the caption, and the heading. Only the
        heading may be used repeatedly.
        """
        for title in self._iter_title_candidates(index, section, topic, is_first=is_first):
            if title and title not in self.used:
                self.used.add(title)
                return title
        return topic.heading

    def choose_list_title(self, introduction: str, topic: SlideTopic, count: int, *, is_first: bool) -> str:
        """Return a title for the slide of a list with ``count`` items.

        Candidates are the heading if it is a statement and ``is_first`` is true, the sentence before the
        list if it makes sense on its own and names no other number of items, and the heading.
        """
        finder = self.statement_finder
        if is_first and self.is_statement(topic.heading, topic.heading):
            return topic.heading
        if (
            introduction not in self.used
            and finder.is_list_introduction(introduction, count)
            and count_common_stems(introduction, f"{topic.heading} {topic.content}")
        ):
            self.used.add(introduction)
            return introduction
        return topic.heading

    def is_statement(self, title: str, heading: str) -> bool:
        """Return whether a title is a statement; a short heading or a question is not."""
        return (
            self.statement_finder.is_statement(title)
            and not self.statement_finder.is_question(title)
            and (title != heading or len(heading.split()) >= _MIN_STATEMENT_WORDS)
        )

    def choose_points(
        self, index: int, section: Sequence[Block], topic: SlideTopic, max_points: int
    ) -> list[str]:
        """Return unused sentences near a block that are relevant to ``topic``, as bullet points in order.

        There are at most ``max_points``. Without any, return the nearest preceding sentence that makes sense
        on its own and has a word or identifier of the content or of the heading.
        """
        finder = self.statement_finder
        ranked = [
            (score, order, text)
            for order, (score, sentence) in enumerate(self._iter_nearby_sentences(index, section, topic))
            if (text := finder.make_bullet_point(sentence))
            and not text.startswith(tuple(self.used))
            and (not finder.can_write_titles or finder.is_about(text, sentence.identifiers, topic))
        ]
        best = sorted((candidate for candidate in ranked if candidate[0] >= _MIN_POINT_SCORE), reverse=True)[
            :max_points
        ]
        points = [text for _, _, text in sorted(best, key=lambda candidate: candidate[1])]
        points = points or list(islice(self._iter_lead_ins(index, section, topic), 1))
        self.used.update(points)
        return points

    def _iter_lead_ins(self, index: int, section: Sequence[Block], topic: SlideTopic) -> Iterator[str]:
        """Yield the sentences before a block that can introduce it on a slide, nearest first."""
        finder = self.statement_finder
        if not finder.can_write_titles:
            return
        before = [block for position, block in _list_nearby_paragraphs(index, section) if position < index]
        for paragraph in reversed(before):
            for sentence in reversed(list(finder.iter_sentences(paragraph))):
                text = finder.make_bullet_point(sentence, is_lead_in=True)
                is_named = bool(sentence.identifiers & topic.identifiers)
                shared = count_common_stems(text, f"{topic.heading} {topic.content}")
                if text and (is_named or shared) and not text.startswith(tuple(self.used)):
                    yield text

    def _iter_title_candidates(
        self, index: int, section: Sequence[Block], topic: SlideTopic, *, is_first: bool
    ) -> Iterator[str]:
        finder = self.statement_finder
        label = topic.label
        if label and finder.is_statement(label) and finder.is_independent(label):
            yield label
        if finder.can_write_titles:
            for text in split_sentences(topic.caption, finder.language):
                yield finder.make_title(BookSentence(text.strip()))
        if is_first and self.is_statement(topic.heading, topic.heading):
            yield topic.heading
        ranked = sorted(
            self._iter_nearby_sentences(index, section, topic), key=lambda candidate: -candidate[0]
        )
        for score, sentence in ranked:
            if finder.can_write_titles and score >= _MIN_TITLE_SCORE:
                title = finder.make_title(sentence)
                if title and finder.is_about(title, sentence.identifiers, topic):
                    yield title
        yield label
        yield topic.heading

    def _iter_nearby_sentences(
        self, index: int, section: Sequence[Block], topic: SlideTopic
    ) -> Iterator[tuple[float, BookSentence]]:
        """Yield the sentences of the paragraphs near the block at ``index``, each with its score.

        A sentence that refers to other content, and those up to the next reference, are about that content,
        and so are those before the first reference.
        """
        ids = collect_ids(walk(section[index]))
        for position, paragraph in _list_nearby_paragraphs(index, section):
            sentences = list(self.statement_finder.iter_sentences(paragraph))
            targets = next((set(other.references.values()) for other in sentences if other.references), set())
            for number, sentence in enumerate(sentences):
                targets = set(sentence.references.values()) or targets
                if targets and not targets & ids:
                    continue
                is_lead_in = position == index - 1 and number == len(sentences) - 1
                score = self.statement_finder.score_sentence(sentence, topic) + _LEAD_IN_SCORE * is_lead_in
                yield score - _DISTANCE_SCORE * (abs(position - index) - 1), sentence


def _list_nearby_paragraphs(index: int, section: Sequence[Block]) -> list[tuple[int, nodes.Paragraph]]:
    """Return the paragraphs near the block at ``index`` in their order, each with its index.

    A paragraph after the block that is followed by another block than a paragraph may be about that block.
    """
    nearby: list[tuple[int, nodes.Paragraph]] = []
    for position in range(index - 1, max(index - _MAX_PARAGRAPHS_BEFORE, 0) - 1, -1):
        block = section[position]
        if not isinstance(block, nodes.Paragraph):
            break
        nearby.insert(0, (position, block))
    for position in range(index + 1, min(index + _MAX_PARAGRAPHS_AFTER, len(section) - 1) + 1):
        block, following = section[position], section[position + 1 : position + 2]
        if not all(isinstance(other, nodes.Paragraph) for other in (block, *following)):
            break
        assert isinstance(block, nodes.Paragraph)
        nearby.append((position, block))
    return nearby


def distinguish_titles(
    slides: Sequence[DeckSlide], chapters: Mapping[str, str], labels: Labels
) -> list[DeckSlide]:
    """Make repeated titles unique.

    A repeated title is extended with the chapter title, if that differs, with the caption of the slide if it
    is short, or else with a number. Visible slides take precedence over hidden slides. ``chapters`` maps
    chapter ids to titles.
    """
    titles: dict[int, str] = {}
    first_in: dict[str, str] = {}
    used_titles: set[str] = set()
    for index in sorted(range(len(slides)), key=lambda index: slides[index].hidden):
        slide = slides[index]
        title = slide.title.strip()
        if title in used_titles:
            chapter = chapters.get(slide.chapter, "") if first_in.get(title) != slide.chapter else ""
            details = (chapter, *_list_short_texts(slide.body))
            extended = (
                labels.titled(title, detail) for detail in details if detail.rstrip(".") not in ("", title)
            )
            numbered = (f"{title}{labels.bracketed(str(number))}" for number in count(2))
            candidates = chain((text for text in extended if len(text) <= _MAX_LENGTH), numbered)
            title = next(candidate for candidate in candidates if candidate not in used_titles)
        first_in.setdefault(title, slide.chapter)
        used_titles.add(title)
        titles[index] = title
    return [replace(slide, title=titles[index]) for index, slide in enumerate(slides)]


def _list_short_texts(body: Body | None) -> list[str]:
    """Return the texts that describe a slide's content, such as its caption, as far as they are short."""
    texts: list[str] = []
    match body:
        case TableBody(rows=rows, source=source, alt=alt):
            columns = ", ".join(join_run_text(cell.runs) for cell in rows[0]) if rows else ""
            texts = [join_run_text(source), columns, alt]
        case PictureBody(source=source, alt=alt) | ChartBody(source=source, alt=alt):
            texts = [join_run_text(source), alt]
        # The first of several points says too little.
        case TextBody(paras=(first,)) | CalloutBody(paras=(first, *_)):
            texts = [join_run_text(first.runs)]
        case NumbersBody(cards=(card, *_)) | TimelineBody(cards=(card, *_)):
            texts = [join_run_text(card.heading)]
        case QuoteBody(text=quotation):
            texts = [join_run_text(quotation)]
        case EquationBody(text=formula):
            texts = [formula]
    texts = [" ".join(text.split()) for text in texts]
    return [text for text in texts if len(text) <= _MAX_DETAIL_LENGTH]


T = TypeVar("T")

_MAX_LINES = 6  # maximum number of lines in the summary
_MAX_LINE_LENGTH = 160  # maximum length of a summary line in characters, which is two lines on the slide
_MIN_SUPPORTING_TAKEAWAYS = 3  # minimum number of takeaways that support a claim
_MIN_MESSAGES = 3  # minimum number of messages of chapters in the summary
_MAX_MESSAGE_LENGTH = 130  # maximum length of the message in characters, since it is in large type
_ADDRESS = re.compile(r"https?://\S+|(?:doi:|urn:doi:)\S+", re.IGNORECASE)


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The content of the summary and closing slides.

    ``claim`` is the title of the summary slide, and ``message`` (the key message of the talk) that of the
    closing slide; either may be "". ``found_at`` has lines with the publisher, the ISBN or the URL for the
    closing slide.
    """

    claim: str
    lines: tuple[tuple[Run, ...], ...]
    message: str
    found_at: tuple[tuple[Run, ...], ...] = ()


def make_summary(
    meta: Metadata, chapters: Sequence[Chapter], labels: Labels, messages: Sequence[str] = ()
) -> Summary:
    """Summarise a book by its takeaways, or by the first takeaways of its chapters.

    A book without takeaways has no message. Its summary has the ``messages`` that were found in its chapters,
    if there are three or more. The book's first takeaway is the claim if it is
    short enough for a title. If there are too many lines, evenly spaced ones are kept. The key message is the
    first takeaway of the book unless that is the claim, which the closing slide must not repeat; otherwise it
    is that of the conclusion. Without takeaways of the book, the last chapter with takeaways also has one.
    """
    written = [chapter for chapter in chapters if chapter.takeaways and chapter.matter is Matter.BODY]
    concluding = [chapter for chapter in written if chapter.role is Role.CONCLUSION]
    claim, closing = "", concluding
    if meta.takeaways:
        message, *others = meta.takeaways
        if len(message) <= MAX_TITLE_LENGTH and len(others) >= _MIN_SUPPORTING_TAKEAWAYS:
            claim, message = message.rstrip(f".{labels.full_stop}"), ""
        notes = [make_plain_note(text) for text in (others if claim else meta.takeaways)[:_MAX_LINES]]
    else:
        message, closing = "", concluding or written
        notes = [make_runs(chapter.takeaways[0]) for chapter in written]
        if not written and len(messages) >= _MIN_MESSAGES:
            notes = [make_plain_note(text) for text in messages]
    if not message and closing:
        message = plain_text(closing[-1].takeaways[0])
    is_repeated = message.rstrip(f".{labels.full_stop}") == claim
    lines = select_spaced_lines([line for line in notes if len(join_run_text(line)) <= _MAX_LINE_LENGTH])
    return Summary(
        claim=claim,
        lines=tuple(lines) if len(lines) > 1 else (),
        message="" if is_repeated or len(message) > _MAX_MESSAGE_LENGTH else message,
        found_at=tuple(_list_publication_lines(meta, labels)),
    )


def select_spaced_lines(lines: Sequence[T]) -> Sequence[T]:
    """Return at most six lines, evenly spaced, including the first and the last."""
    if len(lines) <= _MAX_LINES:
        return lines
    return [lines[round(index * (len(lines) - 1) / (_MAX_LINES - 1))] for index in range(_MAX_LINES)]


def _list_publication_lines(meta: Metadata, labels: Labels) -> list[tuple[Run, ...]]:
    """Return lines with the publisher and year, and the ISBN or URL."""
    year = str(meta.date.year) if meta.date else ""
    imprint = labels.comma.join(filter(None, (meta.publisher, year))) if meta.publisher else ""
    lines = [make_plain_note(imprint)] if imprint else []
    isbn = meta.isbn or (meta.identifier.removeprefix(URN) if meta.identifier.startswith(URN) else "")
    if isbn:
        lines.append(make_plain_note(f"ISBN {isbn}"))
    elif _ADDRESS.fullmatch(meta.identifier):
        name = re.sub(r"^(?:urn:)?doi:", "https://doi.org/", meta.identifier, flags=re.IGNORECASE)
        lines.append((Run(text=name, href=name),))
    return lines
