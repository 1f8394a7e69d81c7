"""Convert pandoc's blocks to ``Block`` nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from triptych.charts.reader import ChartReader
from triptych.data.data_file import DataError, extract_lines
from triptych.diagnostics import Diagnostic, Span
from triptych.model.letters import keep_letter_line_breaks
from triptych.model.nodes import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    Definition,
    DefinitionList,
    Equation,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    ListItem,
    OrderedList,
    PageBreak,
    Paragraph,
    SoftBreak,
    Text,
    ThematicBreak,
    Verse,
)
from triptych.reading.diagrams import DrawFunction, merge_narrow_variants
from triptych.reading.syntax.figures import read_description_attribute
from triptych.reading.syntax.index_marks import move_lone_index_marks
from triptych.reading.syntax.inlines import (
    LARGE,
    InlineReader,
    extract_normalised_text,
    get_raw_format_name,
    read_attr,
    remove_note_marks,
)
from triptych.reading.syntax.latex import add_equation_attributes, make_equation_id, read_equation_attributes
from triptych.reading.syntax.raw_html import TRANSPARENT, get_block_tag_name, make_media_link
from triptych.reading.syntax.tables import MOST_COLUMNS, read_table

_LIST_STYLES = {
    "LowerAlpha": "lower-alpha",
    "UpperAlpha": "upper-alpha",
    "LowerRoman": "lower-roman",
    "UpperRoman": "upper-roman",
}
_BRACKETS = {"OneParen": ")", "TwoParens": "()"}
_FORMULAS = ("Span", "Math")  # pandoc nodes of displayed formulas
_BOXES = {"☐": False, "☒": True}
_PAGE_BREAKS = {"pagebreak", r"\newpage", r"\newpage{}", r"\pagebreak", r"\clearpage"}
_MACROS = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|def|DeclareMathOperator|let)\b.*", re.DOTALL
)


@dataclass(slots=True)
class BlockReader:
    """A converter of pandoc's blocks in one section. ``charts`` and ``draw`` are None in footnotes."""

    inlines: InlineReader
    charts: ChartReader | None
    read_div: Callable[[BlockReader, Attr, list[Any]], tuple[Block, ...]]
    draw: DrawFunction | None = None

    def read(self, nodes: list[Any]) -> tuple[Block, ...]:
        """Convert pandoc blocks. ``Plain`` blocks, which HTML source may contain, become paragraphs."""
        return self._read_nested(
            ("Para" if node["t"] == "Plain" else node["t"], node.get("c")) for node in nodes
        )

    def read_tight(self, nodes: list[Any]) -> tuple[Block, ...]:
        """Convert the blocks of a list item, cell or definition. ``Plain`` becomes a tight paragraph."""
        return self._read_nested((node["t"], node.get("c")) for node in nodes)

    def _read_nested(self, nodes: Iterable[tuple[str, Any]]) -> tuple[Block, ...]:
        there = self.inlines.enter_container()
        blocks = tuple(block for kind, c in nodes for block in self._read_block(kind, c)) if there else ()
        self.inlines.leave_container()
        blocks, found = merge_narrow_variants(move_lone_index_marks(blocks))
        self.inlines.found.extend(found)
        return blocks

    def _read_block(self, kind: str, c: Any) -> tuple[Block, ...]:
        locator = self.inlines.locator
        if kind != "Plain" and not self.inlines.count_elements(_count_elements(kind, c)):
            return ()
        match kind:
            case "Para" | "Plain":
                return self._read_paragraph(c, tight=kind == "Plain")
            case "Header":
                span = locator.find_heading(extract_normalised_text(c[2]))
                heading = Heading(
                    level=c[0], content=self.inlines.read(c[2]), attr=read_attr(c[1]), span=span
                )
                locator.pass_words(span)
                return (heading,)
            case "BulletList":
                span = locator.get_current_span()
                return (BulletList(items=tuple(self._read_item(item) for item in c), span=span),)
            case "OrderedList":
                start, style, delimiter = c[0]
                span = locator.get_current_span()
                items = tuple(self._read_item(item) for item in c[1])
                return (
                    OrderedList(
                        items=items,
                        start=start,
                        style=_LIST_STYLES.get(style["t"], "decimal"),
                        brackets=_BRACKETS.get(delimiter["t"], ""),
                        span=span,
                    ),
                )
            case "DefinitionList":
                return (self._read_definitions(c),)
            case "CodeBlock":
                return (self._read_code(c),)
            case "BlockQuote":
                return (make_block_quote(self.read(c), Attr(), locator.get_current_span()),)
            case "LineBlock":
                span = locator.find_words(extract_normalised_text(c[0])) if c else locator.get_current_span()
                return (Verse(lines=tuple(self.inlines.read(line) for line in c), span=span),)
            case "Table":
                span = locator.find_words(_get_first_row_text(c))
                caption = self._read_caption(c[1])
                if not 0 < len(c[2]) <= MOST_COLUMNS:
                    message = f"the table has {len(c[2])} columns; the limit is {MOST_COLUMNS}"
                    hint = "show fewer columns" if c[2] else "add a column"
                    self.inlines.found.append(
                        Diagnostic(code="SEC004", span=span, message=message, hint=hint)
                    )
                    return ()
                return (read_table(c, self.read_tight, caption, span),)
            case "Figure":
                return self._read_figure(c)
            case "Div":
                return self.read_div(self, read_attr(c[0]), c[1])
            case "HorizontalRule":
                return (ThematicBreak(),)
            case "RawBlock" if not c[1].strip():
                return ()
            case "RawBlock" if c[1].strip() in _PAGE_BREAKS:
                return (PageBreak(),)
            case "RawBlock" if c[0] in ("tex", "latex") and _MACROS.fullmatch(c[1].strip()):
                return ()  # pandoc has expanded the macros in the formulas
            case "RawBlock" if c[0] == "html" and (link := make_media_link(c[1])):
                self.inlines.report_omitted_tag(c[1], locator.find_literal(c[1].strip().splitlines()[0]))
                return self._read_paragraph([link], tight=False)
            case "RawBlock":
                silent = c[1].lstrip().startswith(("<!--", "</")) or get_block_tag_name(c[1]) in TRANSPARENT
                span = (
                    locator.get_current_span()
                    if silent
                    else locator.find_literal(c[1].strip().splitlines()[0])
                )
                if not silent and c[0] == "html":
                    self.inlines.report_omitted_tag(c[1], span)
                elif not silent:
                    self.inlines.report_omitted_construct(get_raw_format_name(c[0]), span, c[1])
        return ()

    def _read_caption(self, caption: Any) -> tuple[Inline, ...]:
        """Convert pandoc's caption, a list of a short caption and blocks, to inlines."""
        return tuple(
            inline
            for block in caption[1]
            if block["t"] in ("Plain", "Para")
            for inline in self.inlines.read(block["c"])
        )

    def _read_paragraph(self, nodes: list[Any], *, tight: bool) -> tuple[Block, ...]:
        """Convert a paragraph. Displayed formulas in the paragraph become separate blocks."""
        span = self.inlines.locator.find_words(extract_normalised_text(nodes))
        pieces: list[Block] = []
        rest: list[Any] = []

        def flush() -> None:
            content = self.inlines.read(_trim_spaces(rest))
            if not tight and len(content) == 1 and _is_informative(content[0]):
                pieces.append(_make_figure(content[0]))
            elif content:
                pieces.append(Paragraph(content=keep_letter_line_breaks(content), tight=tight, span=span))
            rest.clear()

        skipped = -1
        for place, node in enumerate(nodes):
            if place <= skipped:
                continue
            if node["t"] in _FORMULAS and _is_display_formula(node) and self.inlines.count_elements():
                flush()
                equation = self._read_equation(node)
                pieces.append(equation)
                after = read_equation_attributes(nodes[place + 1 :])
                if after is not None:
                    attr, count = after
                    pieces[-1] = add_equation_attributes(equation, attr)
                    skipped = place + count
            else:
                rest.append(node)
        flush()
        if tight:
            self.inlines.locator.pass_words(span)
        else:
            self.inlines.locator.pass_paragraph(span)
        return tuple(pieces)

    def _read_equation(self, node: Any) -> Equation:
        attr = read_attr(node["c"][0]) if node["t"] == "Span" else Attr()
        tex = (node["c"][1][0] if node["t"] == "Span" else node)["c"][1]
        labels = tuple(attr.get("label").split())
        identifier = Attr(make_equation_id(labels[0])) if labels else Attr()
        return Equation(
            **self.inlines.read_formula(tex, attr), attr=identifier, tag=attr.get("tag"), labels=labels
        )

    def _read_item(self, nodes: list[Any]) -> ListItem:
        """Convert a list item. Pandoc's check box character for tasks becomes ``checked``."""
        checked = None
        if not self.inlines.count_elements():
            return ListItem(content=())
        if nodes and nodes[0]["t"] in ("Plain", "Para"):
            first = nodes[0]["c"]
            if (
                len(first) > 1
                and first[0]["t"] == "Str"
                and first[0]["c"] in _BOXES
                and first[1]["t"] == "Space"
            ):
                checked = _BOXES[first[0]["c"]]
                nodes = [{"t": nodes[0]["t"], "c": first[2:]}, *nodes[1:]]
        return ListItem(content=self.read_tight(nodes), checked=checked)

    def _read_definitions(self, c: Any) -> DefinitionList:
        span = self.inlines.locator.find_words(extract_normalised_text(c[0][0]))
        items = []
        for term, meanings in c:
            if not self.inlines.count_elements():
                break
            content = self.inlines.read(term)
            read = tuple(self.read_tight(meaning) for meaning in meanings)
            items.append(Definition(term=content, meanings=read))
        return DefinitionList(items=tuple(items), span=span)

    def _read_code(self, c: Any) -> CodeBlock:
        attr = read_attr(c[0])
        if attr.get("include") or attr.get("file"):
            return self._include_code(attr)
        text = remove_note_marks(c[1])
        return _make_listing(attr, text, self.inlines.locator.find_code(text))

    def _include_code(self, attr: Attr) -> CodeBlock:
        """Return a listing of the file or region that ``include``, or Quarto's ``file``, names."""
        name = attr.get("include") or attr.get("file")
        span = self.inlines.locator.find_literal(name)
        text = ""
        if self.charts is not None:
            try:
                source = self.charts.data_folder.read_listing(name, section_path=self.charts.path)
                text = extract_lines(source, lines=attr.get("lines"), region=attr.get("region"))
            except DataError as error:
                self.inlines.found.append(error.to_diagnostic(span))
        return _make_listing(attr, text, span)

    def _read_figure(self, c: Any) -> tuple[Block, ...]:
        """Convert a pandoc figure: an image that is a paragraph by itself, or an HTML figure."""
        attr, caption, content = read_attr(c[0]), c[1], c[2]
        images = [node for block in content if block["t"] in ("Plain", "Para") for node in block["c"]]
        if (
            any(node["t"] != "Image" for node in images if node["t"] not in ("Space", "SoftBreak"))
            or not images
        ):
            return self.read(content)
        words = self._read_caption(caption)  # before the images, in the order of the source
        read: list[Image] = [self.inlines.read_image(node["c"]) for node in images if node["t"] == "Image"]
        first = read[0].attr
        joined = Attr(attr.id or first.id, attr.classes + first.classes, attr.pairs + first.pairs)
        description = read_description_attribute(joined)
        return (
            Figure(
                images=tuple(read), caption=words, description=description, attr=joined, span=read[0].span
            ),
        )


def _count_elements(kind: str, c: Any) -> int:
    if kind == "CodeBlock":
        return sum(map(_weigh_code_line, c[1].split("\n")))
    return LARGE if kind == "Header" else 1


def _weigh_code_line(line: str) -> int:
    """Return how many elements a line of code counts as.

    A line that is too long for the page is broken, which takes time with the square of its length.
    """
    return 1 + len(line) // _LONG_LINE * (1 + len(line) // _VERY_LONG_LINE)


_LONG_LINE, _VERY_LONG_LINE = 200, 1_000  # characters


def _make_listing(attr: Attr, text: str, span: Span) -> CodeBlock:
    caption = attr.get("lst-cap") or attr.get("caption")
    return CodeBlock(
        text=text,
        language=attr.classes[0] if attr.classes else "",
        caption=(Text(text=caption),) if caption else (),
        attr=replace(attr, classes=attr.classes[1:]),
        span=span,
    )


def _is_informative(node: Inline) -> TypeGuard[Image]:
    return isinstance(node, Image) and not node.is_decorative


def _make_figure(image: Image) -> Figure:
    bare = replace(image, attr=replace(image.attr, id=""))
    description = read_description_attribute(image.attr)
    return Figure(images=(bare,), caption=(), description=description, attr=image.attr, span=image.span)


def _is_display_formula(node: Any) -> bool:
    if node["t"] == "Span" and "triptych-math" in node["c"][0][1]:
        node = node["c"][1][0]
    return bool(node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath")


def _trim_spaces(nodes: list[Any]) -> list[Any]:
    blank = ("Space", "SoftBreak")
    start, end = 0, len(nodes)
    while start < end and nodes[start]["t"] in blank:
        start += 1
    while end > start and nodes[end - 1]["t"] in blank:
        end -= 1
    return nodes[start:end]


def _get_first_row_text(table: Any) -> str:
    """Return the text in a table's first row, by which the table is found in the source."""
    _attr, _caption, _specs, head, bodies, _foot = table
    rows = head[1] or [row for body in bodies for row in body[3]]
    if not rows:
        return ""
    cells = [block for cell in rows[0][1] for block in cell[4] if block["t"] in ("Plain", "Para")]
    return " ".join(extract_normalised_text(block["c"]) for block in cells)


_DASH = re.compile(r"^(?:—|―|–|---?|⸺|——)[\s\u00a0]*(?=\S)")


def make_block_quote(content: tuple[Block, ...], attr: Attr, span: Span) -> BlockQuote:
    """Return a block quote. If its last paragraph or line starts with a dash, that is the attribution."""
    span = next((place for block in content if (place := getattr(block, "span", None))), span)
    last = content[-1] if content else None
    rest, attribution = _split_attribution(last.content) if isinstance(last, Paragraph) else ((), None)
    if isinstance(last, Paragraph) and attribution is not None and (rest or len(content) > 1):
        end = (replace(last, content=rest),) if rest else ()
        return BlockQuote(content=(*content[:-1], *end), attribution=attribution, attr=attr, span=span)
    return BlockQuote(content=content, attr=attr, span=span)  # a dash may also start a line of dialogue


def _split_attribution(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], tuple[Inline, ...] | None]:
    starts = [0, *(i + 1 for i, node in enumerate(content) if isinstance(node, LineBreak | SoftBreak))]
    for start in reversed(starts):
        first = content[start] if start < len(content) else None
        if isinstance(first, Text) and (dash := _DASH.match(first.text)):
            attribution = (Text(text=first.text[dash.end() :]), *content[start + 1 :])
            return content[: max(start - 1, 0)], attribution
        if first is not None and start and isinstance(content[start - 1], LineBreak):
            break  # a line after a forced break and without a dash is part of the quotation
    return content, None
