"""Measure the speaking time of a deck from the words in its speaker notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from triptych.checks.deck.package import DeckPackage, read_package
from triptych.languages.labels import Labels
from triptych.languages.sentences import count_spoken_words
from triptych.ooxml.inheritance import TITLE_TYPES, get_placeholder_type
from triptych.ooxml.xml import A, P, collect_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSlide:
    """A slide with its number in the file, its title, and the number of words in its speaker notes."""

    number: int
    title: str
    word_count: int
    is_hidden: bool = False

    def compute_minutes(self, pace: int) -> float:
        """Return the speaking time in minutes at a ``pace`` in words per minute."""
        return self.word_count / pace


@dataclass(frozen=True, slots=True)
class Talk:
    """The slides of a deck in file order, with the word counts of their speaker notes."""

    slides: tuple[SpokenSlide, ...]

    @property
    def visible_slides(self) -> tuple[SpokenSlide, ...]:
        """The slides that are not hidden."""
        return tuple(slide for slide in self.slides if not slide.is_hidden)

    @property
    def hidden_slides(self) -> tuple[SpokenSlide, ...]:
        """The hidden slides, which are backup slides."""
        return tuple(slide for slide in self.slides if slide.is_hidden)

    @property
    def word_count(self) -> int:
        """The number of words in the speaker notes of visible slides."""
        return sum(slide.word_count for slide in self.visible_slides)

    def to_json(self, pace: int) -> dict[str, Any]:
        """Return the talk as a JSON object with stable keys; ``pace`` is in words per minute."""
        return {
            "words": self.word_count,
            "minutes": round(self.word_count / pace, 2),
            "slides": [
                {
                    "number": slide.number,
                    "title": slide.title,
                    "words": slide.word_count,
                    "minutes": round(slide.compute_minutes(pace), 2),
                    "hidden": slide.is_hidden,
                }
                for slide in self.slides
            ],
        }


def read_talk(data: bytes, labels: Labels) -> Talk:
    """Count the words in a deck's speaker notes, up to the line with the reference to the book.

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
            SpokenSlide(number=slide.number, title=title, word_count=words, is_hidden=slide.is_hidden)
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
