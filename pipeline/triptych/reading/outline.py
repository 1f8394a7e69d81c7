"""Which lines of a section are no prose: code between fences, comments, displayed formulas, raw HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from triptych.engine.memory import NO_MEMORY, Memory

# A fence may stand in a quotation or begin an item of a list.
_FENCE = re.compile(r"((?:[ \t]*+(?:>|[-*+]|\d{1,9}[.)])[ \t]++)*+[ \t]*+)(`{3,}(?=[^`]*$)|~{3,})(.*)")
_RAW = re.compile(r"[ \t]*<(pre|script|style|textarea|svg)\b", re.IGNORECASE)
# What stands in one is no code, whatever it begins with: four tildes are spaces there.
ALIGNED = re.compile(r"[ \t]*\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath)\*?)\}")


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code: its first and last line, what stands before the mark of the fence, and behind it."""

    start: int
    end: int
    before: str
    mark: str
    info: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Numbers of lines, counted from 1. ``open_fence`` is where a fence begins that nothing ends, or None."""

    hidden: frozenset[int]
    fences: tuple[Fence, ...]
    open_fence: int | None


def outline(lines: Sequence[str]) -> Outline:
    """The lines of a section → which of them are no prose, and the blocks of code among these."""
    hidden: set[int] = set()
    fences: list[Fence] = []
    fence: re.Match[str] | None = None
    closing, opened = "", 0
    for number, line in enumerate(lines, 1):
        if closing:
            hidden.add(number)
            if fence and _ends_fence(closing, line):
                fences.append(Fence(opened, number, *fence.groups()))
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
        elif line.count("$$") % 2 and _closed_within_paragraph(lines, number, "$$"):
            closing = "$$"
        elif (aligned := ALIGNED.match(line)) and (end := f"\\end{{{aligned.group(1)}}}") not in line:
            if not _closed_within_paragraph(lines, number, end):
                continue
            closing = end  # four tildes are spaces in it, and no fence
        else:
            continue
        hidden.add(number)
        opened = number
    unclosed = opened if closing and fence else None
    if unclosed or closing == "-->":  # to pandoc they are none, and what follows is text
        hidden -= set(range(opened, len(lines) + 1))
    return Outline(frozenset(hidden), tuple(fences), unclosed)


def _ends_fence(mark: str, line: str) -> bool:
    bare = line.strip(" \t>")
    return bare.startswith(mark) and set(bare) == {mark[0]}


def _closed_within_paragraph(lines: Sequence[str], number: int, mark: str) -> bool:
    """Whether a formula that begins on a line ends, by a mark, before the next empty line."""
    for line in lines[number:]:
        if not line.strip():
            return False
        if mark in line:
            return True
    return False


SCHEME = "heading:"
"""What the address of such a link begins with; ``words`` of the heading follow it."""

_ATX = re.compile(r"[ \t>]*+#{1,6}[ \t](.*)")
_UNDERLINE = re.compile(r"[ \t>]*(?:=+|-{2,})[ \t]*")
_USE = re.compile(r"(?<![\w\\])(!?)\[([^\[\]]{2,200})\](?![(:{])")
_DEFINED = re.compile(r"[ \t>]*\[([^\[\]]+)\]:")


def words(text: str) -> str:
    """What is compared of a heading and of its name in brackets, whatever their marks and quotation marks."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def names(texts: Iterable[tuple[str, str]], memory: Memory = NO_MEMORY) -> frozenset[str]:
    """The names by which texts may refer to the headings of all sections, given their titles and bodies."""
    written = (name for title, body in texts for name in (title, *memory.call(_headings, body)))
    return frozenset(map(_key, written))


def with_definitions(body: str, known: frozenset[str], memory: Memory = NO_MEMORY) -> str:
    """A text with definitions, behind its end, of the headings that it refers to by their words."""
    if "[" not in body:
        return body
    asked = [name for name in memory.call(_asked, body) if name in known]
    return body + "".join(f"\n\n[{name}]: <{SCHEME}{quote(words(name))}>" for name in asked)


def _asked(body: str) -> tuple[str, ...]:
    """The names in brackets that a text does not define, once each."""
    lines = body.split("\n")
    hidden = outline(lines).hidden
    prose = "\n".join("" if number in hidden else line for number, line in enumerate(lines, 1))
    own = {_key(match.group(1)) for line in prose.split("\n") if (match := _DEFINED.match(line))}
    uses = [(match.group(1), match.group(2)) for match in _USE.finditer(prose)]
    pictures = {_key(name) for picture, name in uses if picture}
    wanted = dict.fromkeys(_key(name) for _, name in uses)
    return tuple(name for name in wanted if name not in own | pictures and words(name))


def _headings(body: str) -> tuple[str, ...]:
    """The headings of a text as they are written, and others that look like one."""
    lines = body.split("\n")
    hidden = outline(lines).hidden
    found: list[str] = []
    before = ""
    for number, line in enumerate(lines, 1):
        if number in hidden:
            before = ""
            continue
        if match := _ATX.fullmatch(line):
            found.append(_without_attributes(match.group(1).strip(" \t")).rstrip("#").rstrip(" \t"))
        elif before and _UNDERLINE.fullmatch(line):
            found.append(_without_attributes(before))
        before = line.strip(" \t>")
    return tuple(found)


def _without_attributes(heading: str) -> str:
    words, brace, inside = heading.rpartition("{")
    whole = brace and inside.endswith("}") and inside.count("}") == 1
    return words.rstrip(" \t") if whole else heading


def _key(name: str) -> str:
    """A name as pandoc compares names: without regard to capitals and to how many spaces there are."""
    return " ".join(name.split()).casefold()
