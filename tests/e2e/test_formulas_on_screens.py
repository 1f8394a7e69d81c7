"""Test formulas of the e-book in Chromium: width, stretched symbols, frames and legibility."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.writers.epub.conftest import write_output
from triptych.theme.colours import compute_contrast_ratio

from .rendering import evaluate_in_chromium
from .test_books import HARMLESS_USAGE
from .validators import ace, epubcheck

pytestmark = pytest.mark.e2e

WIDTHS, SIZES = (320, 400, 800), (16, 32)
SMALLEST = 9  # CSS pixels, at the default text size
SUM = " + ".join(f"a_{{{number}}} b^{{{number}}}" for number in range(1, 14))
SHORT_SUM = " + ".join(f"c_{number}" for number in range(1, 9))
TEXT = rf"""---
title: Formulas
---
Accents: $\widehat{{f*g}}$, $\widetilde{{XYZ}}$, $\overline{{A \cup B}}$, $\overrightarrow{{AB}}$,
$\overbrace{{a+b+c}}$, $\underbrace{{a+b+c}}$, $\underline{{abc}}$.

A box: $\boxed{{a^2+b^2=c^2}}$, and a strike: $\cancel{{xyz}}$.

$$\sum_{{i=1}}^n x_{{y_{{z_w}}}} = \frac{{a^{{b^c}}}}{{d_{{e_{{f_g}}}}}} = \sqrt[3]{{\frac{{1}}{{x^{{2^k}}}}}}$$ {{#eq-small}}

Small ones in a line: $\frac{{a^{{b^c}}}}{{d_{{e_f}}}}$ and $\binom{{n_1}}{{k}}$.

| Letter | Meaning |
|---|---|
| $x_{{y_{{z_w}}}}$ | a script |

$$f(x) = {SUM}$$ {{#eq-sum}}

$$\begin{{aligned}} f(x) &= {SUM}, \\ g(x, y) &= {SHORT_SUM} \end{{aligned}}$$ {{#eq-rows}}

$$g(x) = ({SUM})^2 + \begin{{pmatrix}} 1 & 2 & 3 \\ 4 & 5 & 6 \\ 7 & 8 & 9 \end{{pmatrix}}$$

\begin{{align}} f(x) &= {SUM} \label{{eq:one}} \\ g(x) &= {SHORT_SUM} \label{{eq:two}} \end{{align}}

$$\left(\begin{{array}}{{c|c}} 1 & \color{{blue}}{{MMM}} \\ \hline 3 & 4 \end{{array}}\right)$$

\begin{{align}} x &= y && \text{{(triangle inequality)}} \label{{eq:three}} \\
\intertext{{and, since $0 < q < 1$ and all terms of the sum are positive, we have for every number $n$}}
y &= z && \text{{by assumption}} \label{{eq:four}} \end{{align}}

See \eqref{{eq:one}}, \eqref{{eq:two}}, \eqref{{eq:three}} and \eqref{{eq:four}}. A long one in a line, ${SHORT_SUM} = {SHORT_SUM} \le {SHORT_SUM}$, and words after it (as here: ${SHORT_SUM}$).
"""
# The ink of an accent differs from its box, which has the width of the accent before stretching.
MEASURE = """(size) => {
  document.documentElement.style.fontSize = `${size}px`;
  return document.fonts.ready.then(() => {
    const box = (each) => { const { left, right, top, bottom } = each.getBoundingClientRect();
      return { left, right, top, bottom }; };
    const over = [...document.querySelectorAll("math *")].map((each) => each.getBoundingClientRect())
      .filter((each) => each.right > innerWidth + 1 || each.left < -1).length;
    const scrolls = [...document.querySelectorAll(".equation > math, math.wide")]
      .map((each) => each.scrollWidth - each.clientWidth);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), sizes = [], wrapped = [];
    for (let node; (node = walk.nextNode()); ) {
      if (node.parentElement.closest("math") && node.data.trim()) {
        sizes.push(parseFloat(getComputedStyle(node.parentElement).fontSize));
        const range = document.createRange(), style = node.parentElement.style;
        range.selectNodeContents(node);
        const { width } = range.getBoundingClientRect();
        style.whiteSpace = "nowrap";
        if (range.getBoundingClientRect().width > width + 1) wrapped.push(node.data);
        style.whiteSpace = "";
      }
    }
    const accents = [...document.querySelectorAll("[accent=true], [accentunder=true]")]
      .map((each) => ({ below: each.localName === "munder", base: box(each.firstElementChild),
        whole: box(each) }));
    const rules = [...document.querySelectorAll("math .box, math .struck")].map(box);
    const lines = [...document.querySelectorAll("math.long, math.stacked")]
      .map((each) => new Set([...each.querySelectorAll(".piece")]
        .map((one) => Math.round(one.getBoundingClientRect().bottom / size))).size);
    const family = getComputedStyle(document.querySelector("math")).fontFamily;
    const math = document.fonts.check(`16px ${family.split(",")[0]}`);
    const cells = [...document.querySelectorAll("math .rule-left, math .rule-top")].map((each) => {
      const style = getComputedStyle(each);
      return [parseFloat(style.borderLeftWidth), parseFloat(style.borderTopWidth)]; });
    const blue = box([...document.querySelectorAll("math [style*=fill-color]")].pop());
    return { cells, blue, page: document.scrollingElement.scrollWidth - innerWidth, over, scrolls, sizes, wrapped,
      accents, rules, lines, math };
  });
}"""
PAGED = """(size) => {
  const root = document.documentElement, high = innerHeight;
  const columns = `height: ${high}px; columns: ${innerWidth}px auto; column-gap: 0; column-fill: auto`;
  root.style.cssText = `font-size: ${size}px; ${columns}`;
  const cut = [...document.querySelectorAll("math mi, math mo, math mn")].filter((each) => {
    const { left, right, bottom } = each.getBoundingClientRect();
    return bottom > high + 1 || Math.floor((left + 1) / innerWidth) !== Math.floor((right - 1) / innerWidth);
  });
  const answer = { cut: cut.map((each) => each.textContent), pages: root.scrollWidth / innerWidth };
  root.style.cssText = "";
  return answer;
}"""
NIGHT = 'document.body.style.cssText = "background: #111; color: #eee"'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formulas")
    manifest = "book:\n  title: Formulas\n  lang: en\n  chapters: [section.md]\n"
    files = {"source/book.yaml": manifest, "source/section.md": TEXT}
    data, _ = write_output("epub", folder / "project", files)
    (folder / "book.epub").write_bytes(data)
    return folder / "book.epub"


@pytest.fixture(scope="module")
def page(book: Path) -> Path:
    zipfile.ZipFile(book).extractall(book.parent / "book")
    return book.parent / "book/EPUB/text/section.xhtml"


@pytest.fixture(scope="module")
def measured(page: Path) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the measurements on screens of three widths at two text sizes."""
    orders: list[dict[str, Any]] = []
    for width in WIDTHS:
        orders += [{"viewport": {"width": width, "height": 640}, "goto": page.as_uri()}]
        orders += [{"evaluate": f"({script})({size})"} for size in SIZES for script in (MEASURE, PAGED)]
    answers = iter(evaluate_in_chromium(orders))
    result = {}
    for width in WIDTHS:
        for size in SIZES:
            result[width, size] = next(answers) | {"paged": next(answers)}
    assert next(answers, None) is None
    return result


@pytest.fixture(scope="module", params=["day", "night"])
def picture(request: pytest.FixtureRequest, page: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a screenshot of the page at four times its size, with the measured boxes."""
    path = tmp_path_factory.mktemp("pictures") / "page.png"
    viewport = {"width": 700, "height": 1800, "deviceScaleFactor": 4}
    orders = [{"viewport": viewport, "goto": page.as_uri()}, {"evaluate": f"({MEASURE})(16)"}]
    orders += [{"evaluate": NIGHT}] if request.param == "night" else []
    result, *_ = evaluate_in_chromium([*orders, {"screenshot": str(path)}])
    result["colours"] = Image.open(path).convert("RGB")
    shade = result["colours"].convert("L")
    ink = (
        shade.point(lambda value: 255 * (value < 128))
        if request.param == "day"
        else shade.point(lambda value: 255 * (value > 128))
    )
    return ink, result


def find_ink(ink: Image.Image, left: float, top: float, right: float, bottom: float) -> tuple[int, ...]:
    """Return the bounding box of the ink inside a box, in pixels of the screenshot."""
    result = ink.crop(tuple(round(4 * value) for value in (left, top, right, bottom))).getbbox()
    assert result is not None, json.dumps([left, top, right, bottom])
    return result


def test_formulas_pass_epubcheck_and_ace(book: Path) -> None:
    assert [finding for finding in epubcheck(book) if finding.code not in HARMLESS_USAGE] == []
    assert ace(book) == []


def test_no_formula_is_wider_than_its_page(measured: dict[tuple[int, int], dict[str, Any]]) -> None:
    assert all(entry["math"] and len(entry["scrolls"]) >= 4 for entry in measured.values())
    for place, item in measured.items():
        assert (item["page"] <= 0, item["over"], max(item["scrolls"])) == (True, 0, 0), place


def test_no_text_of_a_formula_wraps_within_its_element(
    measured: dict[tuple[int, int], dict[str, Any]],
) -> None:
    # Chromium paints only the first line of an element such as mtext.
    assert {place: item["wrapped"] for place, item in measured.items() if item["wrapped"]} == {}


def test_formulas_are_broken_on_narrow_pages(
    measured: dict[tuple[int, int], dict[str, Any]],
) -> None:
    narrow, wide = measured[320, 16]["lines"], measured[800, 16]["lines"]
    assert len(narrow) == len(wide) >= 5
    assert sum(narrow) > sum(wide) + 6 and sum(count > 1 for count in narrow) >= 5


def test_no_formula_is_cut_at_the_end_of_a_page(measured: dict[tuple[int, int], dict[str, Any]]) -> None:
    paged = {place: item["paged"] for place, item in measured.items()}
    assert {place: item["cut"] for place, item in paged.items() if item["cut"]} == {}
    assert all(paged[width, 32]["pages"] >= 2 for width in WIDTHS)


def test_scripts_have_a_minimum_size(measured: dict[tuple[int, int], dict[str, Any]]) -> None:
    for width in WIDTHS:
        sizes = measured[width, SIZES[0]]["sizes"]
        assert min(sizes) == SMALLEST and max(sizes) >= 15
        assert min(measured[width, SIZES[1]]["sizes"]) > SMALLEST


def test_accents_are_as_wide_as_their_base(picture: Any) -> None:
    ink, result = picture
    assert len(result["accents"]) == 7
    for accent in result["accents"]:
        base, whole = accent["base"], accent["whole"]
        edges = (base["bottom"], whole["bottom"] + 1) if accent["below"] else (whole["top"] - 1, base["top"])
        left, _, right, _ = find_ink(ink, base["left"] - 4, edges[0], base["right"] + 4, edges[1])
        assert 0.85 < (right - left) / 4 / (base["right"] - base["left"]) < 1.25, accent


def test_boxes_have_borders_and_strikes_cross_their_letters(picture: Any) -> None:
    ink, result = picture
    box, strike = ({name: round(4 * value) for name, value in item.items()} for item in result["rules"])
    middle = (box["top"] + box["bottom"]) // 2
    for left, top in ((box["left"], middle), (box["right"] - 4, middle), (box["left"] + 40, box["top"])):
        assert ink.crop((left, top, left + 4, top + 4)).getbbox() is not None
    for step in range(1, 10):
        x = strike["left"] + step * (strike["right"] - strike["left"]) // 10
        y = strike["bottom"] - step * (strike["bottom"] - strike["top"]) // 10
        assert ink.crop((x - 3, y - 3, x + 4, y + 4)).getbbox() is not None, step


def test_rules_of_a_table_are_borders(measured: dict[tuple[int, int], dict[str, Any]]) -> None:
    assert sorted(measured[800, 16]["cells"]) == [[0, 1], [1, 0], [1, 1]]


def test_colours_of_the_author_are_legible(picture: Any) -> None:
    _, result = picture
    box = result["blue"]
    area = tuple(round(4 * box[side]) for side in ("left", "top", "right", "bottom"))
    shades = result["colours"].crop(area).getcolors(1 << 20)
    page = max(shades)[1]
    letters = max(
        shades,
        key=lambda each: (
            sum(abs(item - two) for item, two in zip(each[1], page, strict=True)) > 200,
            each[0],
        ),
    )[1]
    contrast = compute_contrast_ratio(*(bytes(colour).hex() for colour in (letters, page)))
    assert contrast >= 4.5 and letters[2] > letters[0] + 20
