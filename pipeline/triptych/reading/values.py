"""Evaluate Jinja expressions in sections, in a sandbox with access to the project's data files."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import jinja2
from jinja2.exceptions import SecurityError

from triptych.data.data_file import DataError, DataFile, count_decimals, parse_number
from triptych.data.folder import DataFolder
from triptych.data.table_parsing import parse_notation
from triptych.diagnostics import Diagnostic, Span, format_message
from triptych.languages.numerals import format_number as written_number
from triptych.model.charts import sum_as_decimals
from triptych.settings.values import make_limit_hint
from triptych.template_views import template_function, template_view
from triptych.theme.sandbox import BoundedEnvironment, TemplateLimits
from triptych.theme.templating import reword_jinja_error

_MAX_SECTION_LENGTH = 8_000_000  # maximum length of a rendered section in characters
_MAX_TAGS = 20_000  # maximum number of expressions in a section
_MAX_CODE_LENGTH = 400_000  # maximum length of all expressions in a section, in characters
_MAX_PLACES = 30  # maximum number of decimal places
_MAX_CANDIDATES = 30  # number of expressions on a line to try in order to find the one that fails
_TRIAL_SECONDS = 0.5  # CPU time for each attempt; after a longer one, no other expression is tried
_ROWS_PER_STEP = 100  # number of rows of a data file that count as a step
_TAG = re.compile(r"\{\{|\{%|\{##")
_CLOSING_DELIMITERS = {"{{": "}}", "{%": "%}", "{##": "##}"}
_RAW = "correct the expression, or put {% raw %} and {% endraw %} around literal braces"
_DISABLED_FILTERS = frozenset(
    "center format indent pprint xmlattr tojson wordwrap urlize striptags random slice batch".split()
)
_HINTS = (  # pairs of words in Jinja's message and a hint
    (
        "unknown filter",
        f"use `number`, or a filter of Jinja other than {', '.join(sorted(_DISABLED_FILTERS))}",
    ),
    (
        "is not defined",
        'write {{< var name >}} for a variable, {{ data("file.csv").last("column") }} for a data value, '
        "or {% raw %}…{% endraw %} around literal braces",
    ),
    ("of CPU time", f"simplify the expressions, or {make_limit_hint('section-time')}"),
    ("nested too deeply", "split long expressions, and end the recursion of macros"),
    ("of memory", "build smaller texts and lists"),
    ("expressions take more than", make_limit_hint("expression-steps")),
    ('unexpected "}"', "close the expression with }}"),
    ('found "}"', "add the missing bracket"),
    ("has no {% end", "add the missing tag after the text"),
    ("unknown tag", "check the name of the tag"),
    ("is not closed", "close the expression with }} or %}"),
)
_MARK_IN_MESSAGE = r"\ue000"
_METHOD = re.compile(r"\b\w+\._?(\w+\(\))")  # from Python's messages about arguments
_LINE_MARK = re.compile("\ue000(\\d+)\ue001")


T = TypeVar("T")


@template_view("first", "last", "at", "where", "total")
@dataclass(frozen=True, slots=True, eq=False)
class DataView:
    """A data file for use in expressions: ``data("solar.csv").last("capacity_gw")``.

    ``_count_rows`` is called with the number of rows that a method reads. Results are cached in ``_results``,
    because expressions in loops often read the same values of large files.
    """

    _file: DataFile
    _count_rows: Callable[[int], object]
    _results: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def first(self, column: str) -> str:
        """Return the first value in a column."""
        return self._find_filled_cell("first", column, self._file.rows)

    def last(self, column: str) -> str:
        """Return the last value in a column."""
        return self._find_filled_cell("last", column, reversed(self._file.rows))

    def _find_filled_cell(self, method: str, column: str, rows: Iterable[tuple[str, ...]]) -> str:
        """Return the first non-empty cell of a column in ``rows``."""

        def find() -> str:
            index = self._file.get_column_index(column)
            count, cell = next(((n, row[index]) for n, row in enumerate(rows, 1) if row[index]), (0, ""))
            self._count_rows(count)
            if not count:
                raise DataError("DAT003", f'column "{column}" of {self._file.path} has no values')
            return self._file.replace_decimal_comma(cell)

        return self._keep((method, column), find)

    def at(self, key: str | int, column: str) -> str:
        """Return the value of a column in the row whose first cell is ``key``."""
        column_index = self._file.get_column_index(column)
        index = self._index_column(self._file.columns[0]).get(str(key))
        if index is None:
            raise DataError("DAT003", f'no row of {self._file.path} starts with "{key}"')
        return self._file.replace_decimal_comma(self._file.rows[index[0]][column_index])

    def where(self, column: str, value: str) -> DataView:
        """Return the rows with ``value`` in a column, as a new ``DataView``."""

        def find() -> DataView:
            indices = self._index_column(column).get(value)
            self._count_rows(len(indices or ()))
            # If there are no rows, `filter_by_value` raises the error.
            rows = self._file.select_rows(indices) if indices else self._file.filter_by_value(column, value)
            return DataView(rows, self._count_rows)

        return self._keep(("where", column, value), find)

    def total(self, column: str) -> float:
        """Return the sum of the numbers in a column."""

        def add() -> float:
            self._count_rows(len(self._file.rows))
            cells = enumerate(self._file.get_column(column))
            values = (
                self._file.parse_cell(cell, column=column, row=self._file.get_row_number(i))
                for i, cell in cells
            )
            return sum_as_decimals(value or 0.0 for value in values)

        return self._keep(("total", column), add)

    def _index_column(self, column: str) -> dict[str, list[int]]:
        """Map the text of each cell in a column, and its variant with a decimal point, to row indices."""

        def index() -> dict[str, list[int]]:
            self._count_rows(len(self._file.rows))
            rows_by_cell: dict[str, list[int]] = {}
            for row, cell in enumerate(self._file.get_column(column)):
                rows_by_cell.setdefault(cell, []).append(row)
                if (number := self._file.replace_decimal_comma(cell)) != cell:
                    rows_by_cell.setdefault(number, []).append(row)
            return rows_by_cell

        return self._keep(("index", column), index)

    def _keep(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        if key not in self._results:
            self._results[key] = compute()
        result: T = self._results[key]
        return result


def format_number(value: str | float, places: int | None = None, *, language: str = "en") -> str:
    """Format a number for a language, with ``places`` decimal places, or else with all its decimals."""
    # Sums of binary fractions are inexact from the 16th digit.
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    try:
        parsed = parse_number(text)
    except ValueError:
        parsed = None
    if parsed is None:
        hint = 'write data("file.csv", decimal=",") if the comma is a decimal separator'
        raise DataError("DAT003", f'"{text}" is not a number', hint if "," in text else None)
    if places is not None and abs(places) > _MAX_PLACES:
        raise DataError("DAT003", f"the number of decimal places is {places}; the limit is {_MAX_PLACES}")
    if places is None:
        places = 0 if (parsed == int(parsed) and not isinstance(value, str)) else count_decimals(text)
    return written_number(parsed, places, language)


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text with its expressions replaced by their values.

    ``lines`` maps the lines of the text to line numbers in the section. It is None if they are the same.
    """

    text: str
    lines: tuple[int, ...] | None = None
    findings: list[Diagnostic] = field(default_factory=list)


class ValueRenderer:
    """Replaces Jinja expressions in sections with their values."""

    def __init__(self, data: DataFolder, language: str = "en") -> None:
        self._data = data
        filters = {"number": partial(format_number, language=language)}
        self._sandbox = Sandbox(filters, data.limits.expression_steps, data.limits.section_time)
        self._views: dict[tuple[str, str, str, str], DataView] = {}

    def render(self, path: str, text: str) -> RenderedText:
        """Return a section's text with its expressions replaced, or unchanged if an expression fails."""
        if "{{" not in text and "{%" not in text and "{##" not in text:
            return RenderedText(text)
        marked = text if re.search(r"\{(?:[%{]|##)-|-(?:[%}]|##)\}", text) else _prepend_line_numbers(text)
        try:
            result = self._render_template(path, marked)
        except Exception as error:
            # An error in an expression is reported to the author and does not end the program.
            return RenderedText(text, None, [self._report_failure(path, text, error)])
        return _remove_line_numbers(result) if marked is not text else RenderedText(result)

    def _render_template(self, path: str, text: str, seconds: float | None = None) -> str:
        @template_function
        def data(name: str, delimiter: str = "", decimal: str = "") -> DataView:
            key = (path, name, delimiter, decimal)
            if key not in self._views:
                notation = parse_notation(delimiter, decimal)
                file = self._data.read_file(name, section_path=path, notation=notation, default_folder="data")
                self._views[key] = DataView(file, self._count_rows)
            return self._views[key]

        if sum(map(text.count, _CLOSING_DELIMITERS)) > _MAX_TAGS:
            raise SecurityError(f"the section has more than {_MAX_TAGS:,} expressions")
        if sum(end - start for start, end in _find_tags(text)) > _MAX_CODE_LENGTH:
            raise SecurityError(
                f"the expressions of the section have more than {_MAX_CODE_LENGTH:,} characters"
            )
        size, parts = 0, []
        self._sandbox.reset_counters(seconds)
        for part in self._sandbox.from_string(text).generate(data=data):
            size += len(part)
            if size > _MAX_SECTION_LENGTH:
                raise SecurityError(f"the section expands to more than {_MAX_SECTION_LENGTH:,} characters")
            parts.append(part)
        return "".join(parts)

    def _count_rows(self, count: int) -> None:
        self._sandbox.step(count=count // _ROWS_PER_STEP)

    def _report_failure(self, path: str, text: str, error: Exception) -> Diagnostic:
        """Return TPL001 for a failed expression, at the position of the expression if known."""
        line = error.lineno if isinstance(error, jinja2.TemplateSyntaxError) else _find_template_line(error)
        message = _describe_error(error)
        if _MARK_IN_MESSAGE in message:  # the parser stops at the line after an unclosed expression
            line, message = line - 1, "the expression is not closed"
        column = self._find_column(path, text, line, message)
        hint = error.hint if isinstance(error, DataError) else None
        default_hint = _RAW if isinstance(error, jinja2.TemplateSyntaxError) else None
        hint = hint or next((known_hint for word, known_hint in _HINTS if word in message), default_hint)
        span = Span(path=path, line=line, column=column)
        if isinstance(error, DataError) and error.file_span:
            span = error.file_span
        return Diagnostic(code="TPL001", span=span, message=message, hint=hint)

    def _find_column(self, path: str, text: str, line: int, message: str) -> int:
        """Return the column of the expression that causes ``message``, or of the first one on the line."""
        lines = text.split("\n")
        source = lines[line - 1] if line <= len(lines) else ""
        tag_starts = [match.start() + 1 for match in re.finditer(r"\{[{%]", source)]
        end_of_trials = time.thread_time() + _TRIAL_SECONDS
        for start, end in islice(_find_tags(source), _MAX_CANDIDATES):
            if time.thread_time() > end_of_trials:
                break
            try:
                self._render_template(path, source[start:end], _TRIAL_SECONDS)
            except Exception as error:
                if _describe_error(error) == message:
                    return start + 1
        return tag_starts[0] if tag_starts else 1


def _describe_error(error: Exception) -> str:
    """Return the message of an exception as one line."""
    if isinstance(error, DataError | jinja2.TemplateSyntaxError):
        return format_message(reword_jinja_error(error.message or "syntax error"))
    if isinstance(error, RecursionError):
        return "the expressions are nested too deeply"
    text = format_message(reword_jinja_error(str(error)))
    text = _METHOD.sub(r"\1", text) if isinstance(error, TypeError) else text
    plain = isinstance(
        error, jinja2.UndefinedError | SecurityError | ValueError | TypeError | ArithmeticError
    )
    return text if plain and text else f"{type(error).__name__}: {text}".rstrip(": ")


def _find_tags(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end offsets of each closed expression, statement and comment."""
    place, open_for_ever = 0, set[str]()
    while match := _TAG.search(text, place):
        kind = match.group()
        end = -1 if kind in open_for_ever else text.find(_CLOSING_DELIMITERS[kind], match.end())
        if end < 0:
            open_for_ever.add(kind)
            place = match.start() + 1
        else:
            place = end + len(_CLOSING_DELIMITERS[kind])
            yield match.start(), place


def _prepend_line_numbers(text: str) -> str:
    """Prepend the line number to each line, except to lines that start inside a Jinja tag."""
    tags = list(_find_tags(text))
    out, offset, place = [], 0, 0
    for number_, line in enumerate(text.split("\n"), 1):
        while place < len(tags) and tags[place][1] <= offset:
            place += 1
        is_inside_tag = place < len(tags) and tags[place][0] < offset
        out.append(line if is_inside_tag else f"\ue000{number_}\ue001{line}")
        offset += len(line) + 1
    return "\n".join(out)


def _remove_line_numbers(text: str) -> RenderedText:
    """Remove the line numbers added by ``_prepend_line_numbers``, and use them to map lines."""
    lines, numbers, last = [], [], 1
    for line in text.split("\n"):
        match = _LINE_MARK.search(line)
        last = int(match.group(1)) if match else last
        lines.append(_LINE_MARK.sub("", line))
        numbers.append(last)
    is_unchanged = numbers == list(range(1, len(numbers) + 1))
    return RenderedText("\n".join(lines), None if is_unchanged else tuple(numbers))


def _find_template_line(error: BaseException) -> int:
    """Return the line number in the template from an exception's traceback."""
    line, step = 1, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


_MAX_VALUE_LENGTH = 1_000_000  # maximum length of one value in characters
_MAX_TOTAL_LENGTH = 100_000_000


# Filters with very long output, random output or long running time.
class Sandbox(BoundedEnvironment):
    """A Jinja sandbox for authors' expressions, with ``filters`` in addition to Jinja's own.

    ``steps`` limits the iterations of all loops, macros and filters in a text, and ``seconds`` the processor
    time. Forbidden operations raise ``SecurityError``.
    """

    def __init__(self, filters: Mapping[str, Callable[..., Any]], steps: int, seconds: float) -> None:
        settings: dict[str, Any] = {
            "undefined": jinja2.StrictUndefined,
            "keep_trailing_newline": True,
            "autoescape": False,
            # Jinja's default comment delimiter would also match the start of an id in Markdown: {#sec-one}.
            "comment_start_string": "{##",
            "comment_end_string": "##}",
        }
        super().__init__(
            TemplateLimits(steps, _MAX_VALUE_LENGTH, _MAX_TOTAL_LENGTH, seconds),
            _DISABLED_FILTERS,
            **settings,
        )
        self.globals = {"range": self.globals["range"]}
        self.add_filters(filters)
