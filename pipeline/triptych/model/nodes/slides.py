"""What appears in the deck only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline
    from triptych.model.nodes.figures import Image


OVERVIEW = "overview"
"""The class of the slide that stands for a chapter's takeaways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide that the author wrote out, ``::: {.slide}``; it appears in the deck only.

    ``background`` is the picture that fills it, if there is one.
    """

    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    background: tuple[Image, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerNotes:
    """What the speaker says, ``::: notes``; it appears in the deck only."""

    content: tuple[Block, ...]
    span: Span | None = None
