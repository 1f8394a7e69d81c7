"""Test that charts are reproducible, and that all numbers are drawn at the correct positions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.charts.conftest import chart, series
from triptych.charts.drawing import draw_chart
from triptych.model.charts import Annotation, ChartData, ChartReferenceLine, Scale
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

KINDS = ["line", "bar", "area", "scatter", "pie", "donut", "histogram"]
GAPS = series(1, None, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_same_chart_has_the_same_bytes(kind: str) -> None:
    drawing = chart(kind, series(1, 2, 3))
    assert draw_chart(drawing, load_theme()) == draw_chart(drawing, load_theme())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("years", [True, False])
def test_a_drawing_is_svg_without_date_or_missing_numbers(kind: str, years: bool) -> None:
    svg = draw_chart(chart(kind, GAPS, years=years, unit="GW"), load_theme())
    root = etree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    coordinates = " ".join(
        value for element in root.iter() for name, value in element.attrib.items() if name != "id"
    )
    assert "nan" not in coordinates.lower()
    assert "inf" not in coordinates.lower().split()
    assert b"date" not in svg


@pytest.mark.parametrize("kind", ["line", "bar", "area", "scatter"])
@pytest.mark.parametrize(
    "values",
    [
        (None, 1, 2),
        (1, None, None),
        (None, None, 1),
        (0, 0, 0),
        (-1, -2, -3),
        (-1, 0, 1),
        (1e15, 1e-15, 1),
        (5, 5, 5),
    ],
    ids=str,
)
def test_unusual_values_can_be_drawn(kind: str, values: tuple[float | None, ...]) -> None:
    assert draw_chart(chart(kind, series(*values)), load_theme()).startswith(b"<?xml")


@pytest.mark.parametrize("kind", KINDS)
def test_single_value_can_be_drawn(kind: str) -> None:
    assert draw_chart(chart(kind, series(7)), load_theme()).startswith(b"<?xml")


@pytest.mark.parametrize("kind", ["bar", "area"])
def test_stacks_with_gaps_can_be_drawn(kind: str) -> None:
    drawing = chart(kind, series(1, None, 3), series(2, 2, None, label="Costs"), stacked=True)
    assert draw_chart(drawing, load_theme()).startswith(b"<?xml")


def test_bars_can_be_horizontal() -> None:
    standing = chart("bar", series(1, 2, 3))
    assert draw_chart(standing, load_theme()) != draw_chart(replace(standing, horizontal=True), load_theme())


@pytest.mark.parametrize("name", ["Cost in $", "$x_$", "R&D", "a < b", '"so" they say', "\\frac{"])
def test_names_with_markup_are_plain_text(name: str) -> None:
    data = ChartData(categories=(name, "b"), series=(series(1, 2),))
    drawing = Chart(kind="pie", data=data, caption=(), alt="x")
    assert name in words(draw_chart(drawing, load_theme()))


def test_many_series_have_colours_each() -> None:
    many = [series(1, 2, label=f"S{i}") for i in range(12)]
    assert draw_chart(chart("line", *many), load_theme()).startswith(b"<?xml")


SVG = "{http://www.w3.org/2000/svg}"
NOTES = {
    "annotations": (Annotation(position=2021.0, name="2021", text="A law"),),
    "reference_lines": (ChartReferenceLine(value=2, text="Target"),),
}
WITH_AXES = [kind for kind in KINDS if kind not in ("pie", "donut")]


def words(svg: bytes) -> list[str]:
    """Return the lines of text of a drawing."""
    return [text.text or "" for text in etree.fromstring(svg).iter(f"{SVG}text")]


def paths(svg: bytes) -> list[str]:
    return [path.get("d", "") for path in etree.fromstring(svg).iter(f"{SVG}path")]


@pytest.mark.parametrize("kind", WITH_AXES)
def test_notes_and_reference_lines_add_to_a_drawing(kind: str) -> None:
    plain = chart(kind, series(1, 2, 3))
    noted = replace(plain, **NOTES)  # type: ignore[arg-type]
    if kind == "histogram":
        noted = replace(noted, annotations=(Annotation(position=1.5, name="1.5", text="A law"),))
    assert len(paths(draw_chart(noted, load_theme()))) > len(paths(draw_chart(plain, load_theme())))


@pytest.mark.parametrize("kind", KINDS)
def test_panels_form_a_grid(kind: str) -> None:
    panels = [
        series(1, None, 3, panel="North"),
        series(2, 2, 4, panel="South"),
        series(5, 1, 1, panel="West"),
    ]
    svg = draw_chart(chart(kind, *panels), load_theme())
    item = draw_chart(chart(kind, series(1, None, 3)), load_theme())
    assert len(paths(svg)) > len(paths(item))
    assert b"nan" not in svg.lower()


def strokes(drawing: Chart) -> set[int]:
    """Return the number of points of each line in a drawing."""
    root = etree.fromstring(draw_chart(drawing, load_theme()))
    lines = (path for path in root.iter(f"{SVG}path") if path.get("fill") == "none")
    return {len(re.findall("[-.0-9]+", path.get("d", ""))) // 2 for path in lines}


def test_a_gap_in_a_line_is_not_joined() -> None:
    assert 7 in strokes(chart("line", series(1, 2, 3, 4, 5, 6, 7)))
    broken = strokes(chart("line", series(1, 2, 3, None, 5, 6, 7)))
    assert 3 in broken
    assert not broken & {6, 7}


def test_a_pie_is_full_and_a_donut_a_ring() -> None:
    pie, donut = chart("pie", series(1, 2, 3)), chart("donut", series(1, 2, 3))
    assert draw_chart(pie, load_theme()) != draw_chart(donut, load_theme())


def test_stacks_below_zero_can_be_drawn() -> None:
    drawing = chart("bar", series(1, -2, 3), series(-1, -1, 2, label="Costs"), stacked=True)
    assert draw_chart(drawing, load_theme()).startswith(b"<?xml")


def test_percentages_of_zero_can_be_drawn() -> None:
    drawing = chart("bar", series(1, 0), series(3, 0, label="Costs"), stacked=True, percent=True)
    assert draw_chart(drawing, load_theme()).startswith(b"<?xml")


def test_a_log_scale_is_another_drawing() -> None:
    drawing = chart("line", series(1, 100, 10_000))
    log = replace(drawing, y_scale=Scale.LOG)
    assert draw_chart(log, load_theme()) != draw_chart(drawing, load_theme())


def test_numbers_use_the_format_of_the_language() -> None:
    drawing = chart("line", series(1000, 2500, 10_000))
    german = replace(drawing, language="de")
    assert draw_chart(german, load_theme()) != draw_chart(drawing, load_theme())


def test_folder_of_the_user_is_unchanged(tmp_path: Path) -> None:
    """Test that drawing a chart writes no font list into the home folder or the temporary folder."""
    script = (
        "from tests.charts.conftest import chart, series\n"
        "from triptych.charts.drawing import draw_chart\n"
        "from triptych.theme.theme import load_theme\n"
        "draw_chart(chart('line', series(1, 2)), load_theme())\n"
    )
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    places = {"HOME": str(home), "USERPROFILE": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    environment = {**os.environ, **places, "TMPDIR": str(scratch), "TEMP": str(scratch)}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-B", "-c", script], check=True, cwd=root, env=environment)
    assert not list(home.rglob("*"))
    assert not list(scratch.rglob("*"))


@pytest.mark.parametrize("label", ["装机容量", "القدرة", "क्षमता", "Mix 容量 ✓ القدرة", "Мощность"])
def test_a_chart_in_any_script_names_faces_that_have_all_its_glyphs(label: str) -> None:
    drawing = chart("bar", series(1, 2, label=label), series(2, 3, label="B"), unit=label)
    svg = draw_chart(drawing, load_theme())
    assert svg == draw_chart(drawing, load_theme())
    assert words(svg).count(label) == 2
    texts = [text.get("font-family", "") for text in etree.fromstring(svg).iter(f"{SVG}text")]
    assert any("Noto" in families for families in texts)


def test_missing_glyph_is_replaced_visibly() -> None:
    drawing = chart("bar", series(1, 2, label="A"), series(2, 3, label="𓀀 B"))
    assert "\ufffd B" in words(draw_chart(drawing, load_theme()))
