"""Test that the cover and the pictures of parts are drawn from the book's data."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from tests.edition.data import SOURCE
from triptych.project import Project
from triptych.settings.manifest_reader import read_manifest


def script(name: str) -> ModuleType:
    """Import a script of the repository."""
    spec = importlib.util.spec_from_file_location(name, SOURCE.parent / f"scripts/{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cover_matches_its_script_and_data() -> None:
    draw = script("draw_cover")
    assert draw.COVER.read_text("utf-8") == draw.cover()


def test_openers_match_their_script_and_data() -> None:
    draw = script("draw_openers")
    pictures = {path.stem: path.read_text("utf-8") for path in (SOURCE / "images").glob("opener-*.svg")}
    assert pictures == {f"opener-{name}": draw.opener(name) for name in draw.OPENERS}


def test_the_chinese_sample_does_without_the_english_cover() -> None:
    project = Project(SOURCE.parent, environ={})
    covers = [
        manifest.book.cover_image for names in ((), ("zh",)) if (manifest := read_manifest(project, names)[0])
    ]
    assert covers == ["images/cover.svg", ""]
