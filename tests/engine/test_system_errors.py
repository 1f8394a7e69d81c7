"""Errors of the system become a finding that names the cause, and other errors do not."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
from pathlib import Path

import pytest

from triptych.engine import system_errors
from triptych.engine.processes.programs import LibraryNotInstalled, ProgramFailed, run_program
from triptych.engine.system_errors import describe_system_error

resource = pytest.importorskip("resource", reason="limits of POSIX")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/b"), "no space left on device: /a/b"),
        (PermissionError(errno.EACCES, "Permission denied", b"/a/\xff"), "permission denied: /a/\udcff"),
        (OSError(errno.EMFILE, "Too many open files"), "too many open files"),
        (MemoryError(), "out of memory"),
        (RuntimeError("can't start new thread"), "cannot start another thread"),
        (RuntimeError("Symlink loop from '/a/b'"), "the symbolic link points to itself: /a/b"),
        (ImportError("lib.so: failed to map segment"), "out of memory while a library was loaded"),
        (ProgramFailed("pandoc", "out of\nmemory"), "program failed: pandoc: out of memory"),
        (shutil.Error([("a", "/b", "[Errno 28] No space left")]), "no space left on device: /b"),
    ],
)
def test_a_system_error_is_a_finding(error: Exception, message: str) -> None:
    found = describe_system_error(error)
    assert found is not None
    assert (found.code, found.message) == ("ENV008", message)
    assert found.hint


@pytest.mark.parametrize("error", [ValueError("a"), RuntimeError("b"), ImportError("c"), OSError("d"),
                                   LibraryNotInstalled("e")])  # fmt: skip
def test_other_errors_are_not(error: Exception) -> None:
    assert describe_system_error(error) is None


def test_the_full_folder_is_named_not_the_first_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.statvfs

    class Full:
        f_bavail, f_frsize, f_files, f_favail = 1, 4096, 10, 10

    full = tmp_path / "full"
    monkeypatch.setattr(
        system_errors.os, "statvfs", lambda path: Full() if Path(path) == full else real(path), raising=False
    )
    found = describe_system_error(OSError(errno.ENOSPC, "No space left on device"), (tmp_path, None, full))
    assert found is not None and found.message == f"no space left on device: {full}"


def test_a_failed_program_can_be_sent_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(ProgramFailed("pandoc", "no", b"out")))
    assert (str(copy), copy.stderr, copy.stdout) == ("pandoc: no", "no", b"out")


def test_a_program_that_cannot_be_started_for_lack_of_files_has_not_failed() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(8)]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + 1, before[1]))
        with pytest.raises(OSError, match="Too many open files: 'true'"):
            run_program(["/bin/true"])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for descriptor in taken:
            os.close(descriptor)


def test_a_program_that_was_killed_names_the_signal() -> None:
    with pytest.raises(ProgramFailed, match="ended by signal SIGTERM"):
        run_program(["/bin/sh", "-c", "kill $$"])
