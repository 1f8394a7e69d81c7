"""Test the rules on the heading structure and on alt text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import ReadBook, tiny_png
from tests.passes.accessibility.conftest import CHART, Codes
from triptych.languages.labels import load_labels
from triptych.model.book import AccessibilityDeclaration
from triptych.passes.accessibility import lint_accessibility


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
def test_image_with_alt_text_or_marked_decorative_is_valid(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == []


@pytest.mark.parametrize(
    "markdown", ["![](dot.png)\n", "See ![](dot.png) here.\n", CHART.format("", "Caption")]
)
def test_image_without_alt_text_is_reported(codes: Codes, markdown: str) -> None:
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
def test_empty_heading_is_reported_at_its_position(codes: Codes, empty: str) -> None:
    assert codes(f"## A\n\nText.\n\n{empty}\nMore.\n") == ["8: ACC014"]


def test_a_heading_that_is_a_picture_or_a_formula_is_not_empty(codes: Codes) -> None:
    assert codes("## ![A dot](dot.png)\n\n## $x^2$\n") == []


def test_two_sections_of_one_name_are_found_at_the_second(codes: Codes) -> None:
    assert codes("## Results\n\nA.\n\n## RESULTS\n\nB.\n") == ["8: ACC015"]


def test_equal_subsections_are_distinguished_by_their_sections(codes: Codes) -> None:
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
def test_uninformative_alt_text_is_reported(codes: Codes, markdown: str) -> None:
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
def test_informative_alt_text_is_valid(codes: Codes, markdown: str) -> None:
    assert codes(markdown) == []


def test_openings_are_those_of_the_language(codes: Codes) -> None:
    german = '![Punkt](dot.png){fig-alt="Bild eines Punktes"}\n'
    assert codes(german, lang="de") == ["5: ACC012"]
    assert codes(german) == []


def test_long_alt_text_is_reported(codes: Codes) -> None:
    assert codes(f'![A dot](dot.png){{fig-alt="{"so " * 116}on"}}\n') == []
    assert codes(f'![A dot](dot.png){{fig-alt="{"so " * 117}on"}}\n') == ["4: ACC013"]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("It gives much power", []),
        ("IT GIVES — *much* power!", []),
        ("A plant … much power [...] by night", []),
        ("It gives much heat", ["6: ACC017"]),
        ("It gives … much light", ["6: ACC017"]),
    ],
)
def test_a_pull_quote_repeats_words_of_its_chapter(codes: Codes, quote: str, found: list[str]) -> None:
    text = "A plant: it gives much power, and more by night.\n"
    assert codes(f"{text}\n::: pullquote\n{quote}\n:::\n") == found


def test_a_pull_quote_does_not_quote_another_one(codes: Codes) -> None:
    quote = "::: pullquote\nOnly here.\n:::\n"
    assert [line.partition(" ")[2] for line in codes(f"Text.\n\n{quote}\n{quote}")] == ["ACC017"] * 2


@pytest.mark.parametrize(("count", "issues"), [(1, "1 accessibility issue"), (2, "2 accessibility issues")])
def test_a_declared_conformance_level_is_reported_with_the_number_of_findings(
    read_book_of: ReadBook, count: int, issues: str
) -> None:
    book, _ = read_book_of("![](dot.png)\n\n" * count, files={"source/dot.png": tiny_png()})
    declared = replace(book.metadata, accessibility=AccessibilityDeclaration(conforms_to="WCAG 2.2 Level AA"))
    findings = lint_accessibility(replace(book, metadata=declared), load_labels("en"))[1]
    assert [item.code for item in findings] == ["ACC001"] * count + ["ACC016"]
    assert findings[-1].message == f"`conforms-to` declares WCAG 2.2 Level AA, but the source has {issues}"
    assert str(findings[-1].span) == "source/book.yaml:1:1"
    assert [item.code for item in lint_accessibility(book, load_labels("en"))[1]] == ["ACC001"] * count
