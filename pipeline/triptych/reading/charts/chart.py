"""``::: {.chart}`` and its CSV file → a chart node."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.model.nodes import Attr, Chart, Inline, Table
from triptych.reading.charts.alternatives import alternative, with_emphasis
from triptych.reading.charts.checks import (
    MOST_LINES,
    check_count,
    check_data,
    crowded,
    isolated_points,
    unwhole,
)
from triptych.reading.charts.columns import read_columns
from triptych.reading.charts.dates import with_iso_dates
from triptych.reading.charts.emphasis import read_callouts, read_highlight
from triptych.reading.charts.heat import heat_table
from triptych.reading.charts.histograms import read_histogram
from triptych.reading.charts.kinds import fitted_to_kind, turned_on_side
from triptych.reading.charts.options import ATTRIBUTES, ChartOptions, read_headline, read_options
from triptych.reading.charts.remarks import read_annotations, read_marks
from triptych.reading.charts.suspicious_data import suspicious_data
from triptych.reading.charts.tiles import read_tiles
from triptych.reading.data.columns import DataError, DataFile
from triptych.reading.data.folder import DataFolder

_CONDITIONS = ("when-", "unless-")


@dataclass(frozen=True, slots=True)
class ChartReader:
    """Makes charts of one section file, whose language they speak."""

    data: DataFolder
    path: str
    language: str = "en"

    def read(
        self,
        attr: Attr,
        caption: tuple[Inline, ...],
        span: Span,
        *,
        note: tuple[Inline, ...] = (),
        source: tuple[Inline, ...] = (),
        place: Callable[[str], Span] | None = None,
    ) -> tuple[Chart | Table | None, list[Diagnostic]]:
        """A chart, a heat table as what it is, or None and what is wrong with its description or its data.

        ``place`` says where an attribute stands; without it all is wrong at ``span``.
        """

        def at(key: str) -> Span:
            return place(key) if place and attr.get(key) else span

        found = unknown_attributes("chart", attr, ATTRIBUTES, at)
        try:
            options = read_options(attr)
            file = self._file(attr)
            chart = self._chart(file, attr, options, caption, span, note, source)
        except DataError as error:
            return None, [*found, error.finding(at(error.attribute))]
        if isinstance(chart, Table):
            return chart, found
        if made := unwhole(chart.data, options, chart.unit):
            message = f"the slices add up to {made}%; a {options.kind} chart scales them to 100%"
            hint = "add a slice for the rest, or set `type=bar`"
            found.append(Diagnostic(code="CHT002", span=at("data"), message=message, hint=hint))
        found += suspicious_data(file, attr, chart.data, options, at)
        if count := crowded(chart.data, options, attr.get("highlight")):
            what = "areas" if options.kind.traits.filled else "lines"
            where = "one panel" if chart.data.panels else "the chart"
            message = f"{where} has {count} {what}; readers can distinguish at most {MOST_LINES}"
            split = "" if chart.data.panels else " split the chart into panels with `facet=`,"
            hint = f"emphasise one series with `highlight=`,{split} or plot fewer series"
            found.append(Diagnostic(code="CHT003", span=at("y"), message=message, hint=hint))
        has_slips = any(one.code == "CHT008" for one in found)  # which may be why values are missing
        if (alone := isolated_points(chart.data, options)) and not has_slips:
            series, index = alone[0]
            more = f" (and {len(alone) - 1} more)" if len(alone) > 1 else ""
            name = chart.data.categories[index]
            message = f'series "{series}" has an isolated point at "{name}"{more}: '
            message += "the adjacent values are missing"
            hint = "fill in the missing values, delete the rows without a value, or set `type=scatter`"
            found.append(Diagnostic(code="CHT007", span=at("y"), message=message, hint=hint))
        return chart, found

    def _file(self, attr: Attr) -> DataFile:
        if not attr.get("data"):
            hint = 'add `data="FILE.csv"` to the chart'
            raise DataError("CHT001", "the chart has no `data=` attribute", hint)
        return self.data.asked_for(attr, beside=self.path)

    def _chart(
        self,
        file: DataFile,
        attr: Attr,
        options: ChartOptions,
        caption: tuple[Inline, ...],
        span: Span,
        note: tuple[Inline, ...],
        source: tuple[Inline, ...],
    ) -> Chart | Table:
        if not options.kind.traits.binned:
            check_count(len(file.rows), self.data.limits.chart_values)
        if options.kind.traits.binned:
            data = read_histogram(file, attr, options.bins, self.language)
        elif options.kind.traits.tiles:
            data = read_tiles(file, attr, self.language)
        else:
            file, attr, note_of_dates = with_iso_dates(file, attr, options.kind, self.language)
            if note_of_dates is not None and note_of_dates not in self.data.found:
                self.data.found.append(note_of_dates)
            data = fitted_to_kind(read_columns(file, attr, options), options.kind, attr, file)
        check_count(sum(len(series.values) for series in data.series), self.data.limits.chart_values)
        marks = read_marks(attr, options)
        check_data(data, options, marks)
        if options.kind.traits.grid:
            unit = ", ".join(filter(None, (attr.get("y-title"), attr.get("unit"))))
            own = Attr(attr.id, tuple(name for name in attr.classes if name != "chart"), _of_table(attr))
            return heat_table(data, own, unit, caption, span, self.language, note=note, source=source)
        kept = tuple(pair for pair in attr.pairs if pair[0] == "slide-title" or pair[0] not in ATTRIBUTES)
        chart = Chart(
            kind=options.kind,
            data=data,
            caption=caption,
            alt=attr.get("fig-alt") or attr.get("alt"),
            headline=read_headline(attr),
            value_title=attr.get("y-title"),
            unit=attr.get("unit"),
            note=note,
            source=source,
            stacked=options.stacked,
            percent=options.percent,
            horizontal=turned_on_side(options.kind, data)
            if options.horizontal is None
            else options.horizontal,
            x_scale=options.x_scale,
            y_scale=options.y_scale,
            y_min=options.y_min,
            y_max=options.y_max,
            facet_columns=options.facet_columns,
            direct_labels=options.direct_labels,
            build=options.build,
            annotations=read_annotations(attr, data, options),
            marks=marks,
            highlight=read_highlight(attr, data, options),
            callouts=read_callouts(attr, data),
            language=self.language,
            attr=Attr(attr.id, attr.classes, kept),
            span=span,
        )
        return replace(chart, alt=with_emphasis(chart.alt or alternative(chart), chart))


def _of_table(attr: Attr) -> tuple[tuple[str, str], ...]:
    """The attributes that a table has too."""
    own = ("slide-title", "fig-alt", "alt")
    return tuple(pair for pair in attr.pairs if pair[0] in own or pair[0] not in ATTRIBUTES)


def is_condition(key: str) -> bool:
    """Whether an attribute says where its element is shown, which any element may have."""
    return key.startswith(_CONDITIONS)


# Attributes of other tools, several with one hint.
_OF_OTHER_TOOLS = {
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
        ("header headers names", "use `labels=`"),
    )
    for name in names.split()
}


def _meant_attribute(key: str, known: Collection[str]) -> str:
    """A hint for an unknown attribute: what it is called here, else the nearest one, else all."""
    meant = _OF_OTHER_TOOLS.get(key.lower(), "")
    if meant and all(name in known for name in re.findall(r"([\w-]+)=", meant)):
        return meant
    return did_you_mean(key, known) or f"use one of {', '.join(sorted(known))}"


def unknown_attributes(
    what: str, attr: Attr, known: Collection[str], at: Callable[[str], Span]
) -> list[Diagnostic]:
    """CHT001 for each attribute that a chart or a table from data does not have; ``at`` says where it is."""
    return [
        Diagnostic(
            code="CHT001",
            span=at(key),
            message=f'unknown attribute "{key}" on a {what}',
            hint=_meant_attribute(key, known),
        )
        for key, _ in attr.pairs
        if key not in known and not is_condition(key)
    ]
