"""Files of a project that are read as data: CSV for charts, tables and values, texts for listings."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from triptych.diagnostics import did_you_mean
from triptych.project import Project, UnsafePath


class DataError(Exception):
    """Something is wrong with a data file or with what is asked of it by an attribute."""

    def __init__(self, code: str, message: str, hint: str | None = None, attribute: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.attribute = attribute


@contextmanager
def asked_by(attribute: str) -> Iterator[None]:
    """Name the attribute that asked for what is wrong, where none is named."""
    try:
        yield
    except DataError as error:
        error.attribute = error.attribute or attribute
        raise


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV file: its header and rows of text, each as long as the header.

    ``numbers`` counts rows as a spreadsheet does, the header being row 1; empty where all follow it.
    """

    path: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()

    def row_number(self, index: int) -> int:
        """The number of a row in the file, also where others were left out."""
        return self.numbers[index] if self.numbers else index + 2

    def column(self, name: str) -> tuple[str, ...]:
        """All values of a column. Raises ``DataError`` DAT001."""
        if name not in self.columns:
            hint = did_you_mean(name, self.columns) or f"its columns: {', '.join(self.columns)}"
            raise DataError("DAT001", f'{self.path} has no column "{name}"', hint)
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)

    def where(self, column: str, value: str) -> DataFile:
        """Only the rows that hold a value in a column. Raises ``DataError``."""
        keep = self.column(column)
        kept = [index for index, cell in enumerate(keep) if cell == value]
        if not kept:
            hint = did_you_mean(value, keep)
            raise DataError("DAT003", f'{self.path} has no row with {column} "{value}"', hint)
        numbers = tuple(self.row_number(index) for index in kept)
        return DataFile(self.path, self.columns, tuple(self.rows[index] for index in kept), numbers)

    def matching(self, conditions: str) -> DataFile:
        """Only the rows that meet all of ``COLUMN=VALUE; COLUMN=VALUE``. Raises ``DataError``."""
        file = self
        for condition in filter(None, map(str.strip, conditions.split(";"))):
            column, sign, value = condition.partition("=")
            if not sign:
                hint = "write COLUMN=VALUE, and ; between conditions"
                raise DataError("CHT001", f'"{condition}" is no condition', hint)
            file = file.where(column.strip(), value.strip())
        return file


def number(text: str) -> float | None:
    """A cell's number, None for an empty cell. Raises ValueError for other text."""
    text = text.strip().replace("\u2212", "-")
    if text in ("", "NA", "n/a", "-", "–"):
        return None
    value = float(text.replace("_", "?"))  # Python would read 1_000; a spreadsheet does not
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(text)
    return value


def decimals(cell: str) -> int:
    """How many decimal places a number is written with; none where it has an exponent."""
    return 0 if "e" in cell.lower() else len(cell.strip().partition(".")[2])


class DataFolder:
    """Reads data files of a project, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._files: dict[str, DataFile] = {}

    def open(self, name: str, *, beside: str) -> DataFile:
        """A data file that a section names. Raises ``DataError`` DAT002."""
        try:
            path = self._project.locate(name, beside=beside)
            if path is None:
                raise DataError("DAT002", f'no data file "{name}"', self._nearest(name))
            if path not in self._files:
                self._files[path] = _parse(path, self._project.read_text(path))
        except UnsafePath as error:
            raise DataError("DAT002", str(error)) from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise DataError("DAT002", f"{name} cannot be read: {error}") from None
        return self._files[path]

    def text(self, name: str, *, beside: str) -> str:
        """The text of a file that a listing includes. Raises ``DataError`` INC001."""
        try:
            path = self._project.locate(name, beside=beside)
            if path is None:
                folder = self._project.root / "source"
                names = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
                raise DataError("INC001", f'no file "{name}" to include', did_you_mean(name, names))
            return self._project.read_text(path)
        except (UnsafePath, UnicodeDecodeError) as error:
            raise DataError("INC001", f'"{name}" cannot be included: {error}') from None

    def _nearest(self, name: str) -> str | None:
        folder = self._project.root / "source"
        return did_you_mean(name, (file.relative_to(folder).as_posix() for file in folder.rglob("*.csv")))


def code_region(source: str, *, lines: str, region: str) -> str:
    """Part of a file: ``lines`` as in 3-10, or what stands between ``region: NAME`` and ``endregion``.

    Common indentation is taken off. Raises ``DataError`` INC001 where there is no such part.
    """
    rows = source.removesuffix("\n").split("\n")
    if region:
        start = next(
            (i for i, row in enumerate(rows) if re.search(rf"\bregion:?\s+{re.escape(region)}\b", row)), None
        )
        if start is None:
            raise DataError(
                "INC001", f'the file has no region "{region}"', 'mark it with "region: NAME" and "endregion"'
            )
        rest = rows[start + 1 :]
        end = next((i for i, row in enumerate(rest) if re.search(r"\bendregion\b", row)), len(rest))
        rows = rest[:end]
    if lines:
        match = re.fullmatch(r"(\d+)?-?(\d+)?", lines)
        if match is None:
            raise DataError("INC001", f'"{lines}" is no range of lines', "write it as in 3-10")
        first = int(match.group(1) or 1)
        last = int(match.group(2)) if match.group(2) else (len(rows) if "-" in lines else first)
        rows = rows[first - 1 : last]
    return textwrap.dedent("\n".join(rows))


def _parse(path: str, text: str) -> DataFile:
    written = enumerate(csv.reader(io.StringIO(text), strict=True), 1)
    numbered = [(number, row) for number, row in written if any(cell.strip() for cell in row)]
    rows = [row for _, row in numbered]
    if len(rows) < 2:
        raise DataError("DAT002", f"{path} needs a header line and at least one row")
    header = tuple(cell.strip() for cell in rows[0])
    twice = next((name for index, name in enumerate(header) if name and name in header[:index]), None)
    if twice is not None:
        raise DataError("DAT002", f'{path} has two columns called "{twice}"')
    for index, row in numbered[1:]:
        if len(row) != len(header):
            raise DataError("DAT002", f"{path}: row {index} has {len(row)} cells, the header {len(header)}")
    body = tuple(tuple(cell.strip() for cell in row) for row in rows[1:])
    return DataFile(path, header, body, tuple(number for number, _ in numbered[1:]))
