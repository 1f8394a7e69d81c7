"""Test the three formats of the report on a catalogue run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.catalog.conftest import MakeCatalog, title
from triptych.catalog.report import ResultChange, RunReport, make_report, write_report
from triptych.catalog.title_build import TitleResult, TitleState
from triptych.diagnostics import Diagnostic, Span

ERROR = Diagnostic(code="REF001", message='no <figure> "x" & co', span=Span(path="b/source/a.md", line=3))
MADE = [
    TitleResult(name="b", state=TitleState.FAILED, diagnostics=(ERROR,), seconds=2.0),
    TitleResult(
        name="a",
        state=TitleState.BUILT,
        outputs={"a b.epub": "1"},
        pages=12,
        slides=3,
        words=900,
        seconds=1.5,
    ),
    TitleResult(name="c", state=TitleState.ABORTED, reason="the memory limit (2 GB) was exceeded"),
]


@pytest.fixture
def report(make_catalog: MakeCatalog) -> RunReport:
    catalog = make_catalog(
        "title: A <house>\ntitles: [a, b, c, d]\n", {**title("a"), **title("b"), **title("c"), **title("d")}
    )
    earlier = {
        "a": TitleResult(name="a", state=TitleState.FAILED),
        "b": TitleResult(name="b", state=TitleState.BUILT),
    }
    return make_report(catalog, MADE, earlier, 4.0)


def test_titles_keep_the_order_of_the_list_and_show_changes(report: RunReport) -> None:
    assert [(row.result.name, row.change) for row in report.rows] == [
        ("a", ResultChange.FIXED),
        ("b", ResultChange.BROKEN),
        ("c", ResultChange.NEW),
    ]
    assert not report.is_successful


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ({"x": "1"}, {"x": "1"}, ResultChange.SAME),
        ({"x": "1"}, {"x": "2"}, ResultChange.CHANGED),
    ],
)
def test_digest_of_inputs_shows_whether_a_title_changed(
    make_catalog: MakeCatalog, before: dict[str, str], now: dict[str, str], change: ResultChange
) -> None:
    catalog = make_catalog("titles: [a]\n", title("a"))
    earlier = {"a": TitleResult(name="a", state=TitleState.BUILT, outputs=before)}
    (row,) = make_report(
        catalog, [TitleResult(name="a", state=TitleState.UP_TO_DATE, outputs=now)], earlier, 1.0
    ).rows
    assert row.change is change


def test_json_contains_the_whole_report(report: RunReport) -> None:
    stored = json.loads(report.to_json())
    assert stored["counts"] == {"built": 1, "up to date": 0, "valid": 0, "failed": 1, "aborted": 1}
    first, second, third = stored["titles"]
    assert first["links"] == {"a b.epub": "a/a%20b.epub"}
    assert (first["pages"], first["slides"], first["words"], first["seconds"]) == (12, 3, 900, 1.5)
    assert second["diagnostics"][0]["path"] == "b/source/a.md"
    assert second["log"] == ".catalog/logs/b.log"
    assert third["reason"] == "the memory limit (2 GB) was exceeded"


def test_page_lists_failures_first(report: RunReport) -> None:
    page = etree.HTML(report.to_html())
    rows = page.findall(".//tbody/tr")
    assert [row.find("th").text for row in rows] == ["b", "c", "a"]
    assert "".join(page.find(".//h1").itertext()) == "A <house>"
    assert 'b/source/a.md:3:1: error[REF001]: no <figure> "x" & co' in "".join(rows[0].itertext())
    links = [link.get("href") for link in rows[2].iter("a")]
    assert links == ["a/a%20b.epub", ".catalog/logs/a.log"]
    assert page.get("lang") == "en"
    assert page.find(".//script") is None


def test_the_page_groups_similar_findings(report: RunReport) -> None:
    result = tuple(Diagnostic(code="OUT001", message=f'kept "{number}"') for number in range(20))
    row = replace(report.rows[1], result=replace(report.rows[1].result, diagnostics=result))
    cell = etree.HTML(replace(report, rows=(row,)).to_html()).find(".//tbody/tr/td[last()]")
    assert "".join(cell.find("p").itertext()).split() == [
        *("note[OUT001]:", "kept", '"0"'),
        *("also:", "note[OUT001]:", "kept", '"1"'),
        *("also:", "note[OUT001]:", "kept", '"2"'),
    ]
    assert cell.find("details/summary").text == "and 17 more"
    assert len(cell.findall("details/p")) == 17


def test_junit_report_is_readable_by_ci_servers(report: RunReport) -> None:
    whole = etree.fromstring(report.to_junit())
    (suite,) = whole
    assert dict(suite.attrib) == {"name": "A <house>", "tests": "3", "failures": "1", "errors": "1"}
    a, b, c = suite
    assert (a.get("name"), a.get("time"), len(a)) == ("a", "1.500", 0)
    assert b[0].tag == "failure" and b[0].text.startswith("b/source/a.md:3:1: error[REF001]")
    assert (c[0].tag, c[0].get("message")) == ("error", "the memory limit (2 GB) was exceeded")


def test_report_files_are_merged(report: RunReport, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_report(report, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["junit.xml", "report.html", "report.json"]
