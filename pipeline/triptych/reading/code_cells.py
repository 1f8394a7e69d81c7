"""Convert executable code cells of Quarto and knitr, such as ```` ```{python} ````, to listings.

Code is not executed, and pandoc would parse such a fence as prose. A cell becomes a listing without its
options, or nothing if its code is hidden. Cells in a diagram language become diagrams.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.media.diagrams import ENGINES
from triptych.reading.line_scan import Fence, scan_lines
from triptych.yaml_text import load_mapping

OPTION = re.compile(r"^[ \t]*(?:#|//|%%?|--)\|[ \t]?")  # starts an option line
_ARGUMENT = re.compile(
    r"(?<![^\s,(])([\w.-]++)\s*+=\s*+"
    r"(\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|[^,\s()]++(?=\s*+(?:,|$)))"
)
_LABEL = re.compile(r"[ \t,]*([\w:.-]+)[ \t]*(?:,|$)")
_CELL = re.compile(r"[ \t]*\{[ \t]*([A-Za-z][\w+-]*)(?=[\s},])([^{}]*)\}[ \t]*$")
_DIAGRAM = re.compile(rf"(?<![ \t])[ \t]*+\{{({'|'.join(ENGINES)})(?=[\s}}])")
_NO = frozenset(("false", "f", "no"))


@dataclass(frozen=True, slots=True)
class _CodeCell:
    """A code cell. ``option_lines`` is the number of option lines after the opening fence."""

    fence: Fence
    language: str
    options: Mapping[str, str]
    option_lines: int

    @property
    def is_shown(self) -> bool:
        """Whether the document shows the code."""
        return not any(self.options.get(name, "").lower() in _NO for name in ("echo", "include"))

    @property
    def is_executable(self) -> bool:
        """Whether Quarto would execute the code."""
        return self.options.get("eval", "").lower() not in _NO


def convert_code_cells(path: str, body: str) -> tuple[str, list[Diagnostic]]:
    """Replace the code cells in ``body`` with listings, without changing line numbers.

    Report LNT013 at the first executable cell.
    """
    if "{" not in body:
        return body, []
    lines = body.split("\n")
    to_run: list[_CodeCell] = []
    for fence in scan_lines(lines).fences:
        lines[fence.start - 1] = fence.prefix + fence.marker + _DIAGRAM.sub(r" {.\1", fence.info, count=1)
        if (head := _CELL.match(fence.info)) and head.group(1) not in ENGINES:
            cell = _parse_cell(lines, fence, head)
            lines[fence.start - 1 : fence.end] = _make_listing(lines, cell)
            to_run += [cell] if cell.is_executable else []
    return "\n".join(lines), [_report_unexecuted_cells(path, to_run)] if to_run else []


def _parse_cell(lines: list[str], fence: Fence, header: re.Match[str]) -> _CodeCell:
    options = list(takewhile(OPTION.match, lines[fence.start : fence.end - 1]))
    return _CodeCell(fence, header.group(1), read_cell_options(header.group(2), options), len(options))


def _make_listing(lines: list[str], cell: _CodeCell) -> list[str]:
    """Return the lines of a cell as a listing, or empty lines if its code is hidden."""
    fence = cell.fence
    if not cell.is_shown:
        return [fence.prefix.rstrip(), *[""] * (fence.end - fence.start)]
    opening, blanks = fence.prefix + fence.marker + _format_listing_attributes(cell), [""] * cell.option_lines
    # The options become empty lines before the fence. After the fence, they would be part of the listing.
    head = [opening, *blanks] if fence.prefix.strip() else [*blanks, opening]
    return head + lines[fence.start + cell.option_lines : fence.end]


def _format_listing_attributes(cell: _CodeCell) -> str:
    label = cell.options.get("lst-label") or cell.options.get("label", "")
    name = f" #{label}" if label.startswith("lst-") else ""
    caption = " ".join(cell.options.get("lst-cap", "").split()).replace('"', "'")
    return f" {{.{cell.language}{name}" + (f' lst-cap="{caption}"' if caption else "") + "}"


def _report_unexecuted_cells(path: str, cells: list[_CodeCell]) -> Diagnostic:
    first, *others = cells
    consequence = "its code is rendered as a listing" if first.is_shown else "its code and output are omitted"
    others_note = f" (and {len(others)} more in this file)" if others else ""
    message = f"this `{{{first.language}}}` code cell{others_note} is not executed; {consequence}"
    hint = "run `triptych import` on the project to reuse Quarto's frozen results"
    hint += f", or write ```{first.language} for a plain listing"
    if first.language in ("chart", "table"):
        hint = f"use a fenced div instead: `::: {{.{first.language} …}}`, the caption, and `:::`"
    return Diagnostic(code="LNT013", span=Span(path=path, line=first.fence.start), message=message, hint=hint)


def read_cell_options(header: str, lines: Iterable[str]) -> dict[str, str]:
    """Return a cell's options, from its option lines and a header such as ``setup, echo=FALSE``."""
    options = parse_r_arguments(header)
    if label := _LABEL.match(header):
        options["label"] = label.group(1)
    return options | normalise_option_names(load_mapping("\n".join(OPTION.sub("", line) for line in lines)))


def parse_r_arguments(text: str) -> dict[str, str]:
    """Map the names in a list of R arguments to their values."""
    options = {}
    for name, value in _ARGUMENT.findall(text):
        unquoted = value[1:-1] if value[:1] in "\"'" else value
        options[name] = re.sub(r"\\(.)", r"\1", unquoted) if unquoted != value else unquoted
    return normalise_option_names(options)


def normalise_option_names(values: Mapping[str, Any]) -> dict[str, str]:
    """Replace the names of knitr options with Quarto's names."""
    string_values = {
        str(key).replace(".", "-"): value for key, value in values.items() if isinstance(value, str)
    }
    return {{"results": "output"}.get(name, name): value for name, value in string_values.items()}
