"""Test a book with all chart types with validators, and compare its drawings with the deck and tables."""

from __future__ import annotations

import re
import zipfile

import pypdfium2
import pytest
from lxml import etree
from pptx import Presentation

from triptych.engine.cache import Cache

from .conftest import Built, build
from .validators import epubcheck, open_xml_sdk, openxml_audit

pytestmark = pytest.mark.e2e

XHTML = "{http://www.w3.org/1999/xhtml}"
DATA = {
    "years.csv": "year,wind,sun,coal\n1990,1,2,90\n2000,4,3,\n2010,30,20,70\n2020,120,90,40\n",
    "months.csv": "month,price\n2024-01,10.5\n2024-02,11\n2024-06,-3\n2025-01,12\n",
    "lands.csv": "land,a,b\nUnited Kingdom of Great Britain and Northern Ireland,4,8\nJapan,1234.5,3\nFrance,2,9\n",
    "tidy.csv": "year,land,kind,tons\n"
    + "".join(
        f"{year},{land},{kind},{(year - 2019) * (place + 1)}\n"
        for place, land in enumerate(("DE", "FR", "IT", "ES", "PL", "SE", "NO"))
        for kind in ("wind", "sun")
        for year in range(2020, 2025)
    ),
    "steps.csv": "step,change\nBefore,100\nSun,20.5\nCoal,-140\nAfter,\n",
    "counts.csv": "year,share\n1949,10.6\n2017,58.5\n2019,60.6\n2021,64.7\n2023,66.2\n",
    "ports.csv": "port,ships\n" + "".join(f"Port {chr(65 + n)},{n * n % 17 + 1}\n" for n in range(26)),
    "board.csv": "field,measure,share,year\nSolar,Output,80,2024\nSolar,Papers,12.5,2023\nChips,Output,20,2024\n",
    "regions.csv": "region,c,r,n,rule\nNorth,2,1,5,open\nWest,1,2,1250,closed\nEast,3,2,-40,open\nSouth,2,3,,open\n",
    "sizes.csv": "size\n" + "".join(f"{(7 * number) % 31 + number / 10}\n" for number in range(60)),
}
LONG = 'data=tidy.csv x=year y=tons where="kind=wind"'
CHARTS = (
    'type=line data=years.csv x=year y="wind,sun,coal" annotate="2000: A law; 2011: Another" reference-line="60: Target"',
    'type=line data=years.csv x=year y="wind,sun" y-scale=log y-min=1 y-max=1000',
    "type=line data=months.csv x=month y=price unit=EUR",
    'type=area data=years.csv x=year y="wind,sun"',
    'type=area data=years.csv x=year y="wind,sun" stacked=true annotate="2010: Peak" reference-line="100: Limit"',
    'type=area data=years.csv x=year y="wind,sun" stacked=percent',
    'type=bar data=months.csv x=month y=price reference-line="5: Mean"',
    'type=bar data=lands.csv x=land y="a,b" labels="First,Second" annotate="Japan: A remark"',
    'type=bar data=lands.csv x=land y=a horizontal=true annotate="Japan: A remark" reference-line="100: Limit"',
    'type=bar data=lands.csv x=land y="a,b" stacked=percent horizontal=true reference-line="50: Half"',
    'type=scatter data=years.csv x=wind y=sun x-scale=log y-scale=log x-title="Wind" reference-line="10: Ten"',
    "type=scatter data=lands.csv x=land y=a",
    "type=pie data=lands.csv x=land y=b unit=Mt",
    "type=donut data=lands.csv x=land y=b",
    'type=histogram data=sizes.csv x=size x-title="Size" annotate="12: Middle"',
    "type=histogram data=sizes.csv x=size bins=4",
    f"type=line {LONG} series=land",
    f"type=bar {LONG} series=land stacked=true",
    'type=line data=tidy.csv x=year y=tons series=kind facet=land annotate="2022: A law" reference-line="9: Limit"',
    f"type=bar {LONG} facet=land facet-columns=2",
    'type=donut data=tidy.csv x=land y=tons facet=kind where="year=2024"',
    f'type=slope {LONG} series=land ends="2020; 2024"',
    'type=dumbbell data=lands.csv x=land y="a,b"',
    'type=waterfall data=steps.csv x=step y=change totals="Before; After" unit=Mt',
    "type=line data=counts.csv x=year y=share",
    "type=bar data=ports.csv x=port y=ships",
    "type=tilemap data=regions.csv x=region y=n column=c row=r unit=t",
    "type=tilemap data=regions.csv x=region series=rule column=c row=r",
    'type=heatmap data=years.csv x=year y="wind,sun,coal" unit=TWh',
)
BOARD = (
    "::: {#tbl-board .table .heatmap .slide data=board.csv rows=field columns=measure values=share notes=year}\n"
    "Who leads\n:::\n"
)
# Three of the charts are panels, one continues on a second slide, and one is a table.
NATIVE = len(CHARTS) - 3 + 7 + 7 + 2 + 1 - 1
NOTE = 'note="It\'s counted" source="Our *own* data"'


@pytest.fixture(scope="module", params=["en", "fr"])
def kinds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache
) -> Built:
    root = tmp_path_factory.mktemp("kinds")
    source = root / "source"
    source.mkdir()
    for name, text in DATA.items():
        (source / name).write_text(text, "utf-8")
    blocks = [
        f'::: {{#fig-{number} .chart {chart} {NOTE} fig-alt="Chart {number}."}}\nCaption {number}\n:::\n'
        for number, chart in enumerate(CHARTS)
    ]
    (source / "section.md").write_text("# Charts\n\n" + "\n".join([*blocks, BOARD]), "utf-8")
    manifest = f"book:\n  title: Charts\n  lang: {request.param}\n  chapters: [section.md]\n"
    (source / "book.yaml").write_text(
        f"{manifest}format:\n  pdf: default\n  epub: default\n  pptx: default\n"
    )
    return build(root, root / "build", shared_cache)


def test_the_press_reports_only_a_lone_point_and_seven_lines(kinds: Built) -> None:
    assert [finding.code for finding in kinds.outcome.diagnostics] == ["CHT007", "CHT003"]


def test_deck_is_valid_against_the_schema(kinds: Built) -> None:
    assert openxml_audit(kinds.outputs["pptx"]) == []
    assert open_xml_sdk(kinds.outputs["pptx"]) == []


def test_the_e_book_is_valid(kinds: Built) -> None:
    findings = epubcheck(kinds.outputs["epub"])
    assert [finding for finding in findings if finding.severity != "USAGE"] == []


def test_every_chart_is_a_native_one_with_its_workbook(kinds: Built) -> None:
    slides = Presentation(str(kinds.outputs["pptx"])).slides
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == NATIVE
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)


@pytest.mark.parametrize("words", ["A law", "Another", "Target", "Peak", "A remark", "Half", "Middle"])
def test_chart_text_is_in_the_deck(kinds: Built, words: str) -> None:
    with zipfile.ZipFile(kinds.outputs["pptx"]) as archive:
        parts = ("ppt/charts/chart", "ppt/drawings/", "ppt/slides/s")
        names = [name for name in archive.namelist() if name.startswith(parts)]
        texts = ["".join(etree.fromstring(archive.read(name)).itertext()) for name in names]
    assert any(words in text for text in texts)


@pytest.mark.parametrize("words", ["A law", "Another", "Target", "Peak", "A remark", "Half", "Middle"])
def test_chart_text_is_searchable_in_the_pdf(kinds: Built, words: str) -> None:
    with pypdfium2.PdfDocument(kinds.outputs["pdf"]) as document:
        assert any(words in page.get_textpage().get_text_range() for page in document)


def test_charts_of_the_e_book_are_outlines(kinds: Built) -> None:
    """Test that charts of the e-book, one for wide and one for narrow screens, need no embedded fonts."""
    with zipfile.ZipFile(kinds.outputs["epub"]) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        pages = [etree.fromstring(archive.read(name)) for name in names]
    drawings = [drawing for page in pages for drawing in page.iterfind(f".//{XHTML}figure//{{*}}svg")]
    for width in ("wide", "narrow"):
        # Except for heat tables.
        assert [drawing.get("class") for drawing in drawings].count(width) == len(CHARTS) - 1
    assert not [text for drawing in drawings for text in drawing.iter("{*}text")]


def test_every_chart_has_a_data_table_and_a_source(kinds: Built) -> None:
    with zipfile.ZipFile(kinds.outputs["epub"]) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        pages = [etree.fromstring(archive.read(name)) for name in names]
    tables = [table for page in pages for table in page.iterfind(f".//{XHTML}details//{XHTML}table")]
    assert len(tables) == len(CHARTS) - 1  # a heat table is itself a table
    assert all(len(table.findall(f".//{XHTML}tbody/{XHTML}tr")) > 1 for table in tables)
    remarks = [
        "".join(span.itertext())
        for page in pages
        for span in page.iter(f"{XHTML}span")
        if "remark" in (span.get("class") or "").split()
    ]
    french = b"lang: fr" in kinds.project.read_bytes("source/book.yaml")
    colon = "\u00a0:" if french else ":"
    assert set(remarks) == {f"Note{colon} It’s counted.", f"Source{colon} Our own data."}


def test_cells_of_a_heat_table_have_their_colours_in_e_book_and_deck(kinds: Built) -> None:
    with zipfile.ZipFile(kinds.outputs["epub"]) as archive:
        pages = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xhtml"))
        style = archive.read("EPUB/style.css").decode()
    shades = {name.decode() for name in re.findall(rb'class="[^"]*?(shade-[a-z0-9-]+)', pages)}
    assert len(shades) > 1
    assert all(f".{name} " in style for name in shades)
    slides = Presentation(str(kinds.outputs["pptx"])).slides
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    tables.sort(key=lambda table: len(table.columns) * len(table.rows), reverse=True)
    filled = [
        [
            cell.text
            for row in table.rows
            for cell in row.cells
            if cell._tc.find("{*}tcPr/{*}solidFill") is not None
        ]
        for table in tables
    ]
    assert len(filled[0]) == 11  # twelve numbers, with one missing
    french = b"lang: fr" in kinds.project.read_bytes("source/book.yaml")
    assert filled[1:] == [["80\n2024", "12,5\n2023" if french else "12.5\n2023", "20\n2024"]]
    assert [cell.text for cell in tables[1].rows[2].cells] == ["Chips", "20\n2024", "–"]


def test_all_26_category_names_are_readable(kinds: Built) -> None:
    slides = Presentation(str(kinds.outputs["pptx"])).slides
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    lying = [
        chart for chart in charts if chart.plots[0].categories and "Port" in chart.plots[0].categories[0]
    ]
    assert len(lying) == 2
    assert {str(name) for chart in lying for name in chart.plots[0].categories} == {
        f"Port {chr(65 + n)}" for n in range(26)
    }
    assert all(chart._chartSpace.find(".//{*}barDir").get("val") == "bar" for chart in lying)
