"""Compare the drawing of each chart type with the recorded one: every mark and word, with position and style."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from lxml import etree

from tests.charts.kinds.conftest import Read
from tests.conftest import Golden
from triptych.charts.drawing import draw_chart
from triptych.diagnostics import has_errors
from triptych.theme.theme import load_theme

YEARS = "year,north,south\n2020,12,5\n2021,-4,6.5\n2022,,7\n2023,20,3\n2024,16,4\n"
CITIES = "city,before,after,people\nAlma,42,61,100\nBrink,35,52,25\nCorvo,58,55,400\n"
PARTS = "part,share\nHydro,55\nWind,30\nSolar,12\nOther,3\n"
WAITS = "day,minutes\n" + "".join(
    f"{day},{minutes}\n"
    for day, rows in (("Mon", (3, 5, 6, 8, 9, 27)), ("Sat", (8, 12, 13)))
    for minutes in rows
)
STEPS = "item,amount\nStart,40\nSales,25\nCosts,-30\nGap,\nEnd,35\n"
PLACES = "place,short,c,r,n\nNorth,N,2,1,5\nWest,W,1,2,12.5\nSouth,S,2,3,\n"
REGIONS = (
    "region,year,output\nNorth,2021,4\nNorth,2022,7\nSouth,2021,9\nSouth,2022,6\nWest,2021,2\nWest,2022,3\n"
)
BOTH = {"x": "year", "y": "north,south"}
CHARTS: dict[str, tuple[str, dict[str, str]]] = {
    "lines": (YEARS, {"type": "line", **BOTH}),
    "lines with a highlight": (YEARS, {"type": "line", **BOTH, "highlight": "south"}),
    "bars": (YEARS, {"type": "bar", **BOTH, "unit": "GW"}),
    "stacked bars": (YEARS, {"type": "bar", **BOTH, "stacked": "true"}),
    "horizontal bars": (CITIES, {"type": "bar", "x": "city", "y": "before,after", "horizontal": "true"}),
    "stacked areas": (YEARS.replace("-4", "4"), {"type": "area", **BOTH, "stacked": "true"}),
    "scatter": (CITIES, {"type": "scatter", "x": "before", "y": "after", "labels": "city"}),
    "bubbles": (CITIES, {"type": "bubble", "x": "before", "y": "after", "size": "people", "labels": "city"}),
    "pie": (PARTS, {"type": "pie", "x": "part", "y": "share"}),
    "donut": (PARTS, {"type": "donut", "x": "part", "y": "share", "highlight": "Wind"}),
    "histogram": (WAITS, {"type": "histogram", "x": "minutes"}),
    "box plot": (WAITS, {"type": "boxplot", "x": "day", "y": "minutes"}),
    "combination": (YEARS, {"type": "combination", **BOTH, "lines": "south"}),
    "dumbbells": (CITIES, {"type": "dumbbell", "x": "city", "y": "before,after"}),
    "slopes": (CITIES, {"type": "slope", "x": "city", "y": "before,after"}),
    "waterfall": (STEPS, {"type": "waterfall", "x": "item", "y": "amount", "totals": "Start; End"}),
    "tile map": (PLACES, {"type": "tilemap", "x": "place", "y": "n", "column": "c", "row": "r", "label": "short"}),
    "tile map of large numbers": (
        PLACES.replace("12.5", "1234567"),
        {"type": "tilemap", "x": "place", "y": "n", "column": "c", "row": "r", "label": "short"},
    ),
    "tile map of categories": (
        PLACES.replace("12.5", "open").replace(",5", ",closed").replace("3,\n", "3,open\n"),
        {"type": "tilemap", "x": "place", "series": "n", "column": "c", "row": "r", "label": "short"},
    ),
    "marked line": (
        YEARS,
        {
            "type": "line", "x": "year", "y": "south", "y-title": "Output", "reference-line": "6: Target", "annotate": "2022: A law",
            "callout": "2023: The lowest of all", "unit": "GW",
        },
    ),
    "lines with a legend": (YEARS, {"type": "line", **BOTH, "direct-labels": "false", "x-title": "Year"}),
    "logarithmic scale": ("year,a\n2020,1\n2021,30\n2022,5000\n", {"type": "line", "x": "year", "y": "a", "y-scale": "log"}),
    "bars of 100 percent": (YEARS.replace("-4", "4"), {"type": "bar", **BOTH, "stacked": "percent"}),
    "horizontal stacked bars": (
        CITIES, {"type": "bar", "x": "city", "y": "before,after", "horizontal": "true", "stacked": "true", "highlight": "Brink"}
    ),
    "horizontal panels": (
        REGIONS, {"type": "bar", "x": "year", "y": "output", "facet": "region", "horizontal": "true", "facet-columns": "3"}
    ),
    "area with a callout": (YEARS.replace("-4", "4"), {"type": "area", "x": "year", "y": "south", "callout": "2022: Most"}),
    "months": (
        "month,a\n2023-11,1\n2023-12,4\n2024-01,2\n2024-02,3\n2024-04,5\n", {"type": "scatter", "x": "month", "y": "a"}
    ),
    "panels": (REGIONS, {"type": "line", "x": "year", "y": "output", "facet": "region"}),
}  # fmt: skip


def format_numbers(numbers: Sequence[float]) -> str:
    return " ".join(f"{number + 0.0:.1f}" for number in numbers)


def describe_element(element: Any) -> str:
    """Return the position, style and words of a text, or the number of points of a path, their box and style."""
    kind = etree.QName(element).localname
    style = " ".join(
        f"{name}={value}"
        for name, value in sorted(element.attrib.items())
        if name in ("fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "text-anchor", "transform")
        and value not in ("none", "start")
    )  # fmt: skip
    if kind == "text":
        place = format_numbers([float(element.get(name)) for name in ("x", "y")])
        return f"  {place} {style} {''.join(element.itertext())}"
    pen = RecordingPen()
    parse_path(element.get("d", ""), pen)
    points = [point for _, ends in pen.value for point in ends]
    xs, ys = zip(*points, strict=True)
    return f"  {len(points)} points in {format_numbers([min(xs), min(ys), max(xs), max(ys)])} {style}"


def test_each_chart_type_is_drawn_as_recorded(golden: Golden, read: Read) -> None:
    texts = []
    for name, (csv, attributes) in CHARTS.items():
        chart, found = read(csv, **attributes)
        assert not has_errors(found), (name, found)
        drawing = etree.fromstring(draw_chart(chart, load_theme()))
        lines = [describe_element(element) for element in drawing.iter("{*}path", "{*}text")]
        texts.append(
            "\n".join([f"{name}: {drawing.get('viewBox')}", *(line for line, _ in groupby(lines)), ""])
        )
    golden("chart-drawings.txt", "\n".join(texts))
