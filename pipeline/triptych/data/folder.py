"""Open a project's data files: CSV for charts, tables and values, and text files for listings."""

from __future__ import annotations

import csv

from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.data.delimited_text import CellTooLongError, Notation
from triptych.data.table_parsing import parse_notation, parse_table
from triptych.diagnostics import Diagnostic, Span, did_you_mean, name_character
from triptych.media.xml_parsing import INVALID_CHARACTER
from triptych.model.nodes import Attr
from triptych.project import Project, UnsafePathError
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits, make_limit_hint
from triptych.text_problems import (
    NETWORK_HINT,
    NOT_TEXT,
    NOT_TEXT_HINT,
    explain_encoding_error,
    find_conflict,
)

_NO_NOTATION = Notation()


class DataFolder:
    """Reads the data files of a project, each only once. ``findings`` collects the diagnostics."""

    def __init__(
        self, project: Project, notation: Notation = _NO_NOTATION, limits: ReadingLimits = DEFAULT_LIMITS
    ) -> None:
        self.findings: list[Diagnostic] = []
        self.notation, self.limits = notation, limits
        self._project = project
        self._files: dict[tuple[str, Notation], tuple[DataFile, list[Diagnostic]]] = {}

    def copy_for_section(self) -> DataFolder:
        """Return a ``DataFolder`` for another section, which shares cached files but not diagnostics."""
        other = DataFolder(self._project, self.notation, self.limits)
        other._files = self._files
        return other

    def read_file(
        self, name: str, *, section_path: str, notation: Notation = _NO_NOTATION, default_folder: str = ""
    ) -> DataFile:
        """Return a data file. ``name`` is its path relative to the section file at ``section_path``.

        A name without a slash is in ``default_folder``, if that is given. Raise ``DataError`` DAT002 if the
        file is missing or cannot be parsed, or DAT005 if its delimiter is ambiguous or wrong.
        """
        notation = notation.with_defaults(self.notation)
        if default_folder and "/" not in name:
            name = f"{default_folder}/{name}"
        try:
            path = self._project.locate_file(name, referring_file=section_path)
            if path is None:
                files = self._project.list_source_files("*.csv")
                if default_folder:
                    files = [file if "/" in file else f"./{file}" for file in files]
                hint = did_you_mean(name, files)
                hint = NETWORK_HINT if "://" in name else hint
                reason = self._project.describe_missing_file(name, referring_file=section_path)
                raise DataError("DAT002", f'data file "{name}" {reason}', hint)
            if (path, notation) not in self._files:
                text = self._read_text(path, "DAT002")
                _check_data_text(path, text, self.limits.data_rows)
                self._files[path, notation] = parse_table(path, text, notation)
        except UnsafePathError as error:
            raise DataError("DAT002", str(error), error.hint) from None
        except csv.Error as error:
            raise _explain_csv_error(error, name, path or name, text) from None
        file, notes = self._files[path, notation]
        self.findings += [note for note in notes if note not in self.findings]
        return file

    def read_for_attributes(self, attr: Attr, *, section_path: str) -> DataFile:
        """Return the data file named by ``data=``, with only the rows selected by ``where=``.

        The attributes ``delimiter`` and ``decimal`` override the notation of the file.
        """
        notation = parse_notation(attr.get("delimiter"), attr.get("decimal"))
        with set_error_attribute("data"):
            file = self.read_file(attr.get("data"), section_path=section_path, notation=notation)
        with set_error_attribute("where"):
            return file.filter_rows(attr.get("where"))

    def read_listing(self, name: str, *, section_path: str) -> str:
        """Return the text of a file that a listing includes.

        ``name`` is its path relative to the section file at ``section_path``. Raise ``DataError`` INC001 if
        the file is missing, outside the project or not text.
        """
        try:
            path = self._project.locate_file(name, referring_file=section_path)
            if path is None:
                hint = did_you_mean(name, self._project.list_source_files())
                reason = self._project.describe_missing_file(name, referring_file=section_path)
                raise DataError("INC001", f'included file "{name}" {reason}', hint)
            return self._read_text(path, "INC001")
        except UnsafePathError as error:
            raise DataError("INC001", str(error), error.hint) from None

    def _read_text(self, path: str, code: str) -> str:
        """Return the text of a file. Raise ``DataError`` if it is not UTF-8 or not in the expected format."""
        try:
            text = self._project.read_text(path)
        except UnicodeDecodeError as error:
            problem = explain_encoding_error(error, path)
            place = Span(path=path, line=problem.line, column=problem.column)
            raise DataError(code, problem.message, problem.hint, file_span=place) from None
        if code == "DAT002" and text.lstrip()[:1] in ("[", "{"):
            raise DataError(
                code, "the file is JSON, not CSV", "save the data as CSV", file_span=Span(path=path)
            )
        if code == "DAT002" and text.startswith("PK\x03\x04"):
            raise DataError(code, NOT_TEXT, NOT_TEXT_HINT, file_span=Span(path=path))
        return text


def _explain_csv_error(error: csv.Error, name: str, path: str, text: str) -> DataError:
    message = f'data file "{name}" is not valid CSV'
    if "end of data" in str(error) or (isinstance(error, CellTooLongError) and text.count('"') % 2):
        hint = "close the quoted field, or delete its opening quotation mark"
        place = Span(path=path, line=_locate_unclosed_quote(text))
        return DataError("DAT002", f"{message}: unclosed quotation mark", hint, file_span=place)
    if isinstance(error, CellTooLongError):
        hint = "shorten the cell, or move its text into a section"
        return DataError("DAT002", str(error), hint, file_span=Span(path=path, line=error.line))
    hint = 'double each quotation mark inside a quoted cell: "a ""word"" in quotes"'
    return DataError("DAT002", f"{message}: {error}", hint)


def _locate_unclosed_quote(text: str) -> int:
    """Return the 1-based line of the last quotation mark that opens a cell and is not closed."""
    lines = text.split("\n")
    opening_line = 0
    for number, line in enumerate(lines, 1):
        if line.count('"') % 2:
            opening_line = 0 if opening_line else number
    return opening_line or len(lines)


def _check_data_text(path: str, text: str, limit: int) -> None:
    """Raise ``DataError`` if a file has merge conflicts, too many lines, or characters forbidden in XML."""
    if conflict := find_conflict(text):
        place = Span(path=path, line=conflict.line)
        raise DataError("DAT002", conflict.message, conflict.hint, file_span=place)
    if (lines := text.count("\n")) > limit:
        message = f"{path} has {lines:,} lines; the limit is {limit:,}"
        raise DataError("DAT002", message, f"aggregate the data, or {make_limit_hint('data-rows')}")
    if match := INVALID_CHARACTER.search(text):
        line = text.count("\n", 0, match.start()) + 1
        place = Span(path=path, line=line, column=match.start() - text.rfind("\n", 0, match.start()))
        message = f"the character {name_character(match[0])} is not allowed in data files"
        hint = "delete the character, or export the file again as CSV UTF-8"
        raise DataError("DAT002", message, hint, file_span=place)
