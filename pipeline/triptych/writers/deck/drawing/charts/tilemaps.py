"""Tile grid maps: native square dots over columns and rows, which are as large as a tile.

The workbook has the column and the row of each, counted from below, and beside them its name and its value,
which stand in the dots.
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
from triptych.writers.deck.drawing.charts.layout import add_legend, add_title, place
from triptych.writers.deck.drawing.charts.series import get_native_look
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.words import write_label
from triptych.writers.deck.drawing.text import remove_forbidden
from triptych.writers.deck.pptx.chart_data import NumberData
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.pptx.terms import (
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    NativeChart,
)
from triptych.writers.deck.template.palette import Tint, find_legible_fill, get_shade, set_tint

_TOP = 30.0  # points: the line of unit and legend
_LARGEST = 72.0  # of a marker (ECMA-376 Part 1, 21.2.3.24)
_GAP = 2.0
_TEXT, _ALONE, _LEAST = 0.32, 0.42, 9.0  # of a tile that has a name and a value, or a name alone; in points
_BOLD = 1.1  # times as wide as other letters
_LINES = 2.7  # of text that a tile must have room for, if values are to stand in it


def tiles_workbook(chart: Chart) -> Any:
    """Return a series for each category or step of colour; last the regions of which the data say nothing."""
    data, (_, rows, left, top) = NumberData(), tile_grid(chart.data.tiles)
    groups, beside = _groups(chart), {}
    longest = max(len(members) for _, members in groups)
    for number, (name, members) in enumerate(groups):
        beside[number] = list(_beside(chart, members))
        points = data.add_series(remove_forbidden(name))
        for index in members:
            tile = chart.data.tiles[index]
            points.add_data_point(tile.column - left + 1, rows - (tile.row - top))
        for _ in range(longest - len(members)):  # LibreOffice drops all series before a longer one
            points.add_data_point(1, None)
    data.beside = beside
    return data


def _beside(chart: Chart, members: Sequence[int]) -> Iterator[tuple[str | float | None, ...]]:
    """Yield the titles of both columns, then the name of each region and its value."""
    data = chart.data
    head = remove_forbidden(data.category_title or data.category_name)
    yield head, remove_forbidden(chart.value_line) if data.counted else None
    for index in members:
        own = _owner(chart, index) if data.counted else None
        yield remove_forbidden(data.categories[index]), own.values[index] if own else None


def style_tiles(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Squares side by side with their words in them, without axes."""
    add_title(native, (("", chart.value_line),), setting)
    columns, rows, _, _ = tile_grid(chart.data.tiles)
    pitch = min(_LARGEST, setting.width / columns, (setting.height - _TOP) / rows)
    own = replace(setting, size=_size(chart, setting, pitch))
    values = _values(chart, own, pitch)
    for series, (_, members) in zip(native.plots[0].series, _groups(chart), strict=True):
        fill, ink = _colours(chart, members[0], setting)
        series.format.line.fill.background()
        _style_squares(series.marker, fill, pitch)
        if _owner(chart, members[0]) is None:
            set_tint(series.marker.format.line.color, setting.palette.get_quiet(0.5))
        for point, index in enumerate(members):
            _write(series, point, [chart.data.tiles[index].label, *values[index]], own, ink)
    _style_axes(native, columns, rows)
    if chart.data.series_name or not any(values):
        _add_legend(native, chart, setting)
    else:
        native.has_legend = False
    area = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    wide, high = columns * pitch / setting.width, rows * pitch / setting.height
    place(area, inner=True, x=max(0.0, (1 - wide) / 2), y=_TOP / setting.height, w=min(wide, 1.0), h=high)


def _groups(chart: Chart) -> list[tuple[str, list[int]]]:
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


def _size(chart: Chart, setting: Setting, pitch: float) -> float:
    asked = round((_TEXT if chart.data.counted else _ALONE) * pitch)
    widest = max(setting.text_width(tile.label) for tile in chart.data.tiles) * _BOLD / setting.size
    room = int((pitch - 2 * _GAP) / widest) if widest else asked
    return min(setting.size, max(_LEAST, min(asked, room)))


def _values(chart: Chart, setting: Setting, pitch: float) -> list[list[str]]:
    """Return the value in each tile, where it has one; in none if there is no room for all."""
    written = [
        format_tile_value(chart, index) if chart.data.counted else ""
        for index in range(len(chart.data.tiles))
    ]
    wide = max(map(setting.text_width, written)) > pitch - _GAP
    return [[value] if value and not wide and pitch >= _LINES * setting.size else [] for value in written]


def _write(series: Any, point: int, words: list[str], setting: Setting, ink: Tint) -> None:
    write_label(series, point, words, setting, XL_LABEL_POSITION.CENTER, ink)
    for run in series.points[point].data_label.text_frame.paragraphs[0].runs:
        run.font.bold = True


def _owner(chart: Chart, index: int) -> Series | None:
    """Return the series that has a value for a region; None where the data say nothing of it."""
    return next((series for series in chart.data.series if series.values[index] is not None), None)


def _colours(chart: Chart, index: int, setting: Setting) -> tuple[Tint, Tint]:
    palette = setting.palette
    own = _owner(chart, index)
    if own is None:  # LibreOffice draws no rims of dots
        fill = palette.panel or palette.paper
        quiet = contrast_ratio(palette.get_colour(palette.muted), palette.get_colour(fill)) >= READABLE
        return fill, palette.muted if quiet else palette.ink
    if not chart.data.series_name:
        return get_shade(shade_steps(own.values)[index], palette)
    return find_legible_fill(get_native_look(chart, setting, own).tint, palette)


def _style_squares(marker: Any, fill: Tint, pitch: float) -> None:
    marker.style = XL_MARKER_STYLE.SQUARE
    marker.size = int(pitch - _GAP)
    marker.format.fill.solid()
    set_tint(marker.format.fill.fore_color, fill)
    marker.format.line.fill.background()


def _style_axes(native: NativeChart, columns: int, rows: int) -> None:
    for axis, count in ((native.category_axis, columns), (native.value_axis, rows)):
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0.5, count + 0.5, 1
        axis.has_major_gridlines = False
        axis.visible = False


def _add_legend(native: NativeChart, chart: Chart, setting: Setting) -> None:
    *_, (last, (_, members)) = enumerate(_groups(chart))
    legend = add_legend(native, setting, () if _owner(chart, members[0]) else (last,))
    unit = setting.text_width(chart.value_line) if chart.value_line else 0.0
    place(legend, x=min(0.6, (unit + setting.size) / setting.width) if unit else 0.0, y=0.0)
