"""Rows of pipe tables with more or fewer cells than the head."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

# The line under the head (pandoc's pipe_tables).
_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_PIPE = re.compile(r"(?<!\\)\|")
_CROSSING = re.compile(r"(?<=-)\+(?=-)")  # between columns of a rule, as Emacs writes it


def ragged_tables(draft: Draft) -> Iterator[Diagnostic]:
    """Missing cells are empty ones at the end of their row; surplus ones are left out."""
    prose = draft.prose
    for number in range(2, len(prose) + 1):
        rule, head = _CROSSING.sub("|", prose[number - 1]), prose[number - 2]
        if "|" not in rule or "|" not in head or not _RULE.match(rule):
            continue
        columns = _cells(rule)
        if (have := _cells(head)) != columns:
            yield draft.found("LNT012", (number - 1, 1), _said("the head", have, columns), _HINT)
            continue
        for row in range(number + 1, len(prose) + 1):
            text = prose[row - 1]
            if not _PIPE.search(text) or text.lstrip().startswith((":::", "Table:", ":")):
                break
            if (have := _cells(text)) != columns:
                column = len(text) - len(text.lstrip()) + 1
                yield draft.found("LNT012", (row, column), _said("the row", have, columns), _HINT)


_HINT = "put a bar between each two cells, also empty ones; within a cell write \\|"


def _cells(line: str) -> int:
    bare = line.strip().removeprefix("|")
    return len(_PIPE.findall(bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare)) + 1


def _said(what: str, have: int, columns: int) -> str:
    return f"{what} has {have} cell{'s' * (have != 1)}, the table {columns} columns"
