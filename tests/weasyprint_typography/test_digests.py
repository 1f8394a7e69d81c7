"""Test that patches fit the installed engine: the digests of replaced functions are known."""

from __future__ import annotations

import inspect
import tomllib
from hashlib import sha256
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from scripts import engine_changes
from scripts.engine_changes import find_changes, source_of

from weasyprint_typography import engine
from weasyprint_typography.engine import Patch, load_patches

PACKAGES = Path(str(distribution("weasyprint").locate_file("")))
REPOSITORY = Path(__file__).parents[2]


def test_patched_internals_have_the_expected_digests() -> None:
    """Test the digests of replaced and used functions; if this fails, see README.md of the package."""
    assert list(find_changes(PACKAGES)) == []


def test_installed_version_is_the_required_one() -> None:
    requested = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert f"weasyprint=={engine.VERSION}" in requested
    assert version("weasyprint") == engine.VERSION


def test_each_function_is_replaced_once() -> None:
    replaced = [patch.name for patch in load_patches()]
    assert sorted(set(replaced)) == sorted(replaced)


def test_digest_matches_the_source_of_python() -> None:
    name = f"{Patch.__module__}.Patch"
    assert source_of(name, REPOSITORY / "pipeline") == inspect.getsource(Patch)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("class A:\n    def b(self):\n        return 1\n", None),
        ("class A:\n    def b(self):\n        return 2\n", "changed"),
        ("class A:\n    @c\n    def b(self):\n        return 1\n", "changed"),
        ("class A:\n    pass\n", "missing"),
        ("def b(self):\n    return 1\n", "missing"),
    ],
)
@pytest.mark.parametrize("file", ["engine/part.py", "engine/part/__init__.py"])
def test_changed_internal_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, change: str | None
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text("import this\n" + text, "utf-8")
    digest = sha256(b"    def b(self):\n        return 1\n").hexdigest()[:16]
    declare(monkeypatch, "engine.part.A.b", digest)
    changes = list(find_changes(tmp_path))
    assert [line.split()[0] for line in changes] == ["engine.part.A.b"] * bool(change)
    assert all(change in line for line in changes if change)


def test_a_missing_module_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, "engine.part.a", "0")
    assert list(find_changes(tmp_path)) == ["engine.part.a is missing"]


def declare(monkeypatch: pytest.MonkeyPatch, name: str, digest: str) -> None:
    """Declare only one known definition."""
    monkeypatch.setattr(engine_changes, "load_patches", list)
    monkeypatch.setattr(engine_changes, "INTERNALS", {name: digest})
