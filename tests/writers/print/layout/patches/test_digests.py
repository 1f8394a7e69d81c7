"""Patches are made for the engine that is installed: what they replace is what they know."""

from __future__ import annotations

import inspect
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

import pytest

from triptych.writers.print.layout import installed_engine
from triptych.writers.print.layout.patches import PATCHES
from triptych.writers.print.layout.patches.digests import changes, digest_of, source_of
from triptych.writers.print.layout.patches.internals import INTERNALS
from triptych.writers.print.layout.patches.patch import Internal

PACKAGES = Path(str(distribution("weasyprint").locate_file("")))
REPOSITORY = Path(__file__).parents[5]


def test_what_is_replaced_and_used_is_as_it_was() -> None:
    """Where it is not, CONTRIBUTING.md says what to do."""
    assert list(changes([*PATCHES, *INTERNALS], PACKAGES)) == []


def test_the_version_is_the_one_that_is_asked_for() -> None:
    asked = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert f"weasyprint=={installed_engine.VERSION}" in asked
    assert version("weasyprint") == installed_engine.VERSION


def test_each_function_is_replaced_once() -> None:
    replaced = [patch.replaces for patch in PATCHES]
    assert sorted(set(replaced)) == sorted(replaced)


def test_a_source_is_what_python_says_it_is() -> None:
    name = f"{Internal.__module__}.Internal"
    assert source_of(name, REPOSITORY / "pipeline") == inspect.getsource(Internal)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("class A:\n    def b(self):\n        return 1\n", None),
        ("class A:\n    def b(self):\n        return 2\n", "changed"),
        ("class A:\n    @c\n    def b(self):\n        return 1\n", "changed"),
        ("class A:\n    pass\n", "gone"),
        ("def b(self):\n    return 1\n", "gone"),
    ],
)
@pytest.mark.parametrize("file", ["engine/part.py", "engine/part/__init__.py"])
def test_what_has_changed_is_named(tmp_path: Path, file: str, text: str, change: str | None) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text("import this\n" + text, "utf-8")
    digest = digest_of("    def b(self):\n        return 1\n")
    found = list(changes([Internal(source="engine.part.A.b", digest=digest, why="")], tmp_path))
    assert [line.split()[0] for line in found] == ["engine.part.A.b"] * bool(change)
    assert all(change in line for line in found if change)


def test_a_module_that_is_gone_is_named(tmp_path: Path) -> None:
    known = [Internal(source="engine.part.a", digest="0", why="")]
    assert list(changes(known, tmp_path)) == ["engine.part.a is gone"]
