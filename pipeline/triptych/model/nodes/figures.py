"""Pictures, and figures with their captions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr
from triptych.template_views import template_view

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline
    from triptych.model.nodes.charts import Chart
    from triptych.model.nodes.tables import Table


@template_view("media_type", "width", "height", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture file that was found: project-relative path, media type, size in CSS pixels.

    ``page`` is that of a PDF, counted from 1. ``moving`` marks an animation. ``drawing`` is the SVG of
    what was drawn for the book, ``narrow`` the same for small screens where that differs; then ``path`` names
    no file.
    """

    path: str
    media_type: str
    width: float
    height: float
    page: int = 0
    moving: bool = False
    drawing: bytes = b""
    narrow: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image within a line or in a figure. ``picture`` is None only until reading has found the file.

    ``variants`` are the outputs that show another file instead; none are left once an output is chosen.
    """

    source: str
    alt: str
    picture: Picture | None = None
    variants: tuple[tuple[str, Picture], ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None

    @property
    def decorative(self) -> bool:
        """Whether the author said that it carries no information."""
        return self.attr.has("decorative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Images with a caption, or ``panels`` that each have their own, in ``columns`` side by side.

    ``description`` says at length what it shows.
    """

    images: tuple[Image, ...]
    caption: tuple[Inline, ...]
    description: tuple[Block, ...] = ()
    panels: tuple[Figure | Chart | Table, ...] = ()
    columns: int = 1
    attr: Attr = NO_ATTR
    span: Span | None = None
