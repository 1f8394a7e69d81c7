"""What of pandoc's tree the rules ask for, gathered in one walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

OPAQUE = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for code, formulas and raw text in a text
_HIDDEN = frozenset(("Code", "Math", "RawInline"))
_BREAKS = {"Space": " ", "SoftBreak": "\n", "LineBreak": "\n"}


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands in braces behind or before something; ``kind`` is pandoc's name of the node."""

    kind: str
    id: str
    classes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Tree:
    """All in the order of the text.

    A text is a paragraph's or heading's characters with its line ends; ``OPAQUE`` stands for each piece of
    code, each formula and each raw text in it.
    """

    texts: list[str] = field(default_factory=list)
    attributes: list[Attributes] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """The code blocks without any attribute."""
    numbered: list[tuple[int, int]] = field(default_factory=list)
    """The numbered lists: the number that each starts with, how many items it has."""
    bare_citations: list[str] = field(default_factory=list)
    """The keys written in the text as ``@key``, without brackets."""


def gather(blocks: list[Any]) -> Tree:
    """Pandoc's blocks → what the rules ask for."""
    tree = Tree()
    _blocks(tree, blocks)
    return tree


def _blocks(tree: Tree, node: Any) -> None:
    """Gather from a block, or from all blocks that a list holds, however deep in other lists."""
    if isinstance(node, list):
        for item in node:
            _blocks(tree, item)
    if not isinstance(node, dict):
        return  # an attribute, or a number of columns
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Para" | "Plain":
            _text(tree, content)
        case "Header":
            _attributes(tree, kind, content[1])
            _text(tree, content[2])
        case "LineBlock":
            for line in content:
                _text(tree, line)
        case "CodeBlock":
            _attributes(tree, kind, content[0])
            if content[0] == ["", [], []]:
                tree.code.append(content[1])
        case "DefinitionList":
            for term, meanings in content:
                _text(tree, term)
                _blocks(tree, meanings)
        case "OrderedList":
            tree.numbered.append((content[0][0], len(content[1])))
            _blocks(tree, content[1])
        case "BlockQuote" | "BulletList":
            _blocks(tree, content)
        case "Div" | "Figure" | "Table":
            _attributes(tree, kind, content[0])
            _blocks(tree, content[1:])


def _text(tree: Tree, nodes: list[Any]) -> None:
    tree.texts.append("".join(_characters(tree, nodes)))


def _characters(tree: Tree, nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind == "Str":
            yield content
        elif kind in _BREAKS:
            yield _BREAKS[kind]
        elif kind in _HIDDEN or (kind == "Span" and "triptych-math" in content[0][1]):
            if kind == "Code":
                _attributes(tree, kind, content[0])
            yield OPAQUE
        elif kind == "Note":
            _blocks(tree, content)
        elif kind == "Cite":
            keys = content[0]
            tree.bare_citations += [k["citationId"] for k in keys if k["citationMode"]["t"] == "AuthorInText"]
            yield from _characters(tree, content[1])
        elif kind in ("Span", "Link", "Image"):
            _attributes(tree, kind, content[0])
            yield from _characters(tree, content[1])
        elif kind == "Quoted":
            yield from _characters(tree, content[1])
        else:  # emphasis and its like
            yield from _characters(tree, content)


def _attributes(tree: Tree, kind: str, value: Any) -> None:
    identifier, classes, pairs = value
    if identifier or classes or pairs:
        texts = tuple((str(key), str(text)) for key, text in pairs)
        tree.attributes.append(Attributes(kind, identifier, tuple(classes), texts))
