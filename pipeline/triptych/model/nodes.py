"""The nodes of a document: an immutable tree similar to pandoc's AST.

A pass builds new nodes and shares the unchanged ones. ``Inline`` and ``Block`` are closed unions: dispatch
with ``match`` and ``assert_never``, so that the type checker finds each place that does not handle a new kind
of node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from triptych.diagnostics import Span
from triptych.model.charts import Annotation, Build, ChartData, Mark, Pointer, Scale, Series
from triptych.template_views import template_view


@dataclass(frozen=True, slots=True)
class Attr:
    """Identifier, classes and key-value pairs, as written in ``{#id .class key="value"}``."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """Return the value of a key, or the default."""
        for name, value in self.pairs:
            if name == key:
                return value
        return default

    def has(self, name: str) -> bool:
        """Return whether the class is set."""
        return name in self.classes


NO_ATTR = Attr()


class Style(StrEnum):
    """The typographic style of a text."""

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
    """A run of characters with its spaces."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftBreak:
    """A line end in the source, which is a space in the outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBreak:
    """A forced line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styled:
    """Text with one typographic style."""

    style: Style
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Text in quotation marks of the book's language."""

    double: bool
    content: tuple[Inline, ...]


ABBREVIATION = "abbr"  # the class of abbreviations; the ``title`` attribute is the full form
CITED_TITLE = "cited-title"  # the class of a work's title in an entry of a bibliography


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A bracketed span: text with classes, a language or an id."""

    attr: Attr
    content: tuple[Inline, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Inline code."""

    text: str
    attr: Attr = NO_ATTR


# Allowed schemes of external links; scripts, files and data are not allowed.
LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel", "doi", "urn"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):|//")


def is_forbidden_url(address: str) -> bool:
    """Whether an external link has a scheme other than ``LINK_SCHEMES``."""
    # Browsers ignore control characters and spaces in a URL (URL Standard, 4.4).
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20\x7f-\xa0]", "", address))
    return scheme is not None and (scheme[1] or "").lower() not in LINK_SCHEMES


TERM = "term"
"""The class of links to the glossary, in the outputs too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A hyperlink. After the passes an internal target is ``#id`` with an id of the whole book."""

    target: str
    content: tuple[Inline, ...]
    title: str = ""
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A footnote.

    ``key`` names a note with several references, each of which is a node. After the passes, ``number`` counts
    from 1 within the chapter, and ``again`` is set on all references but the first, which alone has the
    content.
    """

    content: tuple[Block, ...]
    key: str = ""
    number: int = 0
    again: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Math:
    """An inline TeX formula.

    ``mathml`` and ``omml`` (Office Math) are XML; both are "" if the TeX could not be parsed. The passes set
    ``spoken``, the alt text, and ``text``, the form for plain text.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A displayed TeX formula, in the same forms as ``Math``.

    ``tag`` replaces its number and includes the brackets. ``labels`` are further names that LaTeX references
    use.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    tag: str = ""
    labels: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@template_view("media_type", "width", "height", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image file: its project-relative path, media type and size in CSS pixels.

    ``page`` is a page of a PDF, counted from 1. ``moving`` marks an animation. ``drawing`` is the SVG of a
    generated image, and ``narrow`` its variant for small screens; then ``path`` is not a file.
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
    """An image within a line or in a figure. ``picture`` is None until reading has found the file.

    ``variants`` are outputs with a different file. They are empty once an output is selected.
    """

    source: str
    alt: str
    picture: Picture | None = None
    variants: tuple[tuple[str, Picture], ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None

    @property
    def decorative(self) -> bool:
        """Whether the author marked the image as decorative."""
        return self.attr.has("decorative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Images with a caption, or ``panels`` with their own captions in ``columns``.

    ``description`` is the long description.
    """

    images: tuple[Image, ...]
    caption: tuple[Inline, ...]
    description: tuple[Block, ...] = ()
    panels: tuple[Figure | Chart | Table, ...] = ()
    columns: int = 1
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; ``tight`` in compact lists and table cells, without space around it."""

    content: tuple[Inline, ...]
    tight: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within a chapter. Level 1 is the title of the chapter, which is not among its blocks."""

    level: int
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A list item; ``checked`` is set in task lists."""

    content: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletList:
    """An unordered list."""

    items: tuple[ListItem, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedList:
    """A numbered list; ``style`` is a CSS counter style such as decimal, lower-alpha or upper-roman.

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

    After the passes, ``uses`` has the ids of links to a glossary term. ``span`` is the position of its
    definition.
    """

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]
    uses: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionList:
    """Terms and definitions."""

    items: tuple[Definition, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """A listing; ``language`` is "" if none is named."""

    text: str
    language: str = ""
    caption: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


PULL_QUOTE = "pullquote"
"""The class of a pull quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockQuote:
    """A block quotation and its source."""

    content: tuple[Block, ...]
    attribution: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verse:
    """Verse, whose line breaks are kept."""

    lines: tuple[tuple[Inline, ...], ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThematicBreak:
    """A change of topic without a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """A page break in print, which other outputs leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation of one or more sources, with the ``content`` that the citation style produces.

    ``entries`` are the ids of the sources in the bibliography.
    """

    entries: tuple[str, ...]
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    r"""A cross-reference such as ``@fig-x``; numbering sets its ``content``.

    ``page`` requests a page number; ``content`` is the fallback if there are no pages. The target of a
    ``latex`` reference, such as ``\eqref{eq:x}``, is a LaTeX label until it is resolved.
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
    """An entry of a bibliography in the format of the citation style.

    ``language`` is the language tag of the source, "" if unknown. After the passes, ``uses`` has the ids of
    its citations. ``span`` is its position in the bibliography file.
    """

    content: tuple[Inline, ...]
    language: str = ""
    uses: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """The bibliography of the book or of a chapter."""

    sources: tuple[Source, ...]
    span: Span | None = None


class Extent(StrEnum):
    """The extent of an index mark: a single position, or an end of a range."""

    PLACE = "place"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """An index entry or sub-entry as printed; ``sort`` is its sort key."""

    content: tuple[Inline, ...]
    sort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMark:
    """An index mark, which is invisible in the text.

    ``path`` is the entry with its sub-entries. ``see`` and ``see_also`` are the paths of other entries as
    written; a mark with ``see`` has no locator. ``main`` marks the principal locator of an entry.
    """

    path: tuple[IndexTerm, ...]
    extent: Extent = Extent.PLACE
    see: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    main: bool = False
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """A position that an index entry refers to, as ids in the text; ``end`` is the end of a range.

    ``words`` are the number or title of its section, for outputs without page numbers.
    """

    target: str
    words: str
    end: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEntry:
    """A cross-reference to another index entry: its text and id."""

    content: tuple[Inline, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """An entry in the index, with its sub-entries."""

    content: tuple[Inline, ...]
    locators: tuple[Locator, ...] = ()
    see: tuple[CrossEntry, ...] = ()
    see_also: tuple[CrossEntry, ...] = ()
    children: tuple[IndexEntry, ...] = ()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexGroup:
    """The index entries with one initial letter; ``letter`` is "" for symbols and digits."""

    letter: str
    entries: tuple[IndexEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexList:
    """The index of the book; a pass fills its groups."""

    groups: tuple[IndexGroup, ...] = ()
    span: Span | None = None


class Align(StrEnum):
    """The alignment of a table column or cell; DEFAULT follows the writing direction."""

    DEFAULT = "default"
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell; ``colspan`` and ``rowspan`` count from 1.

    ``note`` is small text on a separate line, such as the year of a number. ``look`` has the classes and
    style from HTML, which outputs ignore. ``shade`` is the colour step behind a number, from -9 to 9; 0 is
    none.
    """

    content: tuple[Block, ...]
    note: tuple[Inline, ...] = ()
    align: Align = Align.DEFAULT
    colspan: int = 1
    rowspan: int = 1
    look: Attr = NO_ATTR
    shade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A table row."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A table column; ``width`` is a fraction of the table width, or None to fit the content."""

    align: Align = Align.DEFAULT
    width: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first ``row_headers`` cells of each body row are headers."""

    columns: tuple[Column, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    row_headers: int = 0
    caption: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its data. Numbers and dates are formatted in its ``language``.

    ``kind`` is the name of a class in ``charts/kinds/``. ``headline`` is printed above the chart in books,
    ``description`` is the long description. ``percent`` stacks fractions of a whole; ``horizontal`` puts the
    categories on the left. ``y_min`` and ``y_max`` are the ends of the value axis if the author set them;
    ``facet_columns`` is 0 if the output chooses. ``build`` is the animation on slides. ``note`` and
    ``source`` follow the caption. ``value_title`` and ``unit`` label the value axis. Series, panels and
    categories in ``highlight`` stand out; the others are pale. ``direct_labels`` puts series names at the
    marks and not into a legend. ``colours`` are indices into the theme's colours for names in the book.
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
    horizontal: bool = False
    x_scale: Scale = Scale.LINEAR
    y_scale: Scale = Scale.LINEAR
    y_min: float | None = None
    y_max: float | None = None
    facet_columns: int = 0
    direct_labels: bool = True
    build: Build = Build.NONE
    annotations: tuple[Annotation, ...] = ()
    marks: tuple[Mark, ...] = ()
    highlight: tuple[str, ...] = ()
    callouts: tuple[Pointer, ...] = ()
    colours: tuple[tuple[str, int], ...] = ()
    language: str = "en"
    attr: Attr = NO_ATTR
    span: Span | None = None

    def is_pale(self, series: Series, index: int | None = None) -> bool:
        """Whether a series, or its value at ``index``, is pale because something else is highlighted.

        Highlighted series and panels stand out as a whole. Highlighted categories make the values of these
        categories stand out, so that the series itself is pale.
        """
        named = set(self.highlight)
        whole, places = named - set(self.data.categories), named & set(self.data.categories)
        if whole and not whole & {series.label, series.panel}:
            return True
        return bool(places) and (index is None or self.data.categories[index] not in places)

    @property
    def in_percent(self) -> bool:
        """Whether the slices of a pie or ring are percentages, by their unit or their sum."""
        if not self.data.is_whole:
            return False
        made = not self.unit and all(series.adds_up_to_100 for series in self.data.series)
        return made or self.unit.startswith("%")

    @property
    def value_line(self) -> str:
        """Return the title of the value axis with its unit, or the one that is set."""
        unit = "" if self.in_percent and self.unit == "%" else self.unit  # each slice has its % sign
        return f"{self.value_title} ({unit})" if self.value_title and unit else self.value_title or unit


class CalloutKind(StrEnum):
    """The five kinds of callout that Quarto and GitHub share."""

    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A callout box; without a title it has the name of its kind in the language of the book."""

    kind: CalloutKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


class TheoremKind(StrEnum):
    """The kinds of numbered statements; the value is the prefix of ids, as in Quarto and bookdown."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Theorem:
    """A theorem, definition, proof or similar statement; ``title`` is its optional name."""

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
    """A fenced div that only has classes, a language or an id."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


OVERVIEW = "overview"
"""The class of the slide with the takeaways of a chapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide that the author wrote as ``::: {.slide}``, for the deck only.

    ``background`` is the optional image that fills it.
    """

    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    background: tuple[Image, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerNotes:
    """Speaker notes, ``::: notes``, for the deck only."""

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
    | SourceList
    | IndexList
    | Slide
    | SpeakerNotes
    | ThematicBreak
    | PageBreak
)

Node: TypeAlias = (
    Inline
    | Block
    | ListItem
    | Definition
    | Cell
    | Row
    | Source
    | IndexTerm
    | IndexGroup
    | IndexEntry
    | CrossEntry
)
