"""Test folders in place of an output: folders of the user are never moved, emptied or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import write_files
from triptych.engine.publication import publish_files


@pytest.fixture
def occupied(tmp_path: Path) -> Path:
    """Return an earlier output, and a folder with files of the user in place of another output.

    A reading system on macOS unpacks ``book.epub`` into a folder of the same name.
    """
    return write_files(tmp_path, {"book.pdf": b"earlier", "book.epub/OPS/mine.txt": b"mine"})


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_folder_in_place_of_an_output_is_an_error_and_kept(occupied: Path) -> None:
    before = tree(occupied)
    with pytest.raises(OSError):
        publish_files({occupied / "book.pdf": b"new", occupied / "book.epub": b"new", occupied / "x": b"new"})
    assert tree(occupied) == before


def test_file_in_place_of_the_folder_is_an_error_and_kept(tmp_path: Path) -> None:
    write_files(tmp_path, {"build": b"mine"})
    with pytest.raises(OSError):
        publish_files({tmp_path / "build/book.pdf": b"new"})
    assert tree(tmp_path) == {"build": b"mine"}


def test_outputs_of_several_folders_go_together(tmp_path: Path) -> None:
    publish_files({tmp_path / "a/book.pdf": b"1", tmp_path / "b/book.epub": b"2"})
    assert tree(tmp_path) == {"a/book.pdf": b"1", "b/book.epub": b"2"}


def test_link_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    write_files(tmp_path, {"elsewhere.pdf": b"mine"})
    (tmp_path / "book.pdf").symlink_to(tmp_path / "elsewhere.pdf")
    publish_files({tmp_path / "book.pdf": b"new"})
    assert (tmp_path / "book.pdf").read_bytes() == b"new"
    assert (tmp_path / "elsewhere.pdf").read_bytes() == b"mine"


def test_dangling_link_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "book.pdf").symlink_to(tmp_path / "gone.pdf")
    publish_files({tmp_path / "book.pdf": b"new"})
    assert tree(tmp_path) == {"book.pdf": b"new"}
