"""The nodes of a document: a frozen tree in the spirit of pandoc's AST.

Every node is immutable, so a pass builds new nodes and shares the untouched ones. ``Inline`` and
``Block`` are closed unions: dispatch with ``match`` and ``assert_never``, so that a new kind of node
fails the type check in each place that forgot it.

A module for each topic; all names are here.
"""

from __future__ import annotations

from typing import TypeAlias

from triptych.model.nodes.attributes import NO_ATTR, Attr
from triptych.model.nodes.boxes import Aside, Callout, CalloutKind, Group, Theorem, TheoremKind
from triptych.model.nodes.charts import Chart
from triptych.model.nodes.figures import Figure, Image, Picture
from triptych.model.nodes.formulas import Equation, Math
from triptych.model.nodes.index import (
    CrossEntry,
    Extent,
    IndexEntry,
    IndexGroup,
    IndexList,
    IndexMark,
    IndexTerm,
    Locator,
)
from triptych.model.nodes.paragraphs import (
    PULL_QUOTE,
    BlockQuote,
    BulletList,
    CodeBlock,
    Definition,
    DefinitionList,
    Heading,
    ListItem,
    OrderedList,
    PageBreak,
    Paragraph,
    ThematicBreak,
    Verse,
)
from triptych.model.nodes.references import Citation, Reference, Source, SourceList
from triptych.model.nodes.slides import OVERVIEW, Slide, SpeakerNotes
from triptych.model.nodes.tables import Align, Cell, Column, Row, Table
from triptych.model.nodes.text import (
    ABBREVIATION,
    CITED_TITLE,
    LINK_SCHEMES,
    TERM,
    Code,
    LineBreak,
    Link,
    Note,
    Phrase,
    Quoted,
    SoftBreak,
    Style,
    Styled,
    Text,
    is_forbidden_address,
)

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
