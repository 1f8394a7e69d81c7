"""Test that compiled built-in templates are cached beside their sources, and those of projects never."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import jinja2
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from triptych.theme import templating as compiled_templates
from triptych.theme.templating import TemplateBytecodeCache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of built-in templates."""
    built_in = tmp_path / "templates"
    built_in.mkdir()
    (built_in / "page.j2").write_text("one {{ 1 + 1 }}")
    monkeypatch.setattr(compiled_templates, "get_templates_folder", lambda: built_in)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return built_in


def rendered(*folders: Path, name: str = "page.j2") -> str:
    """Render a template in a new environment."""
    loader = jinja2.FileSystemLoader(list(folders))
    return (
        jinja2.Environment(loader=loader, bytecode_cache=TemplateBytecodeCache()).get_template(name).render()
    )


def compiled(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def test_a_template_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered(folder) == "one 2"
    assert len(compiled(folder)) == 1
    monkeypatch.setattr(jinja2.Environment, "_generate", None)  # it is not called again
    assert rendered(folder) == "one 2"


def test_sandbox_has_separate_bytecode(folder: Path) -> None:
    (folder / "page.j2").write_text("{{ 'one'.upper() }}")
    loader = jinja2.FileSystemLoader(folder)
    for _ in range(2):
        assert rendered(folder) == "ONE"
        template_bytecode_cache = TemplateBytecodeCache(sandboxed=True)
        guarded = ImmutableSandboxedEnvironment(loader=loader, bytecode_cache=template_bytecode_cache)
        assert guarded.get_template("page.j2").render() == "ONE"
    assert len(compiled(folder)) == 2


def test_another_text_is_another_template(folder: Path) -> None:
    rendered(folder)
    (folder / "page.j2").write_text("two {{ 1 + 1 }}")
    assert rendered(folder) == "two 2"


def test_project_template_is_not_cached(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "page.j2").write_text("mine")
    assert rendered(own, folder) == "mine"
    assert not compiled(folder)
    assert not (own / "__pycache__").exists()


def test_damaged_bytecode_is_recompiled(folder: Path) -> None:
    rendered(folder)
    (place,) = compiled(folder)
    for damage in (b"", b"x" * 100, place.read_bytes()[:-10]):
        place.write_bytes(damage)
        assert rendered(folder) == "one 2"


def test_unwritable_folder_is_ignored(folder: Path) -> None:
    (folder / "__pycache__").write_text("a file in its place")
    assert rendered(folder) == "one 2"


def test_no_bytecode_is_written_if_python_writes_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered(folder) == "one 2"
    assert not (folder / "__pycache__").exists()
