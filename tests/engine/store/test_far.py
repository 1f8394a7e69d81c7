"""Test the remote cache: results are fetched once, stored locally, and failures are ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.engine.cache import AddressError, Cache, RemoteCache, _open_address
from triptych.engine.tasks import AST, LAYOUT, SECTION, Task

TASK = Task.for_step(AST, "a.md", text="A")
VALUE = Task.for_step(SECTION, "a.md", text="A")
SLOT = Task.for_step(LAYOUT, "a", text="A")


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"file://{tmp_path / 'far'}"


def test_results_of_one_machine_are_used_and_kept_by_another(tmp_path: Path, address: str) -> None:
    item, two = (Cache(tmp_path / name, address=address) for name in ("one", "two"))
    item.put(TASK, b"result")
    item.put(VALUE, ("a", 1))
    assert two.get(TASK) == b"result"
    assert two.get(VALUE) == ("a", 1)
    assert Cache(tmp_path / "two").get(TASK) == b"result"  # stored locally, without a request


def test_last_results_of_a_project_are_not_shared(tmp_path: Path, address: str) -> None:
    Cache(tmp_path / "one", address=address).put(SLOT, b"mine")
    assert Cache(tmp_path / "two", address=address).get(SLOT) is None


def test_damaged_or_planted_remote_entry_is_ignored(tmp_path: Path, address: str) -> None:
    Cache(tmp_path / "one", address=address).put(TASK, b"result")
    (stored,) = (path for path in (tmp_path / "far").rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])
    two = Cache(tmp_path / "two", address=address)
    assert two.get(TASK) is None
    assert not [path for path in (tmp_path / "two").rglob("*") if path.is_file()]
    two.put(TASK, b"result")
    assert Cache(tmp_path / "three", address=address).get(TASK) == b"result"


def test_unreachable_remote_cache_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise ConnectionError("gone")

    monkeypatch.setattr("triptych.engine.cache._open_address", lambda address: (Gone(), "root"))
    cache = Cache(tmp_path / "one", address="s3://gone")
    assert cache.get(TASK) is None
    cache.put(TASK, b"result")
    assert cache.get(TASK) == b"result"


def test_unusable_cache_address_is_reported_at_once(tmp_path: Path, address: str) -> None:
    RemoteCache(address).check_address()
    _open_address.cache_clear()
    with pytest.raises(AddressError, match="nowhere://x"):
        RemoteCache("nowhere://x").check_address()
    (tmp_path / "file").write_text("")
    with pytest.raises(AddressError):
        RemoteCache(f"file://{tmp_path / 'file'}/below").check_address()
