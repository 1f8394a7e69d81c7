"""Test wiki links, which name sections by file, with or without its folder."""

from __future__ import annotations

import pytest

from triptych.reading.lint.context import LintContext, TreeContent
from triptych.reading.lint.references import report_wiki_links

SECTIONS = ("one/First page.md", "two/first-page.md", "two/Other.qmd")


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("[[first page]]", "[first page](one/First page.md)"),
        ("[[two/First_Page]]", "[two/First_Page](two/first-page.md)"),
        ("[[OTHER]]", "[OTHER](two/Other.qmd)"),
        ("[[age]]", None),
        ("[[other.qmd]]", None),
        ("[[Unknown]]", "[Unknown](file.md)"),
    ],
)
def test_wiki_link_points_to_the_first_section_of_its_name(link: str, written: str | None) -> None:
    draft = LintContext("index.md", (link,), TreeContent(), (), False, sections=SECTIONS)
    assert [finding.hint for finding in report_wiki_links(draft)] == ([f"write {written}"] if written else [])
