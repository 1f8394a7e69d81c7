"""Cells of code that Quarto and knitr would run: ```` ```{r} ````, ```` ```{python} ````.

Nothing is run here, and pandoc does not know such a fence: it would put the code into the prose. So a cell
becomes a listing, without the options at its head, or nothing where it would not be shown. Diagrams are
cells that are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from triptych.diagnostics import Diagnostic, Span
from triptych.media.drawings.diagrams import ENGINES

_FENCE = re.compile(r"([ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)")
_CELL = re.compile(r"[ \t]*\{[ \t]*([A-Za-z][\w+-]*)(?=[\s},])([^{}]*)\}[ \t]*$")
_DIAGRAM = re.compile(rf"[ \t]*\{{({'|'.join(ENGINES)})(?=[\s}}])")
_OPTION = re.compile(r"[ \t]*(?:#|//|--|%%?)\|[ \t]*([\w.-]+)[ \t]*:[ \t]*(.*?)[ \t]*$")
_IN_HEAD = re.compile(r"([\w.-]+)[ \t]*=[ \t]*(\"[^\"]*\"|'[^']*'|[^\s,]+)")
_NO = frozenset(("false", "f", "no"))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell on the lines ``start`` (its fence) to ``end`` (counted from 0); its code begins at ``first``."""

    language: str
    options: Mapping[str, str]
    start: int
    first: int
    end: int

    @property
    def shown(self) -> bool:
        """Whether its code is to be seen."""
        return not any(self.options.get(name, "").lower() in _NO for name in ("echo", "include"))

    @property
    def runs(self) -> bool:
        """Whether Quarto would run it."""
        return self.options.get("eval", "").lower() not in _NO


def read_cells(path: str, body: str) -> tuple[str, list[Diagnostic]]:
    """A section with listings in place of its cells, on the same lines; LNT013 at the first to be run."""
    if "{" not in body:
        return body, []
    lines = body.split("\n")
    to_run: list[_Cell] = []
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence is None:
            number += 1
            continue
        before, mark, rest = fence.groups()
        end = _end(lines, number, mark)
        lines[number] = before + mark + _DIAGRAM.sub(r" {.\1", rest, count=1)
        if end < len(lines) and (head := _CELL.match(rest)) and head.group(1) not in ENGINES:
            cell = _cell(lines, number, end, head)
            lines[number : end + 1] = _as_listing(lines, cell, before, mark)
            to_run += [cell] if cell.runs else []
        number = end + 1
    return "\n".join(lines), [_finding(path, to_run)] if to_run else []


def _end(lines: list[str], start: int, mark: str) -> int:
    """The line that ends a fence; behind the last where nothing does."""
    for number in range(start + 1, len(lines)):
        bare = lines[number].strip(" \t>")
        if bare.startswith(mark) and set(bare) == {mark[0]}:
            return number
    return len(lines)


def _cell(lines: list[str], start: int, end: int, head: re.Match[str]) -> _Cell:
    options = {key: value.strip("\"'") for key, value in _IN_HEAD.findall(head.group(2))}
    first = start + 1
    while first < end and (option := _OPTION.match(lines[first])):
        options[option.group(1)] = option.group(2).strip("\"'")
        first += 1
    return _Cell(head.group(1), options, start, first, end)


def _as_listing(lines: list[str], cell: _Cell, before: str, mark: str) -> list[str]:
    """The lines of a cell as a listing, or empty ones where its code is not shown."""
    if not cell.shown:
        return [before.rstrip(), *[""] * (cell.end - cell.start)]
    opening, blanks = before + mark + _attributes(cell), [""] * (cell.first - cell.start - 1)
    # Empty lines in place of the options go before the fence, or they would begin the listing.
    head = [opening, *blanks] if before.strip() else [*blanks, opening]
    return head + lines[cell.first : cell.end + 1]


def _attributes(cell: _Cell) -> str:
    """What of a cell's options a listing has: its caption and, where it is one of ours, its id."""
    label = cell.options.get("lst-label") or cell.options.get("label", "")
    name = f" #{label}" if label.startswith("lst-") else ""
    caption = cell.options.get("lst-cap", "").replace('"', "'")
    return f" {{.{cell.language}{name}" + (f' lst-cap="{caption}"' if caption else "") + "}"


def _finding(path: str, cells: list[_Cell]) -> Diagnostic:
    first, *others = cells
    what = (
        "its code stands as a listing" if first.shown else "neither its code nor what it would show is there"
    )
    more = f"; {len(others)} more of this file are not run either" if others else ""
    message = f"the cell of {first.language} is not run: {what}{more}"
    hint = "`triptych import` takes over what Quarto has stored of its results; else write ```r for a listing"
    return Diagnostic(code="LNT013", span=Span(path=path, line=first.start + 1), message=message, hint=hint)
