"""Draw tile grid maps as native scatter charts with square markers.

The workbook has each tile's column, row (counted from the bottom), name and value. The data label of a tile
consists of its name and value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from triptych.charts.axes import format_amount
from triptych.charts.kinds.tilemaps import format_tile_value
from triptych.model.charts import Series, tile_grid
from triptych.model.nodes import Chart
from triptych.model.tables import shade_steps
from triptych.ooxml.xml import qn
from triptych.theme.colours import READABLE, contrast_ratio
from triptych.writers.deck.drawing.charts.layout import add_legend, add_title, set_manual_layout
from triptych.writers.deck.drawing.charts.point_labels import write_label
from triptych.writers.deck.drawing.charts.series import get_mark_style
from triptych.writers.deck.drawing.charts.setting import ChartSetting
from triptych.writers.deck.drawing.text import remove_forbidden
from triptych.writers.deck.pptx.chart_data import NumberData
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.pptx.terms import XL_LABEL_POSITION, XL_MARKER_STYLE, NativeChart
from triptych.writers.deck.template.palette import Tint, find_legible_fill, get_shade, set_fill, set_tint

_TOP = 30.0  # points; height of the line with unit and legend
_LARGEST = 72.0  # maximum marker size in points (ECMA-376 Part 1, 21.2.3.24)
_GAP = 2.0
# Text size as a fraction of tiles with and without values, and the minimum text size in points.
_TEXT, _ALONE, _LEAST = 0.32, 0.42, 9.0
_BOLD = 1.1  # factor for the width of bold text
_LINES = 2.7  # minimum tile height, in lines of text, of tiles with values


def make_tile_workbook(chart: Chart) -> Any:
    """Return the workbook: a series for each category or colour step, then one for regions without data."""
    data, (_, rows, left, top) = NumberData(), tile_grid(chart.data.tiles)
    groups, cells_beside = _group_tiles(chart), {}
    longest = max(len(members) for _, members in groups)
    for number, (name, members) in enumerate(groups):
        cells_beside[number] = list(_iter_cells_beside(chart, members))
        points = data.add_series(remove_forbidden(name))
        for index in members:
            tile = chart.data.tiles[index]
            points.add_data_point(tile.column - left + 1, rows - (tile.row - top))
        for _ in range(longest - len(members)):  # LibreOffice drops all series before a longer one
            points.add_data_point(1, None)
    data.cells_beside = cells_beside
    return data


def _iter_cells_beside(chart: Chart, members: Sequence[int]) -> Iterator[tuple[str | float | None, ...]]:
    """Yield two workbook cells for each row: first the headers, then each region's name and value."""
    data = chart.data
    head = remove_forbidden(data.category_title or data.category_name)
    yield head, remove_forbidden(chart.value_line) if data.counted else None
    for index in members:
        own = _find_series(chart, index) if data.counted else None
        yield remove_forbidden(data.categories[index]), own.values[index] if own else None


def style_tiles(native: NativeChart, chart: Chart, setting: ChartSetting) -> None:
    """Style and label the tiles, and hide the axes."""
    add_title(native, (("", chart.value_line),), setting)
    columns, rows, _, _ = tile_grid(chart.data.tiles)
    pitch = min(_LARGEST, setting.width / columns, (setting.height - _TOP) / rows)
    own = replace(setting, size=_choose_text_size(chart, setting, pitch))
    values = _format_values(chart, own, pitch)
    for series, (_, members) in zip(native.plots[0].series, _group_tiles(chart), strict=True):
        fill, ink = _choose_colours(chart, members[0], setting)
        series.format.line.fill.background()
        _style_squares(series.marker, fill, pitch)
        if _find_series(chart, members[0]) is None:
            set_tint(series.marker.format.line.color, setting.palette.get_quiet(0.5))
        for point, index in enumerate(members):
            words = [chart.data.tiles[index].label, *values[index]]
            write_label(series, point, words, own, XL_LABEL_POSITION.CENTER, ink)
            for run in series.points[point].data_label.text_frame.paragraphs[0].runs:
                run.font.bold = True
    for axis, count in ((native.category_axis, columns), (native.value_axis, rows)):
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0.5, count + 0.5, 1
        axis.has_major_gridlines = False
        axis.visible = False
    if chart.data.series_name or not any(values):
        _add_legend(native, chart, setting)
    else:
        native.has_legend = False
    area = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    wide, high = columns * pitch / setting.width, rows * pitch / setting.height
    set_manual_layout(
        area, inner=True, x=max(0.0, (1 - wide) / 2), y=_TOP / setting.height, w=min(wide, 1.0), h=high
    )


def _group_tiles(chart: Chart) -> list[tuple[str, list[int]]]:
    data = chart.data
    found: list[tuple[str, list[int]]] = []
    if data.series_name:
        for series in data.series:
            members = [index for index, value in enumerate(series.values) if value is not None]
            found.append((series.label, members))
    else:
        steps = shade_steps(data.series[0].values)
        for step in sorted(set(steps) - {0}):
            members = [index for index, own in enumerate(steps) if own == step]
            values = [value for index in members if (value := data.series[0].values[index]) is not None]
            places = data.series[0].decimals
            ends = dict.fromkeys(format_amount(chart, end, places) for end in (min(values), max(values)))
            found.append((" – ".join(ends), members))
    taken = {index for _, members in found for index in members}
    if rest := [index for index in range(len(data.tiles)) if index not in taken]:
        found.append(("–", rest))
    return [(name, members) for name, members in found if members]


def _choose_text_size(chart: Chart, setting: ChartSetting, pitch: float) -> float:
    asked = round((_TEXT if chart.data.counted else _ALONE) * pitch)
    widest = max(setting.text_width(tile.label) for tile in chart.data.tiles) * _BOLD / setting.size
    room = int((pitch - 2 * _GAP) / widest) if widest else asked
    return min(setting.size, max(_LEAST, min(asked, room)))


def _format_values(chart: Chart, setting: ChartSetting, pitch: float) -> list[list[str]]:
    """Return the value lines of each tile's label, or no lines if the values do not fit."""
    written = [
        format_tile_value(chart, index) if chart.data.counted else ""
        for index in range(len(chart.data.tiles))
    ]
    wide = max(map(setting.text_width, written)) > pitch - _GAP
    return [[value] if value and not wide and pitch >= _LINES * setting.size else [] for value in written]


def _find_series(chart: Chart, index: int) -> Series | None:
    """Return the series that has a value for the region ``index``, or None."""
    return next((series for series in chart.data.series if series.values[index] is not None), None)


def _choose_colours(chart: Chart, index: int, setting: ChartSetting) -> tuple[Tint, Tint]:
    palette = setting.palette
    own = _find_series(chart, index)
    if own is None:  # LibreOffice does not draw marker outlines
        fill = palette.panel or palette.paper
        quiet = contrast_ratio(palette.get_colour(palette.muted), palette.get_colour(fill)) >= READABLE
        return fill, palette.muted if quiet else palette.ink
    if not chart.data.series_name:
        return get_shade(shade_steps(own.values)[index], palette)
    return find_legible_fill(get_mark_style(chart, setting, own).tint, palette)


def _style_squares(marker: Any, fill: Tint, pitch: float) -> None:
    marker.style = XL_MARKER_STYLE.SQUARE
    marker.size = int(pitch - _GAP)
    set_fill(marker.format, fill)
    marker.format.line.fill.background()


def _add_legend(native: NativeChart, chart: Chart, setting: ChartSetting) -> None:
    *_, (last, (_, members)) = enumerate(_group_tiles(chart))
    legend = add_legend(native, setting, () if _find_series(chart, members[0]) else (last,))
    set_tint(native.legend.font.color, setting.palette.ink)
    unit = setting.text_width(chart.value_line) if chart.value_line else 0.0
    set_manual_layout(legend, x=min(0.6, (unit + setting.size) / setting.width) if unit else 0.0, y=0.0)
