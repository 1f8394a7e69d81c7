"""Test that names on the architecture page exist, and that the page names all packages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.draw_architecture import PICTURE, draw

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/architecture.md"
PACKAGE = ROOT / "pipeline/triptych"
TEXT = PAGE.read_text("utf-8") if PAGE.is_file() else ""

# A path has a slash or is a file of a known type, except for generated files and names of users.
_PATH = re.compile(r"^[\w.-]+(?:/[\w.-]+)*/?$")
_FILE = re.compile(r"\.(py|lua|md|yaml|toml|j2|yml|bib|csv)$")
MADE_OR_MEANT = ("build/", ".cache")


def _named() -> list[str]:
    code = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    words = dict.fromkeys(re.findall(r"`([^`\n]+)`", code))
    return [
        word
        for word in words
        if _PATH.match(word) and ("/" in word or _FILE.search(word)) and not word.startswith(MADE_OR_MEANT)
    ]


def _somewhere(name: str) -> bool:
    places = (
        ROOT,
        PACKAGE,
        ROOT / "source",
        ROOT / "templates",
        *(p for p in (ROOT / "pipeline").rglob("*") if p.is_dir()),
    )
    return any((place / name).exists() for place in places)


def test_architecture_page_exists() -> None:
    assert TEXT


@pytest.mark.parametrize("name", _named())
def test_every_path_that_the_page_names_exists(name: str) -> None:
    assert _somewhere(name)


@pytest.mark.parametrize(
    "folder", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py") if path.parent != PACKAGE)
)
def test_the_page_names_every_top_level_package(folder: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(folder)}/?(?![\w-])", TEXT)


@pytest.mark.parametrize("module", sorted(path.name for path in PACKAGE.glob("*.py") if path.name[0] != "_"))
def test_every_module_at_the_top_is_named_on_the_page(module: str) -> None:
    assert f"`pipeline/triptych/{module}`" in TEXT


@pytest.mark.parametrize(
    "name",
    sorted(path.name for path in (ROOT / "templates").iterdir() if path.is_dir() and path.name[0] != "_"),
)
def test_every_folder_of_templates_is_named_on_the_page(name: str) -> None:
    assert f"`templates/{name}/`" in TEXT


def test_diagram_matches_its_source() -> None:
    assert PICTURE.read_bytes() == draw()
