"""Test that symbolic links in a cache folder are not followed for reading, writing or removing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from triptych.engine.store import cache_folder
from triptych.engine.store.cache_folder import WrongEntryTypeError, open_folder, read_signed, write_signed

Put = Callable[[Path, Path], None]


def link(place: Path, outside: Path) -> None:
    place.symlink_to(outside)


def dangling(place: Path, outside: Path) -> None:
    place.symlink_to(outside.with_name("nothing"))


def folder(place: Path, outside: Path) -> None:
    (place / "inner").mkdir(parents=True)
    (place / "inner/file").write_text("text")


def pipe(place: Path, outside: Path) -> None:
    os.mkfifo(place)


@pytest.fixture(params=["by descriptor", "by path"])
def cache(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache, for systems with and without openat."""
    if request.param == "by path":
        monkeypatch.setattr(cache_folder, "_HAS_DIR_FD", False)
        monkeypatch.setattr(cache_folder, "_FILE_FLAGS", os.O_NOFOLLOW | os.O_NONBLOCK)
    (tmp_path / "cache/ast").mkdir(parents=True)
    return tmp_path / "cache"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a file outside the cache."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/precious").write_text("precious")
    return tmp_path / "outside/precious"


def test_written_content_is_read(cache: Path) -> None:
    with open_folder(cache) as folder, folder.open_subfolder("chart", create=True) as inner:
        inner.write("a", b"one")
        inner.write("a", b"two")
        assert inner.read("a") == b"two"
        assert [entry.name for entry in inner.list_entries()] == ["a"]
        inner.append("count", b"..")
        inner.append("count", b".")
        assert (inner.get_file_size("count"), inner.get_file_size("none")) == (3, 0)
        with pytest.raises(FileNotFoundError):
            inner.read("b")


def test_missing_folder(cache: Path) -> None:
    for place in ((cache, "chart"), (cache / "none", ""), (cache / "none", "chart")):
        with pytest.raises(FileNotFoundError), open_folder(*place):
            pytest.fail("there is none")


@pytest.mark.parametrize("put", [link, dangling, folder, pipe])
class TestInThePlaceOfAFile:
    def test_linked_entry_is_not_read_and_is_removed(self, cache: Path, outside: Path, put: Put) -> None:
        put(cache / "ast/a", outside)
        with open_folder(cache, "ast") as inner, pytest.raises(WrongEntryTypeError):
            inner.read("a")
        assert list((cache / "ast").iterdir()) == []
        assert outside.read_text() == "precious"

    def test_linked_entry_is_replaced(self, cache: Path, outside: Path, put: Put) -> None:
        put(cache / "ast/a", outside)
        with open_folder(cache, "ast") as inner:
            inner.write("a", b"data")
            assert inner.read("a") == b"data"
        assert outside.read_text() == "precious"

    def test_linked_entry_is_not_appended(self, cache: Path, outside: Path, put: Put) -> None:
        put(cache / "written", outside)
        with open_folder(cache) as inner:
            inner.append("written", b"..")
            assert inner.get_file_size("written") == 2
        assert outside.read_text() == "precious"


def test_file_with_another_hard_link_is_not_appended(cache: Path, outside: Path) -> None:
    (cache / "written").hardlink_to(outside)
    with open_folder(cache) as inner:
        inner.append("written", b"..")
        inner.append("written", b"..")
        assert inner.get_file_size("written") == 4
    assert outside.read_text() == "precious"


def test_a_file_that_has_another_name_is_replaced(cache: Path, outside: Path) -> None:
    (cache / "ast/a").hardlink_to(outside)
    with open_folder(cache, "ast") as inner:
        inner.write("a", b"data")
    assert outside.read_text() == "precious"


@pytest.mark.parametrize("what", ["link", "file"])
class TestInThePlaceOfAFolder:
    def put(self, place: Path, outside: Path, what: str) -> None:
        place.rmdir()
        place.symlink_to(outside.parent) if what == "link" else place.write_text("a file")

    def test_folder_entry_is_not_read_and_is_removed(self, cache: Path, outside: Path, what: str) -> None:
        self.put(cache / "ast", outside, what)
        with pytest.raises(WrongEntryTypeError), open_folder(cache, "ast"):
            pytest.fail("it was opened")
        assert list(cache.iterdir()) == []

    def test_folder_entry_is_replaced(self, cache: Path, outside: Path, what: str) -> None:
        self.put(cache / "ast", outside, what)
        with open_folder(cache) as folder, folder.open_subfolder("ast", create=True) as inner:
            inner.write("precious", b"data")
        assert outside.read_text() == "precious"
        assert (cache / "ast/precious").read_bytes() == b"data"

    def test_cache_folder_that_is_a_link_is_neither_read_nor_replaced(
        self, cache: Path, outside: Path, what: str
    ) -> None:
        (cache / "ast").rmdir()
        self.put(cache, outside, what)
        for inner in ("", "ast"):
            with pytest.raises(NotADirectoryError), open_folder(cache, inner):
                pytest.fail("it was opened")
        assert list(outside.parent.iterdir()) == [outside]


def test_files_next_to_the_cache_are_signed(cache: Path) -> None:
    write_signed(cache / "new/record", b"content")
    assert read_signed(cache / "new/record") == b"content"
    (cache / "new/record").rename(cache / "new/other")
    assert read_signed(cache / "new/other") is None
    assert read_signed(cache / "none") is None
