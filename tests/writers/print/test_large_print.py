"""Test large print: nothing is smaller than the smallest type of the theme."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.writers.epub.conftest import Write
from tests.writers.print.glyphs import lines_of, pages_of, words
from triptych.settings.pdf_options import PdfOptions
from triptych.theme.theme import load_theme
from triptych.writers.print.page_grid import page_grid_for

LARGE = "theme: large-print\n"
SMALLEST = 16  # points
CAPITAL = 0.63  # of the type size: minimum height of "D" in the theme's font
CHAIN = """```{mermaid #fig-x fig-cap="A chain" fig-alt="Four boxes"}
flowchart LR
  a[DUSK] --> b[DRILL] --> c[DAWN] --> d[DELAY]
```
"""


def outlines(data: bytes) -> list[tuple[float, float]]:
    """Return width and height, in points, of all paths on the body pages of a book."""
    sizes = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            for item in page.get_objects(max_depth=5):
                left, bottom, right, top = item.get_bounds()
                if item.type == 2:
                    sizes.append((right - left, top - bottom))
    return sizes


def test_letters_of_diagrams_are_as_large_as_captions(write: Write) -> None:
    data, result = write("pdf", CHAIN, more=LARGE)
    assert not result
    texts = [(width, height) for width, height in outlines(data) if 25 < width < 90 and 5 < height < 25]
    assert len(texts) == 4
    assert min(height for _, height in texts) >= CAPITAL * SMALLEST


@pytest.mark.parametrize("size", ["a4", "letter", "6x9"])
def test_letters_of_charts_are_as_large_as_captions_on_any_paper(size: str) -> None:
    design = load_theme("large-print").print
    page = page_grid_for(PdfOptions.model_validate({"page-size": size}), design)
    shown = page.make_picture_target(72).width * 3 / 4 / page.compute_chart_width(design)
    assert shown * 7.6 >= SMALLEST - 0.2


def test_inline_code_and_note_marks_are_not_smaller(write: Write) -> None:
    data, _ = write("pdf", "Text `xxxx` and^up^ more.[^1]\n\n[^1]: Note.\n", more=LARGE)
    with pypdfium2.PdfDocument(data) as document:
        sizes = {
            round(item.get_font_size() * item.get_matrix().a, 1)
            for item in document[len(document) - 1].get_objects()
            if item.type == 1
        }
    assert min(sizes) >= SMALLEST - 0.2


def test_wrapped_code_lines_do_not_touch_line_numbers(write: Write) -> None:
    code = "``` {.python .numberLines}\n" + "x = function_of(" + "argument, " * 12 + ")\ny = 1\n```\n"
    data, _ = write("pdf", code, more=LARGE)
    lines = lines_of(pages_of(data)[-1])
    number = next(line for line in lines if words(line).startswith("1x="))
    start = number[1].left
    more = [line for line in lines if words(line).startswith("argument")]
    assert more
    hang = {round(line[0].left - start, 1) for line in more}
    assert len(hang) == 1 and min(hang) > 4


@pytest.mark.e2e
def test_quotation_and_attribution_are_not_separated(write: Write) -> None:
    quoted = "> The lamp is the least of it.\n> — A keeper\n\n"
    for before in range(14, 20):
        data, _ = write("pdf", "Word.\n\n" * before + quoted, more=LARGE)
        reported = [[words(line) for line in lines_of(page)] for page in pages_of(data)]
        (page,) = [page for page in reported if "—Akeeper" in page]
        assert "Thelampistheleastofit." in page
