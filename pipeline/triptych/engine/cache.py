"""Cache task results in ``build/.cache``, in a shared folder, or at a URL shared by several machines.

The cache can be deleted at any time; the next build then takes longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from triptych.diagnostics import Diagnostic
from triptych.engine.files import write_atomically
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.activity import record_task, record_task_end
from triptych.engine.store.cache_folder import WrongEntryTypeError, open_folder
from triptych.engine.store.journal import JOURNAL_NAME, append_tasks, list_requested_results, save_journal
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.store.pruning import create_cache, prune_cache, record_written_size
from triptych.engine.store.serialisation import has_shape, pack_values, unpack_values
from triptych.engine.store.signing import KEY_VARIABLE, get_signing_key, sign_content, verify_content
from triptych.engine.tasks import ResultFormat, Task
from triptych.engine.temporary_files import get_temporary_folder

T = TypeVar("T")
U = TypeVar("U")

_REJECTED = "rejected-results"  # next to the journal; lists untrusted files


class Cache:
    """A cache with one signed file (``store/signing.py``) per task result, named after the task's key.

    If ``folder`` is None, results are kept only in ``memory``. Requested tasks are recorded in the file
    ``journal``. The journal of the last build and the results of slots (``CachedStep.slot``) belong to one
    project and are stored in ``records_folder``, by default the cache folder. ``memory`` keeps unpacked
    results. ``limit`` is the maximum size in bytes, or None until the manifest has been read. ``address`` is
    the URL of a shared cache, which is searched for results that are missing from the folder. If the signing
    key cannot be saved, results are stored in the temporary folder of this run.

    A cached file is removed, and reported by ``take_findings``, if it is damaged, was signed with another
    key, cannot be unpacked, or contains a result of an unexpected shape (``store/serialisation.py``).
    """

    def __init__(
        self,
        folder: Path | None,
        journal: Path | None = None,
        records_folder: Path | None = None,
        address: str = "",
        memory: Memory = NO_MEMORY,
    ) -> None:
        self.memory = memory
        self.journal, self.records_folder = journal, records_folder or folder
        can_sign = folder is None or not get_signing_key().problem
        self.folder = folder if can_sign else get_temporary_folder() / "cache"
        self._remote = RemoteCache(address) if address and can_sign else None
        self._rejected: set[str] = set()
        self.limit: int | None = None

    @property
    def last_journal_path(self) -> Path:
        """Return the path where the journal of the last build is saved."""
        return (self.records_folder or Path()) / JOURNAL_NAME

    def save_journal(self) -> None:
        """Save the journal of this build for the next one."""
        if self.records_folder is not None and self.journal is not None and self.journal.exists():
            with suppress(OSError):
                save_journal(self.journal, self.last_journal_path)

    def delete_journal(self) -> None:
        """Delete the journal of the previous build."""
        if self.journal is not None:
            self.journal.unlink(missing_ok=True)

    def take_findings(self) -> list[Diagnostic]:
        """Return ENV006 if untrusted files were found since the last call, and ENV007 if no key can be saved.

        Untrusted files are counted over all processes of the build.
        """
        rejected_files, self._rejected = self._rejected, set()
        if self.journal is not None:
            with suppress(OSError):
                file = self.journal.with_name(_REJECTED)
                rejected_files.update(file.read_text("utf-8").split("\n")[:-1])
                file.unlink()
        return [*_report_untrusted_results(len(rejected_files)), *report_unsaved_key()]

    def prune(self) -> None:
        """Reduce the cache to its size limit, but keep the results requested by this build."""
        if self.folder is not None and self.limit is not None:
            journal = self.journal
            prune_cache(self.folder, self.limit, lambda: list_requested_results(journal) if journal else ())

    def get(self, task: Task[T], shape: Any = Any) -> T | None:
        """Return the cached result of a task, or None if it is missing."""
        result: T | None = self._get_result(task, shape)
        if result is not None:
            self._record_tasks([task], has_run=False)
        return result

    def get_unpacked_copy(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        """Return a cached result as a new object on each call, or None if it is missing."""
        value = self._read_and_unpack(task, unpack)
        if value is not None:
            self._record_tasks([task], has_run=False)
        return value

    def get_unpacked(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        """Return a cached result unpacked by ``unpack``, or None if it is missing.

        Callers must not change the result. If the cache has a memory, each result is unpacked only once per
        process, except for results of slots.
        """
        return self.get_all_unpacked([task], unpack).get(task.key)

    def get_all_unpacked(self, tasks: Iterable[Task[Any]], unpack: Callable[[bytes], U]) -> dict[str, U]:
        """Map the keys of tasks to their cached, unpacked results. Missing results are omitted."""
        unpacked = [
            (task, value) for task in tasks if (value := self._get_unpacked(task, unpack)) is not None
        ]
        self._record_tasks([task for task, _ in unpacked], has_run=False)
        return {task.key: value for task, value in unpacked}

    def put(self, task: Task[T], result: T) -> None:
        """Store a task's result atomically. Do nothing if the cache folder has been deleted."""
        self._record_tasks([task], has_run=True)
        record_task_end(_describe_task(task))
        if task.step.slot:
            pass
        elif task.step.result_format is ResultFormat.VALUES:
            self.memory.put(task.key, result)
        elif self.folder is None:
            self.memory.put(_make_packed_name(task), result)
        if self.folder is not None:
            data: Any = pack_values(result) if task.step.result_format is ResultFormat.VALUES else result
            stored = sign_content(self._get_file_name(task), data)
            self._write_file(task, stored)
            if self._remote is not None and not task.step.slot:
                self._remote.put(f"{task.step.name}/{task.key}", stored)

    def get_or_make(self, task: Task[T], compute: Callable[[], T], shape: Any = Any) -> T:
        """Return the cached result of a task. If it is missing, call ``compute`` and store its result.

        ``compute`` must not return None.
        """
        result = self.get(task, shape)
        if result is None:
            result = compute()
            self.put(task, result)
        return result

    def get_or_make_unpacked(
        self, task: Task[bytes], compute: Callable[[], bytes], unpack: Callable[[bytes], U]
    ) -> U:
        """Return the cached result of a task as a new object, which callers may change.

        If the result is missing, ``compute`` returns the bytes to store.
        """
        return self.get_or_make_all_unpacked([task], lambda missing: [compute()], unpack)[0]

    def get_or_make_all(
        self,
        tasks: Sequence[Task[T]],
        compute: Callable[[list[int]], Sequence[T]],
        is_final: Callable[[T], bool] = lambda result: True,
        shape: Any = Any,
    ) -> list[T]:
        """Return the results of tasks. ``compute`` receives the indices of missing results and computes them.

        Results for which ``is_final`` returns False, such as failures, are not stored.
        """
        results = [self._get_result(task, shape) for task in tasks]
        return self._make_missing(tasks, results, compute, is_final, lambda result: result)

    def get_or_make_all_unpacked(
        self,
        tasks: Sequence[Task[bytes]],
        compute: Callable[[list[int]], Sequence[bytes]],
        unpack: Callable[[bytes], U],
        is_final: Callable[[bytes], bool] = lambda result: True,
    ) -> list[U]:
        """Return the results of tasks like ``get_or_make_all``, as new objects that callers may change."""

        def unpack_to_tuple(data: bytes) -> tuple[U]:  # since ``unpack`` may return None
            return (unpack(data),)

        results = [self._read_and_unpack(task, unpack_to_tuple) for task in tasks]
        return [value for (value,) in self._make_missing(tasks, results, compute, is_final, unpack_to_tuple)]

    def _make_missing(
        self,
        tasks: Sequence[Task[T]],
        cached_values: list[U | None],
        compute: Callable[[list[int]], Sequence[T]],
        is_final: Callable[[T], bool],
        convert: Callable[[T], U],
    ) -> list[U]:
        """Compute missing results, and return the values of all tasks.

        A result is missing if its entry in ``cached_values`` is None. ``compute`` receives the indices of
        missing results, and ``convert`` converts its results to values.
        """
        values = {index: value for index, value in enumerate(cached_values) if value is not None}
        self._record_tasks([tasks[index] for index in values], has_run=False)
        missing = [index for index in range(len(tasks)) if index not in values]
        if len(missing) > 1:
            first = tasks[missing[0]]
            record_task(f"{first.step.description}: {first.subject} and {len(missing) - 1} more")
        for index, result in zip(missing, compute(missing) if missing else (), strict=True):
            if is_final(result):
                self.put(tasks[index], result)
            values[index] = convert(result)
        if missing:
            record_task_end(_describe_task(tasks[missing[0]]))
        return [values[index] for index in range(len(tasks))]

    def _get_result(self, task: Task[Any], shape: Any) -> Any:
        step = task.step
        if step.result_format is ResultFormat.VALUES:
            return self._get_unpacked(task, lambda data: _check_shape(unpack_values(data), shape))
        return self._read_and_unpack(task, lambda data: _check_magic_number(data, step.magic_numbers))

    def _get_unpacked(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        value: U | None = None if task.step.slot else self.memory.get(task.key)
        if value is None:
            value = self._read_and_unpack(task, unpack)
            if value is not None and not task.step.slot:
                self.memory.put(task.key, value)
        return value

    def _read_and_unpack(self, task: Task[Any], unpack: Callable[[bytes], U]) -> U | None:
        """Return the unpacked result of a task, or None if it is not in the cache.

        If the result cannot be unpacked, remove its file and return None.
        """
        data = self._read_file(task)
        if data is None:
            if not task.step.slot:
                record_task(_describe_task(task))
            return None
        try:
            return unpack(data)
        except MemoryError:
            raise
        except Exception:
            self._remove_untrusted_file(task)
            return None

    def _get_file_name(self, task: Task[Any]) -> str:
        """Return the path of a task's file in the cache, relative to the cache folder."""
        of_project = task.step.slot and self.records_folder is not None and self.records_folder != self.folder
        name = compute_digest(task.key, str(self.records_folder)) if of_project else task.key
        return f"{task.step.name}/{name}"

    def _read_file(self, task: Task[Any]) -> bytes | None:
        if self.folder is None:
            packed: bytes | None = self.memory.get(_make_packed_name(task))
            return packed
        name = self._get_file_name(task)
        folder, _, file = name.partition("/")
        data = None
        if os.path.lexists(self.folder / name):  # avoids opening folders in a first build
            try:
                with open_folder(self.folder, folder) as cache_folder:
                    data = verify_content(name, cache_folder.read(file))
                if data is None:
                    self._remove_untrusted_file(task)
            except OSError:
                pass
            except WrongEntryTypeError:
                self._remove_untrusted_file(task)
        if data is None and self._remote is not None and not task.step.slot:
            stored = self._remote.get(name)
            if stored is not None and (data := verify_content(name, stored)) is not None:
                self._write_file(task, stored)
            elif stored is not None:
                self._remove_untrusted_file(task)
        return data

    def _write_file(self, task: Task[Any], signed_content: bytes) -> None:
        assert self.folder is not None
        folder, _, file = self._get_file_name(task).partition("/")
        with suppress(FileNotFoundError):
            if not self.folder.is_dir():
                create_cache(self.folder)
            with open_folder(self.folder) as cache:
                with cache.open_subfolder(folder, create=True) as inner:
                    inner.write(file, signed_content)
                record_written_size(cache, len(signed_content))

    def _remove_untrusted_file(self, task: Task[Any]) -> None:
        """Remove a task's untrusted file from the cache, and record its name for ``take_findings``."""
        name = self._get_file_name(task)
        folder, _, file = name.partition("/")
        with (
            suppress(OSError, WrongEntryTypeError),
            open_folder(self.folder or Path(), folder) as cache_folder,
        ):
            cache_folder.remove(file)
        self._rejected.add(name)
        if self.journal is not None:
            with suppress(OSError), self.journal.with_name(_REJECTED).open("a", encoding="utf-8") as names:
                names.write(f"{name}\n")

    def _record_tasks(self, tasks: Iterable[Task[Any]], *, has_run: bool) -> None:
        """Record tasks in the journal, except those of slots."""
        recorded = [task for task in tasks if not task.step.slot]
        if self.journal is not None and recorded:
            with suppress(OSError):
                append_tasks(self.journal, recorded, has_run=has_run)


NO_CACHE = Cache(None)


def _describe_task(task: Task[Any]) -> str:
    return f"{task.step.description}: {task.subject}".removesuffix(": ")


def _make_packed_name(task: Task[Any]) -> str:
    """Return the key of a packed result in memory."""
    return f"{task.key} packed"


def report_unsaved_key() -> list[Diagnostic]:
    """Report ENV007 if no signing key can be saved. Worker processes do not repeat this report."""
    key = get_signing_key()
    if not key.problem or key.inherited:
        return []
    message = f"cannot save the cache signing key ({key.problem}); later runs cannot use the cached results"
    return [
        Diagnostic(
            code="ENV007",
            message=message,
            hint=f"set the environment variable {KEY_VARIABLE} to a long random string",
        )
    ]


def _report_untrusted_results(count: int) -> list[Diagnostic]:
    if not count:
        return []
    results, were = ("result", "was") if count == 1 else ("results", "were")
    message = f"{count:,} cached {results} {were} damaged or signed with another key, and {were} rebuilt"
    hint = f"set {KEY_VARIABLE} to the same value on all machines that share the cache"
    return [Diagnostic(code="ENV006", message=message, hint=hint)]


def _check_shape(value: T, shape: Any) -> T:
    if not has_shape(value, shape):
        raise TypeError(f"a {type(value).__name__} is not {shape}")
    return value


def _check_magic_number(data: bytes, magic_numbers: tuple[bytes, ...]) -> bytes:
    if data and magic_numbers and not data.startswith(magic_numbers):
        raise ValueError("unexpected file type")
    return data


__all__ = ["Cache", "Task", "compute_digest", "write_atomically"]


class AddressError(OSError):
    """Raised if fsspec cannot open the URL of a shared cache."""


@dataclass(frozen=True, slots=True)
class RemoteCache:
    """A cache at a URL shared by several machines, accessed through fsspec."""

    address: str

    def get(self, name: str) -> bytes | None:
        """Return the data stored under a name, or None if it is missing or the server does not respond."""
        files, root = _open_address(self.address)
        try:
            data: bytes = files.cat_file(f"{root}/{name}")
        except Exception:
            return None
        return data

    def put(self, name: str, data: bytes) -> None:
        """Store data under a name. Ignore server errors."""
        files, root = _open_address(self.address)
        try:
            files.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            files.pipe_file(f"{root}/{name}", data)
        except Exception:
            return

    def check_address(self) -> None:
        """Check that the URL can be used.

        Raise ``AddressError`` if it cannot, or ImportError if fsspec is not installed.
        """
        try:
            files, root = _open_address(self.address)
            files.makedirs(root, exist_ok=True)
        except ImportError:
            raise
        except Exception as error:
            raise AddressError(0, str(error) or type(error).__name__, self.address) from error


@cache
def _open_address(address: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL, and the path in it. The result is cached per process."""
    from fsspec.core import url_to_fs

    files, root = url_to_fs(address)
    return files, str(root).rstrip("/")
