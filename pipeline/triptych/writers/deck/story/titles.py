"""Titles of slides that nobody wrote: sentences of the text that say what is shown, each used once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.languages.labels import Labels
from triptych.model import nodes
from triptych.model.nodes import Block
from triptych.writers.deck.slides import (
    Body,
    ChartBody,
    CodeBody,
    ColumnsBody,
    DeckSlide,
    EquationBody,
    PictureBody,
    QuoteBody,
    Run,
    TableBody,
    TextBody,
    shortened,
)
from triptych.writers.deck.story.assertions import Phrasing

_LONG_HEADING = 7  # words; a heading of so many says something by itself
_DETAIL = 44  # characters of what tells a slide from another of the same title
_LONGEST = 110  # characters of both together


@dataclass(slots=True)
class ChapterTitles:
    """The titles of a chapter's slides, each given once; ``used`` are those that are given."""

    phrasing: Phrasing
    used: set[str] = field(default_factory=set)

    def of(self, place: int, blocks: Sequence[Block], heading: str, *, first: bool) -> str:
        """The title of what a section shows in one of its ``blocks``; ``first`` is what it shows first.

        It is a sentence of the paragraph before it, else the section's key sentence where it is the first,
        else the heading, else a sentence of the paragraph behind it. A heading that is used by then comes
        back all the same.
        """
        for title in self._candidates(place, blocks, heading, first=first):
            if title and title not in self.used:
                self.used.add(title)
                return title
        return heading

    def _candidates(self, place: int, blocks: Sequence[Block], heading: str, *, first: bool) -> Iterator[str]:
        if first and len(heading.split()) >= _LONG_HEADING:
            yield heading
        yield from self._of_paragraph(blocks[place - 1] if place else None, last_first=True)
        if first:
            yield self.phrasing.key_sentence(blocks, heading)
        yield heading
        yield from self._of_paragraph(blocks[place + 1] if place + 1 < len(blocks) else None)

    def _of_paragraph(self, block: Block | None, *, last_first: bool = False) -> Iterator[str]:
        if not isinstance(block, nodes.Paragraph):
            return
        sentences = list(self.phrasing.sentences(block))
        for sentence in reversed(sentences) if last_first else sentences:
            yield self.phrasing.title(sentence)


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
            details = (elsewhere, _detail(slide.body))
            told = (
                labels.titled(shortened(title, _LONGEST - len(detail)), detail)
                for detail in details
                if detail
            )
            title = next((one for one in told if one not in taken), title)
        first_in.setdefault(title, slide.chapter)
        taken.add(title)
        titles[place] = title
    return [replace(slide, title=titles[place]) for place, slide in enumerate(slides)]


def _detail(body: Body | None) -> str:
    """The first words of what a slide shows."""
    match body:
        case TextBody(paras=(first, *_)):
            return _beginning(first.runs)
        case CodeBody(text=text):
            return shortened(_telling_line(text), _DETAIL)
        case TableBody(rows=rows, source=source):
            return _beginning(source) or shortened(
                ", ".join(_plain(cell.runs) for cell in rows[0]) if rows else "", _DETAIL
            )
        case PictureBody(source=source, alt=alt) | ChartBody(source=source, alt=alt):
            return _beginning(source) or shortened(alt, _DETAIL)
        case QuoteBody(text=quoted):
            return _beginning(quoted)
        case EquationBody(text=formula):
            return shortened(formula, _DETAIL)
        case ColumnsBody(columns=columns):
            return next((said for column in columns if (said := _detail(column.body))), "")
    return ""


def _telling_line(text: str) -> str:
    """The line of a listing that has the most letters and digits among its first few."""
    lines = [line.strip().rstrip("{(:;,").strip() for line in text.splitlines() if line.strip()][:6]
    return max(lines, key=lambda line: min(sum(map(str.isalnum, line)), _DETAIL), default="")


def _beginning(runs: Sequence[Run]) -> str:
    return shortened(_plain(runs), _DETAIL)


def _plain(runs: Iterable[Run]) -> str:
    return " ".join("".join(run.text for run in runs).split())
