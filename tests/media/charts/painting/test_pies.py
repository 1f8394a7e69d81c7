"""Pies and rings: what is said beside each slice."""

from __future__ import annotations

import pytest

from tests.media.charts.conftest import chart, series
from triptych.media.charts.painting.pies import plan_round
from triptych.model.charts import ChartKind
from triptych.theme.theme import load_theme


def amounts(*values: float, unit: str = "", language: str = "en") -> list[str]:
    drawing = chart(ChartKind.PIE, series(*values), unit=unit, language=language)
    return [part.amount for part in plan_round(drawing, drawing.data, 300.0, load_theme()).slices]


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
    assert chart(ChartKind.LINE, series(1, 2), unit=unit, value_title=title).value_line == line


@pytest.mark.parametrize(("unit", "line"), [("%", ""), ("% of exports", "% of exports")])
def test_a_sign_that_each_slice_has_does_not_stand_over_them(unit: str, line: str) -> None:
    assert chart(ChartKind.PIE, series(34, 66), unit=unit).value_line == line
