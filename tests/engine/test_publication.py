"""Test that outputs replace the earlier ones together: all of them, or none."""

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


def test_folders_are_created(tmp_path: Path) -> None:
    publish_files({tmp_path / "x/y/a": b"1"})
    assert listing(tmp_path / "x/y") == {"a": b"1"}


def test_earlier_files_are_replaced_and_others_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0")
    (tmp_path / "other").write_bytes(b"9")
    publish_files({tmp_path / "a": b"1"})
    assert listing(tmp_path) == {"a": b"1", "other": b"9"}


def test_no_temporary_files_remain(tmp_path: Path) -> None:
    publish_files({tmp_path / "a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.fixture
def failing(tmp_path: Path) -> dict[Path, bytes]:
    """Return three files, of which the last can be staged but not moved to its place, a mount point."""
    return {tmp_path / "a": b"1", tmp_path / "new": b"2", UNMOVABLE: b"3"}


# Its folder is writable, but nothing can be moved over it, whichever user runs the tests.
UNMOVABLE = Path("/proc/sys/kernel/ostype")


@pytest.mark.skipif(not UNMOVABLE.exists(), reason="needs a file that cannot be replaced")
def test_a_failure_puts_the_earlier_files_back(tmp_path: Path, failing: dict[Path, bytes]) -> None:
    (tmp_path / "a").write_bytes(b"0")
    with pytest.raises(OSError):
        publish_files(failing)
    assert (tmp_path / "a").read_bytes() == b"0"


@pytest.mark.skipif(not UNMOVABLE.exists(), reason="needs a file that cannot be replaced")
def test_failure_leaves_no_new_file(tmp_path: Path, failing: dict[Path, bytes]) -> None:
    with pytest.raises(OSError):
        publish_files(failing)
    assert not (tmp_path / "new").exists()


def test_next_build_removes_files_of_a_killed_one(tmp_path: Path) -> None:
    (tmp_path / ".new-left").mkdir()
    (tmp_path / ".new-left/a.earlier").write_bytes(b"0")
    publish_files({tmp_path / "a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_concurrent_builds_publish_consistent_files(tmp_path: Path) -> None:
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
    """Test outputs that were edited by hand."""

    @staticmethod
    def ours(data: bytes) -> bool:
        return data.startswith(b"ours")

    def test_edited_file_is_kept_next_to_the_new_one_and_reported(self, tmp_path: Path) -> None:
        (tmp_path / "a.pptx").write_bytes(b"corrected")
        kept = publish_files(
            {tmp_path / "a.pptx": b"ours 2", tmp_path / "a.pdf": b"ours"}, is_replaceable=self.ours
        )
        assert listing(tmp_path) == {"a.edited-1.pptx": b"corrected", "a.pdf": b"ours", "a.pptx": b"ours 2"}
        assert kept == {tmp_path / "a.pptx": tmp_path / "a.edited-1.pptx"}

    def test_copy_has_an_unused_name(self, tmp_path: Path) -> None:
        for text in (b"first", b"second", b"third"):
            (tmp_path / "a.pptx").write_bytes(text)
            publish_files({tmp_path / "a.pptx": b"ours"}, is_replaceable=self.ours)
        assert listing(tmp_path) == {
            "a.edited-1.pptx": b"first",
            "a.edited-2.pptx": b"second",
            "a.edited-3.pptx": b"third",
            "a.pptx": b"ours",
        }

    def test_unedited_file_is_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "a.pptx").write_bytes(b"ours 1")
        assert publish_files({tmp_path / "a.pptx": b"ours 2"}, is_replaceable=self.ours) == {}
        assert listing(tmp_path) == {"a.pptx": b"ours 2"}

    def test_identical_file_is_not_kept(self, tmp_path: Path) -> None:
        (tmp_path / "a.pptx").write_bytes(b"new")
        assert publish_files({tmp_path / "a.pptx": b"new"}, is_replaceable=self.ours) == {}
        assert listing(tmp_path) == {"a.pptx": b"new"}

    @pytest.mark.skipif(not UNMOVABLE.exists(), reason="needs a file that cannot be replaced")
    def test_failure_keeps_the_edited_file_in_place(self, tmp_path: Path, failing: dict[Path, bytes]) -> None:
        (tmp_path / "a").write_bytes(b"corrected")
        with pytest.raises(OSError):
            publish_files(failing, is_replaceable=self.ours)
        assert listing(tmp_path) == {"a": b"corrected"}
