"""Test that a chart block and its data become a chart node, or diagnostics at the position of the block."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.charts.reader import ChartReader, find_excess_values
from triptych.charts.rows import iter_data_rows
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Chapter
from triptych.model.charts import ChartAnimation, ChartData, DatePrecision, Scale, Series
from triptych.model.nodes import Attr, Chart
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits

CSV = "year,country,output,costs\n2023,FR,10.5,7\n2024,FR,,8\n2025,DE,120,9.25\n"
SPAN = Span(path="source/section.md", line=3, column=6)


@pytest.fixture
def read_chart(make_project: MakeProject):
    def read(
        csv: str = CSV, language: str = "en", limits: ReadingLimits = DEFAULT_LIMITS, **pairs: str
    ) -> tuple[Chart | None, list[Diagnostic]]:
        folder = DataFolder(make_project({"source/data.csv": csv}), limits=limits)
        reader = ChartReader(folder, "source/section.md", language)
        values = {
            "type": "line",
            "data": "data.csv",
            "x": "year",
            "y": "output",
            **{k.replace("_", "-"): v for k, v in pairs.items()},
        }
        output = tuple((key, value) for key, value in values.items() if value)
        return reader.read(Attr("fig-a", ("chart",), output), (), SPAN)

    return read


def codes(found: list[Diagnostic]) -> set[str]:
    return {item.code for item in found}


def test_long_names_make_bars_horizontal_unless_set_otherwise(read_chart) -> None:
    csv = "year,output\n" + "".join(f"Land {chr(65 + i)},{i}\n" for i in range(20))
    assert read_chart(csv, type="bar")[0].horizontal
    assert not read_chart(csv, type="bar", horizontal="false")[0].horizontal
    assert not read_chart(type="bar")[0].horizontal


def test_a_chart_without_a_type_is_an_error(read_chart) -> None:
    chart, (finding,) = read_chart(type="")
    assert chart is None
    assert finding.code == "CHT001" and finding.message == "the chart has no `type=` attribute"
    assert finding.hint.startswith("set `type=line`, `type=bar` or another type: area,")


@pytest.mark.parametrize("kind", ["line", "bar", "area", "scatter", "pie", "donut", "histogram"])
def test_every_chart_type_is_found_by_name(read_chart, kind: str) -> None:
    columns = {"x": "output", "y": ""} if kind == "histogram" else {}
    assert read_chart(type=str(kind), **columns)[0].kind is kind


def test_a_chart_may_appear_in_parts(read_chart) -> None:
    assert read_chart()[0].animation is ChartAnimation.NONE
    assert read_chart(build="category")[0].animation is ChartAnimation.CATEGORY
    for attributes in ({"build": "categories"}, {"build": "series", "type": "pie"}):
        chart, findings = read_chart(**attributes)
        assert chart is None and [item.code for item in findings] == ["CHT001"]


def test_empty_cells_are_gaps(read_chart) -> None:
    assert read_chart()[0].data.series[0].values == (10.5, None, 120.0)


def test_tables_keep_the_decimal_places_of_the_source(read_chart) -> None:
    assert read_chart(y="costs")[0].data.series[0].decimal_places == (0, 0, 2)


@pytest.mark.parametrize(
    ("values", "expected"), [("120.55", 0), ("12.55", 1), ("1.555", 2), ("1.5", 1), ("1", 0)]
)
def test_labels_show_at_most_three_digits(read_chart, values: str, expected: int) -> None:
    assert read_chart(f"year,output\n2024,{values}\n")[0].data.series[0].label_decimals == expected


def test_compared_series_use_the_decimal_places_of_the_largest_value(read_chart) -> None:
    csv = "half,home,abroad,firms\n2024,12.62,7.91,5\n2025,8.41,8.33,6\n"
    columns = {"x": "half", "y": "home, abroad, firms"}
    assert [item.label_decimals for item in read_chart(csv, **columns)[0].data.series] == [1, 1, 0]
    # On a log scale, large values do not make small ones invisible.
    assert [item.label_decimals for item in read_chart(csv, y_scale="log", **columns)[0].data.series] == [
        1,
        2,
        0,
    ]


def test_labels_are_assigned_to_columns_in_order(read_chart) -> None:
    chart, _ = read_chart(y="output, costs", labels="Output, Costs")
    assert [series.label for series in chart.data.series] == ["Output", "Costs"]


def test_where_selects_rows(read_chart) -> None:
    assert read_chart(where="country=DE")[0].data.categories == ("2025",)


def test_years_are_places_on_an_axis(read_chart) -> None:
    assert read_chart()[0].data.positions == (2023.0, 2024.0, 2025.0)


def test_dates_are_years_with_a_fraction(read_chart) -> None:
    chart, _ = read_chart("month,output\n2024-01,1\n2024-07,2\n2025-01-01,3\n", x="month")
    assert chart.data.positions == (2024.0, pytest.approx(2024 + 182 / 366), 2025.0)
    assert chart.data.date_precision is DatePrecision.DAY


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        (("2023", "2024"), DatePrecision.YEAR),
        (("2023-Q1", "2023-Q4"), DatePrecision.QUARTER),
        (("2023", "2023-02"), DatePrecision.MONTH),
        (("12.5", "13"), None),
        (("9500", "2000"), None),  # numbers
        (("2003-2007", "2004-2008"), None),  # texts
    ],
)
def test_dates_are_recognised_by_their_format(
    read_chart, cells: tuple[str, ...], part: DatePrecision | None
) -> None:
    chart, _ = read_chart("year,output\n" + "".join(f"{cell},1\n" for cell in cells))
    assert chart.data.date_precision is part
    assert (chart.data.dates is None) == (part is None)


def test_a_date_that_no_calendar_has_is_an_error_with_its_row(read_chart) -> None:
    _, findings = read_chart("year,output\n2024-02-29,1\n2023-02-29,2\n")
    assert [finding.code for finding in findings] == ["DAT003"]
    assert "row 3" in findings[0].message


def test_lines_go_from_left_to_right_and_bars_as_they_are_listed(read_chart) -> None:
    csv = "year,output\n2025,3\n2023,1\n2024,2\n"
    assert read_chart(csv)[0].data.series[0].values == (1, 2, 3)
    assert read_chart(csv, type="bar")[0].data.categories == ("2025", "2023", "2024")


def test_text_has_no_position_on_a_numeric_axis(read_chart) -> None:
    assert read_chart("country,output\nFR,1\nDE,2\n", x="country")[0].data.positions is None


@pytest.mark.parametrize("value", ["true", "yes", "1"])
def test_flags_are_set_by_a_word(read_chart, value: str) -> None:
    chart, _ = read_chart(type="bar", stacked=value, horizontal=value)
    assert chart.stacked and chart.horizontal


def test_unit_alone_gives_no_alt_text(read_chart) -> None:
    assert read_chart(unit="GW")[0].alt == ""


def test_alt_text_attribute_is_used(read_chart) -> None:
    assert read_chart(fig_alt="It grows.")[0].alt == "It grows."


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ({"type": "lien"}, "CHT001"),
        ({"type": "pie", "y": "output,costs"}, "CHT001"),
        ({"labels": "A,B"}, "CHT001"),
        ({"y": ""}, "CHT001"),
        ({"y": "outptu"}, "DAT001"),
        ({"x": "yaer"}, "DAT001"),
        ({"where": "land=DE"}, "DAT001"),
        ({"where": "country=IT"}, "DAT003"),
        ({"data": "gone.csv"}, "DAT002"),
    ],
)
def test_each_mistake_has_its_code_and_the_place_of_the_chart(
    read_chart, pairs: dict[str, str], code: str
) -> None:
    chart, findings = read_chart(**pairs)
    assert chart is None
    assert [(finding.code, finding.span) for finding in findings] == [(code, SPAN)]


def test_a_cell_that_is_not_a_number_is_reported_at_its_line(read_chart) -> None:
    chart, (finding,) = read_chart(y="country")
    assert chart is None
    assert (finding.code, finding.span) == ("DAT003", Span(path="source/data.csv", line=2))


def test_unknown_attribute_is_an_error_but_the_chart_is_still_read(read_chart) -> None:
    chart, findings = read_chart(untis="GW", y="costs")
    assert chart is not None
    assert [finding.hint for finding in findings] == ['did you mean "unit"?']


def test_a_column_without_a_number_is_an_error(read_chart) -> None:
    _, findings = read_chart("year,output\n2024,\n2025,NA\n")
    assert [finding.code for finding in findings] == ["DAT003"]


@pytest.mark.parametrize("values", ["-1\n2025,2", "0\n2025,0"])
def test_pie_of_values_that_form_no_total_is_an_error(read_chart, values: str) -> None:
    """Test pie charts with negative values, or without any values: both are errors."""
    _, findings = read_chart(f"year,output\n2024,{values}\n", type="pie")
    assert [finding.code for finding in findings] == ["CHT001"]


def test_row_numbers_are_consistent_in_all_messages(read_chart) -> None:
    """Test that all messages number the rows of a data file in the same way."""
    _, ragged = read_chart("year,output\n2024\n")
    _, word = read_chart("year,output\n2024,ten\n")
    assert "row 2" in ragged[0].message
    assert "row 2" in word[0].message


def test_row_numbers_are_those_of_the_file_if_rows_are_filtered(read_chart) -> None:
    csv = "year,country,output\n2023,FR,1\n\n2024,DE,2\n2025,DE,ten\n"
    _, findings = read_chart(csv, where="country=DE")
    assert "row 5" in findings[0].message


def test_several_conditions_must_all_be_met(read_chart) -> None:
    assert read_chart(where="country=FR; year=2023")[0].data.categories == ("2023",)
    _, findings = read_chart(where="country=FR; year=2025")
    assert [finding.code for finding in findings] == ["DAT003"]


TIDY = (
    "year,land,kind,output\n2020,DE,wind,1\n2022,DE,wind,3\n2021,FR,wind,5\n2022,FR,wind,6\n"
    "2020,DE,sun,10.5\n2021,FR,sun,\n2022,FR,sun,20\n"
)


def test_long_data_is_split_into_series_over_common_places(read_chart) -> None:
    chart, findings = read_chart(TIDY, series="land", where="kind=wind")
    assert codes(findings) <= {"CHT007"}
    assert chart.data.categories == ("2020", "2021", "2022")
    shown = {series.label: series.values for series in chart.data.series}
    assert shown == {"DE": (1, None, 3), "FR": (None, 5, 6)}


def test_labels_rename_series_in_the_order_of_the_file(read_chart) -> None:
    chart, _ = read_chart(TIDY, series="land", where="kind=wind", labels="Germany,France")
    assert chart.data.labels == ("Germany", "France")


def test_panels_hold_series_on_common_places(read_chart) -> None:
    chart, findings = read_chart(TIDY, series="land", facet="kind", facet_columns="2")
    assert codes(findings) <= {"CHT007"}
    assert chart.data.panels == ("wind", "sun")
    assert (chart.data.panel_title, chart.facet_columns) == ("Kind", 2)
    rows = [(s.panel, s.label, s.values) for s in chart.data.series]
    assert rows[2:] == [("sun", "DE", (10.5, None, None)), ("sun", "FR", (None, None, 20))]


def test_panels_can_have_several_columns(read_chart) -> None:
    chart, _ = read_chart("year,land,a,b\n1,X,1,2\n1,Y,3,4\n", x="year", y="a,b", facet="land")
    assert [(s.panel, s.label, s.values) for s in chart.data.series] == [
        ("X", "a", (1,)),
        ("X", "b", (2,)),
        ("Y", "a", (3,)),
        ("Y", "b", (4,)),
    ]


def test_each_row_of_a_scatter_chart_is_a_point(read_chart) -> None:
    chart, _ = read_chart("x,y,land\n1,2,DE\n1,3,DE\n1,4,FR\n", type="scatter", x="x", y="y", series="land")
    assert [series.values for series in chart.data.series] == [(2, 3, None), (None, None, 4)]


def test_long_format_keeps_every_value(read_chart) -> None:
    chart, _ = read_chart(TIDY, series="land", facet="kind")
    assert sorted(chart.data.numbers) == [1, 3, 5, 6, 10.5, 20]


def test_axis_scales_and_limits_are_used(read_chart) -> None:
    chart, result = read_chart("x,y\n1,10\n100,20\n", x="x", y="y", x_scale="log", y_scale="LOG", y_min="5")
    assert not result
    assert (chart.x_scale, chart.y_scale, chart.y_min, chart.y_max) == (Scale.LOG, Scale.LOG, 5, None)


def test_four_digits_on_a_log_scale_are_amounts(read_chart) -> None:
    chart, result = read_chart("x,y\n1200,10\n2400,20\n", type="scatter", x="x", y="y", x_scale="log")
    assert not result
    assert chart.data.dates is None


def test_shares_are_stacks(read_chart) -> None:
    chart, _ = read_chart(type="bar", y="output,costs", stacked="percent")
    assert (chart.stacked, chart.percent) == (True, True)


def test_annotations_are_sorted_by_position(read_chart) -> None:
    chart, _ = read_chart(annotate="2025: A law; 2024-07: Summer: hot", reference_line="100: Target; 1.5")
    assert [(n.name, n.text) for n in chart.annotations] == [("2024-07", "Summer: hot"), ("2025", "A law")]
    assert chart.annotations[1].position == 2025
    assert [(reference_line.value, reference_line.text) for reference_line in chart.reference_lines] == [
        (1.5, "1.5"),
        (100, "Target"),
    ]


def test_category_with_a_colon_is_matched_completely(read_chart) -> None:
    csv = "name,output\nPlan: A,1\nPlan,2\n"
    chart, _ = read_chart(csv, type="bar", x="name", annotate="Plan: A: Chosen")
    assert [(n.name, n.text, n.position) for n in chart.annotations] == [("Plan: A", "Chosen", 0)]


def test_notes_of_bars_count_bars_and_those_of_histograms_values(read_chart) -> None:
    bars, _ = read_chart(type="bar", annotate="2025: A law")
    assert bars.annotations[0].position == 2
    histogram, _ = read_chart(type="histogram", x="costs", y="", annotate="8.5: Middle")
    assert histogram.annotations[0].position == 8.5


def test_a_histogram_counts_in_the_language(read_chart) -> None:
    csv = "size\n1200\n1900\n3500\n"
    chart, _ = read_chart(csv, "de", type="histogram", x="size", y="", bins="3", unit="Werke")
    assert chart.data.categories == ("1.000–2.000", "2.000–3.000", "3.000–4.000")
    assert chart.data.series[0].values == (2, 0, 1)
    assert chart.data.series[0].label == "Werke"


def test_panels_of_histograms_have_common_bins(read_chart) -> None:
    csv = "size,land\n1,DE\n2,DE\n9,FR\n"
    chart, _ = read_chart(csv, type="histogram", x="size", y="", facet="land", bins="2")
    assert [(s.panel, s.values) for s in chart.data.series] == [("DE", (2, 0)), ("FR", (0, 1))]


@pytest.mark.parametrize(
    "pairs",
    [
        {"type": "bar", "y_scale": "log"},
        {"type": "area", "y_scale": "log"},
        {"type": "pie", "reference_line": "3: x"},
        {"type": "line", "stacked": "true"},
        {"type": "line", "horizontal": "true"},
        {"type": "bar", "y_max": "100"},
        {"type": "bar", "y_min": "1"},
        {"y_min": "20", "y_max": "10"},
        {"y_min": "0", "y_scale": "log"},
        {"reference_line": "0: x", "y_scale": "log"},
        {"annotate": "2030: x"},
        {"annotate": "2024"},
        {"reference_line": "x"},
        {"labels": "A,A", "y": "output,costs"},
        {"facet": "country", "facet_columns": "0"},
        {"type": "histogram", "x": "output", "y": "costs"},
        {"type": "bar", "stacked": "half"},
        {"where": "country"},
        {"series": "country", "y": "output,costs"},
        {"y": ","},
    ],
    ids=str,
)
def test_misleading_charts_are_rejected(read_chart, pairs: dict[str, str]) -> None:
    chart, findings = read_chart(**pairs)
    assert chart is None
    assert [finding.code for finding in findings] == ["CHT001"]


def test_values_not_allowed_on_a_log_scale_are_reported_with_their_row(read_chart) -> None:
    _, findings = read_chart("year,output\n2024,3\n2025,0\n", y_scale="log")
    assert [finding.code for finding in findings] == ["CHT001"]
    assert "row 3" in findings[0].message


def test_output_conditions_are_valid_attributes(read_chart) -> None:
    chart, findings = read_chart(when_format="pdf")
    assert codes(findings) <= {"CHT007"}
    assert chart.attr.get("when-format") == "pdf"


def test_axis_titles_are_used(read_chart) -> None:
    chart, findings = read_chart(**{"x-title": "Year", "y-title": "Output of all"})
    assert codes(findings) <= {"CHT007"}
    assert (chart.data.category_title, chart.value_title) == ("Year", "Output of all")


def test_pie_chart_rejects_axis_titles(read_chart) -> None:
    _, findings = read_chart(type="pie", **{"y-title": "Output"})
    assert [finding.code for finding in findings] == ["CHT001"]


def test_wrong_sum_of_percentages_is_reported(read_chart) -> None:
    chart, findings = read_chart("year,output\n2023,30\n2024,20\n", type="pie", unit="%")
    assert chart is not None
    assert [finding.code for finding in findings] == ["CHT002"]
    assert "50%" in findings[0].message
    assert not read_chart("year,output\n2023,33.3\n2024,66.6\n", type="pie", unit="%")[1]


def test_a_column_may_have_a_comma_in_its_name(read_chart) -> None:
    chart, result = read_chart('year,"output, in t"\n2023,30\n2024,20\n', y="output, in t")
    assert not result
    assert chart.data.labels == ("output, in t",)


# --- Too many series or points for one plot -------------------------------------------------------------


def many(count: int, **pairs: str) -> dict[str, str]:
    names = [f"n{i}" for i in range(count)]
    lines = "".join(f"{year},{','.join('1' for _ in names)}\n" for year in (2023, 2024, 2025))
    return {"csv": f"year,{','.join(names)}\n{lines}", "y": ",".join(names), **pairs}


@pytest.mark.parametrize("pairs", [{}, {"type": "area"}, {"type": "area", "stacked": "true"}])
def test_more_than_five_lines_or_areas_are_reported(read_chart, pairs: dict[str, str]) -> None:
    assert read_chart(**many(5, **pairs))[1] == []
    (problem,) = read_chart(**many(6, **pairs))[1]
    assert problem.code == "CHT003"
    assert ("areas" if pairs else "lines") in problem.message


def test_many_grouped_bars_do_not_count_as_lines(read_chart) -> None:
    assert read_chart(**many(6, type="bar"))[1] == []


def test_lines_are_counted_per_panel(read_chart) -> None:
    rows = "".join(f"{year},{land},1\n" for year in (2023, 2024) for land in "abcdefgh")
    csv = "year,land,output\n" + rows
    assert read_chart(csv, facet="land")[1] == []
    (problem,) = read_chart(csv, series="land")[1]
    assert problem.code == "CHT003" and "`facet=`" in problem.hint
    rows = "".join(f"{year},{land},{part},1\n" for year in (2023, 2024) for land in "ab" for part in "cdefgh")
    (problem,) = read_chart("year,land,part,output\n" + rows, series="part", facet="land")[1]
    assert problem.message == "one panel has 6 lines; readers can distinguish at most 5"
    assert problem.hint == "emphasise one series with `highlight=`, or plot fewer series"


def test_too_many_columns_are_reported_at_their_attribute(read_chart) -> None:
    chart, (problem,) = read_chart(**many(25))
    assert chart is None
    assert problem.message == "the chart has 25 series; the limit is 24"
    assert problem.hint == "name fewer columns in `y=`"


# --- Highlights ------------------------------------------------------------------------------------------


def test_series_and_categories_are_highlighted_by_their_names(read_chart) -> None:
    chart, result = read_chart(type="bar", y="output, costs", highlight="costs; 2024")
    assert not result
    assert chart.highlight == ("costs", "2024")
    output, costs = chart.data.series
    assert [chart.is_pale(output, i) for i in range(3)] == [True, True, True]
    assert [chart.is_pale(costs, i) for i in range(3)] == [True, False, True]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("cost", 'did you mean "costs"?'), ("1999", "use one of output, costs, 2023, 2024, 2025")],
)
def test_highlight_of_an_unknown_name_is_rejected(read_chart, name: str, hint: str) -> None:
    chart, (problem,) = read_chart(type="bar", y="output, costs", highlight=name)
    assert chart is None
    assert (problem.code, problem.message) == (
        "CHT001",
        f'`highlight=` names "{name}", which is not in the chart',
    )
    assert problem.hint == hint


def test_area_chart_cannot_highlight_a_single_category(read_chart) -> None:
    _, (problem,) = read_chart(type="area", highlight="2025")
    assert problem.message == 'an area chart cannot highlight a single category, such as "2025"'


def test_generated_alt_text_contains_callouts(read_chart) -> None:
    chart, result = read_chart(
        "year,China,India\n2023,5,4\n2024,7,5\n",
        type="line",
        y="China,India",
        highlight="China",
        callout="2024: Far ahead; India, 2023: Behind",
        fig_alt="Words",
    )
    assert not result
    assert chart.alt == "Words. Highlighted: China. 2024: Far ahead. India, 2023: Behind."


@pytest.mark.parametrize(
    ("highlight", "callout", "said"),
    [
        ("2024", "2024: Twice as many", "2024: Twice as many."),
        ("China", "China, 2024: Far ahead", "China, 2024: Far ahead."),
        ("2023; 2024", "2024: Twice as many", "Highlighted: 2023, 2024. 2024: Twice as many."),
        ("2024", "", "Highlighted: 2024."),
    ],
)
def test_name_in_a_callout_is_not_repeated(read_chart, highlight: str, callout: str, said: str) -> None:
    chart, result = read_chart(
        "year,China,India\n2023,5,4\n2024,7,5\n",
        y="China,India" if highlight == "China" else "China",
        highlight=highlight,
        callout=callout,
        fig_alt="Words",
    )
    assert not result
    assert chart.alt == f"Words. {said}"


@pytest.mark.parametrize(("written", "direct"), [("", True), ("true", True), ("false", False)])
def test_legend_is_used_if_requested(read_chart, written: str, direct: bool) -> None:
    assert read_chart(y="output, costs", direct_labels=written)[0].direct_labels == direct


@pytest.mark.parametrize(
    ("callout", "message"),
    [
        ("2026: More", '`callout=` names "2026", which is not in the chart'),
        ("2025", '`callout=` has no text for "2025"'),
        ("2024: A gap", 'the callout for "2024" points to a missing value'),
        ("2023: a; 2025: b; 2023: c; 2025: d; 2023: e", "the chart has 5 callouts; the limit is 4"),
    ],
)
def test_callout_without_a_target_is_rejected(read_chart, callout: str, message: str) -> None:
    chart, (problem,) = read_chart(type="bar", callout=callout)
    assert chart is None
    assert (problem.code, problem.message) == ("CHT001", message)


def test_too_many_values_are_rejected(read_chart) -> None:
    rows = "".join(f"{year},{year}\n" for year in range(3_000, 7_001))
    _, [problem] = read_chart("year,output\n" + rows[: 10 * 1_001], type="bar")
    assert problem.message == "the chart has 1,001 categories; the limit is 1,000"
    panels = "year,output,where\n" + "".join(f"2024,1,{place}\n" for place in range(101))
    _, [problem] = read_chart(panels, facet="where")
    assert problem.message == "the chart has 101 panels; the limit is 100"
    for kind in ("line", "bar", "heatmap"):
        chart, [problem] = read_chart("year,output\n" + rows, type=kind)
        assert chart is None
        assert (problem.code, problem.message) == (
            "CHT001",
            "the chart has 4,001 values; the limit is 4,000",
        )
    raised = ReadingLimits(**{"chart-values": 10_000})
    assert read_chart("year,output\n" + rows, limits=raised)[0] is not None
    names = ",".join(f"c{i}" for i in range(20))
    wide = f"year,{names}\n" + "".join(f"{year}{',1' * 20}\n" for year in range(3_000, 3_201))
    assert "4,020 values" in read_chart(wide, y=names)[1][0].message
    assert read_chart("year,output\n" + rows, type="histogram", x="", y="output")[0] is not None


@pytest.mark.parametrize("options", [{"x": "costs", "series": "year"}, {"x": "costs", "facet": "year"}])
def test_a_name_has_so_many_characters_at_the_most(read_chart, options: dict[str, str]) -> None:
    rows = "".join(f"{name},{cost},{cost}\n" for name in ("w" * 501, "b") for cost in (1, 2, 3))
    _, [problem] = read_chart("year,costs,output\n" + rows, **options)
    assert problem.message == f'the name "{"w" * 20}…" has 501 characters; the limit is 500'


@pytest.mark.parametrize(("count", "is_too_much"), [(20, False), (21, True)])
def test_the_charts_of_a_book_have_so_many_values_at_the_most(count: int, is_too_much: bool) -> None:
    series = Series(label="a", values=(1.0,) * 4_000, decimal_places=(0,) * 4_000)
    blocks = tuple(
        Chart(
            kind="line",
            data=ChartData(categories=("a",), series=(series,)),
            caption=(),
            alt="",
            span=Span(path="a.md", line=line),
        )
        for line in range(count)
    )
    chapters = [Chapter(id="a", slug="a", source="a.md", title=(), blocks=blocks)]
    finding = find_excess_values(chapters, 4_000)
    assert (finding.message if finding else "") == (
        "this chart brings the total for the book to more than 80,000 values" if is_too_much else ""
    )


@pytest.mark.parametrize(("kind", "columns"), [("line", {}), ("area", {}), ("bar", {}), ("pie", {})])
def test_two_rows_of_one_series_with_the_same_x_are_an_error(read_chart, kind: str, columns: dict) -> None:
    chart, (finding,) = read_chart("year,output\n2020,1\n2021,2\n2020,3\n", type=kind, **columns)
    assert chart is None
    assert (finding.code, finding.message) == (
        "CHT001",
        'source/data.csv: rows 2 and 4 both have "2020" in series "output"',
    )


def test_a_scatter_chart_may_have_several_points_at_one_x(read_chart) -> None:
    assert not read_chart("year,output\n2020,1\n2020,3\n", type="scatter")[1]


def test_equal_numbers_in_different_notations_share_an_x_value(read_chart) -> None:
    assert read_chart("year,output\n5,1\n5.0,3\n7,4\n")[1][0].code == "CHT001"
    assert not read_chart("year,output\n5,1\n5.0,3\n7,4\n", type="bar")[1]


def test_an_isolated_point_of_a_line_is_reported(read_chart) -> None:
    chart, (finding,) = read_chart("year,output\n2020,1\n2021,n/a\n2022,3\n2023,4\n")
    assert chart is not None
    assert (finding.code, finding.message) == (
        "CHT007",
        'series "output" has an isolated point at "2020": the values on either side are missing',
    )


@pytest.mark.parametrize(
    ("rows", "kind"),
    [("2020,1\n2021,2\n2022,n/a\n2023,4\n2024,5\n", "line"), ("2020,1\n2021,n/a\n2022,3\n", "bar")],
)
def test_gap_without_isolated_points_is_not_reported(read_chart, rows: str, kind: str) -> None:
    assert not read_chart(f"year,output\n{rows}", type=kind)[1]


POINTS = "country,growth,share\nChina,1,2\nIndia,2,3\nBrazil,2,4\n"


def test_labels_name_the_points_of_a_scatter_chart(read_chart) -> None:
    columns = {"type": "scatter", "x": "growth", "y": "share", "labels": "country"}
    chart, result = read_chart(POINTS, **columns, highlight="India", callout="Brazil: Words")
    assert not result
    assert chart.data.categories == ("China", "India", "Brazil")
    assert (chart.data.x_values, chart.data.positions) == (("1", "2", "2"), (1.0, 2.0, 2.0))
    assert chart.data.labels == ("share",)
    assert list(iter_data_rows(chart)) == [
        ("Country", "Growth", "share"),
        ("China", "1", "2"),
        ("India", "2", "3"),
        ("Brazil", "2", "4"),
    ]


def test_labels_of_a_scatter_chart_name_series_unless_they_are_a_column(read_chart) -> None:
    csv = "x,a,b\n1,2,3\n2,3,4\n"
    chart, result = read_chart(csv, type="scatter", x="x", y="a, b", labels="First, Second")
    assert not result and chart.data.labels == ("First", "Second") and not chart.data.x_values


@pytest.mark.parametrize(
    ("more", "code"),
    [({"labels": "nation"}, "DAT001"), ({"labels": "country", "facet": "country"}, "CHT001")],
)
def test_point_names_need_a_column_and_one_plot(read_chart, more: dict, code: str) -> None:
    chart, (finding,) = read_chart(POINTS, type="scatter", x="growth", y="share", **more)
    assert chart is None and finding.code == code
