"""Which lines of a section are no prose: code between fences, comments, displayed formulas, raw HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# A fence may stand in a quotation or begin an item of a list.
_FENCE = re.compile(r"(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_QUOTE = re.compile(r"^(?:[ \t]*>)+")
_RAW = re.compile(r"[ \t]*<(pre|script|style|textarea|svg)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """Numbers of lines, counted from 1. ``open_fence`` is where a fence begins that nothing ends, or None."""

    fenced: frozenset[int]
    comments: frozenset[int]
    formulas: frozenset[int]
    open_fence: int | None

    @property
    def hidden(self) -> frozenset[int]:
        """All lines that are no prose."""
        return self.fenced | self.comments | self.formulas


def outline(lines: Sequence[str]) -> Outline:
    """The lines of a section → which of them are no prose."""
    sets: dict[str, set[int]] = {"fence": set(), "comment": set(), "formula": set()}
    within, closing, opened = "", "", 0
    for number, line in enumerate(lines, 1):
        if within:
            sets[within].add(number)
            if _ends(within, closing, line):
                within = ""
            continue
        if fence := _FENCE.match(line):
            within, closing, opened = "fence", fence.group(1), number
        elif "<!--" in line and "-->" not in line[line.rindex("<!--") :]:
            within, closing, opened = "comment", "-->", number
        elif (raw := _RAW.match(line)) and f"</{raw.group(1)}>".lower() not in line.lower():
            within, closing = "comment", f"</{raw.group(1)}>"
        elif line.count("$$") % 2 and _closed_within_paragraph(lines, number):
            within, closing = "formula", "$$"
        else:
            continue
        sets[within].add(number)
    unclosed = opened if within == "fence" else None
    if unclosed is not None:  # to pandoc such a fence is none, and what follows is text
        sets["fence"] -= set(range(unclosed, len(lines) + 1))
    if (within, closing) == ("comment", "-->"):  # nor is such a comment one
        sets["comment"] -= set(range(opened, len(lines) + 1))
    return Outline(frozenset(sets["fence"]), frozenset(sets["comment"]), frozenset(sets["formula"]), unclosed)


def _ends(within: str, closing: str, line: str) -> bool:
    if within == "fence":
        bare = _QUOTE.sub("", line).strip()
        return bare.startswith(closing) and set(bare) == {closing[0]}
    return closing.lower() in line.lower()


def _closed_within_paragraph(lines: Sequence[str], number: int) -> bool:
    """Whether a formula that begins on a line ends before the next empty line."""
    for line in lines[number:]:
        if not line.strip():
            return False
        if "$$" in line:
            return True
    return False
