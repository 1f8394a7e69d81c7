"""Test that import notes are grouped and counted, and that all are in a file of the project."""

from __future__ import annotations

from tests.triptych_import.conftest import ImportOf
from triptych_import.book import ImportFinding
from triptych_import.importer import NOTES_FILE, format_import_notes

MANY = [ImportFinding(path="a.md", line=n, message=f'undefined citation key "k{n}"', action="kept as literal text") for n in range(1, 21)]  # fmt: skip
ONE = ImportFinding(path="b.md", message="unsupported shortcode video", action="omitted")


def test_the_report_has_every_note() -> None:
    text = format_import_notes("mdBook", [*MANY, ONE])
    assert all(f'a.md:{n}:1: undefined citation key "k{n}"' in text for n in range(1, 21))
    assert "    20  undefined citation key …; kept as literal text" in text


def test_notes_file_is_written_only_if_needed(import_of: ImportOf) -> None:
    assert "gone.md" in import_of({"a.md": "# A\n\n[x](gone.md)\n"}).imported.files[NOTES_FILE].decode()


def test_completely_imported_book_has_no_notes_file(import_of: ImportOf) -> None:
    assert NOTES_FILE not in import_of({"a.md": "# A\n\nText.\n"}).imported.files
