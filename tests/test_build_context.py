"""Test that drawings are cached, and that different ones are drawn separately."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.charts.conftest import chart, series
from tests.conftest import tiny_png
from triptych import build_context
from triptych.build_context import BuildContext
from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.media.formulas.formulas import Formula
from triptych.media.picture_sizes import PictureTarget
from triptych.model.nodes import Picture
from triptych.project import Project
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme


def context_of(root: Path) -> BuildContext:
    project = Project(root, environ={})
    templates = load_page_templates(project.find_templates_folder())
    return BuildContext(load_labels("en"), load_theme(), templates, project.read_bytes, Cache(root / "cache"))


def test_inline_and_displayed_formulas_are_cached_separately(tmp_path: Path) -> None:
    context = context_of(tmp_path)
    mathml = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>n</mi><mn>2</mn></mfrac></math>'
    inline, displayed = (Formula(mathml, display=display) for display in (False, True))
    low = context.draw_formulas([inline])[inline]
    high = context.draw_formulas([displayed])[displayed]
    assert low and high
    assert high.height > 1.2 * low.height
    # Another run takes both from the cache.
    assert context_of(tmp_path).draw_formulas([displayed, inline]) == {displayed: high, inline: low}


def test_moved_chart_is_not_redrawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(chart("bar", series(1, 2)), span=Span(path="a.md", line=3))
    drawing = context_of(tmp_path).draw_chart(first)
    monkeypatch.setattr(build_context, "_draw_chart", lambda chart, theme: b"drawn again")
    context = context_of(tmp_path)
    assert context.draw_chart(replace(first, span=Span(path="a.md", line=9))) == drawing
    assert context.draw_chart(chart("bar", series(1, 3))) == b"drawn again"


def picture_name(root: Path) -> str:
    """Return the name of a picture on a page that may be rotated, as outputs use it."""
    upright = PictureTarget(
        width=400, wide=400, height=600, dpi=300, media_types=frozenset(("image/png", "image/jpeg"))
    )
    room = replace(upright, landscape=replace(upright, width=600, height=400))
    picture = Picture(path="dot.png", media_type="image/png", width=1, height=1)
    return context_of(root)._prepare_picture(picture, 1, room)[0]


@pytest.mark.e2e
def test_a_picture_has_one_name_however_sets_are_ordered(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(tiny_png())
    code = "from tests.test_build_context import *; print(picture_name(Path(sys.argv[1])))"
    names = {
        subprocess.run(
            [sys.executable, "-c", code, tmp_path],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(4)
    }
    assert len(names) == 1


def test_the_key_of_a_picture_does_not_depend_on_the_order_of_media_types_nor_on_names_of_classes() -> None:
    kinds = ("image/png", "image/jpeg", "image/svg+xml")
    picture_target = PictureTarget(width=1, wide=2, height=3, dpi=96, media_types=frozenset(kinds))
    text = build_context._serialise_target(picture_target)
    assert text.startswith("Room(width=1, wide=2, height=3, dpi=96, natural=1.0, ")
    assert text.endswith("['image/jpeg', 'image/png', 'image/svg+xml']")
    assert build_context._serialise_target(replace(picture_target, landscape=picture_target)) == text + text
