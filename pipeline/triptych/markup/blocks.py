"""Write blocks as XHTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, assert_never

from triptych.languages.labels import Labels
from triptych.markup import back_matter, figures
from triptych.markup import inlines as phrasing
from triptych.markup.code import write_code
from triptych.markup.equations import get_number_class
from triptych.markup.figures import FigureWriter, get_landscape_class
from triptych.markup.tables import write_table
from triptych.markup.xml import escape, tag
from triptych.media.lexing import is_known_language
from triptych.model import nodes
from triptych.model.book import Label, format_equation_number, list_row_numbers
from triptych.model.letters import LETTER, get_letter_line_kind

_BRACKETS = {")": "bracket", "()": "brackets"}  # names of counters in the style sheets


class BlockOutput(figures.FigureOutput, Protocol):
    """The methods for blocks that differ between print and EPUB."""

    @property
    def page_break(self) -> str:
        """Return the XHTML of a page break, or "" if the output has no pages."""

    @property
    def has_scrolling_listings(self) -> bool:
        """Return whether code listings scroll horizontally instead of wrapping their lines."""

    @property
    def can_stack_tables(self) -> bool:
        """Return whether tables that are wider than the screen are stacked, with one cell per line."""


def _make_list_style(node: nodes.OrderedList) -> str | None:
    names = [node.style] if node.style != "decimal" else []
    names += [f"{node.style}-{_BRACKETS[node.brackets]}"] if node.brackets else []
    return "; ".join(f"list-style-type: {name}" for name in names) or None


def _append_to_last_paragraph(xhtml: str, addition: str) -> str:
    """Append ``addition`` to the last paragraph of ``xhtml``, or after ``xhtml`` if it ends differently."""
    body = xhtml.rstrip()
    inner = body.removesuffix("</p>")
    return inner + addition + body[len(inner) :]


class BlockWriter:
    """Writes blocks as XHTML for one output, with the numbers and labels of the book."""

    def __init__(self, numbers: Mapping[str, Label], labels: Labels, output: BlockOutput) -> None:
        self.numbers, self.labels, self.output = numbers, labels, output
        self._figures = FigureWriter(numbers, labels, output, self.write_blocks)

    def write_blocks(self, content: tuple[nodes.Block, ...]) -> str:
        """Write blocks as XHTML flow content."""
        return "".join(part for part in (self._write_block(node) for node in content) if part)

    def write_inlines(self, content: tuple[nodes.Inline, ...]) -> str:
        """Write inlines as XHTML phrasing content."""
        return phrasing.write_inlines(content, self.output)

    def _write_block(self, node: nodes.Block) -> str:
        match node:
            case nodes.Paragraph():
                return self._write_paragraph(node)
            case nodes.Heading():
                return self.write_heading(node, node.attr.id)
            case nodes.BulletList():
                tasks = "tasks" if any(item.checked is not None for item in node.items) else None
                return tag("ul", "".join(map(self._write_item, node.items)), class_=tasks) + "\n"
            case nodes.OrderedList():
                start = str(node.start) if node.start != 1 else None
                items = "".join(map(self._write_item, node.items))
                return tag("ol", items, start=start, style=_make_list_style(node)) + "\n"
            case nodes.DefinitionList():
                return self._write_definitions(node) + "\n"
            case nodes.CodeBlock():
                return self._write_code(node) + "\n"
            case nodes.BlockQuote():
                return self._write_quotation(node) + "\n"
            case nodes.Verse():
                lines = (
                    tag("span", self.write_inlines(line) or "\u00a0", class_="line") for line in node.lines
                )
                kind = self.output.get_epub_type("z3998:verse")
                return tag("p", "<br/>".join(lines), epub_type=kind, class_="verse") + "\n"
            case nodes.Table():
                caption = self._figures.write_full_caption(node)
                language, stacks = self.labels.language, self.output.can_stack_tables
                return write_table(node, self.write_blocks, caption, language, can_stack=stacks) + "\n"
            case nodes.Figure() | nodes.Chart():
                return self._figures.write(node)
            case nodes.Equation():
                return self._write_equation(node) + "\n"
            case nodes.Callout():
                return self._write_callout(node) + "\n"
            case nodes.Theorem():
                label = self.numbers.get(node.attr.id)
                title = self.write_inlines(node.title)
                return write_theorem(node, label, self.labels, self.write_blocks, title) + "\n"
            case nodes.Aside():
                return self._write_aside(node.attr, self.write_blocks(node.content))
            case nodes.Group():
                kinds = phrasing.get_letter_epub_type(node.attr, self.output)
                return (
                    tag(
                        "div",
                        self._write_group(node),
                        epub_type=kinds,
                        **phrasing.make_attributes(node.attr),
                    )
                    + "\n"
                )
            case nodes.ReferenceList():
                return back_matter.write_sources(node, self.labels, self.output) + "\n"
            case nodes.IndexList():
                return back_matter.write_index(node, self.labels, self.output) + "\n"
            case nodes.Slide() | nodes.SpeakerNotes():
                return ""  # only for the deck
            case nodes.PageBreak():
                return self.output.page_break
            case nodes.ThematicBreak():
                return '<hr class="break"/>\n'
        assert_never(node)

    def _write_paragraph(self, node: nodes.Paragraph) -> str:
        """Write a paragraph after its side notes, since a float in the middle of a line may be lost."""
        content, asides = phrasing.split_asides(node.content)
        notes = "".join(
            self._write_aside(phrase.attr, self.write_inlines(phrase.content), "beside") for phrase in asides
        )
        notes += self.output.write_side_notes(content)
        words = self.write_inlines(content)
        return notes + (
            words if node.tight else tag("p", words, class_=get_letter_line_kind(node.content)) + "\n"
        )

    def _write_aside(self, attr: nodes.Attr, content: str, place_class: str = "") -> str:
        """Write a side note that is not split across pages.

        ``place_class`` is "beside" for the side notes of a paragraph.
        """
        attributes = phrasing.make_attributes(attr) | {"class_": f"aside {place_class}".strip()}
        return tag("aside", tag("div", content, class_="whole"), role="note", **attributes) + "\n"

    def write_heading(self, node: nodes.Heading, identifier: str) -> str:
        """Write a heading with its section number."""
        label = self.numbers.get(identifier)
        number = tag("span", label.number, class_="number") + " " if label and label.number else ""
        attributes = phrasing.make_attributes(node.attr)
        return tag(f"h{min(node.level, 6)}", number + self.write_inlines(node.content), **attributes) + "\n"

    def _write_item(self, item: nodes.ListItem) -> str:
        content = self.write_blocks(item.content)
        if item.checked is None:
            return tag("li", content)
        box = tag("span", "■" if item.checked else "□", class_="box")
        return tag("li", f"{box} {content}")

    def _write_definitions(self, node: nodes.DefinitionList, *, defined: bool = True) -> str:
        """Write a definition list.

        If ``defined`` is true, its terms and definitions are marked as those of a glossary.
        """
        parts = []
        for item in node.items:
            term = self.write_inlines(item.term)
            kind = self.output.get_epub_type("glossterm") if defined else None
            parts.append(tag("dt", tag("dfn", term) if kind else term, epub_type=kind))
            descriptions = [self.write_blocks(description) for description in item.meanings]
            if item.uses and descriptions:
                backlinks = back_matter.write_backlinks(item.uses, self.labels, self.output)
                descriptions[-1] = _append_to_last_paragraph(descriptions[-1], f"\u00a0{backlinks}")
            epub_type = self.output.get_epub_type("glossdef") if defined else None
            parts += [tag("dd", description, epub_type=epub_type) for description in descriptions]
        return tag("dl", "".join(parts))

    def _write_group(self, node: nodes.Group) -> str:
        """Write the content of a fenced div.

        Timelines and big numbers become lists without glossary terms.
        """
        match node.content:
            case (nodes.DefinitionList() as definition_list,) if node.attr.has("timeline") or node.attr.has(
                "big-numbers"
            ):
                return self._write_definitions(definition_list, defined=False) + "\n"
        return self.write_blocks(node.content)

    def _write_code(self, node: nodes.CodeBlock) -> str:
        language_class = f"language-{node.language}" if is_known_language(node.language) else None
        code = tag("code", write_code(node), class_=language_class)
        caption = self._figures.write_caption(node.attr.id, node.caption)
        # Listings that scroll must be accessible by keyboard (WCAG 2.1.1).
        stop = "0" if self.output.has_scrolling_listings else None
        landscape_class = get_landscape_class(node.attr)
        direction = node.attr.get("dir") or None
        if not caption and not node.attr.id:
            return tag("pre", code, tabindex=stop, dir=direction, class_=landscape_class)
        block = tag("pre", code, tabindex=stop, dir=direction)
        names = f"listing {landscape_class}".strip()
        return tag("figure", tag("figcaption", caption) + block, id=node.attr.id or None, class_=names)

    def _write_quotation(self, node: nodes.BlockQuote) -> str:
        attribution = f"— {self.write_inlines(node.attribution)}" if node.attribution else ""
        body = self.write_blocks(node.content) + (
            tag("p", attribution, class_="attribution") if attribution else ""
        )
        if node.attr.has(nodes.PULL_QUOTE):
            return tag("aside", body, id=node.attr.id or None, class_=nodes.PULL_QUOTE, role="doc-pullquote")
        attributes = phrasing.make_attributes(node.attr)
        if node.attr.has(LETTER):
            attributes["epub_type"] = self.output.get_epub_type("z3998:letter")
        elif kind := self.output.get_epub_type("epigraph") if node.attr.has("epigraph") else None:
            attributes |= {"epub_type": kind, "role": "doc-epigraph"}
        return tag("blockquote", body, **attributes)

    def _write_equation(self, node: nodes.Equation) -> str:
        numbers = list_row_numbers(node, self.numbers) or (format_equation_number(node, self.numbers),)
        if node.rows:
            content = self.output.write_numbered_rows(node, numbers)
        else:
            content = self.output.write_formula(node)
            if number := numbers[0]:
                style = self.output.get_number_style(node)
                content += tag("span", escape(number), class_=get_number_class(number), style=style)
        if not (node.rows or any(numbers)):
            return tag("div", content, id=node.attr.id or None, class_="equation")
        style = self.output.get_equation_style(node, numbers)
        return tag("div", content, id=node.attr.id or None, class_="equation numbered", style=style)

    def _write_callout(self, node: nodes.Callout) -> str:
        title = self.write_inlines(node.title) or escape(self.labels[node.kind])
        label = self.numbers.get(node.attr.id)
        if label and label.number:
            name = escape(self.labels.named(node.kind, label.number))
            title = self.labels.titled(name, title) if node.title else name
        body = tag("p", title, class_="callout-title") + "\n" + self.write_blocks(node.content)
        pinned = " here" if phrasing.is_pinned(node.attr) else ""
        kind = f"callout {node.kind}" + (" titled" if node.title else "") + pinned
        return tag("aside", body, role="note", id=node.attr.id or None, class_=kind)


# The key of each type's name in the labels.
THEOREM_LABEL_KEYS = {kind: kind.name.lower() for kind in nodes.TheoremKind}


def write_theorem(
    node: nodes.Theorem, label: Label | None, labels: Labels, write_blocks: Callable[..., str], title: str
) -> str:
    """Write a theorem as XHTML.

    ``write_blocks`` writes its content. ``title`` is the XHTML of its name, or "" if it has none.
    """
    word = escape(labels[THEOREM_LABEL_KEYS[node.kind]])
    name = (
        escape(labels.named(THEOREM_LABEL_KEYS[node.kind], label.number)) if label and label.number else word
    )
    if title:
        name += f" ({title})"
    head = tag("span", f"{name}.", class_="statement-name")
    content = write_blocks(node.content)
    # The name starts the first paragraph, or is a separate paragraph if there is none.
    content = f"<p>{head} {content[3:]}" if content.startswith("<p>") else tag("p", head) + content
    last = node.content[-1] if node.content else None
    tags = (last.tag, *(row.tag for row in last.rows)) if isinstance(last, nodes.Equation) else ()
    if node.kind is nodes.TheoremKind.PROOF and nodes.END_OF_PROOF not in tags:
        content = _append_end_mark(content)
    return tag("div", content, id=node.attr.id or None, class_=f"statement {THEOREM_LABEL_KEYS[node.kind]}")


def _append_end_mark(content: str) -> str:
    mark = tag("span", nodes.END_OF_PROOF, class_="qed")
    body = content.rstrip()
    if body.endswith("</p>"):
        return f"{body[:-4]} {mark}</p>\n"
    return body + tag("p", mark, class_="proof-end")
