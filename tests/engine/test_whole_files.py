"""Test that files are written atomically, even if the program is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from triptych.engine import files as whole_files
from triptych.engine.files import remove_folder_on_error, write_atomically

# The system immediately kills a process that writes a file larger than this limit.
KILLED = """
import resource, signal, sys
from pathlib import Path
from triptych.engine.files import write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_atomically(Path(sys.argv[1]), b"new" * 1000)
"""


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux writes files without names")
def test_killed_program_leaves_no_partial_file(tmp_path: Path) -> None:
    for there in (False, True):
        if there:
            (tmp_path / "file").write_bytes(b"old")
        result = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "file"], check=False)
        assert result.returncode == -signal.SIGXFSZ
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"] * there


@pytest.mark.parametrize("how", ["without a name", "beside"])
def test_new_file_replaces_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "beside":  # as on a file system without support
        monkeypatch.setattr(whole_files, "_write_and_link", lambda *_: False)
    for data in (b"one", b"two"):
        write_atomically(tmp_path / "folder/file", data)
        (file,) = (tmp_path / "folder").iterdir()
        assert (file.name, file.read_bytes(), file.stat().st_mode & 0o777) == ("file", data, 0o644)


@pytest.mark.parametrize("existed", [True, False])
def test_a_folder_is_as_before_after_an_error(tmp_path: Path, existed: bool) -> None:
    folder = tmp_path / "new"
    if existed:
        folder.mkdir()
    with pytest.raises(OSError, match="full"), remove_folder_on_error(folder):
        (folder / "a").mkdir(parents=True)
        (folder / "a/b").write_bytes(b"1")
        raise OSError("full")
    assert folder.exists() is existed
    assert not existed or not list(folder.iterdir())


def test_a_folder_with_files_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    with pytest.raises(OSError, match="full"), remove_folder_on_error(tmp_path):
        raise OSError("full")
    assert (tmp_path / "a").read_bytes() == b"1"
