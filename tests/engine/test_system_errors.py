"""Test that system errors become diagnostics that name the cause, and other errors do not."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
from pathlib import Path

import pytest

from triptych.engine import system_errors
from triptych.engine.processes.programs import LibraryNotInstalledError, ProgramError, run_program
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
        (ProgramError("pandoc", "out of\nmemory"), "program failed: pandoc: out of memory"),
        (shutil.Error([("a", "/b", "[Errno 28] No space left")]), "no space left on device: /b"),
    ],
)
def test_a_system_error_is_a_finding(error: Exception, message: str) -> None:
    finding = describe_system_error(error)
    assert finding is not None
    assert (finding.code, finding.message) == ("ENV008", message)
    assert finding.hint


@pytest.mark.parametrize("error", [ValueError("a"), RuntimeError("b"), ImportError("c"), OSError("d"),
                                   LibraryNotInstalledError("e")])  # fmt: skip
def test_other_errors_are_not(error: Exception) -> None:
    assert describe_system_error(error) is None


@pytest.mark.parametrize("is_limited", [True, False])
def test_lost_exception_means_low_memory_only_with_a_memory_limit(
    is_limited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_errors, "has_lower_memory_limit", lambda memory: is_limited)
    finding = describe_system_error(SystemError("error return without exception set"))
    assert (finding and finding.message) == ("out of memory" if is_limited else None)


def test_full_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.statvfs

    class Full:
        f_bavail, f_frsize, f_files, f_favail = 1, 4096, 10, 10

    full = tmp_path / "full"
    monkeypatch.setattr(
        system_errors.os, "statvfs", lambda path: Full() if Path(path) == full else real(path), raising=False
    )
    finding = describe_system_error(OSError(errno.ENOSPC, "No space left on device"), (tmp_path, None, full))
    assert finding is not None and finding.message == f"no space left on device: {full}"


def test_a_failed_program_can_be_sent_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(ProgramError("pandoc", "no", b"out")))
    assert (str(copy), copy.stderr, copy.stdout) == ("pandoc: no", "no", b"out")


def test_program_that_cannot_start_for_lack_of_file_handles_has_not_failed() -> None:
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
    with pytest.raises(ProgramError, match="ended by signal SIGTERM"):
        run_program(["/bin/sh", "-c", "kill $$"])
