"""The cache: results by key, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from triptych.engine.cache import Cache, digest, write_atomically


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("ast", "key", b"data")
    assert cache.get("ast", "key") == b"data"


def test_what_was_never_put_in_is_none(tmp_path: Path) -> None:
    assert Cache(tmp_path).get("ast", "key") is None


def test_kinds_are_told_apart(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("ast", "key", b"data")
    assert cache.get("chart", "key") is None


def test_without_a_folder_nothing_is_remembered() -> None:
    cache = Cache(None)
    cache.put("ast", "key", b"data")
    assert cache.get("ast", "key") is None


def test_a_later_result_replaces_the_earlier(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("ast", "key", b"one")
    cache.put("ast", "key", b"two")
    assert cache.get("ast", "key") == b"two"
    assert [path.name for path in (tmp_path / "ast").iterdir()] == ["key"]


def test_a_folder_in_the_place_of_a_result_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "ast/key").mkdir(parents=True)
    assert Cache(tmp_path).get("ast", "key") is None


@pytest.mark.parametrize("data", [b"", b"d", b"data" * 20])
def test_what_is_not_as_it_was_stored_is_none(tmp_path: Path, data: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put("ast", "key", data)
    path = tmp_path / "ast/key"
    whole = path.read_bytes()
    damaged = [whole[:end] for end in range(len(whole))]
    damaged += [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(len(whole))]
    for stored in (*damaged, whole + b"\0", bytes(len(whole)), data):
        path.write_bytes(stored)
        assert cache.get("ast", "key") is None
    path.write_bytes(whole)
    assert cache.get("ast", "key") == data


def test_parts_of_a_digest_do_not_run_together() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", "") != digest("a")
    assert digest("a") == digest(b"a")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.mkdir()
    with pytest.raises(OSError):
        write_atomically(target, b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_goes_away_while_a_result_is_stored_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Cache(tmp_path / "cache")
    make = tempfile.mkstemp

    def late(*args: object, **kwargs: object) -> object:
        shutil.rmtree(tmp_path / "cache")
        return make(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(tempfile, "mkstemp", late)
    store.put("kind", "key", b"data")
    assert store.get("kind", "key") is None
    monkeypatch.undo()
    store.put("kind", "key", b"data")
    assert store.get("kind", "key") == b"data"
