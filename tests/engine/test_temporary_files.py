"""Temporary files lie in one folder of a run, which goes with it; what a killed run left goes with the next."""

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
    """A process with a folder of its own, which it has made when this returns, and its first line says where."""
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


def test_the_folder_goes_with_its_process(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        place = place_of(process)
        assert place.is_dir() and str(process.pid) in place.name
        process.communicate("\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot lock folders")
def test_the_next_process_clears_away_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
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


def test_libraries_put_their_files_there_for_as_long_as_they_are_asked_to() -> None:
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    with use_temporary_folder() as folder, tempfile.TemporaryDirectory() as made:
        assert Path(made).parent == folder == get_temporary_folder()
        assert os.environ["TMPDIR"] == str(folder)
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before


def test_a_folder_that_was_removed_is_made_anew_and_known_to_be_gone() -> None:
    first = get_temporary_folder()
    shutil.rmtree(first)
    first.mkdir()  # as a library does
    assert is_temporary_folder_deleted()
    second = get_temporary_folder()
    assert second.is_dir() and not is_temporary_folder_deleted() and not first.exists()
