"""Blocks → XHTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, assert_never

from triptych.languages.labels import Labels
from triptych.markup import back_matter, tables
from triptych.markup import inlines as phrasing
from triptych.markup.code import highlight, highlight_lines
from triptych.markup.theorems import theorem
from triptych.markup.xml import tag, text
from triptych.media.lexing import is_known
from triptych.media.pictures.sizes import is_wide
from triptych.model.book import Label, LabelKind, equation_number
from triptych.model.letters import LETTER, line_kind
from triptych.model.nodes import (
    PULL_QUOTE,
    Aside,
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Callout,
    Chart,
    CodeBlock,
    DefinitionList,
    Equation,
    Figure,
    Group,
    Heading,
    Image,
    IndexList,
    Inline,
    ListItem,
    OrderedList,
    PageBreak,
    Paragraph,
    Slide,
    SourceList,
    SpeakerNotes,
    Table,
    ThematicBreak,
    Theorem,
    Verse,
)
from triptych.model.sentences import closed, labelled, sentences
from triptych.model.walk import plain_text
from triptych.model.whole_numbers import whole_number

_BRACKETS = {")": "bracket", "()": "brackets"}  # names of counters in the style sheets
_CAPTIONS = {LabelKind.FIGURE: "figure", LabelKind.TABLE: "table", LabelKind.LISTING: "listing"}


class Output(phrasing.Output, Protocol):
    """What differs between print and EPUB."""

    @property
    def page_break(self) -> str:
        """A new page, where the output has pages."""

    @property
    def listings_scroll(self) -> bool:
        """Whether listings scroll, rather than that their lines are broken."""

    @property
    def tables_stack(self) -> bool:
        """Whether tables that are wider than a screen have their cells one below the other there."""

    def chart_drawing(self, chart: Chart, alt: str, details: str | None) -> str:
        """A chart's drawing with its alternative text, and the id of what tells more about it."""

    def drawn_image(self, image: Image, alt: str, details: str | None) -> str | None:
        """An image that is drawn in the page itself, as a chart is; None where it is a file."""

    def chart_data(self, chart: Chart, name: str) -> str:
        """The numbers of a chart as a table called ``name``, where the output shows them."""


def _highlighted(node: CodeBlock) -> str:
    """A listing's code, line by line where its lines are numbered or marked."""
    marked = _line_numbers(node.attr.get("highlight-lines") or node.attr.get("code-line-numbers"))
    numbered = node.attr.has("numberLines") or node.attr.has("number-lines")
    if not numbered and not marked:
        return highlight(node.text, node.language)
    start = whole_number(node.attr.get("startFrom") or node.attr.get("start-from"))
    first = 1 if start is None else start
    return highlight_lines(node.text, node.language, first=first if numbered else None, marked=marked)


def _line_numbers(text: str) -> frozenset[int]:
    """``2,4-6`` → 2, 4, 5, 6."""
    numbers: set[int] = set()
    for part in re.findall(r"[0-9]{1,9}(?:-[0-9]{1,9})?", text):
        start, _, end = part.partition("-")
        numbers.update(range(int(start), min(int(end or start), int(start) + 9999) + 1))
    return frozenset(numbers)


def _list_style(node: OrderedList) -> str | None:
    """How a list counts; a reader that doesn't know the style sheet's own counters leaves brackets out."""
    names = [node.style] if node.style != "decimal" else []
    names += [f"{node.style}-{_BRACKETS[node.brackets]}"] if node.brackets else []
    return "; ".join(f"list-style-type: {name}" for name in names) or None


def _is_pinned(attr: Attr) -> bool:
    """Whether a figure is to stay where it is written, as ``fig-pos="H"`` says in Quarto."""
    return attr.has("here") or attr.get("fig-pos").rstrip("!").upper() == "H"


def _landscape(attr: Attr) -> str:
    """The class of what is to stand on a landscape page, which print gives it."""
    return "landscape" if attr.has("landscape") else ""


def _same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever their punctuation."""
    return bool(one) and re.sub(r"\W+", " ", one).strip() == re.sub(r"\W+", " ", other).strip()


def _with_last_words(xhtml: str, words: str) -> str:
    """Blocks with words at the end of the last one, if it is a paragraph, else behind it."""
    body = xhtml.rstrip()
    inner = body.removesuffix("</p>")
    return inner + words + body[len(inner) :]


class BlockWriter:
    """Writes blocks for one output, with the numbers and words of the book."""

    def __init__(self, numbers: Mapping[str, Label], labels: Labels, output: Output) -> None:
        self.numbers, self.labels, self.output = numbers, labels, output
        self._ids = 0
        self._behind: list[str] = []  # what is folded away behind the figure that is being written

    def blocks(self, content: tuple[Block, ...]) -> str:
        """Blocks → XHTML flow content."""
        return "".join(part for part in (self._block(node) for node in content) if part)

    def inlines(self, content: tuple[Inline, ...]) -> str:
        """Inlines → XHTML phrasing content."""
        return phrasing.inlines(content, self.output)

    def _block(self, node: Block) -> str:
        match node:
            case Paragraph():
                return self._paragraph(node)
            case Heading():
                return self.heading(node, node.attr.id)
            case BulletList():
                tasks = "tasks" if any(item.checked is not None for item in node.items) else None
                return tag("ul", "".join(map(self._item, node.items)), class_=tasks) + "\n"
            case OrderedList():
                start = str(node.start) if node.start != 1 else None
                items = "".join(map(self._item, node.items))
                return tag("ol", items, start=start, style=_list_style(node)) + "\n"
            case DefinitionList():
                return self._definitions(node) + "\n"
            case CodeBlock():
                return self._code(node) + "\n"
            case BlockQuote():
                return self._quotation(node) + "\n"
            case Verse():
                lines = (tag("span", self.inlines(line) or "\u00a0", class_="line") for line in node.lines)
                kind = self.output.typed("z3998:verse")
                return tag("p", "<br/>".join(lines), epub_type=kind, class_="verse") + "\n"
            case Table():
                caption = self._caption(node.attr.id, node.caption)
                language, stacks = self.labels.language, self.output.tables_stack
                return tables.table(node, self.blocks, caption, language, stacks=stacks) + "\n"
            case Figure():
                return self._with_folded(self._figure(node))
            case Chart():
                return self._with_folded(self._chart(node))
            case Equation():
                return self._equation(node) + "\n"
            case Callout():
                return self._callout(node) + "\n"
            case Theorem():
                label = self.numbers.get(node.attr.id)
                title = self.inlines(node.title)
                return theorem(node, label, self.labels, self.blocks, title) + "\n"
            case Aside():
                return self._aside(node.attr, self.blocks(node.content))
            case Group():
                kinds = phrasing.letter_parts(node.attr, self.output)
                return (
                    tag("div", self._grouped(node), epub_type=kinds, **phrasing.attributes(node.attr)) + "\n"
                )
            case SourceList():
                return back_matter.sources(node, self.labels, self.output) + "\n"
            case IndexList():
                return back_matter.index(node, self.labels, self.output) + "\n"
            case Slide() | SpeakerNotes():
                return ""  # the deck's alone
            case PageBreak():
                return self.output.page_break
            case ThematicBreak():
                return '<hr class="break"/>\n'
        assert_never(node)

    def _paragraph(self, node: Paragraph) -> str:
        """A paragraph, after the side notes in it: what floats from the middle of a line may be lost."""
        content, beside = phrasing.without_asides(node.content)
        notes = "".join(self._aside(phrase.attr, self.inlines(phrase.content), "beside") for phrase in beside)
        notes += self.output.side_notes(content)
        words = self.inlines(content)
        return notes + (words if node.tight else tag("p", words, class_=line_kind(node.content)) + "\n")

    def _aside(self, attr: Attr, content: str, place: str = "") -> str:
        """A side note, whose content no page break tears; ``beside`` the paragraph that it is taken from."""
        attributes = phrasing.attributes(attr) | {"class_": f"aside {place}".strip()}
        return tag("aside", tag("div", content, class_="whole"), role="note", **attributes) + "\n"

    def heading(self, node: Heading, identifier: str) -> str:
        """A heading with the number that its section has."""
        label = self.numbers.get(identifier)
        number = tag("span", label.number, class_="number") + " " if label and label.number else ""
        attributes = phrasing.attributes(node.attr)
        return tag(f"h{min(node.level, 6)}", number + self.inlines(node.content), **attributes) + "\n"

    def _item(self, item: ListItem) -> str:
        content = self.blocks(item.content)
        if item.checked is None:
            return tag("li", content)
        box = tag("span", "■" if item.checked else "□", class_="box")
        return tag("li", f"{box} {content}")

    def _definitions(self, node: DefinitionList, *, defined: bool = True) -> str:
        """Terms with what they mean; those of a timeline are not ``defined``."""
        parts = []
        for item in node.items:
            term = self.inlines(item.term)
            kind = self.output.typed("glossterm") if defined else None
            parts.append(tag("dt", tag("dfn", term) if kind else term, epub_type=kind))
            meanings = [self.blocks(meaning) for meaning in item.meanings]
            if item.uses and meanings:
                back = back_matter.uses(item.uses, self.labels, self.output)
                meanings[-1] = _with_last_words(meanings[-1], f"\u00a0{back}")
            meant = self.output.typed("glossdef") if defined else None
            parts += [tag("dd", meaning, epub_type=meant) for meaning in meanings]
        return tag("dl", "".join(parts))

    def _grouped(self, node: Group) -> str:
        """The content of a group; years and numbers that stand out are in a list, but defined by nothing."""
        match node.content:
            case (DefinitionList() as listed,) if node.attr.has("timeline") or node.attr.has("big-numbers"):
                return self._definitions(listed, defined=False) + "\n"
        return self.blocks(node.content)

    def _code(self, node: CodeBlock) -> str:
        named = f"language-{node.language}" if is_known(node.language) else None
        code = tag("code", _highlighted(node), class_=named)
        caption = self._caption(node.attr.id, node.caption)
        # A listing that scrolls must be reachable by keyboard (WCAG 2.1.1).
        stop = "0" if self.output.listings_scroll else None
        turned = _landscape(node.attr)
        direction = node.attr.get("dir") or None
        if not caption and not node.attr.id:
            return tag("pre", code, tabindex=stop, dir=direction, class_=turned)
        block = tag("pre", code, tabindex=stop, dir=direction)
        names = f"listing {turned}".strip()
        return tag("figure", tag("figcaption", caption) + block, id=node.attr.id or None, class_=names)

    def _caption(self, identifier: str, caption: tuple[Inline, ...], panel: str = "") -> str:
        """A caption with its label and number, or the letter of a panel; "" where there is neither."""
        if panel:
            return f"{tag('span', f'({panel})', class_='label')} {self.inlines(caption)}".strip()
        label = self.numbers.get(identifier) if identifier else None
        words = self.inlines(caption)
        if label is None or label.kind not in _CAPTIONS:
            return words
        name = tag("span", text(self.labels.named(_CAPTIONS[label.kind], label.number)), class_="label")
        return f"{name} {words}".strip()

    def _quotation(self, node: BlockQuote) -> str:
        attribution = f"— {self.inlines(node.attribution)}" if node.attribution else ""
        body = self.blocks(node.content) + (
            tag("p", attribution, class_="attribution") if attribution else ""
        )
        if node.attr.has(PULL_QUOTE):
            return tag("aside", body, id=node.attr.id or None, class_=PULL_QUOTE, role="doc-pullquote")
        attributes = phrasing.attributes(node.attr)
        if node.attr.has(LETTER):
            attributes["epub_type"] = self.output.typed("z3998:letter")
        elif kind := self.output.typed("epigraph") if node.attr.has("epigraph") else None:
            attributes |= {"epub_type": kind, "role": "doc-epigraph"}
        return tag("blockquote", body, **attributes)

    def _figure(self, node: Figure, *, panel: str = "") -> str:
        """A figure; ``panel`` is the letter of one that is part of another."""
        caption = self._caption(node.attr.id, node.caption, panel)
        identifier = self._details(node.description)
        pictures, label = self._pictures(node, identifier)
        shown = [*pictures, *(self._panel(panel, chr(97 + place)) for place, panel in enumerate(node.panels))]
        drawn = "".join(shown)
        if len(shown) > 1:
            drawn = tag("div", drawn, class_=f"panels columns-{node.columns}")
        body = drawn + (tag("figcaption", caption, id=label) if caption else "")
        align = node.attr.get("fig-align")
        more = [f"align-{align}"] if align in ("left", "center", "right") else []
        more += ["full-width"] if any(is_wide(image.attr) for image in node.images) else []
        more += ["here"] if _is_pinned(node.attr) else []
        names = dict.fromkeys(("panel" if panel else "figure", *phrasing.shown_classes(node.attr), *more))
        # Where no picture leads to the description, the figure does.
        told = identifier if not any("aria-details" in picture for picture in pictures) else None
        return tag(
            "figure",
            body,
            id=node.attr.id or None,
            class_=" ".join(names),
            aria_labelledby=label,
            aria_details=told,
        )

    def _pictures(self, node: Figure, details: str | None) -> tuple[list[str], str | None]:
        """The images of a figure, the first with the way to its details; the id that its caption needs."""
        label = None
        pictures = []
        for image in node.images:
            # Where the caption says all that the picture's text says, it is read once.
            repeated = not self.output.speaks_alone and _same_words(image.alt, plain_text(node.caption))
            if repeated:
                label = label or self._fresh_id("caption")
            alt = "" if repeated else self._alternative(image.alt, node.description)
            aria = None if repeated or image.decorative else details
            drawn = self.output.drawn_image(image, "" if image.decorative else alt, aria)
            pictures.append(drawn or phrasing.image(image, self.output, alt=alt, aria_details=aria))
            details = None if aria else details
        return pictures, label

    def _panel(self, node: Figure | Chart | Table, letter: str) -> str:
        """A part of a figure, with its letter before its caption."""
        match node:
            case Figure():
                return self._figure(node, panel=letter)
            case Chart():
                return self._chart(node, panel=letter)
            case Table():
                words = self._caption(node.attr.id, node.caption, letter)
                shown = tables.table(replace(node, attr=Attr()), self.blocks, "")
                return tag(
                    "figure",
                    shown + tag("figcaption", words),
                    id=node.attr.id or None,
                    class_="panel",
                )
        assert_never(node)

    def _chart(self, node: Chart, *, panel: str = "") -> str:
        described = self._details(node.description)
        counted = self._data(node)
        alt = self._alternative(node.alt, node.description)
        drawing = self.output.chart_drawing(node, alt, described or counted)
        source = labelled(self.labels.titled(self.labels["source"], ""), node.source)
        stop = self.labels.full_stop
        remarks = [
            ("remark", sentences(node.note, stop=stop)),
            ("remark source", sentences(source, stop=stop)),
        ]
        shown = [tag("span", self.inlines(words), class_=name) for name, words in remarks if words]
        caption = self._caption(node.attr.id, closed(node.caption, stop) if shown else node.caption, panel)
        gap = " " if stop.endswith(" ") else ""
        words = gap.join((caption, *shown)).strip()
        headline = tag("p", text(node.headline), class_="headline") if node.headline else ""
        body = headline + drawing + (tag("figcaption", words) if words else "")
        here = "here" if _is_pinned(node.attr) else ""
        names = ("panel" if panel else "figure", "chart", here, _landscape(node.attr))
        # Where the description takes the drawing's place for details, the numbers have the figure's.
        return tag(
            "figure",
            body,
            id=node.attr.id or None,
            class_=" ".join(filter(None, names)),
            aria_details=counted if described else None,
        )

    def _details(self, description: tuple[Block, ...]) -> str | None:
        """A long description, folded away behind the figure until a reader asks for it; its id."""
        if not description or self.output.speaks_alone:
            return None
        return self._fold("description", self.labels["description"], self.blocks(description))

    def _data(self, node: Chart) -> str | None:
        """A chart's numbers, folded away behind the figure; their id."""
        word, label = self.labels["data-table"], self.numbers.get(node.attr.id)
        number = self.labels.named("figure", label.number) if label and label.number else ""
        shows = node.headline or plain_text(node.caption)
        data = self.output.chart_data(node, shows or word)
        name = number or shows
        return self._fold("data", self.labels.titled(word, name) if name else word, data) if data else None

    def _fold(self, kind: str, name: str, content: str) -> str:
        identifier = self._fresh_id(kind)
        body = tag("summary", text(name)) + content
        self._behind.append(tag("details", body, class_="behind", id=identifier) + "\n")
        return identifier

    def _with_folded(self, figure: str) -> str:
        """A figure of its own, and what was folded away behind it."""
        behind, self._behind = self._behind, []
        return "\n".join((figure, *behind)).rstrip() + "\n"

    def _alternative(self, alt: str, description: tuple[Block, ...]) -> str:
        """A picture's alternative text, with all that is said of it where nothing else is heard."""
        return f"{alt} {plain_text(description)}".strip() if self.output.speaks_alone else alt

    def _fresh_id(self, kind: str) -> str:
        """An id that no author can have written."""
        self._ids += 1
        return f"_{kind}-{self._ids}"

    def _equation(self, node: Equation) -> str:
        written = equation_number(node, self.numbers)
        style = self.output.number_style(node)
        number = tag("span", text(written), class_="equation-number", style=style) if written else ""
        formula = self.output.math(node)
        kind = "equation numbered" if written else "equation"
        return tag("div", formula + number, id=node.attr.id or None, class_=kind)

    def _callout(self, node: Callout) -> str:
        title = self.inlines(node.title) or text(self.labels[node.kind])
        label = self.numbers.get(node.attr.id)
        if label and label.number:
            name = text(self.labels.named(node.kind, label.number))
            title = self.labels.titled(name, title) if node.title else name
        body = tag("p", title, class_="callout-title") + "\n" + self.blocks(node.content)
        kind = f"callout {node.kind}" + (" titled" if node.title else "")
        return tag("aside", body, role="note", id=node.attr.id or None, class_=kind)
