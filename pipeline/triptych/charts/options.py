"""Read and check the attributes of ``::: {.chart}`` that determine how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from triptych.charts.chart_types import CHART_TYPES, ChartType, find_chart_type
from triptych.data.data_file import DataError, parse_number
from triptych.diagnostics import did_you_mean, join_names
from triptych.extensions import ExtensionError, ExtensionGroup, list_extension_names
from triptych.model.charts import ChartAnimation, FacetScales, Scale
from triptych.model.nodes import Attr
from triptych.model.whole_numbers import parse_whole_number

_Choice = TypeVar("_Choice", ChartAnimation, FacetScales, Scale)
_MAX_BINS, _MAX_COLUMNS = 100, 6
_TRUE, _FALSE = frozenset(("true", "yes", "1")), frozenset(("false", "no", "0", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOptions:
    """The options that determine how a chart is drawn. Most fields correspond to fields of ``Chart``.

    If ``bins`` or ``horizontal`` is None, the value depends on the chart's data.
    """

    chart_type: ChartType
    stacked: bool
    percent: bool
    has_totals: bool
    horizontal: bool | None
    x_scale: Scale
    y_scale: Scale
    y_min: float | None
    y_max: float | None
    bins: int | None
    facet_columns: int
    has_free_scales: bool
    direct_labels: bool
    trend_title: str
    animation: ChartAnimation


def read_headline(attr: Attr) -> str:
    """Return a chart's headline for the PDF and the EPUB, which is its slide title by default."""
    headline = attr.get("headline")
    return (
        attr.get("slide-title")
        if headline.lower() in ("", *_TRUE)
        else ""
        if headline.lower() in _FALSE
        else headline
    )


def read_options(attr: Attr) -> ChartOptions:
    """Read and check the options of a chart. Raise ``DataError`` CHT001 if a value is invalid."""
    if not attr.get("type"):
        hint = f"set `type=line`, `type=bar` or another type: {', '.join(list(CHART_TYPES)[2:])}"
        raise DataError("CHT001", "the chart has no `type=` attribute", hint)
    name = attr.get("type").lower()
    try:
        kind = find_chart_type(name)
    except ExtensionError as error:
        raise DataError("EXT003", str(error), error.hint, "type") from None
    if kind is None:
        type_names = [*CHART_TYPES, *list_extension_names(ExtensionGroup.CHART_TYPES)]
        hint = did_you_mean(name, type_names) or f"use {join_names(type_names, 'or')}"
        raise DataError("CHT001", f'unknown chart type "{name}"', hint, "type")
    for key, _ in attr.pairs:
        if key in CHART_OPTIONS and not supports_option(kind, key):
            raise _make_unsupported_error(key, kind)
    percent = attr.get("stacked").lower() == "percent"
    options = ChartOptions(
        chart_type=kind,
        stacked=percent or _read_flag(attr, "stacked", other_values=("percent",)),
        percent=percent,
        has_totals=supports_option(kind, "stacked") and _read_flag(attr, "totals"),
        horizontal=_read_flag(attr, "horizontal") if _is_set(attr, "horizontal") else None,
        x_scale=_read_choice(attr, "x-scale", Scale, Scale.LINEAR),
        y_scale=_read_choice(attr, "y-scale", Scale, Scale.LINEAR),
        y_min=_read_number(attr, "y-min"),
        y_max=_read_number(attr, "y-max"),
        bins=_read_count(attr, "bins", 1, _MAX_BINS) or None,
        facet_columns=_read_count(attr, "facet-columns", 1, _MAX_COLUMNS),
        has_free_scales=_read_choice(attr, "scales", FacetScales, FacetScales.SHARED) is FacetScales.FREE,
        direct_labels=not attr.get("direct-labels") or _read_flag(attr, "direct-labels"),
        trend_title=attr.get("trend"),
        animation=_read_choice(attr, "build", ChartAnimation, ChartAnimation.NONE),
    )
    _check_combinations(attr, options)
    return options


def split_items(attr: Attr, key: str) -> list[str]:
    """Split an attribute's value at semicolons, and omit empty items."""
    return [part.strip() for part in attr.get(key).split(";") if part.strip()]


def split_name_and_text(item: str, names: Iterable[str], key: str) -> tuple[str, str]:
    """Split ``NAME: TEXT`` into name and text. Only names in ``names`` may contain a colon.

    Raise ``DataError`` CHT001 if the text is missing.
    """
    matching_names = [name for name in names if item == name or item.startswith(f"{name}:")]
    name = max(matching_names, key=len, default=item.partition(":")[0].strip())
    words = item[len(name) :].lstrip().removeprefix(":").strip()
    if not words:
        name = name or "PLACE"
        raise DataError("CHT001", f'`{key}=` has no text for "{item}"', f'write `{key}="{name}: TEXT"`', key)
    return name, words


def _make_unsupported_error(key: str, chart_type: ChartType) -> DataError:
    if key in ("x-scale", "y-scale"):
        hint = f"remove `{key}=`, or set `type=line` or `type=scatter`"
        return DataError("CHT001", f"{chart_type} charts do not support log scales", hint, key)
    kinds = sorted(map(str, list_supporting_chart_types(key)))
    choice = f"`type={kinds[0]}`" if len(kinds) == 1 else f"`type=` to {join_names(kinds, 'or')}"
    hint = f"remove `{key}=`, or set {choice}"
    return DataError("CHT001", f"{chart_type} charts do not support `{key}=`", hint, key)


def _check_combinations(attr: Attr, options: ChartOptions) -> None:
    for key in ("facet-columns", "scales"):
        if attr.get(key) and not attr.get("facet"):
            hint = f"set `facet=` to the column that splits the rows into panels, or remove `{key}=`"
            raise DataError("CHT001", f"`{key}=` requires `facet=`", hint, key)
    if attr.get("callout") and attr.get("facet"):
        hint = "move the callouts to the caption, or use `where=` instead of `facet=` to show a single panel"
        raise DataError("CHT001", "a chart with `facet=` cannot have callouts", hint, "callout")
    if options.has_totals and (options.percent or not options.stacked):
        message = "`totals=true` requires `stacked=true`"
        hint = "set `stacked=true`, or remove `totals=`"
        raise DataError("CHT001", message, hint, "totals")
    if options.animation is ChartAnimation.SERIES and options.chart_type.has_one_series:
        message = f"`build=series` has no effect: a {options.chart_type} chart has one series"
        raise DataError("CHT001", message, "set `build=category`, or remove `build=`", "build")
    low, high = options.y_min, options.y_max
    if low is not None and high is not None and low >= high:
        message = f"`y-min={low:g}` must be less than `y-max={high:g}`"
        raise DataError("CHT001", message, f"set `y-min=` to a value below {high:g}", "y-min")
    for key, end in (("y-min", low), ("y-max", high)):
        if end is not None and end <= 0 and options.y_scale is Scale.LOG:
            hint = f"set `{key}=` to a positive number, or remove `y-scale=log`"
            message = f"`{key}={end:g}` is not positive; a log scale requires positive values"
            raise DataError("CHT001", message, hint, key)


def _read_choice(attr: Attr, key: str, choices: type[_Choice], default: _Choice) -> _Choice:
    text = attr.get(key).lower() or default
    try:
        return choices(text)
    except ValueError:
        words = [str(choice) for choice in choices]
        message = f'invalid value "{text}" for `{key}=`'
        hint = did_you_mean(text, words) or f"use {join_names(words, 'or')}"
        raise DataError("CHT001", message, hint, key) from None


def _is_set(attr: Attr, key: str) -> bool:
    return attr.has(key) or key in dict(attr.pairs)


def _read_flag(attr: Attr, key: str, other_values: tuple[str, ...] = ()) -> bool:
    text = attr.get(key).lower()
    if text not in _TRUE | _FALSE | set(other_values):
        words = ["true", "false", *other_values]
        hint = did_you_mean(text, words) or f"use {join_names(words, 'or')}"
        raise DataError("CHT001", f'invalid value "{attr.get(key)}" for `{key}=`', hint, key)
    return text in _TRUE or attr.has(key)


def _read_number(attr: Attr, key: str) -> float | None:
    try:
        return parse_number(attr.get(key))
    except ValueError:
        message = f'invalid value "{attr.get(key)}" for `{key}=`'
        raise DataError("CHT001", message, f"set `{key}=` to a number, for example `{key}=10`", key) from None


def _read_count(attr: Attr, key: str, minimum: int, maximum: int) -> int:
    text = attr.get(key).strip()
    if not text:
        return 0
    number = parse_whole_number(text)
    if number is None or not minimum <= number <= maximum:
        message = f'invalid value "{text}" for `{key}=`'
        raise DataError("CHT001", message, f"set `{key}=` to a whole number from {minimum} to {maximum}", key)
    return number


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """The guide's entry for a chart attribute.

    ``alt_text`` is the alt text of the example chart. A ``special`` attribute is supported only by chart
    types that list it in their ``options``.
    """

    meaning: str
    values: str
    default: str
    example: str
    alt_text: str = ""
    special: bool = False


_LINES = 'type=line data=energy.csv x=year y="wind,solar,hydro"'
_BARS = "type=bar data=cities.csv x=city y=after"
_GROWTH = "type=scatter data=growth.csv x=size y=cost"
_RENTS = 'type=line data=rents.csv delimiter=";" decimal="," x=month y=rent date-format="DD/MM/YYYY"'
_REGIONS = "type=line data=regions.csv x=year y=rate"
_PLAN = "type=gantt data=plan.csv x=task start=start end=end series=phase"
_DISTRICTS = "type=tilemap data=districts.csv x=district label=short column=column row=row"

# fmt: off
CHART_OPTION_GROUPS: Mapping[str, Mapping[str, OptionEntry]] = {
    "Data": {
        "type": OptionEntry("Kind of chart.", "a kind of chart", "required", _BARS),
        "data": OptionEntry("Data file, a path relative to the section or the manifest.", "a CSV file",
            "required", _BARS),
        "x": OptionEntry("Column of the categories, dates or numbers on the horizontal axis.", "a column",
            "required", _BARS),
        "y": OptionEntry("Columns of the values, one for each series.",
            "a column, or several separated by commas",
            "required, except for Gantt charts, histograms and tile maps",
            'type=bar data=cities.csv x=city y="before,after"',
            "Two bars for each of four cities, one per column."),
        "series": OptionEntry("Column that splits the rows into series, for data with one value per row.",
            "a column", "none", f"{_REGIONS} series=region",
            "Three lines from 2010 to 2024, one for each region.", special=True),
        "facet": OptionEntry("Column that splits the rows into small multiples with common scales.",
            "a column", "none", f"{_REGIONS} facet=region",
            "Three small line charts for North, East and South, two in the first row.", special=True),
        "facet-columns": OptionEntry("Number of small multiples side by side.", "a whole number from 1 to 6",
            "2 for up to four panels, 3 for up to nine, else 4", f"{_REGIONS} facet=region facet-columns=3",
            "Three small line charts for North, East and South, side by side.", special=True),
        "scales": OptionEntry("Scales of small multiples; with `free`, each has its own value axis.",
            "`shared` or `free`", "`shared`", f"{_REGIONS} facet=region scales=free",
            "Three small line charts with different value axes.", special=True),
        "labels": OptionEntry(
            "Names of the series in the order of `y`; on a scatter chart, the column of point names.",
            "names separated by commas, or a column", "the names of the columns",
            'type=bar data=cities.csv x=city y="before,after" labels="Last year,This year"',
            "Two bars for each city, which the legend calls last year and this year."),
        "where": OptionEntry("Use only rows with a given value in a column.",
            "`COLUMN=VALUE`, several separated by semicolons", "all rows", f'{_REGIONS} where="region=East"'),
        "date-format": OptionEntry("Date format of `x`, if it cannot be detected.",
            "a pattern of `YYYY`, `MM` or `MMM`, and `DD`", "detected from the file", _RENTS, special=True),
        "delimiter": OptionEntry("Delimiter between the cells of the data file.", "`,`, `;`, `|` or `tab`",
            "`data: delimiter:` in the manifest, else detected", _RENTS),
        "decimal": OptionEntry("Decimal separator in the data file.", "`.` or `,`",
            "`data: decimal:` in the manifest, else detected", _RENTS),
    },
    "Form": {
        "stacked": OptionEntry("Stack the series; `percent` scales each stack to 100%.",
            "`true`, `false` or `percent`", "`false`",
            'type=bar data=energy.csv x=year y="wind,solar,hydro" stacked=percent',
            "Stacked bars from 2019 to 2024, each 100% high. Solar grows to 45%.", special=True),
        "horizontal": OptionEntry("Draw horizontal bars.", "`true` or `false`",
            "`true` if the category labels do not fit side by side", f"{_BARS} horizontal=true",
            "Four horizontal bars, with the names of the cities on the left.", special=True),
        "sort": OptionEntry(
            "Sort the categories by value: by the first series, a given series, the total of the stack, "
            "or the difference between two series.",
            "`ascending`, `descending`, or one of them after `SERIES:`, which may be the word `difference`",
            "the order of the data file", f"{_BARS} sort=descending",
            "Four bars from the highest to the lowest: Alma, Corvo, Brink and Delta.", special=True),
        "bins": OptionEntry("Number of bins of a histogram.", "a whole number from 1 to 100",
            "chosen from the data", "type=histogram data=waits.csv x=minutes bins=4",
            "Four wide bars of waiting times.", special=True),
        "totals": OptionEntry(
            "On stacked bars, show the sum of each stack; on a waterfall, the rows that are totals.",
            "`true` or `false`; on a waterfall, names separated by semicolons, or a column that marks them",
            "none", 'type=bar data=energy.csv x=year y="wind,solar,hydro" stacked=true totals=true',
            "Stacked bars with their sums above them, from 25 in 2019 to 58 in 2024.", special=True),
        "size": OptionEntry("Column with the sizes of the bubbles, shown as areas.", "a column", "required",
            "type=bubble data=cities.csv x=before y=after size=inhabitants", special=True),
        "low": OptionEntry(
            "Column with the lower ends of ranges around the values: error bars or, on lines, a band.",
            "a column", "none",
            'type=bar data=doses.csv x=dose y=effect low=low high=high range="95% confidence interval"',
            "Three bars with error bars, labelled “95% confidence interval”.", special=True),
        "high": OptionEntry("Column with the upper ends of the ranges.", "a column", "required with `low`",
            'type=line data=doses.csv x=dose y=effect low=low high=high range="Standard error"',
            special=True),
        "range": OptionEntry("Text above the chart that explains the ranges.", "text",
            "required with `low`",
            'type=scatter data=doses.csv x=dose y=effect low=low high=high range="Smallest and largest"',
            special=True),
        "trend": OptionEntry(
            "Draw a least-squares trend line for each series, labelled with this text.",
            "text", "none",
            'type=scatter data=growth.csv x=size y=cost trend="Linear trend"',
            "Five points with a straight line, labelled “Linear trend”.", special=True),
        "start": OptionEntry("Column of the dates on which the tasks of a Gantt chart start.", "a column",
            "required", _PLAN, special=True),
        "end": OptionEntry("Column of the dates on which the tasks end; empty for milestones.", "a column",
            "required", _PLAN, special=True),
        "today": OptionEntry(
            "Line across a Gantt chart at a given date, labelled with the text or the date.",
            "`YYYY-MM-DD`, or `YYYY-MM-DD: TEXT`", "none", f'{_PLAN} today="2026-06-15: Status"',
            "Five bars and a dashed line in June, labelled “Status”.", special=True),
        "lines": OptionEntry("Columns of `y` that a combination chart shows as lines.",
            "a column, or several separated by commas", "required",
            'type=combination data=energy.csv x=year y="solar,wind" lines=wind', special=True),
        "second-axis": OptionEntry(
            "Draw the lines of a combination chart on a second axis; the text is the unit of "
            "this axis.", "text",
            "none", 'type=combination data=traffic.csv x=year y="ships,load" lines=load second-axis="tonnes"',
            "Bars for ships with an axis on the left, and a line for tonnes with an axis on the right.",
            special=True),
        "ends": OptionEntry("The two categories that a slope chart compares.",
            "two names separated by a semicolon", "all categories, if there are two",
            'type=slope data=energy.csv x=year y="wind,solar,hydro" ends="2019; 2024"',
            "Three lines from 2019 to 2024: solar rises from 4 to 26, wind from 12 to 23.", special=True),
        "map": OptionEntry("Built-in positions of the regions; regions are named by code or by name.",
            "`china` or `europe`", "the positions in `column` and `row`",
            'type=tilemap data=countries.csv map=europe x=country y=letters y-title="Letters"',
            "Squares in the shape of Europe. Ten countries are coloured, the Netherlands darkest.",
            special=True),
        "column": OptionEntry("Column of the data with the horizontal position of each region, from 1 to 20.",
            "a column", "none", f"{_DISTRICTS} y=visitors", special=True),
        "row": OptionEntry("Column of the data with the vertical position of each region, from 1 to 20.",
            "a column", "none", f"{_DISTRICTS} series=type",
            "Six squares in three colours for coast, centre and suburb.", special=True),
        "label": OptionEntry("Column of short names for the squares, of up to five letters.", "a column",
            "the codes of the map, else `x`", f"{_DISTRICTS} y=visitors", special=True),
    },
    "Axes": {
        "unit": OptionEntry("Unit of the values, shown once above the chart and in its tables.", "text",
            "none", f'{_BARS} unit="trips a day"', "A bar chart with the unit “trips a day” above it."),
        "x-title": OptionEntry("Title of the category axis.", "text", "none", f'{_GROWTH} x-title="Entries"',
            "A scatter chart with the axis title “Entries”.", special=True),
        "y-title": OptionEntry("Title of the value axis, shown above it and before the unit.", "text", "none",
            f'{_BARS} y-title="Traffic" unit="trips a day"',
            "A bar chart with the axis title “Traffic (trips a day)”.", special=True),
        "y-min": OptionEntry("Lower end of the value axis.", "a number",
            "chosen from the data; 0 for bars and areas", "type=line data=energy.csv x=year y=wind y-min=0",
            "A line on an axis that starts at 0.", special=True),
        "y-max": OptionEntry("Upper end of the value axis.", "a number", "chosen from the data",
            "type=line data=energy.csv x=year y=wind y-min=0 y-max=50",
            "A line on an axis from 0 to 50, which leaves the upper half empty.", special=True),
        "x-scale": OptionEntry("Scale of the category axis.", "`linear` or `log`", "`linear`",
            f"{_GROWTH} x-scale=log y-scale=log",
            "Five points on a straight line; both axes count 1, 10, 100, 1,000.", special=True),
        "y-scale": OptionEntry("Scale of the value axis.", "`linear` or `log`", "`linear`",
            f"{_GROWTH} y-scale=log", "Five points; the value axis counts 1, 10, 100, 1,000.", special=True),
    },
    "Emphasis and notes": {
        "highlight": OptionEntry("Series or categories that keep their colour; all others become grey.",
            "names separated by semicolons", "none", f"{_LINES} highlight=solar",
            "Three lines: solar in colour, wind and hydro in grey.", special=True),
        "callout": OptionEntry("Text next to a mark; if only a series is given, next to its last value.",
            "`CATEGORY: TEXT`, `SERIES: TEXT` or `SERIES, CATEGORY: TEXT`, with semicolons; up to 4", "none",
            f'{_LINES} callout="solar, 2024: more than wind"',
            "Three lines, with the callout “more than wind” at the end of the line for solar.", special=True),
        "difference": OptionEntry(
            "Arrow from one value to another with the change in %, or in percentage points if the unit is %.",
            "two places as in `callout`, separated by a semicolon", "none",
            'type=bar data=energy.csv x=year y=solar difference="2019; 2024"',
            "Six bars and an arrow from the first to the last, labelled “+550%”.", special=True),
        "growth": OptionEntry("Arrow with the compound annual growth rate and its time span.",
            "two places of one series, separated by a semicolon", "none",
            'type=bar data=energy.csv x=year y="wind,solar" stacked=true growth="2019; 2024"',
            "Stacked bars and an arrow labelled “+25% a year, 2019–2024”.", special=True),
        "annotate": OptionEntry("Text at a position on the category axis.",
            "`PLACE: TEXT`, several separated by semicolons", "none", f'{_LINES} annotate="2021: New tariff"',
            "Three lines, and a vertical line at 2021, labelled “New tariff”.", special=True),
        "reference-line": OptionEntry("Line across the plot at a value.",
            "`VALUE: TEXT`, several separated by semicolons", "none", f'{_BARS} reference-line="50: Target"',
            "Four bars and a dashed line at 50, labelled “Target”.", special=True),
        "direct-labels": OptionEntry("Label the series at their ends; `false` draws a legend instead.",
            "`true` or `false`", "`true`", f"{_LINES} direct-labels=false",
            "Three lines with a legend above them.", special=True),
        "headline": OptionEntry("Headline above the chart in the PDF and the EPUB; `false` leaves it out.",
            "text or `false`", "`slide-title`", f'{_BARS} headline="Corvo is no longer first"'),
        "note": OptionEntry("Note after the caption, in Markdown. On a slide, it is in the speaker notes.",
            "text", "none", f'{_BARS} note="Corvo without its suburbs."'),
        "source": OptionEntry("Source of the data after the caption, in Markdown. Slides omit the years.",
            "text", "none", f'{_BARS} source="City statistics"'),
    },
    "Slides and accessibility": {
        "slide-title": OptionEntry("Title of the chart's slide, and its headline in the PDF and the EPUB.",
            "text", "a sentence from the text near the chart",
            f'{_BARS} slide-title="Corvo is no longer first"'),
        "build": OptionEntry("Reveal the chart on its slide in parts, one for each click.",
            "`none`, `series` or `category`", "`none`", f"{_LINES} build=series", special=True),
        "fig-alt": OptionEntry("Alt text. The default describes the values.", "text",
            "generated from the data", f'{_BARS} fig-alt="Bar chart: Alma has 61 trips a day, Corvo 55."'),
        "alt": OptionEntry("Another name of `fig-alt`.", "text", "generated from the data",
            f'{_BARS} alt="Bar chart: Alma has 61 trips a day, Corvo 55."'),
    },
}
# fmt: on
CHART_OPTIONS: Mapping[str, OptionEntry] = {
    name: option for group in CHART_OPTION_GROUPS.values() for name, option in group.items()
}


def list_supporting_chart_types(option: str) -> list[ChartType]:
    """Return the chart types that support an attribute, in the order of the guide."""
    return [kind for kind in CHART_TYPES.values() if supports_option(kind, option)]


def supports_option(kind: ChartType, option: str) -> bool:
    """Return whether a chart type supports an attribute."""
    return not CHART_OPTIONS[option].special or option in kind.options
