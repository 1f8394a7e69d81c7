"""Test which names under a plot are shown, and their positions. Here, each letter is a point wide."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.charts.conftest import chart, dated, series
from triptych.charts.axes import AXIS_LABEL_GAP, CategoryAxis, make_category_axis, make_category_ticks
from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.model.charts import ChartData, DatePrecision, Scale
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme


@dataclass(frozen=True, slots=True)
class Letters(TextRuler):
    """A font in which each letter is a point wide."""

    def measure(self, text: str) -> float:
        return float(len(text))


RULER = Letters(load_theme())


def over(data: ChartData, kind: str = "line", **more: object) -> Chart:
    return replace(chart(kind, *data.series), data=data, **more)  # type: ignore[arg-type]


def at(*positions: float) -> ChartData:
    names = tuple(f"{position:g}" for position in positions)
    return ChartData(categories=names, series=(series(*positions),), positions=positions)


def named(*names: str) -> ChartData:
    return ChartData(categories=names, series=(series(*range(len(names))),))


def ticks(drawing: Chart, width: float) -> tuple[list[str], bool]:
    """Return the shown names with their positions in per cent of the width, and whether they are rotated."""
    result, turned = make_category_ticks(
        drawing, drawing.data, make_category_axis(drawing, drawing.data), width, RULER
    )
    return [f"{'/'.join(tick.lines)} {tick.fraction * 100:.0f}" for tick in result], turned


@pytest.mark.parametrize(
    ("axis", "place", "share"),
    [
        (CategoryAxis(low=0, high=0, slot_count=4), 0, 0.125),
        (CategoryAxis(low=0, high=0, slot_count=4), 3, 0.875),
        (CategoryAxis(low=2, high=10), 2, 0.0),
        (CategoryAxis(low=2, high=10), 4, 0.25),
        (CategoryAxis(low=2, high=2), 2, 0.5),
        (CategoryAxis(low=1, high=10_000, is_log=True), 10, 0.25),
        (CategoryAxis(low=10, high=1000, is_log=True), 10, 0.0),
    ],
)
def test_a_place_is_a_share_of_the_axis(axis: CategoryAxis, place: float, share: float) -> None:
    assert axis.get_fraction(place) == pytest.approx(share)


@pytest.mark.parametrize(
    ("drawing", "axis"),
    [
        (over(at(3, 97)), CategoryAxis(low=3, high=97)),
        (over(at(97, 3)), CategoryAxis(low=3, high=97)),
        (over(at(3, 97), x_scale=Scale.LOG), CategoryAxis(low=3, high=97, is_log=True)),
        (over(at(3, 97), "bar"), CategoryAxis(low=0, high=0, slot_count=2)),
        (over(named("a", "b", "c")), CategoryAxis(low=0, high=0, slot_count=3)),
        (over(at(3, 97), "scatter"), CategoryAxis(low=0, high=100)),
        (over(at(3, 97), "scatter", x_scale=Scale.LOG), CategoryAxis(low=1, high=100, is_log=True)),
        (over(dated(DatePrecision.YEAR, "2003", "2097"), "scatter"), CategoryAxis(low=2000, high=2100)),
        (
            over(dated(DatePrecision.MONTH, "2020-01", "2021-01"), "scatter"),
            CategoryAxis(low=2020, high=2021),
        ),
        (chart("histogram", series(1, 2, 3)), CategoryAxis(low=0, high=3)),
    ],
)
def test_bars_and_words_have_slots_and_numbers_positions(drawing: Chart, axis: CategoryAxis) -> None:
    assert make_category_axis(drawing, drawing.data) == axis


def test_all_labels_that_fit_are_shown_and_otherwise_every_second() -> None:
    bins = chart("histogram", series(1, 2, 3))
    just = 3 * (AXIS_LABEL_GAP + 1)
    assert ticks(bins, just) == (["0 0", "1 33", "2 67", "3 100"], False)
    assert ticks(bins, just - 0.1) == (["0 0", "2 67"], False)
    assert ticks(bins, 1.0) == (["0 0"], False)


def test_edges_have_the_decimal_places_of_the_finest() -> None:
    bins = chart("histogram", series(1, 2))
    drawing = replace(bins, data=replace(bins.data, bin_edges=(0.0, 0.5, 1.25)))
    assert ticks(drawing, 100)[0] == ["0.00 0", "0.50 40", "1.25 100"]


def test_numbers_have_round_names_on_either_scale() -> None:
    assert ticks(over(at(0, 97)), 100)[0] == ["0 0", "20 21", "40 41", "60 62", "80 82"]
    assert ticks(over(at(0, 12)), 100)[0] == ["0 0", "5 42", "10 83"]
    assert ticks(over(at(0, 11.5)), 100)[0] == ["0 0", "2.5 22", "5.0 43", "7.5 65", "10.0 87"]
    assert ticks(over(at(1, 100), x_scale=Scale.LOG), 100)[0] == [
        f"{name} {place}"
        for name, place in ((1, 0), (2, 15), (5, 35), (10, 50), (20, 65), (50, 85), (100, 100))
    ]


def test_labels_keep_a_minimum_distance_or_are_rotated() -> None:
    words = over(named("a" * 10, "b" * 10), "bar")
    both = [f"{'a' * 10} 25", f"{'b' * 10} 75"]
    assert ticks(words, 26.0) == (both, False)
    assert ticks(words, 25.9) == (both, True)


def test_horizontal_label_has_at_most_four_lines() -> None:
    four, five = (over(named(" ".join(["abcde"] * count), "x"), "bar") for count in (4, 5))
    assert ticks(four, 20.0) == (["abcde/abcde/abcde/abcde 25", "x 75"], False)
    assert ticks(five, 20.0) == (["abcde abcde abcde abcde abcde 25", "x 75"], True)


def test_rotated_labels_have_few_lines_and_are_thinned_if_needed() -> None:
    long = " ".join(["abcdefghi"] * 12)  # 119 letters: two lines of 96, one of 130
    slots = over(named(*[long] * 4), "bar")
    assert [name.count("/") for name in ticks(slots, 4 * 2 * LINE_HEIGHT)[0]] == [1] * 4
    assert [name.count("/") for name in ticks(slots, 4 * LINE_HEIGHT)[0]] == [0] * 4
    assert [name.split()[-1] for name in ticks(slots, 4 * LINE_HEIGHT - 1)[0]] == ["12", "62"]


def test_years_under_bars_go_without_some_names_and_keep_the_last() -> None:
    years = over(dated(DatePrecision.YEAR, "2021", "2022", "2023"), "bar")
    assert ticks(years, 3 * 9.0) == (["2021 17", "2022 50", "2023 83"], False)
    assert ticks(years, 3 * 6.9) == (["2021 17", "2023 83"], False)
    assert ticks(years, 3 * 2.0) == (["2023 83"], False)


def test_dates_have_as_many_labels_as_fit() -> None:
    months = over(dated(DatePrecision.MONTH, "2023-10", "2023-12", "2024-03"))
    assert [name.split()[0] for name in ticks(months, 200)[0]] == [
        "Oct/2023",
        "Nov",
        "Dec",
        "Jan/2024",
        "Feb",
        "Mar",
    ]
    few = ticks(months, 40)[0]
    assert 2 <= len(few) < 6
    assert len(ticks(months, 5)[0]) == 1
