"""Pandoc's blocks → the model's blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from triptych.charts.reader import ChartReader
from triptych.data.columns import DataError, code_region
from triptych.diagnostics import Diagnostic, Span
from triptych.model.letters import kept_lines
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
from triptych.reading.diagrams import Draw, with_narrow_drawings
from triptych.reading.syntax.figures import short_description
from triptych.reading.syntax.index_marks import with_marks_in_text
from triptych.reading.syntax.inlines import LARGE, InlineReader, plain, raw_format, read_attr, without_marks
from triptych.reading.syntax.latex import equation_attributes, equation_id, with_attributes
from triptych.reading.syntax.raw_html import TRANSPARENT, block_tag_name, media_link
from triptych.reading.syntax.tables import MOST_COLUMNS, read_table

_LIST_STYLES = {
    "LowerAlpha": "lower-alpha",
    "UpperAlpha": "upper-alpha",
    "LowerRoman": "lower-roman",
    "UpperRoman": "upper-roman",
}
_BRACKETS = {"OneParen": ")", "TwoParens": "()"}
_FORMULAS = ("Span", "Math")  # what a displayed formula may be
_BOXES = {"☐": False, "☒": True}
_PAGE_BREAKS = {"pagebreak", r"\newpage", r"\newpage{}", r"\pagebreak", r"\clearpage"}
_MACROS = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|def|DeclareMathOperator|let)\b.*", re.DOTALL
)


@dataclass(slots=True)
class BlockReader:
    """Reads the blocks of one section. ``charts`` and ``draw`` are None inside footnotes."""

    inlines: InlineReader
    charts: ChartReader | None
    read_div: Callable[[BlockReader, Attr, list[Any]], tuple[Block, ...]]
    draw: Draw | None = None

    def read(self, nodes: list[Any]) -> tuple[Block, ...]:
        """A list of pandoc blocks → model blocks. A bare text, such as HTML brings, is a paragraph."""
        return self._nested(("Para" if node["t"] == "Plain" else node["t"], node.get("c")) for node in nodes)

    def read_tight(self, nodes: list[Any]) -> tuple[Block, ...]:
        """What a list item, a cell or a meaning of a term holds: a bare text in it stays one."""
        return self._nested((node["t"], node.get("c")) for node in nodes)

    def _nested(self, nodes: Iterable[tuple[str, Any]]) -> tuple[Block, ...]:
        there = self.inlines.enter()
        blocks = tuple(block for kind, c in nodes for block in self._block(kind, c)) if there else ()
        self.inlines.leave()
        blocks, found = with_narrow_drawings(with_marks_in_text(blocks))
        self.inlines.found.extend(found)
        return blocks

    def _block(self, kind: str, c: Any) -> tuple[Block, ...]:
        locator = self.inlines.locator
        if kind != "Plain" and not self.inlines.take(_pieces(kind, c)):
            return ()
        match kind:
            case "Para" | "Plain":
                return self._paragraph(c, tight=kind == "Plain")
            case "Header":
                span = locator.heading(plain(c[2]))
                heading = Heading(
                    level=c[0], content=self.inlines.read(c[2]), attr=read_attr(c[1]), span=span
                )
                locator.pass_words(span)
                return (heading,)
            case "BulletList":
                span = locator.here()
                return (BulletList(items=tuple(self._item(item) for item in c), span=span),)
            case "OrderedList":
                start, style, delimiter = c[0]
                span = locator.here()
                items = tuple(self._item(item) for item in c[1])
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
                return (self._definitions(c),)
            case "CodeBlock":
                return (self._code(c),)
            case "BlockQuote":
                return (quotation(self.read(c), Attr(), locator.here()),)
            case "LineBlock":
                span = locator.words(plain(c[0])) if c else locator.here()
                return (Verse(lines=tuple(self.inlines.read(line) for line in c), span=span),)
            case "Table":
                span = locator.words(_first_words(c))
                caption = self._caption(c[1])
                if not 0 < len(c[2]) <= MOST_COLUMNS:
                    message = f"the table has {len(c[2])} columns; the limit is {MOST_COLUMNS}"
                    hint = "show fewer columns" if c[2] else "add a column"
                    self.inlines.found.append(
                        Diagnostic(code="SEC004", span=span, message=message, hint=hint)
                    )
                    return ()
                return (read_table(c, self.read_tight, caption, span),)
            case "Figure":
                return self._figure(c)
            case "Div":
                return self.read_div(self, read_attr(c[0]), c[1])
            case "HorizontalRule":
                return (ThematicBreak(),)
            case "RawBlock" if not c[1].strip():
                return ()
            case "RawBlock" if c[1].strip() in _PAGE_BREAKS:
                return (PageBreak(),)
            case "RawBlock" if c[0] in ("tex", "latex") and _MACROS.fullmatch(c[1].strip()):
                return ()  # pandoc has put the macros into the formulas
            case "RawBlock" if c[0] == "html" and (link := media_link(c[1])):
                self.inlines.leave_out_tag(c[1], locator.literal(c[1].strip().splitlines()[0]))
                return self._paragraph([link], tight=False)
            case "RawBlock":
                silent = c[1].lstrip().startswith(("<!--", "</")) or block_tag_name(c[1]) in TRANSPARENT
                span = locator.here() if silent else locator.literal(c[1].strip().splitlines()[0])
                if not silent and c[0] == "html":
                    self.inlines.leave_out_tag(c[1], span)
                elif not silent:
                    self.inlines.leave_out(raw_format(c[0]), span, c[1])
        return ()

    def _caption(self, caption: Any) -> tuple[Inline, ...]:
        """Pandoc's ``[short, blocks]`` → inlines."""
        return tuple(
            inline
            for block in caption[1]
            if block["t"] in ("Plain", "Para")
            for inline in self.inlines.read(block["c"])
        )

    def _paragraph(self, nodes: list[Any], *, tight: bool) -> tuple[Block, ...]:
        """A paragraph; displayed formulas in it become blocks of their own."""
        span = self.inlines.locator.words(plain(nodes))
        pieces: list[Block] = []
        rest: list[Any] = []

        def flush() -> None:
            content = self.inlines.read(_trimmed(rest))
            if not tight and len(content) == 1 and _shows(content[0]):
                pieces.append(_lone(content[0]))
            elif content:
                pieces.append(Paragraph(content=kept_lines(content), tight=tight, span=span))
            rest.clear()

        skipped = -1
        for place, node in enumerate(nodes):
            if place <= skipped:
                continue
            if node["t"] in _FORMULAS and _display(node) and self.inlines.take():
                flush()
                equation = self._equation(node)
                pieces.append(equation)
                after = equation_attributes(nodes[place + 1 :])
                if after is not None:
                    attr, count = after
                    pieces[-1] = with_attributes(equation, attr)
                    skipped = place + count
            else:
                rest.append(node)
        flush()
        if tight:
            self.inlines.locator.pass_words(span)
        else:
            self.inlines.locator.pass_paragraph(span)
        return tuple(pieces)

    def _equation(self, node: Any) -> Equation:
        attr = read_attr(node["c"][0]) if node["t"] == "Span" else Attr()
        tex = (node["c"][1][0] if node["t"] == "Span" else node)["c"][1]
        labels = tuple(attr.get("label").split())
        identifier = Attr(equation_id(labels[0])) if labels else Attr()
        return Equation(
            **self.inlines.formula(tex, attr), attr=identifier, tag=attr.get("tag"), labels=labels
        )

    def _item(self, nodes: list[Any]) -> ListItem:
        """A list item; a box that pandoc put before a task becomes its state."""
        checked = None
        if not self.inlines.take():
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

    def _definitions(self, c: Any) -> DefinitionList:
        span = self.inlines.locator.words(plain(c[0][0]))
        items = []
        for term, meanings in c:
            if not self.inlines.take():
                break
            content = self.inlines.read(term)
            read = tuple(self.read_tight(meaning) for meaning in meanings)
            items.append(Definition(term=content, meanings=read))
        return DefinitionList(items=tuple(items), span=span)

    def _code(self, c: Any) -> CodeBlock:
        attr = read_attr(c[0])
        if attr.get("include") or attr.get("file"):
            return self._included_code(attr)
        text = without_marks(c[1])
        return _listing(attr, text, self.inlines.locator.code(text))

    def _included_code(self, attr: Attr) -> CodeBlock:
        """A listing whose text is a file, or a region of it, named by ``include`` (``file`` in Quarto)."""
        name = attr.get("include") or attr.get("file")
        span = self.inlines.locator.literal(name)
        text = ""
        if self.charts is not None:
            try:
                source = self.charts.data.text(name, beside=self.charts.path)
                text = code_region(source, lines=attr.get("lines"), region=attr.get("region"))
            except DataError as error:
                self.inlines.found.append(error.finding(span))
        return _listing(attr, text, span)

    def _figure(self, c: Any) -> tuple[Block, ...]:
        """A picture alone in its paragraph. What else pandoc calls a figure comes from HTML."""
        attr, caption, content = read_attr(c[0]), c[1], c[2]
        images = [node for block in content if block["t"] in ("Plain", "Para") for node in block["c"]]
        if (
            any(node["t"] != "Image" for node in images if node["t"] not in ("Space", "SoftBreak"))
            or not images
        ):
            return self.read(content)
        words = self._caption(caption)  # before the pictures, since it stands before their files
        read: list[Image] = [self.inlines.image(node["c"]) for node in images if node["t"] == "Image"]
        first = read[0].attr
        joined = Attr(attr.id or first.id, attr.classes + first.classes, attr.pairs + first.pairs)
        description = short_description(joined)
        return (
            Figure(
                images=tuple(read), caption=words, description=description, attr=joined, span=read[0].span
            ),
        )


def _pieces(kind: str, c: Any) -> int:
    """How many pieces a block counts for, beside those that stand in it."""
    return LARGE if kind == "Header" else 1 + c[1].count("\n") if kind == "CodeBlock" else 1


def _listing(attr: Attr, text: str, span: Span) -> CodeBlock:
    """Code with what its attributes say; the first of its classes is its language."""
    caption = attr.get("lst-cap") or attr.get("caption")
    return CodeBlock(
        text=text,
        language=attr.classes[0] if attr.classes else "",
        caption=(Text(text=caption),) if caption else (),
        attr=replace(attr, classes=attr.classes[1:]),
        span=span,
    )


def _shows(node: Inline) -> TypeGuard[Image]:
    """Whether an inline is a picture that says something, and no ornament."""
    return isinstance(node, Image) and not node.decorative


def _lone(image: Image) -> Figure:
    """A picture without a caption that is all of its paragraph, as the figure that it is."""
    bare = replace(image, attr=replace(image.attr, id=""))
    description = short_description(image.attr)
    return Figure(images=(bare,), caption=(), description=description, attr=image.attr, span=image.span)


def _display(node: Any) -> bool:
    """Whether an inline is a displayed formula, as the driver wraps it or bare."""
    if node["t"] == "Span" and "triptych-math" in node["c"][0][1]:
        node = node["c"][1][0]
    return bool(node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath")


def _trimmed(nodes: list[Any]) -> list[Any]:
    """Without white space at either end."""
    blank = ("Space", "SoftBreak")
    start, end = 0, len(nodes)
    while start < end and nodes[start]["t"] in blank:
        start += 1
    while end > start and nodes[end - 1]["t"] in blank:
        end -= 1
    return nodes[start:end]


def _first_words(table: Any) -> str:
    """The text of a table's first row, by which it is found in the source."""
    _attr, _caption, _specs, head, bodies, _foot = table
    rows = head[1] or [row for body in bodies for row in body[3]]
    if not rows:
        return ""
    cells = [block for cell in rows[0][1] for block in cell[4] if block["t"] in ("Plain", "Para")]
    return " ".join(plain(block["c"]) for block in cells)


_DASH = re.compile(r"^(?:—|―|–|---?|⸺|——)[\s\u00a0]*(?=\S)")


def quotation(content: tuple[Block, ...], attr: Attr, span: Span) -> BlockQuote:
    """Blocks → a quotation; a last paragraph or line that begins with a dash says who said it."""
    span = next((place for block in content if (place := getattr(block, "span", None))), span)
    last = content[-1] if content else None
    rest, attribution = _split(last.content) if isinstance(last, Paragraph) else ((), None)
    if isinstance(last, Paragraph) and attribution is not None and (rest or len(content) > 1):
        end = (replace(last, content=rest),) if rest else ()
        return BlockQuote(content=(*content[:-1], *end), attribution=attribution, attr=attr, span=span)
    return BlockQuote(content=content, attr=attr, span=span)  # perhaps a line of dialogue, not a source


def _split(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], tuple[Inline, ...] | None]:
    """A paragraph before its last line that begins with a dash, and that line without the dash."""
    starts = [0, *(i + 1 for i, node in enumerate(content) if isinstance(node, LineBreak | SoftBreak))]
    for start in reversed(starts):
        first = content[start] if start < len(content) else None
        if isinstance(first, Text) and (dash := _DASH.match(first.text)):
            attribution = (Text(text=first.text[dash.end() :]), *content[start + 1 :])
            return content[: max(start - 1, 0)], attribution
        if first is not None and start and isinstance(content[start - 1], LineBreak):
            break  # a forced line without a dash: the quotation itself
    return content, None
