"""A column of regions and their values or categories → the squares of a tile grid map."""

from __future__ import annotations

from unicodedata import east_asian_width

from triptych.diagnostics import did_you_mean, join_names
from triptych.model.charts import ChartData, Series, Tile, extent
from triptych.model.nodes import Attr
from triptych.model.whole_numbers import whole_number
from triptych.reading.charts.columns import in_words, labels_of, numbers_of, shown_decimals
from triptych.reading.charts.tile_layouts import MAPS, tile_layout
from triptych.reading.data.columns import DataError, DataFile, asked_by, decimals

_MOST = 6  # categories: the colours of a theme
_FARTHEST = 20  # columns and rows of a map
_LONGEST, _IN_A_ROW = 5, 50.0  # letters that a square has room for, and all squares side by side
_WIDE = 1.6  # of a letter: one of Chinese or Japanese


def read_tiles(file: DataFile, attr: Attr, language: str) -> ChartData:
    """The regions that ``x`` names, with the values of ``y``, or those of ``series`` as categories.

    They stand where ``map`` has them, or where ``column`` and ``row`` say. Raises ``DataError``: CHT001 for a
    region that the map has not or that stands twice, for two at one place, for places that are no numbers,
    and for a name that a square has no room for.
    """
    if not attr.get("x"):
        hint = "set `x=` to the column that contains the regions"
        raise DataError("CHT001", "the chart has no `x=` attribute", hint)
    if not attr.get("y") and not attr.get("series"):
        hint = "set `y=` to a numeric column, or `series=` to a category column"
        raise DataError("CHT001", "a tile map requires `y=` or `series=`", hint)
    with asked_by("x"):
        cells = file.names(attr.get("x"))
        tiles, names = _tiles(file, attr, cells, language)
        _check_once(file, cells, tiles)
    _check_labels(attr, tiles)
    if attr.get("y"):
        with asked_by("y"):
            written, values = numbers_of(file, attr.get("y"))
            if all(value is None for value in values):
                message = f'{file.path}: column "{attr.get("y")}" contains no numbers'
                raise DataError("DAT003", message, "fill in the values, or name another column in `y=`")
            places = [decimals(file.plain(cell)) for cell in written]
    else:
        values, places = [1.0] * len(cells), [0] * len(cells)
    with asked_by("series"):
        groups = file.names(attr.get("series")) if attr.get("series") else ("",) * len(cells)
    labels = list(dict.fromkeys(groups))
    if len(labels) > _MOST:
        hint = "combine some categories, or remove `series=` and set `y=` to a value column"
        message = f"the map has {len(labels)} categories; the limit is {_MOST}"
        raise DataError("CHT001", message, hint, "series")
    shown = (
        labels_of(attr, labels) if attr.get("series") else [attr.get("y-title") or in_words(attr.get("y"))]
    )
    beyond = len(tiles) - len(cells)  # regions of the map of which the data say nothing
    decimal_places = min(shown_decimals(values), max(places))
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
        category_name=in_words(attr.get("x")),
        series_name=in_words(attr.get("series")),
        tiles=tiles,
        counted=bool(attr.get("y")),
    )


def _tiles(
    file: DataFile, attr: Attr, cells: tuple[str, ...], language: str
) -> tuple[tuple[Tile, ...], tuple[str, ...]]:
    """The square of each region, and what it is called; last those that the data leave out."""
    with asked_by("label"):
        written = file.column(attr.get("label")) if attr.get("label") else None
    if not attr.get("map"):
        if not attr.get("column") or not attr.get("row"):
            maps = join_names([f"`map={name}`" for name in MAPS], "or")
            hint = f"set {maps}, or set `column=` and `row=` to the data columns that hold "
            hint += "each region's grid position"
            raise DataError("CHT001", "a tile map requires `map=`, or `column=` and `row=`", hint)
        across, down = (_numbers(file, attr, key) for key in ("column", "row"))
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
    layout = tile_layout(name, language)
    codes = [_code(file, attr, index, cell, name, language) for index, cell in enumerate(cells)]
    left = [code for code in layout.places if code not in codes and code not in layout.optional]
    labels = [*(written or codes), *left]
    places = _close([layout.places[code] for code in (*codes, *left)])
    tiles = tuple(Tile(*place, label) for place, label in zip(places, labels, strict=True))
    called = (
        layout.names[code] if cell.upper().removeprefix("CN-") == code else cell
        for code, cell in zip(codes, cells, strict=True)
    )
    return tiles, (*called, *(layout.names[code] for code in left))


def _close(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places without the columns and rows in which nothing stands."""
    across, down = (sorted(set(side)) for side in zip(*places, strict=True))
    return [(across.index(column) + 1, down.index(row) + 1) for column, row in places]


def _code(file: DataFile, attr: Attr, index: int, cell: str, name: str, language: str) -> str:
    layout = tile_layout(name, language)
    if code := layout.code(cell):
        return code
    hint = did_you_mean(cell, (*layout.names.values(), *layout.places))
    hint = hint or "delete the row, or use `column=` and `row=` instead of `map=`"
    message = f'{file.path}: row {file.row_number(index)}: "{cell}" in column "{attr.get("x")}"'
    raise DataError("CHT001", f"{message} is not a region of the map of {name.title()}", hint, "x")


def _numbers(file: DataFile, attr: Attr, key: str) -> list[int]:
    column = attr.get(key)
    with asked_by(key):
        found = []
        for index, cell in enumerate(file.column(column)):
            number = whole_number(cell.strip())
            if number is None or not 1 <= number <= _FARTHEST:
                row = file.row_number(index)
                message = f'{file.path}: row {row}: "{cell}" in column "{column}"'
                message += f" is not a whole number from 1 to {_FARTHEST}"
                raise DataError("CHT001", message, f"number the {key}s of the map grid from 1 to {_FARTHEST}")
            found.append(number)
        return found


def _check_once(file: DataFile, cells: tuple[str, ...], tiles: tuple[Tile, ...]) -> None:
    seen: dict[tuple[int, int], int] = {}
    for index, tile in enumerate(tiles[: len(cells)]):
        place = (tile.column, tile.row)
        if place in seen:
            first, second = file.row_number(seen[place]), file.row_number(index)
            names = f'"{cells[seen[place]]}" and "{cells[index]}"'
            hint = "filter the rows with `where=`, or give each region its own position"
            message = (
                f"{file.path}: rows {first} and {second} ({names}) are assigned to the same grid position"
            )
            raise DataError("CHT001", message, hint)
        seen[place] = index


def _check_labels(attr: Attr, tiles: tuple[Tile, ...]) -> None:
    columns, rows, _, _ = extent(tiles)
    for tile in tiles:
        if _letters(tile.label) > min(_LONGEST, _IN_A_ROW / max(columns, rows)):
            asked = "label" if attr.get("label") else "x"
            hint = "set `label=` to a column of short names, such as country codes"
            raise DataError("CHT001", f'"{tile.label}" is too long for a map tile', hint, asked)


def _letters(text: str) -> float:
    return sum(_WIDE if east_asian_width(letter) in "WF" else 1 for letter in text)
