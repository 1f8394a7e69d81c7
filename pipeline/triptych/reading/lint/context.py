"""Represent a section for the lint rules: its source lines and pandoc's tree.

Rules look for likely mistakes in the tree, and for their positions in the source lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.reading.line_scan import LineScan, scan_lines

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])(?:[^$\\]|\\.)+?(?<![\s\\])\$(?!\d)")
_MAX_ATTRIBUTE_LINES = 20  # maximum number of lines that attributes may continue on
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")


@dataclass(frozen=True)
class LintContext:
    """A section as the lint rules see it.

    ``lines`` are its source lines, and ``log_messages`` the entries of pandoc's log.
    """

    path: str
    lines: tuple[str, ...]
    tree: TreeContent
    log_messages: tuple[dict[str, Any], ...] = ()
    is_jinja_enabled: bool = False
    """Whether Jinja expressions are evaluated. If so, any expressions left in the text have failed."""
    is_numbered: bool = True
    """Whether the chapter is numbered."""
    profiles: frozenset[str] = frozenset()
    """The known profiles."""
    sections: tuple[str, ...] = ()
    """The paths of all sections, as possible targets of wiki links."""
    _last_matches: dict[str, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def scan(self) -> LineScan:
        """The fenced code blocks, and the line numbers of code, comments and formulas."""
        return scan_lines(self.lines)

    @cached_property
    def prose(self) -> tuple[str, ...]:
        """The lines with ``OPAQUE`` for each character of inline code, inline formulas and escapes.

        Lines of code blocks, comments and displayed formulas are blank.
        """
        hidden = self.scan.hidden_lines
        return tuple(
            " " * len(line) if number in hidden else _mask_line(line)
            for number, line in enumerate(self.lines, 1)
        )

    def find_next(self, pattern: str) -> tuple[int, int] | None:
        """Return the line and column of the next match of ``pattern`` in the prose.

        The search continues after the preceding match of the same pattern. Return None if there is no further
        match.
        """
        line, column = self._last_matches.get(pattern, (1, 0))
        compiled = re.compile(pattern)
        for number in range(line, len(self.prose) + 1):
            if match := compiled.search(self.prose[number - 1], column if number == line else 0):
                self._last_matches[pattern] = (number, match.end())
                return number, match.start() + 1
        return None

    def read_braces(self, position: tuple[int, int]) -> tuple[str, bool]:
        """Return the attributes in braces at a line and column, and whether the closing brace was found.

        Attributes may continue on the following lines.
        """
        line, column = position
        text = "\n".join(
            [self.lines[line - 1][column - 1 :], *self.lines[line : line + _MAX_ATTRIBUTE_LINES]]
        )
        text = text.partition("\n\n")[0]
        end = text.find("}")
        if end < 0 or "{" in text[1:end]:
            return text.partition("\n")[0].rstrip(), False
        return text[: end + 1], True

    def report(
        self, code: str, position: tuple[int, int], message: str, hint: str | None = None
    ) -> Diagnostic:
        """Create a finding at a line and column of the section."""
        span = Span(path=self.path, line=position[0], column=position[1])
        return Diagnostic(code=code, span=span, message=message, hint=hint)


def mask_code(line: str) -> str:
    """Replace each character of inline code and formulas in a line with ``OPAQUE``."""
    if "`" in line:
        line = _CODE_SPAN.sub(_mask_match, line)
    return _FORMULA.sub(_mask_match, line) if "$" in line else line


def _mask_line(line: str) -> str:
    line = mask_code(line)
    return _ESCAPE.sub(OPAQUE * 2, line) if "\\" in line else line


def _mask_match(match: re.Match[str]) -> str:
    return OPAQUE * len(match.group())


def make_first_word_pattern(text: str) -> str:
    """Return a pattern that matches the first word of ``text`` in the source, after optional markup."""
    word = re.match(r"[^\W_]{1,20}", text)
    return rf"[*_\"“‘(\[]*{re.escape(word.group())}" if word else ""


OPAQUE = "\N{OBJECT REPLACEMENT CHARACTER}"  # replaces code, formulas and raw text
_HIDDEN = frozenset(("Code", "Math", "RawInline"))
_BREAKS = {"Space": " ", "SoftBreak": "\n", "LineBreak": "\n"}


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a node in pandoc's tree. ``kind`` is the pandoc type of the node."""

    kind: str
    id: str
    classes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class TreeContent:
    """The content of pandoc's tree that lint rules need, in reading order.

    ``texts`` are the contents of paragraphs and headings with line breaks, and with ``OPAQUE`` in place of
    code, formulas and raw text.
    """

    texts: list[str] = field(default_factory=list)
    note_texts: set[str] = field(default_factory=set)
    """Those of the ``texts`` that are in footnotes."""
    attributes: list[Attributes] = field(default_factory=list)
    bare_code_blocks: list[str] = field(default_factory=list)
    """Code blocks without attributes."""
    numbered_lists: list[tuple[int, int]] = field(default_factory=list)
    """The start number and the number of items of each numbered list."""
    bare_citations: list[str] = field(default_factory=list)
    """Citation keys without brackets."""


def collect_tree_content(blocks: list[Any]) -> TreeContent:
    """Collect the content that lint rules need from pandoc's blocks."""
    tree = TreeContent()
    _collect_blocks(tree, blocks)
    return tree


def _collect_blocks(tree: TreeContent, node: Any) -> None:
    """Add the content of a block, or of the blocks in nested lists, to ``tree``."""
    if isinstance(node, list):
        for item in node:
            _collect_blocks(tree, item)
    if not isinstance(node, dict):
        return  # an attribute, or a number of columns
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Para" | "Plain":
            _collect_text(tree, content)
        case "Header":
            _collect_attributes(tree, kind, content[1])
            _collect_text(tree, content[2])
        case "LineBlock":
            for line in content:
                _collect_text(tree, line)
        case "CodeBlock":
            _collect_attributes(tree, kind, content[0])
            if content[0] == ["", [], []]:
                tree.bare_code_blocks.append(content[1])
        case "DefinitionList":
            for term, definitions in content:
                _collect_text(tree, term)
                _collect_blocks(tree, definitions)
        case "OrderedList":
            tree.numbered_lists.append((content[0][0], len(content[1])))
            _collect_blocks(tree, content[1])
        case "BlockQuote" | "BulletList":
            _collect_blocks(tree, content)
        case "Div" | "Figure" | "Table":
            _collect_attributes(tree, kind, content[0])
            _collect_blocks(tree, content[1:])


def _collect_text(tree: TreeContent, nodes: list[Any]) -> None:
    tree.texts.append("".join(_collect_characters(tree, nodes)))


def _collect_characters(tree: TreeContent, nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind == "Str":
            yield content
        elif kind in _BREAKS:
            yield _BREAKS[kind]
        elif kind in _HIDDEN or (kind == "Span" and "triptych-math" in content[0][1]):
            if kind == "Code":
                _collect_attributes(tree, kind, content[0])
            yield OPAQUE
        elif kind == "Note":
            start = len(tree.texts)
            _collect_blocks(tree, content)
            tree.note_texts.update(tree.texts[start:])
        elif kind == "Cite":
            keys = content[0]
            tree.bare_citations += [
                citation["citationId"] for citation in keys if citation["citationMode"]["t"] == "AuthorInText"
            ]
            yield from _collect_characters(tree, content[1])
        elif kind in ("Span", "Link", "Image"):
            _collect_attributes(tree, kind, content[0])
            yield from _collect_characters(tree, content[1])
        elif kind == "Quoted":
            yield from _collect_characters(tree, content[1])
        else:  # emphasis and similar nodes
            yield from _collect_characters(tree, content)


def _collect_attributes(tree: TreeContent, kind: str, value: Any) -> None:
    identifier, classes, pairs = value
    if identifier or classes or pairs:
        texts = tuple((str(key), str(text)) for key, text in pairs)
        tree.attributes.append(Attributes(kind, identifier, tuple(classes), texts))
