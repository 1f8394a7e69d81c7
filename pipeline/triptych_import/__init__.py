"""Import books that were written for other tools as Triptych projects. README.md describes the package."""

from __future__ import annotations

from triptych_import.book import ImportFinding, UnimportableBook
from triptych_import.importer import (
    IMPORTERS,
    NOTES_FILE,
    Imported,
    Importer,
    import_book,
    import_into,
    make_group_key,
    write_project,
)

__all__ = [
    "IMPORTERS",
    "NOTES_FILE",
    "ImportFinding",
    "Imported",
    "Importer",
    "UnimportableBook",
    "import_book",
    "import_into",
    "make_group_key",
    "write_project",
]
