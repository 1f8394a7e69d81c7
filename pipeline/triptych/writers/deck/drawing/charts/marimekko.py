"""Draw Marimekko charts as native stacked areas on a date axis.

The workbook has a table with the values. Beside it, formulas compute for each column of the chart the days
of its left and right edge, and the shares, which drop to zero between two columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.charts.canvas import LINE_HEIGHT
from triptych.charts.kinds.marimekko import (
    GAP_FRACTION,
    compute_column_ends,
    compute_shares,
    lay_out_marimekko,
)
from triptych.charts.plot_layout import PlacedCallout
from triptych.charts.time_axis import format_category
from triptych.languages.numerals import to_letters
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.theme.colours import compute_contrast_ratio
from triptych.writers.deck.drawing.charts.context import ChartContext, SlideTextRuler
from triptych.writers.deck.drawing.charts.layout import (
    add_chart_title,
    add_legend,
    measure_header,
    measure_legend_rows,
    set_manual_layout,
)
from triptych.writers.deck.drawing.charts.number_formats import make_number_format
from triptych.writers.deck.drawing.charts.point_labels import ChartShapes
from triptych.writers.deck.drawing.charts.series import MarkStyle, fill_area, get_mark_style
from triptych.writers.deck.drawing.charts.workbook import get_category_header
from triptych.writers.deck.drawing.text import remove_forbidden_characters
from triptych.writers.deck.pptx.chart_data import Column, Formula, make_step_data
from triptych.writers.deck.pptx.exports import NativeChart
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import Palette, Tint, find_legible_fill, set_tint

_FIRST_DAY = 36526  # 1 January 2000, as a spreadsheet serial number
_DAYS = 10_000  # the width of the chart in days, so that an edge leans by a ten-thousandth of the width
_GAP_DAYS = round(GAP_FRACTION * _DAYS)


def make_marimekko_workbook(chart: Chart) -> Any:
    """Return the workbook: the table of the values, then the days and the shares at the edges of columns."""
    data, count = chart.data, len(chart.data.categories)
    names = [remove_forbidden_characters(format_category(data, n, chart.language)) for n in range(count)]
    columns = [Column(get_category_header(chart), names)]
    for series in data.series:
        code = make_number_format(max(series.decimal_places))
        columns.append(Column(remove_forbidden_characters(series.label), series.values, code))
    table_width, last = len(columns), to_letters(len(columns)).upper()
    days: list[Formula] = []
    shares: list[list[Formula | float]] = [[] for _ in data.series]
    available = _DAYS - _GAP_DAYS * (count - 1)
    for index, ends in enumerate(compute_column_ends(data)):
        row, gaps = index + 2, _FIRST_DAY + _GAP_DAYS * index
        totals = [f"SUM(B$2:{last}${end})" if end > 1 else "0" for end in (row - 1, row)]
        edges = [
            Formula(
                f"={gaps}+ROUND({available}*{total}/SUM(B$2:{last}${count + 1}),0)",
                float(_FIRST_DAY + _GAP_DAYS * index + round((end - index * GAP_FRACTION) * _DAYS)),
            )
            for total, end in zip(totals, ends, strict=True)
        ]
        if index:  # no areas between two columns
            days += [_shift(days[-1], 1), _shift(edges[0], -1)]
            for cells in shares:
                cells += [0.0, 0.0]
        days += edges
        for place, (cells, share) in enumerate(zip(shares, compute_shares(data, index), strict=True)):
            letter = to_letters(place + 2).upper()
            cells += [Formula(f"={letter}{row}/SUM(B{row}:{last}{row})", share)] * 2
    columns += [Column("", ()), Column("–", days), *(Column("", cells, "0%") for cells in shares)]
    return make_step_data(columns, table_width + 1, table_width, count)


def _shift(day: Formula, distance: int) -> Formula:
    return Formula(f"{day.text}{distance:+d}", day.value + distance)


_MAX_LARGE_COLUMNS = 6


def has_space_for_marimekko(chart: Chart, context: ChartContext) -> bool:
    """Return whether the columns are so few that their labels may be large, with the legend in one row."""
    return len(chart.data.categories) <= _MAX_LARGE_COLUMNS and not measure_legend_rows(chart, context)[0]


def style_marimekko(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Style the areas, hide the axes, and draw the shares and the labels of the columns."""
    add_chart_title(native, (("", chart.value_axis_title),), context)
    legend = add_legend(native, context, ())
    set_tint(native.legend.font.color, context.palette.text_colour)
    widths = [
        context.measure_text_width(series.label) + context.legend_key_width for series in chart.data.series
    ]
    set_manual_layout(legend, x=max(0.0, 1 - sum(widths) / context.width), y=0.0)
    for series, data in zip(native.plots[0].series, chart.data.series, strict=True):
        fill_area(series.format, _get_legible_style(chart, context, data), context)
        series.format.line.fill.background()
    native.category_axis.minimum_scale, native.category_axis.maximum_scale = _FIRST_DAY, _FIRST_DAY + _DAYS
    native.value_axis.minimum_scale, native.value_axis.maximum_scale = 0, 1
    for axis in (native.category_axis, native.value_axis):
        axis.has_major_gridlines = axis.visible = False
    top = measure_header(chart, context, has_legend=True)
    height = _draw_labels(native, chart, context, top)
    set_manual_layout(
        get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}"),
        inner=True,
        x=0.0,
        y=top / context.height,
        w=1.0,
        h=height / context.height,
    )


def _get_legible_style(chart: Chart, context: ChartContext, series: Series) -> MarkStyle:
    """Return the style of a series, with a fill on which shares have sufficient contrast.

    The fill is a tint of the same theme colour if possible, so that it follows a change of the theme.
    """
    style, palette = get_mark_style(chart, context, series), context.palette
    changes = (0.0, *(sign * step / 20 for step in range(1, 20) for sign in (-1, 1)))
    tints = (
        replace(style.tint, brightness=max(-1.0, min(1.0, style.tint.brightness + change)))
        for change in (changes if style.tint.slot else (0.0,))
    )
    legible = (tint for tint in tints if _choose_ink(tint, palette)[1] >= palette.text_contrast)
    return replace(style, tint=next(legible, None) or find_legible_fill(style.tint, palette)[0])


def _choose_ink(fill: Tint, palette: Palette) -> tuple[Tint, float]:
    """Return the text colour with the highest contrast on a fill, and this contrast."""
    fill_colour = palette.get_colour(fill)
    pairs = (
        (ink, compute_contrast_ratio(palette.get_colour(ink), fill_colour))
        for ink in (palette.text_colour, palette.background_tint)
    )
    return max(pairs, key=lambda pair: pair[1])


def _draw_labels(native: NativeChart, chart: Chart, context: ChartContext, top: float) -> float:
    """Draw the shares on the areas and the labels below the columns; return the height of the columns."""
    ruler, palette = SlideTextRuler(context.theme, context), context.palette
    width, max_height = context.width / ruler.scale, (context.height - top) / ruler.scale
    labels_height = lay_out_marimekko(chart, width, ruler, max_height).total_height - max_height
    plan = lay_out_marimekko(chart, width, ruler, max_height - labels_height)
    shapes = ChartShapes(context, (0.0, top))
    for cell in plan.cells:
        style = _get_legible_style(chart, context, chart.data.series[cell.series])
        if cell.text and style.pattern is None:
            ink, _ = _choose_ink(style.tint, palette)
            left, upper, right, lower = cell.box
            corner = ((left + right - ruler.measure(cell.text)) / 2, (upper + lower - LINE_HEIGHT) / 2)
            callout = PlacedCallout(lines=(cell.text,), left=corner[0], top=corner[1], anchor="center")
            shapes.add_text_box(callout, ink)
    for label in plan.labels:
        left = label.x - ruler.measure_widest(label.lines) / 2
        if label.has_leader:
            ends = ((label.tick, plan.plot_height + 1), (label.x, label.top))
            shapes.add_line(ends, palette.muted_colour)
        shapes.add_text_box(
            PlacedCallout(lines=label.lines, left=left, top=label.top, anchor="center"), palette.text_colour
        )
    shapes.add_to_chart(native)
    return plan.plot_height * ruler.scale
