"""Open a project's data files: CSV for charts, tables and values, and text files for listings."""

from __future__ import annotations

import csv

from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.data.delimited_text import Notation
from triptych.data.table_parsing import parse_notation, parse_table
from triptych.diagnostics import Diagnostic, Span, did_you_mean, name_character
from triptych.media.xml_parsing import INVALID_CHARACTER
from triptych.model.nodes import Attr
from triptych.project import Project, UnsafePath
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
    """Reads the data files of a project, each only once. ``findings`` collects their diagnostics."""

    def __init__(
        self, project: Project, notation: Notation = _NO_NOTATION, limits: ReadingLimits = DEFAULT_LIMITS
    ) -> None:
        self.findings: list[Diagnostic] = []
        self.notation, self.limits = notation, limits
        self._project = project
        self._files: dict[tuple[str, Notation], tuple[DataFile, list[Diagnostic]]] = {}

    def copy_for_section(self) -> DataFolder:
        """Return a ``DataFolder`` for another section, with the same cached files and its own diagnostics."""
        other = DataFolder(self._project, self.notation, self.limits)
        other._files = self._files
        return other

    def read_file(self, name: str, *, section_path: str, notation: Notation = _NO_NOTATION) -> DataFile:
        """Return a data file. ``name`` is its path relative to the section file at ``section_path``.

        Raise ``DataError`` DAT002 if the file is missing or cannot be parsed, or DAT005 if its delimiter is
        ambiguous or wrong.
        """
        notation = notation.with_defaults(self.notation)
        try:
            path = self._project.locate_file(name, referring_file=section_path)
            if path is None:
                hint = did_you_mean(name, self._project.list_source_files("*.csv"))
                hint = NETWORK_HINT if "://" in name else hint
                raise DataError("DAT002", f'data file "{name}" does not exist', hint)
            if (path, notation) not in self._files:
                text = self._read_text(path, "DAT002")
                _check_data_text(path, text, self.limits.data_rows)
                self._files[path, notation] = parse_table(path, text, notation)
        except UnsafePath as error:
            raise DataError("DAT002", str(error), error.hint) from None
        except csv.Error as error:
            hint = 'double each quotation mark inside a quoted cell: "a ""word"" in quotes"'
            reason, place = str(error), None
            if "end of data" in reason:
                line = _locate_unclosed_quote(text)
                hint = "add the missing quotation mark, or delete the one that opens the cell"
                reason, place = "unclosed quotation mark", Span(path=path or name, line=line)
            message = f'data file "{name}" is not valid CSV: {reason}'
            raise DataError("DAT002", message, hint, file_span=place) from None
        file, notes = self._files[path, notation]
        self.findings += [note for note in notes if note not in self.findings]
        return file

    def read_for_attributes(self, attr: Attr, *, section_path: str) -> DataFile:
        """Return the data file that ``data=`` names, with only the rows that ``where=`` selects.

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
                raise DataError("INC001", f'included file "{name}" does not exist', hint)
            return self._read_text(path, "INC001")
        except UnsafePath as error:
            raise DataError("INC001", str(error), error.hint) from None

    def _read_text(self, path: str, code: str) -> str:
        """Return the text of a file. Raise ``DataError`` if it is not UTF-8 or not in the expected format."""
        try:
            text = self._project.read_text(path)
        except UnicodeDecodeError as error:
            wrong = explain_encoding_error(error, path)
            place = Span(path=path, line=wrong.line, column=wrong.column)
            raise DataError(code, wrong.message, wrong.hint, file_span=place) from None
        if code == "DAT002" and text.lstrip()[:1] in ("[", "{"):
            raise DataError(
                code, "the file is JSON, not CSV", "save the data as CSV", file_span=Span(path=path)
            )
        if code == "DAT002" and text.startswith("PK\x03\x04"):
            raise DataError(code, NOT_TEXT, NOT_TEXT_HINT, file_span=Span(path=path))
        return text


def _locate_unclosed_quote(text: str) -> int:
    """Return the 1-based line of the last quotation mark that opens a cell and is not closed."""
    lines = text.split("\n")
    opened = 0
    for number, line in enumerate(lines, 1):
        if line.count('"') % 2:
            opened = 0 if opened else number
    return opened or len(lines)


def _check_data_text(path: str, text: str, limit: int) -> None:
    """Raise ``DataError`` if a file has merge conflicts, too many lines, or characters not allowed in XML."""
    if conflict := find_conflict(text):
        place = Span(path=path, line=conflict.line)
        raise DataError("DAT002", conflict.message, conflict.hint, file_span=place)
    if (lines := text.count("\n")) > limit:
        message = f"{path} has {lines:,} lines; the limit is {limit:,}"
        raise DataError("DAT002", message, f"aggregate the data, or {make_limit_hint('data-rows')}")
    if wrong := INVALID_CHARACTER.search(text):
        line = text.count("\n", 0, wrong.start()) + 1
        place = Span(path=path, line=line, column=wrong.start() - text.rfind("\n", 0, wrong.start()))
        message = f"the character {name_character(wrong[0])} is not allowed in data"
        hint = "delete the character, or export the file again in the format CSV UTF-8"
        raise DataError("DAT002", message, hint, file_span=place)
