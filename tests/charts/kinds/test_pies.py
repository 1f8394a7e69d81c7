"""Test the labels beside slices of pie and ring charts."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from tests.charts.kinds.conftest import Read
from tests.property.strategies import BOUNDED
from triptych.charts.canvas import TextRuler
from triptych.charts.drawing import draw_narrow_chart
from triptych.charts.kinds.pies import iter_slice_labels, lay_out_pie
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme


def named_parts(kind: str, parts: dict[str, float]) -> Chart:
    drawing = chart(kind, series(*parts.values()), years=False)
    return replace(drawing, data=replace(drawing.data, categories=tuple(parts)))


def amounts(*values: float, unit: str = "", language: str = "en") -> list[str]:
    drawing = chart("pie", series(*values), unit=unit, language=language)
    return [part.amount for part in lay_out_pie(drawing, drawing.data, 300.0, TextRuler(load_theme())).slices]


def test_amounts_have_percentages() -> None:
    assert amounts(30, 10, unit="GW") == ["30 · 75%", "10 · 25%"]


@pytest.mark.parametrize("unit", ["%", "% of exports", ""])
def test_percentages_appear_once(unit: str) -> None:
    assert amounts(34, 66, unit=unit, language="de") == ["34\u00a0%", "66\u00a0%"]


def test_rounded_percentages_are_still_percentages() -> None:
    assert amounts(33, 33, 33) == ["33%", "33%", "33%"]


def test_amounts_that_add_up_to_100_keep_their_unit() -> None:
    assert amounts(34, 66, unit="GW") == ["34 · 34%", "66 · 66%"]


@pytest.mark.parametrize(
    ("unit", "title", "line"),
    [("GW", "", "GW"), ("GW", "Capacity", "Capacity (GW)"), ("", "Capacity", "Capacity"), ("", "", "")],
)
def test_the_line_over_the_value_axis_has_its_title_and_unit(unit: str, title: str, line: str) -> None:
    assert chart("line", series(1, 2), unit=unit, value_title=title).value_axis_title == line


@pytest.mark.parametrize(("unit", "line"), [("%", ""), ("% of exports", "% of exports")])
def test_common_unit_sign_is_not_repeated_above_the_slices(unit: str, line: str) -> None:
    assert chart("pie", series(34, 66), unit=unit).value_axis_title == line


def test_names_move_to_a_legend_if_a_word_would_be_broken() -> None:
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


@BOUNDED
@given(st.lists(st.floats(0.5, 100), min_size=2, max_size=12))
def test_leaders_go_outwards_from_the_middle_of_a_slice_to_its_label(values: list[float]) -> None:
    drawing = chart("pie", series(*values), years=False)
    plan = lay_out_pie(drawing, drawing.data, 300.0, TextRuler(load_theme()))
    assert plan.slices[0].start == 0
    assert plan.slices[-1].end == pytest.approx(360)
    labels = list(iter_slice_labels(plan))
    assert len(labels) == len(values)
    for label in labels:
        rim, bend, end = label.leader
        middle = (label.slice.start + label.slice.end) / 2
        assert math.hypot(*rim) == pytest.approx(plan.radius)
        assert math.degrees(math.atan2(rim[0], -rim[1])) % 360 == pytest.approx(middle)
        outwards = 1 if middle <= 180 else -1
        assert label.anchor == ("left" if outwards > 0 else "right")
        assert plan.radius < bend[0] * outwards < end[0] * outwards < label.left * outwards
        assert bend[1] == end[1]
        assert label.top < end[1] < label.top + label.slice.label_height
    for way in ("left", "right"):
        spans = sorted(
            (item.top, item.top + item.slice.label_height) for item in labels if item.anchor == way
        )
        assert all(after[0] >= before[1] - 1e-6 for before, after in pairwise(spans))
        assert all(-plan.pie_height / 2 <= top for top, _ in spans)
        assert all(foot <= plan.pie_height / 2 + 1 + 1e-6 for _, foot in spans)


def test_labels_are_level_with_their_slices_if_there_is_space() -> None:
    drawing = chart("pie", series(1, 1, 1, 1), years=False)
    plan = lay_out_pie(drawing, drawing.data, 300.0, TextRuler(load_theme()))
    sides = {label.slice.index: label.leader[1] for label in iter_slice_labels(plan)}
    assert [(x > 0, y > 0) for _, (x, y) in sorted(sides.items())] == [
        (True, False),
        (True, True),
        (False, True),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([5, -2], 'a pie chart cannot show the negative value -2 of "N1"'),
        ([0, 0], "all values in the pie chart are zero"),
        ([0, 5], ""),
        ([1] * 24, ""),
        ([1] * 25, "the pie chart has 25 slices; the limit is 24"),
    ],
    ids=str,
)
def test_values_that_a_pie_cannot_show_are_reported(read: Read, values: list[int], message: str) -> None:
    rows = "".join(f"N{index},{value}\n" for index, value in enumerate(values))
    drawing, findings = read(f"name,share\n{rows}", type="pie", x="name", y="share")
    assert (drawing is None) is bool(message)
    assert [item.message for item in findings if item.code == "CHT001"] == ([message] if message else [])


@pytest.mark.parametrize("kind", ["pie", "donut"])
def test_labels_of_a_narrow_pie_are_unbroken_and_do_not_overlap(kind: str) -> None:
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
