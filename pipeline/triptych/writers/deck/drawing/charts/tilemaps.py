"""Draw tile grid maps as native scatter charts with square markers.

The workbook has the column, row (counted from the bottom), name and value of each tile. The data label of a
tile shows its name and value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from triptych.charts.axes import format_amount
from triptych.charts.kinds.tilemaps import format_tile_value
from triptych.model.charts import Series, measure_tile_grid
from triptych.model.nodes import Chart
from triptych.model.tables import compute_shade_steps
from triptych.ooxml.xml import qn
from triptych.theme.colours import READABLE_CONTRAST, compute_contrast_ratio
from triptych.writers.deck.drawing.charts.context import ChartContext
from triptych.writers.deck.drawing.charts.layout import add_chart_title, add_legend, set_manual_layout
from triptych.writers.deck.drawing.charts.point_labels import write_fixed_label
from triptych.writers.deck.drawing.charts.series import get_mark_style
from triptych.writers.deck.drawing.text import remove_forbidden_characters
from triptych.writers.deck.pptx.chart_data import NumberData
from triptych.writers.deck.pptx.exports import XL_LABEL_POSITION, XL_MARKER_STYLE, NativeChart
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import Tint, find_legible_fill, get_shade, set_fill, set_tint

_HEADER_HEIGHT = 30.0  # points; height of the line with unit and legend
_MAX_MARKER_SIZE = 72.0  # maximum marker size in points (ECMA-376 Part 1, 21.2.3.24)
_TILE_GAP = 2.0
# Text size as a fraction of tiles with and without values, and the minimum text size in points.
_TEXT_FRACTION, _NAME_ONLY_TEXT_FRACTION, _MIN_TEXT_SIZE = 0.32, 0.42, 9.0
_BOLD_WIDTH_FACTOR = 1.1  # factor for the width of bold text
_MIN_TILE_LINES = 2.7  # minimum tile height for a name and a value, in lines of text


def make_tile_workbook(chart: Chart) -> Any:
    """Return the workbook: one series per category or colour step, then one for regions without data."""
    data, (_, rows, left, top) = NumberData(), measure_tile_grid(chart.data.tiles)
    groups, cells_beside = _group_tiles(chart), {}
    longest = max(len(members) for _, members in groups)
    for number, (name, members) in enumerate(groups):
        cells_beside[number] = list(_iter_region_cells(chart, members))
        points = data.add_series(remove_forbidden_characters(name))
        for index in members:
            tile = chart.data.tiles[index]
            points.add_data_point(tile.column - left + 1, rows - (tile.row - top))
        for _ in range(longest - len(members)):  # LibreOffice drops all series before a longer one
            points.add_data_point(1, None)
    data.cells_beside = cells_beside
    return data


def _iter_region_cells(chart: Chart, members: Sequence[int]) -> Iterator[tuple[str | float | None, ...]]:
    """Yield two workbook cells per row: first the headers, then the name and value of each region."""
    data = chart.data
    head = remove_forbidden_characters(data.category_title or data.category_name)
    yield head, remove_forbidden_characters(chart.value_axis_title) if data.has_values else None
    for index in members:
        region_series = _find_region_series(chart, index) if data.has_values else None
        yield (
            remove_forbidden_characters(data.categories[index]),
            region_series.values[index] if region_series else None,
        )


def style_tiles(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Style and label the tiles, and hide the axes."""
    add_chart_title(native, (("", chart.value_axis_title),), context)
    columns, rows, _, _ = measure_tile_grid(chart.data.tiles)
    pitch = min(_MAX_MARKER_SIZE, context.width / columns, (context.height - _HEADER_HEIGHT) / rows)
    tile_context = replace(context, size=_choose_text_size(chart, context, pitch))
    values = _format_values(chart, tile_context, pitch)
    for series, (_, members) in zip(native.plots[0].series, _group_tiles(chart), strict=True):
        fill, ink = _choose_colours(chart, members[0], context)
        series.format.line.fill.background()
        _style_squares(series.marker, fill, pitch)
        if _find_region_series(chart, members[0]) is None:
            set_tint(series.marker.format.line.color, context.palette.blend_text_colour(0.5))
        for point, index in enumerate(members):
            words = [chart.data.tiles[index].label, *values[index]]
            write_fixed_label(series, point, words, tile_context, XL_LABEL_POSITION.CENTER, ink)
            for run in series.points[point].data_label.text_frame.paragraphs[0].runs:
                run.font.bold = True
    for axis, count in ((native.category_axis, columns), (native.value_axis, rows)):
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0.5, count + 0.5, 1
        axis.has_major_gridlines = False
        axis.visible = False
    if chart.data.series_name or not any(values):
        _add_legend(native, chart, context)
    else:
        native.has_legend = False
    area = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    wide, high = columns * pitch / context.width, rows * pitch / context.height
    set_manual_layout(
        area,
        inner=True,
        x=max(0.0, (1 - wide) / 2),
        y=_HEADER_HEIGHT / context.height,
        w=min(wide, 1.0),
        h=high,
    )


def _group_tiles(chart: Chart) -> list[tuple[str, list[int]]]:
    data = chart.data
    groups: list[tuple[str, list[int]]] = []
    if data.series_name:
        for series in data.series:
            members = [index for index, value in enumerate(series.values) if value is not None]
            groups.append((series.label, members))
    else:
        steps = compute_shade_steps(data.series[0].values)
        for step in sorted(set(steps) - {0}):
            members = [index for index, tile_step in enumerate(steps) if tile_step == step]
            values = [value for index in members if (value := data.series[0].values[index]) is not None]
            places = data.series[0].label_decimals
            end_amounts = dict.fromkeys(
                format_amount(chart, end, places) for end in (min(values), max(values))
            )
            groups.append((" – ".join(end_amounts), members))
    grouped_indices = {index for _, members in groups for index in members}
    if rest := [index for index in range(len(data.tiles)) if index not in grouped_indices]:
        groups.append(("–", rest))
    return [(name, members) for name, members in groups if members]


def _choose_text_size(chart: Chart, context: ChartContext, pitch: float) -> float:
    wanted_size = round((_TEXT_FRACTION if chart.data.has_values else _NAME_ONLY_TEXT_FRACTION) * pitch)
    widest = (
        max(context.measure_text_width(tile.label) for tile in chart.data.tiles)
        * _BOLD_WIDTH_FACTOR
        / context.size
    )
    fitting_size = int((pitch - 2 * _TILE_GAP) / widest) if widest else wanted_size
    return min(context.size, max(_MIN_TEXT_SIZE, min(wanted_size, fitting_size)))


def _format_values(chart: Chart, context: ChartContext, pitch: float) -> list[list[str]]:
    """Return the value lines of each tile's label, or no lines if the values do not fit into the tiles."""
    amounts = [
        format_tile_value(chart, index) if chart.data.has_values else ""
        for index in range(len(chart.data.tiles))
    ]
    wide = max(map(context.measure_text_width, amounts)) > pitch - _TILE_GAP
    return [
        [value] if value and not wide and pitch >= _MIN_TILE_LINES * context.size else [] for value in amounts
    ]


def _find_region_series(chart: Chart, index: int) -> Series | None:
    """Return the series with a value for the region ``index``, or None if no series has one."""
    return next((series for series in chart.data.series if series.values[index] is not None), None)


def _choose_colours(chart: Chart, index: int, context: ChartContext) -> tuple[Tint, Tint]:
    palette = context.palette
    region_series = _find_region_series(chart, index)
    if region_series is None:  # LibreOffice does not draw marker outlines
        fill = palette.panel_fill or palette.background_tint
        quiet = (
            compute_contrast_ratio(palette.get_colour(palette.muted_colour), palette.get_colour(fill))
            >= READABLE_CONTRAST
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


def _add_legend(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    *_, (last, (_, members)) = enumerate(_group_tiles(chart))
    legend = add_legend(native, context, () if _find_region_series(chart, members[0]) else (last,))
    set_tint(native.legend.font.color, context.palette.text_colour)
    unit = context.measure_text_width(chart.value_axis_title) if chart.value_axis_title else 0.0
    set_manual_layout(legend, x=min(0.6, (unit + context.size) / context.width) if unit else 0.0, y=0.0)
