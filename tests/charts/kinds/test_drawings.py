"""Compare the drawing of each chart type with a golden file: marks and texts, with positions and styles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from lxml import etree

from tests.charts.kinds.conftest import Read
from tests.conftest import Golden
from triptych.charts.chart_types import CHART_TYPES, DrawnChartType, NativeSeries
from triptych.charts.drawing import draw_chart
from triptych.charts.rows import iter_data_rows
from triptych.diagnostics import has_errors
from triptych.languages.labels import load_labels
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
PLAN = "task,phase,start,end\nDesign,a,2026-03-02,2026-05-08\nWorks,b,2026-05-11,2027-01-29\nOpening,b,2027-03-01,\n"
RANGES = "dose,effect,low,high\na,12,9,15\nb,19,,\nc,21,15.5,27\n"
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
    "combination with two axes": (
        YEARS.replace("-4", "4"), {"type": "combination", **BOTH, "lines": "south", "second-axis": "%"}
    ),
    "combination": (YEARS, {"type": "combination", **BOTH, "lines": "south"}),
    "plan": (PLAN, {"type": "gantt", "x": "task", "start": "start", "end": "end", "series": "phase"}),
    "funnel": ("stage,people\nAll,1200\nSome,480\nOne,1\n", {"type": "funnel", "x": "stage", "y": "people"}),
    "marimekko": (CITIES, {"type": "marimekko", "x": "city", "y": "before,after", "unit": "k"}),
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
    "stacks with totals": (
        YEARS.replace("-4", "4").replace("2022,,", "2022,1.5,"),
        {"type": "bar", **BOTH, "stacked": "true", "totals": "true", "annotate": "2023: A law", "callout": "north, 2024: Less"},
    ),
    "horizontal stacks with totals": (
        CITIES, {"type": "bar", "x": "city", "y": "before,after", "stacked": "true", "totals": "true", "horizontal": "true"}
    ),
    "bars with an arrow": (YEARS, {"type": "bar", "x": "year", "y": "south", "difference": "2020; 2022", "callout": "2020: First"}),
    "lines with an arrow": (
        YEARS, {"type": "line", **BOTH, "growth": "south, 2020; south, 2022", "annotate": "2022: A law", "unit": "GW"}
    ),
    "bars with ranges": (RANGES, {"type": "bar", "x": "dose", "y": "effect", "low": "low", "high": "high", "range": "Error", "difference": "a; c"}),
    "horizontal bars with ranges": (
        RANGES, {"type": "bar", "x": "dose", "y": "effect", "low": "low", "high": "high", "range": "Error", "horizontal": "true", "unit": "mg"}
    ),
    "sorted stacks": (
        CITIES, {"type": "bar", "x": "city", "y": "before,after", "stacked": "true", "sort": "descending", "highlight": "after"}
    ),
    "horizontal panels": (
        REGIONS, {"type": "bar", "x": "year", "y": "output", "facet": "region", "horizontal": "true", "facet-columns": "3"}
    ),
    "area with a callout": (YEARS.replace("-4", "4"), {"type": "area", "x": "year", "y": "south", "callout": "2022: Most"}),
    "months": (
        "month,a\n2023-11,1\n2023-12,4\n2024-01,2\n2024-02,3\n2024-04,5\n", {"type": "scatter", "x": "month", "y": "a"}
    ),
    "slopes from zero with moved labels": (
        "city,before,after\n" + "".join(f"Town {n},{n % 2},{n // 8}\n" for n in range(16)),
        {"type": "slope", "x": "city", "y": "before,after", "highlight": "Town 3"},
    ),
    "pie with narrow slices and long names": (
        "part,share\nA,50\n" + "".join(f"A rather long name of slice {n},{n}\n" for n in range(1, 7)) + "Rest,29\n",
        {"type": "pie", "x": "part", "y": "share", "highlight": "Rest"},
    ),
    "donut of many parts": (
        "part,share\n" + "".join(f"Part {n},{n}\n" for n in range(1, 13)),
        {"type": "donut", "x": "part", "y": "share"},
    ),
    "many bars with long names": (
        "name,a\n" + "".join(f"A longer name {n},{n * 7 % 23 - 4}\n" for n in range(1, 25)), {"type": "bar", "x": "name", "y": "a"},
    ),
    "bars with rotated names": (
        "name,a\n" + "".join(f"A name of quite some words for bar {n},{n}\n" for n in range(1, 13)),
        {"type": "bar", "x": "name", "y": "a", "horizontal": "false"},
    ),
    "horizontal bars below zero": (
        "name,a\nOne with a name of several lines of its own in a bar chart,-5\nTwo,0\nThree,7.5\n",
        {"type": "bar", "x": "name", "y": "a", "horizontal": "true", "reference-line": "4: Goal", "callout": "Two: None at all"},
    ),
    "stacked bars below zero with a legend": (
        YEARS,
        {"type": "bar", **BOTH, "stacked": "true", "direct-labels": "false", "reference-line": "-2: Least", "callout": "2020: First"},
    ),
    "lines of eight series": (
        "year," + ",".join("abcdefgh") + "\n" + "".join(
            f"{2000 + n}," + ",".join(str(k * n % 11) for k in range(1, 9)) + "\n" for n in range(6)
        ),
        {"type": "line", "x": "year", "y": ",".join("abcdefgh"), "y-min": "-2", "y-max": "14"},
    ),
    "bars of eight series": (
        "year," + ",".join("abcdefgh") + "\n2000,1,2,3,4,5,6,7,8\n2001,8,7,6,5,4,3,2,1\n",
        {"type": "bar", "x": "year", "y": ",".join("abcdefgh")},
    ),
    "long line with notes": (
        "day,a\n" + "".join(f"2024-01-{n:02},{n * n % 17}\n" for n in range(1, 31)),
        {"type": "line", "x": "day", "y": "a", "annotate": "2024-01-09: A note; 2024-01-11: Another note", "callout": "2024-01-30: Last; 2024-01-04: High"},
    ),
    "dates with a gap": (
        "year,a,b\n1990,1,2\n1991,2,\n1992,4,3\n2015,3,4\n2016,,5\n2017,6,6\n", {"type": "line", "x": "year", "y": "a,b"},
    ),
    "scatter on logarithmic scales": (
        "x,y,g\n1,10,p\n10,200,p\n300,50,q\n4000,9000,r\n",
        {"type": "scatter", "x": "x", "y": "y", "series": "g", "x-scale": "log", "y-scale": "log", "x-title": "Size", "reference-line": "100: Middle"},
    ),
    "crowded scatter": (
        "x,y,name\n" + "".join(f"{n % 4},{n % 3},Point {n}\n" for n in range(14)),
        {"type": "scatter", "x": "x", "y": "y", "labels": "name", "highlight": "Point 3", "callout": "Point 5: Here"},
    ),
    "bubbles of one size by group": (
        "x,y,s,g\n0,0,4,a\n1,2,4,b\n2,1,4,a\n", {"type": "bubble", "x": "x", "y": "y", "size": "s", "series": "g", "highlight": "a"},
    ),
    "dumbbells that are equal or cross": (
        "city,before,after\nAlma,0,0\nBrink,5,-5\nCorvo,-10,25\n",
        {"type": "dumbbell", "x": "city", "y": "before,after", "highlight": "Brink"},
    ),
    "waterfall below zero": (
        "item,amount\nLoss,-40\nMore,-5\nGain,25\nSum,-20\n",
        {"type": "waterfall", "x": "item", "y": "amount", "totals": "Sum", "highlight": "Gain"},
    ),
    "histogram of given bins": (WAITS, {"type": "histogram", "x": "minutes", "bins": "3", "callout": "20–30: Few"}),
    "box plots of many days": (
        "day,minutes\n" + "".join(f"Day {d},{v * d % 9 + d}\n" for d in range(1, 8) for v in (1, 4, 5, 6, 20)),
        {"type": "boxplot", "x": "day", "y": "minutes", "reference-line": "8: Limit", "callout": "Day 3: A middle"},
    ),
    "combination with a callout": (
        "year,a,b,c\n2020,4,1,9\n2021,5,2,8\n2022,6,,7\n",
        {"type": "combination", "x": "year", "y": "a,b,c", "lines": "c", "callout": "c, 2021: Fewer", "highlight": "c"},
    ),
    "built-in map": ("country,n\nDE,5\nFrance,8\nIT,2.5\nTR,\n", {"type": "tilemap", "x": "country", "y": "n", "map": "europe"}),
    "panels of areas": (REGIONS, {"type": "area", "x": "year", "y": "output", "facet": "region", "facet-columns": "2"}),
    "panels": (REGIONS, {"type": "line", "x": "year", "y": "output", "facet": "region"}),
}  # fmt: skip


def format_numbers(numbers: Sequence[float]) -> str:
    return " ".join(f"{number + 0.0:.1f}" for number in numbers)


def describe_element(element: Any) -> str:
    """Return the position, style and words of a text, or the point count, box and style of a path."""
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


def test_drawing_of_each_chart_type_matches_the_recorded_one(golden: Golden, read: Read) -> None:
    texts = []
    for name, (csv, attributes) in CHARTS.items():
        chart, result = read(csv, **attributes)
        assert not has_errors(result), (name, result)
        drawing = etree.fromstring(draw_chart(chart, load_theme()))
        lines = [describe_element(element) for element in drawing.iter("{*}path", "{*}text")]
        texts.append(
            "\n".join([f"{name}: {drawing.get('viewBox')}", *(line for line, _ in groupby(lines)), ""])
        )
    golden("chart-drawings.txt", "\n".join(texts))


def describe_native_series(native: NativeSeries) -> str:
    """Return the mark, the name, the values and the source of the colour of a native series."""
    values = " ".join("–" if value is None else f"{value:g}" for value in native.series.values)
    source = native.colour_source
    return f"  {native.mark} {native.series.label}: {values} ({getattr(source, 'label', source)})"


def test_native_chart_and_text_of_each_type_match_the_recorded_ones(golden: Golden, read: Read) -> None:
    texts = []
    for name, (csv, attributes) in CHARTS.items():
        chart, _ = read(csv, **attributes)
        kind = CHART_TYPES[chart.kind]
        assert isinstance(kind, DrawnChartType)
        native = kind.adapt_to_native_chart(chart)
        native_kind = CHART_TYPES[native.kind]
        assert isinstance(native_kind, DrawnChartType)
        rows = [" | ".join(row) for row in iter_data_rows(chart)]
        series = map(describe_native_series, native_kind.list_native_series(native))
        sentences = " ".join(kind.describe(chart, chart.data.categories, load_labels("en")))
        title = f"{name}: {native_kind.get_native_chart_type(native)}"
        texts.append("\n".join([title, *series, f"  {sentences}", *rows, ""]))
    golden("chart-natives.txt", "\n".join(texts))
