"""A chart block and its data become a chart node, or findings at the block's place."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import Diagnostic, Span
from triptych.model.charts import ChartKind
from triptych.model.nodes import Attr, Chart
from triptych.reading.charts import ChartReader
from triptych.reading.data import DataFolder

CSV = "year,country,output,costs\n2023,FR,10.5,7\n2024,FR,,8\n2025,DE,120,9.25\n"
SPAN = Span(path="source/section.md", line=3, column=6)


@pytest.fixture
def read_chart(make_project: MakeProject):
    def read(csv: str = CSV, **pairs: str) -> tuple[Chart | None, list[Diagnostic]]:
        reader = ChartReader(DataFolder(make_project({"source/data.csv": csv})), "source/section.md")
        values = {
            "data": "data.csv",
            "x": "year",
            "y": "output",
            **{k.replace("_", "-"): v for k, v in pairs.items()},
        }
        return reader.read(Attr("fig-a", ("chart",), tuple(values.items())), (), SPAN)

    return read


def test_a_chart_is_a_line_by_default(read_chart) -> None:
    chart, found = read_chart()
    assert not found
    assert (chart.kind, chart.stacked, chart.horizontal) == (ChartKind.LINE, False, False)


@pytest.mark.parametrize("kind", ChartKind)
def test_every_kind_is_known_by_its_name(read_chart, kind: ChartKind) -> None:
    assert read_chart(type=str(kind))[0].kind is kind


def test_empty_cells_are_gaps(read_chart) -> None:
    assert read_chart()[0].data.series[0].values == (10.5, None, 120.0)


def test_tables_keep_the_places_that_were_written(read_chart) -> None:
    assert read_chart(y="costs")[0].data.series[0].places == (0, 0, 2)


@pytest.mark.parametrize(
    ("values", "expected"), [("120.55", 0), ("12.55", 1), ("1.555", 2), ("1.5", 1), ("1", 0)]
)
def test_labels_show_at_most_three_digits(read_chart, values: str, expected: int) -> None:
    assert read_chart(f"year,output\n2024,{values}\n")[0].data.series[0].decimals == expected


def test_several_columns_take_their_labels_in_order(read_chart) -> None:
    chart, _ = read_chart(y="output, costs", labels="Output, Costs")
    assert [series.label for series in chart.data.series] == ["Output", "Costs"]


def test_where_selects_rows(read_chart) -> None:
    assert read_chart(where="country=DE")[0].data.categories == ("2025",)


def test_years_are_places_on_an_axis(read_chart) -> None:
    assert read_chart()[0].data.positions == (2023.0, 2024.0, 2025.0)


def test_dates_are_years_with_a_fraction(read_chart) -> None:
    chart, _ = read_chart("month,output\n2024-01,1\n2024-07,2\n2025-01-01,3\n", x="month")
    assert chart.data.positions == (2024.0, 2024.5, 2025.0)


def test_words_have_no_places_on_an_axis(read_chart) -> None:
    assert read_chart(x="country")[0].data.positions is None


@pytest.mark.parametrize("value", ["true", "yes", "1"])
def test_flags_are_set_by_a_word(read_chart, value: str) -> None:
    chart, _ = read_chart(type="bar", stacked=value, horizontal=value)
    assert chart.stacked and chart.horizontal


def test_the_alternative_text_is_taken_over(read_chart) -> None:
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
        ({"y": "country"}, "DAT003"),
    ],
)
def test_each_mistake_has_its_code_and_the_place_of_the_chart(
    read_chart, pairs: dict[str, str], code: str
) -> None:
    chart, found = read_chart(**pairs)
    assert chart is None
    assert [(finding.code, finding.span) for finding in found] == [(code, SPAN)]


def test_an_unknown_attribute_is_an_error_and_the_chart_is_still_read(read_chart) -> None:
    chart, found = read_chart(untis="GW")
    assert chart is not None
    assert [finding.hint for finding in found] == ['did you mean "unit"?']


def test_a_column_without_a_number_is_an_error(read_chart) -> None:
    _, found = read_chart("year,output\n2024,\n2025,NA\n")
    assert [finding.code for finding in found] == ["DAT003"]


@pytest.mark.parametrize("values", ["-1\n2025,2", "0\n2025,0"])
def test_a_pie_of_what_makes_no_whole_is_an_error(read_chart, values: str) -> None:
    """Negative parts, or nothing at all, have no shares."""
    _, found = read_chart(f"year,output\n2024,{values}\n", type="pie")
    assert [finding.code for finding in found] == ["CHT001"]


def test_rows_are_counted_alike_in_all_messages(read_chart) -> None:
    """The same line of the file is called the same, whatever is wrong in it."""
    _, ragged = read_chart("year,output\n2024\n")
    _, word = read_chart("year,output\n2024,ten\n")
    assert "row 2" in ragged[0].message
    assert "row 2" in word[0].message
