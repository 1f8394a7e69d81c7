"""Record the last build of each title as a line of JSON.

A line is added when a title is done, and the last line of a title counts, so that a killed run loses none.
Torn lines, and lines that another user's program wrote (``engine/store/signing.py``), are ignored.
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
    """A title as it was built last, the digest of all that it was built of, and those of the numbers of
    others that it knew, by their names.
    """

    key: str
    made: TitleResult
    known: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The entries in a folder, by the names of titles."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _NAME
        self.entries: dict[str, LedgerEntry] = {}
        with suppress(OSError):
            content = self._file.read_text("utf-8", "replace") if self._file.is_file() else ""
            for line in content.splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    stored = json.loads(verify_line(_NAME, line))
                    entry = LedgerEntry(stored["key"], _parse_made(stored["made"]), stored["known"])
                    self.entries[entry.made.name] = entry

    def add(self, entry: LedgerEntry) -> None:
        """Write down what became of a title. Others refer to one that failed as it was, if it ever was."""
        if not entry.made.is_good and (earlier := self.numbers(entry.made.name)):
            entry = replace(entry, made=replace(entry.made, numbers=earlier))
        self.entries[entry.made.name] = entry
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{_format_line(entry)}\n")

    def numbers(self, name: str) -> Mapping[str, Any]:
        """Return what other titles may refer to, {} if the title was never built."""
        entry = self.entries.get(name)
        return entry.made.numbers if entry else {}

    def keep(self, names: frozenset[str]) -> None:
        """Forget all titles but these, and what was known of them before."""
        self.entries = {name: entry for name, entry in self.entries.items() if name in names}
        lines = "".join(f"{_format_line(entry)}\n" for entry in self.entries.values())
        write_atomically(self._file, lines.encode())


def _format_line(entry: LedgerEntry) -> str:
    record = {"key": entry.key, "known": dict(entry.known), "made": made_to_json(entry.made)}
    return sign_line(_NAME, json.dumps(record))


def made_to_json(made: TitleResult) -> dict[str, Any]:
    """Return a JSON object with stable keys. Memory is in bytes, time in seconds."""
    values = {one.name: getattr(made, one.name) for one in fields(made)}
    return {**values, "diagnostics": [finding.to_json() for finding in made.diagnostics]}


def _parse_made(stored: Mapping[str, Any]) -> TitleResult:
    found = tuple(map(Diagnostic.from_json, stored["diagnostics"]))
    return TitleResult(**{**stored, "state": TitleState(stored["state"]), "diagnostics": found})
