"""Pipe tables: rows with more or fewer cells than the head, and tables without a rule under theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

# The line under the head (pandoc's pipe_tables).
_RULE = re.compile(r"^ {0,3}\|?[ \t]*+:?-++:?[ \t]*+(?:[|+][ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
_PIPE = re.compile(r"(?<!\\)\|")
_CROSSING = re.compile(r"(?<=-)\+(?=-)")  # between columns of a rule, as Emacs writes it
_ROW = re.compile(r"^ {0,3}\|[\s|]*+[^\s|].*\|[ \t]*+$")
_ANY_RULE = re.compile(r"^ {0,3}\|?[ \t]*+:?-[-:|+ \t]*+$")


def ragged_tables(draft: Draft) -> Iterator[Diagnostic]:
    """Missing cells are empty ones at the end of their row; surplus ones are left out."""
    prose = draft.prose
    for number in range(2, len(prose) + 1):
        rule, head = _CROSSING.sub("|", prose[number - 1]), prose[number - 2]
        if "|" not in rule or "|" not in head or not _RULE.match(rule):
            continue
        columns = _cells(rule)
        if (have := _cells(head)) != columns:
            yield draft.found("LNT012", (number - 1, 1), _message("the head", have, columns), _HINT)
            continue
        for row in range(number + 1, len(prose) + 1):
            text = prose[row - 1]
            if not _PIPE.search(text) or text.lstrip().startswith((":::", "Table:", ":")):
                break
            if (have := _cells(text)) != columns:
                column = len(text) - len(text.lstrip()) + 1
                yield draft.found("LNT012", (row, column), _message("the row", have, columns), _HINT)


_HINT = "put a bar between each two cells, also empty ones; within a cell write \\|"


def _cells(line: str) -> int:
    bare = line.strip().removeprefix("|")
    return len(_PIPE.findall(bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare)) + 1


def _message(what: str, have: int, columns: int) -> str:
    return f"{what} has {have} cell{'s' * (have != 1)}, the table {columns} columns"


def tables_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Two or more rows between bars on both sides, which pandoc takes for lines of verse."""
    prose, number = draft.prose, 0
    while number < len(prose):
        end = number
        while end < len(prose) and _ROW.match(prose[end]) and not _ANY_RULE.match(prose[end]):
            end += 1
        around = prose[number - 1 : number] + prose[end : end + 1]
        if end - number > 1 and not any(_belongs(line) for line in around):
            place = number + 1, len(prose[number]) - len(prose[number].lstrip()) + 1
            message = "rows of a table are read as text"
            hint = "add a header row and |---|---| below it; a table has no empty lines in it"
            yield draft.found("LNT029", place, message, hint)
        number = max(end, number + 1)


def tables_without_header(draft: Draft) -> Iterator[Diagnostic]:
    """A rule with rows below it and no header row above it, which pandoc reads as a paragraph."""
    prose = ("", *draft.prose, "")
    for number in range(1, len(prose) - 1):
        before, rule, after = prose[number - 1 : number + 2]
        if not before.strip() and _RULE.match(rule) and "|" in rule.strip("| ") and _ROW.match(after):
            columns = _cells(rule)
            message = "the table has no header row and is read as text"
            hint = f"add a header row above {rule.strip()}; without names: {'|  ' * columns}|"
            yield draft.found("LNT029", (number, 1), message, hint)


def _belongs(line: str) -> bool:
    """Whether a line makes a table of the rows beside it, or other rows go on there."""
    return bool(_ANY_RULE.match(line)) or line.lstrip().startswith(("+", "|"))
