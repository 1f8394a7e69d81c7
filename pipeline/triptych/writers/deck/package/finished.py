"""Parts of a presentation as they are remembered: finished, but for the names that they get where a deck is
joined.

A name is a pattern such as ``/ppt/charts/chart%d.xml``. Relationships keep their ids, which stand in the
parts (ECMA-376 Part 2, 9.3), and say by what way their target is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from triptych.diagnostics import Diagnostic
from triptych.engine.archives import Member
from triptych.writers.deck.slides import Layout, Spoken


class Way(StrEnum):
    """How the target of a relationship is found."""

    WEB = "web"  # an address
    TEMPLATE = "template"  # a part of the template, by its name
    PART = "part"  # another of the finished parts, by its place among them
    SLIDE = "slide"  # the slide with an id
    OWN_SLIDE = "own slide"
    OWN_NOTES = "own notes"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of a part: its id, its type, and its target."""

    id: str
    kind: str
    way: Way
    target: str = ""


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A part. One with a ``mark`` is there once for all that have it; one that stands ``beside`` another of
    the finished parts has the number of that.
    """

    pattern: str
    content_type: str
    member: Member
    relations: tuple[Relation, ...] = ()
    mark: str = ""
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written in some parts: their characters, and faces by family, bold and italic."""

    characters: str = ""
    faces: tuple[tuple[str, bool, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedSlide:
    """A slide, the first of its ``parts``, and what it points to; other slides need not be there."""

    title: str
    layout: Layout
    parts: tuple[FinishedPart, ...]
    wording: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedSlides:
    """The slides that one of the storyboard's became, and what was found.

    ``notes`` are said to the first of them; what stands for those that the storyboard has is among them.
    """

    slides: tuple[FinishedSlide, ...]
    notes: tuple[Spoken, ...]
    left_off: tuple[str, ...]
    found: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedNotes:
    """A page of notes, which is the first of its parts, and what was found."""

    parts: tuple[FinishedPart, ...]
    wording: Wording
    found: tuple[Diagnostic, ...] = ()
