"""Test removing folders of any depth, without following links."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.deep_folders import DEEPER_THAN_STACK, deep_folders
from triptych.engine.files import remove_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are shorter on Windows")


@pytest.mark.e2e
def test_folders_deeper_than_the_stack_are_removed(tmp_path: Path) -> None:
    with deep_folders(tmp_path, DEEPER_THAN_STACK) as deep:
        (deep / "d" / "beside").mkdir()
        (deep / "d" / "beside" / "a.txt").write_text("a")
        remove_folder(deep)
        assert not deep.exists() and list(tmp_path.iterdir()) == []


def test_link_targets_are_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_text("a")
    (tmp_path / "gone" / "inner").mkdir(parents=True)
    (tmp_path / "gone" / "inner" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "gone" / "file").symlink_to(tmp_path / "kept" / "a.txt")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        remove_folder("gone", dir_fd=descriptor)
    finally:
        os.close(descriptor)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "a.txt").read_text() == "a"


def test_a_link_to_a_folder_is_not_removed_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to("kept")
    with pytest.raises(OSError):
        remove_folder(tmp_path / "link")
    assert (tmp_path / "kept").is_dir()
