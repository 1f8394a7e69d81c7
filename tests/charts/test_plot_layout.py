"""Test that names in a plot do not touch, and that only names that readers can infer are omitted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.charts.conftest import chart, series
from tests.conftest import Golden
from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import PLOT_HEIGHT, PlotLayout, PlotSettings, choose_plot_height
from triptych.model.charts import Annotation, ChartData, ChartReferenceLine
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

ROOM = 320.0
RULER = TextRuler(load_theme())


def planned(drawing: Chart) -> PlotLayout:
    return lay_out_plot(drawing, drawing.data, ROOM, RULER, PlotSettings())


def named(*names: str, horizontal: bool = False, kind: str = "bar") -> Chart:
    data = ChartData(categories=names, series=(series(*range(1, len(names) + 1)),))
    return Chart(kind=kind, data=data, caption=(), alt="", horizontal=horizontal)


LONG = (
    "United Kingdom of Great Britain",
    "Democratic Republic of the Congo",
    "Japan",
    "Bosnia and Herzegovina",
)


def apart(plan: PlotLayout) -> bool:
    rows = [
        (
            tick.fraction * plan.width - RULER.measure_widest(tick.lines) / 2,
            tick.fraction * plan.width + RULER.measure_widest(tick.lines) / 2,
        )
        for tick in plan.ticks
    ]
    return all(before[1] < after[0] for before, after in pairwise(rows))


@pytest.mark.parametrize("count", [2, 5, 12, 40])
def test_years_do_not_touch(count: int) -> None:
    for kind in ("line", "bar"):
        plan = planned(chart(kind, series(*range(count))))
        assert apart(plan)
        assert len(plan.ticks) >= min(count, 2)


@pytest.mark.parametrize(
    ("count", "step"),
    [(9, 1), (12, 2), (30, 4), (45, 5), (60, 10), (150, 20), (200, 25), (300, 50), (1000, 200)],
)
def test_many_years_are_thinned_and_the_last_is_labelled(count: int, step: int) -> None:
    plan = planned(chart("bar", series(*range(count))))
    named_years = [int(tick.lines[0]) for tick in plan.ticks]
    assert named_years == list(range(2019 + count, 2019, -step))[::-1]


@pytest.mark.parametrize("horizontal", [True, False])
def test_long_names_are_wrapped_without_loss(horizontal: bool) -> None:
    plan = planned(named(*LONG, horizontal=horizontal))
    assert [" ".join(tick.lines) for tick in plan.ticks] == list(LONG)
    assert horizontal or apart(plan)


def test_names_too_wide_for_bars_are_rotated() -> None:
    names = tuple(f"Telecommunications {number}" for number in range(16))
    plan = planned(named(*names))
    assert plan.has_rotated_labels
    assert [" ".join(tick.lines) for tick in plan.ticks] == list(names)
    assert all(len(tick.lines) * LINE_HEIGHT <= plan.width / 16 for tick in plan.ticks)


def test_rows_of_lying_bars_hold_their_names() -> None:
    plan = planned(named(*LONG, horizontal=True))
    assert plan.height / len(LONG) >= max(len(tick.lines) for tick in plan.ticks) * LINE_HEIGHT


def test_few_bars_carry_their_values_and_need_no_axis() -> None:
    assert planned(chart("bar", series(1, 2, 3))).has_value_labels
    assert not planned(chart("bar", series(*range(20)))).has_value_labels


def test_values_that_would_touch_are_read_from_an_axis() -> None:
    large = [series(*(1_234_567.0,) * 7, label=name) for name in "ab"]
    assert not planned(chart("bar", *large)).has_value_labels


@pytest.mark.parametrize("own", [1, 2, 3])
def test_few_bars_have_a_maximum_width(own: int) -> None:
    widths = []
    for count in range(1, 12):
        values = [series(*range(1, count + 1), label=f"S{i}") for i in range(own)]
        plan = planned(chart("bar", *values, years=False))
        widths.append(plan.width)
        assert plan.width / count / own <= 66
    assert widths[:3] == sorted(widths[:3])
    assert widths[1] < 0.8 * ROOM < widths[-1]


def test_many_series_get_enough_height_for_labels() -> None:
    assert choose_plot_height(chart("line", *(series(1, 2, label=f"S{i}") for i in range(3)))) == PLOT_HEIGHT
    several = chart("line", *(series(i, 2 * i, label=f"S{i}") for i in range(15)))
    assert PLOT_HEIGHT < choose_plot_height(several) < 1.5 * PLOT_HEIGHT
    plan = lay_out_plot(several, several.data, ROOM, RULER, PlotSettings(height=choose_plot_height(several)))
    assert len(plan.end_labels) == 15


def test_line_end_labels_include_reference_lines() -> None:
    drawing = chart("line", series(1, 2, label="a"), series(2, 3, label="b"))
    plan = planned(replace(drawing, reference_lines=(ChartReferenceLine(value=2, text="Target"),)))
    assert [end.lines for end in plan.end_labels] == [("a 2",), ("b 3",), ("Target",)]
    assert plan.right >= max(RULER.measure_bold(line) for end in plan.end_labels for line in end.lines)


def test_too_many_end_labels_become_a_legend() -> None:
    many = [series(1, 2, label=f"S{number}") for number in range(20)]
    assert planned(chart("line", *many)).end_labels == ()


def test_percentages_are_labelled_as_percentages() -> None:
    plan = planned(
        chart("area", series(1, 1, label="a"), series(1, 3, label="b"), stacked=True, percent=True)
    )
    assert [end.lines for end in plan.end_labels] == [("a 25%",), ("b 75%",)]


def test_annotations_are_wrapped_and_stay_within_the_drawing() -> None:
    words = "A very long remark on what happened in the last of all years"
    drawing = chart("line", series(1, 2, 3, 4))
    notes = (
        Annotation(position=2022, name="2022", text=words),
        Annotation(position=2023, name="2023", text=words),
    )
    plan = planned(replace(drawing, annotations=notes))
    assert [" ".join(remark.lines) for remark in plan.annotations] == [words, words]
    for remark in plan.annotations:
        assert -plan.left <= remark.text_left
        assert remark.text_left + RULER.measure_widest(remark.lines) <= plan.width + plan.right + 1
    assert len({remark.row for remark in plan.annotations}) == 2


def test_the_last_name_under_the_plot_does_not_hang_over_the_sheet() -> None:
    drawing = chart("scatter", series(1, 2), years=False)
    data = replace(drawing.data, positions=(0.0, 100_000.0))
    plan = lay_out_plot(replace(drawing, data=data), data, ROOM, RULER, PlotSettings())
    last = plan.ticks[-1]
    assert last.fraction * plan.width + RULER.measure_widest(last.lines) / 2 <= plan.width + plan.right


def as_text(plan: PlotLayout) -> str:
    """Return the positions of all elements in points; category names relative to the start of the axis."""
    text = f"{plan.left:.1f} | {plan.width:.1f} | {plan.right:.1f}"
    lines = [
        f"across {text}, down {plan.top:.1f} | {plan.height:.1f} | {plan.bottom:.1f}",
        f"values {plan.value_axis.low:g} to {plan.value_axis.high:g}: {' '.join(plan.value_axis.format_ticks('en'))}",
        f"places {plan.category_axis.slot_count or f'{plan.category_axis.low:g} to {plan.category_axis.high:g}'}",
    ]
    flags = {
        "lying": plan.is_horizontal,
        "labelled": plan.has_value_labels,
        "turned": plan.has_rotated_labels,
    }
    lines += [name for name, is_set in flags.items() if is_set]
    long = plan.height if plan.is_horizontal else plan.width
    lines += [f"  {tick.fraction * long:.1f} {' / '.join(tick.lines)}" for tick in plan.ticks]
    lines += [
        f"  end of {end_label.series} at {end_label.value:g}, {end_label.last_position:g}: {' / '.join(end_label.lines)}"
        for end_label in plan.end_labels
    ]
    lines += [
        f"  remark {annotation.text_left:.1f} in row {annotation.row}: {' / '.join(annotation.lines)}"
        for annotation in plan.annotations
    ]
    return "\n".join(lines)


NOTES = (
    Annotation(position=2020, name="2020", text="Begun"),
    Annotation(position=2022, name="2022", text="Ended at last"),
)
TWO = (series(1, -4, 3, label="North"), series(2, None, 2.5, label="South"))
PLANS = {
    "bars": chart("bar", *TWO, annotations=NOTES),
    "lying bars": chart("bar", *TWO, horizontal=True, annotations=NOTES),
    "stacked bars": chart(
        "bar", *TWO, stacked=True, reference_lines=(ChartReferenceLine(value=2, text="Target"),)
    ),
    "lying stacked bars": chart("bar", *TWO, stacked=True, horizontal=True),
    "one row of lying bars": chart("bar", series(1200, 30), horizontal=True, years=False),
    "many bars": chart("bar", series(*range(45))),
    "many lying bars": chart("bar", series(*range(32)), horizontal=True),
    "lines": chart(
        "line", *TWO, annotations=NOTES, reference_lines=(ChartReferenceLine(value=2, text="Target"),)
    ),
    "words under a line": chart("line", series(1, 2, 30), years=False),
    "bands": chart("area", series(1, 2, label="a"), series(3, 4, label="b"), stacked=True),
    "dots": chart("scatter", series(10, 200, 3000)),
    "histogram": chart("histogram", series(3, 9, 4)),
    "long names": named(*LONG),
    "long names of lying bars": named(*LONG, horizontal=True),
    "turned names": named(*(f"Telecommunications {number}" for number in range(30))),
    "a title of the places": replace(
        named("a", "b"), data=replace(named("a", "b").data, category_title="Name")
    ),
}


def test_plot_layouts_match_the_recorded_ones(golden: Golden) -> None:
    texts = [f"{name}: {as_text(planned(drawing))}\n" for name, drawing in PLANS.items()]
    drawing = PLANS["lines"]
    inner = PlotSettings(
        has_left_labels=False, has_bottom_labels=False, height=60.0, value_axis=planned(drawing).value_axis
    )
    texts.append(f"in a grid: {as_text(lay_out_plot(drawing, drawing.data, ROOM, RULER, inner))}\n")
    golden("chart-plans.txt", "\n".join(texts))
