"""Values in prose: Jinja expressions in section texts, in a sandbox, over the project's data files."""

from __future__ import annotations

from dataclasses import dataclass

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from triptych.diagnostics import Diagnostic, Span
from triptych.reading.data import DataError, DataFile, DataFolder, number


@dataclass(frozen=True, slots=True)
class DataView:
    """What an expression can ask of a data file: ``data("solar.csv").last("capacity_gw")``."""

    _file: DataFile

    def _cells(self, column: str) -> list[str]:
        return [cell for cell in self._file.column(column) if cell]

    def first(self, column: str) -> str:
        """The first value of a column."""
        return self._cells(column)[0]

    def last(self, column: str) -> str:
        """The last value of a column."""
        return self._cells(column)[-1]

    def at(self, key: str | int, column: str) -> str:
        """The value of a column in the row whose first cell is the key."""
        for row, cell in zip(self._file.rows, self._file.column(column), strict=True):
            if row[0] == str(key):
                return cell
        raise DataError("DAT003", f'{self._file.path} has no row "{key}"')

    def where(self, column: str, value: str) -> DataView:
        """Only the rows with a value in a column."""
        return DataView(self._file.where(column, value))

    def total(self, column: str) -> float:
        """The sum of a column."""
        return sum(number(cell) or 0.0 for cell in self._cells(column))


def format_number(value: str | float, places: int | None = None) -> str:
    """A number with thousands separators; ``places`` decimal places, else as many as were written."""
    text = str(value)
    parsed = number(text)
    if parsed is None:
        raise DataError("DAT003", f'"{text}" is not a number')
    if places is None:
        whole = parsed == int(parsed) and not isinstance(value, str)
        places = 0 if whole else len(text.partition(".")[2])
    return f"{parsed:,.{places}f}".replace("-", "\u2212")


class ValueRenderer:
    """Fills in the expressions of section texts. Line counts stay, so that places stay true."""

    def __init__(self, data: DataFolder) -> None:
        self._data = data
        self._environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
        )
        self._environment.filters["number"] = format_number

    def render(self, path: str, text: str) -> tuple[str, list[Diagnostic]]:
        """A section's text with its expressions filled in; unchanged where one of them fails."""

        def data(name: str) -> DataView:
            return DataView(self._data.open(name if "/" in name else f"data/{name}", beside=path))

        try:
            return self._environment.from_string(text).render(data=data), []
        except jinja2.TemplateSyntaxError as error:
            return text, [_failure(path, error.lineno, error.message or "syntax error")]
        except (jinja2.UndefinedError, SecurityError, DataError, ValueError, IndexError, TypeError) as error:
            return text, [_failure(path, _template_line(error), str(error))]
        except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError) as error:
            return text, [_failure(path, _template_line(error), f"{type(error).__name__}: {error}")]


def _template_line(error: BaseException) -> int:
    """The line of the template that was being rendered: Jinja puts it into the traceback."""
    line, step = 1, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


def _failure(path: str, line: int, message: str) -> Diagnostic:
    hint = 'write {% raw %} … {% endraw %} around text that holds "{{" of its own'
    return Diagnostic(code="TPL001", span=Span(path=path, line=line), message=message, hint=hint)
