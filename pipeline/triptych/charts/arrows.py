"""Read and place the arrow between two values, with their difference or their growth rate."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from decimal import Decimal

from triptych.charts.annotations import read_place
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.charts.chart_types import get_plot_chart_type
from triptych.charts.options import split_items
from triptych.charts.plot_layout import (
    ARROWHEAD_SIZE,
    PlacedArrow,
    PlacedCallout,
    PlotLayout,
    compute_spans,
    iter_bars,
    iter_range_boxes,
    place_start_labels,
)
from triptych.charts.time_axis import format_category
from triptych.charts.totals import iter_total_labels
from triptych.data.data_file import DataError
from triptych.languages.labels import load_labels
from triptych.languages.language_tags import get_text_direction
from triptych.languages.numerals import format_percent, format_signed
from triptych.model.charts import ChartArrow, ChartCallout, DatePrecision, convert_to_decimal, sum_as_decimals
from triptych.model.nodes import Attr, Chart

_DAYS_PER_YEAR = 365.2425
_FEW_PERCENT = 10  # smaller percentages have a decimal place
_ARROW_GAP = 2.0  # points between an arrow and the marks and texts below it


def read_arrow(attr: Attr, chart: Chart) -> ChartArrow | None:
    """Read ``difference=`` or ``growth=``, which name the two ends of an arrow; return None without either.

    Raise ``DataError`` CHT001 if the ends are invalid, or if their change has no percentage.
    """
    key = "growth" if attr.get("growth") else "difference"
    if not attr.get(key):
        return None
    if key == "growth" and attr.get("difference"):
        message = "a chart cannot have both `difference=` and `growth=`"
        raise DataError("CHT001", message, "keep the more important of the two", "growth")
    if chart.horizontal or chart.data.panels:
        message = f"`{key}=` requires a single chart with vertical bars or lines"
        hint = f"set `horizontal=false`, use `where=` instead of `facet=`, or remove `{key}=`"
        raise DataError("CHT001", message, hint, key)
    items = split_items(attr, key)
    if len(items) != 2:
        message = f"`{key}=` has {len(items)} ends; an arrow has two"
        raise DataError("CHT001", message, f'write the two ends with a semicolon: `{key}="START; END"`', key)
    start, end = (_read_end(item, chart, key) for item in items)
    text = (_format_growth if key == "growth" else _format_difference)(chart, start, end, key)
    return ChartArrow(start=start, end=end, text=text)


def _read_end(name: str, chart: Chart, key: str) -> ChartCallout:
    series, category = read_place(name, chart.data, key)
    if not series and len(chart.data.series) > 1 and (chart.percent or not chart.stacked):
        message = f'`{key}=` names "{name}", where the chart has several values'
        hint = f"name the series as well, for example `{chart.data.labels[0]}, {category}`"
        raise DataError("CHT001", message, hint, key)
    return ChartCallout(category=category, series=series, text="")


def _find_value(chart: Chart, end: ChartCallout) -> Decimal:
    """Return the value at an end of an arrow: of a series, of a stack, or of a share of 100 %."""
    index = chart.data.categories.index(end.category)
    places = [place for place, series in enumerate(chart.data.series) if end.series in ("", series.label)]
    if chart.percent:
        span = compute_spans(chart, chart.data)[places[0]][index] or (0.0, 0.0)
        return convert_to_decimal(span[1]) - convert_to_decimal(span[0])
    values = (chart.data.series[place].values[index] for place in places)
    return convert_to_decimal(sum_as_decimals(value for value in values if value is not None))


def _format_difference(chart: Chart, start: ChartCallout, end: ChartCallout, key: str) -> str:
    """Format the change from one value to another in percentage points if they are percentages, else in %."""
    before, after = _find_value(chart, start), _find_value(chart, end)
    if chart.percent or chart.unit.startswith("%"):
        decimals = max(series.label_decimals for series in chart.data.series) if not chart.percent else 0
        number = _keep_sign_at_left(format_signed(after - before, decimals, chart.language), chart.language)
        return load_labels(chart.language).patterns["percentage-points"].format(number=number)
    _check_positive((before, after), (start, end), key)
    return _format_change(100 * (after - before) / before, chart.language)


def _format_growth(chart: Chart, start: ChartCallout, end: ChartCallout, key: str) -> str:
    """Format the compound annual growth rate from one value to another, with its time span."""
    data, before, after = chart.data, _find_value(chart, start), _find_value(chart, end)
    if data.dates is None or chart.percent or chart.unit.startswith("%"):
        message = "`growth=` requires amounts by date" if data.dates is None else "`growth=` requires amounts"
        hint = "use `difference=` instead; it shows the change without a time span"
        raise DataError("CHT001", message, hint, key)
    _check_positive((before, after), (start, end), key)
    first, last = (data.categories.index(place.category) for place in (start, end))
    years = _count_years(data.dates[first], data.dates[last], data.date_precision)
    if years < 1 or start.series != end.series:
        message = "`growth=` requires two values of one series, at least a year apart, the earlier one first"
        raise DataError("CHT001", message, "correct the ends, or use `difference=`", key)
    rate = _format_change(
        convert_to_decimal(100 * math.expm1(math.log(after / before) / years)), chart.language
    )
    labels = load_labels(chart.language)
    period = "–".join(format_category(data, index, chart.language) for index in (first, last))
    return labels.patterns["per-year"].format(rate=rate) + labels.comma + period


def _check_positive(
    values: tuple[Decimal, Decimal], ends: tuple[ChartCallout, ChartCallout], key: str
) -> None:
    for value, end in zip(values, ends, strict=True):
        if value <= 0:
            message = f'`{key}=` cannot show a percentage: "{end.category}" is {float(value):g}, not positive'
            raise DataError("CHT001", message, f"choose positive values, or remove `{key}=`", key)


def _format_change(percentage: Decimal, language: str) -> str:
    text = format_percent(percentage, language, decimals=1 if abs(percentage) < _FEW_PERCENT else 0)
    return _keep_sign_at_left(f"+{text}" if percentage > 0 else text, language)


def _keep_sign_at_left(number: str, language: str) -> str:
    """Add directional marks to a number in a language written from right to left.

    Without the second mark, the sign would be at the right of the number. The first mark keeps the text
    right-to-left, because its direction is that of the first strong character (Unicode Annex #9).
    """
    return f"\u200f\u200e{number}" if get_text_direction(language) == "rtl" else number


def _count_years(start: dt.date, end: dt.date, precision: DatePrecision | None) -> float:
    if precision is DatePrecision.DAY:
        return (end - start).days / _DAYS_PER_YEAR
    return end.year - start.year + (end.month - start.month) / 12


def add_arrow(layout: PlotLayout, ruler: TextRuler) -> PlotLayout:
    """Return the layout with the chart's arrow above the plot and above all other texts.

    The arrow starts and ends above the bars, points and texts at its ends.
    """
    arrow = layout.chart.arrow
    if arrow is None:
        return layout
    level = -layout.top - _ARROW_GAP
    (start_x, start_y), (end_x, end_y) = (
        _locate_end(layout, place, ruler) for place in (arrow.start, arrow.end)
    )
    neck = (end_x, end_y - ARROWHEAD_SIZE)
    line = ((start_x, start_y), (start_x, level), (end_x, level), neck)
    width = ruler.measure_bold(arrow.text)
    left = min((start_x + end_x - width) / 2, layout.width + layout.right - width)
    label = PlacedCallout(
        lines=(arrow.text,), left=max(left, -layout.left), top=level - LINE_HEIGHT - 1, anchor="center"
    )
    return replace(
        layout,
        arrow=PlacedArrow(line, (end_x, end_y), label),
        top=layout.top + LINE_HEIGHT + 2 * _ARROW_GAP + 1,
    )


def _locate_end(layout: PlotLayout, end: ChartCallout, ruler: TextRuler) -> tuple[float, float]:
    """Return the position of an end of the arrow, above the value label, the total and the texts there."""
    left, y, right, _ = get_plot_chart_type(layout.chart).locate_target(layout, end, ruler)
    x = (left + right) / 2
    if not end.series and layout.chart.stacked and get_plot_chart_type(layout.chart).has_slots:
        index = layout.data.categories.index(end.category)
        y = min(box[1] for _, category, _, box in iter_bars(layout) if category == index)
    boxes = [label.box for label in place_start_labels(layout, ruler)]
    boxes += [box for _, box in iter_total_labels(layout, ruler)]
    boxes += [measure_callout_box(callout, ruler) for callout in layout.callouts]
    boxes += iter_range_boxes(layout)
    for note in layout.annotations:
        text_left, top = note.text_left + 3, -note.height_above_plot
        boxes.append((text_left, top, text_left + ruler.measure_widest(note.lines), top))
    return x, min(
        [y, *(top for box_left, top, box_right, _ in boxes if box_left - 1 < x < box_right + 1)]
    ) - (_ARROW_GAP)
