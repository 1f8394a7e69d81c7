"""Adapt pandoc's tree of a Word document: convert styles to classes, and references to captions to text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from triptych.reading.pandoc import rewrite_tree
from triptych.settings.values import make_slug
from triptych_import.book import ImportFinding

Node = dict[str, Any]
# Styles whose meaning pandoc has already converted, and styles without a meaning.
_PLAIN_STYLES = frozenset(
    "normal caption compact bodytext bodytextindent firstparagraph listparagraph blocktext quote intensequote"
    " hyperlink followedhyperlink footnotereference endnotereference footnotetext endnotetext emphasis strong"
    " commentreference annotationreference verbatimchar sourcecode defaultparagraphfont imagecaption"
    " tablecaption captionedfigure figure tabletext tablecontents nospacing plaintext standard"
    " textbody italic bold bolditalic xref crossreference body bodyfirst".split()
)
_CLASSES = {  # Triptych's classes by normalised style name
    "note": "callout-note", "notes": "callout-note", "info": "callout-note", "tip": "callout-tip",
    "hint": "callout-tip", "important": "callout-important", "warning": "callout-warning",
    "caution": "callout-caution", "hinweis": "callout-note", "warnung": "callout-warning",
    "epigraph": "epigraph", "aside": "aside",
}  # fmt: skip
_CONTENTS = re.compile(r"toc\s?\d|tocheading|contents ?(?:heading|\d)|tableoffigures", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*(\S+)[\s\u00a0]+((?:\d+|[A-Z](?=[-.–]))(?:[-.–]\d+)*)\s*[:.–—-]?\s*")
_LABEL_WORDS = {"fig": "Figure", "tbl": "Table"}
_VISIBLE = ("Str", "Code", "Math", "Image")


def convert_tree(
    tree: Node, name: str, formats: Mapping[str, tuple[str, ...]]
) -> tuple[Node, list[ImportFinding]]:
    """Adapt pandoc's tree of a Word document for Markdown; return it with findings.

    ``formats`` maps the names of character styles to pandoc elements such as ``Emph``.
    """
    adapter = _TreeAdapter(formats)
    blocks = adapter.convert_blocks(tree["blocks"])
    links = (node for node in walk_tree(blocks) if node.get("t") == "Link")
    link_targets = {str(node["c"][2][0]).removeprefix("#") for node in links}
    findings = []
    for style, count in adapter.style_counts.items():
        message = f'custom style "{style}" ({"1 passage" if count == 1 else f"{count} passages"})'
        findings.append(
            ImportFinding(path=name, message=message, action=f'kept as class "{make_slug(style)}"')
        )
    if adapter.has_contents:
        action = "omitted, since it is generated"
        findings.append(ImportFinding(path=name, message="table of contents", action=action))
    return {**tree, "blocks": _replace_references(blocks, adapter.caption_labels, link_targets)}, findings


@dataclass(slots=True)
class _TreeAdapter:
    """Adapts pandoc's blocks for Markdown, and records the styles and captions of the document.

    ``formats`` maps the names of character styles to pandoc elements. ``style_counts`` counts the uses of
    each custom style that became a class. ``caption_labels`` maps bookmarks in captions to labels such as
    "Figure 3". ``has_contents`` is True if a table of contents was removed.
    """

    formats: Mapping[str, tuple[str, ...]]
    style_counts: Counter[str] = field(default_factory=Counter)
    caption_labels: dict[str, str] = field(default_factory=dict)
    has_contents: bool = False

    def convert_blocks(self, blocks: list[Node]) -> list[Node]:
        """Adapt blocks, join adjacent code blocks, and move index marks out of headings."""
        return _move_index_marks(
            _join_code_blocks([new for block in blocks for new in self._convert_block(block)])
        )

    def _convert_block(self, block: Node) -> list[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        match kind:
            case "Div":
                (identifier, classes, _), inner = content
                style = _get_custom_style(content[0])
                if style and _CONTENTS.fullmatch(_normalise_style_name(style)):
                    self.has_contents = True
                    return []
                inner = self.convert_blocks(inner)
                if [inner_block["t"] for inner_block in inner] == ["CodeBlock"]:
                    return inner
                name = self._find_style_class(style)
                if not name and not identifier:
                    return inner
                classes = [inner_block for inner_block in (*classes, name) if inner_block]
                return [{"t": "Div", "c": [[identifier, classes, _get_other_attributes(content[0])], inner]}]
            case "Header" if not any(
                inner_block.get("t") in _VISIBLE for inner_block in walk_tree(content[2])
            ):
                return []  # a heading without text
            case "Figure":
                return [{"t": kind, "c": [content[0], self._convert_caption(content[1], "fig"), content[2]]}]
            case "Table":
                rest = self._convert_children(content[2:])
                return [{"t": kind, "c": [content[0], self._convert_caption(content[1], "tbl"), *rest]}]
        return [{**block, "c": self._convert_children(content)}] if content is not None else [block]

    def _convert_children(self, node: Any) -> Any:
        if isinstance(node, list):
            out: list[Any] = []
            for item in node:
                if isinstance(item, dict) and item.get("t") in ("Div", "Figure", "Table"):
                    out += self._convert_block(item)
                elif isinstance(item, dict) and item.get("t") == "Span":
                    out += self._convert_span(item)
                else:
                    out.append(self._convert_children(item))
            return out
        if isinstance(node, dict) and "c" in node:
            return {**node, "c": self._convert_children(node["c"])}
        return node

    def _convert_span(self, span: Node) -> list[Node]:
        attr, inner = span["c"]
        inner = self._convert_children(inner)
        if "indexref" in attr[1]:
            return [_make_index_mark(attr), *inner]
        style = _get_custom_style(attr)
        for element in self.formats.get(style, ()):
            inner = [{"t": element, "c": inner}]
        if style in self.formats:
            return list(inner)
        if not style:
            return [{"t": "Span", "c": [attr, inner]}]
        name = self._find_style_class(style)
        return (
            [{"t": "Span", "c": [[attr[0], [*attr[1], name], _get_other_attributes(attr)], inner]}]
            if name
            else inner
        )

    def _find_style_class(self, style: str) -> str:
        style_name = _normalise_style_name(style)
        if not style or style_name in _PLAIN_STYLES or style_name.startswith(("heading", "list", "title")):
            return ""
        if style_name in _CLASSES:
            return _CLASSES[style_name]
        self.style_counts[style] += 1
        return make_slug(style) or "styled"

    def _convert_caption(self, caption: list[Any], kind: str) -> list[Any]:
        """Convert a caption such as ``Abbildung 3 Text`` to ``Figure 3: Text``, and collect its bookmarks."""
        blocks = self.convert_blocks(caption[1])
        if [block["t"] for block in blocks] == ["Para"]:
            blocks = [{**blocks[0], "t": "Plain"}]  # otherwise, pandoc writes the caption of a figure as HTML
        first = blocks[0] if blocks and blocks[0]["t"] in ("Para", "Plain") else None
        match = _NUMBERED.match(collect_text(first)) if first else None
        if first is None or match is None:
            return [caption[0], blocks]
        number = match.group(2)
        for node in walk_tree(first):
            if _is_anchor(node):
                self.caption_labels[str(node["c"][0][0])] = f"{_LABEL_WORDS[kind]} {number}"
        words = [inline for inline in first["c"] if not (_is_anchor(inline) and not inline["c"][1])]
        words = _drop_leading_characters(words, match.end())
        label = [{"t": "Str", "c": _LABEL_WORDS[kind]}, {"t": "Space"}, {"t": "Str", "c": number}]
        if words:
            label = [*label[:2], {"t": "Str", "c": f"{number}:"}, {"t": "Space"}, *words]
        return [caption[0], [{**first, "c": label}, *blocks[1:]]]


def _make_index_mark(attr: list[Any]) -> Node:
    r"""Convert a Word index field such as ``stack:and the heap`` to an ``\index`` command with levels."""
    entry = next((str(value) for key, value in attr[2] if key == "entry"), "")
    levels = [re.sub(r"([{}!@|\\\"])", "", level).strip() for level in entry.split(":")]
    return {"t": "RawInline", "c": ["tex", f"\\index{{{'!'.join(filter(None, levels))}}}"]}


def _join_code_blocks(blocks: list[Node]) -> list[Node]:
    """Join adjacent code blocks, since each line of code is a separate paragraph in Word."""
    out: list[Node] = []
    for block in blocks:
        if block["t"] == "CodeBlock" and out and out[-1]["t"] == "CodeBlock":
            attr, text = out[-1]["c"]
            out[-1] = {"t": "CodeBlock", "c": [attr, f"{text}\n{block['c'][1]}"]}
        else:
            out.append(block)
    return out


def _move_index_marks(blocks: list[Node]) -> list[Node]:
    """Move the index marks of a heading to the paragraph after it."""
    out: list[Node] = []
    for block in blocks:
        if out and out[-1]["t"] == "Header" and block["t"] == "Para":
            heading = out[-1]["c"]
            marks = [inline for inline in heading[2] if _is_index_mark(inline)]
            heading[2] = [inline for inline in heading[2] if not _is_index_mark(inline)]
            block = {**block, "c": [*marks, *block["c"]]}
        out.append(block)
    return out


def _is_index_mark(inline: Node) -> bool:
    return inline["t"] == "RawInline" and str(inline["c"][1]).startswith("\\index{")


def _get_custom_style(attr: list[Any]) -> str:
    return next((str(value) for key, value in attr[2] if key == "custom-style"), "")


def _get_other_attributes(attr: list[Any]) -> list[list[str]]:
    return [[key, value] for key, value in attr[2] if key != "custom-style"]


def _normalise_style_name(style: str) -> str:
    return re.sub(r"[\s_-]+", "", style).casefold()


def collect_text(node: Any) -> str:
    """Return the text of a pandoc node and of all nodes in it."""
    if isinstance(node, list):
        return "".join(collect_text(item) for item in node)
    if not isinstance(node, dict):
        return ""
    match node.get("t"):
        case "Str":
            return str(node["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Code" | "CodeBlock" | "Math":
            return str(node["c"][1])
    return collect_text(node.get("c"))


def _drop_leading_characters(inlines: list[Node], length: int) -> list[Node]:
    out: list[Node] = []
    for inline in inlines:
        size = len(collect_text(inline))
        if length < size:
            is_cut = length and inline["t"] == "Str"
            out.append({"t": "Str", "c": inline["c"][length:]} if is_cut else inline)
        length = max(length - size, 0)
    return out


def walk_tree(node: Any) -> Iterator[Node]:
    """Yield all nodes of a pandoc tree, parents before children."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from walk_tree(inner)


def _replace_references(blocks: list[Node], caption_labels: Mapping[str, str], link_targets: set[str]) -> Any:
    """Replace links to captions with labels such as "Figure 3", and remove anchors without links to them."""

    def replace_node(node: Node) -> list[Node] | None:
        if node.get("t") == "Link" and (word := caption_labels.get(str(node["c"][2][0]).removeprefix("#"))):
            kind, _, number = word.partition(" ")
            return [{"t": "Str", "c": kind}, {"t": "Space"}, {"t": "Str", "c": number}]
        if _is_anchor(node) and node["c"][0][0] not in link_targets:
            return list(rewrite_tree(node["c"][1], replace_node))
        return None

    return rewrite_tree(blocks, replace_node)


def _is_anchor(node: Node) -> bool:
    return node.get("t") == "Span" and "anchor" in node["c"][0][1]
