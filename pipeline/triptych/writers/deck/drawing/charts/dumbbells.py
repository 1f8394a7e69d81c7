"""Draw dumbbell charts as native scatter charts: two dots per category, joined by a line.

PowerPoint cannot combine horizontal bars with markers. Each row is therefore a y value, counted from the
bottom, and an invisible series has the category names as its data labels. The joining lines are a series
with gaps, drawn below the dots; those of highlighted rows are another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triptych.charts.axes import format_amount, make_linear_axis
from triptych.charts.kinds.dumbbells import is_row_highlighted
from triptych.charts.labels import wrap_label
from triptych.charts.time_axis import format_category
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.charts.context import ChartContext, measure_rows_height
from triptych.writers.deck.drawing.charts.layout import (
    add_chart_title,
    add_legend,
    set_manual_layout,
)
from triptych.writers.deck.drawing.charts.number_formats import make_number_format
from triptych.writers.deck.drawing.charts.point_labels import write_fixed_label
from triptych.writers.deck.drawing.charts.series import get_mark_style, style_marker
from triptych.writers.deck.drawing.charts.workbook import get_category_header
from triptych.writers.deck.drawing.text import remove_forbidden_characters
from triptych.writers.deck.pptx.chart_data import (
    Cell,
    Column,
    Formula,
    PointSeries,
    get_cell_name,
    make_point_data,
)
from triptych.writers.deck.pptx.exports import XL_LABEL_POSITION, XL_MARKER_STYLE, NativeChart, Pt
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import set_tint

_LABEL_DISTANCE = 12.0  # points; distance from a dot to its value
_MAX_NAMES_FRACTION = 0.4  # maximum fraction of the width for category names
_ROW_LEADING = 1.15  # minimum height of a row as a multiple of the text size
_BOTTOM_FRACTION = 0.98  # bottom of the last row as a fraction of the height
_DOT_SIZE, _LINE_WIDTHS = 10, (2.5, 4.0)  # points; width of the lines of other and of highlighted rows


@dataclass(frozen=True, slots=True)
class _DotSeries:
    """The dots of one chart series that share a colour: either the highlighted dots or the others.

    ``series_index`` is the index of the chart series; ``rows`` are category indices.
    """

    series_index: int
    series: Series
    rows: tuple[int, ...]


def _list_dot_series(chart: Chart) -> list[_DotSeries]:
    """Return the native series of dots.

    Highlighted dots are a separate series, because not all programs support the colour of a single point.
    """
    dot_series = []
    for is_receding in (False, True):
        for number, series in enumerate(chart.data.series):
            known_indices = (index for index, value in enumerate(series.values) if value is not None)
            rows = tuple(index for index in known_indices if chart.is_pale(series, index) is is_receding)
            if rows:
                dot_series.append(_DotSeries(number, series, rows))
    return dot_series


def _list_line_rows(chart: Chart) -> list[tuple[bool, set[int]]]:
    """Return the rows of each native series of joining lines, and whether these rows are highlighted."""
    count = len(chart.data.categories)
    highlighted = {index for index in range(count) if is_row_highlighted(chart, index)}
    groups = ((False, set(range(count)) - highlighted), (True, highlighted))
    return [(is_highlighted, rows) for is_highlighted, rows in groups if rows]


def make_dumbbell_workbook(chart: Chart) -> Any:
    """Return the workbook: a table of categories and values, and columns with the points of the chart.

    The points are formulas, so that the chart follows changes in the table.
    """
    count, (low, _) = len(chart.data.categories), _compute_axis_limits(chart)
    title = get_category_header(chart)
    names = [
        remove_forbidden_characters(format_category(chart.data, n, chart.language)) for n in range(count)
    ]
    columns = [Column(title, names)]
    for series in chart.data.series:
        code = make_number_format(max(series.decimal_places))
        columns.append(Column(remove_forbidden_characters(series.label), series.values, code))
    table_width = len(columns)
    rows = [float(count - index) for index in range(count)]
    point_series: list[PointSeries] = []
    columns.append(Column("", ()))
    for _, line_rows in _list_line_rows(chart):
        line_values: list[Cell] = []
        heights: list[Cell] = []
        for index in range(count):
            pair = [_refer_to_value(chart, number, index) for number in range(len(chart.data.series))]
            has_line = None not in pair and index in line_rows
            line_values += [*pair, None] if has_line else [None] * 3
            heights += [rows[index], rows[index], None] if has_line else [None] * 3
        columns += [Column("–", line_values), Column("", heights)]
        point_series.append(PointSeries(len(columns) - 2, len(columns) - 2, len(columns) - 1))
    for dots in _list_dot_series(chart):
        values = [_refer_to_value(chart, dots.series_index, index) for index in range(count)]
        dot_rows = [rows[index] if index in dots.rows else None for index in range(count)]
        code = columns[1 + dots.series_index].number_format
        columns += [Column("", values, code), Column("", dot_rows)]
        point_series.append(PointSeries(1 + dots.series_index, len(columns) - 2, len(columns) - 1))
    columns += [Column("", [low] * count), Column("", rows)]
    point_series.append(PointSeries(0, len(columns) - 2, len(columns) - 1))
    return make_point_data(columns, point_series, table_width, count)


def _refer_to_value(chart: Chart, series_index: int, index: int) -> Formula | None:
    """Return a formula with the value of a category in the table, or None if it has no value."""
    value = chart.data.series[series_index].values[index]
    return None if value is None else Formula(f"={get_cell_name(1 + series_index, index + 2)}", value)


def has_space_for_dumbbells(chart: Chart, context: ChartContext) -> bool:
    """Return whether the names of all rows fit below each other."""
    lines = sum(map(len, _wrap_names(chart, context)))
    return lines * _ROW_LEADING * context.size <= _BOTTOM_FRACTION * context.height - context.header_height


def _wrap_names(chart: Chart, context: ChartContext) -> list[list[str]]:
    return [
        wrap_label(
            format_category(chart.data, index, chart.language),
            _MAX_NAMES_FRACTION * context.width,
            context.measure_text_width,
        )
        for index in range(len(chart.data.categories))
    ]


def style_dumbbells(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Style the dots and their joining lines, with values outside the dots and category names on the left."""
    add_chart_title(native, (("", chart.value_axis_title),), context)
    _add_legend(native, chart, context)
    line_rows = _list_line_rows(chart)
    native_series = list(native.plots[0].series)
    lines, (*dot_series, names) = native_series[: len(line_rows)], native_series[len(line_rows) :]
    for line, (is_highlighted, _) in zip(lines, line_rows, strict=True):
        line.marker.style = XL_MARKER_STYLE.NONE
        line.smooth = False
        line.format.line.width = Pt(_LINE_WIDTHS[is_highlighted])
        set_tint(line.format.line.color, context.palette.blend_text_colour(0.0 if is_highlighted else 0.5))
    for series, dots in zip(dot_series, _list_dot_series(chart), strict=True):
        series.format.line.fill.background()
        style_marker(
            series.marker, get_mark_style(chart, context, dots.series, dots.rows[0]), _DOT_SIZE, context
        )
        _label_dots(series, dots, chart, context)
    names.format.line.fill.background()
    names.marker.style = XL_MARKER_STYLE.NONE
    rows = _wrap_names(chart, context)
    for index, lines in enumerate(rows):
        write_fixed_label(names, index, lines, context, XL_LABEL_POSITION.LEFT, context.palette.text_colour)
    _style_axes(native, chart, context)
    longest = max(context.measure_text_width(line) for lines in rows for line in lines)
    left = (longest + _LABEL_DISTANCE) / context.width
    top = context.header_height / context.height
    area = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    high = measure_rows_height(chart, context, (_BOTTOM_FRACTION - top) * context.height) / context.height
    set_manual_layout(area, inner=True, x=left, y=top, w=0.98 - left, h=high)


def _compute_axis_limits(chart: Chart) -> tuple[float, float]:
    numbers = [*chart.data.numbers, *(end for end in (chart.y_min, chart.y_max) if end is not None)]
    scale = make_linear_axis(min(numbers), max(numbers), round_limits=False)
    margin = (scale.high - scale.low) * 0.12
    return float(f"{scale.low - margin:.6g}"), float(f"{scale.high + margin:.6g}")


def _label_dots(series: Any, dots: _DotSeries, chart: Chart, context: ChartContext) -> None:
    """Label each dot with its value, on the side facing away from the row's other dot."""
    other = chart.data.series[1 - dots.series_index].values
    for index in dots.rows:
        value, second = dots.series.values[index] or 0.0, other[index]
        lower = second is not None and (value < second or (value == second and dots.series_index == 0))
        label_position = XL_LABEL_POSITION.LEFT if lower else XL_LABEL_POSITION.RIGHT
        bold = bool(chart.highlight) and not chart.is_pale(dots.series, index)
        write_fixed_label(
            series,
            index,
            (format_amount(chart, value, dots.series.label_decimals),),
            context,
            label_position,
            bold=bold,
        )


def _style_axes(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Set the limits of both axes and hide them, because rows and dots are labelled directly."""
    value_axis, rows = native.category_axis, native.value_axis
    value_axis.minimum_scale, value_axis.maximum_scale = _compute_axis_limits(chart)
    rows.minimum_scale, rows.maximum_scale, rows.major_unit = 0.5, len(chart.data.categories) + 0.5, 1
    value_axis.has_major_gridlines = False
    rows.has_major_gridlines = False
    value_axis.visible = rows.visible = False
    set_tint(value_axis.format.line.color, context.palette.blend_text_colour(0.5))


def _add_legend(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    first_by_series: dict[
        int, int
    ] = {}  # first native series of each chart series, which has the highlighted dots
    for number, dots in enumerate(_list_dot_series(chart), len(_list_line_rows(chart))):
        first_by_series.setdefault(dots.series_index, number)
    hidden = [
        number for number in range(len(native.plots[0].series)) if number not in first_by_series.values()
    ]
    legend = add_legend(native, context, hidden)  # hides the joining lines and category names
    set_tint(native.legend.font.color, context.palette.text_colour)
    wide = sum(
        context.measure_text_width(series.label) + context.legend_key_width for series in chart.data.series
    )
    set_manual_layout(legend, x=max(0.0, 1 - wide / context.width), y=0.0)
