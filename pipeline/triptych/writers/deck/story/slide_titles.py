"""Choose slide titles, and the summary and message of a talk, from the text of the book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from triptych.languages.labels import Labels
from triptych.model.book import Chapter, Matter, Metadata, Role
from triptych.model.isbn import URN
from triptych.model.nodes import Block
from triptych.model.walk import plain_text
from triptych.template_views import template_view
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    ChartBody,
    CodeBody,
    ColumnsBody,
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
    shorten_text,
)
from triptych.writers.deck.story.runs import make_plain_note, make_runs
from triptych.writers.deck.story.statements import (
    MAX_TITLE_LENGTH,
    BookSentence,
    SlideTopic,
    StatementFinder,
    count_common_stems,
)

_MIN_STATEMENT_WORDS = 6  # minimum number of words of a heading that counts as a statement
# Adjustments to `StatementFinder.score_sentence` for sentences near a block, and minimum values.
_LEAD_IN_SCORE, _DISTANCE_PENALTY = (
    0.6,
    0.8,
)  # added for the sentence before the block; subtracted for each block between
_MIN_TITLE_SCORE, _MIN_POINT_SCORE, _MIN_FALLBACK_SCORE = (
    1.0,
    0.5,
    0.4,
)  # minimum for a title, a point, a fallback title
_MAX_DETAIL_LENGTH = 44  # maximum length of the text that distinguishes slides with the same title
_MAX_LENGTH = 110  # maximum length of such a title


@dataclass(slots=True)
class TitleChooser:
    """Chooses the titles of a chapter's slides; ``used`` has the titles and points chosen so far."""

    statement_finder: StatementFinder
    used: set[str] = field(default_factory=set)

    def choose_title(self, index: int, section: Sequence[Block], topic: SlideTopic, *, is_first: bool) -> str:
        """Return a title for the slide of the block at ``index``.

        ``is_first`` is true if this is the first block of the section that has a slide. Candidates, in order,
        are a caption that is a statement, the heading if it is a statement and ``is_first`` is true, the most
        relevant sentence nearby, the section's key sentence if ``is_first`` is true, the caption, and the
        heading. Only the heading may be used more than once.
        """
        for title in self._iter_title_candidates(index, section, topic, is_first=is_first):
            if title and title not in self.used:
                self.used.add(title)
                return title
        return topic.heading

    def is_statement(self, title: str, heading: str) -> bool:
        """Return whether a title is a statement; a short heading is not."""
        return self.statement_finder.is_statement(title) and (
            title != heading or len(heading.split()) >= _MIN_STATEMENT_WORDS
        )

    def choose_points(
        self, index: int, section: Sequence[Block], topic: SlideTopic, max_points: int
    ) -> list[str]:
        """Return unused sentences near a block that are relevant to ``topic``, in order.

        Return at most ``max_points`` sentences, converted to bullet points.
        """
        found = [
            (worth, order, text)
            for order, (worth, sentence) in enumerate(self._iter_nearby_sentences(index, section, topic))
            if (text := self.statement_finder.make_bullet_point(sentence))
            and not text.startswith(tuple(self.used))
        ]
        best = sorted((one for one in found if one[0] >= _MIN_POINT_SCORE), reverse=True)[:max_points]
        chosen = [text for _, _, text in sorted(best, key=lambda one: one[1])]
        self.used.update(chosen)
        return chosen

    def _iter_title_candidates(
        self, index: int, section: Sequence[Block], topic: SlideTopic, *, is_first: bool
    ) -> Iterator[str]:
        if topic.label and self.statement_finder.is_statement(topic.label):
            yield topic.label
        if is_first and self.is_statement(topic.heading, topic.heading):
            yield topic.heading
        near = sorted(self._iter_nearby_sentences(index, section, topic), key=lambda found: -found[0])
        for worth, sentence in near:
            if worth >= _MIN_TITLE_SCORE:
                yield self.statement_finder.make_title(sentence)
        if is_first:
            yield self.statement_finder.find_key_sentence(section, topic.heading)
        yield from (
            self.statement_finder.make_title(sentence)
            for worth, sentence in near
            if worth >= _MIN_FALLBACK_SCORE
        )
        yield topic.label
        yield topic.heading

    def _iter_nearby_sentences(
        self, index: int, section: Sequence[Block], topic: SlideTopic
    ) -> Iterator[tuple[float, BookSentence]]:
        """Yield each sentence within two blocks of the block at ``index``, with its worth.

        The worth decreases with distance.
        """
        for distance in (-2, -1, 1, 2):
            if 0 <= index + distance < len(section):
                sentences = list(self.statement_finder.iter_sentences(section[index + distance]))
                for number, sentence in enumerate(sentences):
                    leads = distance == -1 and number == len(sentences) - 1
                    worth = self.statement_finder.score_sentence(sentence, topic) + _LEAD_IN_SCORE * leads
                    yield worth - _DISTANCE_PENALTY * (abs(distance) - 1), sentence


def distinguish_titles(
    slides: Sequence[DeckSlide], chapters: Mapping[str, str], labels: Labels
) -> list[DeckSlide]:
    """Make repeated titles unique if the slides' content differs.

    A repeated title gets the chapter title, if it differs, or the beginning of the slide's content. Visible
    slides take precedence over hidden slides. ``chapters`` maps chapter ids to titles.
    """
    titles: dict[int, str] = {}
    first_in: dict[str, str] = {}
    taken: set[str] = set()
    for index in sorted(range(len(slides)), key=lambda index: slides[index].hidden):
        slide = slides[index]
        title = slide.title.strip()
        if title in taken:
            chapter = chapters.get(slide.chapter, "")
            elsewhere = chapter if first_in.get(title) != slide.chapter else ""
            alt = slide.body.alt if isinstance(slide.body, PictureBody | ChartBody) else ""
            details = (elsewhere, _get_first_words(slide.body), shorten_text(alt, _MAX_DETAIL_LENGTH))
            told = (
                labels.titled(shorten_text(title, _MAX_LENGTH - len(detail)), detail)
                for detail in details
                if detail.rstrip(".") not in ("", title)
            )
            title = next((one for one in told if one not in taken), title)
        first_in.setdefault(title, slide.chapter)
        taken.add(title)
        titles[index] = title
    return [replace(slide, title=titles[index]) for index, slide in enumerate(slides)]


def _get_first_words(body: Body | None) -> str:
    """Return the first words of a slide's content, or ""."""
    match body:
        case TextBody(paras=(first, *_)) | CalloutBody(paras=(first, *_)):
            return _get_beginning(first.runs)
        case NumbersBody(cards=(card, *_)) | TimelineBody(cards=(card, *_)):
            return _get_beginning(card.heading)
        case CodeBody(text=text):
            return shorten_text(_find_informative_line(text), _MAX_DETAIL_LENGTH)
        case TableBody(rows=rows, source=source):
            return _get_beginning(source) or shorten_text(
                ", ".join(_join_text(cell.runs) for cell in rows[0]) if rows else "", _MAX_DETAIL_LENGTH
            )
        case PictureBody(source=source, alt=alt) | ChartBody(source=source, alt=alt):
            return _get_beginning(source) or shorten_text(alt, _MAX_DETAIL_LENGTH)
        case QuoteBody(text=quoted):
            return _get_beginning(quoted)
        case EquationBody(text=formula):
            return shorten_text(formula, _MAX_DETAIL_LENGTH)
        case ColumnsBody(columns=columns):
            return next((said for column in columns if (said := _get_first_words(column.body))), "")
    return ""


def _find_informative_line(text: str) -> str:
    """Return the line with the most letters and digits among the first six lines of a listing."""
    lines = [line.strip().rstrip("{(:;,").strip() for line in text.splitlines() if line.strip()][:6]
    return max(lines, key=lambda line: min(sum(map(str.isalnum, line)), _MAX_DETAIL_LENGTH), default="")


def _get_beginning(runs: Sequence[Run]) -> str:
    return shorten_text(_join_text(runs), _MAX_DETAIL_LENGTH)


def _join_text(runs: Iterable[Run]) -> str:
    return " ".join(join_run_text(runs).split())


T = TypeVar("T")

_MAX_LINES = 6  # maximum number of lines in the summary
_MAX_LINE_LENGTH = 160  # maximum characters of a summary line (two lines on the slide)
_MIN_SUPPORTING_TAKEAWAYS = 3  # minimum number of takeaways that support a claim
_MAX_MESSAGE_LENGTH = 130  # maximum characters of the message, which is in large type
_ADDRESS = re.compile(r"https?://\S+|(?:doi:|urn:doi:)\S+", re.IGNORECASE)


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The content of the summary and closing slides.

    ``claim`` is the title of the summary slide, ``message`` (the talk's key message) that of the closing
    slide, or "". ``found_at`` has lines with publisher, ISBN or URL for the closing slide.
    """

    claim: str
    lines: tuple[tuple[Run, ...], ...]
    message: str
    found_at: tuple[tuple[Run, ...], ...]


def make_summary(
    meta: Metadata, chapters: Sequence[Chapter], messages: Mapping[str, str], labels: Labels
) -> Summary:
    """Summarise a book by its takeaways, its chapters' first takeaways, or ``messages`` by chapter id.

    The book's first takeaway is the claim if it is short enough for a title. If there are too many lines,
    evenly spaced ones are kept. The key message is the first takeaway of the book, or of the conclusion, or
    of the last chapter with takeaways.
    """
    claim, message, said = "", "", []
    if meta.takeaways:
        message, *others = meta.takeaways
        whole = len(message) <= MAX_TITLE_LENGTH and len(others) >= _MIN_SUPPORTING_TAKEAWAYS
        claim = message.rstrip(f".{labels.full_stop}") if whole else ""
        if claim == message:  # the closing slide needs a different title
            message += labels.full_stop.rstrip()
        said = [make_plain_note(text) for text in (others if claim else meta.takeaways)[:_MAX_LINES]]
    elif told := [one for one in chapters if one.takeaways and one.matter is Matter.BODY]:
        closing = [chapter for chapter in told if chapter.role is Role.CONCLUSION] or told
        message = plain_text(closing[-1].takeaways[0])
        said = [make_runs(chapter.takeaways[0]) for chapter in told]
    else:
        said = [make_plain_note(text) for text in _list_messages(chapters, messages)]
    lines = select_spaced_lines([line for line in said if len(join_run_text(line)) <= _MAX_LINE_LENGTH])
    return Summary(
        claim=claim,
        lines=tuple(lines) if len(lines) > 1 else (),
        message=message if len(message) <= _MAX_MESSAGE_LENGTH else "",
        found_at=tuple(_list_publication_lines(meta, labels)),
    )


def _list_messages(chapters: Sequence[Chapter], messages: Mapping[str, str]) -> list[str]:
    """Return, in order, the chapters' key messages that are most relevant to their chapter titles."""
    body = (chapter for chapter in chapters if chapter.matter is Matter.BODY)
    told = [(plain_text(chapter.title), text) for chapter in body if (text := messages.get(chapter.id, ""))]

    def share(index: int) -> float:
        title, text = told[index]
        return count_common_stems(text, title) / max(count_common_stems(title, title), 1)

    best = sorted(range(len(told)), key=share, reverse=True)[:_MAX_LINES]
    return [told[index][1] for index in sorted(best)]


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
