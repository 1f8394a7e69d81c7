"""Define the nodes of a document: an immutable tree similar to pandoc's AST.

A pass builds new nodes and shares the unchanged ones. ``Inline`` and ``Block`` are closed unions: dispatch
with ``match`` and ``assert_never``, so that the type checker reports each ``match`` that does not handle a
new node type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from triptych.diagnostics import Span
from triptych.model.charts import (
    Annotation,
    ChartAnimation,
    ChartArrow,
    ChartCallout,
    ChartData,
    ChartReferenceLine,
    Scale,
    Series,
)
from triptych.template_views import template_view


@dataclass(frozen=True, slots=True)
class Attr:
    """The identifier, classes and key-value pairs of an element, as in ``{#id .class key="value"}``."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """Return the value of a key, or ``default`` if the key is missing."""
        for name, value in self.pairs:
            if name == key:
                return value
        return default

    def has(self, name: str) -> bool:
        """Return whether the classes include ``name``."""
        return name in self.classes


NO_ATTR = Attr()


class Style(StrEnum):
    """A typographic style of inline text."""

    EMPHASIS = "emphasis"
    STRONG = "strong"
    STRIKEOUT = "strikeout"
    UNDERLINE = "underline"
    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"
    SMALL_CAPS = "small-caps"
    KEYBOARD = "keyboard"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A run of characters, including spaces."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftBreak:
    """A line break in the source, which becomes a space in the outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBreak:
    """A forced line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styled:
    """Inline content with one typographic style."""

    style: Style
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Inline content in the quotation marks of the book's language."""

    double: bool
    content: tuple[Inline, ...]


ABBREVIATION = "abbr"  # class of abbreviations; the ``title`` attribute is the full form
CITED_TITLE = "cited-title"  # class of a work's title in a bibliography entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A bracketed span: inline content with classes, a language or an id."""

    attr: Attr
    content: tuple[Inline, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Inline code."""

    text: str
    attr: Attr = NO_ATTR


# Allowed schemes of external links. Scripts, files and data are not allowed.
LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel", "doi", "urn"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):|//")


def is_forbidden_url(url: str) -> bool:
    """Return whether an external URL has a scheme that is not in ``LINK_SCHEMES``."""
    # Browsers ignore control characters and spaces in a URL (URL Standard, 4.4).
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20\x7f-\xa0]", "", url))
    return scheme is not None and (scheme[1] or "").lower() not in LINK_SCHEMES


TERM = "term"
"""The class of links to the glossary, in the document and in the outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A hyperlink. After the passes, an internal target is ``#id``, with an id that is unique in the book."""

    target: str
    content: tuple[Inline, ...]
    title: str = ""
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A reference to a footnote, usually with the footnote's content.

    If a footnote has several references, each is a ``Note`` with the footnote's label as its ``key``. After
    the passes, only the first has ``content``, and ``is_repeated`` is true for the others. ``number`` is
    1-based in each chapter.
    """

    content: tuple[Block, ...]
    key: str = ""
    number: int = 0
    is_repeated: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Math:
    """An inline TeX formula.

    ``mathml`` and ``omml`` (Office Math) are XML, or "" if the TeX could not be parsed. The passes set
    ``spoken``, the alt text, and ``text``, the formula as plain text.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EquationRow:
    """A row of a displayed formula with separately numbered rows; the id of an unnumbered row is "".

    ``tag`` and ``labels`` are those of ``Equation``.
    """

    tag: str = ""
    labels: tuple[str, ...] = ()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A displayed TeX formula, with the same fields as ``Math``.

    ``tag`` replaces the number of the equation, including the brackets. ``labels`` are further names by
    which LaTeX references may refer to the equation. If rows have numbers of their own, ``rows`` has all
    rows. Equations with the same ``group`` (LaTeX's subequations) share a number, followed by a letter in
    each row; the id of the first one is that of the shared number.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    tag: str = ""
    labels: tuple[str, ...] = ()
    rows: tuple[EquationRow, ...] = ()
    group: str = ""
    attr: Attr = NO_ATTR
    span: Span | None = None


@template_view("media_type", "width", "height", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image file with its project-relative path, media type and size in CSS pixels.

    ``page`` is the 1-based page number of a PDF, or 0 for other files. ``moving`` is true for animations. For
    a generated image, ``drawing`` is its SVG, ``narrow`` is the variant for small screens, and ``path`` is
    not a file.
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
    """An inline image or an image in a figure. ``picture`` is None until the reader has found the file.

    ``variants`` are pairs of an output format and the file to use in that format. They are empty once the
    book has been specialised for one output.
    """

    source: str
    alt: str
    picture: Picture | None = None
    variants: tuple[tuple[str, Picture], ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None

    @property
    def is_decorative(self) -> bool:
        """Return whether the author marked the image as decorative."""
        return self.attr.has("decorative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with images and a caption, or with ``panels`` that have their own captions.

    ``note`` and ``source`` follow the caption. ``columns`` is the number of columns of panels;
    ``description`` is the long description.
    """

    images: tuple[Image, ...]
    caption: tuple[Inline, ...]
    note: tuple[Inline, ...] = ()
    source: tuple[Inline, ...] = ()
    description: tuple[Block, ...] = ()
    panels: tuple[Figure | Chart | Table, ...] = ()
    columns: int = 1
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph. ``tight`` paragraphs, in compact lists and table cells, have no space around them."""

    content: tuple[Inline, ...]
    tight: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within a chapter. Level 1 is the chapter title, which is not one of the chapter's blocks."""

    level: int
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A list item. In task lists, ``checked`` is true or false instead of None."""

    content: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletList:
    """An unordered list."""

    items: tuple[ListItem, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedList:
    """A numbered list. ``style`` is a CSS counter style such as decimal, lower-alpha or upper-roman.

    ``brackets`` is "" for "1.", ")" for "1)" and "()" for "(1)".
    """

    items: tuple[ListItem, ...]
    start: int = 1
    style: str = "decimal"
    brackets: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term and its definitions.

    After the passes, ``uses`` has the ids of the links to a glossary term. ``span`` is the source position of
    the definition.
    """

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]
    uses: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionList:
    """A list of terms and definitions."""

    items: tuple[Definition, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """A code listing. ``language`` is "" if no programming language is given."""

    text: str
    language: str = ""
    caption: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


PULL_QUOTE = "pullquote"
"""The class of a pull quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockQuote:
    """A block quotation with an optional attribution."""

    content: tuple[Block, ...]
    attribution: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verse:
    """Lines of verse, whose line breaks are kept."""

    lines: tuple[tuple[Inline, ...], ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThematicBreak:
    """A change of topic without a heading, written as a horizontal rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """A page break in print. Outputs without pages ignore it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation of one or more sources, formatted in the citation style.

    ``entries`` are the ids of the sources in the bibliography. ``names`` are the short names of their authors
    or organisations with the years, for slides.
    """

    entries: tuple[str, ...]
    content: tuple[Inline, ...]
    names: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    r"""A cross-reference such as ``@fig-x``. ``content`` is set when the reference is resolved.

    If ``page`` is true, the reference shows a page number, or ``content`` in outputs without pages. If
    ``latex`` is true, as for ``\eqref{eq:x}``, ``target`` is a LaTeX label until the reference is resolved.
    """

    target: str
    prefix: tuple[Inline, ...] = ()
    number_only: bool = False
    page: bool = False
    latex: bool = False
    content: tuple[Inline, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry of a bibliography, formatted in the citation style.

    ``language`` is the language tag of the source, or "" if unknown. After the passes, ``uses`` has the ids
    of the citations of the source. ``span`` is the position in the bibliography file.
    """

    content: tuple[Inline, ...]
    language: str = ""
    uses: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceList:
    """The bibliography of the book or of a chapter."""

    sources: tuple[Source, ...]
    span: Span | None = None


class Extent(StrEnum):
    """The extent of an index mark: a single position, or the start or end of a range."""

    PLACE = "place"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """The text and the sort key of an index entry or sub-entry."""

    content: tuple[Inline, ...]
    sort_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMark:
    """An index mark, which is invisible in the text.

    ``path`` is the term of an entry followed by the terms of its sub-entries. ``see`` and ``see_also`` are
    cross-references to other entries, as written by the author. A mark with ``see`` adds no locator. If
    ``is_principal`` is true, the mark is the entry's principal locator.
    """

    path: tuple[IndexTerm, ...]
    extent: Extent = Extent.PLACE
    see: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    is_principal: bool = False
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLocator:
    """A position in the text that an index entry refers to.

    ``target`` is the id of the position, or of the start of a range. ``end`` is the id of the end of the
    range. ``words`` is the number or title of the section, for outputs without page numbers.
    """

    target: str
    words: str
    end: str = ""
    is_principal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCrossReference:
    """A "see" or "see also" reference in the index, with the text and the id of the other entry."""

    content: tuple[Inline, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """An entry of the index, with its sub-entries."""

    content: tuple[Inline, ...]
    locators: tuple[IndexLocator, ...] = ()
    see: tuple[IndexCrossReference, ...] = ()
    see_also: tuple[IndexCrossReference, ...] = ()
    children: tuple[IndexEntry, ...] = ()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexGroup:
    """The index entries under one initial letter. ``letter`` is "" for symbols and digits."""

    letter: str
    entries: tuple[IndexEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexList:
    """The index of the book. ``groups`` is empty until the index is built."""

    groups: tuple[IndexGroup, ...] = ()
    span: Span | None = None


class Align(StrEnum):
    """The alignment of a table column or cell. DEFAULT follows the writing direction."""

    DEFAULT = "default"
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell.

    ``note`` is text in small type on a separate line, such as the year of a number. ``html_attr`` has the
    classes and styles of a cell written in HTML, which outputs ignore. ``shade`` is a step of the heat map
    colours, from -9 to 9, or 0 for no shade.
    """

    content: tuple[Block, ...]
    note: tuple[Inline, ...] = ()
    align: Align = Align.DEFAULT
    colspan: int = 1
    rowspan: int = 1
    html_attr: Attr = NO_ATTR
    shade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A table row."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A table column. ``width`` is a fraction of the table width, or None to fit the content."""

    align: Align = Align.DEFAULT
    width: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. The first ``row_headers`` cells of each body row are header cells.

    ``note`` and ``source`` follow the caption.
    """

    columns: tuple[Column, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    row_headers: int = 0
    caption: tuple[Inline, ...] = ()
    note: tuple[Inline, ...] = ()
    source: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


def _contains_words(text: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its data. Numbers and dates are formatted in ``language``.

    ``kind`` is the name of a chart type, a class in ``charts/kinds/``. Books show ``headline`` above the
    chart. ``note`` and ``source`` follow the caption, and ``description`` is the long description.
    ``value_title`` and ``unit`` label the value axis. ``y_min`` and ``y_max`` are its limits, or None if the
    author did not set them.

    If ``percent`` is true, values are stacked as fractions of a whole. If ``has_totals`` is true, each stack
    has a label with its sum. If ``horizontal`` is true, the categories are on the vertical axis. If
    ``direct_labels`` is true, series names are next to the data instead of in a legend. If ``highlight``
    names series, panels or categories, all others are pale.

    ``facet_columns`` is the number of columns of small multiples, or 0 to let the output choose. They share
    a value axis unless ``has_free_scales`` is true.
    ``animation`` applies to slides. ``colours`` has pairs of a series or category name and an index into the
    theme's chart colours, as set in the manifest. ``trend_title`` is the name of the trend lines, or "" if
    there are none. ``second_axis_unit`` is the unit of the second value axis, or "" if there is none.
    ``log_scale_title`` is the title of logarithmic axes, or "" if there are none.
    """

    kind: str
    data: ChartData
    caption: tuple[Inline, ...]
    alt: str
    headline: str = ""
    description: tuple[Block, ...] = ()
    value_title: str = ""
    unit: str = ""
    note: tuple[Inline, ...] = ()
    source: tuple[Inline, ...] = ()
    stacked: bool = False
    percent: bool = False
    has_totals: bool = False
    horizontal: bool = False
    x_scale: Scale = Scale.LINEAR
    y_scale: Scale = Scale.LINEAR
    y_min: float | None = None
    y_max: float | None = None
    facet_columns: int = 0
    has_free_scales: bool = False
    direct_labels: bool = True
    animation: ChartAnimation = ChartAnimation.NONE
    annotations: tuple[Annotation, ...] = ()
    reference_lines: tuple[ChartReferenceLine, ...] = ()
    highlight: tuple[str, ...] = ()
    callouts: tuple[ChartCallout, ...] = ()
    arrow: ChartArrow | None = None
    trend_title: str = ""
    second_axis_unit: str = ""
    log_scale_title: str = ""
    colours: tuple[tuple[str, int], ...] = ()
    language: str = "en"
    attr: Attr = NO_ATTR
    span: Span | None = None

    def is_pale(self, series: Series, index: int | None = None) -> bool:
        """Return whether a series, or its value at ``index``, is pale because other data are highlighted.

        A highlighted series or panel keeps its colour as a whole. If categories are highlighted, only the
        values of these categories keep their colour, so the series itself is pale.
        """
        highlighted_names = set(self.highlight)
        whole_series, places = (
            highlighted_names - set(self.data.categories),
            highlighted_names & set(self.data.categories),
        )
        if whole_series and not whole_series & {series.label, series.panel}:
            return True
        return bool(places) and (index is None or self.data.categories[index] not in places)

    @property
    def is_in_percent(self) -> bool:
        """Return whether the values of a pie or donut chart are percentages, judging by their unit or sum."""
        if not self.data.is_whole:
            return False
        is_part_of_whole = not self.unit and all(series.adds_up_to_100 for series in self.data.series)
        return is_part_of_whole or self.unit.startswith("%")

    @property
    def value_axis_title(self) -> str:
        """The title of the value axis with the unit in brackets, then its scale, ranges and trend lines.

        Words that both have in common are not repeated: "Rides" and "million rides" are "million rides".
        """
        unit = "" if self.is_in_percent and self.unit == "%" else self.unit  # each slice has its % sign
        title = self.value_title
        if not title or _contains_words(unit, title):
            title = unit or title
        elif unit and not _contains_words(title, unit):
            title = f"{title} ({unit})"
        log = self.log_scale_title if self.y_scale is Scale.LOG else ""
        return " · ".join(filter(None, (title, log, self.data.range_title, self.trend_title)))

    @property
    def category_axis_title(self) -> str:
        """The title of the category axis, with the words for a logarithmic scale."""
        log = self.log_scale_title if self.x_scale is Scale.LOG else ""
        return " · ".join(filter(None, (self.data.category_title, log)))


class CalloutKind(StrEnum):
    """The type of a callout. Quarto and GitHub have the same five types."""

    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A callout box. Without a title, it is headed by its type in the book's language, such as "Note"."""

    kind: CalloutKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


class TheoremKind(StrEnum):
    """The type of a numbered statement. The value is the prefix of its id, as in Quarto and bookdown."""

    THEOREM = "thm"
    LEMMA = "lem"
    COROLLARY = "cor"
    PROPOSITION = "prp"
    CONJECTURE = "cnj"
    DEFINITION = "def"
    EXAMPLE = "exm"
    EXERCISE = "exr"
    SOLUTION = "sol"
    REMARK = "rem"
    ALGORITHM = "alg"
    PROOF = "proof"


END_OF_PROOF = "□"
"""The end mark of a proof. It is the tag of an equation that ends a proof with ``\\qedhere``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theorem:
    """A theorem, definition, proof or similar statement. ``title`` is an optional name."""

    kind: TheoremKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A side note."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A fenced div with classes, a language or an id, but no other meaning."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


OVERVIEW = "overview"
"""The class of the slide that shows a chapter's takeaways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide written by the author as ``::: {.slide}``. Only the deck shows it.

    ``background`` has at most one image, which fills the slide.
    """

    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    background: tuple[Image, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerNotes:
    """Speaker notes written by the author as ``::: notes``. Only the deck contains them."""

    content: tuple[Block, ...]
    span: Span | None = None


Inline: TypeAlias = (
    Text
    | SoftBreak
    | LineBreak
    | Styled
    | Quoted
    | Phrase
    | Code
    | Math
    | Link
    | Image
    | Note
    | Citation
    | Reference
    | IndexMark
)

Block: TypeAlias = (
    Paragraph
    | Heading
    | BulletList
    | OrderedList
    | DefinitionList
    | CodeBlock
    | BlockQuote
    | Verse
    | Table
    | Figure
    | Chart
    | Equation
    | Callout
    | Theorem
    | Aside
    | Group
    | ReferenceList
    | IndexList
    | Slide
    | SpeakerNotes
    | ThematicBreak
    | PageBreak
)

Node: TypeAlias = (
    Inline
    | Block
    | EquationRow
    | ListItem
    | Definition
    | Cell
    | Row
    | Source
    | IndexTerm
    | IndexGroup
    | IndexEntry
    | IndexCrossReference
)
