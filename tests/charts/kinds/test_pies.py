"""Pies and rings: what is said beside each slice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.charts.conftest import chart, series
from triptych.charts.canvas import TextRuler
from triptych.charts.drawing import draw_narrow_chart
from triptych.charts.kinds.pies import lay_out_pie
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme


def named_parts(kind: str, parts: dict[str, float]) -> Chart:
    drawing = chart(kind, series(*parts.values()), years=False)
    return replace(drawing, data=replace(drawing.data, categories=tuple(parts)))


def amounts(*values: float, unit: str = "", language: str = "en") -> list[str]:
    drawing = chart("pie", series(*values), unit=unit, language=language)
    return [part.amount for part in lay_out_pie(drawing, drawing.data, 300.0, TextRuler(load_theme())).slices]


def test_amounts_stand_with_their_shares() -> None:
    assert amounts(30, 10, unit="GW") == ["30 · 75%", "10 · 25%"]


@pytest.mark.parametrize("unit", ["%", "% of exports", ""])
def test_percentages_are_said_once(unit: str) -> None:
    assert amounts(34, 66, unit=unit, language="de") == ["34\u00a0%", "66\u00a0%"]


def test_rounded_percentages_are_still_percentages() -> None:
    assert amounts(33, 33, 33) == ["33%", "33%", "33%"]


def test_amounts_that_happen_to_make_a_hundred_keep_their_unit_over_them() -> None:
    assert amounts(34, 66, unit="GW") == ["34 · 34%", "66 · 66%"]


@pytest.mark.parametrize(
    ("unit", "title", "line"),
    [("GW", "", "GW"), ("GW", "Capacity", "Capacity (GW)"), ("", "Capacity", "Capacity"), ("", "", "")],
)
def test_the_line_over_the_value_axis_has_its_title_and_unit(unit: str, title: str, line: str) -> None:
    assert chart("line", series(1, 2), unit=unit, value_title=title).value_axis_title == line


@pytest.mark.parametrize(("unit", "line"), [("%", ""), ("% of exports", "% of exports")])
def test_a_sign_that_each_slice_has_does_not_stand_over_them(unit: str, line: str) -> None:
    assert chart("pie", series(34, 66), unit=unit).value_axis_title == line


def test_names_go_into_a_key_where_a_word_would_be_broken_beside_the_pie() -> None:
    parts = {"People over 75": 60.0, "Outdoor workers": 30.0, "People with chronic illness": 10.0}
    drawing = named_parts("donut", parts)
    wide, narrow = (
        lay_out_pie(drawing, drawing.data, room, TextRuler(load_theme())) for room in (300.0, 162.0)
    )
    assert not wide.legend_rows
    assert [" ".join(part.name_lines) for part in wide.slices] == list(parts)
    assert [part.name_lines for part in narrow.slices] == [(), (), ()]
    assert [(" ".join(row.name_lines), row.amount) for row in narrow.legend_rows] == list(
        zip(parts, ("60%", "30%", "10%"), strict=True)
    )
    assert narrow.total_height > narrow.pie_height


@pytest.mark.parametrize("kind", ["pie", "donut"])
def test_a_pie_on_a_telephone_keeps_its_words_whole_and_apart(kind: str) -> None:
    parts = {
        "People over 75": 58.0,
        "People 65 to 74": 19.0,
        "Outdoor workers": 11.0,
        "People with chronic illness": 8.0,
        "Others": 4.0,
    }
    svg = draw_narrow_chart(named_parts(kind, parts), load_theme()).decode()
    assert 'width="166pt"' in svg
    for name in parts:
        assert f">{name}</text>" in svg
