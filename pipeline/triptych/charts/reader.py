"""Read ``::: {.chart}`` blocks and their CSV files as charts, and report problems with their data."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, get_args

from triptych.charts.annotations import read_annotations, read_callouts, read_highlight, read_reference_lines
from triptych.charts.arrows import read_arrow
from triptych.charts.chart_types import PlotChartType, TableChartType, get_chart_type
from triptych.charts.date_formats import rewrite_dates
from triptych.charts.options import CHART_OPTIONS, ChartOptions, read_headline, read_options
from triptych.charts.sorting import sort_categories
from triptych.charts.suspicious_data import find_suspicious_data
from triptych.charts.time_axis import format_category
from triptych.charts.totals import check_totals
from triptych.charts.trends import describe_trends
from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.languages.labels import load_labels
from triptych.model.book import Chapter
from triptych.model.charts import ChartCallout, ChartData, ChartReferenceLine, Scale
from triptych.model.nodes import Attr, Chart, Inline, Table
from triptych.model.walk import chapter_nodes, rewrite_chapter
from triptych.settings.manifest import ChartColour
from triptych.settings.values import SourcePositions, make_limit_hint

_CONDITION_PREFIXES = ("when-", "unless-")


@dataclass(frozen=True, slots=True)
class ChartReader:
    """Reads the charts of the section file ``path``."""

    data_folder: DataFolder
    path: str
    language: str = "en"

    def read(
        self,
        attr: Attr,
        caption: tuple[Inline, ...],
        span: Span,
        *,
        locate_attribute: Callable[[str], Span] | None = None,
    ) -> tuple[Chart | Table | None, list[Diagnostic]]:
        """Read a chart, or a table for a heat map; return it with the findings.

        If the options or the data are invalid, return None and the findings. ``locate_attribute`` returns the
        source position of an attribute. If it is None, all findings are reported at ``span``.
        """

        def locate(key: str) -> Span:
            return locate_attribute(key) if locate_attribute and attr.get(key) else span

        findings = find_unknown_attributes("chart", attr, CHART_OPTIONS, locate)
        try:
            options = read_options(attr)
            file = self._open_file(attr)
            chart = self._make_chart(file, attr, options, caption, span)
        except DataError as error:
            return None, [*findings, error.to_diagnostic(locate(error.attribute))]
        if isinstance(chart, Table):
            return chart, findings
        if wrong_sum := find_wrong_percentage_sum(chart.data, options, chart.unit):
            message = f"the slices add up to {wrong_sum}%, not 100%; "
            message += f"the {options.chart_type} chart scales them to 100%"
            hint = "add a slice for the rest, or set `type=bar`"
            findings.append(Diagnostic(code="CHT002", span=locate("data"), message=message, hint=hint))
        if chart.second_axis_unit:
            message = "two value axes can make any two series seem to agree"
            hint = "draw one chart for each unit, or set `lint: {second-axis: off}` in `book.yaml`"
            findings.append(Diagnostic(code="CHT009", span=locate("second-axis"), message=message, hint=hint))
        findings += find_suspicious_data(file, attr, chart.data, options, locate)
        if count := count_lines_if_too_many(chart.data, options, attr.get("highlight")):
            container = "one panel" if chart.data.panels else "the chart"
            shapes = options.chart_type.crossing_shapes
            message = (
                f"{container} has {count} {shapes}; readers can distinguish at most {MAX_DISTINCT_LINES}"
            )
            split = "" if chart.data.panels else " split the chart into panels with `facet=`,"
            hint = f"emphasise one series with `highlight=`,{split} or plot fewer series"
            findings.append(Diagnostic(code="CHT003", span=locate("y"), message=message, hint=hint))
        has_slips = any(
            finding.code == "CHT008" for finding in findings
        )  # may be the cause of the missing values
        if (isolated_points := find_isolated_points(chart.data, options)) and not has_slips:
            series, index = isolated_points[0]
            first = chart.data.categories[index]
            message = f'series "{series}" has an isolated point at "{first}"'
            if len(isolated_points) > 1:
                owner = (
                    f'series "{series}"' if {name for name, _ in isolated_points} == {series} else "the chart"
                )
                message = f'{owner} has {len(isolated_points)} isolated points, the first at "{first}"'
            message += ": the values on either side are missing"
            hint = "fill in the missing values, delete the rows without a value, or set `type=scatter`"
            findings.append(Diagnostic(code="CHT007", span=locate("y"), message=message, hint=hint))
        return chart, findings

    def _open_file(self, attr: Attr) -> DataFile:
        if not attr.get("data"):
            hint = 'add `data="FILE.csv"` to the chart'
            raise DataError("CHT001", "the chart has no `data=` attribute", hint)
        return self.data_folder.read_for_attributes(attr, section_path=self.path)

    def _make_chart(
        self,
        file: DataFile,
        attr: Attr,
        options: ChartOptions,
        caption: tuple[Inline, ...],
        span: Span,
    ) -> Chart | Table:
        kind = options.chart_type
        if not kind.summarises_rows:
            check_value_count(len(file.rows), self.data_folder.limits.chart_values)
        for key in kind.date_attributes:
            with set_error_attribute(key):
                file, attr, note_of_dates = rewrite_dates(file, attr, kind, self.language, key)
            if note_of_dates is not None and note_of_dates not in self.data_folder.findings:
                self.data_folder.findings.append(note_of_dates)
        data = sort_categories(kind.read_data(file, attr, options, self.language), attr, options)
        check_value_count(
            sum(len(series.values) for series in data.series), self.data_folder.limits.chart_values
        )
        marks = read_reference_lines(attr, options, self.language)
        check_data(data, options, marks)
        if isinstance(kind, TableChartType):
            unit = ", ".join(filter(None, (attr.get("y-title"), attr.get("unit"))))
            table_attr = Attr(
                attr.id,
                tuple(name for name in attr.classes if name != "chart"),
                _select_table_attributes(attr),
            )
            return kind.make_table(data, table_attr, unit, caption, span, self.language)
        kept_pairs = tuple(
            pair for pair in attr.pairs if pair[0] == "slide-title" or pair[0] not in CHART_OPTIONS
        )
        chart = Chart(
            kind=kind.name,
            data=data,
            caption=caption,
            alt=attr.get("fig-alt") or attr.get("alt"),
            headline=read_headline(attr),
            value_title=attr.get("y-title"),
            unit=attr.get("unit"),
            stacked=options.stacked or (isinstance(kind, PlotChartType) and kind.is_stacked),
            percent=options.percent,
            has_totals=options.has_totals,
            horizontal=kind.is_horizontal_by_default(data)
            if options.horizontal is None
            else options.horizontal,
            x_scale=options.x_scale,
            y_scale=options.y_scale,
            y_min=options.y_min,
            y_max=options.y_max,
            facet_columns=options.facet_columns,
            has_free_scales=options.has_free_scales,
            direct_labels=options.direct_labels,
            trend_title=options.trend_title,
            log_scale_title=load_labels(self.language)["logarithmic-scale"]
            if Scale.LOG in (options.x_scale, options.y_scale)
            else "",
            second_axis_unit=attr.get("second-axis"),
            animation=options.animation,
            annotations=read_annotations(attr, data, options),
            reference_lines=marks,
            highlight=read_highlight(attr, data, options),
            callouts=read_callouts(attr, data),
            language=self.language,
            attr=Attr(attr.id, attr.classes, kept_pairs),
            span=span,
        )
        check_totals(chart)
        chart = replace(chart, arrow=read_arrow(attr, chart))
        return replace(chart, alt=add_highlights_and_callouts(chart.alt or write_alt_text(chart), chart))


def _select_table_attributes(attr: Attr) -> tuple[tuple[str, str], ...]:
    table_keys = ("slide-title", "fig-alt", "alt")
    return tuple(pair for pair in attr.pairs if pair[0] in table_keys or pair[0] not in CHART_OPTIONS)


def is_condition(key: str) -> bool:
    """Return whether an attribute is a condition such as ``when-profile``, which any element may have."""
    return key.startswith(_CONDITION_PREFIXES)


# Hints for attribute names of other tools. Several names may share a hint.
_HINTS_BY_FOREIGN_NAME = {
    name: hint
    for names, hint in (
        (
            "title subtitle heading",
            "write the title as the caption, or set `headline=`",
        ),
        ("caption fig-cap tbl-cap", "write the caption as a paragraph between the `:::` lines"),
        (
            "color colour colors colours palette fill",
            "set `chart-colours:` in `book.yaml`, or `highlight=` on the chart",
        ),
        ("ylabel y-label ylab yaxis y-axis y_title", "use `y-title=`"),
        ("xlabel x-label xlab xaxis x-axis x_title", "use `x-title=`"),
        ("file src csv source-file path", "use `data=`"),
        ("kind chart", "use `type=`"),
        ("group groups by hue split", "use `series=`"),
        ("legend", "delete the attribute `legend`; a legend is added when the chart needs one"),
        ("stack position", "use `stacked=true`"),
        ("orientation direction", "use `horizontal=true`"),
        ("filter subset", "use `where=`"),
        ("cols column-names fields", "use `columns=`"),
        ("order order-by sort-by sorted reorder", "use `sort=`"),
        ("header headers names", "use `labels=`"),
    )
    for name in names.split()
}


def _suggest_attribute(key: str, supported: Collection[str]) -> str:
    """Return a hint for an unknown attribute.

    The hint names the equivalent in Triptych, or the most similar attribute, or all attributes.
    """
    foreign_hint = _HINTS_BY_FOREIGN_NAME.get(key.lower(), "")
    if foreign_hint and all(name in supported for name in re.findall(r"(?<![\w-])([\w-]++)=", foreign_hint)):
        return foreign_hint
    return did_you_mean(key, supported) or f"use one of {', '.join(sorted(supported))}"


def find_unknown_attributes(
    element: str, attr: Attr, supported: Collection[str], locate_attribute: Callable[[str], Span]
) -> list[Diagnostic]:
    """Report CHT001 for each unknown attribute of a chart, or of a table made from data."""
    return [
        Diagnostic(
            code="CHT001",
            span=locate_attribute(key),
            message=f'unknown {element} attribute "{key}"',
            hint=_suggest_attribute(key, supported),
        )
        for key, _ in attr.pairs
        if key not in supported and not is_condition(key)
    ]


_COLOUR_INDICES: Mapping[str, int] = {name: place for place, name in enumerate(get_args(ChartColour))}


def assign_colours(
    chapters: Sequence[Chapter], colours: Mapping[str, ChartColour], positions: SourcePositions
) -> tuple[list[Chapter], list[Diagnostic]]:
    """Assign the colours set in ``chart-colours:`` to all charts.

    Report CHT006 for each unused name that is similar to a series or category.
    """
    if not colours:
        return list(chapters), []
    places = tuple((name, _COLOUR_INDICES[colour]) for name, colour in colours.items())
    chart_names: set[str] = set()

    def set_colours(node: Any) -> Any:
        return replace(node, colours=places) if isinstance(node, Chart) else node

    for chapter in chapters:
        for node in chapter_nodes(chapter, Chart):
            chart_names.update((*node.data.labels, *node.data.categories))
    findings = []
    for name in colours:
        suggestion = (
            did_you_mean(name, sorted(chart_names - colours.keys())) if name not in chart_names else None
        )
        if suggestion:
            message = f'`chart-colours:` names "{name}", but no chart has a series or category with that name'
            span = positions.find(("chart-colours", name), of_value=False)
            findings.append(Diagnostic(code="CHT006", span=span, message=message, hint=suggestion))
    return [rewrite_chapter(chapter, set_colours, Chart) for chapter in chapters], findings


MAX_CHARTS_AT_LIMIT = 20  # maximum values in a book, as a multiple of the limit for one chart


def find_excess_values(chapters: Sequence[Chapter], limit: int) -> Diagnostic | None:
    """Return CHT001 for the first chart that exceeds the book's limit for chart values, or None.

    ``limit`` is the limit for one chart.
    """
    total, max_values = 0, MAX_CHARTS_AT_LIMIT * limit
    for node in (node for chapter in chapters for node in chapter_nodes(chapter, Chart)):
        total += sum(len(series.values) for series in (*node.data.series, *node.data.extra_series))
        if total > max_values:
            message = f"this chart brings the total for the book to more than {max_values:,} values"
            hint = (
                "filter the rows of the charts with `where=`, aggregate the data, "
                f"or {make_limit_hint('chart-values')}"
            )
            return Diagnostic(code="CHT001", span=node.span, message=message, hint=hint)
    return None


_MAX_ALT_TEXT = 300  # characters; the data table contains all values


def write_alt_text(chart: Chart) -> str:
    """Return alt text that lists a chart's values, or "" if the chart type does not support this."""
    labels = load_labels(chart.language)
    names = [
        format_category(chart.data, index, chart.language) for index in range(len(chart.data.categories))
    ]
    parts = list(get_chart_type(chart).describe(chart, names, labels))
    text = f"{chart.value_axis_title}{labels.full_stop}" if chart.value_axis_title and parts else ""
    for part in parts:
        if len(text) + len(part) > _MAX_ALT_TEXT:
            return f"{text.rstrip()} …"
        text += f"{part}{labels.full_stop}"
    return text.rstrip()


def add_highlights_and_callouts(alt: str, chart: Chart) -> str:
    """Append highlights, callouts, ranges, trend lines and the change on an arrow to a chart's alt text.

    Highlighted names are omitted if all of them have a callout.
    """
    has_additions = chart.highlight or chart.callouts or chart.arrow or chart.data.range_title
    if not alt or not (has_additions or chart.trend_title):
        return alt
    labels = load_labels(chart.language)
    places = enumerate(chart.data.categories)
    names = {name: format_category(chart.data, index, chart.language) for index, name in places}
    sentences = [alt.rstrip().removesuffix(labels.full_stop.rstrip())]
    called_out = {name for callout in chart.callouts for name in (callout.series, names[callout.category])}
    if not {names.get(name, name) for name in chart.highlight} <= called_out:
        highlighted_names = labels.listed(names.get(name, name) for name in chart.highlight)
        sentences.append(labels.titled(labels["highlighted"], highlighted_names))

    def name_place(place: ChartCallout) -> str:
        return ", ".join(filter(None, (place.series, names[place.category])))

    sentences += [labels.titled(name_place(callout), callout.text) for callout in chart.callouts]
    if chart.data.range_title:
        sentences.append(chart.data.range_title)
    sentences += [labels.titled(name, ends) for name, ends in describe_trends(chart)]
    if arrow := chart.arrow:
        sentences.append(labels.titled(f"{name_place(arrow.start)} – {name_place(arrow.end)}", arrow.text))
    return "".join(f"{text}{labels.full_stop}" for text in sentences).rstrip()


MAX_DISTINCT_LINES = 5
_MAX_CATEGORIES = 1_000
_MAX_PANELS = 100
MAX_NAME = 500  # characters


def check_value_count(values: int, limit: int) -> None:
    """Raise ``DataError`` CHT001 if a chart has too many values."""
    if values > limit:
        message = f"the chart has {values:,} values; the limit is {limit:,}"
        hint = f"filter the rows with `where=`, aggregate the data, or {make_limit_hint('chart-values')}"
        raise DataError("CHT001", message, hint, "data")


def check_data(
    data: ChartData, options: ChartOptions, reference_lines: tuple[ChartReferenceLine, ...]
) -> None:
    """Raise ``DataError`` CHT001 if the chart cannot show the data correctly."""
    kind = options.chart_type
    if len(data.categories) > _MAX_CATEGORIES and not (kind.sorts_rows or kind.has_points):
        message = f"the chart has {len(data.categories):,} categories; the limit is {_MAX_CATEGORIES:,}"
        raise DataError("CHT001", message, "filter the rows with `where=`, or set `type=line`", "data")
    names = (
        data.categories,
        data.all_labels,
        (name for series in data.series for name in (series.label, series.panel)),
    )
    if longest := next((name for name in chain(*names) if len(name) > MAX_NAME), ""):
        message = f'the name "{longest[:20]}…" has {len(longest):,} characters; the limit is {MAX_NAME}'
        raise DataError("CHT001", message, "shorten the name in the data file", "data")
    if len(data.panels) > _MAX_PANELS:
        message = f"the chart has {len(data.panels):,} panels; the limit is {_MAX_PANELS}"
        raise DataError("CHT001", message, "filter the rows with `where=`", "facet")
    kind.check_data(data, options)
    if options.percent:
        _check_no_negative_values(data)
    _check_axis_limits(data, options, reference_lines)


def find_wrong_percentage_sum(data: ChartData, options: ChartOptions, unit: str) -> str:
    """Return the sum of a pie chart's percentages as text, or "" if it is 100."""
    if not data.is_whole or not unit.startswith("%"):
        return ""
    wrong_series = next((series for series in data.series if not series.adds_up_to_100), None)
    return f"{sum(value or 0.0 for value in wrong_series.values):g}" if wrong_series else ""


def count_lines_if_too_many(data: ChartData, options: ChartOptions, highlight: str) -> int:
    """Return the number of lines or areas in a plot if there are too many to distinguish; otherwise 0.

    If a series is highlighted, any number of lines is allowed.
    """
    if highlight or not options.chart_type.crossing_shapes:
        return 0
    line_count = max(sum(series.panel == panel for series in data.series) for panel in data.panels or ("",))
    return line_count if line_count > MAX_DISTINCT_LINES else 0


def find_isolated_points(data: ChartData, options: ChartOptions) -> list[tuple[str, int]]:
    """Return the series label and category index of each value between missing values in its series.

    No line or area would show such a value. A series with a single value is included.
    """
    if not options.chart_type.sorts_rows or len(data.categories) < 2:
        return []
    points = []
    for series in data.series:
        padded = (None, *series.values, None)
        for index, (before, value, after) in enumerate(zip(padded, padded[1:], padded[2:], strict=False)):
            if value is not None and before is None and after is None:
                points.append((series.label, index))
    return points


def _check_no_negative_values(data: ChartData) -> None:
    for series in data.series:
        for name, value in zip(data.categories, series.values, strict=True):
            if value is not None and value < 0:
                message = f'`stacked=percent` cannot show the negative value {value:g} of "{series.label}"'
                message += f' at "{name}"'
                raise DataError("CHT001", message, "set `stacked=true`", "stacked")


def _check_axis_limits(
    data: ChartData, options: ChartOptions, reference_lines: tuple[ChartReferenceLine, ...]
) -> None:
    """Raise ``DataError`` if ``y-min=`` or ``y-max=`` excludes a value or the start of bars."""
    if options.y_min is None and options.y_max is None:
        return
    values = [*_iter_axis_values(data, options), *(mark.value for mark in reference_lines)]
    starts_at_zero = isinstance(options.chart_type, PlotChartType) and options.chart_type.starts_at_zero
    if starts_at_zero:
        values.append(0.0)
    lowest, highest = min(values), max(values)
    marks = "bars or areas" if starts_at_zero else "values"
    if options.y_min is not None and options.y_min > lowest:
        message = f"`y-min={options.y_min:g}` cuts off {marks}; the axis must start at {lowest:g} or lower"
        raise DataError("CHT001", message, f"set `y-min=` to {lowest:g} or lower, or remove it", "y-min")
    if options.y_max is not None and options.y_max < highest:
        message = f"`y-max={options.y_max:g}` cuts off {marks}; the axis must end at {highest:g} or higher"
        raise DataError("CHT001", message, f"set `y-max=` to {highest:g} or higher, or remove it", "y-max")


def _iter_axis_values(data: ChartData, options: ChartOptions) -> Iterator[float]:
    if options.percent:
        yield from (0.0, 100.0)
    elif options.stacked:
        yield from data.stack_ends
    else:
        yield from data.numbers
        yield from data.range_ends
