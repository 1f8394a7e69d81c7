"""Test the e-book on phones: nothing is cut off or too small, and text can be enlarged."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.writers.epub.conftest import write_output

from .rendering import evaluate_in_chromium

pytestmark = pytest.mark.e2e

SMALLEST = 12  # CSS pixels, at the default text size
SIZES = (16, 32, 48)
HEAD = (
    "| Field | What is measured | Counted by | United States | European Union | Share of the world in percent |\n"
    "|---|---|---|--:|--:|--:|\n"
)
ROW = "| Photovoltaics | manufacturing capacity | international organisation | 12.5 | 14.2 | 80.1 |\n"
TABLE = f"{HEAD}{ROW}\n: A wide table [@long] {{#tbl-a}}\n\n"
PAGES = f"{HEAD}{ROW * 30}\n: A long one\n\n| Year | Number |\n|---|--:|\n" + "| 2024 | 12 |\n" * 40 + "\n\n"
TEXT = (
    "---\ntitle: On small screens\ntakeaways: [One]\n---\n"
    + TABLE
    + PAGES
    + "| Picture | Words |\n|---|---|\n| ![A field](big.png) | beside it |\n\n"
    + '::: {#fig-a .chart data=data.csv x=x y=y type=line fig-alt="It rises."}\nA chart\n:::\n\n'
    + '```{dot fig-cap="A flow" fig-alt="From a to c"}\n'
    + 'digraph { rankdir=LR; "Collect data" -> "Check data" -> "Publish data" [label="at last"] }\n```\n\n'
    + '```{mermaid fig-cap="A long flow" fig-alt="From a to f"}\nflowchart LR\n'
    + "  a --> b --> c --> d --> e --> f\n```\n\n"
    + "`a_very_long_name_that_no_line_can_hold_whole` and <https://a-very-long-name-of-a-host.example.org/path>.\n\n"
    + "```python\nprint('a line of code that is longer than a telephone is wide')\n```\n\n"
    + "::: {.callout-note}\nA box.\n:::\n\n+---+\n| a |\n|   |\n| b |\n+---+\n\n"
    + "A note.[^1]\n\n[^1]: Its text.\n"
)
MEASURE = """(size) => {
  document.documentElement.style.fontSize = `${size}px`;
  document.querySelectorAll("details").forEach((each) => (each.open = true));
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    if (node.data.trim() && node.parentElement.getClientRects().length) {
      texts.push([node.data.trim().slice(0, 30), parseFloat(getComputedStyle(node.parentElement).fontSize)]);
    }
  }
  const rule = document.head.appendChild(document.createElement("style"));
  rule.textContent = "p, li { text-align: justify }"; // as readers have it
  const justified = [...document.querySelectorAll("td p, .takeaways li, .callout p")];
  const sides = justified.map((each) => getComputedStyle(each).textAlign);
  const scrolls = [...document.querySelectorAll(".drawing")].map((each) =>
    Math.max(each.scrollWidth - each.clientWidth, each.scrollHeight - each.clientHeight));
  const shown = [...document.querySelectorAll(".drawing svg")].filter((svg) => svg.clientWidth);
  const letters = shown.map((svg) => svg.getBoundingClientRect().width / svg.width.baseVal.value * 10.1);
  return { over: document.scrollingElement.scrollWidth - innerWidth, texts, letters, sides, scrolls };
}"""

# Pages as reading systems make them, from adjacent columns (CSS Multi-column Layout Module Level 1).
PAGED = """(size) => {
  const root = document.documentElement, high = innerHeight;
  const columns = `height: ${high}px; columns: ${innerWidth}px auto; column-gap: 0; column-fill: auto`;
  root.style.cssText = `font-size: ${size}px; ${columns}`;
  const cut = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const below = [...range.getClientRects()].some((each) => each.bottom > high + 1);
    if (node.data.trim() && below) cut.push(node.data.trim().slice(0, 30));
  }
  const wide = Math.max(...[...document.querySelectorAll("td, th")].map((each) => each.clientWidth));
  return { cut, pages: root.scrollWidth / innerWidth, wide: wide - innerWidth };
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    picture = io.BytesIO()
    Image.new("RGB", (1400, 300), "navy").save(picture, "PNG")
    manifest = "book:\n  title: Small\n  lang: en\n  chapters: [section.md]\nbibliography: a.bib\n"
    files = {
        "source/book.yaml": manifest,
        "source/section.md": TEXT,
        "source/big.png": picture.getvalue(),
        "source/data.csv": "x,y\n1,2\n2,3\n",
        "source/a.bib": "@misc{long, title={A title}, author={Ada Lovelace}, year=2020}\n",
    }
    data, _ = write_output("epub", folder / "project", files)
    zipfile.ZipFile(io.BytesIO(data)).extractall(folder / "book")
    return folder / "book/EPUB/text/section.xhtml"


@pytest.fixture(scope="module")
def measured(page: Path) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the measurements on screens of two widths at three text sizes."""
    orders: list[dict[str, Any]] = []
    for width in (320, 390):
        orders += [{"viewport": {"width": width, "height": 640}, "goto": page.as_uri()}]
        orders += [{"evaluate": f"({script})({size})"} for script in (MEASURE, PAGED) for size in SIZES]
    answers = iter(evaluate_in_chromium(orders))
    result: dict[tuple[int, int], dict[str, Any]] = {}
    for width in (320, 390):
        result |= {(width, size): next(answers) for size in SIZES}
        for size in SIZES:
            result[width, size]["paged"] = next(answers)
    assert next(answers, None) is None
    return result


def test_no_page_is_wider_than_the_screen(measured: dict[tuple[int, int], dict[str, Any]]) -> None:
    assert {place: item["over"] for place, item in measured.items() if item["over"] > 0} == {}


def test_no_line_is_cut_at_the_end_of_a_page(measured: dict[tuple[int, int], dict[str, Any]]) -> None:
    paged = {place: item["paged"] for place, item in measured.items()}
    assert {place: item["cut"] for place, item in paged.items() if item["cut"]} == {}
    assert all(item["pages"] > 5 and item["wide"] <= 0 for item in paged.values())


@pytest.mark.parametrize("width", [320, 390])
def test_text_has_a_minimum_size_and_scales(
    measured: dict[tuple[int, int], dict[str, Any]], width: int
) -> None:
    common, *larger = (measured[width, size] for size in SIZES)
    assert len(common["texts"]) > 20 and len(common["letters"]) == 3
    sizes = dict(common["texts"])
    assert [(words, size) for words, size in sizes.items() if size < SMALLEST] == []
    assert min(common["letters"]) >= SMALLEST
    for times, item in zip((2, 3), larger, strict=True):
        grown = dict(item["texts"])
        # Column headers precede their cells if cells are stacked.
        missing = sizes.keys() - grown.keys()
        assert missing <= {"Picture", "Words", "Year", "Number", "X", "y"}
        assert [words for words in sizes.keys() - missing if grown[words] < 0.85 * times * sizes[words]] == []
        # At the default text size, a drawing fills the page width, and is larger than necessary.
        assert min(item["letters"]) >= 0.75 * times * min(common["letters"])


def test_boxes_and_cells_are_not_justified_where_readers_justify_paragraphs(
    measured: dict[tuple[int, int], dict[str, Any]],
) -> None:
    for item in measured.values():
        assert len(item["sides"]) > 3 and "justify" not in item["sides"]


def test_a_simple_drawing_does_not_scroll_at_the_common_size(
    measured: dict[tuple[int, int], dict[str, Any]],
) -> None:
    assert [item["scrolls"] for (_, size), item in measured.items() if size == SIZES[0]] == [[0, 0, 0]] * 2
