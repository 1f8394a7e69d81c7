"""Cache the results of tasks in ``build/.cache``, or in a folder or at an address that projects share.

Deleting the folder loses nothing but time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from triptych.diagnostics import Diagnostic
from triptych.engine.files import write_atomically
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.store.cache_folder import WrongEntry, opened
from triptych.engine.store.journal import JOURNAL, asked_for, keep_journal, note
from triptych.engine.store.program import digest
from triptych.engine.store.pruning import begin, count_written, prune
from triptych.engine.store.signing import VARIABLE, cache_key, signed, verified
from triptych.engine.store.values import has_shape, packed, unpacked
from triptych.engine.tasks import Form, Task
from triptych.engine.temporary_files import scratch

T = TypeVar("T")
U = TypeVar("U")

_WRONG = "wrong-results"  # a file beside the journal: the names of files that were not believed


class Cache:
    """Results by the keys of their tasks, one signed file each (``signing.py``).

    With no folder it remembers nothing. What is asked of it is written into the ``journal`` of the build,
    which belongs to the project, as slots do: it is kept in the folder of ``records``, by default the cache.
    The ``memory`` keeps unpacked values. ``limit`` is how many bytes of results are kept, None where nobody
    has said. Behind the folder there may be an ``address`` of results that machines share (``far.py``). Where
    no key can be kept, results last for this run only, in its folder of temporary files.

    A file that another key has signed, or that is damaged, is not read: it is removed, and ``findings`` tells
    of it. The same holds for a result that its step cannot use: of the wrong ``shape`` (``shapes.py``), or
    one that cannot be unpacked.
    """

    def __init__(
        self,
        folder: Path | None,
        journal: Path | None = None,
        records: Path | None = None,
        address: str = "",
        memory: Memory = NO_MEMORY,
    ) -> None:
        self.memory = memory
        self.journal, self.records = journal, records or folder
        lasts = folder is None or not cache_key().problem
        self.folder = folder if lasts else scratch() / "cache"
        self._far = Far(address) if address and lasts else None
        self._wrong: set[str] = set()
        self.limit: int | None = None

    @property
    def journal_of_last_build(self) -> Path:
        """Where the journal of a build is kept for the next."""
        return (self.records or Path()) / JOURNAL

    def keep_journal(self) -> None:
        """Keep the journal of this build."""
        if self.records is not None and self.journal is not None and self.journal.exists():
            with suppress(OSError):
                keep_journal(self.journal, self.journal_of_last_build)

    def forget_journal(self) -> None:
        """Begin the journal of another build."""
        if self.journal is not None:
            self.journal.unlink(missing_ok=True)

    def findings(self) -> list[Diagnostic]:
        """Return ENV006 for files that were not believed since the last call, by whichever process, and
        ENV007 where no key can be kept.
        """
        wrong, self._wrong = self._wrong, set()
        if self.journal is not None:
            with suppress(OSError):
                file = self.journal.with_name(_WRONG)
                wrong.update(file.read_text("utf-8").split("\n")[:-1])
                file.unlink()
        return [*_not_believed(len(wrong)), *key_findings()]

    def prune(self) -> None:
        """Keep to the limit; what this build has asked for stays."""
        if self.folder is not None and self.limit is not None:
            journal = self.journal
            prune(self.folder, self.limit, lambda: asked_for(journal) if journal else ())

    def get(self, task: Task[T], shape: Any = Any) -> T | None:
        """Return a stored result, or None."""
        result: T | None = self._result(task, shape)
        if result is not None:
            self._note([task], ran=False)
        return result

    def read_as(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        """Return what a stored result says, unpacked anew each time, or None."""
        value = self._read_as(task, unpack)
        if value is not None:
            self._note([task], ran=False)
        return value

    def get_as(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        """Return what a stored result says, which nobody changes, or None. A process that stays unpacks it
        once, but for slots.
        """
        return self.get_all_as([task], unpack).get(task.key)

    def get_all_as(self, tasks: Iterable[Task[Any]], unpack: Callable[[bytes], U]) -> dict[str, U]:
        """Return what stored results say, by the keys of those tasks whose result is there."""
        found = [(task, value) for task in tasks if (value := self._unpacked(task, unpack)) is not None]
        self._note([task for task, _ in found], ran=False)
        return {task.key: value for task, value in found}

    def put(self, task: Task[T], result: T) -> None:
        """Store a result; a reader never sees half of it. A folder that goes away meanwhile is none."""
        self._note([task], ran=True)
        if task.step.form is Form.VALUES and not task.step.slot:
            self.memory.put(task.key, result)
        if self.folder is not None:
            data: Any = packed(result) if task.step.form is Form.VALUES else result
            stored = signed(self._name(task), data)
            self._write(task, stored)
            if self._far is not None and not task.step.slot:
                self._far.put(f"{task.step.name}/{task.key}", stored)

    def remember(self, task: Task[T], make: Callable[[], T], shape: Any = Any) -> T:
        """The result of a task, made where it is not there. It is not None."""
        result = self.get(task, shape)
        if result is None:
            result = make()
            self.put(task, result)
        return result

    def remember_as(self, task: Task[bytes], make: Callable[[], bytes], unpack: Callable[[bytes], U]) -> U:
        """What the result of a task says, made where it is not there. It may be changed."""
        return self.remember_all_as([task], lambda missing: [make()], unpack)[0]

    def remember_all(
        self,
        tasks: Sequence[Task[T]],
        make: Callable[[list[int]], Sequence[T]],
        lasts: Callable[[T], bool] = lambda result: True,
        shape: Any = Any,
    ) -> list[T]:
        """The results of tasks; those that are not there are made together, by their places. What does not
        last, such as a failure, is not kept.
        """
        there = [self._result(task, shape) for task in tasks]
        missing = [place for place, result in enumerate(there) if result is None]
        for place, result in self._made(tasks, missing, make, lasts):
            there[place] = result
        return there

    def remember_all_as(
        self,
        tasks: Sequence[Task[bytes]],
        make: Callable[[list[int]], Sequence[bytes]],
        unpack: Callable[[bytes], U],
        lasts: Callable[[bytes], bool] = lambda result: True,
    ) -> list[U]:
        """What the results of tasks say, as ``remember_all``. It may be changed."""
        there = {
            place: found[0]
            for place, task in enumerate(tasks)
            if (found := self._read_as(task, lambda data: (unpack(data),))) is not None
        }
        missing = [place for place in range(len(tasks)) if place not in there]
        for place, result in self._made(tasks, missing, make, lasts):
            there[place] = unpack(result)
        return [there[place] for place in range(len(tasks))]

    def _made(
        self,
        tasks: Sequence[Task[T]],
        missing: list[int],
        make: Callable[[list[int]], Sequence[T]],
        lasts: Callable[[T], bool],
    ) -> Iterator[tuple[int, T]]:
        """Make the results that are missing, and keep those that last."""
        absent = set(missing)
        self._note([task for place, task in enumerate(tasks) if place not in absent], ran=False)
        for place, result in zip(missing, make(missing) if missing else (), strict=True):
            if lasts(result):
                self.put(tasks[place], result)
            yield place, result

    def _result(self, task: Task[Any], shape: Any) -> Any:
        step = task.step
        if step.form is Form.VALUES:
            return self._unpacked(task, lambda data: _checked(unpacked(data), shape))
        return self._read_as(task, lambda data: _checked_file(data, step.begins))

    def _unpacked(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        value: U | None = None if task.step.slot else self.memory.get(task.key)
        if value is None:
            value = self._read_as(task, unpack)
            if value is not None and not task.step.slot:
                self.memory.put(task.key, value)
        return value

    def _read_as(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        """Unpack a stored result; one that cannot be unpacked was never stored."""
        data = self._read(task)
        if data is None:
            return None
        try:
            return unpack(data)
        except MemoryError:
            raise
        except Exception:
            self._refuse(task)
            return None

    def _name(self, task: Task[Any]) -> str:
        """The name of the file of a task in the cache."""
        of_project = task.step.slot and self.records is not None and self.records != self.folder
        name = digest(task.key, str(self.records)) if of_project else task.key
        return f"{task.step.name}/{name}"

    def _read(self, task: Task[Any]) -> bytes | None:
        if self.folder is None:
            return None
        name = self._name(task)
        folder, _, file = name.partition("/")
        data = None
        if os.path.lexists(self.folder / name):  # a first build finds nothing, and opens no folder
            try:
                with opened(self.folder, folder) as place:
                    data = verified(name, place.read(file))
                if data is None:
                    self._refuse(task)
            except OSError:
                pass
            except WrongEntry:
                self._refuse(task)
        if data is None and self._far is not None and not task.step.slot:
            stored = self._far.get(name)
            if stored is not None and (data := verified(name, stored)) is not None:
                self._write(task, stored)
            elif stored is not None:
                self._refuse(task)
        return data

    def _write(self, task: Task[Any], stored: bytes) -> None:
        assert self.folder is not None
        folder, _, file = self._name(task).partition("/")
        with suppress(FileNotFoundError):
            if not self.folder.is_dir():
                begin(self.folder)
            with opened(self.folder) as cache:
                with cache.inner(folder, make=True) as place:
                    place.write(file, stored)
                count_written(cache, len(stored))

    def _refuse(self, task: Task[Any]) -> None:
        """Remove a file that is not believed, and count it once."""
        name = self._name(task)
        folder, _, file = name.partition("/")
        with suppress(OSError, WrongEntry), opened(self.folder or Path(), folder) as place:
            place.remove(file)
        self._wrong.add(name)
        if self.journal is not None:
            with suppress(OSError), self.journal.with_name(_WRONG).open("a", encoding="utf-8") as wrong:
                wrong.write(f"{name}\n")

    def _note(self, tasks: Iterable[Task[Any]], *, ran: bool) -> None:
        known = [task for task in tasks if not task.step.slot]
        if self.journal is not None and known:
            with suppress(OSError):
                note(self.journal, known, ran=ran)


def key_findings() -> list[Diagnostic]:
    """ENV007 where no key can be kept; the process that could not do so says it."""
    key = cache_key()
    if not key.problem or key.inherited:
        return []
    message = f"cannot save the cache signing key ({key.problem}); later runs cannot use the cached results"
    return [
        Diagnostic(
            code="ENV007",
            message=message,
            hint=f"set the environment variable {VARIABLE} to a long random string",
        )
    ]


def _not_believed(count: int) -> list[Diagnostic]:
    if not count:
        return []
    results, were = ("result", "was") if count == 1 else ("results", "were")
    message = f"{count:,} cached {results} {were} damaged or signed with another key, and {were} rebuilt"
    hint = f"set {VARIABLE} to the same value on all machines that share the cache"
    return [Diagnostic(code="ENV006", message=message, hint=hint)]


def _checked(value: T, shape: Any) -> T:
    if not has_shape(value, shape):
        raise TypeError(f"a {type(value).__name__} is not {shape}")
    return value


def _checked_file(data: bytes, begins: tuple[bytes, ...]) -> bytes:
    if data and begins and not data.startswith(begins):
        raise ValueError("unexpected file type")
    return data


__all__ = ["Cache", "Task", "digest", "write_atomically"]


class NoSuchPlace(OSError):
    """An address that fsspec cannot open."""


@dataclass(frozen=True, slots=True)
class Far:
    """The results at an address."""

    address: str

    def get(self, name: str) -> bytes | None:
        """What is stored under a name, None where there is nothing or nothing answers."""
        files, root = _opened(self.address)
        try:
            data: bytes = files.cat_file(f"{root}/{name}")
        except Exception:
            return None
        return data

    def put(self, name: str, data: bytes) -> None:
        """Store something under a name, where that can be done."""
        files, root = _opened(self.address)
        try:
            files.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            files.pipe_file(f"{root}/{name}", data)
        except Exception:
            return

    def open(self) -> None:
        """See whether the address can be used. Raises ``NoSuchPlace``, or ImportError without fsspec."""
        try:
            files, root = _opened(self.address)
            files.makedirs(root, exist_ok=True)
        except ImportError:
            raise
        except Exception as error:
            raise NoSuchPlace(0, str(error) or type(error).__name__, self.address) from error


@cache
def _opened(address: str) -> tuple[Any, str]:
    """The file system of an address and the folder in it, once in a process."""
    from fsspec.core import url_to_fs

    files, root = url_to_fs(address)
    return files, str(root).rstrip("/")
