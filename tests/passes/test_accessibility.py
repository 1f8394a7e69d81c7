"""What a reader who cannot see would miss."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, tiny_png

FILES = {"source/dot.png": tiny_png(), "source/data.csv": "year,output\n2024,1\n"}
CHART = "::: {{.chart data=data.csv x=year y=output {}}}\n{}\n:::\n"


@pytest.fixture
def codes(read_book_of: ReadBook):
    def read(markdown: str) -> list[str]:
        return [f"{finding.span.line}: {finding.code}" for finding in read_book_of(markdown, files=FILES)[1]]

    return read


@pytest.mark.parametrize(
    "markdown",
    [
        "![A dot](dot.png)\n",
        "See ![A dot](dot.png) here.\n",
        '![](dot.png){fig-alt="A dot"}\n',
        '![](dot.png){alt="A dot"}\n',
        "![](dot.png){.decorative}\n",
        '<img src="dot.png" alt="A dot">\n',
        'See <img src="dot.png" alt=""> here.\n',
        CHART.format('fig-alt="It grows."', "Caption"),
    ],
)
def test_what_has_a_text_or_says_that_it_needs_none_is_fine(codes, markdown: str) -> None:
    assert codes(markdown) == []


@pytest.mark.parametrize(
    "markdown", ["![](dot.png)\n", "See ![](dot.png) here.\n", CHART.format("", "Caption")]
)
def test_what_has_no_text_is_found(codes, markdown: str) -> None:
    assert codes(markdown) == ["4: ACC001"]


@pytest.mark.parametrize(
    "markdown", ["## A\n\n### B\n\n## C\n\n### D\n\n#### E\n", "## A\n\n## B\n", "# A\n\n## B\n"]
)
def test_headings_in_steps_are_fine(codes, markdown: str) -> None:
    assert codes(markdown) == []


def test_a_skipped_level_is_found_at_the_lower_heading(codes) -> None:
    assert codes("## A\n\n#### B\n") == ["6: ACC002"]


def test_a_first_heading_that_skips_a_level_is_found(codes) -> None:
    assert codes("### A\n") == ["4: ACC002"]


def test_headings_on_slides_are_not_headings_of_the_book(codes) -> None:
    assert codes("## A\n\n::: {.slide title=T}\n#### B\n:::\n") == []
