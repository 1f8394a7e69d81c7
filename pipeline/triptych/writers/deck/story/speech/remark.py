"""What may be said to a slide: in any case, or where there is time for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from triptych.writers.deck.slides import Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A sentence that may be said, in one paragraph with its neighbours of the same ``paragraph``.

    Of two that would fill the same time the one of more ``worth`` is said; one that ``leans`` is said only
    after the one before it. One that ``points`` speaks of what the slide shows.
    """

    text: str
    paragraph: int
    worth: float
    leans: bool = False
    points: bool = False


@dataclass(frozen=True, slots=True)
class Scripted:
    """What its author wrote to be said; with it nothing is said that is only found for the slide."""

    text: Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class InBook:
    """Where all of it stands in the book: on ``pages``, by their places in the PDF, or in a ``section``."""

    section: str
    pages: frozenset[int] = frozenset()


Said: TypeAlias = Spoken | Scripted | Remark | InBook
"""Something of a slide's notes, in the order in which it is said; paragraphs are said in any case."""
