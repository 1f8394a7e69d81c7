"""How long a deck takes to give: the words that its notes have the speaker say, slide by slide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from triptych.checks.deck.package import DeckPackage, unpack
from triptych.languages.labels import Labels
from triptych.languages.sentences import count_spoken_words
from triptych.ooxml.inheritance import TITLES, get_placeholder_type
from triptych.ooxml.xml import A, P, collect_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSlide:
    """A slide with its number in the file, its title and how many words are said to it."""

    number: int
    title: str
    words: int
    hidden: bool = False

    def minutes(self, pace: int) -> float:
        """How long it takes, at so many words a minute."""
        return self.words / pace


@dataclass(frozen=True, slots=True)
class Talk:
    """The slides of a deck as they are spoken to, in the order of the file."""

    slides: tuple[SpokenSlide, ...]

    @property
    def seen(self) -> tuple[SpokenSlide, ...]:
        """The slides that are shown."""
        return tuple(slide for slide in self.slides if not slide.hidden)

    @property
    def hidden(self) -> tuple[SpokenSlide, ...]:
        """The slides that are kept for questions."""
        return tuple(slide for slide in self.slides if slide.hidden)

    @property
    def words(self) -> int:
        """The words that are said to what is shown."""
        return sum(slide.words for slide in self.seen)

    def to_json(self, pace: int) -> dict[str, Any]:
        """Return a JSON object with stable keys."""
        return {
            "words": self.words,
            "minutes": round(self.words / pace, 2),
            "slides": [
                {
                    "number": slide.number,
                    "title": slide.title,
                    "words": slide.words,
                    "minutes": round(slide.minutes(pace), 2),
                    "hidden": slide.hidden,
                }
                for slide in self.slides
            ],
        }


def read_talk(data: bytes, labels: Labels) -> Talk:
    """Read the talk of a ``.pptx``. Raises `Unreadable`.

    The line that points to the book, and what follows it, are not spoken.
    """
    package = unpack(data)
    book = labels.titled(labels["in-the-book"], "").rstrip()

    def said(part: str) -> int:
        lines = takewhile(lambda line: not line.startswith(book), _iter_notes(package, part))
        return sum(map(count_spoken_words, lines))

    return Talk(
        tuple(
            SpokenSlide(
                number=slide.number, title=_get_title(slide.tree), words=said(slide.part), hidden=slide.hidden
            )
            for slide in package.slides
        )
    )


def _iter_notes(package: DeckPackage, part: str) -> Iterator[str]:
    for page in package.related(part, "notesSlide"):
        for shape in package.trees[page].iter(f"{P}sp"):
            if get_placeholder_type(shape) == "body":
                yield from map(collect_text, shape.iter(f"{A}p"))


def _get_title(slide: Any) -> str:
    titles = (collect_text(shape) for shape in slide.iter(f"{P}sp") if get_placeholder_type(shape) in TITLES)
    return " ".join(next(titles, "").split())
