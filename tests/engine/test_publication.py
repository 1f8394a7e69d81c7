"""Outputs replace the earlier ones together: all of them, or none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from triptych.engine.publication import publish_files


def listing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_all_files_are_written(tmp_path: Path) -> None:
    publish_files({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert listing(tmp_path) == {"a": b"1", "b": b"2"}


def test_folders_are_made(tmp_path: Path) -> None:
    publish_files({tmp_path / "x/y/a": b"1"})
    assert listing(tmp_path / "x/y") == {"a": b"1"}


def test_earlier_files_are_replaced_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0")
    (tmp_path / "other").write_bytes(b"9")
    publish_files({tmp_path / "a": b"1"})
    assert listing(tmp_path) == {"a": b"1", "other": b"9"}


def test_nothing_is_left_over(tmp_path: Path) -> None:
    publish_files({tmp_path / "a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.fixture
def failing(tmp_path: Path) -> dict[Path, bytes]:
    """Three files, of which the last has a name that staging can hold and its place cannot: a mount point."""
    return {tmp_path / "a": b"1", tmp_path / "new": b"2", UNMOVABLE: b"3"}


# Writing beside it works, and moving something over it does not, for whoever runs the tests.
UNMOVABLE = Path("/proc/sys/kernel/ostype")


@pytest.mark.skipif(not UNMOVABLE.exists(), reason="needs a file that cannot be replaced")
def test_a_failure_puts_the_earlier_files_back(tmp_path: Path, failing: dict[Path, bytes]) -> None:
    (tmp_path / "a").write_bytes(b"0")
    with pytest.raises(OSError):
        publish_files(failing)
    assert (tmp_path / "a").read_bytes() == b"0"


@pytest.mark.skipif(not UNMOVABLE.exists(), reason="needs a file that cannot be replaced")
def test_a_failure_leaves_no_new_file_behind(tmp_path: Path, failing: dict[Path, bytes]) -> None:
    with pytest.raises(OSError):
        publish_files(failing)
    assert not (tmp_path / "new").exists()


def test_what_a_killed_build_left_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / ".new-left").mkdir()
    (tmp_path / ".new-left/a.earlier").write_bytes(b"0")
    publish_files({tmp_path / "a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_of_builds_at_once_the_files_of_one_stand_there_together(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from triptych.engine.publication import publish_files\n"
        "folder = pathlib.Path(sys.argv[1]); content = sys.argv[2].encode()\n"
        "print(flush=True); input()\n"
        "for _ in range(100): publish_files({folder / name: content for name in 'abc'})\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    builds = [subprocess.Popen([*command, name], **pipes) for name in ("one", "two")]
    for build in builds:
        build.stdout.readline()
    for build in builds:
        build.stdin.write(b"\n")
        build.stdin.flush()
    for build in builds:
        build.communicate()
        assert build.returncode == 0
    assert len(set(listing(tmp_path).values())) == 1 and len(listing(tmp_path)) == 3


class TestWork:
    """Files that somebody has changed."""

    @staticmethod
    def ours(data: bytes) -> bool:
        return data.startswith(b"ours")

    def test_it_is_kept_beside_the_new_file_and_told(self, tmp_path: Path) -> None:
        (tmp_path / "a.pptx").write_bytes(b"corrected")
        kept = publish_files(
            {tmp_path / "a.pptx": b"ours 2", tmp_path / "a.pdf": b"ours"}, is_replaceable=self.ours
        )
        assert listing(tmp_path) == {"a.edited-1.pptx": b"corrected", "a.pdf": b"ours", "a.pptx": b"ours 2"}
        assert kept == {tmp_path / "a.pptx": tmp_path / "a.edited-1.pptx"}

    def test_it_takes_no_name_that_a_file_has(self, tmp_path: Path) -> None:
        for text in (b"first", b"second", b"third"):
            (tmp_path / "a.pptx").write_bytes(text)
            publish_files({tmp_path / "a.pptx": b"ours"}, is_replaceable=self.ours)
        assert listing(tmp_path) == {
            "a.edited-1.pptx": b"first",
            "a.edited-2.pptx": b"second",
            "a.edited-3.pptx": b"third",
            "a.pptx": b"ours",
        }

    def test_what_is_as_it_was_written_is_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "a.pptx").write_bytes(b"ours 1")
        assert publish_files({tmp_path / "a.pptx": b"ours 2"}, is_replaceable=self.ours) == {}
        assert listing(tmp_path) == {"a.pptx": b"ours 2"}

    def test_what_is_the_same_need_not_be_kept(self, tmp_path: Path) -> None:
        (tmp_path / "a.pptx").write_bytes(b"new")
        assert publish_files({tmp_path / "a.pptx": b"new"}, is_replaceable=self.ours) == {}
        assert listing(tmp_path) == {"a.pptx": b"new"}

    @pytest.mark.skipif(not UNMOVABLE.exists(), reason="needs a file that cannot be replaced")
    def test_a_failure_leaves_it_where_it_was(self, tmp_path: Path, failing: dict[Path, bytes]) -> None:
        (tmp_path / "a").write_bytes(b"corrected")
        with pytest.raises(OSError):
            publish_files(failing, is_replaceable=self.ours)
        assert listing(tmp_path) == {"a": b"corrected"}
