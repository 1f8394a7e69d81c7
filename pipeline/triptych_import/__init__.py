"""Import books written for other tools as Triptych projects. README.md describes the package."""

from __future__ import annotations

from triptych_import.book import ImportFailedError, ImportFinding
from triptych_import.importer import (
    IMPORTERS,
    NOTES_FILE,
    Importer,
    ImportResult,
    import_book,
    import_into_folder,
    make_group_key,
    write_project,
)

__all__ = [
    "IMPORTERS",
    "NOTES_FILE",
    "ImportFailedError",
    "ImportFinding",
    "ImportResult",
    "Importer",
    "import_book",
    "import_into_folder",
    "make_group_key",
    "write_project",
]
