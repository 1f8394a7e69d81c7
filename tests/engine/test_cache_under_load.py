"""Test that concurrent builds can share a cache: readers see a complete result or none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.engine.files import write_atomically
from triptych.engine.tasks import AST, Task

TASK = Task.for_step(AST, "a text", text="words")


def test_concurrent_readers_see_complete_results(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    whole = {letter * 200_000 for letter in (b"a", b"b", b"c")}

    def work(data: bytes) -> set[bytes | None]:
        seen = set()
        for _ in range(20):
            cache.put(TASK, data)
            seen.add(cache.get(TASK))
        return seen

    with ThreadPoolExecutor(3) as threads:
        seen = set().union(*threads.map(work, whole))
    assert seen <= whole
    assert [path.name for path in (tmp_path / "ast").iterdir()] == [TASK.key]


def test_written_file_is_readable_by_everyone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "x/y", b"data")
    assert (tmp_path / "x/y").stat().st_mode & 0o777 == 0o644


def test_an_empty_result_is_a_result(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(TASK, b"")
    assert cache.get(TASK) == b""


def test_file_in_place_of_the_cache_does_not_raise_when_reading(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x")
    assert Cache(tmp_path / "cache").get(TASK) is None


def test_file_in_place_of_the_cache_is_reported_when_writing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x")
    with pytest.raises(OSError):
        Cache(tmp_path / "cache").put(TASK, b"data")
