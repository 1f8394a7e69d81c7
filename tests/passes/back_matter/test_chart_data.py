"""Test the tables of chart data at the end of the PDF."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.charts.rows import iter_charts_and_files
from triptych.languages.labels import load_labels
from triptych.model.nodes import Align, Group, Table
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.chart_data import add_chart_data

LABELS = load_labels("en")
FILES = {
    "source/d.csv": "year,output\n2023,1.50\n2024,\n",
    "source/r.bib": "@book{k, title={T}, year=1984}\n",
}
CHART = '::: {#fig-a .chart type=bar data=d.csv x=year y=output unit=GW fig-alt="A"}\nOutput [@k]\n:::\n'


def test_each_chart_has_a_table_before_the_other_back_matter(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(CHART, manifest="bibliography: r.bib\n", files=FILES)
    chart_data = add_chart_data(book, LABELS)
    assert [plain_text(chapter.title) for chapter in chart_data.chapters] == ["A section", "Data", "Sources"]
    (table,) = (node for node in chapter_nodes(chart_data.chapters[1]) if isinstance(node, Table))
    assert plain_text(table.caption) == "Figure 1.1 Output (GW) (T 1984)"
    rows = [[plain_text(cell.content) for cell in row.cells] for row in (*table.head, *table.body)]
    assert rows == [["Year", "output"], ["2023", "1.50"], ["2024", "–"]]


@pytest.mark.parametrize(
    ("title", "unit", "shown"),
    [
        ("Users, in millions", "million", "Users, in millions"),
        ("Users for every 100 people", "for every 100 people", "Users for every 100 people"),
        ("Industrial robots installed", "robots", "Industrial robots installed"),
        ("Output in GW", "GW", "Output in GW"),
        ("Users", "million", "Users (million)"),
        ("The output", "t", "The output (t)"),
        ("Share of the world", "% of the world", "Share of the world (% of the world)"),
        ("Output in millions", "million t", "Output in millions (million t)"),
    ],
)
def test_table_has_its_unit_once(read_book_of: ReadBook, title: str, unit: str, shown: str) -> None:
    chart = CHART.replace("unit=GW", f'unit="{unit}"').replace("Output [@k]", title)
    book, _ = read_book_of(chart, files=FILES)
    (table,) = (
        node for node in chapter_nodes(add_chart_data(book, LABELS).chapters[1]) if isinstance(node, Table)
    )
    assert plain_text(table.caption) == f"Figure 1.1 {shown}"


def test_book_without_charts_is_unchanged(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("Text.\n")
    assert add_chart_data(book, LABELS) is book


def test_ids_are_unique(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(CHART, manifest="bibliography: r.bib\n", files=FILES)
    nodes = [node for chapter in add_chart_data(book, LABELS).chapters for node in chapter_nodes(chapter)]
    ids = [node.attr.id for node in nodes if getattr(getattr(node, "attr", None), "id", "")]
    assert len(ids) == len(set(ids))


WIDE = '::: {#fig-b .chart type=bar data=w.csv x=name y="a,b" fig-alt="B" source="Own count"}\nWide\n:::\n'


def test_narrow_tables_are_in_columns_and_wide_ones_full_width(read_book_of: ReadBook) -> None:
    name = "A name that has more letters than half of a page takes"
    files = {**FILES, "source/w.csv": f"name,a,b\n{name},1,2\n"}
    repeated = CHART.replace("fig-a", "fig-c")
    book, _ = read_book_of(CHART + repeated + WIDE, manifest="bibliography: r.bib\n", files=files)
    columns, wide = add_chart_data(book, LABELS).chapters[1].blocks
    assert isinstance(columns, Group)
    assert columns.attr.classes == ("chart-data-columns",)
    assert [type(table) for table in columns.content] == [Table, Table]
    assert isinstance(wide, Table)
    assert plain_text(wide.caption) == "Figure 1.3 Wide Own count"


def test_tables_name_the_files_that_go_with_the_book(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        CHART + CHART.replace("#fig-a ", ""), manifest="bibliography: r.bib\n", files=FILES
    )
    assert [name for _, name in iter_charts_and_files(book)] == ["figure-01-1-a.csv", "chart-2.csv"]
    chapter = add_chart_data(book, LABELS, files=True).chapters[1]
    captions = [plain_text(node.caption) for node in chapter_nodes(chapter) if isinstance(node, Table)]
    assert [caption.split()[-1] for caption in captions] == ["figure-01-1-a.csv", "chart-2.csv"]


def test_text_is_left_aligned_and_numbers_right_aligned(read_book_of: ReadBook) -> None:
    files = {**FILES, "source/m.csv": "code,state\nDE,Banned\nFR,Allowed\n"}
    tiles = (
        '::: {#fig-m .chart type=tilemap map=europe data=m.csv x=code series=state fig-alt="M"}\nA map\n:::\n'
    )
    book, _ = read_book_of(CHART + tiles, manifest="bibliography: r.bib\n", files=files)
    tables = [
        node for node in chapter_nodes(add_chart_data(book, LABELS).chapters[1]) if isinstance(node, Table)
    ]
    assert [[column.align for column in table.columns] for table in tables] == [
        [Align.LEFT, Align.RIGHT],
        [Align.LEFT, Align.LEFT],
    ]


def test_panel_column_has_a_heading(read_book_of: ReadBook) -> None:
    files = {**FILES, "source/p.csv": "year,kind_of_power,gw\n2023,Wind,1\n2024,Wind,2\n"}
    panels = (
        '::: {#fig-p .chart data=p.csv x=year y=gw facet=kind_of_power type=line fig-alt="P"}\nPanels\n:::\n'
    )
    book, _ = read_book_of(panels, files=files)
    tables = (
        node for node in chapter_nodes(add_chart_data(book, LABELS).chapters[1]) if isinstance(node, Table)
    )
    assert [plain_text(cell.content) for cell in next(tables).head[0].cells][:2] == ["Kind of power", "Year"]
