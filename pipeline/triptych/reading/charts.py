"""``::: {.chart}`` and its CSV file → a chart node."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.model.nodes import Attr, Chart, ChartData, ChartKind, Inline, Series
from triptych.reading.data import DataError, DataFile, DataFolder, decimals, number

ATTRIBUTES = frozenset(
    "type data x y labels unit note stacked horizontal where fig-alt alt slide-title x-title".split()
)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class ChartReader:
    """Makes charts of one section file."""

    data: DataFolder
    path: str

    def read(
        self, attr: Attr, caption: tuple[Inline, ...], span: Span
    ) -> tuple[Chart | None, list[Diagnostic]]:
        """A chart, or None and what is wrong with its description or its data."""
        found = [_unknown(key, span) for key, _ in attr.pairs if key not in ATTRIBUTES]
        try:
            kind = _kind(attr.get("type", "line"))
            data = self._chart_data(attr, kind)
        except DataError as error:
            return None, [
                *found,
                Diagnostic(code=error.code, span=span, message=error.message, hint=error.hint),
            ]
        chart = Chart(
            kind=kind,
            data=data,
            caption=caption,
            alt=attr.get("fig-alt") or attr.get("alt"),
            unit=attr.get("unit"),
            note=attr.get("note"),
            stacked=_flag(attr, "stacked"),
            horizontal=_flag(attr, "horizontal"),
            attr=Attr(
                attr.id,
                attr.classes,
                tuple(p for p in attr.pairs if p[0] not in ATTRIBUTES - {"slide-title"}),
            ),
            span=span,
        )
        return chart, found

    def _chart_data(self, attr: Attr, kind: ChartKind) -> ChartData:
        for key in ("data", "x", "y"):
            if not attr.get(key):
                raise DataError(
                    "CHT001", f'the chart has no "{key}"', f'write {key}="…" among its attributes'
                )
        file = self.data.open(attr.get("data"), beside=self.path)
        if where := attr.get("where"):
            column, _, value = where.partition("=")
            file = file.where(column.strip(), value.strip())
        columns = [name.strip() for name in attr.get("y").split(",")]
        labels = [name.strip() for name in attr.get("labels").split(",")] if attr.get("labels") else columns
        if len(labels) != len(columns):
            raise DataError("CHT001", f"{len(columns)} columns in y but {len(labels)} labels")
        if kind is ChartKind.PIE and len(columns) > 1:
            raise DataError(
                "CHT001", "a pie chart shows one column", "name one column in y, or use stacked bars"
            )
        categories = file.column(attr.get("x"))
        series = tuple(_series(file, name, label) for name, label in zip(columns, labels, strict=True))
        if kind is ChartKind.PIE:
            _check_whole(series[0])
        return ChartData(
            categories=categories,
            series=series,
            category_title=attr.get("x-title"),
            positions=_positions(categories),
        )


def _kind(name: str) -> ChartKind:
    try:
        return ChartKind(name)
    except ValueError:
        kinds = [str(kind) for kind in ChartKind]
        hint = did_you_mean(name, kinds) or f"the kinds are {', '.join(kinds)}"
        raise DataError("CHT001", f'no chart of type "{name}"', hint) from None


def _flag(attr: Attr, name: str) -> bool:
    return attr.get(name).lower() in ("true", "yes", "1") or attr.has(name)


def _unknown(key: str, span: Span) -> Diagnostic:
    hint = did_you_mean(key, ATTRIBUTES) or f"known attributes: {', '.join(sorted(ATTRIBUTES))}"
    return Diagnostic(code="CHT001", span=span, message=f'a chart has no attribute "{key}"', hint=hint)


def _check_whole(series: Series) -> None:
    """Raises ``DataError`` where values are no parts of a whole."""
    values = [value for value in series.values if value is not None]
    if min(values) < 0 or sum(values) == 0:
        message = "a pie chart shows parts of a whole, so no value may be negative nor all be zero"
        raise DataError("CHT001", message, "use bars")


def _series(file: DataFile, column: str, label: str) -> Series:
    cells = file.column(column)
    values = []
    for index, cell in enumerate(cells, 2):  # as a spreadsheet counts: the header is row 1
        try:
            values.append(number(cell))
        except ValueError:
            message = f'{file.path}: "{cell}" in column "{column}", row {index}, is not a number'
            raise DataError("DAT003", message, "leave a cell empty where there is no value") from None
    if all(value is None for value in values):
        raise DataError("DAT003", f'{file.path}: column "{column}" has no values')
    places = tuple(map(decimals, cells))
    largest = max(abs(value) for value in values if value is not None)
    shown = 0 if largest >= 100 else 1 if largest >= 10 else 2
    return Series(label=label, values=tuple(values), places=places, decimals=min(shown, max(places)))


def _positions(categories: tuple[str, ...]) -> tuple[float, ...] | None:
    """Places on a number or time axis: numbers as they are, dates as years with a fraction."""
    positions = []
    for category in categories:
        if match := _DATE.match(category):
            year, month, day = (int(part) if part else 1 for part in match.groups())
            positions.append(year + (month - 1) / 12 + (day - 1) / 365)
            continue
        try:
            value = number(category)
        except ValueError:
            return None
        if value is None:
            return None
        positions.append(value)
    return tuple(positions)
