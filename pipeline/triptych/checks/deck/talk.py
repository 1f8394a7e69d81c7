"""Compute the speaking time of a deck from the words in its speaker notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from triptych.checks.deck.package import DeckPackage, read_package
from triptych.languages.labels import Labels
from triptych.languages.sentences import count_spoken_words
from triptych.ooxml.inheritance import TITLE_TYPES, get_placeholder_type
from triptych.ooxml.xml import A, P, collect_text

PAUSE_SECONDS = 1  # the pause before a click that reveals a part of a slide


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSlide:
    """A slide with its number in the file, its title, and the number of words in its speaker notes.

    ``pause_count`` is the number of clicks that reveal parts of the slide. ``measured_seconds`` is the time
    of the slide in a rehearsal, or None.
    """

    number: int
    title: str
    word_count: int
    is_hidden: bool = False
    pause_count: int = 0
    measured_seconds: int | None = None

    def compute_minutes(self, pace: int) -> float:
        """Return the time of the slide in minutes: as measured, or else for its words and pauses.

        ``pace`` is in words per minute.
        """
        if self.measured_seconds is not None:
            return self.measured_seconds / 60
        return self.word_count / pace + self.pause_count * PAUSE_SECONDS / 60


@dataclass(frozen=True, slots=True)
class Talk:
    """The slides of a deck in file order, each with the word count of its speaker notes."""

    slides: tuple[SpokenSlide, ...]

    @property
    def visible_slides(self) -> tuple[SpokenSlide, ...]:
        """The slides that are not hidden."""
        return tuple(slide for slide in self.slides if not slide.is_hidden)

    @property
    def hidden_slides(self) -> tuple[SpokenSlide, ...]:
        """The hidden slides, which serve as backup."""
        return tuple(slide for slide in self.slides if slide.is_hidden)

    @property
    def word_count(self) -> int:
        """The number of words in the speaker notes of visible slides."""
        return sum(slide.word_count for slide in self.visible_slides)

    def compute_minutes(self, pace: int) -> float:
        """Return the time of the visible slides in minutes. ``pace`` is in words per minute."""
        return sum(slide.compute_minutes(pace) for slide in self.visible_slides)

    def use_measured_times(self, seconds_by_title: Mapping[str, int]) -> Talk:
        """Return the talk with the times of a rehearsal; times of slides that no longer exist are ignored."""
        return Talk(
            tuple(replace(slide, measured_seconds=seconds_by_title.get(slide.title)) for slide in self.slides)
        )

    def to_json(self, pace: int, fills: Mapping[int, float] = MappingProxyType({})) -> dict[str, Any]:
        """Return the talk as a JSON object with stable keys.

        ``pace`` is in words per minute. ``fills`` has the fractions of the body frame that slides fill, by
        slide number.
        """
        return {
            "words": self.word_count,
            "minutes": round(self.compute_minutes(pace), 2),
            "slides": [
                {
                    "number": slide.number,
                    "title": slide.title,
                    "words": slide.word_count,
                    "minutes": round(slide.compute_minutes(pace), 2),
                    "hidden": slide.is_hidden,
                    "measured": slide.measured_seconds is not None,
                    "fill": None if (fill := fills.get(slide.number)) is None else round(fill, 2),
                }
                for slide in self.slides
            ],
        }


def read_talk(data: bytes, labels: Labels) -> Talk:
    """Count the words in a deck's speaker notes, up to the line that refers to the book.

    Raise `Unreadable` if the file is damaged.
    """
    package = read_package(data)
    book = labels.titled(labels["in-the-book"], "").rstrip()
    slides = []
    for slide in package.slides:
        lines = takewhile(lambda line: not line.startswith(book), _iter_notes(package, slide.path))
        words = sum(map(count_spoken_words, lines))
        title = _get_title(slide.tree)
        slides.append(
            SpokenSlide(
                number=slide.number,
                title=title,
                word_count=words,
                is_hidden=slide.is_hidden,
                pause_count=sum(node.get("nodeType") == "clickEffect" for node in slide.tree.iter(f"{P}cTn")),
            )
        )
    return Talk(tuple(slides))


def _iter_notes(package: DeckPackage, part: str) -> Iterator[str]:
    for page in package.get_related_parts(part, "notesSlide"):
        for shape in package.trees[page].iter(f"{P}sp"):
            if get_placeholder_type(shape) == "body":
                yield from map(collect_text, shape.iter(f"{A}p"))


def _get_title(slide: Any) -> str:
    titles = (
        collect_text(shape) for shape in slide.iter(f"{P}sp") if get_placeholder_type(shape) in TITLE_TYPES
    )
    return " ".join(next(titles, "").split())
