"""The cover is a drawing of the book's own data."""

from __future__ import annotations

import importlib.util

from tests.edition.data import SOURCE
from triptych.project import Project
from triptych.settings.reading import read_manifest


def test_it_is_what_its_script_draws_of_the_data() -> None:
    path = SOURCE.parent / "scripts/draw_cover.py"
    spec = importlib.util.spec_from_file_location("draw_cover", path)
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.COVER.read_text("utf-8") == script.cover()


def test_the_chinese_sample_does_without_the_english_cover() -> None:
    project = Project(SOURCE.parent, environ={})
    covers = [
        manifest.book.cover_image for names in ((), ("zh",)) if (manifest := read_manifest(project, names)[0])
    ]
    assert covers == ["images/cover.svg", ""]
