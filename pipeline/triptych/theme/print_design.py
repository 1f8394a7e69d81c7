"""Define the ``print`` section of a theme: the style of each text element, and the page design."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from triptych.template_views import template_view

CHART_FONT_SIZE = 7.6  # points; font size of charts before they are scaled
_MIN_LARGE_PRINT_SIZE = 16  # points

Family: TypeAlias = Literal["serif", "sans", "mono"]

# Slope, weight, size, line height, family.
TEXT_STYLE_PATTERN = r"(italic )?(?:([1-9]00) )?(\d+(?:\.\d+)?)pt/(\d+(?:\.\d+)?)pt (serif|sans|mono)"


@template_view("__str__")
@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """The style of a kind of text: font size and line height in points, family role, weight and slope.

    ``str()`` returns the value of the CSS property ``font``, with the family as a custom property.
    """

    size: float
    line: float
    family: Family
    weight: int = 400
    italic: bool = False

    def __str__(self) -> str:
        slope = "italic " if self.italic else ""
        return f"{slope}{self.weight} {self.size:g}pt/{self.line:g}pt var(--{self.family})"


def parse_text_style(text: str) -> TextStyle | None:
    """Parse a text style such as ``italic 600 11.4pt/14pt sans``; slope and weight are optional.

    If the syntax is invalid, or the size or line height is outside the supported range, return None.
    """
    match = re.fullmatch(TEXT_STYLE_PATTERN, text)
    if match is None:
        return None
    slope, weight, size, line, family = match.groups()
    text_style = TextStyle(
        size=float(size),
        line=float(line),
        family=family,  # type: ignore[arg-type]
        weight=int(weight or 400),
        italic=bool(slope),
    )
    return (
        text_style
        if 4 <= text_style.size <= 144 and text_style.size * 0.8 <= text_style.line <= 288
        else None
    )


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyles:
    """The style of each kind of text. Vertical sizes are multiples of the line height of ``text``."""

    text: TextStyle
    """Body text; its line height is the unit of all vertical spacing. Example: `10.9pt/14pt serif`."""
    chapter_title: TextStyle
    """Chapter titles. Example: `28pt/30pt serif`."""
    section: TextStyle
    """Second-level headings. Example: `600 11.4pt/14pt sans`."""
    subsection: TextStyle
    """Third-level headings. Example: `600 9.2pt/14pt sans`."""
    minor_heading: TextStyle
    """Fourth-level and deeper headings. Example: `italic 11pt/14pt serif`."""
    label: TextStyle
    """Labels above chapter titles and boxes. Example: `600 8.4pt/14pt sans`."""
    part_label: TextStyle
    """Labels above part titles. Example: `600 9pt/14pt sans`."""
    entry_heading: TextStyle
    """Names of theorems, glossary terms, and letters in the index. Example: `600 9.2pt/14pt sans`."""
    summary: TextStyle
    """Summary below a chapter title. Example: `italic 13pt/17.5pt serif`."""
    takeaways: TextStyle
    """Takeaways on a chapter opener. Example: `8.7pt/12.5pt sans`."""
    pull_quote: TextStyle
    """Pull quotes. Example: `italic 16.5pt/21pt serif`."""
    big_number: TextStyle
    """Big numbers. Example: `30pt/35pt serif`."""
    big_number_label: TextStyle
    """Labels of big numbers. Example: `12pt/17.5pt serif`."""
    callout: TextStyle
    """Callouts. Example: `9pt/13pt sans`."""
    footnote: TextStyle
    """Footnotes. Example: `8.9pt/11pt serif`."""
    caption: TextStyle
    """Captions. Example: `8.2pt/11pt sans`."""
    table: TextStyle
    """Tables. Example: `8.3pt/11pt sans`."""
    code: TextStyle
    """Code listings. Example: `7.6pt/11pt mono`."""
    aside: TextStyle
    """Side notes. Example: `8.2pt/11pt sans`."""
    attribution: TextStyle
    """Attribution of quotations. Example: `8.7pt/14pt sans`."""
    entries: TextStyle
    """Entries of the bibliography and the index. Example: `8.9pt/11.5pt serif`."""
    back_references: TextStyle
    """Page references after bibliography entries. Example: `7.4pt/12pt sans`."""
    imprint: TextStyle
    """Copyright page. Example: `7.8pt/11pt sans`."""
    contents_chapter: TextStyle
    """Chapters in the table of contents. Example: `12.4pt/14pt serif`."""
    contents_section: TextStyle
    """Sections in the table of contents. Example: `8.6pt/14pt sans`."""
    folio: TextStyle
    """Page numbers. Example: `600 8pt/10pt sans`."""
    running_head: TextStyle
    """Running heads. Example: `7.4pt/10pt sans`."""
    book_title: TextStyle
    """Title on the title page. Example: `43pt/45pt serif`."""
    book_subtitle: TextStyle
    """Subtitle on the title page. Example: `300 13pt/19pt sans`."""
    book_authors: TextStyle
    """Authors on the title page. Example: `10pt/14pt sans`."""
    book_publisher: TextStyle
    """Publisher on the title page. Example: `8.4pt/12pt sans`."""

    @property
    def smallest_size(self) -> float:
        """The smallest font size in points."""
        styles: list[TextStyle] = [getattr(self, field.name) for field in fields(self)]
        return min(style.size for style in styles)


@template_view("large", "leading")
@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDesign:
    """The page layout of a theme: text styles, page size, margins, running heads and chapter openings."""

    type: TextStyles
    """Style of each kind of text: optionally italic and a weight, then size/line height and family.
    Example: `{text: 11pt/15pt serif, caption: italic 600 8pt/11pt sans}`.
    """
    wide_page_text: float
    """Size of body text on pages at least 170 mm wide. Example: `11.4pt`."""
    page_size: Literal["a4", "a5", "letter", "6x9"]
    """Page size, unless the manifest sets one. Example: `a4`."""
    margins: Literal["mirrored", "equal"]
    """Margins: mirrored at the spine, or equal on both sides. Example: `equal`."""
    align: Literal["justify", "start"]
    """Alignment of paragraphs: justified or ragged. Example: `start`."""
    hyphens: Literal["auto", "manual"]
    """Hyphenation: automatic, or only at soft hyphens. Example: `manual`."""
    paragraphs: Literal["indent", "space"]
    """Separation of paragraphs: a first-line indent, or space between them. Example: `space`."""
    italics: bool
    """Use italics for emphasis; false uses bold instead. Example: `false`."""
    chapters: Literal["recto", "page", "continuous"]
    """Start of chapters: a right-hand page, the next page, or the same page. Example: `page`."""
    opener_drop: float
    """Space above chapter titles, in lines of body text. Example: `3`."""
    title_page: Literal["panel", "paper", "plain", "masthead"]
    """Title page: a coloured panel, the same design without the panel, or a bar above the title; masthead
    prints the title above the first chapter, without a title page and table of contents. Example: `plain`.
    """
    running_heads: Literal["outside", "foot", "folio"]
    """Position of running heads: the outer edge, the foot of the page, or the page number alone. Example:
    `foot`.
    """
    running_logo: bool
    """Print the logo at the top of each page. Example: `true`."""
    chart_width: float
    """Width at which charts are drawn with 7.6-point text, before they are scaled to the text width. Example:
    `324pt`.
    """

    @property
    def large(self) -> bool:
        """Whether this is a large-print design, which has no side column."""
        return self.type.text.size >= _MIN_LARGE_PRINT_SIZE

    @property
    def leading(self) -> float:
        """The line height of body text in points."""
        return self.type.text.line
