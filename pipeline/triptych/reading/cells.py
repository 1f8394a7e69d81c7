"""Cells of code that Quarto and knitr would run: ```` ```{r} ````, ```` ```{python} ````.

Nothing is run here, and pandoc does not know such a fence: it would put the code into the prose. So a cell
becomes a listing, without the options at its head, or nothing where it would not be shown. Diagrams are
cells that are drawn.
"""

from __future__ import annotations

import re

from triptych.diagnostics import Diagnostic, Span
from triptych.media.diagrams import ENGINES

_FENCE = re.compile(r"([ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)")
_CELL = re.compile(r"[ \t]*\{[ \t]*([A-Za-z][\w+-]*)(?=[\s},])([^{}]*)\}[ \t]*$")
_DIAGRAM = re.compile(rf"[ \t]*\{{({'|'.join(ENGINES)})(?=[\s}}])")
_OPTION = re.compile(r"[ \t]*(?:#|//|--|%%?)\|[ \t]*([\w.-]+)[ \t]*:[ \t]*(.*?)[ \t]*$")
_IN_HEAD = re.compile(r"([\w.-]+)[ \t]*=[ \t]*(\"[^\"]*\"|'[^']*'|[^\s,]+)")
_NO = frozenset(("false", "f", "no"))


def read_cells(path: str, body: str) -> tuple[str, list[Diagnostic]]:
    """A section with listings in place of its cells, on the same lines; LNT013 at the first to be run."""
    if "{" not in body:
        return body, []
    lines = body.split("\n")
    not_run: list[tuple[int, str]] = []
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence is None:
            number += 1
            continue
        end = _end(lines, number, fence.group(2))
        cell = _CELL.match(fence.group(3))
        lines[number] = fence.group(1) + fence.group(2) + _DIAGRAM.sub(r" {.\1", fence.group(3), count=1)
        is_cell = cell and cell.group(1) not in ENGINES and end < len(lines)
        if cell and is_cell and _as_listing(lines, number, end, fence, cell):
            not_run.append((number + 1, cell.group(1)))
        number = end + 1
    return "\n".join(lines), [_finding(path, not_run)] if not_run else []


def _end(lines: list[str], start: int, mark: str) -> int:
    """The line that ends a fence; behind the last where nothing does."""
    for number in range(start + 1, len(lines)):
        bare = lines[number].strip(" \t>")
        if bare.startswith(mark) and set(bare) == {mark[0]}:
            return number
    return len(lines)


def _as_listing(lines: list[str], start: int, end: int, fence: re.Match[str], cell: re.Match[str]) -> bool:
    """Make a listing of the lines of a cell, or empty lines; returns whether Quarto would have run it."""
    options = {key: value.strip("\"'") for key, value in _IN_HEAD.findall(cell.group(2))}
    first = start + 1
    while first < end and (option := _OPTION.match(lines[first])):
        options[option.group(1)] = option.group(2).strip("\"'")
        first += 1
    shown = not any(options.get(name, "").lower() in _NO for name in ("echo", "include"))
    before, mark = fence.group(1), fence.group(2)
    if shown:
        # Empty lines in place of the options go before the fence, or they would begin the listing.
        head = [
            before + mark + _attributes(cell.group(1), options),
            *[" " * len(before)] * (first - 1 - start),
        ]
        lines[start:first] = head[1:] + head[:1] if not before.strip() else head
    else:
        lines[start : end + 1] = [before.rstrip(), *[""] * (end - start)]
    return options.get("eval", "").lower() not in _NO


def _attributes(language: str, options: dict[str, str]) -> str:
    """What of a cell's options a listing has: its caption and, where it is one of ours, its id."""
    label = options.get("lst-label") or options.get("label", "")
    name = f" #{label}" if label.startswith("lst-") else ""
    caption = options.get("lst-cap", "").replace('"', "'")
    return f" {{.{language}{name}" + (f' lst-cap="{caption}"' if caption else "") + "}"


def _finding(path: str, cells: list[tuple[int, str]]) -> Diagnostic:
    (line, language), *others = cells
    more = f", as are {len(others)} more of this file" if others else ""
    message = f"the cell of {language} is not run: its code stands as a listing{more}"
    hint = "`triptych import` takes over what Quarto has stored of its results; else write ```r for a listing"
    return Diagnostic(code="LNT013", span=Span(path=path, line=line), message=message, hint=hint)
