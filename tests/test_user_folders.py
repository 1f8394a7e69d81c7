"""Test that user folders follow the conventions of the system."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.folders import get_user_folder


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    return tmp_path


def cache_folder() -> Path:
    return get_user_folder("XDG_CACHE_HOME", mac="Library/Caches", other=".cache")


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_environment_variable_comes_first_on_each_system(
    home: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "named"))
    assert cache_folder() == home / "named"


@pytest.mark.parametrize("named", ["", "relative/folder"])
@pytest.mark.parametrize(
    ("platform", "folder"), [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "local")]
)
def test_without_an_absolute_path_in_the_variable_each_system_has_its_default(
    home: Path, monkeypatch: pytest.MonkeyPatch, platform: str, folder: str, named: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    assert cache_folder() == home / folder
