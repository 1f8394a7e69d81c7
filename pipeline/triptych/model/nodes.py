"""The nodes of a document: a frozen tree in the spirit of pandoc's AST.

Every node is immutable, so a pass builds new nodes and shares the untouched ones. ``Inline`` and ``Block``
are closed unions: dispatch with ``match`` and ``assert_never``, so that a new kind of node fails the type
check in each place that forgot it.
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
    """The typographic role of a text."""

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
    """A line end in the source; a space in the outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBreak:
    """A forced line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styled:
    """Text with one typographic role."""

    style: Style
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Text in quotation marks of the book's language."""

    double: bool
    content: tuple[Inline, ...]


ABBREVIATION = "abbr"  # the class of what stands for the words of its title
CITED_TITLE = "cited-title"  # the class of a work's title in an entry of a bibliography


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A bracketed span: text with classes, a language or an id."""

    attr: Attr
    content: tuple[Inline, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Code within a line."""

    text: str
    attr: Attr = NO_ATTR


# Where links may lead out of a book; scripts, files and data are none of them.
LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel", "doi", "urn"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):|//")


def is_forbidden_url(address: str) -> bool:
    """Whether a link leads out of the book by none of the ``LINK_SCHEMES``."""
    # Browsers pass over controls and spaces in an address (URL Standard, 4.4).
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

    ``key`` names a note that is referred to more than once, each reference being a node of its own.
    ``number`` counts within the chapter from 1, known after the passes; ``again`` is set on all
    references to a note but the first, which alone has the content.
    """

    content: tuple[Block, ...]
    key: str = ""
    number: int = 0
    again: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Math:
    """A TeX formula within a line.

    ``mathml``, which drawings are made from too, and ``omml``, Office Math, are XML; both are "" where the
    TeX was not understood. Known after the passes: ``spoken``, its alternative text in all
    outputs, and ``text``, what stands for it where only plain text can.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A TeX formula on a line of its own; its forms are those of ``Math``.

    ``tag`` is written in place of its number, with the brackets that belong to it. ``labels`` are
    further names that LaTeX references call it by.
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
        """Whether the author marked the image as decorative."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; ``tight`` in compact lists and table cells, where it takes no space around it."""

    content: tuple[Inline, ...]
    tight: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within a chapter. Level 1 is the chapter's own title, which is not among its blocks."""

    level: int
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item; ``checked`` is set in task lists."""

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

    ``brackets`` are those of its numbers: "" for "1.", ")" for "1)", "()" for "(1)".
    """

    items: tuple[ListItem, ...]
    start: int = 1
    style: str = "decimal"
    brackets: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term and its definitions.

    ``uses`` are the ids of the places that lead to a term of the glossary, known after the passes; ``span``
    is where that is explained.
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
    """A listing; ``language`` is "" where none was named."""

    text: str
    language: str = ""
    caption: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


PULL_QUOTE = "pullquote"
"""The class of a quotation that repeats words of the text beside it, to catch the eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockQuote:
    """A block quotation and its source."""

    content: tuple[Block, ...]
    attribution: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verse:
    """Lines that are kept."""

    lines: tuple[tuple[Inline, ...], ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThematicBreak:
    """A change of topic without a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """A new page in print; none in other outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One citation of one or more sources; ``content`` is what the citation style makes of it.

    ``entries`` are the ids of the sources' entries in the bibliography.
    """

    entries: tuple[str, ...]
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A cross-reference such as ``@fig-x``; ``content`` is what it reads as, known after numbering.

    ``page`` asks for the number of the page; ``content`` then stands where no pages are known. The target of
    a ``latex`` one, such as ``\\eqref{eq:x}``, is a label as LaTeX has it until it is resolved.
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
    """An entry of a bibliography, as the citation style writes it.

    ``language`` is the tag of what it is the entry of, "" where that is not said. ``uses`` are the ids of the
    citations that name it, known after the passes. ``span`` is where it stands in its file.
    """

    content: tuple[Inline, ...]
    language: str = ""
    uses: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """The bibliography, or that of a chapter."""

    sources: tuple[Source, ...]
    span: Span | None = None


class Extent(StrEnum):
    """The extent of an index mark: one place, or an end of a range."""

    PLACE = "place"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """An entry or sub-entry in print; ``sort`` is its sort key."""

    content: tuple[Inline, ...]
    sort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMark:
    """An index mark; it shows nothing.

    ``path`` is the entry and its sub-entries. ``see`` and ``see_also`` are paths, as written, of other
    entries; a mark with ``see`` names no place. ``main`` is set on the chief place of an entry.
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
    """A place that an index entry points to: ids in the text, ``end`` for a range.

    ``words`` name the place where pages have no numbers: those of the section it is in.
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
    """The entries with one initial letter; ``letter`` is "" for signs and digits."""

    letter: str
    entries: tuple[IndexEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexList:
    """The index of the book; its groups are known after the passes."""

    groups: tuple[IndexGroup, ...] = ()
    span: Span | None = None


class Align(StrEnum):
    """Alignment of a table column or cell; DEFAULT follows the reading direction."""

    DEFAULT = "default"
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell; spans count columns and rows from 1.

    ``note`` is said of what stands in it, small and on a line of its own, such as the year of a number.
    ``look`` has the classes and the style that HTML gives it, which no output shows. ``shade`` is the step of
    colour behind a number, from -9 to 9; 0 is none.
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
    """A table column; ``width`` is a share of the table's width from 0 to 1, or None to fit the content."""

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
    """A chart from data, the same in all outputs; numbers and dates are written as in its language.

    ``kind`` is the name of a class in ``charts/kinds/``. ``headline`` says over it in books what it shows;
    ``description`` does so at length. ``percent`` stacks shares of a whole; bars that are ``horizontal`` have
    their categories at the left. ``y_min`` and ``y_max`` are the ends of the value axis where the author set
    them; ``facet_columns`` is 0 where the outputs choose; slides show it by its ``build``; ``note`` and
    ``source`` stand behind the caption. ``value_title`` says what the value axis counts, in ``unit``.
    ``highlight`` names series, panels and categories; the rest stands back. ``direct_labels`` name series at
    their marks rather than in a legend. ``colours`` are the places among the theme's colours that the book
    gives to things by their names.
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

    def stands_back(self, series: Series, index: int | None = None) -> bool:
        """Whether something else is highlighted: than a series, or than its value at a category.

        Names of series and panels say which series stand out, those of categories which of their values.
        A series as a whole stands back where only some of its values stand out.
        """
        named = set(self.highlight)
        whole, places = named - set(self.data.categories), named & set(self.data.categories)
        if whole and not whole & {series.label, series.panel}:
            return True
        return bool(places) and (index is None or self.data.categories[index] not in places)

    @property
    def in_percent(self) -> bool:
        """Whether the slices of a pie or ring are percentages: by their unit, or since they make 100."""
        if not self.data.is_whole:
            return False
        made = not self.unit and all(series.makes_hundred for series in self.data.series)
        return made or self.unit.startswith("%")

    @property
    def value_line(self) -> str:
        """What stands over the value axis: its title with the unit, or one of them."""
        unit = "" if self.in_percent and self.unit == "%" else self.unit  # each slice says so
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
    """A boxed aside; an empty title reads as the kind's name in the language of the book."""

    kind: CalloutKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


class TheoremKind(StrEnum):
    """Statements that are numbered; the value is the prefix of ids, as Quarto and bookdown have it."""

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
    """A theorem, a definition, a proof and the like; ``title`` is its name, if it has one."""

    kind: TheoremKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A side note, beside the text."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A fenced div without a meaning beyond its classes, language or id."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


OVERVIEW = "overview"
"""The class of the slide that stands for a chapter's takeaways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide that the author wrote, ``::: {.slide}``, for the deck only.

    ``background`` is the picture that fills it, if there is one.
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
