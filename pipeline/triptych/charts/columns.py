"""Read the columns of a data file in wide or long format into the series of a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.charts.chart_types import ChartType
from triptych.charts.date_formats import find_iso_precision, parse_iso_dates
from triptych.charts.options import ChartOptions
from triptych.data.data_file import DataError, DataFile, count_decimals, parse_number, set_error_attribute
from triptych.model.charts import (
    ChartData,
    DatePrecision,
    Scale,
    Series,
    convert_date_to_position,
    convert_to_decimal,
)
from triptych.model.nodes import Attr

MAX_SERIES = 24  # six colours with four dash and fill patterns each
_MAX_LISTED_COLUMNS = 8  # maximum number of column names in a hint


@dataclass(frozen=True, slots=True)
class _SeriesRows:
    """The row indices and the value column of a series in a data file."""

    panel: str
    label: str
    column: str
    rows: tuple[int, ...]


def read_columns(file: DataFile, attr: Attr, options: ChartOptions) -> ChartData:
    """Read the columns named by the attributes ``x``, ``y``, ``series`` and ``facet``.

    Raise ``DataError`` if the data is unsuitable.
    """
    for key in ("x", "y"):
        if not attr.get(key):
            hint = f"set `{key}=` to the name of a column: {_format_column_list(file)}"
            raise DataError("CHT001", f"the chart has no `{key}=` attribute", hint)
    strands = _group_rows(file, attr, options.chart_type)
    with set_error_attribute("x"):
        cells = file.get_column(attr.get("x"))
        split = bool(attr.get("series") or attr.get("facet"))
        own_rows = options.chart_type.has_points or not split
        rows = list(range(len(cells))) if own_rows else [cells.index(name) for name in dict.fromkeys(cells)]
        positions, dates = _read_positions(file, attr.get("x"), cells)
        if options.x_scale is Scale.LOG and all(len(cell) == 4 for cell in cells):
            dates = None  # four digits on a log scale are amounts
        if options.x_scale is Scale.LOG:
            _check_log_positions(file, attr.get("x"), cells, positions, dates)
    if positions and (options.chart_type.sorts_rows or not own_rows):
        rows.sort(key=positions.__getitem__)
    if not options.chart_type.allows_repeated_positions:
        _check_duplicate_rows(
            file, attr, cells, strands, positions if options.chart_type.sorts_rows else None
        )
    names = (
        file.get_label_column(attr.get("labels"))
        if _has_point_names(file, attr, options.chart_type)
        else None
    )
    with set_error_attribute("y"):
        positive = options.y_scale is Scale.LOG
        series = tuple(
            _read_series(file, strand, cells, rows, row_per_category=own_rows, must_be_positive=positive)
            for strand in strands
        )
    if not positive:
        series = _limit_decimals(series)
    parts = {find_iso_precision(cells[row]) for row in rows} if dates else set()
    return ChartData(
        categories=tuple((names or cells)[row] for row in rows),
        series=series,
        category_title=attr.get("x-title"),
        positions=tuple(positions[row] for row in rows) if positions else None,
        dates=tuple(dates[row] for row in rows) if dates else None,
        date_precision=max(parts, key=list(DatePrecision).index) if parts else None,
        panel_title=format_column_name(attr.get("facet")),
        category_name=format_column_name(attr.get("x")),
        point_title=format_column_name(attr.get("labels")) if names else "",
        x_values=tuple(cells[row] for row in rows) if names else (),
        range_title=attr.get("range"),
        extra_series=_read_ranges(file, attr, series, rows, must_be_positive=positive),
    )


def _read_ranges(
    file: DataFile, attr: Attr, series: Sequence[Series], rows: Sequence[int], *, must_be_positive: bool
) -> tuple[Series, ...]:
    """Read the ends of the ranges around the values of a chart with one series; return () without ranges."""
    keys = ("low", "high", "range")
    missing_key = next((key for key in keys if not attr.get(key)), "")
    if missing_key:
        set_key = next((key for key in keys if attr.get(key)), "")
        if not set_key:
            return ()
        hint = (
            "set `low=` and `high=` to columns, and `range=` to what they are, such as a confidence interval"
        )
        raise DataError("CHT001", f"`{set_key}=` requires `{missing_key}=`", hint, set_key)
    if len(series) > 1 or attr.get("series") or attr.get("facet"):
        hint = "set `y=` to one column, and filter the rows with `where=`"
        raise DataError("CHT001", "ranges require a single series", hint, "low")
    ends = []
    for key in ("low", "high"):
        with set_error_attribute(key):
            cells, numbers = read_numbers(file, attr.get(key), must_be_positive=must_be_positive)
        ends.append(
            Series(
                label=format_column_name(attr.get(key)),
                values=tuple(numbers[row] for row in rows),
                decimal_places=tuple(count_decimals(file.replace_decimal_comma(cells[row])) for row in rows),
            )
        )
    for index, row in enumerate(rows):
        low, value, high = ends[0].values[index], series[0].values[index], ends[1].values[index]
        if (low is None) != (high is None) or (low is not None and value is None):
            message = "a range requires a value and both of its ends"
            raise file.make_row_error("CHT001", file.get_row_number(row), message, "complete the row", "low")
        if low is not None and high is not None and value is not None and not low <= value <= high:
            message = f"the value {value:g} is not between {low:g} and {high:g}"
            raise file.make_row_error("CHT001", file.get_row_number(row), message, "correct the row", "low")
    return tuple(ends)


def select_categories(data: ChartData, indices: Sequence[int]) -> ChartData:
    """Keep only the categories at ``indices``, in that order."""
    return replace(
        data.select_values(indices),
        categories=tuple(data.categories[index] for index in indices),
        positions=tuple(data.positions[index] for index in indices) if data.positions else None,
        dates=tuple(data.dates[index] for index in indices) if data.dates else None,
        x_values=tuple(data.x_values[index] for index in indices) if data.x_values else (),
    )


def _format_column_list(file: DataFile) -> str:
    return ", ".join(file.columns[:_MAX_LISTED_COLUMNS]) + (
        ", …" if len(file.columns) > _MAX_LISTED_COLUMNS else ""
    )


def format_column_name(column: str) -> str:
    """Format a column name as a label: ``installed_gw`` becomes ``Installed gw``."""
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def split_names(attr: Attr, key: str, known_names: Sequence[str] = ()) -> list[str]:
    """Split an attribute's value at commas, unless the whole value is a known name."""
    if attr.get(key) in known_names:
        return [attr.get(key)]
    return [name.strip() for name in attr.get(key).split(",") if name.strip()]


def read_panels(file: DataFile, attr: Attr) -> tuple[str, ...]:
    """Return the panel name of each row, or empty strings without a ``facet=`` attribute."""
    with set_error_attribute("facet"):
        return file.get_label_column(attr.get("facet")) if attr.get("facet") else ("",) * len(file.rows)


def read_numbers(
    file: DataFile, column: str, *, must_be_positive: bool = False
) -> tuple[tuple[str, ...], list[float | None]]:
    """Return the cells of a column as text and as numbers.

    Raise ``DataError`` DAT003 if a cell is not a number, or DAT006 if a comma could be a decimal or a
    thousands separator. If ``must_be_positive`` is true, raise CHT001 if a number is zero or negative.
    """
    cells = file.get_column(column)
    values = []
    for index, cell in enumerate(cells):
        row = file.get_row_number(index)
        value = file.parse_cell(cell, column=column, row=row)
        if must_be_positive and value is not None and value <= 0:
            raise _make_not_positive_error(file, column, cell, row)
        values.append(value)
    return cells, values


def _group_rows(file: DataFile, attr: Attr, chart_type: ChartType) -> list[_SeriesRows]:
    columns = split_names(attr, "y", file.columns)
    if not columns:
        hint = f"set `y=` to the name of a column: {_format_column_list(file)}"
        raise DataError("CHT001", "`y=` contains no column name", hint, "y")
    if chart_type.has_one_series and len(columns) > 1:
        hint = "name a single column in `y=`, or set `type=bar stacked=true`"
        message = f"a {chart_type} chart plots only one data column, but `y=` lists {len(columns)}"
        raise DataError("CHT001", message, hint, "y")
    if attr.get("series") and len(columns) > 1:
        hint = "set `y=` to the value column and `series=` to the grouping column, or remove `series=`"
        message = f"`y=` lists {len(columns)} columns; only one is allowed with `series=`"
        raise DataError("CHT001", message, hint, "y")
    panels = read_panels(file, attr)
    if attr.get("series"):
        with set_error_attribute("series"):
            keys = file.get_label_column(attr.get("series"))
        names = list(dict.fromkeys(keys))
        members = {name: (columns[0], {i for i, key in enumerate(keys) if key == name}) for name in names}
    else:
        names = columns
        members = {name: (name, set(range(len(file.rows)))) for name in names}
    labels = names if _has_point_names(file, attr, chart_type) else read_labels(attr, names)
    if len(names) > MAX_SERIES:
        grouped = bool(attr.get("series"))
        fewer_series_hint = "plot fewer series, or use `facet=` instead of `series=`"
        hint = fewer_series_hint if grouped else "name fewer columns in `y=`"
        message = f"the chart has {len(names)} series; the limit is {MAX_SERIES}"
        raise DataError("CHT001", message, hint, "series" if grouped else "y")
    groups = [
        _SeriesRows(panel, label, column, rows)
        for panel in dict.fromkeys(panels)
        for label, (column, row_indices) in zip(labels, members.values(), strict=True)
        if (rows := tuple(index for index in sorted(row_indices) if panels[index] == panel))
    ]
    return groups


def _has_point_names(file: DataFile, attr: Attr, chart_type: ChartType) -> bool:
    """Return whether ``labels=`` is a column with point names instead of a list of series labels.

    Raise ``DataError`` DAT001 if a chart with one series has no such column, or CHT001 if the chart has small
    multiples.
    """
    column = attr.get("labels")
    if not chart_type.has_points or not column:
        return False
    has_one_series = not attr.get("series") and len(split_names(attr, "y", file.columns)) == 1
    if column not in file.columns and not has_one_series:
        return False
    with set_error_attribute("labels"):
        file.get_label_column(column)
    if attr.get("facet"):
        hint = "remove `labels=`, or use `where=` instead of `facet=` to show a single panel"
        raise DataError("CHT001", "`labels=` cannot name points in a chart with `facet=`", hint, "labels")
    return True


def read_labels(attr: Attr, names: Sequence[str]) -> Sequence[str]:
    """Return the series labels set by ``labels=``, or else the series names.

    Raise ``DataError`` CHT001 if labels are duplicate, or if their number differs from the number of series.
    """
    labels = split_names(attr, "labels") or names
    if len(labels) != len(names):
        hint = f"give one label per series in `labels=`; the series, in order: {', '.join(names)}"
        message = f"the chart has {len(names)} series but {len(labels)} labels"
        raise DataError("CHT001", message, hint, "labels")
    duplicate = next((label for index, label in enumerate(labels) if label in labels[:index]), None)
    if duplicate is not None:
        message = f'two series have the label "{duplicate}"'
        raise DataError("CHT001", message, "give each series its own label in `labels=`", "labels")
    return labels


def _check_duplicate_rows(
    file: DataFile,
    attr: Attr,
    cells: tuple[str, ...],
    groups: Sequence[_SeriesRows],
    positions: Sequence[float] | None,
) -> None:
    """Raise ``DataError`` if two rows of a series have the same category or position on the axis."""
    for strand in groups:
        seen: dict[str | float, int] = {}
        for row in strand.rows:
            place = positions[row] if positions else cells[row]
            if place in seen:
                first, second = file.get_row_number(seen[place]), file.get_row_number(row)
                message = f"{file.path}: rows {first} and {second} both have "
                message += f'"{cells[row]}" in series "{strand.label}"'
                hint = "delete one of the rows, filter the data with `where=`, "
                hint += "or separate the rows with `series=` or `facet=`"
                keys = (key for key in ("series", "facet") if attr.get(key))
                raise DataError("CHT001", message, hint, next(keys, "x"))
            seen[place] = row


def _read_series(
    file: DataFile,
    group: _SeriesRows,
    names: tuple[str, ...],
    rows: Sequence[int],
    *,
    row_per_category: bool,
    must_be_positive: bool,
) -> Series:
    """Read the values of a series, one for each row index in ``rows``.

    If ``row_per_category`` is true, each row of the file is a category. Otherwise, rows with the same name
    share a category.
    """
    limited_file = replace(
        file,
        rows=tuple(file.rows[row] for row in group.rows),
        row_numbers=tuple(file.get_row_number(row) for row in group.rows),
    )
    cells, numbers = read_numbers(limited_file, group.column, must_be_positive=must_be_positive)
    if all(value is None for value in numbers):
        of_label = "" if group.label == group.column else f' for "{group.label}"'
        raise make_no_numbers_error(file, group.column, of_label)
    by_row = dict(zip(group.rows, zip(cells, numbers, strict=True), strict=True))
    if row_per_category:
        matches = [by_row.get(row, ("", None)) for row in rows]
    else:
        by_name = {names[row]: cell for row, cell in by_row.items()}
        matches = [by_name.get(names[row], ("", None)) for row in rows]
    places = tuple(
        count_decimals(file.replace_decimal_comma(cell)) if value is not None else 0
        for cell, value in matches
    )
    values = tuple(value for _, value in matches)
    return Series(
        label=group.label,
        values=values,
        decimal_places=places,
        label_decimals=min(choose_decimals(numbers), max(places)),
        panel=group.panel,
    )


def _limit_decimals(series: tuple[Series, ...]) -> tuple[Series, ...]:
    """Limit the decimal places of all series according to the largest value in the chart."""
    max_decimals = choose_decimals([value for series_data in series for value in series_data.values])
    return tuple(
        replace(series_data, label_decimals=min(series_data.label_decimals, max_decimals))
        for series_data in series
    )


def make_no_numbers_error(file: DataFile, column: str, label_suffix: str = "", key: str = "y") -> DataError:
    """Return error DAT003 for a column without numbers. ``key`` is the attribute that names the column."""
    message = f'{file.path}: column "{column}" contains no numbers{label_suffix}'
    return DataError("DAT003", message, f"put numbers in the column, or set `{key}=` to another column")


def choose_decimals(values: Sequence[float | None]) -> int:
    """Return the number of decimal places that gives the largest value three significant digits.

    If that value is below 1, it gets two significant digits.
    """
    largest = max(abs(value) for value in values if value is not None)
    if 0 < largest < 0.1:
        return 1 - convert_to_decimal(largest).adjusted()
    return 0 if largest >= 100 else 1 if largest >= 10 else 2


def _read_positions(
    file: DataFile, column: str, cells: tuple[str, ...]
) -> tuple[list[float] | None, list[dt.date] | None]:
    """Return the numeric positions and the dates of an x column.

    The dates are None if the column has numbers. Both are None if it has text. Raise ``DataError`` DAT003 if
    a date is invalid.
    """
    if (dates := parse_iso_dates(file, column, cells)) is not None:
        return [convert_date_to_position(date) for date in dates], dates
    try:
        values = [parse_number(file.replace_decimal_comma(cell)) for cell in cells]
    except ValueError:
        return None, None
    known_values = [value for value in values if value is not None]
    return (known_values, None) if len(known_values) == len(values) else (None, None)


def _check_log_positions(
    file: DataFile,
    column: str,
    cells: tuple[str, ...],
    positions: Sequence[float] | None,
    dates: Sequence[dt.date] | None,
) -> None:
    if positions is None or dates is not None:
        message = f'a log scale requires numbers, but column "{column}" is not numeric'
        hint = "remove `x-scale=`, or set `x=` to a column of numbers"
        raise DataError("CHT001", message, hint, "x-scale")
    for index, position in enumerate(positions):
        if position <= 0:
            raise _make_not_positive_error(file, column, cells[index], file.get_row_number(index))


def _make_not_positive_error(file: DataFile, column: str, cell: str, row: int) -> DataError:
    message = f'{file.path}: row {row}: "{cell}" in column "{column}" is not positive; '
    message += "a log scale requires positive values"
    return DataError("CHT001", message, "correct or delete the row, or remove the log scale from the chart")
