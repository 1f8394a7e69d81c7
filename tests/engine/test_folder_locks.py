"""Test that only one process at a time can lock a folder, until it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from triptych.engine.temporary_files import FolderLockedError, lock_folder, locked_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows cannot lock folders")
HOLD = "import sys, pathlib, triptych.engine.temporary_files as f; f.lock_folder(pathlib.Path(sys.argv[1])); print(flush=True); input()"


def test_folder_is_locked_until_its_holder_exits(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(FolderLockedError):
            lock_folder(tmp_path)
        holder.kill()
    os.close(lock_folder(tmp_path))


def test_exclusive_lock_is_reported_and_shared_locks_may_follow(tmp_path: Path) -> None:
    for _ in range(2):
        with locked_folder(tmp_path) as alone:
            assert alone


def test_missing_folder_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(OSError), locked_folder(tmp_path / "gone") as alone:
        assert not alone
        lock_folder(tmp_path / "gone")
