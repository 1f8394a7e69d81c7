"""The cache, in ``build/.cache`` or where several projects share one: results of tasks.

Deleting the folder loses nothing but time.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from triptych.engine.memory.far import Far
from triptych.engine.memory.journal import JOURNAL, asked_for, note
from triptych.engine.memory.program import digest
from triptych.engine.memory.pruning import begin, count_written, mark_used, prune
from triptych.engine.memory.steps import Form
from triptych.engine.memory.task import Task
from triptych.engine.memory.values import packed, unpacked
from triptych.engine.processes.staying import keep, kept
from triptych.engine.whole_files import write_atomically

T = TypeVar("T")
U = TypeVar("U")

_MARK = 32  # bytes of a mark


class Cache:
    """Results by the keys of their tasks, one file each, with a mark of its content at its end.

    With no folder it remembers nothing. What is asked of it is written into the ``journal`` of the build,
    which belongs to the project, as slots do: it is kept in the folder of ``records``, by default the cache.
    ``limit`` is how many bytes of results are kept, None where nobody has said. Behind the folder there may
    be an ``address`` of results that machines share (``far.py``).
    """

    def __init__(
        self,
        folder: Path | None,
        journal: Path | None = None,
        records: Path | None = None,
        address: str = "",
    ) -> None:
        self.folder, self.journal, self.records = folder, journal, records or folder
        self._far = Far(address) if address else None
        self.limit: int | None = None

    @property
    def journal_of_last_build(self) -> Path:
        """Where the journal of a build is kept for the next."""
        return (self.records or Path()) / JOURNAL

    def keep_journal(self) -> None:
        """Keep the journal of this build."""
        if self.records is not None and self.journal is not None and self.journal.exists():
            with suppress(OSError):
                write_atomically(self.journal_of_last_build, self.journal.read_bytes())

    def forget_journal(self) -> None:
        """Begin the journal of another build."""
        if self.journal is not None:
            self.journal.unlink(missing_ok=True)

    def prune(self) -> None:
        """Keep to the limit; what this build has asked for stays."""
        if self.folder is not None and self.limit is not None:
            journal = self.journal
            prune(self.folder, self.limit, lambda: asked_for(journal) if journal else ())

    def get(self, task: Task[T]) -> T | None:
        """A stored result, or None; what a disk has damaged was never stored."""
        result: T | None = self._result(task)
        if result is not None:
            self._note([task], ran=False)
        return result

    def get_as(self, task: Task[Any], unpack: Callable[[bytes], U | None]) -> U | None:
        """What a stored result says, which nobody changes, or None. A process that stays unpacks it once, but
        for slots.
        """
        return self.get_all_as([task], unpack).get(task.key)

    def get_all_as(self, tasks: Iterable[Task[Any]], unpack: Callable[[bytes], U | None]) -> dict[str, U]:
        """What stored results say, by the keys of those tasks whose result is there."""
        found = [(task, value) for task in tasks if (value := self._unpacked(task, unpack)) is not None]
        self._note([task for task, _ in found], ran=False)
        return {task.key: value for task, value in found}

    def put(self, task: Task[T], result: T) -> None:
        """Store a result; a reader never sees half of it. A folder that goes away meanwhile is none."""
        self._note([task], ran=True)
        if task.step.form is Form.VALUES and not task.step.slot:
            keep(task.key, result)
        if self.folder is not None:
            data: Any = packed(result) if task.step.form is Form.VALUES else result
            stored = data + hashlib.sha256(data).digest()
            self._write(task, stored)
            if self._far is not None and not task.step.slot:
                self._far.put(f"{task.step.name}/{task.key}", stored)

    def remember(self, task: Task[T], make: Callable[[], T]) -> T:
        """The result of a task, made where it is not there. It is not None."""
        result = self.get(task)
        if result is None:
            result = make()
            self.put(task, result)
        return result

    def remember_all(
        self,
        tasks: Sequence[Task[T]],
        make: Callable[[list[int]], Sequence[T]],
        lasts: Callable[[T], bool] = lambda result: True,
    ) -> list[T]:
        """The results of tasks; those that are not there are made together, by their places. What does not
        last, such as a failure, is not kept.
        """
        there = {
            place: result for place, task in enumerate(tasks) if (result := self._result(task)) is not None
        }
        self._note([tasks[place] for place in there], ran=False)
        missing = [place for place in range(len(tasks)) if place not in there]
        for place, result in zip(missing, make(missing) if missing else (), strict=True):
            there[place] = result
            if lasts(result):
                self.put(tasks[place], result)
        return [there[place] for place in range(len(tasks))]

    def _result(self, task: Task[Any]) -> Any:
        return self._unpacked(task, _value) if task.step.form is Form.VALUES else self._read(task)

    def _unpacked(self, task: Task[Any], unpack: Callable[[bytes], U | None]) -> U | None:
        value: U | None = None if task.step.slot else kept(task.key)
        if value is None and (data := self._read(task)) is not None:
            value = unpack(data)
            if value is not None and not task.step.slot:
                keep(task.key, value)
        return value

    def _place(self, task: Task[Any]) -> Path:
        assert self.folder is not None
        of_project = task.step.slot and self.records is not None and self.records != self.folder
        name = digest(task.key, str(self.records)) if of_project else task.key
        return self.folder / task.step.name / name

    def _read(self, task: Task[Any]) -> bytes | None:
        if self.folder is None:
            return None
        try:
            data = _whole(self._place(task).read_bytes())
        except OSError:
            data = None
        if data is not None:
            mark_used(self._place(task))
        elif self._far is not None and not task.step.slot:
            stored = self._far.get(f"{task.step.name}/{task.key}") or b""
            data = _whole(stored)
            if data is not None:
                self._write(task, stored)
        return data

    def _write(self, task: Task[Any], stored: bytes) -> None:
        assert self.folder is not None
        with suppress(FileNotFoundError):
            if not self.folder.is_dir():
                begin(self.folder)
            write_atomically(self._place(task), stored)
            count_written(self.folder, len(stored))

    def _note(self, tasks: Iterable[Task[Any]], *, ran: bool) -> None:
        known = [task for task in tasks if not task.step.slot]
        if self.journal is not None and known:
            with suppress(OSError):
                note(self.journal, known, ran=ran)


def _value(data: bytes) -> Any:
    """What was packed, or None."""
    try:
        return unpacked(data)
    except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError):
        return None


def _whole(stored: bytes) -> bytes | None:
    """What was stored, without its mark; None where it is not as it was written."""
    data, mark = stored[:-_MARK], stored[-_MARK:]
    return data if hashlib.sha256(data).digest() == mark else None


__all__ = ["Cache", "Task", "digest", "write_atomically"]
