"""Test that temporary files of a run are in one folder, removed at its end or by the next run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from triptych.engine.temporary_files import (
    get_temporary_folder,
    is_temporary_folder_deleted,
    use_temporary_folder,
)

WAIT = "from triptych.engine.temporary_files import get_temporary_folder; print(get_temporary_folder(), flush=True); input()"


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a process that has created its own folder when this returns, and prints it on the first line."""
    return subprocess.Popen(
        [sys.executable, "-c", WAIT],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def place_of(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def test_temporary_folder_is_removed_with_its_process(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        place = place_of(process)
        assert place.is_dir() and str(process.pid) in place.name
        process.communicate("\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("function", ["os.stat", "os.mkdir"])
def test_folder_is_removed_after_a_signal_while_it_is_created(tmp_path: Path, function: str) -> None:
    """Test a stop signal at the end of the first call of a function, which may concern the new folder."""
    program = f"""if True:
        import os
        from triptych.engine.temporary_files import get_temporary_folder
        original = {function}
        def interrupted(path, *args, **options):
            result = original(path, *args, **options)
            if "triptych-" in str(path):
                raise KeyboardInterrupt
            return result
        {function} = interrupted
        get_temporary_folder()
    """
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert "KeyboardInterrupt" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot lock folders")
def test_next_process_removes_only_folders_of_killed_ones(tmp_path: Path) -> None:
    (tmp_path / "triptych-notes").mkdir()
    (tmp_path / "triptych-1-x").symlink_to(tmp_path / "triptych-notes")
    with start(tmp_path) as living, start(tmp_path) as killed:
        kept, left = place_of(living), place_of(killed)
        killed.kill()
        killed.communicate()
        (left / "file").touch()
        with start(tmp_path) as following:
            assert place_of(following).is_dir()
            assert not left.exists() and kept.is_dir()
            following.communicate("\n")
        living.communicate("\n")
    assert {path.name for path in tmp_path.iterdir()} == {"triptych-notes", "triptych-1-x"}


def test_libraries_use_the_temporary_folder_while_redirected() -> None:
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    with use_temporary_folder() as folder, tempfile.TemporaryDirectory() as temporary_directory:
        assert Path(temporary_directory).parent == folder == get_temporary_folder()
        assert os.environ["TMPDIR"] == str(folder)
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before


def test_removed_temporary_folder_is_recreated_and_reported() -> None:
    first = get_temporary_folder()
    shutil.rmtree(first)
    first.mkdir()  # like a library
    assert is_temporary_folder_deleted()
    second = get_temporary_folder()
    assert second.is_dir() and not is_temporary_folder_deleted() and not first.exists()
