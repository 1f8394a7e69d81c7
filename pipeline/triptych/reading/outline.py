"""Which lines of a section are no prose: code between fences, comments, displayed formulas, raw HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
