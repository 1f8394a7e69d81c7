"""Test that install commands for extras fit the program that installed Triptych."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.engine import extras


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an empty environment, as if Triptych were installed in it."""
    folder = tmp_path / "triptych"
    folder.mkdir()
    monkeypatch.setattr(sys, "prefix", str(folder))
    extras._find_installer.cache_clear()
    yield folder
    extras._find_installer.cache_clear()


@pytest.mark.parametrize(
    ("file", "text", "command"),
    [
        ("pyvenv.cfg", "home = /usr/bin\nversion = 3.13.5\n", "pip install typst"),
        ("pyvenv.cfg", "home = /usr/bin\nuv = 0.13.9\n", f"uv pip install --python {sys.executable} typst"),
        ("pipx_metadata.json", "{}", "pipx inject triptych typst"),
        ("other", "", "pip install typst"),
    ],
)
def test_the_command_is_that_of_the_installer(environment: Path, file: str, text: str, command: str) -> None:
    (environment / file).write_text(text)
    assert extras.get_install_command("formulas") == command
