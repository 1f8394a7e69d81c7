"""Test waterfall charts: bars start where the previous bar ends, and totals start at zero."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.charts.conftest import chart, series
from tests.charts.kinds.conftest import Read
from tests.property.strategies import BOUNDED
from tests.writers.deck.test_charts import native
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import TextRuler, touches
from triptych.charts.chart_types import CHART_TYPES, ColourRole, SeriesMark
from triptych.charts.drawing import draw_chart, lay_out_plot
from triptych.charts.kinds.waterfalls import Waterfall
from triptych.charts.plot_layout import PlotSettings, format_bar_value, iter_bars
from triptych.charts.styles import get_colour_style, get_waterfall_bar_style
from triptych.model.nodes import Chart
from triptych.theme.colours import compute_contrast_ratio
from triptych.theme.theme import load_theme

THEME = load_theme()
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ROOM = THEME.print.chart_width - 4
CHANGES = st.lists(
    st.one_of(st.none(), st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.4g}"))),
    min_size=1,
    max_size=30,
).filter(lambda values: any(value is not None for value in values))


def waterfall(*values: float | None, totals: tuple[int, ...] = ()) -> Chart:
    drawing = chart("waterfall", series(*values), years=False)
    return replace(drawing, data=replace(drawing.data, total_indices=totals))


def test_changes_are_stacked_and_totals_start_at_zero() -> None:
    steps = waterfall(100, 20, -150, -30, totals=(0, 3)).data.waterfall_spans
    assert steps == ((0, 100), (100, 120), (120, -30), (0, -30))


def test_missing_value_has_no_bar_and_changes_nothing() -> None:
    assert waterfall(100, None, 5).data.waterfall_spans == ((0, 100), None, (100, 105))


def test_changes_carry_their_sign_and_totals_none() -> None:
    drawing = waterfall(100, 20, -150, -30, totals=(0, 3))
    assert [format_bar_value(drawing, drawing.data, 0, index) for index in range(4)] == [
        "100",
        "+20",
        "−150",
        "−30",
    ]


def test_native_bars_and_connectors_have_the_ends_of_the_steps() -> None:
    drawing = waterfall(100, 20, -150, -20, 10, -40, totals=(0, 5))
    native_series = CHART_TYPES["waterfall"].list_native_series(drawing)
    n = None  # this step has no value
    assert [(item.mark, item.colour_source, item.series.values) for item in native_series] == [
        (SeriesMark.HIDDEN, ColourRole.TOTAL, (0, 100, 0, -30, -40, 0)),
        (SeriesMark.BAR, ColourRole.RISE, (n, 20, n, n, n, n)),
        (SeriesMark.BAR, ColourRole.FALL, (n, n, 120, n, n, n)),
        (SeriesMark.BAR, ColourRole.TOTAL, (100, n, n, n, n, n)),
        (SeriesMark.BAR, ColourRole.RISE, (n, n, n, n, -10, n)),
        (SeriesMark.BAR, ColourRole.FALL, (n, n, -30, -20, n, n)),
        (SeriesMark.BAR, ColourRole.TOTAL, (n, n, n, n, n, -40)),
        (SeriesMark.CONNECTOR, ColourRole.TOTAL, (100, 100, n, -50, -50, n)),
        (SeriesMark.CONNECTOR, ColourRole.TOTAL, (n, 120, 120, n, -40, -40)),
        (SeriesMark.CONNECTOR, ColourRole.TOTAL, (n, n, -30, -30, n, n)),
        (SeriesMark.VALUE_LABELS, ColourRole.TOTAL, (100, 120, -30, -50, -40, -40)),
    ]
    assert CHART_TYPES["waterfall"].get_native_chart_type(drawing).line_count == 4


def test_native_connectors_skip_gaps() -> None:
    native_series = CHART_TYPES["waterfall"].list_native_series(waterfall(100, 20, None, 5))
    lines = [item.series.values for item in native_series if item.mark is SeriesMark.CONNECTOR]
    assert lines == [(100, 100, None, None), (None, None, None, None)]


def test_values_are_above_rises_and_below_falls() -> None:
    root = etree.fromstring(draw_chart(waterfall(100, 50, -40, totals=(0,)), THEME))
    heights = {text.text: float(text.get("y")) for text in root.iterfind(".//{*}text")}
    joins = [
        [float(number) for number in path.get("d").strip("M").split()]
        for path in root.iterfind(".//{*}path")
        if path.get("stroke-width") == "0.5" and path.get("stroke") == f"#{THEME.colours.muted}"
    ]
    assert len(joins) == 2
    (from_total, from_rise) = sorted(joins, key=lambda join: -join[1])
    for right, start_y, left, end_y in joins:
        assert start_y == end_y
        assert left < right
    assert min(from_rise[::2]) > min(from_total[::2])
    assert heights["100"] < from_total[1]
    assert heights["+50"] < from_rise[1]
    per_unit = (from_total[1] - from_rise[1]) / 50
    assert heights["\u221240"] > from_rise[1] + 40 * per_unit


def test_only_labels_below_low_bars_move_category_labels() -> None:
    high, low = waterfall(100, -5, totals=(0,)), waterfall(100, -99, totals=(0,))
    assert not CHART_TYPES["waterfall"].has_values_below_axis(high, high.data)
    assert CHART_TYPES["waterfall"].has_values_below_axis(low, low.data)


def test_rise_fall_and_total_differ_in_greyscale() -> None:
    greys = sorted(_lightness(get_colour_style(place, THEME).colour) for place in tuple(ColourRole))
    assert all(after - before >= 8 for before, after in pairwise(greys))
    drawing = waterfall(1.0, -1.0, None, totals=(2,))
    assert len({get_waterfall_bar_style(drawing, THEME, index).colour for index in range(3)}) == 3


def test_unhighlighted_bars_recede_but_show_their_direction() -> None:
    drawing = replace(waterfall(5.0, 2.0, -1.0), highlight=("Name 1",))
    looks = [get_waterfall_bar_style(drawing, THEME, index) for index in range(3)]
    assert [look.is_receding for look in looks] == [True, False, True]
    assert looks[0].colour != looks[2].colour


def _lightness(colour: str) -> float:
    """Return the CIELAB lightness L* of a colour, computed from its contrast with black."""
    return 116 * float(((compute_contrast_ratio(colour, "000000") - 1) * 0.05) ** (1 / 3)) - 16


@BOUNDED
@given(CHANGES, st.sets(st.integers(0, 29)))
def test_all_bars_are_within_the_plot(values: list[float | None], totals: set[int]) -> None:
    drawing = waterfall(*values, totals=tuple(sorted(index for index in totals if index < len(values))))
    plan = lay_out_plot(drawing, drawing.data, ROOM, TextRuler(THEME), PlotSettings())
    for step in filter(None, drawing.data.waterfall_spans):
        assert all(-1e-6 <= plan.value_axis.get_fraction(end) <= 1 + 1e-6 for end in step)
    assert plan.left + plan.width + plan.right <= ROOM + 1e-6


@pytest.mark.parametrize("values", [(0,), (0, 0), (-1, -2), (1e15, 1e-15), (None, 1)], ids=str)
def test_unusual_values_can_be_drawn(values: tuple[float | None, ...]) -> None:
    assert b"nan" not in draw_chart(waterfall(*values), THEME)


def test_callouts_touch_no_bar_value_or_connector(read: Read) -> None:
    csv = "item,amount\nStart,120\nSales,32\nCosts,-60\nLoss,-105\nEnd,\n"
    drawing, findings = read(
        csv,
        type="waterfall",
        x="item",
        y="amount",
        totals="Start; End",
        callout="Sales: A good year; Costs: Rents rose; Loss: Two cases were lost; End: Less than nothing",
    )
    assert not findings
    ruler = TextRuler(THEME)
    layout = lay_out_plot(drawing, drawing.data, ROOM, ruler, PlotSettings())
    boxes = list(Waterfall().iter_boxes(layout, ruler))
    assert len(boxes) == 5 + 5 + 4  # bars, values and connectors
    texts = [measure_callout_box(callout, ruler) for callout in layout.callouts]
    assert len(texts) == 4
    assert not any(touches(text, box) for text in texts for box in boxes)


def test_target_of_a_decrease_includes_the_value_below_it(read: Read) -> None:
    csv = "item,amount\nStart,120\nCosts,-60\n"
    drawing, _ = read(
        csv, type="waterfall", x="item", y="amount", totals="Start", callout="Costs: Rents rose"
    )
    ruler = TextRuler(THEME)
    layout = lay_out_plot(drawing, drawing.data, ROOM, ruler, PlotSettings())
    (_, _, _, bar), (_, _, _, cut) = iter_bars(layout)
    target = Waterfall().locate_target(layout, drawing.callouts[0], ruler)
    assert target[1] == cut[1] == bar[1] and target[3] > cut[3] + 9


def test_grey_native_bars_keep_their_fill_below_zero(read: Read) -> None:
    csv = "item,amount\nStart,20\nCosts,-60\nEnd,\n"
    drawing, _ = read(
        csv, type="waterfall", x="item", y="amount", totals="Start; End", highlight="Start", fig_alt="A."
    )
    points = list(native(drawing)._chartSpace.iter(f"{C}dPt"))
    assert points
    assert {point.find(f"{C}invertIfNegative").get("val") for point in points} == {"0"}
    assert not [element for point in points for element in point.iter() if "pattFill" in element.tag]
