"""The cache in ``build/.cache``: results of tasks. Deleting the folder loses nothing but time."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from triptych.engine.memory.journal import JOURNAL, note
from triptych.engine.memory.program import digest
from triptych.engine.memory.steps import Form
from triptych.engine.memory.task import Task
from triptych.engine.memory.values import packed, unpacked
from triptych.engine.whole_files import write_atomically

T = TypeVar("T")

_MARK = 32  # bytes of a mark


class Cache:
    """Results by the keys of their tasks, one file each, with a mark of its content at its end.

    With no folder it remembers nothing. What is asked of it is written into the ``journal`` of the build.
    """

    def __init__(self, folder: Path | None, journal: Path | None = None) -> None:
        self.folder, self.journal = folder, journal

    @property
    def journal_of_last_build(self) -> Path:
        """Where the journal of a build is kept for the next."""
        return (self.folder or Path()) / JOURNAL

    def keep_journal(self) -> None:
        """Keep the journal of this build."""
        if self.folder is not None and self.journal is not None and self.journal.exists():
            with suppress(OSError):
                write_atomically(self.journal_of_last_build, self.journal.read_bytes())

    def get(self, task: Task[T]) -> T | None:
        """A stored result, or None; what a disk has damaged was never stored."""
        data: Any = self._read(task)
        if data is None:
            return None
        if task.step.form is Form.VALUES:
            try:
                data = unpacked(data)
            except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError):
                return None
        self._note(task, ran=False)
        result: T = data
        return result

    def put(self, task: Task[T], result: T) -> None:
        """Store a result; a reader never sees half of it. A folder that goes away meanwhile is none."""
        self._note(task, ran=True)
        if self.folder is not None:
            data: Any = packed(result) if task.step.form is Form.VALUES else result
            with suppress(FileNotFoundError):
                write_atomically(self._place(task), data + hashlib.sha256(data).digest())

    def remember(self, task: Task[T], make: Callable[[], T]) -> T:
        """The result of a task, made where it is not there. It is not None."""
        result = self.get(task)
        if result is None:
            result = make()
            self.put(task, result)
        return result

    def remember_all(self, tasks: Sequence[Task[T]], make: Callable[[list[int]], Sequence[T]]) -> list[T]:
        """The results of tasks; those that are not there are made together, by their places."""
        there = {place: result for place, task in enumerate(tasks) if (result := self.get(task)) is not None}
        missing = [place for place in range(len(tasks)) if place not in there]
        for place, result in zip(missing, make(missing) if missing else (), strict=True):
            there[place] = result
            self.put(tasks[place], result)
        return [there[place] for place in range(len(tasks))]

    def _place(self, task: Task[Any]) -> Path:
        assert self.folder is not None
        return self.folder / task.step.name / task.key

    def _read(self, task: Task[Any]) -> bytes | None:
        if self.folder is None:
            return None
        try:
            stored = self._place(task).read_bytes()
        except OSError:
            return None
        data, mark = stored[:-_MARK], stored[-_MARK:]
        return data if hashlib.sha256(data).digest() == mark else None

    def _note(self, task: Task[Any], *, ran: bool) -> None:
        if self.journal is not None and not task.step.slot:
            with suppress(OSError):
                note(self.journal, task, ran=ran)


__all__ = ["Cache", "Task", "digest", "write_atomically"]
