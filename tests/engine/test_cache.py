"""Test the cache: results are stored by key, atomically."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from triptych.engine.cache import Cache
from triptych.engine.files import write_atomically
from triptych.engine.memory import Memory
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import AST, CHART, PICTURE_SIZE, Task

TASK, OTHER = Task.for_step(AST, "a text", text="words"), Task.for_step(CHART, "a text", text="words")


def test_stored_result_is_returned(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(TASK, b"data")
    assert cache.get(TASK) == b"data"


def test_missing_result_is_none(tmp_path: Path) -> None:
    assert Cache(tmp_path).get(TASK) is None


def test_results_of_different_steps_are_distinct(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(TASK, b"data")
    assert cache.get(OTHER) is None


def test_nothing_is_stored_without_a_folder() -> None:
    cache = Cache(None)
    cache.put(TASK, b"data")
    assert cache.get(TASK) is None


def test_memory_keeps_packed_and_unpacked_results_apart_without_a_folder() -> None:
    cache = Cache(None, memory=Memory())
    result: list[bytes] = []

    def make() -> bytes:
        result.append(b"data")
        return b"data"

    assert cache.get_or_make_unpacked(TASK, make, len) == 4
    assert cache.get_or_make_unpacked(TASK, make, len) == 4
    assert cache.get_unpacked(TASK, len) == 4
    assert cache.get(TASK) == b"data"
    assert result == [b"data"]


def test_a_later_result_replaces_the_earlier(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(TASK, b"one")
    cache.put(TASK, b"two")
    assert cache.get(TASK) == b"two"
    assert [path.name for path in (tmp_path / "ast").iterdir()] == [TASK.key]


def test_folder_in_place_of_a_result_does_not_raise(tmp_path: Path) -> None:
    (tmp_path / "ast" / TASK.key).mkdir(parents=True)
    assert Cache(tmp_path).get(TASK) is None


@pytest.mark.parametrize("data", [b"", b"d", b"data" * 20])
def test_modified_result_is_ignored(tmp_path: Path, data: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put(TASK, data)
    path = tmp_path / "ast" / TASK.key
    whole = path.read_bytes()
    damaged = [whole[:end] for end in range(len(whole))]
    damaged += [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(len(whole))]
    for stored in (*damaged, whole + b"\0", bytes(len(whole)), data):
        path.write_bytes(stored)
        assert cache.get(TASK) is None
    path.write_bytes(whole)
    assert cache.get(TASK) == data


def test_stored_result_is_computed_once(tmp_path: Path) -> None:
    result: list[int] = []

    def make() -> bytes:
        result.append(1)
        return b"data"

    assert [Cache(tmp_path).get_or_make(TASK, make) for _ in range(3)] == [b"data"] * 3
    assert len(result) == 1


def test_missing_results_are_computed_together(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    tasks = [Task.for_step(AST, "", text=text) for text in "abcd"]
    cache.put(tasks[2], b"C")
    requested: list[list[int]] = []

    def make(missing: list[int]) -> list[bytes]:
        requested.append(missing)
        return ["abcd"[place].upper().encode() for place in missing]

    assert cache.get_or_make_all(tasks, make) == [b"A", b"B", b"C", b"D"]
    assert cache.get_or_make_all(tasks, make) == [b"A", b"B", b"C", b"D"]
    assert requested == [[0, 1, 3]]


def test_values_round_trip(tmp_path: Path) -> None:
    task = Task.for_step(PICTURE_SIZE, "a picture", file=b"bytes")
    Cache(tmp_path).put(task, ("image/png", 2.5, 3.0, False))
    assert Cache(tmp_path).get(task) == ("image/png", 2.5, 3.0, False)


def test_planted_value_is_ignored(tmp_path: Path) -> None:
    task, bytes_of = Task.for_step(PICTURE_SIZE, "a picture", file=b"bytes"), Task.for_step(AST, "", text="x")
    planted = pickle.dumps(os.system)
    Cache(tmp_path).put(bytes_of, planted)
    (tmp_path / "measure").mkdir()
    (tmp_path / "ast" / bytes_of.key).rename(tmp_path / "measure" / task.key)
    assert Cache(tmp_path).get(task) is None


def test_parts_of_a_digest_do_not_run_together() -> None:
    assert compute_digest("ab", "c") != compute_digest("a", "bc")
    assert compute_digest("a", "") != compute_digest("a")
    assert compute_digest("a") == compute_digest(b"a")


def test_failed_write_keeps_only_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.mkdir()
    with pytest.raises(OSError):
        write_atomically(target, b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_folder_removed_during_a_write_does_not_raise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Cache(tmp_path / "cache")

    def late(*args: Any, **named: Any) -> int:
        monkeypatch.undo()
        shutil.rmtree(tmp_path / "cache")
        return os.open(*args, **named)

    monkeypatch.setattr(os, "open", late)
    store.put(TASK, b"data")
    assert store.get(TASK) is None
    store.put(TASK, b"data")
    assert store.get(TASK) == b"data"


def test_result_is_kept_despite_low_memory(tmp_path: Path) -> None:
    cache, task = Cache(tmp_path), Task.for_step(AST, "", text="a")
    cache.put(task, b"1")

    def unpack(data: bytes) -> bytes:
        raise MemoryError

    with pytest.raises(MemoryError):
        cache.get_unpacked_copy(task, unpack)
    assert cache.get(task) == b"1"
    assert cache.take_findings() == []
