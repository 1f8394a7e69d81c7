"""Draw tile grid maps as native scatter charts with square markers.

The workbook has the name, value, column and row (counted from the bottom) of each tile. The data label of a
tile shows its name and value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from triptych.charts.axes import format_amount
from triptych.charts.canvas import FONT_SIZE
from triptych.charts.kinds.tilemaps import (
    find_tile_series,
    format_class_label,
    format_step,
    format_tile_value,
    get_missing_label,
    list_tile_marks,
)
from triptych.charts.plot_layout import PlacedCallout
from triptych.charts.time_axis import format_category
from triptych.model.charts import measure_tile_grid
from triptych.model.nodes import Chart
from triptych.model.tables import compute_shade_steps
from triptych.ooxml.xml import qn
from triptych.theme.colours import compute_contrast_ratio
from triptych.writers.deck.drawing.charts.context import ChartContext, SlideTextRuler
from triptych.writers.deck.drawing.charts.layout import (
    add_chart_title,
    add_legend,
    set_manual_layout,
)
from triptych.writers.deck.drawing.charts.number_formats import make_number_format
from triptych.writers.deck.drawing.charts.point_labels import (
    WIDTH_RESERVE,
    ChartShapes,
    write_fixed_label,
)
from triptych.writers.deck.drawing.charts.series import get_mark_style
from triptych.writers.deck.drawing.charts.workbook import get_category_header
from triptych.writers.deck.drawing.text import remove_forbidden_characters
from triptych.writers.deck.pptx.chart_data import Column, PointSeries, make_point_data
from triptych.writers.deck.pptx.exports import (
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    NativeChart,
)
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import Tint, find_legible_fill, get_shade, set_fill, set_tint

_MAX_MARKER_SIZE = 72.0  # maximum marker size in points (ECMA-376 Part 1, 21.2.3.24)
_TILE_GAP = 2.0
# Text size as a fraction of tiles with and without values, and the minimum text size in points.
_TEXT_FRACTION, _NAME_ONLY_TEXT_FRACTION, _MIN_TEXT_SIZE = 0.32, 0.42, 9.0
_BOLD_WIDTH_FACTOR = 1.1  # factor for the width of bold text
_MIN_TILE_LINES = 2.7  # minimum tile height for a name and a mark, in lines of text
_MIN_TWO_LINES_SIZE = 12.0  # points; text is not made smaller than this to have space for a mark
_COLUMN_GAP = 28.0  # points; minimum gap beside the map, and between names and values of the ranking
_MAX_RANKS, _RANK_LEADING = 12, 1.8  # rows of the ranking, and their height as a multiple of the text size


def make_tile_workbook(chart: Chart) -> Any:
    """Return the workbook: a table of the regions with their values, columns and rows.

    The rows are in a column for each category or colour step, and in one for regions without data.
    """
    data, (_, rows, left, top) = chart.data, measure_tile_grid(chart.data.tiles)
    columns = [Column(get_category_header(chart), [*map(remove_forbidden_characters, data.categories)])]
    if data.has_values:
        tile_series = [find_tile_series(data, index) for index in range(len(data.tiles))]
        values = [series.values[index] if series else None for index, series in enumerate(tile_series)]
        places = max(max(series.decimal_places) for series in data.series)
        columns.append(
            Column(
                remove_forbidden_characters(chart.value_axis_title or data.series[0].label),
                values,
                make_number_format(places),
            )
        )
    x_column = len(columns)
    columns.append(Column("x", [tile.column - left + 1 for tile in data.tiles]))
    point_series = []
    for name, members in _group_tiles(chart):
        point_series.append(PointSeries(len(columns), x_column, len(columns)))
        tile_rows = [
            rows - (tile.row - top) if index in members else None for index, tile in enumerate(data.tiles)
        ]
        columns.append(Column(remove_forbidden_characters(name), tile_rows))
    return make_point_data(columns, point_series, len(columns), len(data.tiles))


@dataclass(frozen=True, slots=True)
class _TileMapPlan:
    """The position and size of a map in its frame, in points, and the column beside it.

    ``column_left`` is None if the map has the full width, with the unit and the legend above it. ``ranking``
    are pairs of a region's name and value.
    """

    left: float
    top: float
    pitch: float
    context: ChartContext
    marks: list[list[str]]
    has_legend: bool
    column_left: float | None = None
    column_width: float = 0.0
    ranking: tuple[tuple[str, str], ...] = ()


def _lay_out_map(chart: Chart, context: ChartContext) -> _TileMapPlan:
    """Place the map on the left, as large as possible, with the legend or a ranking of its values beside it.

    Where the column would make the map smaller, the legend is above the map, and there is no ranking.
    """
    columns, rows, _, _ = measure_tile_grid(chart.data.tiles)
    pitch = min(_MAX_MARKER_SIZE, context.width / columns, (context.height - context.header_height) / rows)
    tile_context = replace(context, size=_choose_text_size(chart, context, pitch))
    marks, has_values = _choose_marks(chart, tile_context, pitch)
    needs_legend = bool(chart.data.series_name) or not has_values
    if needs_legend:
        ranking: tuple[tuple[str, str], ...] = ()
        labels = [name for name, _ in _group_tiles(chart)]
        column = max(map(context.measure_text_width, labels)) + context.legend_key_width
    else:
        ranking = _rank_regions(chart, context)
        names, values = zip(*ranking, strict=True)
        widths = (max(map(context.measure_text_width, texts)) for texts in (names, values))
        column = sum(widths) * WIDTH_RESERVE + _COLUMN_GAP
    column = max(column, context.measure_text_width(chart.value_axis_title))
    pitch_beside_column = min(
        _MAX_MARKER_SIZE, context.height / rows, (context.width - column - _COLUMN_GAP) / columns
    )
    if pitch_beside_column < pitch:
        left = (context.width - columns * pitch) / 2
        return _TileMapPlan(left, context.header_height, pitch, tile_context, marks, needs_legend)
    width = columns * pitch_beside_column
    column_left = width + max(_COLUMN_GAP, (context.width - width - column) / 3)
    return _TileMapPlan(
        0.0, 0.0, pitch_beside_column, tile_context, marks, needs_legend, column_left, column, ranking
    )


def _rank_regions(chart: Chart, context: ChartContext) -> tuple[tuple[str, str], ...]:
    """Return the names and values of the regions, in descending order, as far as they fit in the height.

    Some of the highest and lowest values remain of a longer list, with an ellipsis between them.
    """
    (series,) = chart.data.series
    known = [index for index, value in enumerate(series.values) if value is not None]
    order = sorted(known, key=lambda index: -(series.values[index] or 0.0))
    pairs = [
        (format_category(chart.data, index, chart.language), format_tile_value(chart, index))
        for index in order
    ]
    rows = min(_MAX_RANKS, int((context.height - context.header_height) / (_RANK_LEADING * context.size)))
    if len(pairs) <= rows:
        return tuple(pairs)
    lowest = rows // 3
    return (*pairs[: rows - lowest - 1], ("…", ""), *pairs[len(pairs) - lowest :])


def has_space_for_tiles(chart: Chart, context: ChartContext) -> bool:
    """Return whether the legend or the ranking fits beside the map."""
    return _lay_out_map(chart, context).column_left is not None


def style_tiles(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Style and label the tiles, hide the axes, and add the legend or a ranking beside the map."""
    columns, rows, _, _ = measure_tile_grid(chart.data.tiles)
    plan = _lay_out_map(chart, context)
    pitch, column_left = plan.pitch, plan.column_left or 0.0
    add_chart_title(native, (("", chart.value_axis_title),), context, left=column_left)
    for series, (_, members) in zip(native.plots[0].series, _group_tiles(chart), strict=True):
        fill, ink = _choose_colours(chart, members[0], context)
        series.format.line.fill.background()
        _style_squares(series.marker, fill, pitch)
        if find_tile_series(chart.data, members[0]) is None:
            set_tint(series.marker.format.line.color, context.palette.blend_text_colour(0.5))
        for index in members:
            words = [chart.data.tiles[index].label, *plan.marks[index]]
            write_fixed_label(series, index, words, plan.context, XL_LABEL_POSITION.CENTER, ink)
            for run in series.points[index].data_label.text_frame.paragraphs[0].runs:
                run.font.bold = True
    for axis, count in ((native.category_axis, columns), (native.value_axis, rows)):
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0.5, count + 0.5, 1
        axis.has_major_gridlines = False
        axis.visible = False
    native.has_legend = plan.has_legend
    if plan.has_legend:
        _add_legend(native, chart, context, plan)
    elif plan.ranking:
        _draw_ranking(native, plan, context)
    set_manual_layout(
        get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}"),
        inner=True,
        x=plan.left / context.width,
        y=plan.top / context.height,
        w=min(columns * pitch / context.width, 1.0),
        h=rows * pitch / context.height,
    )


def _draw_ranking(native: NativeChart, plan: _TileMapPlan, context: ChartContext) -> None:
    """Draw the names of regions beside the map, and their values aligned at the right."""
    shapes = ChartShapes(context, (plan.column_left or 0.0, context.header_height))
    ruler = SlideTextRuler(context.theme, context)
    names, values = (ruler.measure_widest(texts) for texts in zip(*plan.ranking, strict=True))
    right = (names + values) * WIDTH_RESERVE + _COLUMN_GAP / ruler.scale
    for row, (name, value) in enumerate(plan.ranking):
        top = row * _RANK_LEADING * FONT_SIZE
        ink = context.palette.text_colour
        shapes.add_text_box(PlacedCallout(lines=(name,), left=0.0, top=top), ink)
        if value:
            shapes.add_text_box(
                PlacedCallout(lines=(value,), left=right, top=top, anchor="right"), ink, bold=True
            )
    shapes.add_to_chart(native)


def _group_tiles(chart: Chart) -> list[tuple[str, list[int]]]:
    data = chart.data
    groups: list[tuple[str, list[int]]] = []
    if data.series_name:
        for series in data.series:
            members = [index for index, value in enumerate(series.values) if value is not None]
            groups.append((format_class_label(data, series), members))
    else:
        steps = compute_shade_steps(data.series[0].values)
        for step in sorted(set(steps) - {0}):
            members = [index for index, tile_step in enumerate(steps) if tile_step == step]
            values = [value for index in members if (value := data.series[0].values[index]) is not None]
            places = data.series[0].label_decimals
            end_amounts = dict.fromkeys(
                format_amount(chart, end, places) for end in (min(values), max(values))
            )
            groups.append((f"{format_step(step)} · {' – '.join(end_amounts)}", members))
    grouped_indices = {index for _, members in groups for index in members}
    if rest := [index for index in range(len(data.tiles)) if index not in grouped_indices]:
        groups.append((get_missing_label(chart), rest))
    return [(name, members) for name, members in groups if members]


def _choose_text_size(chart: Chart, context: ChartContext, pitch: float) -> float:
    wanted_size = round((_TEXT_FRACTION if chart.data.has_values else _NAME_ONLY_TEXT_FRACTION) * pitch)
    widest = (
        max(context.measure_text_width(tile.label) for tile in chart.data.tiles)
        * _BOLD_WIDTH_FACTOR
        / context.size
    )
    fitting_size = int((pitch - 2 * _TILE_GAP) / widest) if widest else wanted_size
    size = min(context.size, max(_MIN_TEXT_SIZE, min(wanted_size, fitting_size)))
    two_lines_size = float(int(pitch / _MIN_TILE_LINES))
    return min(size, two_lines_size) if two_lines_size >= _MIN_TWO_LINES_SIZE else size


def _choose_marks(chart: Chart, context: ChartContext, pitch: float) -> tuple[list[list[str]], bool]:
    """Return the mark below each tile's label, if it fits, and whether the marks have values."""
    with_values, classes = list_tile_marks(chart)
    if pitch < _MIN_TILE_LINES * context.size:
        return [[] for _ in classes], False
    widest = max(map(context.measure_text_width, with_values), default=0.0) * _BOLD_WIDTH_FACTOR
    fits = bool(with_values) and widest <= pitch - _TILE_GAP
    return [[mark] if mark else [] for mark in (with_values if fits else classes)], fits


def _choose_colours(chart: Chart, index: int, context: ChartContext) -> tuple[Tint, Tint]:
    palette = context.palette
    region_series = find_tile_series(chart.data, index)
    if region_series is None:  # LibreOffice does not draw marker outlines
        fill = palette.panel_fill or palette.background_tint
        quiet = (
            compute_contrast_ratio(palette.get_colour(palette.muted_colour), palette.get_colour(fill))
            >= palette.text_contrast
        )
        return fill, palette.muted_colour if quiet else palette.text_colour
    if not chart.data.series_name:
        return get_shade(compute_shade_steps(region_series.values)[index], palette)
    return find_legible_fill(get_mark_style(chart, context, region_series).tint, palette)


def _style_squares(marker: Any, fill: Tint, pitch: float) -> None:
    marker.style = XL_MARKER_STYLE.SQUARE
    marker.size = int(pitch - _TILE_GAP)
    set_fill(marker.format, fill)
    marker.format.line.fill.background()


def _add_legend(native: NativeChart, chart: Chart, context: ChartContext, plan: _TileMapPlan) -> None:
    """Add the legend beside the map, or above it after the unit."""
    groups = _group_tiles(chart)
    beside = plan.column_left is not None
    position = XL_LEGEND_POSITION.RIGHT if beside else XL_LEGEND_POSITION.TOP
    legend = add_legend(native, context, (), position)
    set_tint(native.legend.font.color, context.palette.text_colour)
    unit = context.measure_text_width(chart.value_axis_title) if chart.value_axis_title else 0.0
    if plan.column_left is not None:
        set_manual_layout(
            legend,
            x=plan.column_left / context.width,
            y=(context.header_height if unit else 0.0) / context.height,
            w=min(plan.column_width / context.width, 1 - plan.column_left / context.width),
            h=_RANK_LEADING * context.size * len(groups) / context.height,
        )
    else:
        set_manual_layout(legend, x=min(0.6, (unit + context.size) / context.width) if unit else 0.0, y=0.0)
