"""The journal of a build: which tasks were asked for, by whichever process, and whether they ran.

Each process adds lines to one file; they are written at once, so that none is torn (POSIX ``write`` with
``O_APPEND``). The journal of the last build is kept beside its record: the difference tells what made a
task run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from triptych.engine.store.cache_folder import read_signed, write_signed
from triptych.engine.tasks import STEPS, Task

JOURNAL = "journal"  # its name, in the folder of temporary files and in the cache

_STEPS = {step.name: step for step in STEPS}
_ORDER = {name: place for place, name in enumerate(_STEPS)}
_Asked: TypeAlias = dict[tuple[str, str], tuple[bool, Mapping[str, str]]]  # step, subject → ran, inputs


@dataclass(frozen=True, slots=True)
class Entry:
    """A task that was asked for. ``because`` names the inputs that made it run; it is empty where there was
    none of its subject before, and where it was remembered.
    """

    step: str
    subject: str
    ran: bool
    because: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What the step makes, for people."""
        return _STEPS[self.step].what


def note(journal: Path, tasks: Iterable[Task[Any]], *, ran: bool) -> None:
    """Write tasks down."""
    rows = ([task.step.name, task.subject, ran, dict(task.inputs), task.key] for task in tasks)
    lines = "".join([f"{json.dumps(row)}\n" for row in rows])
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, lines.encode())
    finally:
        os.close(handle)


def explained(journal: Path, earlier: Path) -> list[Entry]:
    """The tasks of a build in the order of the steps, each once, beside the kept journal of an earlier build.

    What several asked for ran where it ran for one of them.
    """
    now, before = _read(_content(journal)), _read(read_signed(earlier) or b"")
    found = []
    for (step, subject), (ran, inputs) in now.items():
        old = before.get((step, subject), (False, inputs))[1] if ran else inputs
        because = tuple(name for name, value in inputs.items() if old.get(name) != value)
        found.append(Entry(step, subject, ran, because))
    return sorted(found, key=lambda entry: (_ORDER[entry.step], entry.subject))


def asked_for(journal: Path) -> frozenset[tuple[str, str]]:
    """Steps and keys of all that was asked for."""
    return frozenset((step, key) for step, _, _, _, key in _lines(_content(journal)))


def counted(found: Iterable[Entry]) -> dict[str, tuple[int, int]]:
    """For each step how many tasks ran, and how many were remembered."""
    counts: dict[str, tuple[int, int]] = {}
    for entry in found:
        ran, kept = counts.get(entry.step, (0, 0))
        counts[entry.step] = (ran + entry.ran, kept + (not entry.ran))
    return counts


def keep_journal(journal: Path, kept: Path) -> None:
    """Keep the journal of a build, signed, for the next."""
    write_signed(kept, _content(journal))


def _content(journal: Path) -> bytes:
    try:
        return journal.read_bytes()
    except OSError:
        return b""


def _read(content: bytes) -> _Asked:
    asked: _Asked = {}
    for step, subject, ran, inputs, _ in _lines(content):
        asked[step, subject] = asked.get((step, subject), (False, {}))[0] or ran, inputs
    return asked


def _lines(content: bytes) -> Iterator[tuple[str, str, bool, dict[str, str], str]]:
    """What a journal says; a line of another version of the program says nothing."""
    for line in content.decode("utf-8", "replace").splitlines():
        try:
            step, subject, ran, inputs, key = json.loads(line)
        except (ValueError, TypeError):
            continue
        if step in _STEPS:
            yield step, subject, ran, inputs, key
