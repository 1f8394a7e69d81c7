"""Headings that lead through a text, and texts that stand for pictures."""

from __future__ import annotations

import pytest

from tests.passes.accessibility.conftest import CHART, Codes


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
def test_what_has_a_text_or_says_that_it_needs_none_is_fine(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == []


@pytest.mark.parametrize(
    "markdown", ["![](dot.png)\n", "See ![](dot.png) here.\n", CHART.format("", "Caption")]
)
def test_what_has_no_text_is_found(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == ["4: ACC001"]


@pytest.mark.parametrize(
    "markdown", ["## A\n\n### B\n\n## C\n\n### D\n\n#### E\n", "## A\n\n## B\n", "# A\n\n## B\n\n# C\n"]
)
def test_headings_in_steps_are_fine(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == []


def test_a_skipped_level_is_found_at_the_lower_heading(codes: Codes) -> None:
    assert codes("## A\n\n#### B\n") == ["6: ACC002"]


def test_a_first_heading_that_skips_a_level_is_found(codes: Codes) -> None:
    assert codes("### A\n") == ["4: ACC002"]


def test_headings_on_slides_are_not_headings_of_the_book(codes: Codes) -> None:
    assert codes("## A\n\n::: {.slide title=T}\n#### B\n:::\n") == []


@pytest.mark.parametrize("empty", ["##\n", "## {#sec-x}\n", "## ##\n"])
def test_an_empty_heading_is_found_where_it_stands(codes: Codes, empty: str) -> None:
    assert codes(f"## A\n\nText.\n\n{empty}\nMore.\n") == ["8: ACC014"]


def test_a_heading_that_is_a_picture_or_a_formula_is_not_empty(codes: Codes) -> None:
    assert codes("## ![A dot](dot.png)\n\n## $x^2$\n") == []


def test_two_sections_of_one_name_are_found_at_the_second(codes: Codes) -> None:
    assert codes("## Results\n\nA.\n\n## RESULTS\n\nB.\n") == ["8: ACC015"]


def test_subsections_of_one_name_are_told_apart_by_their_sections(codes: Codes) -> None:
    assert codes("## A\n\n### Example\n\n## B\n\n### Example\n") == []


@pytest.mark.parametrize(
    "markdown",
    [
        '![A dot](dot.png){fig-alt="dot.png"}\n',
        '![A dot](dot.png){fig-alt="IMG 12.JPEG"}\n',
        "See ![IMG_1234](IMG_1234.png) there.\n",
        '![A dot](dot.png){fig-alt="An image of a dot"}\n',
        '![A dot](dot.png){fig-alt="picture showing a dot"}\n',
        '![A *small* dot.](dot.png){fig-alt="a small dot"}\n',
        CHART.format('fig-alt="Output by year"', "Output by year."),
    ],
)
def test_a_text_that_says_nothing_is_found(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == ["4: ACC012"]


@pytest.mark.parametrize(
    "markdown",
    [
        "![Dot](dot.png)\n",
        "![An imaginary dot](dot.png)\n",
        '![A dot](dot.png){fig-alt="A dot, and a picture of it"}\n',
        "![image of a dot](dot.png){.decorative}\n",
        '![A dot](dot.png){fig-alt="$x$ in file a.png and b.png"}\n',
    ],
)
def test_a_text_that_says_something_is_fine(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == []


def test_openings_are_those_of_the_language(codes: Codes) -> None:
    german = '![Punkt](dot.png){fig-alt="Bild eines Punktes"}\n'
    assert codes(german, lang="de") == ["5: ACC012"]
    assert codes(german) == []


def test_a_text_beyond_what_is_heard_at_once_is_found(codes: Codes) -> None:
    assert codes(f'![A dot](dot.png){{fig-alt="{"so " * 116}on"}}\n') == []
    assert codes(f'![A dot](dot.png){{fig-alt="{"so " * 117}on"}}\n') == ["4: ACC013"]
