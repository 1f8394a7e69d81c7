"""Record the last result of each catalogue title in a JSON Lines file.

A line is appended when a title is done, so that an interrupted run keeps its results. A later line replaces
earlier lines of the same title. Incomplete lines, and lines not signed by this user
(``engine/store/signing.py``), are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from triptych.catalog.title_build import TitleResult, TitleState
from triptych.diagnostics import Diagnostic
from triptych.engine.files import write_atomically
from triptych.engine.store.signing import sign_line, verify_line

_NAME = "titles.jsonl"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The last result of a title, and the digests of its inputs.

    ``key`` is the digest of the title's own inputs. ``numbering_digests`` maps the names of other titles to
    digests of the numbering tables used for cross-references.
    """

    key: str
    result: TitleResult
    numbering_digests: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The last results of all titles by name, stored in ``titles.jsonl`` in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _NAME
        self.entries: dict[str, LedgerEntry] = {}
        with suppress(OSError):
            content = self._file.read_text("utf-8", "replace") if self._file.is_file() else ""
            for line in content.splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    stored = json.loads(verify_line(_NAME, line))
                    entry = LedgerEntry(stored["key"], _parse_result(stored["result"]), stored["known"])
                    self.entries[entry.result.name] = entry

    def add_entry(self, entry: LedgerEntry) -> None:
        """Record an entry.

        If its title failed, keep the earlier numbering table, since other titles may refer to it.
        """
        if not entry.result.is_successful and (earlier := self.get_numbering_table(entry.result.name)):
            entry = replace(entry, result=replace(entry.result, numbers=earlier))
        self.entries[entry.result.name] = entry
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{_format_line(entry)}\n")

    def get_numbering_table(self, name: str) -> Mapping[str, Any]:
        """Return a title's numbering table for cross-references, or {} if it was never built."""
        entry = self.entries.get(name)
        return entry.result.numbers if entry else {}

    def retain_titles(self, names: frozenset[str]) -> None:
        """Rewrite the file with only the latest entries of the titles in ``names``."""
        self.entries = {name: entry for name, entry in self.entries.items() if name in names}
        lines = "".join(f"{_format_line(entry)}\n" for entry in self.entries.values())
        write_atomically(self._file, lines.encode())


def _format_line(entry: LedgerEntry) -> str:
    record = {
        "key": entry.key,
        "known": dict(entry.numbering_digests),
        "result": result_to_json(entry.result),
    }
    return sign_line(_NAME, json.dumps(record))


def result_to_json(result: TitleResult) -> dict[str, Any]:
    """Return a title's result as a JSON object. The keys are the fields of ``TitleResult``."""
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    return {**values, "diagnostics": [finding.to_json() for finding in result.diagnostics]}


def _parse_result(stored: Mapping[str, Any]) -> TitleResult:
    diagnostics = tuple(map(Diagnostic.from_json, stored["diagnostics"]))
    return TitleResult(**{**stored, "state": TitleState(stored["state"]), "diagnostics": diagnostics})
