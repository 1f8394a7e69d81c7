"""Find code, comments and formulas in a section's lines, and add link targets for references to headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from triptych.engine.memory import NO_MEMORY, Memory

# A fence may be in a block quote or start a list item.
_FENCE = re.compile(r"((?:[ \t]*+(?:>|[-*+]|\d{1,9}[.)])[ \t]++)*+[ \t]*+)(`{3,}(?=[^`]*$)|~{3,})(.*)")
_RAW = re.compile(r"[ \t]*<(pre|script|style|textarea|svg)\b", re.IGNORECASE)
# A line inside a formula is not code, even if it starts with ~~~~, which are spaces in TeX.
ALIGNED = re.compile(r"[ \t]*\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath)\*?)\}")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block: first and last line, text before the fence, fence characters and info string."""

    start: int
    end: int
    prefix: str
    marker: str
    info: str


@dataclass(frozen=True, slots=True)
class LineScan:
    """The fenced code blocks of a section, and the lines that are not prose.

    ``hidden_lines`` has the 1-based numbers of lines with code, comments or formulas. ``unclosed_fence_line``
    is the line of a fence that is never closed, or None.
    """

    hidden_lines: frozenset[int]
    fences: tuple[Fence, ...]
    unclosed_fence_line: int | None


def scan_lines(lines: Sequence[str]) -> LineScan:
    """Return the fenced code blocks in a section's lines, and the lines that are not prose."""
    hidden: set[int] = set()
    fences: list[Fence] = []
    fence: re.Match[str] | None = None
    closing, opening_line = "", 0
    for number, line in enumerate(lines, 1):
        if closing:
            hidden.add(number)
            if fence and _is_closing_fence(closing, line):
                fences.append(Fence(opening_line, number, *fence.groups()))
                closing = ""
            elif not fence and closing in line.lower():
                closing = ""
            continue
        if fence := _FENCE.match(line):
            closing = fence.group(2)
        elif "<!--" in line and "-->" not in line[line.rindex("<!--") :]:
            closing = "-->"
        elif (raw := _RAW.match(line)) and f"</{raw.group(1)}>".lower() not in line.lower():
            closing = f"</{raw.group(1)}>".lower()
        elif line.count("$$") % 2 and _is_closed_in_paragraph(lines, number, "$$"):
            closing = "$$"
        elif (aligned := ALIGNED.match(line)) and (end := f"\\end{{{aligned.group(1)}}}") not in line:
            if not _is_closed_in_paragraph(lines, number, end):
                continue
            closing = end  # in a formula, four tildes are spaces
        else:
            continue
        hidden.add(number)
        opening_line = number
    unclosed = opening_line if closing and fence else None
    if unclosed or closing == "-->":  # pandoc treats unclosed fences and comments as text
        hidden -= set(range(opening_line, len(lines) + 1))
    return LineScan(frozenset(hidden), tuple(fences), unclosed)


def _is_closing_fence(marker: str, line: str) -> bool:
    stripped = line.strip(" \t>")
    return stripped.startswith(marker) and set(stripped) == {marker[0]}


def _is_closed_in_paragraph(lines: Sequence[str], number: int, delimiter: str) -> bool:
    """Return whether a formula that starts on line ``number`` is closed before the next blank line."""
    for line in lines[number:]:
        if not line.strip():
            return False
        if delimiter in line:
            return True
    return False


HEADING_SCHEME = "heading:"
"""URL scheme of links to headings. The heading's text follows, as returned by ``normalise_heading``."""

_ATX = re.compile(r"[ \t>]*+#{1,6}[ \t](.*)")
_UNDERLINE = re.compile(r"[ \t>]*(?:=+|-{2,})[ \t]*")
_USE = re.compile(r"(?<![\w\\])(!?)\[([^\[\]]{2,200})\](?![(:{])")
_DEFINED = re.compile(r"[ \t>]*\[([^\[\]]+)\]:")


def normalise_heading(text: str) -> str:
    """Return the words of a heading, or of a reference to one, in lower case without punctuation."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def collect_heading_names(texts: Iterable[tuple[str, str]], memory: Memory = NO_MEMORY) -> frozenset[str]:
    """Return the normalised titles and headings of all sections, for references to them.

    ``texts`` are pairs of a section's title and body.
    """
    labels = (name for title, body in texts for name in (title, *memory.call(_find_headings, body)))
    return frozenset(map(_normalise_label, labels))


def add_heading_definitions(body: str, headings: frozenset[str], memory: Memory = NO_MEMORY) -> str:
    """Append a link definition for each heading referred to as ``[Heading]``.

    ``headings`` are the names of all headings, from ``collect_heading_names``.
    """
    if "[" not in body:
        return body
    used_names = [name for name in memory.call(_find_undefined_labels, body) if name in headings]
    return body + "".join(
        f"\n\n[{name}]: <{HEADING_SCHEME}{quote(normalise_heading(name))}>" for name in used_names
    )


def _find_undefined_labels(body: str) -> tuple[str, ...]:
    """Return the distinct names in square brackets that have no link definition."""
    lines = body.split("\n")
    hidden = scan_lines(lines).hidden_lines
    prose = "\n".join("" if number in hidden else line for number, line in enumerate(lines, 1))
    defined_labels = {
        _normalise_label(match.group(1)) for line in prose.split("\n") if (match := _DEFINED.match(line))
    }
    uses = [(match.group(1), match.group(2)) for match in _USE.finditer(prose)]
    pictures = {_normalise_label(name) for picture, name in uses if picture}
    used_labels = dict.fromkeys(_normalise_label(name) for _, name in uses)
    return tuple(
        name for name in used_labels if name not in defined_labels | pictures and normalise_heading(name)
    )


def _find_headings(body: str) -> tuple[str, ...]:
    """Return the headings of a section as written, and other lines that look like headings."""
    lines = body.split("\n")
    hidden = scan_lines(lines).hidden_lines
    headings: list[str] = []
    before = ""
    for number, line in enumerate(lines, 1):
        if number in hidden:
            before = ""
            continue
        if match := _ATX.fullmatch(line):
            headings.append(_strip_attributes(match.group(1).strip(" \t")).rstrip("#").rstrip(" \t"))
        elif before and _UNDERLINE.fullmatch(line):
            headings.append(_strip_attributes(before))
        before = line.strip(" \t>")
    return tuple(headings)


def _strip_attributes(heading: str) -> str:
    words, brace, attributes = heading.rpartition("{")
    return (
        words.rstrip(" \t")
        if (brace and attributes.endswith("}") and attributes.count("}") == 1)
        else heading
    )


def _normalise_label(label: str) -> str:
    """Normalise the case and spaces of a link label as pandoc does."""
    return " ".join(label.split()).casefold()
