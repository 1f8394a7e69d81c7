"""Find ids, references, citations, terms, files and attributes in a section's text, with their offsets.

The scan is a fast approximation of pandoc's reader, which does not give positions. It skips code, comments
and formulas, and takes linear time.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from triptych.reading.bibliography import CROSS_REFERENCE, OTHER_BOOK_REFERENCE
from triptych.reading.line_scan import Fence, normalise_heading, scan_lines
from triptych.reading.sections import FRONT_MATTER_BLOCK
from triptych.reading.vocabulary import LATEX_COMMANDS


class MentionKind(StrEnum):
    """The kind of a mention: a new id, the id of an element, a source, a term, a file or a heading."""

    DEFINITION = "definition"
    REFERENCE = "reference"
    CITATION = "citation"
    TERM = "term"
    FILE = "file"
    HEADING = "heading"


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A name in the text, from offset ``start`` to ``end``.

    The ``file`` of a reference is the path before ``#``, or "". ``included`` is true for a ``FILE`` that is
    included.
    """

    start: int
    end: int
    kind: MentionKind
    name: str
    file: str = ""
    included: bool = False


@dataclass(frozen=True, slots=True)
class AttributePart:
    """A part of an attribute block: an id (``#``), a class (``.``), or the value of ``key``."""

    key: str
    text: str
    start: int
    end: int
    key_start: int


@dataclass(frozen=True, slots=True)
class AttributeBlock:
    """Attributes in braces, from the opening brace to the end of the closing one."""

    start: int
    end: int
    parts: tuple[AttributePart, ...]

    def get(self, key: str) -> str:
        """Return the value of an attribute, or ""."""
        return next((part.text for part in self.parts if part.key == key), "")

    def has_class(self, *names: str) -> bool:
        """Return whether the block has one of these classes."""
        return any(part.key == "." and part.text in names for part in self.parts)


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """A heading with its title as plain text, the offsets of its line, and its explicit id, or ""."""

    level: int
    title: str
    start: int
    end: int
    id: str


@dataclass(frozen=True, slots=True)
class MarkdownScan:
    """The result of a scan, in the order of the text.

    ``code_lines`` are the 1-based numbers of lines of code, comments and formulas. ``by_kind`` has the
    mentions by kind and name.
    """

    mentions: tuple[Mention, ...]
    headings: tuple[HeadingLine, ...]
    blocks: tuple[AttributeBlock, ...]
    code_lines: frozenset[int]
    by_kind: Mapping[MentionKind, Mapping[str, Sequence[Mention]]]

    def find_block(self, offset: int) -> AttributeBlock | None:
        """Return the attribute block that contains an offset, or None."""
        last = bisect.bisect_right(self.blocks, offset, key=lambda block: block.start)
        block = self.blocks[last - 1] if last else None
        return block if block and block.start < offset < block.end else None


_QUOTED_VALUE = r""""(?:[^"\\\n]|\\.|\n(?![ \t]*\n))*+"|'(?:[^'\n])*+\'"""
BLOCK = re.compile(rf"""\{{(?=[ \t\n]*[#.=\w-])(?:[^{{}}"'\n]|\n(?![ \t]*\n)|{_QUOTED_VALUE}|["'])*+\}}""")
_PART = re.compile(
    r"""\s+|\#(?P<id>[^\s{}]+)|\.(?P<class>[^\s{}.=\#]+)"""
    r"""|(?P<key>[\w:][\w:.-]*)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]*))"""
    r"""|-|=\w+"""
)
_KEY = r"\w(?:\w|[:.#$%&+?<>~/-](?=\w))*+"
_CITATION_OR_REFERENCE = re.compile(
    rf"(?<![A-Za-z0-9_\\@/.])@(?:\{{(?P<braced>[^{{}}\s]+)\}}|(?P<bare>{_KEY}))"
)
_REFERENCE_AFTER_LETTER = re.compile(rf"{CROSS_REFERENCE.pattern}[A-Za-z0-9_-]*[A-Za-z0-9]")
_LINK = re.compile(r"\]\([ \t]*<?(?P<target>[^()\s<>]+(?:\([^()\s]*\)[^()\s<>]*)?)")
_LINK_DEFINITION = re.compile(r"^ {0,3}\[[^\]\[\n^][^\]\[\n]*\]:[ \t]*<?(?P<target>[^\s<>]+)", re.MULTILINE)
_HTML_ATTRIBUTE = re.compile(r"""<[A-Za-z][^<>{}]*?\s(?P<key>id|href|src)=["'](?P<value>[^"'<>\s]+)["']""")
_TEX = re.compile(rf"\\(?P<command>label|{'|'.join(LATEX_COMMANDS)})[ ]?\{{(?P<name>[^{{}}\n]+)\}}")
_SHORTCODE = re.compile(r"""\{\{<\s*include\s+["']?(?P<path>[^\s"'>]+)["']?\s*>\}\}""")
_DATA_CALL = re.compile(r"""\bdata\(\s*["'](?P<path>[^"'\n]+)["']""")
_TICKS = re.compile(r"\\?`+")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n")
_ATX = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*$", re.MULTILINE)
_SETEXT = re.compile(r"^(?P<title>[^\s#>|:{`~*+-][^\n]*)\n(?P<marks>=+|-{2,})[ \t]*$", re.MULTILINE)
_CELL_LABEL = re.compile(
    r"^[ \t>]*(?:#|//|%%|--)\|[ \t]*(?:\w+-)?label:[ \t]*[\"']?(?P<id>[\w:.-]+)", re.MULTILINE
)
_FRONT_MATTER_ID = re.compile(r"^id:[ \t]*[\"']?(?P<id>[^\s\"'#]+)", re.MULTILINE)
_FRONT_MATTER_IMAGE = re.compile(
    r"^image:[ \t]*[\"']?(?P<path>[^\s\"'#][^\"'\n#]*?)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE
)
_EQUATION_ATTRIBUTES = re.compile(r"\$\$[ \t]*(\{#[^{}\n]*\})|\\label\{[^{}\n]*\}")
_HEADING_USE = re.compile(r"(?<![\w\\!\]])\[(?P<name>[^\[\]\n@^]{2,200})\](?![(:{])")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_TERM_CLASSES = ("gls", "term")
_FILE_KEYS = ("data", "include", "file", "background-image")
_MARKUP = re.compile(
    r"\[([^\[\]]*)\]\([^()]*\)|\[([^\[\]]*)\](?:\{[^{}]*\}|\[[^\[\]]*\])|[*`~^]|(?<!\w)_|_(?!\w)"
)
_MAX_TERM_LENGTH = 300  # maximum characters of a term before its attribute block


def scan_markdown(text: str) -> MarkdownScan:
    """Scan the text of a section, or of a file that sections include."""
    front = FRONT_MATTER_BLOCK.match(text)
    body_start = front.end() if front else 0
    body = re.sub(r"[^\n]", " ", text[:body_start]) + text[body_start:]
    mentions: list[Mention] = list(_scan_front_matter(text[:body_start]))
    lines = body.split("\n")
    scan = scan_lines(lines)
    mentions += _scan_cell_labels(text, lines, scan.fences)
    prose = _mask_hidden_lines(lines, scan.hidden_lines, scan.fences)
    prose = _mask_between(prose, "<!--", "-->")
    mentions += [
        Mention(*match.span("path"), MentionKind.FILE, match["path"], included=True)
        for match in _SHORTCODE.finditer(prose)
    ]
    mentions += [
        Mention(*match.span("path"), MentionKind.FILE, match["path"]) for match in _DATA_CALL.finditer(prose)
    ]
    prose = _mask_between(_mask_between(prose, "{{", "}}"), "{%", "%}")
    prose = _mask_inline_code(prose)
    blocks = tuple(_find_blocks(prose))
    for block in blocks:
        mentions += _scan_block(block, prose)
    mentions += _scan_links(prose)
    prose = _mask(prose, _LINK, "target")
    mentions += _scan_references(prose)
    headings = tuple(sorted(_find_headings(prose, text, blocks), key=lambda heading: heading.start))
    ordered = tuple(sorted(set(mentions)))
    by_kind: dict[MentionKind, dict[str, list[Mention]]] = {kind: {} for kind in MentionKind}
    for mention in ordered:
        by_kind[mention.kind].setdefault(mention.name, []).append(mention)
    return MarkdownScan(ordered, headings, blocks, scan.hidden_lines, by_kind)


def _mask(text: str, pattern: re.Pattern[str], group: str | int = 0) -> str:
    """Replace the matches of a pattern with spaces, but keep line breaks."""
    parts, end = [], 0
    for match in pattern.finditer(text):
        start = match.start(group)
        parts += [text[end:start], re.sub(r"[^\n]", " ", match[group])]
        end = match.end(group)
    return "".join([*parts, text[end:]]) if parts else text


def _mask_between(text: str, opening: str, closing: str) -> str:
    """Replace text between two delimiters, including the delimiters, with spaces. Keep line breaks."""
    parts, end = [], 0
    while (start := text.find(opening, end)) >= 0 and (last := text.find(closing, start + 2)) >= 0:
        last += len(closing)
        parts += [text[end:start], re.sub(r"[^\n]", " ", text[start:last])]
        end = last
    return "".join([*parts, text[end:]]) if parts else text


def _mask_hidden_lines(lines: Sequence[str], hidden: frozenset[int], fences: Sequence[Fence]) -> str:
    """Blank out code, comments and formulas, except for the attributes of fences and equations."""
    openers = {fence.start for fence in fences}
    code = {number for fence in fences for number in range(fence.start + 1, fence.end + 1)}
    out = []
    for number, line in enumerate(lines, 1):
        if number in openers:
            brace = line.find("{")
            out.append(" " * len(line) if brace < 0 else " " * brace + line[brace:])
        elif number in code:
            out.append(" " * len(line))
        elif number in hidden:
            masked_line = [" "] * len(line)
            for match in _EQUATION_ATTRIBUTES.finditer(line):
                start, end = match.span(1) if match[1] else match.span()
                masked_line[start:end] = line[start:end]
            out.append("".join(masked_line))
        else:
            out.append(line)
    return "\n".join(out)


def _mask_inline_code(text: str) -> str:
    out, end = [], 0
    breaks = [match.start() for match in _PARAGRAPH_BREAK.finditer(text)]
    runs: list[tuple[int, int, int]] = []  # start, end, paragraph
    for match in _TICKS.finditer(text):
        start = match.start() + (2 if match[0].startswith("\\") else 0)
        if start < match.end():
            runs.append((start, match.end(), bisect.bisect_right(breaks, start)))
    places: dict[tuple[int, int], list[int]] = {}
    for index, (first, last, paragraph) in enumerate(runs):
        places.setdefault((last - first, paragraph), []).append(index)
    index = 0
    while index < len(runs):
        first, last, paragraph = runs[index]
        same_paragraph = places[last - first, paragraph]
        later = bisect.bisect_right(same_paragraph, index)
        if later == len(same_paragraph):
            index += 1
            continue
        closing = runs[same_paragraph[later]]
        out += [text[end:last], re.sub(r"[^\n]", " ", text[last : closing[0]])]
        end = closing[0]
        index = same_paragraph[later] + 1
    return "".join([*out, text[end:]])


def _find_blocks(text: str) -> Iterator[AttributeBlock]:
    for match in BLOCK.finditer(text):
        parts = _parse_block(match[0][1:-1], match.start() + 1)
        if parts is not None:
            yield AttributeBlock(match.start(), match.end(), parts)


def _parse_block(inner: str, origin: int) -> tuple[AttributePart, ...] | None:
    """Return the parts of an attribute block, or None if the text in braces is not one."""
    parts, place = [], 0
    while place < len(inner):
        match = _PART.match(inner, place)
        if match is None:
            return None
        place = match.end()
        group = match.lastgroup
        if group in ("id", "class"):
            start, end = match.span(group)
            parts.append(
                AttributePart(
                    "#" if group == "id" else ".",
                    match[group],
                    origin + start,
                    origin + end,
                    origin + start - 1,
                )
            )
        elif group is not None:
            value = next(name for name in ("double", "single", "bare") if match[name] is not None)
            start, end = match.span(value)
            parts.append(
                AttributePart(
                    match["key"], match[value], origin + start, origin + end, origin + match.start()
                )
            )
    return tuple(parts)


def _scan_block(block: AttributeBlock, text: str) -> Iterator[Mention]:
    for part in block.parts:
        place = part.start, part.end
        if part.key == "#":
            yield Mention(*place, MentionKind.DEFINITION, part.text)
        elif part.key == "of":
            yield Mention(*place, MentionKind.REFERENCE, part.text)
        elif part.key in _FILE_KEYS and part.text:
            yield Mention(*place, MentionKind.FILE, part.text)
        elif part.key in ("term", "key") and block.has_class(*_TERM_CLASSES):
            yield Mention(*place, MentionKind.TERM, part.text)
    if block.has_class(*_TERM_CLASSES) and text[block.start - 1 : block.start] == "]":
        opening = _find_opening_bracket(text, block.start - 1)
        if opening is not None and not (block.get("term") or block.get("key")):
            words = text[opening + 1 : block.start - 1]
            yield Mention(
                opening + 1, block.start - 1, MentionKind.TERM, " ".join(_MARKUP.sub("", words).split())
            )


def _find_opening_bracket(text: str, closing: int) -> int | None:
    depth = 0
    for index in range(closing, max(closing - _MAX_TERM_LENGTH, -1), -1):
        depth += (text[index] == "]") - (text[index] == "[")
        if depth == 0:
            return index
    return None


def _scan_front_matter(text: str) -> Iterator[Mention]:
    if match := _FRONT_MATTER_ID.search(text):
        yield Mention(*match.span("id"), MentionKind.DEFINITION, match["id"])
    if match := _FRONT_MATTER_IMAGE.search(text):
        yield Mention(*match.span("path"), MentionKind.FILE, match["path"])


def _scan_cell_labels(text: str, lines: Sequence[str], fences: Sequence[Fence]) -> Iterator[Mention]:
    if not any("label:" in line for line in lines):
        return
    line_starts = [0]
    for line in lines:
        line_starts.append(line_starts[-1] + len(line) + 1)
    for fence in fences:
        for match in _CELL_LABEL.finditer(text, line_starts[fence.start], line_starts[fence.end - 1]):
            yield Mention(*match.span("id"), MentionKind.DEFINITION, match["id"])


def _scan_links(text: str) -> Iterator[Mention]:
    targets = [(match["target"], match.start("target")) for match in _LINK.finditer(text)]
    targets += [(match["target"], match.start("target")) for match in _LINK_DEFINITION.finditer(text)]
    for match in _HTML_ATTRIBUTE.finditer(text):
        if match["key"] == "id":
            yield Mention(*match.span("value"), MentionKind.DEFINITION, match["value"])
        else:
            targets.append((match["value"], match.start("value")))
    for target, start in targets:
        if _SCHEME.match(target):
            continue
        path, mark, fragment = target.partition("#")
        if path:
            yield Mention(start, start + len(path), MentionKind.FILE, path)
        if fragment:
            first = start + len(path) + len(mark)
            yield Mention(first, first + len(fragment), MentionKind.REFERENCE, fragment, file=path)


def _scan_references(text: str) -> Iterator[Mention]:
    for match in _CITATION_OR_REFERENCE.finditer(text):
        group = "braced" if match["braced"] else "bare"
        name, (start, end) = match[group], match.span(group)
        before = text[match.start() - 1 : match.start()]
        if before.isalnum():  # pandoc parses it as an email address, but references may follow a CJK letter
            after_letter = _REFERENCE_AFTER_LETTER.match(name)
            if after_letter is None:
                continue
            name, end = after_letter[0], start + after_letter.end()
        if CROSS_REFERENCE.match(name):
            yield Mention(start, end, MentionKind.REFERENCE, name)
        elif not OTHER_BOOK_REFERENCE.match(name):
            yield Mention(start, end, MentionKind.CITATION, name)
    for match in _TEX.finditer(text):
        name, place = match["name"].strip(), match.span("name")
        if match["command"] == "label":
            yield Mention(*place, MentionKind.DEFINITION, name)
        elif match["command"].endswith("ref"):
            yield Mention(*place, MentionKind.REFERENCE, name)
        else:
            yield Mention(*place, MentionKind.TERM, name)
    for match in _HEADING_USE.finditer(text):
        if words := normalise_heading(match["name"]):
            yield Mention(*match.span("name"), MentionKind.HEADING, words)


def _find_headings(prose: str, text: str, blocks: Sequence[AttributeBlock]) -> Iterator[HeadingLine]:
    blocks_by_end = {block.end: block for block in blocks}
    for pattern in (_ATX, _SETEXT):
        for match in pattern.finditer(prose):
            start, end = match.span("title")
            title = text[start:end]
            block = blocks_by_end.get(end)
            identifier = ""
            if block is not None and block.start >= start:
                title = title[: block.start - start]
                identifier = next((part.text for part in block.parts if part.key == "#"), "")
            title = re.sub(r"[ \t]+#+[ \t]*$", "", title)
            level = len(match["marks"]) if pattern is _ATX else 1 if match["marks"][0] == "=" else 2
            plain = _MARKUP.sub(lambda match: match[1] or match[2] or "", title)
            yield HeadingLine(level, " ".join(plain.split()), match.start(), end, identifier)
