"""Bars lie where their names have no room side by side, unless their author says otherwise."""

from __future__ import annotations

import pytest

from tests.media.charts.conftest import chart, series
from triptych.model.charts import ChartData, ChartKind
from triptych.reading.charts.turning import turned_on_side


def words(*names: str, panels: int = 0) -> ChartData:
    values = (1.0,) * len(names)
    own = [series(*values, panel=f"P{i}") for i in range(panels)] or [series(*values)]
    return ChartData(categories=names, series=tuple(own))


@pytest.mark.parametrize(
    "names",
    [
        ("Papers", "Patents"),
        ("China", "United States", "Germany", "Japan", "Korea", "India"),
        ("Electric cars and their batteries", "Solar cells and modules"),
        ("中国", "美国", "日本", "德国"),
    ],
)
def test_names_that_fit_leave_bars_standing(names: tuple[str, ...]) -> None:
    assert not turned_on_side(ChartKind.BAR, words(*names))


@pytest.mark.parametrize(
    "names",
    [
        tuple(f"Country {i}" for i in range(30)),
        ("Ultra-high-voltage transmission", "Photovoltaics", "Electrolysers", "Batteries", "Turbines"),
        ("Electric vehicles, their batteries and what charges them, at home and on the road", *"ABCDEF"),
        tuple("一二三四五六七八九十甲乙丙丁" * 2),
    ],
)
def test_many_or_long_names_lie(names: tuple[str, ...]) -> None:
    assert turned_on_side(ChartKind.BAR, words(*names))


def test_panels_have_less_room() -> None:
    names = ("Photovoltaics", "Electrolysers", "Turbines", "Batteries")
    assert not turned_on_side(ChartKind.BAR, words(*names))
    assert turned_on_side(ChartKind.BAR, words(*names, panels=4))


def test_years_go_from_left_to_right_however_many() -> None:
    years = chart(ChartKind.BAR, series(*range(60))).data
    assert not turned_on_side(ChartKind.BAR, years)


@pytest.mark.parametrize("kind", [kind for kind in ChartKind if kind is not ChartKind.BAR])
def test_only_bars_can_lie(kind: ChartKind) -> None:
    assert not turned_on_side(kind, words(*(f"Country {i}" for i in range(30))))
