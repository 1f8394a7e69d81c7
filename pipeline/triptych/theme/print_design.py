"""What a theme says of printed pages: how each kind of text is set, and how pages are arranged."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from triptych.template_views import template_view

CHART_LETTERS = 7.6  # points, of all text in charts at the width at which they are drawn
_LARGE = 16  # points

Family: TypeAlias = Literal["serif", "sans", "mono"]

_STYLE = re.compile(
    r"(?P<italic>italic )?(?:(?P<weight>[1-9]00) )?(?P<size>\d+(?:\.\d+)?)pt/(?P<line>\d+(?:\.\d+)?)pt"
    r" (?P<family>serif|sans|mono)"
)


@template_view("__str__")
@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a kind of text is set: size and distance of lines in points, and one of the theme's families.

    As text it is the value of CSS's ``font``, which takes the family from a variable.
    """

    size: float
    line: float
    family: Family
    weight: int = 400
    italic: bool = False

    def __str__(self) -> str:
        slope = "italic " if self.italic else ""
        return f"{slope}{self.weight} {self.size:g}pt/{self.line:g}pt var(--{self.family})"


def style(written: str) -> Style | None:
    """``600 11.4pt/14pt sans``: slope and weight, where they are not the usual ones, size/line, family.

    None for what is written otherwise, or cannot be read on any page.
    """
    match = _STYLE.fullmatch(written)
    if match is None:
        return None
    size, line = float(match["size"]), float(match["line"])
    if not (4 <= size <= 144 and size * 0.8 <= line <= 288):
        return None
    family: Family = match["family"]  # type: ignore[assignment]
    weight = int(match["weight"] or 400)
    return Style(size=size, line=line, family=family, weight=weight, italic=bool(match["italic"]))


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """The style of each kind of text.

    The line of ``text`` is the lead that vertical sizes are multiples of. ``name`` names what is set apart
    (theorems, terms, letters of the index), ``label`` and ``part_label`` stand over titles, ``entries`` are
    those of sources and index, and ``uses`` say where a source is cited.
    """

    text: Style
    chapter_title: Style
    section: Style
    subsection: Style
    minor: Style
    label: Style
    part_label: Style
    name: Style
    summary: Style
    takeaways: Style
    pull_quote: Style
    big_number: Style
    finding: Style
    callout: Style
    note: Style
    caption: Style
    table: Style
    code: Style
    aside: Style
    attribution: Style
    entries: Style
    uses: Style
    imprint: Style
    contents_chapter: Style
    contents_section: Style
    folio: Style
    running_head: Style
    book_title: Style
    book_subtitle: Style
    book_authors: Style
    book_publisher: Style

    @property
    def smallest(self) -> float:
        """The size in points that no kind of text falls below."""
        styles: list[Style] = [getattr(self, one.name) for one in fields(self)]
        return min(style.size for style in styles)


@template_view("large", "lead")
@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDesign:
    """How pages are arranged.

    ``wide_text`` is the size of text in points on pages from 170 mm width. ``grid`` mirrors margins at the
    spine or has them even. ``opener_drop`` is the space over chapter titles, in leads. ``chart_width`` is the
    width in points at which charts are drawn with letters of 7.6 points; they are shown as wide as the text.
    """

    type: Type
    wide_text: float
    page_size: Literal["a4", "a5", "letter", "6x9"]
    grid: Literal["mirrored", "even"]
    align: Literal["justify", "start"]
    hyphens: Literal["auto", "manual"]
    paragraphs: Literal["indent", "space"]
    italics: bool
    chapters: Literal["recto", "page", "continuous"]
    opener_drop: float
    title_page: Literal["panel", "paper", "plain"]
    running_heads: Literal["outside", "foot", "folio"]
    running_logo: bool
    chart_width: float

    @property
    def large(self) -> bool:
        """Whether the type is for weak sight: one thing after the other, nothing beside the text."""
        return self.type.text.size >= _LARGE

    @property
    def lead(self) -> float:
        """The distance of text lines in points."""
        return self.type.text.line
