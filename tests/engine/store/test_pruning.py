"""Test the size limit of a cache: least recently used entries are removed, those of this run are kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.engine.store import pruning
from triptych.engine.store.pruning import empty_cache, prune_cache
from triptych.engine.tasks import AST, CHART, LAYOUT, Task
from triptych.engine.temporary_files import locked_folder

KB, DAY = 1000, 86_400
TASKS = [Task.for_step(AST, f"text {number}", text=str(number)) for number in range(10)]


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Return a cache with ten results of ten kilobytes without access records, as if copied from elsewhere.

    The first was used ten days ago, the last yesterday.
    """
    cache = Cache(tmp_path / "cache")
    for days, task in zip(range(10, 0, -1), TASKS, strict=True):
        cache.put(task, b"x" * (10 * KB - 32))
        used(tmp_path / "cache" / "ast" / task.key, days + 0.5)
    for name in ("size", "written"):
        (tmp_path / "cache" / name).unlink()
    return tmp_path / "cache"


def used(path: Path, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def there(folder: Path) -> list[int]:
    return [number for number, task in enumerate(TASKS) if (folder / "ast" / task.key).exists()]


def test_least_recently_used_results_are_removed(full: Path) -> None:
    assert prune_cache(full, 60 * KB) == 6
    assert there(full) == [6, 7, 8, 9]


def test_cache_within_its_limit_is_unchanged(full: Path) -> None:
    assert prune_cache(full, 200 * KB) == 0
    assert there(full) == list(range(10))


def test_requested_result_counts_as_used(full: Path) -> None:
    Cache(full).get(TASKS[0])
    prune_cache(full, 60 * KB)
    assert there(full) == [0, 7, 8, 9]


def test_time_of_use_is_written_once_a_day(full: Path) -> None:
    path = full / "ast" / TASKS[0].key
    used(path, 0.5)
    before = path.stat().st_mtime
    Cache(full).get(TASKS[0])
    assert path.stat().st_mtime == before


def test_results_used_in_this_run_are_kept_with_any_limit(full: Path, tmp_path: Path) -> None:
    cache = Cache(full, tmp_path / "journal")
    for number in (0, 3):
        path = full / "ast" / TASKS[number].key
        cache.get(TASKS[number])
        used(path, 20)
    cache.limit = 1
    cache.prune()
    assert there(full) == [0, 3]


def test_nothing_is_removed_without_a_limit(full: Path) -> None:
    Cache(full).prune()
    assert there(full) == list(range(10))


def test_cache_is_scanned_only_if_it_may_exceed_the_limit(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    look: Callable[[Path], object] = pruning._iter_results
    monkeypatch.setattr(pruning, "_iter_results", lambda folder: looks.append(folder) or look(folder))
    for _ in range(3):
        prune_cache(full, 200 * KB)
    assert len(looks) == 1  # the first time, without an earlier measurement
    for number in range(10, 40):
        Cache(full).put(Task.for_step(AST, "", text=str(number)), b"x" * 9 * KB)
    prune_cache(full, 200 * KB)
    prune_cache(full, 200 * KB)
    assert len(looks) == 2


def test_new_cache_is_not_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path / "new" / "cache", tmp_path / "journal")
    for task in TASKS:
        cache.put(task, b"x" * 9 * KB)
    monkeypatch.setattr(pruning, "_iter_results", lambda folder: pytest.fail("somebody looks"))
    cache.limit = 200 * KB
    cache.prune()
    monkeypatch.undo()
    cache.limit = 60 * KB
    cache.prune()
    assert len(there(tmp_path / "new" / "cache")) == 10  # all are used in this run
    assert prune_cache(tmp_path / "new" / "cache", 60 * KB) == 6


def test_smaller_limit_applies_at_once(full: Path) -> None:
    prune_cache(full, 200 * KB)
    prune_cache(full, 60 * KB)
    assert there(full) == [6, 7, 8, 9]


def test_unknown_files_are_kept(full: Path) -> None:
    others = [
        "notes.txt",
        "ast/notes.txt",
        f"elsewhere/{'0' * 64}",
        "ast/" + "0" * 63,
        "build-0.json",
        "journal",
    ]
    for name in others:
        (full / name).parent.mkdir(exist_ok=True)
        (full / name).write_bytes(b"x" * 100 * KB)
        used(full / name, 100)
    prune_cache(full, 1)
    empty_cache(full)
    assert all((full / name).is_file() for name in others)
    assert there(full) == []


def test_partial_files_of_a_killed_build_are_removed_after_a_day(full: Path) -> None:
    old, new = (full / f"ast/.{'0' * 32}.{name}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    used(old, 2)
    prune_cache(full, 200 * KB)
    assert (old.exists(), new.exists()) == (False, True)


def test_only_one_process_prunes_at_a_time(full: Path) -> None:
    with locked_folder(full):
        assert prune_cache(full, 1) == 0
    assert prune_cache(full, 1) == 10


def test_missing_cache_is_not_pruned(tmp_path: Path) -> None:
    assert prune_cache(tmp_path / "none", 1) == 0
    assert empty_cache(tmp_path / "none") == 0
    assert not (tmp_path / "none").exists()


def test_concurrent_builds_recompute_removed_results(tmp_path: Path) -> None:
    """Test that concurrent readers, writers and pruning processes never see partial results or errors."""
    cache = Cache(tmp_path / "cache", tmp_path / "journal")
    cache.limit = 50 * KB
    whole = {task.key: f"{number}".encode() * 9 * KB for number, task in enumerate(TASKS)}

    def work(round_: int) -> bool:
        task = TASKS[round_ % 10]
        good = cache.get_or_make(task, lambda: whole[task.key]) == whole[task.key]
        prune_cache(tmp_path / "cache", 50 * KB)
        return good

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(work, range(200)))


class TestASharedCache:
    def test_results_of_one_project_are_found_by_another(self, tmp_path: Path) -> None:
        item, other = (
            Cache(tmp_path / "shared", records_folder=tmp_path / name) for name in ("one", "other")
        )
        item.put(TASKS[0], b"data")
        assert other.get(TASKS[0]) == b"data"

    def test_slots_belong_to_their_project(self, tmp_path: Path) -> None:
        item, other = (
            Cache(tmp_path / "shared", records_folder=tmp_path / name) for name in ("one", "other")
        )
        slot = Task.for_step(LAYOUT, "chapter")
        item.put(slot, b"of one")
        assert other.get(slot) is None
        other.put(slot, b"of other")
        assert item.get(slot) == b"of one"

    def test_the_journal_belongs_to_the_project(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "shared", tmp_path / "journal", tmp_path / "records")
        cache.put(Task.for_step(CHART, "a chart"), b"")
        cache.save_journal()
        assert (tmp_path / "records/journal").is_file()
        assert not (tmp_path / "shared/journal").exists()
