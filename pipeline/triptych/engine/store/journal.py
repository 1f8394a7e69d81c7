"""Write the journal of a build: the tasks that its processes requested, and whether they ran.

All processes append lines to the same file. Each write is a single system call, so that lines stay intact
(POSIX ``write`` with ``O_APPEND``). ``triptych build --explain`` compares the journal with that of the last
build.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from triptych.engine.store.cache_folder import read_signed, write_signed
from triptych.engine.tasks import CACHED_STEPS, Task

JOURNAL_NAME = "journal"  # file name in the temporary folder and in the cache

_STEPS = {step.name: step for step in CACHED_STEPS}
_ORDER = {name: index for index, name in enumerate(_STEPS)}
# Whether each task ran, and its inputs, by the name of its step and its subject.
_Tasks: TypeAlias = dict[tuple[str, str], tuple[bool, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A task requested in a build.

    ``changed_inputs`` are the names of the inputs that have changed since the last build and caused the task
    to run. It is empty if the result was cached, or if the last build had no task with the same step and
    subject.
    """

    step: str
    subject: str
    has_run: bool
    changed_inputs: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """Return the description of the task's step, for users."""
        return _STEPS[self.step].description


def append_tasks(journal: Path, tasks: Iterable[Task[Any]], *, has_run: bool) -> None:
    """Append tasks to a journal. ``has_run`` is False if their results came from the cache."""
    rows = ([task.step.name, task.subject, has_run, dict(task.inputs), task.key] for task in tasks)
    lines = "".join([f"{json.dumps(row)}\n" for row in rows])
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, lines.encode())
    finally:
        os.close(handle)


def explain_build(journal: Path, last_journal: Path) -> list[JournalEntry]:
    """Return the tasks requested in a build, without repetitions, in the order of the steps.

    Their inputs are compared with those in ``last_journal``, the journal of the last build.
    """
    tasks, before = _read_tasks(_read_journal(journal)), _read_tasks(read_signed(last_journal) or b"")
    entries = []
    for (step, subject), (has_run, inputs) in tasks.items():
        old = before.get((step, subject), (False, inputs))[1] if has_run else inputs
        because = tuple(name for name, value in inputs.items() if old.get(name) != value)
        entries.append(JournalEntry(step, subject, has_run, because))
    return sorted(entries, key=lambda entry: (_ORDER[entry.step], entry.subject))


def list_requested_results(journal: Path) -> frozenset[tuple[str, str]]:
    """Return the step name and the key of each requested result."""
    return frozenset((step, key) for step, _, _, _, key in _parse_lines(_read_journal(journal)))


def count_tasks_by_step(entries: Iterable[JournalEntry]) -> dict[str, tuple[int, int]]:
    """Map the name of each step to its number of tasks that ran, and of cached results."""
    counts: dict[str, tuple[int, int]] = {}
    for entry in entries:
        run_count, cached = counts.get(entry.step, (0, 0))
        counts[entry.step] = (run_count + entry.has_run, cached + (not entry.has_run))
    return counts


def save_journal(journal: Path, target: Path) -> None:
    """Sign a build's journal and save it as ``target`` for the next build."""
    write_signed(target, _read_journal(journal))


def _read_journal(journal: Path) -> bytes:
    try:
        return journal.read_bytes()
    except OSError:
        return b""


def _read_tasks(content: bytes) -> _Tasks:
    """Parse a journal. A task that was requested several times counts as run if it ran at least once."""
    tasks: _Tasks = {}
    for step, subject, has_run, inputs, _ in _parse_lines(content):
        tasks[step, subject] = tasks.get((step, subject), (False, {}))[0] or has_run, inputs
    return tasks


def _parse_lines(content: bytes) -> Iterator[tuple[str, str, bool, dict[str, str], str]]:
    """Yield the values of each line; skip lines written by another version of the program."""
    for line in content.decode("utf-8", "replace").splitlines():
        try:
            step, subject, has_run, inputs, key = json.loads(line)
        except (ValueError, TypeError):
            continue
        if step in _STEPS:
            yield step, subject, has_run, inputs, key
