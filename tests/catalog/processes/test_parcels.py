"""Test the folder in which a cluster worker stores its results."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from triptych.catalog.cluster import _choose_cache_folder
from triptych.engine.temporary_files import get_temporary_folder


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the current user inside an empty temporary folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / f"triptych-cache-{os.geteuid()}"


def test_each_user_has_a_private_folder(own: Path) -> None:
    for _ in range(2):
        assert _choose_cache_folder() == own
    assert own.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("what", ["link", "file"])
def test_replaced_file_is_not_used(own: Path, tmp_path: Path, what: str) -> None:
    (tmp_path / "other").mkdir()
    own.symlink_to(tmp_path / "other") if what == "link" else own.write_text("")
    assert _choose_cache_folder() == get_temporary_folder() / "cache"


def test_the_environment_names_another(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIPTYCH_CACHE", str(tmp_path / "named"))
    assert _choose_cache_folder() == tmp_path / "named"
    monkeypatch.setenv("TRIPTYCH_CACHE", "s3://bucket/triptych")  # sent with each title
    assert _choose_cache_folder() == own
