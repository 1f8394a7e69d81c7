"""Titles of slides that nobody wrote: sentences of the text that say what is shown, each used once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.languages.labels import Labels
from triptych.model.nodes import Block
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
    shorten,
)
from triptych.writers.deck.story.titles.assertions import Phrasing, Sentence, Topic

_LONG_HEADING = 6  # words; a heading of so many that has a verb says something by itself
# What a sentence near a block is worth, as `Phrasing.worth` counts.
_LEADING, _FARTHER = 0.6, 0.8  # more for the one that leads to the block, less for each block between
_WORTH_A_TITLE, _WORTH_SAYING, _WORTH_MORE = 1.0, 0.5, 0.4  # the last is more than a label
_DETAIL = 44  # characters of what tells a slide from another of the same title
_LONGEST = 110  # characters of both together


@dataclass(slots=True)
class ChapterTitles:
    """The titles of a chapter's slides, each given once; ``used`` are those that are given."""

    phrasing: Phrasing
    used: set[str] = field(default_factory=set)

    def of(self, place: int, section: Sequence[Block], topic: Topic, *, first: bool) -> str:
        """The title of what a section shows in the block at a place; ``first`` is what it shows first.

        It is the caption where that is a statement, else the sentence near the block that says most of its
        topic, else the section's key sentence where it is the first, else the caption, else the heading. A
        heading that is used by then comes back all the same.
        """
        for title in self._candidates(place, section, topic, first=first):
            if title and title not in self.used:
                self.used.add(title)
                return title
        return topic.heading

    def asserts(self, title: str, heading: str) -> bool:
        """Whether a title is a statement, and not the heading of a section or a label."""
        return self.phrasing.asserts(title) and (title != heading or len(heading.split()) >= _LONG_HEADING)

    def points_of(self, place: int, section: Sequence[Block], topic: Topic, most: int) -> list[str]:
        """What the text near a block says of its topic, in its order: sentences that no title takes."""
        found = [
            (worth, order, text)
            for order, (worth, sentence) in enumerate(self._near(place, section, topic))
            if (text := self.phrasing.statement(sentence)) and not text.startswith(tuple(self.used))
        ]
        best = sorted((one for one in found if one[0] >= _WORTH_SAYING), reverse=True)[:most]
        chosen = [text for _, _, text in sorted(best, key=lambda one: one[1])]
        self.used.update(chosen)
        return chosen

    def _candidates(
        self, place: int, section: Sequence[Block], topic: Topic, *, first: bool
    ) -> Iterator[str]:
        if topic.label and self.phrasing.asserts(topic.label):
            yield topic.label
        if first and self.asserts(topic.heading, topic.heading):
            yield topic.heading
        near = sorted(self._near(place, section, topic), key=lambda found: -found[0])
        for worth, sentence in near:
            if worth >= _WORTH_A_TITLE:
                yield self.phrasing.title(sentence)
        if first:
            yield self.phrasing.key_sentence(section, topic.heading)
        yield from (self.phrasing.title(sentence) for worth, sentence in near if worth >= _WORTH_MORE)
        yield topic.label
        yield topic.heading

    def _near(self, place: int, section: Sequence[Block], topic: Topic) -> Iterator[tuple[float, Sentence]]:
        """The sentences around a block with what each is worth, which is less farther away."""
        for distance in (-2, -1, 1, 2):
            if 0 <= place + distance < len(section):
                sentences = list(self.phrasing.sentences(section[place + distance]))
                for number, sentence in enumerate(sentences):
                    leads = distance == -1 and number == len(sentences) - 1
                    worth = self.phrasing.worth(sentence, topic) + _LEADING * leads
                    yield worth - _FARTHER * (abs(distance) - 1), sentence


def told_apart(slides: Sequence[DeckSlide], chapters: Mapping[str, str], labels: Labels) -> list[DeckSlide]:
    """Slides of which none has the title of another, so far as what they show tells them apart.

    A title that comes again has the title of its chapter behind it, where that is another, or the beginning
    of what the slide shows; those that are seen choose first. ``chapters`` are titles by id.
    """
    titles: dict[int, str] = {}
    first_in: dict[str, str] = {}
    taken: set[str] = set()
    for place in sorted(range(len(slides)), key=lambda place: slides[place].hidden):
        slide = slides[place]
        title = slide.title.strip()
        if title in taken:
            chapter = chapters.get(slide.chapter, "")
            elsewhere = chapter if first_in.get(title) != slide.chapter else ""
            details = (elsewhere, _detail(slide.body), _alt(slide.body))
            told = (
                labels.titled(shorten(title, _LONGEST - len(detail)), detail)
                for detail in details
                if detail.rstrip(".") not in ("", title)
            )
            title = next((one for one in told if one not in taken), title)
        first_in.setdefault(title, slide.chapter)
        taken.add(title)
        titles[place] = title
    return [replace(slide, title=titles[place]) for place, slide in enumerate(slides)]


def _detail(body: Body | None) -> str:
    """The first words of what a slide shows."""
    match body:
        case TextBody(paras=(first, *_)) | CalloutBody(paras=(first, *_)):
            return _beginning(first.runs)
        case NumbersBody(cards=(card, *_)) | TimelineBody(cards=(card, *_)):
            return _beginning(card.head)
        case CodeBody(text=text):
            return shorten(_telling_line(text), _DETAIL)
        case TableBody(rows=rows, source=source):
            return _beginning(source) or shorten(
                ", ".join(_plain(cell.runs) for cell in rows[0]) if rows else "", _DETAIL
            )
        case PictureBody(source=source, alt=alt) | ChartBody(source=source, alt=alt):
            return _beginning(source) or shorten(alt, _DETAIL)
        case QuoteBody(text=quoted):
            return _beginning(quoted)
        case EquationBody(text=formula):
            return shorten(formula, _DETAIL)
        case ColumnsBody(columns=columns):
            return next((said for column in columns if (said := _detail(column.body))), "")
    return ""


def _alt(body: Body | None) -> str:
    """Return the first words of the alt text of a picture or chart."""
    return shorten(body.alt, _DETAIL) if isinstance(body, PictureBody | ChartBody) else ""


def _telling_line(text: str) -> str:
    """The line of a listing that has the most letters and digits among its first few."""
    lines = [line.strip().rstrip("{(:;,").strip() for line in text.splitlines() if line.strip()][:6]
    return max(lines, key=lambda line: min(sum(map(str.isalnum, line)), _DETAIL), default="")


def _beginning(runs: Sequence[Run]) -> str:
    return shorten(_plain(runs), _DETAIL)


def _plain(runs: Iterable[Run]) -> str:
    return " ".join("".join(run.text for run in runs).split())
