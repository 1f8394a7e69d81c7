"""Report on all titles: JSON, an HTML page that needs no other file, and JUnit XML for CI."""

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

from triptych.catalog.ledger import made_to_json
from triptych.catalog.preparation import locate_log
from triptych.catalog.title_build import TitleResult, TitleState
from triptych.catalog.titles import Catalog
from triptych.diagnostics import group_findings, group_key
from triptych.engine.publication import publish
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme


class Change(StrEnum):
    """What is different since the last run."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "unchanged"
    MENDED = "fixed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Row:
    """A title with what became of it, what changed, and where its files are, from the report's folder."""

    made: TitleResult
    change: Change
    links: Mapping[str, str]
    log: str

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with stable keys."""
        made = {name: value for name, value in made_to_json(self.made).items() if name != "numbers"}
        return {**made, "change": self.change, "links": dict(self.links), "log": self.log}


@dataclass(frozen=True, slots=True)
class Report:
    """All titles of a run, in the order of the list."""

    title: str
    rows: tuple[Row, ...]
    seconds: float

    @property
    def counts(self) -> Mapping[TitleState, int]:
        """How many titles have each state."""
        return Counter(row.made.state for row in self.rows)

    @property
    def is_good(self) -> bool:
        """Whether the outputs of all titles are there."""
        return all(row.made.is_good for row in self.rows)

    def to_json(self) -> str:
        """``report.json``."""
        stored = {
            "title": self.title,
            "seconds": round(self.seconds, 3),
            "counts": {str(state): self.counts.get(state, 0) for state in TitleState},
            "titles": [row.to_json() for row in self.rows],
        }
        return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"

    def to_page(self) -> str:
        """``report.html``: what failed first."""
        rows = sorted(self.rows, key=lambda row: row.made.is_good)
        template = load_page_templates().get_template("catalog/report.html.j2")
        entries = partial(group_findings, kind=group_key)
        return template.render(report=self, rows=rows, theme=load_theme(), State=TitleState, entries=entries)

    def to_junit(self) -> bytes:
        """``junit.xml``, as CI servers read it: a test case a title; one that was lost is an error."""
        failed, lost = self.counts.get(TitleState.FAILED, 0), self.counts.get(TitleState.LOST, 0)
        sums = {"tests": str(len(self.rows)), "failures": str(failed), "errors": str(lost)}
        whole = etree.Element("testsuites", sums)
        suite = etree.SubElement(whole, "testsuite", {"name": self.title, **sums})
        for row in self.rows:
            made = row.made
            case = etree.SubElement(
                suite, "testcase", {"classname": self.title, "name": made.name, "time": f"{made.seconds:.3f}"}
            )
            if not made.is_good:
                kind = "error" if made.state is TitleState.LOST else "failure"
                said = list(map(str, made.diagnostics))
                failure = etree.SubElement(case, kind, {"message": made.reason or (said[0] if said else "")})
                failure.text = "\n".join(said)
        data: bytes = etree.tostring(whole, encoding="UTF-8", xml_declaration=True, pretty_print=True)
        return data


def make_report(
    catalog: Catalog, made: Iterable[TitleResult], earlier: Mapping[str, TitleResult], seconds: float
) -> Report:
    """Return a report on results, compared with those of an ``earlier`` run."""
    there = {one.name: one for one in made}
    rows = [
        Row(
            there[title.name],
            _compare(there[title.name], earlier.get(title.name)),
            {file: quote(f"{title.name}/{file}") for file in there[title.name].outputs},
            quote(locate_log(catalog, title.name).relative_to(catalog.output_folder).as_posix()),
        )
        for title in catalog.titles
        if title.name in there
    ]
    return Report(catalog.settings.title, tuple(rows), seconds)


def write_report(report: Report, folder: Path) -> None:
    """Put its files into a folder, all together."""
    publish(
        {
            folder / "report.json": report.to_json().encode(),
            folder / "report.html": report.to_page().encode(),
            folder / "junit.xml": report.to_junit(),
        }
    )


def _compare(made: TitleResult, before: TitleResult | None) -> Change:
    if before is None:
        return Change.NEW
    if made.is_good != before.is_good:
        return Change.MENDED if made.is_good else Change.BROKEN
    return Change.SAME if made.outputs == before.outputs else Change.CHANGED
