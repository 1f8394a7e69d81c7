"""What is known of each title's last build, a line of JSON each: whoever kills a run loses none of it.

A line is added when a title is done, and the last line of a title counts. What a killed run has torn is left
out, and so is a line that another user's program wrote (``engine/store/signing.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from triptych.catalog.title_build import Made, State
from triptych.diagnostics import Diagnostic
from triptych.engine.store.signing import signed_line, verified_line
from triptych.engine.whole_files import write_atomically

_NAME = "titles.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """A title as it was built last, the digest of all that it was built of, and those of the numbers of
    others that it knew, by their names.
    """

    key: str
    made: Made
    known: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The entries in a folder, by the names of titles."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _NAME
        self.entries: dict[str, Entry] = {}
        with suppress(OSError):
            content = self._file.read_text("utf-8", "replace") if self._file.is_file() else ""
            for line in content.splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    stored = json.loads(verified_line(_NAME, line))
                    entry = Entry(stored["key"], _made(stored["made"]), stored["known"])
                    self.entries[entry.made.name] = entry

    def add(self, entry: Entry) -> None:
        """Write down what became of a title. Others refer to one that failed as it was, if it ever was."""
        if not entry.made.is_good and (earlier := self.numbers(entry.made.name)):
            entry = replace(entry, made=replace(entry.made, numbers=earlier))
        self.entries[entry.made.name] = entry
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{_line(entry)}\n")

    def numbers(self, name: str) -> Mapping[str, Any]:
        """What others may refer to in a title, {} where it was never built."""
        entry = self.entries.get(name)
        return entry.made.numbers if entry else {}

    def keep(self, names: frozenset[str]) -> None:
        """Forget all titles but these, and what was known of them before."""
        self.entries = {name: entry for name, entry in self.entries.items() if name in names}
        lines = "".join(f"{_line(entry)}\n" for entry in self.entries.values())
        write_atomically(self._file, lines.encode())


def _line(entry: Entry) -> str:
    told = {"key": entry.key, "known": dict(entry.known), "made": to_json(entry.made)}
    return signed_line(_NAME, json.dumps(told))


def to_json(made: Made) -> dict[str, Any]:
    """A JSON object; the keys are stable. Memory is in bytes, time in seconds."""
    values = {one.name: getattr(made, one.name) for one in fields(made)}
    return {**values, "diagnostics": [finding.to_json() for finding in made.diagnostics]}


def _made(stored: Mapping[str, Any]) -> Made:
    found = tuple(map(Diagnostic.from_json, stored["diagnostics"]))
    return Made(**{**stored, "state": State(stored["state"]), "diagnostics": found})
