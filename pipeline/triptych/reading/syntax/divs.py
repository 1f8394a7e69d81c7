"""Convert fenced divs to the blocks that their classes and ids represent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Any

from lxml import etree

from triptych.charts.reader import ChartReader
from triptych.diagnostics import Diagnostic, Span
from triptych.extensions import ExtensionError
from triptych.media.xml_parsing import MATHML
from triptych.model.letters import LETTER, keep_letter_line_breaks, list_letter_parts
from triptych.model.nodes import (
    END_OF_PROOF,
    PULL_QUOTE,
    Aside,
    Attr,
    Block,
    BlockQuote,
    Callout,
    CalloutKind,
    Chart,
    CodeBlock,
    DefinitionList,
    Equation,
    EquationRow,
    Figure,
    Group,
    Heading,
    Image,
    Inline,
    Paragraph,
    Phrase,
    Slide,
    SpeakerNotes,
    Table,
    Text,
    Theorem,
    TheoremKind,
)
from triptych.model.walk import plain_text
from triptych.reading.bibliography import Bibliography
from triptych.reading.diagrams import DrawFunction, read_diagram
from triptych.reading.locator import Locator
from triptych.reading.syntax.blocks import BlockReader, extract_remarks, join_paragraphs, make_block_quote
from triptych.reading.syntax.figures import (
    convert_images_to_figures,
    is_figure,
    read_description_attribute,
    read_figure,
    split_description,
)
from triptych.reading.syntax.inlines import ElementCounter, InlineReader, extract_normalised_text
from triptych.reading.syntax.tables import read_data_table
from triptych.reading.vocabulary import ASIDE, find_callout_type, find_extension_callout

_EQUATIONS_IN_ROWS = re.compile(r"\s*\\begin\s*\{(?:fl|x|xx)?(?:align|gather|multline|eqnarray)(?:at)?\*?\}")
_CALLOUT = re.compile(f"callout-({'|'.join(CalloutKind)})$")


def read_div(reader: BlockReader, attr: Attr, nodes: list[Any]) -> tuple[Block, ...]:
    """Convert a fenced div with the content ``nodes`` to the block that its attributes represent.

    Speaker notes in a chart, figure or table follow as separate blocks.
    """
    span = _find_div(reader, attr)
    nodes, notes = _split_notes(attr, nodes)
    return (
        *_read_div(reader, attr, nodes, span),
        *(block for note in notes for block in reader.read([note])),
    )


def _split_notes(attr: Attr, nodes: list[Any]) -> tuple[list[Any], list[Any]]:
    """Split the content of a chart, figure or table into other content and speaker notes."""
    if not (attr.has("chart") or attr.has("table") or attr.id.startswith(("fig-", "tbl-"))):
        return nodes, []
    notes = [node for node in nodes if node["t"] == "Div" and "notes" in node["c"][0][1]]
    return [node for node in nodes if node not in notes], notes


def _read_div(reader: BlockReader, attr: Attr, nodes: list[Any], span: Span) -> tuple[Block, ...]:
    if attr.has("triptych-diagram"):
        return _read_diagram(reader, nodes)
    if attr.has("chart"):
        return _read_chart(reader, attr, nodes)
    if attr.has("table") and attr.get("data"):
        return _read_data_table(reader, attr, nodes)
    if kind := _find_callout_kind(attr, nodes):
        return (_read_callout(reader, kind, attr, nodes),)
    if own_kind := find_extension_callout(attr.classes):
        return _read_callout_extension(reader, own_kind, attr, nodes)
    if attr.has("notes"):
        return (SpeakerNotes(content=reader.read(nodes), span=span),)
    nodes, remarks = extract_remarks(reader, nodes)
    content = reader.read(nodes)
    if statement := find_theorem_kind(attr):
        return (read_theorem(statement, attr, content, span),)
    if any(attr.has(name) for name in ASIDE):
        return (Aside(content=content, attr=Attr(attr.id, pairs=attr.pairs), span=span),)
    if attr.has("epigraph") or attr.has(PULL_QUOTE):
        if attr.has(PULL_QUOTE):  # slides do not repeat text
            attr = replace(attr, classes=(*attr.classes, "book-only"))
        first = content[0] if len(content) == 1 else None
        quote = first if isinstance(first, BlockQuote) else make_block_quote(content, attr, span)
        return (replace(quote, attr=attr, span=span),)
    if attr.has(LETTER):
        return (BlockQuote(content=content, attr=attr, span=span),)
    if list_letter_parts(attr) and len(content) == 1 and isinstance(content[0], Paragraph):
        words = (Phrase(content=content[0].content, attr=attr, span=span),)
        return (replace(content[0], content=keep_letter_line_breaks(words)),)
    if is_figure(attr) and (figure := read_figure(attr, content)):
        return (replace(figure, span=span, **remarks),)
    if attr.id.startswith("tbl-") and (table := _find_captioned_table(attr, content)):
        return (replace(table, span=span, **remarks),)
    reader.inlines.found.extend(_report_empty_slide(attr, content, span))
    if attr.has("slide"):
        return (_make_slide(attr, content, span),)
    return (Group(content=content, attr=attr, span=span),)


def _find_div(reader: BlockReader, attr: Attr) -> Span:
    """Return the position of a div by its id or slide class, or else the position of the last match."""
    if attr.id:
        return reader.inlines.locator.find_literal("#" + attr.id)
    name = next((name for name in ("slide", "timeline", PULL_QUOTE) if attr.has(name)), "")
    return reader.inlines.locator.find_class(name) if name else reader.inlines.locator.get_current_span()


def _read_chart(reader: BlockReader, attr: Attr, nodes: list[Any]) -> tuple[Block, ...]:
    needle = "#" + attr.id if attr.id else ".chart"
    span = reader.inlines.locator.pass_literal(needle)
    if reader.charts is None:
        reader.inlines.report_omitted_in_footnote("chart", span)
        return ()
    place = reader.inlines.locator.make_attribute_finder()
    nodes, remarks = extract_remarks(reader, nodes)
    content, description = split_description(reader.read(nodes), attr)
    chart, findings = reader.charts.read(
        _remove_description(attr), _join_paragraphs(content), span, locate_attribute=place
    )
    reader.inlines.found.extend(findings)
    if chart is None:
        return ()
    chart = replace(chart, **remarks)
    return (replace(chart, description=description) if isinstance(chart, Chart) else chart,)


def _read_diagram(reader: BlockReader, nodes: list[Any]) -> tuple[Block, ...]:
    code, *caption = nodes
    listing = next(iter(reader.read([code])), None)
    if not isinstance(listing, CodeBlock):  # the section exceeds a limit
        return ()
    caption, remarks = extract_remarks(reader, caption)
    words = _join_paragraphs(reader.read(caption))
    if reader.draw is None:  # in a footnote
        return (replace(listing, caption=words),)
    block, findings = read_diagram(reader.draw, listing, words, read_description_attribute(listing.attr))
    reader.inlines.found.extend(findings)
    return (replace(block, **remarks) if isinstance(block, Figure) else block,)


def _read_data_table(reader: BlockReader, attr: Attr, nodes: list[Any]) -> tuple[Block, ...]:
    span = reader.inlines.locator.pass_literal("#" + attr.id if attr.id else ".table")
    if reader.charts is None:
        reader.inlines.report_omitted_in_footnote("data table", span)
        return ()
    place = reader.inlines.locator.make_attribute_finder()
    nodes, remarks = extract_remarks(reader, nodes)
    caption = _join_paragraphs(reader.read(nodes))
    charts = reader.charts
    table, findings = read_data_table(
        charts.data_folder, charts.path, attr, caption, span, language=charts.language, find_attribute=place
    )
    reader.inlines.found.extend(findings)
    return (replace(table, **remarks),) if table else ()


def _join_paragraphs(content: tuple[Block, ...]) -> tuple[Inline, ...]:
    return join_paragraphs(block.content for block in content if isinstance(block, Paragraph))


def _find_callout_kind(attr: Attr, nodes: list[Any]) -> CalloutKind | None:
    """Return the type of a callout in the syntax of Quarto (``.callout-note``) or GitHub (``> [!NOTE]``).

    Return None if the div is not a callout.
    """
    for name in attr.classes:
        if match := _CALLOUT.match(name):
            return CalloutKind(match.group(1))
        if name in list(CalloutKind) and nodes and nodes[0]["t"] == "Div" and "title" in nodes[0]["c"][0][1]:
            return CalloutKind(name)
    return None


def _read_callout_extension(
    reader: BlockReader, name: str, attr: Attr, nodes: list[Any]
) -> tuple[Block, ...]:
    """Read a callout whose type is defined by an extension. Report EXT003 if the extension cannot be used."""
    try:
        callout_type = find_callout_type(name)
    except ExtensionError as error:
        content = reader.read(nodes)
        span = next((place for node in content if (place := getattr(node, "span", None))), None)
        finding = Diagnostic(code="EXT003", span=span, message=str(error), hint=error.hint)
        reader.inlines.found.append(finding)
        return content
    assert callout_type is not None
    language = reader.charts.language if reader.charts else ""
    return (_read_callout(reader, callout_type.base, attr, nodes, callout_type.get_title(language)),)


def _read_callout(
    reader: BlockReader, kind: CalloutKind, attr: Attr, nodes: list[Any], default_title: str = ""
) -> Callout:
    span = reader.inlines.locator.get_current_span()
    title_text = attr.get("title")
    if nodes and nodes[0]["t"] == "Div" and "title" in nodes[0]["c"][0][1]:
        words = extract_normalised_text(nodes[0]["c"][1][0]["c"]) if nodes[0]["c"][1] else ""
        # Pandoc adds the English name of the type as a title. Outputs add the name in the book's language.
        title_text = title_text or (words if words.lower() != kind else "")
        nodes = nodes[1:]
    title, content = _extract_title(title_text or default_title, reader.read(nodes))
    first = next((place for node in content if (place := getattr(node, "span", None))), span)
    return Callout(kind=kind, title=title, content=content, attr=attr, span=first)


def _report_empty_slide(attr: Attr, content: tuple[Block, ...], span: Any) -> Iterator[Diagnostic]:
    """Report DEK004 for an empty slide, and for a big-numbers or timeline slide without a definition list."""
    name = next((name for name in ("big-numbers", "timeline") if attr.has(name)), "")
    if name and not any(isinstance(block, DefinitionList) for block in content):
        message = f"a `.{name}` slide must contain a definition list"
        item_name = "date" if name == "timeline" else "number"
        hint = (
            f"put each {item_name} on its own line, and begin the next line with a colon and three spaces, "
            "followed by the text"
        )
        yield Diagnostic(code="DEK004", span=span, message=message, hint=hint)
    elif attr.has("slide") and not content and not attr.get("background-image") and not attr.get("layout"):
        hint = "add content to the slide, or set `background-image`"
        yield Diagnostic(code="DEK004", span=span, message="the slide has no content", hint=hint)


def _make_slide(attr: Attr, content: tuple[Block, ...], span: Any) -> Slide:
    title, content = _extract_title(attr.get("title") or attr.get("slide-title"), content)
    content = tuple(_group_steps(tuple(convert_images_to_figures(content))))
    return Slide(
        title=title, content=content, background=_make_background_image(attr, span), attr=attr, span=span
    )


def _extract_title(
    explicit_title: str, content: tuple[Block, ...]
) -> tuple[tuple[Inline, ...], tuple[Block, ...]]:
    """Return a title, and the content without it.

    The title is ``explicit_title``, or else a heading at the start of ``content``, or else empty.
    """
    if explicit_title:
        return (Text(text=explicit_title),), content
    if content and isinstance(content[0], Heading):
        return content[0].content, content[1:]
    return (), content


def _make_background_image(attr: Attr, span: Any) -> tuple[Image, ...]:
    """Return the background image of a slide, or (). Without alt text, it is decorative."""
    source, alt = attr.get("background-image"), attr.get("fig-alt")
    classes = ("full-width",) if alt else ("full-width", "decorative")
    return (Image(source=source, alt=alt, attr=Attr(classes=classes), span=span),) if source else ()


def _group_steps(content: tuple[Block, ...]) -> Iterator[Block]:
    """Group the blocks after each ``. . .`` pause. Each group appears on a click."""
    pauses = [place for place, block in enumerate(content) if _is_pause(block)]
    step_ends = [*pauses, len(content)]
    yield from content[: step_ends[0]]
    for place, end in pairwise(step_ends):
        if step := content[place + 1 : end]:
            yield Group(content=step, attr=Attr(classes=("step",)))


def _remove_description(attr: Attr) -> Attr:
    return replace(attr, pairs=tuple(pair for pair in attr.pairs if pair[0] != "fig-desc"))


def _is_pause(block: Block) -> bool:
    return isinstance(block, Paragraph) and plain_text(block.content) == ". . ."


def _find_captioned_table(attr: Attr, content: tuple[Block, ...]) -> Table | None:
    """Return the table in ``::: {#tbl-x}``, captioned by the last paragraph.

    Return None unless there is exactly one table.
    """
    tables = [block for block in content if isinstance(block, Table)]
    if len(tables) != 1:
        return None
    last = content[-1]
    caption = last.content if isinstance(last, Paragraph) else tables[0].caption
    return replace(tables[0], attr=attr, caption=caption)


# Classes for kinds of statements without an id, as in bookdown and other tools.
CLASSES = {kind.name.lower(): kind for kind in TheoremKind}


def find_theorem_kind(attr: Attr) -> TheoremKind | None:
    """Return the kind of a statement, from its id prefix (``#thm-x``) or its class (``.proof``).

    Return None if the div is not a statement.
    """
    prefix = attr.id.partition("-")[0]
    if "-" in attr.id and prefix in set(TheoremKind):
        return TheoremKind(prefix)
    return next((CLASSES[name] for name in attr.classes if name in CLASSES), None)


def read_theorem(kind: TheoremKind, attr: Attr, content: tuple[Block, ...], span: Span) -> Theorem:
    """Read a theorem. Its title is the attribute ``name`` or ``title``, or else a heading at the start."""
    title, content = _extract_title(attr.get("name") or attr.get("title"), content)
    last = content[-1] if content else None
    if kind is TheoremKind.PROOF and isinstance(last, Equation) and r"\qedhere" in last.tex:
        content = (*content[:-1], _tag_end_of_proof(last))
    return Theorem(kind=kind, title=title, content=content, attr=attr, span=span)


def _tag_end_of_proof(equation: Equation) -> Equation:
    """Set the end mark beside an equation without a number, or beside its last row.

    The mark follows any other equation.
    """
    if equation.tag or equation.rows or equation.attr.id or equation.group or not equation.mathml:
        return equation
    if not _EQUATIONS_IN_ROWS.match(equation.tex):
        return replace(equation, tag=END_OF_PROOF)
    table = etree.fromstring(equation.mathml.encode()).find(f".//{MATHML}mtable")
    count = 1 if table is None else len(table)
    return replace(equation, rows=(*[EquationRow()] * (count - 1), EquationRow(tag=END_OF_PROOF)))


def make_inline_reader(
    locator: Locator,
    bibliography: Bibliography,
    findings: list[Diagnostic] | None = None,
    maximum_elements: float = inf,
) -> InlineReader:
    """Return a reader of inlines and of blocks in footnotes. Findings are appended to ``findings``.

    The reader omits all content after ``maximum_elements`` elements.
    """
    gathered = [] if findings is None else findings
    return InlineReader(
        locator, bibliography, _read_note_blocks, gathered, element_counter=ElementCounter(maximum_elements)
    )


def make_block_reader(
    inlines: InlineReader, charts: ChartReader | None = None, draw: DrawFunction | None = None
) -> BlockReader:
    """Return a reader of blocks.

    Without ``charts``, it omits charts. Without ``draw``, it does not draw diagrams.
    """
    return BlockReader(inlines, charts, read_div, draw)


def _read_note_blocks(inlines: InlineReader, nodes: list[Any]) -> tuple[Block, ...]:
    return make_block_reader(inlines).read(nodes)
