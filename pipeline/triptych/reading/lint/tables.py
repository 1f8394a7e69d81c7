"""Report tables with uneven rows, and tables that pandoc treats as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.context import LintContext

# The delimiter row below the header row (pandoc's ``pipe_tables``).
_RULE = re.compile(r"^ {0,3}\|?[ \t]*+:?-++:?[ \t]*+(?:[|+][ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
_PIPE = re.compile(r"(?<!\\)\|")
_CROSSING = re.compile(r"(?<=-)\+(?=-)")  # separates columns in the delimiter row of an Emacs table
_ROW = re.compile(r"^ {0,3}\|[\s|]*+[^\s|].*\|[ \t]*+$")
_RULE_OF_DASHES = re.compile(r"^ {0,3}\|[-—–:| \t]+\|[ \t]*$")  # word processors turn hyphens into dashes
_ANY_RULE = re.compile(r"^ {0,3}\|?[ \t]*+:?-[-:|+ \t]*+$")


def report_ragged_tables(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT012 for rows of pipe tables with missing or extra cells."""
    prose = context.prose
    for number in range(2, len(prose) + 1):
        rule, head = _CROSSING.sub("|", prose[number - 1]), prose[number - 2]
        if "|" not in rule or "|" not in head or not _RULE.match(rule):
            continue
        columns = _count_cells(rule)
        if (count := _count_cells(head)) != columns:
            message = f"the header row has {_describe_cell_count(count)}, but the delimiter row has {columns}"
            hint = "write the same number of cells in the header row and in the delimiter row"
            yield context.report("LNT012", (number - 1, 1), message, hint)
            continue
        for row in range(number + 1, len(prose) + 1):
            text = prose[row - 1]
            if not _PIPE.search(text) or text.lstrip().startswith((":::", "Table:", ":")):
                break
            if (count := _count_cells(text)) != columns:
                column = len(text) - len(text.lstrip()) + 1
                yield context.report("LNT012", (row, column), *_explain_row(count, columns))


def _count_cells(line: str) -> int:
    row = line.strip().removeprefix("|")
    return len(_PIPE.findall(row[:-1] if row.endswith("|") and not row.endswith("\\|") else row)) + 1


def _explain_row(count: int, columns: int) -> tuple[str, str]:
    """Return the message and hint for a row with missing or extra cells."""
    message = (
        f"this row has {_describe_cell_count(count)}; the table has {columns} column{'s' * (columns != 1)}"
    )
    if count < columns:
        missing = "cell" if columns - count == 1 else "cells"
        return (
            message,
            f"add the missing {missing}, even if empty, with a | before each"
            if columns - count > 1
            else "add the missing cell, even if empty, with a | before it",
        )
    return (
        f"{message}, so extra cells are dropped",
        "delete the extra cells, or write \\| for a pipe inside a cell",
    )


def _describe_cell_count(cells: int) -> str:
    return f"{cells} cell{'s' * (cells != 1)}"


def report_literal_tables(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT029 for rows with pipes but no delimiter row, which pandoc parses as a line block."""
    prose, number = context.prose, 0
    while number < len(prose):
        end = number
        while end < len(prose) and _ROW.match(prose[end]) and not _ANY_RULE.match(prose[end]):
            end += 1
        adjacent_lines = prose[number - 1 : number] + prose[end : end + 1]
        is_cut_off = number > 1 and not prose[number - 1].strip() and bool(_ROW.match(prose[number - 2]))
        if end - number > (0 if is_cut_off else 1) and not any(
            (bool(_ANY_RULE.match(line)) or line.lstrip().startswith(("+", "|"))) for line in adjacent_lines
        ):
            place = number + 1, len(prose[number]) - len(prose[number].lstrip()) + 1
            reason, hint = (
                "there is no delimiter row such as |---|---| below the header row",
                "write |---|---| below the header row",
            )
            if any(_RULE_OF_DASHES.match(row) for row in prose[number:end]):
                hint = "use hyphens in the line below the header row: |---|---|"
            elif is_cut_off:
                reason, hint = "a blank line ends the table above", "delete the blank line"
            yield context.report("LNT029", place, f"these table rows are rendered literally: {reason}", hint)
        number = max(end, number + 1)


_TABS = re.compile(r"(?<=\S)\t+(?=\S)")
_NO_CELL = re.compile(r"[ \t]*(?:[-*+:>#|~]|\d+[.)])")


def report_tab_tables(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT029 for lines of tab-separated cells, as pasted from a spreadsheet."""
    counts = [
        0 if _NO_CELL.match(line) or "\t" not in line else len(_TABS.findall(line.rstrip()))
        for line in context.prose
    ]
    number = 0
    while number < len(counts):
        end = number + 1
        while end < len(counts) and counts[end] == counts[number]:
            end += 1
        if counts[number] and end - number >= (3 if counts[number] == 1 else 2):
            message = "tab-separated cells are rendered as one paragraph"
            hint = "write a pipe table (| between cells, |---|---| below the header row), or use a CSV file"
            yield context.report("LNT029", (number + 1, 1), message, hint)
        number = end


_BORDER = re.compile(r"^ {0,3}\+(?:[-=:]+\+)+[ \t]*$")
_STRAY_BAR = re.compile(r"(?:^|\s)\|(?=\s|$)")


def report_misaligned_grids(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT012 for rows of grid tables whose pipes do not line up with the + signs of the border."""
    if not any(_STRAY_BAR.search(text) for text in context.tree.texts):
        return
    border_columns: list[int] = []
    is_reported = False
    for number, line in enumerate(context.prose, 1):
        if not line.strip():
            border_columns, is_reported = [], False
        elif _BORDER.match(line):
            border_columns = [match.start() for match in re.finditer(r"\+", line)]
        elif border_columns and not is_reported and line.isascii() and line.lstrip().startswith("|"):
            bars = [match.start() for match in _PIPE.finditer(line)]
            if bars[-1] != border_columns[-1] or (
                len(bars) == len(border_columns) and bars != border_columns
            ):
                is_reported = True  # once per table
                message = "the pipes in this row are not aligned with the + signs of the table border"
                hint = "pad the cells with spaces until each | is directly below a +"
                yield context.report("LNT012", (number, 1), message, hint)


def report_headerless_tables(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT029 for a delimiter row with rows below it but no header row above it."""
    prose = ("", *context.prose, "")
    for number in range(1, len(prose) - 1):
        before, rule, after = prose[number - 1 : number + 2]
        if not before.strip() and _RULE.match(rule) and "|" in rule.strip("| ") and _ROW.match(after):
            columns = _count_cells(rule)
            message = "this table is rendered literally: it has no header row"
            hint = f"add a header row above {rule.strip()}, or an empty one: {'|  ' * columns}|"
            yield context.report("LNT029", (number, 1), message, hint)


_CAPTION = re.compile(r"[ \t]*(?::|Table:)[ \t]")
_TEXT_TABLES = ("LNT009", "LNT029")


def merge_caption_findings(context: LintContext, findings: list[Diagnostic]) -> list[Diagnostic]:
    """Merge the finding about the attributes of a table caption into the finding about the table's rows."""
    out = list(findings)
    for caption in findings:
        if caption.code != "LNT016" or caption.span is None:
            continue
        line = caption.span.line
        if not _CAPTION.match(context.lines[line - 1]):
            continue
        end = next((number for number in range(line - 1, 0, -1) if context.prose[number - 1].strip()), 0)
        start = next((number for number in range(end, 0, -1) if not context.prose[number - 1].strip()), 0)
        for rows in findings:
            if rows.code in _TEXT_TABLES and rows.span and start < rows.span.line <= end:
                out = [
                    replace(finding, name=caption.name) if finding == rows else finding
                    for finding in out
                    if finding != caption
                ]
                break
    return out
