"""Check short projects with the accessibility rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import ReadBook, tiny_png

FILES = {
    "source/dot.png": tiny_png(),
    "source/IMG_1234.png": tiny_png(),
    "source/data.csv": "year,output\n2024,1\n",
    "source/a.bib": f"@book{{a, author = {{{{The {'International ' * 8}Society}}}}, title = {{T}}, year = 2020}}\n",
    "source/two.bib": "".join(
        f"@book{{{name}, author = {{{name.title()}, Ada}}, title = {{T}}, year = 2020}}\n"
        for name in ("ash", "elm")
    ),
    "source/energy.csv": "year,wind,sun\n2024,10,2\n2025,12,5\n",
}
CHART = "::: {{.chart data=data.csv x=year y=output type=line {}}}\n{}\n:::\n"

Codes = Callable[..., list[str]]


@pytest.fixture
def codes(read_book_of: ReadBook) -> Codes:
    """Return a function that returns line and code of each finding; lines of the section start at 4.

    Characters missing from the bundled fonts are not checked.
    """

    def read(markdown: str, **more: str) -> list[str]:
        findings = read_book_of(markdown, files=FILES, **more)[1]
        return [f"{finding.span.line}: {finding.code}" for finding in findings if finding.code != "FNT001"]

    return read
