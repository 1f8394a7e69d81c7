"""Convert pandoc's blocks to ``Block`` nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, TypeGuard

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
from triptych.reading.syntax.latex import add_equation_attributes, read_equation_attributes, read_equation_row
from triptych.reading.syntax.raw_html import TRANSPARENT, get_block_tag_name, make_media_link
from triptych.reading.syntax.tables import MAX_COLUMNS, read_table

_LIST_STYLES = {
    "LowerAlpha": "lower-alpha",
    "UpperAlpha": "upper-alpha",
    "LowerRoman": "lower-roman",
    "UpperRoman": "upper-roman",
}
_BRACKETS = {"OneParen": ")", "TwoParens": "()"}
_FORMULAS = ("Span", "Math")  # types of pandoc nodes with displayed formulas
_BOXES = {"☐": False, "☒": True}
_PAGE_BREAKS = {"pagebreak", r"\newpage", r"\newpage{}", r"\pagebreak", r"\clearpage"}
_MACROS = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|def|DeclareMathOperator|let)\b.*", re.DOTALL
)


class Remarks(TypedDict, total=False):
    """The fields of a figure, chart or table for its note and its source, if they are set."""

    note: tuple[Inline, ...]
    source: tuple[Inline, ...]


@dataclass(slots=True)
class BlockReader:
    """Converts pandoc's blocks in one section. ``charts`` and ``draw`` are None in footnotes."""

    inlines: InlineReader
    charts: ChartReader | None
    read_div: Callable[[BlockReader, Attr, list[Any]], tuple[Block, ...]]
    draw: DrawFunction | None = None
    groups: dict[str, str] = field(default_factory=dict)
    """Numbers of subequations in pandoc's tree → position of the first one, which identifies them."""

    def read(self, nodes: list[Any]) -> tuple[Block, ...]:
        """Convert pandoc blocks. ``Plain`` blocks, which occur in HTML source, become paragraphs."""
        return self._read_nested(
            ("Para" if node["t"] == "Plain" else node["t"], node.get("c")) for node in nodes
        )

    def read_tight(self, nodes: list[Any]) -> tuple[Block, ...]:
        """Convert the blocks of a list item, cell or definition. ``Plain`` becomes a tight paragraph."""
        return self._read_nested((node["t"], node.get("c")) for node in nodes)

    def _read_nested(self, nodes: Iterable[tuple[str, Any]]) -> tuple[Block, ...]:
        is_entered = self.inlines.enter_container()
        blocks = (
            tuple(block for kind, content in nodes for block in self._read_block(kind, content))
            if is_entered
            else ()
        )
        self.inlines.leave_container()
        blocks, findings = merge_narrow_variants(move_lone_index_marks(blocks))
        self.inlines.found.extend(findings)
        return blocks

    def _read_block(self, kind: str, content: Any) -> tuple[Block, ...]:
        locator = self.inlines.locator
        if kind != "Plain" and not self.inlines.count_elements(_count_elements(kind, content)):
            return ()
        match kind:
            case "Para" | "Plain":
                return self._read_paragraph(content, is_tight=kind == "Plain")
            case "Header":
                span = locator.find_heading(extract_normalised_text(content[2]))
                heading = Heading(
                    level=content[0],
                    content=self.inlines.read(content[2]),
                    attr=read_attr(content[1]),
                    span=span,
                )
                locator.pass_words(span)
                return (heading,)
            case "BulletList":
                span = locator.get_next_text_span()
                return (BulletList(items=tuple(self._read_item(item) for item in content), span=span),)
            case "OrderedList":
                start, style, delimiter = content[0]
                span = locator.get_next_text_span()
                items = tuple(self._read_item(item) for item in content[1])
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
                return (self._read_definitions(content),)
            case "CodeBlock":
                return (self._read_code(content),)
            case "BlockQuote":
                span = locator.get_next_text_span()
                return (make_block_quote(self.read(content), Attr(), span),)
            case "LineBlock":
                span = (
                    locator.find_words(extract_normalised_text(content[0]))
                    if content
                    else locator.get_current_span()
                )
                return (Verse(lines=tuple(self.inlines.read(line) for line in content), span=span),)
            case "Table":
                span = locator.find_words(_get_first_row_text(content))
                caption = self._read_caption(content[1])
                if not 0 < len(content[2]) <= MAX_COLUMNS:
                    message = f"the table has {len(content[2])} columns; the limit is {MAX_COLUMNS}"
                    hint = "show fewer columns" if content[2] else "add a column"
                    self.inlines.found.append(
                        Diagnostic(code="SEC004", span=span, message=message, hint=hint)
                    )
                    return ()
                table = read_table(content, self.read_tight, caption, span)
                _, remarks = extract_remarks(self, content[1][1])  # after the rows, as in the source
                return (replace(table, **remarks),)
            case "Figure":
                return self._read_figure(content)
            case "Div":
                return self.read_div(self, read_attr(content[0]), content[1])
            case "HorizontalRule":
                return (ThematicBreak(),)
            case "RawBlock" if not content[1].strip():
                return ()
            case "RawBlock" if content[1].strip() in _PAGE_BREAKS:
                return (PageBreak(),)
            case "RawBlock" if content[0] in ("tex", "latex") and _MACROS.fullmatch(content[1].strip()):
                return ()  # pandoc has expanded macros in the formulas
            case "RawBlock" if content[0] == "html" and (link := make_media_link(content[1])):
                self.inlines.report_omitted_tag(
                    content[1], locator.find_literal(content[1].strip().splitlines()[0])
                )
                return self._read_paragraph([link], is_tight=False)
            case "RawBlock":
                silent = (
                    content[1].lstrip().startswith(("<!--", "</"))
                    or get_block_tag_name(content[1]) in TRANSPARENT
                )
                span = (
                    locator.get_current_span()
                    if silent
                    else locator.find_literal(content[1].strip().splitlines()[0])
                )
                if not silent and content[0] == "html":
                    self.inlines.report_omitted_tag(content[1], span)
                elif not silent:
                    self.inlines.report_omitted_construct(get_raw_format_name(content[0]), span, content[1])
        return ()

    def _read_caption(self, caption: Any) -> tuple[Inline, ...]:
        """Convert pandoc's caption, a list of a short caption and blocks, to inlines."""
        return join_paragraphs(
            self.inlines.read(block["c"]) for block in caption[1] if block["t"] in ("Plain", "Para")
        )

    def _read_paragraph(self, nodes: list[Any], *, is_tight: bool) -> tuple[Block, ...]:
        """Convert a paragraph. Displayed formulas in it become separate blocks."""
        span = self.inlines.locator.find_words(extract_normalised_text(nodes))
        pieces: list[Block] = []
        rest: list[Any] = []

        def flush() -> None:
            content = self.inlines.read(_trim_spaces(rest))
            if not is_tight and len(content) == 1 and _is_informative(content[0]):
                pieces.append(_make_figure(content[0]))
            elif content:
                pieces.append(Paragraph(content=keep_letter_line_breaks(content), tight=is_tight, span=span))
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
        if is_tight:
            self.inlines.locator.pass_words(span)
        else:
            self.inlines.locator.pass_paragraph(span)
        return tuple(pieces)

    def _read_equation(self, node: Any) -> Equation:
        attr = read_attr(node["c"][0]) if node["t"] == "Span" else Attr()
        tex = (node["c"][1][0] if node["t"] == "Span" else node)["c"][1]
        formula = self.inlines.read_formula(tex, attr)
        own = read_equation_row(attr.get("label"), attr.get("tag"))
        rows = tuple(read_equation_row(*row.split("\t")) for row in attr.get("rows").split("\n") if row)
        number, _, label = attr.get("group").partition(" ")
        if not number:
            return Equation(**formula, attr=own.attr, tag=own.tag, labels=own.labels, rows=rows)
        group = self.groups.setdefault(number, str(formula["span"]))
        first = read_equation_row(label if group == str(formula["span"]) else "", "")
        return Equation(**formula, attr=first.attr, labels=first.labels, rows=rows or (own,), group=group)

    def _read_item(self, nodes: list[Any]) -> ListItem:
        """Convert a list item. Pandoc's check box character in task lists becomes ``checked``."""
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

    def _read_definitions(self, nodes: Any) -> DefinitionList:
        span = self.inlines.locator.find_words(extract_normalised_text(nodes[0][0]))
        items = []
        for term, definitions in nodes:
            if not self.inlines.count_elements():
                break
            content = self.inlines.read(term)
            meanings = tuple(self.read_tight(definition) for definition in definitions)
            items.append(Definition(term=content, meanings=meanings))
        return DefinitionList(items=tuple(items), span=span)

    def _read_code(self, content: Any) -> CodeBlock:
        attr = read_attr(content[0])
        if attr.get("include") or attr.get("file"):
            return self._include_code(attr)
        text = remove_note_marks(content[1])
        return _make_listing(attr, text, self.inlines.locator.find_code(text))

    def _include_code(self, attr: Attr) -> CodeBlock:
        """Return a listing of the file or region named by ``include``, or by Quarto's ``file``."""
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

    def _read_figure(self, nodes: Any) -> tuple[Block, ...]:
        """Convert a pandoc figure, which is an image in its own paragraph or an HTML figure."""
        attr, caption, content = read_attr(nodes[0]), nodes[1], nodes[2]
        images = [node for block in content if block["t"] in ("Plain", "Para") for node in block["c"]]
        if (
            any(node["t"] != "Image" for node in images if node["t"] not in ("Space", "SoftBreak"))
            or not images
        ):
            return self.read(content)
        words = self._read_caption(caption)  # before the images, as in the source
        read_images: list[Image] = [
            self.inlines.read_image(node["c"]) for node in images if node["t"] == "Image"
        ]
        first = read_images[0].attr
        joined = Attr(attr.id or first.id, attr.classes + first.classes, attr.pairs + first.pairs)
        description = read_description_attribute(joined)
        _, remarks = extract_remarks(self, caption[1])
        return (
            Figure(
                images=tuple(read_images),
                caption=words,
                description=description,
                attr=joined,
                span=read_images[0].span,
                **remarks,
            ),
        )


def join_paragraphs(paragraphs: Iterable[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    """Return the content of several paragraphs, with a soft break between paragraphs."""
    return tuple(inline for content in paragraphs if content for inline in (SoftBreak(), *content))[1:]


def extract_remarks(reader: BlockReader, nodes: list[Any]) -> tuple[list[Any], Remarks]:
    """Return ``nodes`` without the divs of note and source, and the fields that these divs set.

    The Lua driver creates the divs from the attributes ``note`` and ``source``.
    """
    remarks: Remarks = {}
    rest = []
    for node in nodes:
        classes = node["c"][0][1] if node["t"] == "Div" else []
        if "triptych-note" in classes or "triptych-source" in classes:
            inlines = (inline for block in node["c"][1] for inline in reader.inlines.read(block["c"]))
            remarks["note" if "triptych-note" in classes else "source"] = tuple(inlines)
        else:
            rest.append(node)
    return rest, remarks


def _count_elements(kind: str, content: Any) -> int:
    if kind == "CodeBlock":
        return sum(map(_weigh_code_line, content[1].split("\n")))
    return LARGE if kind == "Header" else 1


def _weigh_code_line(line: str) -> int:
    """Return the number of elements that a line of code counts as.

    Lines too long for the page must be broken, which takes quadratic time in the length of the line.
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
    plain_image = replace(image, attr=replace(image.attr, id=""))
    description = read_description_attribute(image.attr)
    return Figure(
        images=(plain_image,), caption=(), description=description, attr=image.attr, span=image.span
    )


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
    """Return the text in a table's first row, which locates the table in the source."""
    _attr, _caption, _specs, head, bodies, _foot = table
    rows = head[1] or [row for body in bodies for row in body[3]]
    if not rows:
        return ""
    cells = [block for cell in rows[0][1] for block in cell[4] if block["t"] in ("Plain", "Para")]
    return " ".join(extract_normalised_text(block["c"]) for block in cells)


_DASH = re.compile(r"^(?:—|―|–|---?|⸺|——)[\s\u00a0]*(?=\S)")


def make_block_quote(content: tuple[Block, ...], attr: Attr, span: Span) -> BlockQuote:
    """Return a block quote. A last paragraph or line that starts with a dash is the attribution."""
    span = next((place for block in content if (place := getattr(block, "span", None))), span)
    last = content[-1] if content else None
    rest, attribution = _split_attribution(last.content) if isinstance(last, Paragraph) else ((), None)
    if isinstance(last, Paragraph) and attribution is not None and (rest or len(content) > 1):
        end = (replace(last, content=rest),) if rest else ()
        return BlockQuote(content=(*content[:-1], *end), attribution=attribution, attr=attr, span=span)
    return BlockQuote(content=content, attr=attr, span=span)  # a dash may also start a line of dialogue


def _split_attribution(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], tuple[Inline, ...] | None]:
    line_starts = [0, *(i + 1 for i, node in enumerate(content) if isinstance(node, LineBreak | SoftBreak))]
    for start in reversed(line_starts):
        first = content[start] if start < len(content) else None
        if isinstance(first, Text) and (dash := _DASH.match(first.text)):
            attribution = (Text(text=first.text[dash.end() :]), *content[start + 1 :])
            return content[: max(start - 1, 0)], attribution
        if first is not None and start and isinstance(content[start - 1], LineBreak):
            break  # after a forced break, a line without a dash belongs to the quotation
    return content, None
