"""Titles taken away again: their outputs as they were built, and what is kept of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from triptych.catalog.ledger import Ledger
from triptych.catalog.places import link_in_the_way, numbers_file, outputs_of, records_of
from triptych.catalog.titles import Catalog, Title
from triptych.engine.freshness import digest_of
from triptych.project import is_link


def clean(catalog: Catalog, titles: Sequence[Title]) -> list[Path]:
    """Remove the outputs of some titles as they were built, with what is kept of them → what is gone."""
    records, removed = records_of(catalog), []
    ledger = Ledger(records)
    for name in [title.name for title in titles]:
        if link_in_the_way(catalog, name):
            continue
        folder = outputs_of(catalog, name)
        entry = ledger.entries.pop(name, None)
        for file, sealed in entry.made.outputs.items() if entry else ():
            if digest_of(folder / file) == sealed:
                (folder / file).unlink()
                removed.append(folder / file)
        numbers_file(catalog, name).unlink(missing_ok=True)
        _remove_empty(folder, catalog.output_folder)
    if ledger.entries:
        ledger.keep(frozenset(ledger.entries))
    elif records.is_dir() and not is_link(records):
        shutil.rmtree(records)
        removed.append(records)
    return removed


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder and those above it as far as nothing is in them."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
