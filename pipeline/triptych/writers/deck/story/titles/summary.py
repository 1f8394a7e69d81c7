"""What a talk says at its beginning and at its end: the book in a few lines, and the message to take home."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from triptych.languages.labels import Labels
from triptych.model.book import Chapter, Matter, Metadata, Role
from triptych.model.isbn import URN
from triptych.model.walk import plain_text
from triptych.template_views import template_view
from triptych.writers.deck.slides import Run
from triptych.writers.deck.story.runs import runs, spoken
from triptych.writers.deck.story.titles.assertions import LONGEST_TITLE, in_common

T = TypeVar("T")

MOST_LINES = 6  # lines of the summary
_LONGEST_LINE = 160  # characters, which are two rows of a slide
_FEWEST_OTHERS = 3  # takeaways that bear out another
_LONGEST_MESSAGE = 130  # characters, which stand in large type
_ADDRESS = re.compile(r"https?://\S+|(?:doi:|urn:doi:)\S+", re.IGNORECASE)


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The lines of the slide after the title and the ``claim`` over them, "" for none; the message of the
    last slide, "" for none, and the lines there that say where the book is found.
    """

    claim: str
    lines: tuple[tuple[Run, ...], ...]
    message: str
    found_at: tuple[tuple[Run, ...], ...]


def summary_of(
    meta: Metadata, chapters: Sequence[Chapter], messages: Mapping[str, str], labels: Labels
) -> Summary:
    """The takeaways of the book; where the manifest has none, the first of each chapter's; where these have
    none either, the best of what their dividers say, the ``messages`` by id.

    The first of the book's is the claim that the others bear out, where a title holds it. Of more chapters
    than the slide has lines some are left out, evenly. The message is the first of the book's, else what the
    conclusion, or the last chapter that has takeaways, says first.
    """
    claim, message, said = "", "", []
    if meta.takeaways:
        message, *others = meta.takeaways
        whole = len(message) <= LONGEST_TITLE and len(others) >= _FEWEST_OTHERS
        claim = message.rstrip(f".{labels.full_stop}") if whole else ""
        if claim == message:  # the closing slide needs a title of its own
            message += labels.full_stop.rstrip()
        said = [spoken(text) for text in (others if claim else meta.takeaways)[:MOST_LINES]]
    elif told := [one for one in chapters if one.takeaways and one.matter is Matter.BODY]:
        closing = [chapter for chapter in told if chapter.role is Role.CONCLUSION] or told
        message = plain_text(closing[-1].takeaways[0])
        said = [runs(chapter.takeaways[0]) for chapter in told]
    else:
        said = [spoken(text) for text in _telling(chapters, messages)]
    lines = spread([line for line in said if _length(line) <= _LONGEST_LINE], MOST_LINES)
    return Summary(
        claim=claim,
        lines=tuple(lines) if len(lines) > 1 else (),
        message=message if len(message) <= _LONGEST_MESSAGE else "",
        found_at=tuple(_found_at(meta, labels)),
    )


def _telling(chapters: Sequence[Chapter], messages: Mapping[str, str]) -> list[str]:
    """The messages that say most of what their chapters' titles name, in the order of the book."""
    body = (chapter for chapter in chapters if chapter.matter is Matter.BODY)
    told = [(plain_text(chapter.title), text) for chapter in body if (text := messages.get(chapter.id, ""))]
    best = sorted(range(len(told)), key=lambda place: -_share(*told[place]))[:MOST_LINES]
    return [told[place][1] for place in sorted(best)]


def _share(title: str, text: str) -> float:
    """How much of what a title names a sentence speaks of, 1 being all."""
    return in_common(text, title) / max(in_common(title, title), 1)


def spread(lines: Sequence[T], most: int) -> Sequence[T]:
    """At most so many of some lines, the first and the last among them, at even distances."""
    if len(lines) <= most:
        return lines
    return [lines[round(place * (len(lines) - 1) / (most - 1))] for place in range(most)]


def _length(line: tuple[Run, ...]) -> int:
    return sum(len(run.text) for run in line)


def _found_at(meta: Metadata, labels: Labels) -> list[tuple[Run, ...]]:
    """Publisher and year, and the number or address by which the book is found."""
    year = str(meta.date.year) if meta.date else ""
    imprint = labels.comma.join(filter(None, (meta.publisher, year))) if meta.publisher else ""
    lines = [spoken(imprint)] if imprint else []
    isbn = meta.isbn or (meta.identifier.removeprefix(URN) if meta.identifier.startswith(URN) else "")
    if isbn:
        lines.append(spoken(f"ISBN {isbn}"))
    elif _ADDRESS.fullmatch(meta.identifier):
        name = re.sub(r"^(?:urn:)?doi:", "https://doi.org/", meta.identifier, flags=re.IGNORECASE)
        lines.append((Run(text=name, href=name),))
    return lines
