"""Create charts from a few numbers."""

from __future__ import annotations

import datetime as dt

from triptych.model.charts import ChartData, DatePrecision, Series, convert_date_to_position
from triptych.model.nodes import Chart


def series(*values: float | None, label: str = "Output", panel: str = "") -> Series:
    return Series(label=label, values=values, decimal_places=(0,) * len(values), panel=panel)


def chart(kind: str, *all_series: Series, years: bool = True, **more: object) -> Chart:
    count = len(all_series[0].values)
    names = tuple(str(2020 + i) if years else f"Name {i}" for i in range(count))
    dates = tuple(dt.date(2020 + i, 1, 1) for i in range(count)) if years else None
    data = ChartData(
        categories=names,
        series=all_series,
        positions=tuple(map(convert_date_to_position, dates)) if dates else None,
        dates=dates,
        date_precision=DatePrecision.YEAR if dates else None,
        bin_edges=tuple(map(float, range(count + 1))) if kind == "histogram" else None,
        is_whole=kind in ("pie", "donut"),
        extra_series=more_of(kind, all_series[0]),
        line_count=int(kind == "combination" and len(all_series) > 1),
        panel_title="region" if any(item.panel for item in all_series) else "",
    )
    return Chart(kind=kind, data=data, caption=(), alt="x", **more)  # type: ignore[arg-type]


def more_of(kind: str, own: Series) -> tuple[Series, ...]:
    """The further columns of a kind: sizes of bubbles, or the ends of boxes and whiskers around values."""
    if kind == "bubble":
        return (series(*(1.0 + index for index in range(len(own.values))), label="Size"),)
    if kind == "boxplot":
        sides = (series(*((v or 0) + off for v in own.values), label=str(off)) for off in (-2, -1, 1, 2))
        return (*sides, series(*(0 for _ in own.values), label="Outliers"))
    return ()


def dated(part: DatePrecision, *texts: str, values: tuple[float | None, ...] = ()) -> ChartData:
    """Return data with dates as text, as in a data file."""
    dates = []
    for text in texts:
        year, _, rest = text.partition("-")
        if rest.startswith("Q"):
            rest = str(int(rest[1]) * 3 - 2)
        month, _, day = rest.partition("-")
        dates.append(dt.date(int(year), int(month or 1), int(day or 1)))
    return ChartData(
        categories=texts,
        series=(series(*(values or range(1, len(texts) + 1))),),
        positions=tuple(map(convert_date_to_position, dates)),
        dates=tuple(dates),
        date_precision=part,
    )
