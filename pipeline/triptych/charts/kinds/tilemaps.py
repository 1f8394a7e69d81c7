"""Define the chart type ``tilemap``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from triptych.charts.axes import format_amount
from triptych.charts.canvas import LINE_HEIGHT, Canvas, TextRuler
from triptych.charts.chart_types import AxislessChartType, TypeGuideEntry
from triptych.charts.columns import (
    choose_decimals,
    format_column_name,
    make_no_numbers_error,
    read_labels,
    read_numbers,
)
from triptych.charts.legend import LegendEntry
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.styles import MarkStyle, find_colour_index, get_colour_style
from triptych.charts.tile_grids import MAP_NAMES, load_tile_grid
from triptych.data.data_file import DataError, DataFile, count_decimals, set_error_attribute
from triptych.diagnostics import did_you_mean, join_names
from triptych.languages.labels import Labels, load_labels
from triptych.languages.numerals import format_number, to_letters
from triptych.model.charts import ChartData, Series, Tile, measure_tile_grid
from triptych.model.nodes import Attr, Chart
from triptych.model.tables import STEPS, compute_shade_steps
from triptych.model.whole_numbers import parse_whole_number
from triptych.theme.colours import choose_text_colour, find_readable_fill, get_text_contrast, list_shades
from triptych.theme.theme import Theme

_MAX_PITCH = 34.0  # points; maximum width of a tile, and gap beside it
_TILE_GAP = 1.6
_LEGEND_STEP, _LEGEND_GAP = 10.0, 6.0  # points; size of a colour step in the legend, and gap above it


@dataclass(frozen=True, slots=True, kw_only=True)
class TileMapLayout:
    """The layout of a tile map: the size of the tiles in points, and the colours and value of each.

    ``pitch`` is the width of a tile with the gap beside it. ``fills`` is "" for regions without data.
    ``marks`` are the numbers below the labels or, if numbers do not fit, the classes; all are empty if the
    tiles are too small for a second line. Without numbers, a colour scale below the map is labelled with the
    lowest and the highest number, ``scale_ends``.
    """

    chart: Chart
    pitch: float
    fills: tuple[str, ...]
    text_colours: tuple[str, ...]
    marks: tuple[str, ...]
    scale_ends: tuple[str, str] = ("", "")
    legend_entries: tuple[LegendEntry, ...] = ()

    @property
    def total_height(self) -> float:
        _, rows, _, _ = measure_tile_grid(self.chart.data.tiles)
        return rows * self.pitch + (LINE_HEIGHT + _LEGEND_GAP if self.scale_ends[0] else 0.0)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        _, _, first_column, first_row = measure_tile_grid(self.chart.data.tiles)
        size = self.pitch - _TILE_GAP
        for index, tile in enumerate(self.chart.data.tiles):
            x, y = left + (tile.column - first_column) * self.pitch, top + (tile.row - first_row) * self.pitch
            if fill := self.fills[index]:
                canvas.draw_box(x, y, size, size, MarkStyle(colour=fill))
            else:
                corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
                canvas.draw_line(corners, canvas.theme.colours.rule, 0.5)
            lines = [tile.label, self.marks[index]] if self.marks[index] else [tile.label]
            first_baseline = y + size / 2 - (len(lines) - 1) * LINE_HEIGHT / 2
            for number, words in enumerate(lines):
                position = (x + size / 2, first_baseline + number * LINE_HEIGHT)
                canvas.draw_text(
                    position, words, colour=self.text_colours[index], bold=number == 0, anchor="center"
                )
        if self.scale_ends[0]:
            _draw_colour_scale(canvas, self, left, top + self.total_height - LINE_HEIGHT / 2)


class TileMap(AxislessChartType):
    """A map with a square for each region, coloured by its value or category."""

    name = "tilemap"
    options = frozenset(("series", "map", "column", "row", "label", "y-title"))
    guide_entry = TypeGuideEntry(
        use="Show values or categories of regions, with a square for each region.",
        data="A column of regions and a column of values. `map` or `column` and `row` set the positions.",
        example="type=tilemap data=districts.csv x=district label=short column=column row=row y=visitors",
        alt_text="Six squares. Beach has 63 visitors and Old Town 58; Hills has 9.",
    )
    date_attributes = ()

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the regions in ``x`` with their values in ``y`` or their categories in ``series``.

        Raise ``DataError`` CHT001 if a region is unknown or duplicate, a position is invalid or shared, or a
        label is too long.
        """
        if not attr.get("x"):
            hint = "set `x=` to the column that contains the regions"
            raise DataError("CHT001", "the chart has no `x=` attribute", hint)
        if not attr.get("y") and not attr.get("series"):
            hint = "set `y=` to a numeric column, or `series=` to a category column"
            raise DataError("CHT001", "a tile map requires `y=` or `series=`", hint)
        with set_error_attribute("x"):
            cells = file.get_label_column(attr.get("x"))
            tiles, names = _read_tiles(file, attr, cells, language)
            _check_duplicate_tiles(file, cells, tiles)
        _check_labels(attr, tiles)
        if attr.get("y"):
            with set_error_attribute("y"):
                cells_of_values, values = read_numbers(file, attr.get("y"))
                if all(value is None for value in values):
                    raise make_no_numbers_error(file, attr.get("y"))
                places = [count_decimals(file.replace_decimal_comma(cell)) for cell in cells_of_values]
        else:
            values, places = [1.0] * len(cells), [0] * len(cells)
        with set_error_attribute("series"):
            groups = file.get_label_column(attr.get("series")) if attr.get("series") else ("",) * len(cells)
        labels = list(dict.fromkeys(groups))
        if len(labels) > _MAX_CATEGORIES:
            hint = "combine some categories, or remove `series=` and set `y=` to a value column"
            message = f"the map has {len(labels)} categories; the limit is {_MAX_CATEGORIES}"
            raise DataError("CHT001", message, hint, "series")
        label_decimals = (
            read_labels(attr, labels)
            if attr.get("series")
            else [attr.get("y-title") or format_column_name(attr.get("y"))]
        )
        missing_count = len(tiles) - len(cells)  # number of regions without data
        decimal_places = min(choose_decimals(values), max(places))
        series = tuple(
            Series(
                label=name,
                values=(
                    *(value if group == label else None for value, group in zip(values, groups, strict=True)),
                    *[None] * missing_count,
                ),
                decimal_places=(*places, *[0] * missing_count),
                label_decimals=decimal_places,
            )
            for label, name in zip(labels, label_decimals, strict=True)
        )
        return ChartData(
            categories=names,
            series=series,
            category_name=format_column_name(attr.get("x")),
            series_name=format_column_name(attr.get("series")),
            tiles=tiles,
            has_values=bool(attr.get("y")),
        )

    def lay_out(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> TileMapLayout:
        ruler = TextRuler(theme)
        columns, *_ = measure_tile_grid(data.tiles)
        pitch = min(_MAX_PITCH, max_width / columns)
        inner = pitch - _TILE_GAP - 2
        has_two_lines = inner >= 2 * LINE_HEIGHT
        with_values, classes = list_tile_marks(chart)
        shows_values = has_two_lines and bool(with_values) and ruler.measure_widest(with_values) <= inner
        marks = with_values if shows_values else classes if has_two_lines else ("",) * len(data.tiles)
        legend_entries: tuple[LegendEntry, ...] = ()
        scale, colours = ("", ""), theme.colours
        if data.series_name:
            styles = [_get_category_style(chart, series, theme) for series in data.series]
            legend_entries = tuple(
                LegendEntry(format_class_label(data, series), style)
                for series, style in zip(data.series, styles, strict=True)
            )
            fills = tuple(
                _find_category_colour(data.series, index, styles) for index in range(len(data.tiles))
            )
            inks = tuple(
                choose_text_colour(fill, colours.foreground, colours.background) if fill else colours.muted
                for fill in fills
            )
        else:
            steps = compute_shade_steps(data.series[0].values)
            shades_by_step = {shade.step: shade for shade in list_shades(steps, colours)}
            fills = tuple(shades_by_step[step].fill if step else "" for step in steps)
            inks = tuple(shades_by_step[step].ink if step else colours.muted for step in steps)
            if not shows_values:
                limits, places = (min(data.numbers), max(data.numbers)), data.series[0].label_decimals
                scale = (format_amount(chart, limits[0], places), format_amount(chart, limits[1], places))
        if not all(fills) and (data.series_name or scale[0]):
            outlined = MarkStyle(colour=colours.background, is_outlined=True)
            legend_entries = (*legend_entries, LegendEntry(get_missing_label(chart), outlined))
        return TileMapLayout(
            chart=chart,
            pitch=pitch,
            fills=fills,
            text_colours=inks,
            marks=marks,
            scale_ends=scale,
            legend_entries=legend_entries,
        )

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("XY_SCATTER", has_numeric_axes=True)

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        for series in chart.data.series:
            known_values = [(value, index) for index, value in enumerate(series.values) if value is not None]
            if chart.data.series_name:
                yield labels.titled(
                    series.label, labels.listed(category_labels[index] for _, index in known_values)
                )
                continue
            for value, index in sorted(known_values, key=lambda pair: -pair[0]):
                words = format_number(value, series.decimal_places[index], chart.language)
                yield labels.titled(category_labels[index], words)


def list_tile_marks(chart: Chart) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the marks of the tiles with their values, or () without values, and the marks without values.

    A mark is the class of a tile, which is readable where colours cannot be distinguished: the letter of its
    category, or its heat map step. A value makes the step unnecessary. Regions without data have no mark.
    """
    data = chart.data
    classes = tuple(_get_tile_class(data, index) for index in range(len(data.tiles)))
    if not data.has_values:
        return (), classes
    values = [format_tile_value(chart, index) for index in range(len(data.tiles))]
    letters = classes if data.series_name else ("",) * len(values)
    return tuple(f"{letter} {value}".strip() for letter, value in zip(letters, values, strict=True)), classes


def format_tile_value(chart: Chart, index: int) -> str:
    """Format the value of a tile; return "" for a region without data."""
    series = find_tile_series(chart.data, index)
    if series is None:
        return ""
    return format_amount(chart, series.values[index] or 0.0, series.label_decimals)


def find_tile_series(data: ChartData, index: int) -> Series | None:
    """Return the series with a value for the region ``index``, or None if no series has one."""
    return next((series for series in data.series if series.values[index] is not None), None)


def format_class_label(data: ChartData, series: Series) -> str:
    """Return the legend label of a category, with its letter in the tiles and the number of its regions."""
    count = sum(value is not None for value in series.values)
    return f"{_get_class_letter(data, series)} · {series.label} ({count})"


def get_missing_label(chart: Chart) -> str:
    """Return the legend label of regions without data, with their number."""
    words = load_labels(chart.language)["number-not-available"]
    count = sum(find_tile_series(chart.data, index) is None for index in range(len(chart.data.tiles)))
    return f"{words[:1].upper()}{words[1:]} ({count})"


def _get_tile_class(data: ChartData, index: int) -> str:
    series = find_tile_series(data, index)
    if series is None:
        return ""
    if data.series_name:
        return _get_class_letter(data, series)
    return format_step(compute_shade_steps(series.values)[index])


def _get_class_letter(data: ChartData, series: Series) -> str:
    return to_letters(data.series.index(series) + 1).upper()


def format_step(step: int) -> str:
    """Return a heat map step as text, with a minus sign below zero."""
    return format_number(step, 0)


def _draw_colour_scale(canvas: Canvas, layout: TileMapLayout, left: float, y: float) -> None:
    """Draw the steps of the colours, with their numbers if the tiles have them."""
    low, high = layout.scale_ends
    canvas.draw_text((left, y), low)
    ruler = TextRuler(canvas.theme)
    x = left + ruler.measure(low) + 4
    steps = sorted(set(compute_shade_steps(layout.chart.data.series[0].values)) - {0})
    step_range = range(min(steps), max(steps) + 1) if len(steps) > 1 else range(1, STEPS + 1)
    numbers = [format_step(step) if any(layout.marks) else "" for step in step_range if step]
    width = max(_LEGEND_STEP, ruler.measure_widest(numbers) + 2)
    for shade, number in zip(list_shades(step_range, canvas.theme.colours), numbers, strict=True):
        canvas.draw_box(x, y - _LEGEND_STEP / 2, width, _LEGEND_STEP, MarkStyle(colour=shade.fill))
        if number:
            canvas.draw_text((x + width / 2, y), number, colour=shade.ink, anchor="center")
        x += width
    canvas.draw_text((x + 4, y), high)


def _find_category_colour(series: tuple[Series, ...], index: int, styles: list[MarkStyle]) -> str:
    colours = (
        style.colour
        for tile_series, style in zip(series, styles, strict=True)
        if tile_series.values[index] is not None
    )
    return next(colours, "")


def _get_category_style(chart: Chart, series: Series, theme: Theme) -> MarkStyle:
    """Return the style of a category, with a lighter fill if text is illegible on its colour."""
    style = get_colour_style(find_colour_index(chart, series) or 0, theme)
    fill, _ = find_readable_fill(
        style.colour,
        theme.colours.foreground,
        theme.colours.background,
        get_text_contrast(theme.colours),
    )
    return replace(style, colour=fill, hatch="", is_hollow=False)


_MAX_CATEGORIES = 6  # maximum number of categories; a theme has as many colours
_MAX_GRID_POSITION = 20  # maximum column and row of a tile
# Characters that fit in a tile, and in all tiles of a row or column.
_MAX_LABEL_LENGTH, _MAX_ROW_LENGTH = 5, 50.0
_WIDE_CHARACTER = 1.6  # width of a Chinese or Japanese character, in Latin letters


def _read_tiles(
    file: DataFile, attr: Attr, cells: tuple[str, ...], language: str
) -> tuple[tuple[Tile, ...], tuple[str, ...]]:
    """Return the tile and the name of each region. Regions of a built-in map without data come last."""
    with set_error_attribute("label"):
        label_cells = file.get_column(attr.get("label")) if attr.get("label") else None
    if not attr.get("map"):
        if not attr.get("column") or not attr.get("row"):
            maps = join_names([f"`map={name}`" for name in MAP_NAMES], "or")
            hint = f"set {maps}, or set `column=` and `row=` to the data columns that hold "
            hint += "each region's grid position"
            raise DataError("CHT001", "a tile map requires `map=`, or `column=` and `row=`", hint)
        columns, rows = (_read_grid_numbers(file, attr, key) for key in ("column", "row"))
        tile_labels = label_cells or cells
        return tuple(map(Tile, columns, rows, tile_labels)), cells
    for key in ("column", "row"):
        if attr.get(key):
            message = f"`{key}=` cannot be combined with `map=`, which sets the positions"
            raise DataError("CHT001", message, f"remove `{key}=` or `map=`", key)
    name = attr.get("map").lower()
    if name not in MAP_NAMES:
        others = f"use {join_names(MAP_NAMES, 'or')}, or use `column=` and `row=` instead of `map=`"
        raise DataError("CHT001", f'unknown map "{name}"', did_you_mean(name, MAP_NAMES) or others, "map")
    layout = load_tile_grid(name, language)
    codes = [_find_region_code(file, attr, index, cell, name, language) for index, cell in enumerate(cells)]
    left = [code for code in layout.positions if code not in codes and code not in layout.optional]
    labels = [*(label_cells or codes), *left]
    places = _compact_positions([layout.positions[code] for code in (*codes, *left)])
    tiles = tuple(Tile(*place, label) for place, label in zip(places, labels, strict=True))
    called = (
        layout.names[code] if cell.upper().removeprefix("CN-") == code else cell
        for code, cell in zip(codes, cells, strict=True)
    )
    return tiles, (*called, *(layout.names[code] for code in left))


def _compact_positions(positions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    columns, rows = (sorted(set(side)) for side in zip(*positions, strict=True))
    return [(columns.index(column) + 1, rows.index(row) + 1) for column, row in positions]


def _find_region_code(file: DataFile, attr: Attr, index: int, cell: str, name: str, language: str) -> str:
    layout = load_tile_grid(name, language)
    if code := layout.find_code(cell):
        return code
    hint = did_you_mean(cell, (*layout.names.values(), *layout.positions))
    hint = hint or "delete the row, or use `column=` and `row=` instead of `map=`"
    message = f'{file.path}: row {file.get_row_number(index)}: "{cell}" in column "{attr.get("x")}"'
    raise DataError("CHT001", f"{message} is not a region of the map of {name.title()}", hint, "x")


def _read_grid_numbers(file: DataFile, attr: Attr, key: str) -> list[int]:
    column = attr.get(key)
    with set_error_attribute(key):
        numbers = []
        for index, cell in enumerate(file.get_column(column)):
            number = parse_whole_number(cell.strip())
            if number is None or not 1 <= number <= _MAX_GRID_POSITION:
                row = file.get_row_number(index)
                message = f'{file.path}: row {row}: "{cell}" in column "{column}"'
                message += f" is not a whole number from 1 to {_MAX_GRID_POSITION}"
                raise DataError(
                    "CHT001", message, f"number the {key}s of the map grid from 1 to {_MAX_GRID_POSITION}"
                )
            numbers.append(number)
        return numbers


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
    columns, rows, _, _ = measure_tile_grid(tiles)
    for tile in tiles:
        if _measure_width_in_letters(tile.label) > min(
            _MAX_LABEL_LENGTH, _MAX_ROW_LENGTH / max(columns, rows)
        ):
            label_attribute = "label" if attr.get("label") else "x"
            hint = "set `label=` to a column of short names, such as country codes"
            raise DataError("CHT001", f'"{tile.label}" is too long for a map tile', hint, label_attribute)


def _measure_width_in_letters(text: str) -> float:
    return sum(_WIDE_CHARACTER if east_asian_width(letter) in "WF" else 1 for letter in text)
