"""A cache behind the folder of each machine: found there, kept here, and never in the way."""

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


def test_what_one_machine_has_made_another_finds_and_keeps(tmp_path: Path, address: str) -> None:
    one, two = (Cache(tmp_path / name, address=address) for name in ("one", "two"))
    one.put(TASK, b"result")
    one.put(VALUE, ("a", 1))
    assert two.get(TASK) == b"result"
    assert two.get(VALUE) == ("a", 1)
    assert Cache(tmp_path / "two").get(TASK) == b"result"  # here now, without asking


def test_the_last_results_of_a_project_are_no_ones_else(tmp_path: Path, address: str) -> None:
    Cache(tmp_path / "one", address=address).put(SLOT, b"mine")
    assert Cache(tmp_path / "two", address=address).get(SLOT) is None


def test_what_is_torn_or_planted_there_was_never_stored(tmp_path: Path, address: str) -> None:
    Cache(tmp_path / "one", address=address).put(TASK, b"result")
    (stored,) = (path for path in (tmp_path / "far").rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])
    two = Cache(tmp_path / "two", address=address)
    assert two.get(TASK) is None
    assert not [path for path in (tmp_path / "two").rglob("*") if path.is_file()]
    two.put(TASK, b"result")
    assert Cache(tmp_path / "three", address=address).get(TASK) == b"result"


def test_a_place_that_no_more_answers_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise ConnectionError("gone")

    monkeypatch.setattr("triptych.engine.cache._open_address", lambda address: (Gone(), "root"))
    cache = Cache(tmp_path / "one", address="s3://gone")
    assert cache.get(TASK) is None
    cache.put(TASK, b"result")
    assert cache.get(TASK) == b"result"


def test_whether_an_address_can_be_used_is_known_at_once(tmp_path: Path, address: str) -> None:
    RemoteCache(address).check_address()
    _open_address.cache_clear()
    with pytest.raises(AddressError, match="nowhere://x"):
        RemoteCache("nowhere://x").check_address()
    (tmp_path / "file").write_text("")
    with pytest.raises(AddressError):
        RemoteCache(f"file://{tmp_path / 'file'}/below").check_address()
