"""Write the report of a catalogue run as JSON, as self-contained HTML, and as JUnit XML for CI."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml import etree

from triptych.catalog.ledger import result_to_json
from triptych.catalog.preparation import locate_log
from triptych.catalog.title_build import TitleResult, TitleState
from triptych.catalog.titles import Catalog
from triptych.diagnostics import group_findings, group_key
from triptych.engine.publication import publish_files
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme


class ResultChange(StrEnum):
    """The difference between a title's result and its previous result."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "unchanged"
    FIXED = "fixed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the report: a title's result, and links to its files.

    ``links`` maps output names to URLs and ``log`` is the log file's URL, all relative to the report.
    """

    result: TitleResult
    change: ResultChange
    links: Mapping[str, str]
    log: str

    def to_json(self) -> dict[str, Any]:
        """Return the row as a JSON object, without the numbering table."""
        result = {name: value for name, value in result_to_json(self.result).items() if name != "numbers"}
        return {**result, "change": self.change, "links": dict(self.links), "log": self.log}


@dataclass(frozen=True, slots=True)
class RunReport:
    """The results of a catalogue run, in the order of the catalogue. ``seconds`` is the run's duration."""

    title: str
    rows: tuple[ReportRow, ...]
    seconds: float

    @property
    def state_counts(self) -> Mapping[TitleState, int]:
        """The number of titles in each state."""
        return Counter(row.result.state for row in self.rows)

    @property
    def is_successful(self) -> bool:
        """Whether all titles were built or are up to date."""
        return all(row.result.is_successful for row in self.rows)

    def to_json(self) -> str:
        """Return the content of ``report.json``."""
        stored = {
            "title": self.title,
            "seconds": round(self.seconds, 3),
            "counts": {str(state): self.state_counts.get(state, 0) for state in TitleState},
            "titles": [row.to_json() for row in self.rows],
        }
        return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"

    def to_html(self) -> str:
        """Return the content of ``report.html``, with failed titles first."""
        rows = sorted(self.rows, key=lambda row: row.result.is_successful)
        template = load_page_templates().get_template("catalog/report.html.j2")
        entries = partial(group_findings, kind=group_key)
        return template.render(report=self, rows=rows, theme=load_theme(), State=TitleState, entries=entries)

    def to_junit(self) -> bytes:
        """Return the content of ``junit.xml``: failed titles as failures, aborted titles as errors."""
        failed, error_count = (
            self.state_counts.get(TitleState.FAILED, 0),
            self.state_counts.get(TitleState.ABORTED, 0),
        )
        counts = {"tests": str(len(self.rows)), "failures": str(failed), "errors": str(error_count)}
        suites = etree.Element("testsuites", counts)
        suite = etree.SubElement(suites, "testsuite", {"name": self.title, **counts})
        for result in (row.result for row in self.rows):
            names = {"classname": self.title, "name": result.name}
            case = etree.SubElement(suite, "testcase", {**names, "time": f"{result.seconds:.3f}"})
            if not result.is_successful:
                kind = "error" if result.state is TitleState.ABORTED else "failure"
                lines = list(map(str, result.diagnostics))
                message = result.reason or (lines[0] if lines else "")
                etree.SubElement(case, kind, {"message": message}).text = "\n".join(lines)
        data: bytes = etree.tostring(suites, encoding="UTF-8", xml_declaration=True, pretty_print=True)
        return data


def make_report(
    catalog: Catalog,
    results: Iterable[TitleResult],
    earlier_results: Mapping[str, TitleResult],
    seconds: float,
) -> RunReport:
    """Return a report that compares the results of a run with the titles' earlier results.

    ``earlier_results`` is keyed by title name. ``seconds`` is the duration of the run.
    """
    by_name = {result.name: result for result in results}
    rows = [
        ReportRow(
            result,
            _compare_results(result, earlier_results.get(title.name)),
            {file: quote(f"{title.name}/{file}") for file in result.outputs},
            quote(locate_log(catalog, title.name).relative_to(catalog.output_folder).as_posix()),
        )
        for title in catalog.titles
        if (result := by_name.get(title.name))
    ]
    return RunReport(catalog.settings.title, tuple(rows), seconds)


def write_report(report: RunReport, folder: Path) -> None:
    """Write ``report.json``, ``report.html`` and ``junit.xml`` into a folder."""
    publish_files(
        {
            folder / "report.json": report.to_json().encode(),
            folder / "report.html": report.to_html().encode(),
            folder / "junit.xml": report.to_junit(),
        }
    )


def _compare_results(result: TitleResult, earlier_result: TitleResult | None) -> ResultChange:
    if earlier_result is None:
        return ResultChange.NEW
    if result.is_successful != earlier_result.is_successful:
        return ResultChange.FIXED if result.is_successful else ResultChange.BROKEN
    return ResultChange.SAME if result.outputs == earlier_result.outputs else ResultChange.CHANGED
