"""Define the chart type ``tilemap``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from triptych.charts.axes import format_amount
from triptych.charts.canvas import LINE, Canvas, Ruler
from triptych.charts.columns import (
    choose_decimals,
    format_column_name,
    make_no_numbers_error,
    read_labels,
    read_numbers,
)
from triptych.charts.kind import FreeKind, GuideEntry
from triptych.charts.legend import LegendEntry
from triptych.charts.native import NativeForm
from triptych.charts.options import ChartOptions
from triptych.charts.styles import MarkStyle, find_colour_index, get_colour_style
from triptych.charts.tile_grids import MAPS, load_tile_layout
from triptych.data.columns import DataError, DataFile, count_decimals, report_for_attribute
from triptych.diagnostics import did_you_mean, join_names
from triptych.languages.labels import Labels
from triptych.languages.numerals import format_number
from triptych.model.charts import ChartData, Series, Tile, tile_grid
from triptych.model.nodes import Attr, Chart
from triptych.model.tables import STEPS, shade_steps
from triptych.model.whole_numbers import parse_whole_number
from triptych.theme.colours import contrast_ratio, find_readable_fill, list_shades
from triptych.theme.theme import Theme
from triptych.theme.theme_file import Colours

_WIDEST = 34.0  # points; maximum width of a tile and the gap beside it
_GAP = 1.6
_KEY, _KEY_GAP = 10.0, 6.0  # points; size of a colour step in the legend, and the gap above


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePlan:
    """The layout of a tile map: the size of tiles in points, and each tile's colours and value.

    ``fills`` has "" for regions without data. If the tiles of a map of numbers show no ``values``, a legend
    below the map shows a colour scale from the lowest to the highest value, ``scale``.
    """

    chart: Chart
    pitch: float
    fills: tuple[str, ...]
    inks: tuple[str, ...]
    values: tuple[str, ...]
    scale: tuple[str, str] = ("", "")
    legend_entries: tuple[LegendEntry, ...] = ()

    @property
    def total_height(self) -> float:
        _, rows, _, _ = tile_grid(self.chart.data.tiles)
        return rows * self.pitch + (LINE + _KEY_GAP if self.scale[0] else 0.0)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        _, _, first_column, first_row = tile_grid(self.chart.data.tiles)
        size = self.pitch - _GAP
        for index, tile in enumerate(self.chart.data.tiles):
            x, y = left + (tile.column - first_column) * self.pitch, top + (tile.row - first_row) * self.pitch
            if fill := self.fills[index]:
                canvas.draw_box(x, y, size, size, MarkStyle(ink=fill))
            else:
                corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
                canvas.draw_line(corners, canvas.theme.colours.rule, 0.5)
            lines = [tile.label, self.values[index]] if self.values[index] else [tile.label]
            middle = y + size / 2 - (len(lines) - 1) * LINE / 2
            for number, words in enumerate(lines):
                at = (x + size / 2, middle + number * LINE)
                canvas.draw_text(at, words, ink=self.inks[index], bold=number == 0, anchor="center")
        if self.scale[0]:
            _draw_scale(canvas, self, left, top + self.total_height - LINE / 2)


class TileMap(FreeKind):
    """A map with a square for each region, coloured by the region's value or category."""

    name = "tilemap"
    options = frozenset(("series", "map", "column", "row", "label", "y-title"))
    guide = GuideEntry(
        use="Show values or categories of regions, with a square for each region.",
        data="A column of regions and a column of values. `map` or `column` and `row` set the positions.",
        example="type=tilemap data=districts.csv x=district label=short column=column row=row y=visitors",
        shows="Six squares. Beach has 63 visitors and Old Town 58; Hills has 9.",
    )
    reads_dates = False

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the regions in ``x`` with their values in ``y`` or their categories in ``series``.

        Raise ``DataError`` CHT001 for unknown or duplicate regions, invalid or shared positions, and labels
        that are too long.
        """
        if not attr.get("x"):
            hint = "set `x=` to the column that contains the regions"
            raise DataError("CHT001", "the chart has no `x=` attribute", hint)
        if not attr.get("y") and not attr.get("series"):
            hint = "set `y=` to a numeric column, or `series=` to a category column"
            raise DataError("CHT001", "a tile map requires `y=` or `series=`", hint)
        with report_for_attribute("x"):
            cells = file.get_names(attr.get("x"))
            tiles, names = _read_tiles(file, attr, cells, language)
            _check_duplicate_tiles(file, cells, tiles)
        _check_labels(attr, tiles)
        if attr.get("y"):
            with report_for_attribute("y"):
                written, values = read_numbers(file, attr.get("y"))
                if all(value is None for value in values):
                    raise make_no_numbers_error(file, attr.get("y"))
                places = [count_decimals(file.use_decimal_point(cell)) for cell in written]
        else:
            values, places = [1.0] * len(cells), [0] * len(cells)
        with report_for_attribute("series"):
            groups = file.get_names(attr.get("series")) if attr.get("series") else ("",) * len(cells)
        labels = list(dict.fromkeys(groups))
        if len(labels) > _MOST:
            hint = "combine some categories, or remove `series=` and set `y=` to a value column"
            message = f"the map has {len(labels)} categories; the limit is {_MOST}"
            raise DataError("CHT001", message, hint, "series")
        shown = (
            read_labels(attr, labels)
            if attr.get("series")
            else [attr.get("y-title") or format_column_name(attr.get("y"))]
        )
        beyond = len(tiles) - len(cells)  # number of regions without data
        decimal_places = min(choose_decimals(values), max(places))
        series = tuple(
            Series(
                label=name,
                values=(
                    *(v if group == label else None for v, group in zip(values, groups, strict=True)),
                    *[None] * beyond,
                ),
                places=(*places, *[0] * beyond),
                decimals=decimal_places,
            )
            for label, name in zip(labels, shown, strict=True)
        )
        return ChartData(
            categories=names,
            series=series,
            category_name=format_column_name(attr.get("x")),
            series_name=format_column_name(attr.get("series")),
            tiles=tiles,
            counted=bool(attr.get("y")),
        )

    def plan(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> TilePlan:
        ruler = Ruler(theme)
        columns, *_ = tile_grid(data.tiles)
        pitch = min(_WIDEST, max_width / columns)
        values = tuple(format_tile_value(chart, index) for index in range(len(data.tiles)))
        inner = pitch - _GAP - 2
        if not data.counted or ruler.measure_widest(values) > inner or inner < 2 * LINE:
            values = ("",) * len(values)
        legend_entries: tuple[LegendEntry, ...] = ()
        scale = ("", "")
        if data.series_name:
            styles = [_get_group_style(chart, series, theme) for series in data.series]
            legend_entries = tuple(
                LegendEntry(series.label, style) for series, style in zip(data.series, styles, strict=True)
            )
            fills = tuple(_find_group_colour(data.series, index, styles) for index in range(len(data.tiles)))
            inks = tuple(_ink(fill, theme.colours) if fill else theme.colours.muted for fill in fills)
        else:
            steps = shade_steps(data.series[0].values)
            known = {shade.step: shade for shade in list_shades(steps, theme.colours)}
            fills = tuple(known[step].fill if step else "" for step in steps)
            inks = tuple(known[step].ink if step else theme.colours.muted for step in steps)
            if not any(values):
                ends, places = (min(data.numbers), max(data.numbers)), data.series[0].decimals
                scale = (format_amount(chart, ends[0], places), format_amount(chart, ends[1], places))
        return TilePlan(
            chart=chart,
            pitch=pitch,
            fills=fills,
            inks=inks,
            values=values,
            scale=scale,
            legend_entries=legend_entries,
        )

    def get_native_form(self, chart: Chart) -> NativeForm:
        return NativeForm("XY_SCATTER", on_numbers=True)

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        for series in chart.data.series:
            known = [(value, index) for index, value in enumerate(series.values) if value is not None]
            if chart.data.series_name:
                yield labels.titled(series.label, labels.listed(names[index] for _, index in known))
                continue
            for value, index in sorted(known, key=lambda one: -one[0]):
                words = format_number(value, series.places[index], chart.language)
                yield labels.titled(names[index], words)


def format_tile_value(chart: Chart, index: int) -> str:
    """Format the value of a tile; return "" for a region without data."""
    known = ((series.values[index], series) for series in chart.data.series)
    return next((format_amount(chart, value, one.decimals) for value, one in known if value is not None), "")


def _draw_scale(canvas: Canvas, plan: TilePlan, left: float, y: float) -> None:
    low, high = plan.scale
    canvas.draw_text((left, y), low)
    x = left + Ruler(canvas.theme).measure(low) + 4
    steps = sorted(set(shade_steps(plan.chart.data.series[0].values)) - {0})
    ends = range(min(steps), max(steps) + 1) if len(steps) > 1 else range(1, STEPS + 1)
    for shade in list_shades(ends, canvas.theme.colours):
        canvas.draw_box(x, y - _KEY / 2, _KEY, _KEY, MarkStyle(ink=shade.fill))
        x += _KEY
    canvas.draw_text((x + 4, y), high)


def _find_group_colour(series: tuple[Series, ...], index: int, styles: list[MarkStyle]) -> str:
    found = (style.ink for one, style in zip(series, styles, strict=True) if one.values[index] is not None)
    return next(found, "")


def _get_group_style(chart: Chart, series: Series, theme: Theme) -> MarkStyle:
    """Return the style of a category, with a lighter fill if text would not be legible on its colour."""
    style = get_colour_style(find_colour_index(chart, series) or 0, theme)
    fill, _ = find_readable_fill(style.ink, theme.colours.foreground, theme.colours.background)
    return replace(style, ink=fill, hatch="", hollow=False)


def _ink(fill: str, colours: Colours) -> str:
    return max((colours.foreground, colours.background), key=lambda ink: contrast_ratio(ink, fill))


_MOST = 6  # categories; the number of a theme's colours
_FARTHEST = 20  # maximum column and row of a tile
_LONGEST, _IN_A_ROW = 5, 50.0  # characters that fit in a tile, and in all tiles of a row or column
_WIDE = 1.6  # width of a Chinese or Japanese character, in Latin letters


def _read_tiles(
    file: DataFile, attr: Attr, cells: tuple[str, ...], language: str
) -> tuple[tuple[Tile, ...], tuple[str, ...]]:
    """Return the tile and the name of each region. Regions of a built-in map without data come last."""
    with report_for_attribute("label"):
        written = file.get_column(attr.get("label")) if attr.get("label") else None
    if not attr.get("map"):
        if not attr.get("column") or not attr.get("row"):
            maps = join_names([f"`map={name}`" for name in MAPS], "or")
            hint = f"set {maps}, or set `column=` and `row=` to the data columns that hold "
            hint += "each region's grid position"
            raise DataError("CHT001", "a tile map requires `map=`, or `column=` and `row=`", hint)
        across, down = (_read_grid_numbers(file, attr, key) for key in ("column", "row"))
        short = written or cells
        return tuple(map(Tile, across, down, short)), cells
    for key in ("column", "row"):
        if attr.get(key):
            message = f"`{key}=` cannot be combined with `map=`, which sets the positions"
            raise DataError("CHT001", message, f"remove `{key}=` or `map=`", key)
    name = attr.get("map").lower()
    if name not in MAPS:
        others = f"use {join_names(MAPS, 'or')}, or use `column=` and `row=` instead of `map=`"
        raise DataError("CHT001", f'unknown map "{name}"', did_you_mean(name, MAPS) or others, "map")
    layout = load_tile_layout(name, language)
    codes = [_find_region_code(file, attr, index, cell, name, language) for index, cell in enumerate(cells)]
    left = [code for code in layout.places if code not in codes and code not in layout.optional]
    labels = [*(written or codes), *left]
    places = _close_gaps([layout.places[code] for code in (*codes, *left)])
    tiles = tuple(Tile(*place, label) for place, label in zip(places, labels, strict=True))
    called = (
        layout.names[code] if cell.upper().removeprefix("CN-") == code else cell
        for code, cell in zip(codes, cells, strict=True)
    )
    return tiles, (*called, *(layout.names[code] for code in left))


def _close_gaps(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    across, down = (sorted(set(side)) for side in zip(*places, strict=True))
    return [(across.index(column) + 1, down.index(row) + 1) for column, row in places]


def _find_region_code(file: DataFile, attr: Attr, index: int, cell: str, name: str, language: str) -> str:
    layout = load_tile_layout(name, language)
    if code := layout.code(cell):
        return code
    hint = did_you_mean(cell, (*layout.names.values(), *layout.places))
    hint = hint or "delete the row, or use `column=` and `row=` instead of `map=`"
    message = f'{file.path}: row {file.get_row_number(index)}: "{cell}" in column "{attr.get("x")}"'
    raise DataError("CHT001", f"{message} is not a region of the map of {name.title()}", hint, "x")


def _read_grid_numbers(file: DataFile, attr: Attr, key: str) -> list[int]:
    column = attr.get(key)
    with report_for_attribute(key):
        found = []
        for index, cell in enumerate(file.get_column(column)):
            number = parse_whole_number(cell.strip())
            if number is None or not 1 <= number <= _FARTHEST:
                row = file.get_row_number(index)
                message = f'{file.path}: row {row}: "{cell}" in column "{column}"'
                message += f" is not a whole number from 1 to {_FARTHEST}"
                raise DataError("CHT001", message, f"number the {key}s of the map grid from 1 to {_FARTHEST}")
            found.append(number)
        return found


def _check_duplicate_tiles(file: DataFile, cells: tuple[str, ...], tiles: tuple[Tile, ...]) -> None:
    seen: dict[tuple[int, int], int] = {}
    for index, tile in enumerate(tiles[: len(cells)]):
        place = (tile.column, tile.row)
        if place in seen:
            first, second = file.get_row_number(seen[place]), file.get_row_number(index)
            names = f'"{cells[seen[place]]}" and "{cells[index]}"'
            hint = "filter the rows with `where=`, or give each region its own position"
            message = (
                f"{file.path}: rows {first} and {second} ({names}) are assigned to the same grid position"
            )
            raise DataError("CHT001", message, hint)
        seen[place] = index


def _check_labels(attr: Attr, tiles: tuple[Tile, ...]) -> None:
    columns, rows, _, _ = tile_grid(tiles)
    for tile in tiles:
        if _measure_letters(tile.label) > min(_LONGEST, _IN_A_ROW / max(columns, rows)):
            asked = "label" if attr.get("label") else "x"
            hint = "set `label=` to a column of short names, such as country codes"
            raise DataError("CHT001", f'"{tile.label}" is too long for a map tile', hint, asked)


def _measure_letters(text: str) -> float:
    return sum(_WIDE if east_asian_width(letter) in "WF" else 1 for letter in text)
