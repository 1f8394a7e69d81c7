"""Test openers with pictures, pull quotes and side columns, measured on finished pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import PdfPage
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_TEXT

from tests.conftest import tiny_png
from tests.writers.epub.conftest import Write

_INCH = 72.0
RED = (200, 0, 0)
PROSE = "A sentence with some words that fill a line, and another one after it. " * 6
PARTS = """\
  chapters:
    - part: Light
      summary: How lamps were lit.
      image: plate.png
      image-alt: A lamp
      chapters: [section.md]
    - part: Watch
      chapters: [other.md]
"""


def plate() -> bytes:
    """Return a red picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), RED).save(out, "PNG")
    return out.getvalue()


def boxes(page: PdfPage, kind: int) -> list[tuple[float, float, float, float]]:
    """Return left, bottom, right and top of the objects of a type, in points."""
    return [result.get_bounds() for result in page.get_objects([kind])]


def text_of(page: PdfPage) -> str:
    return page.get_textpage().get_text_range()


def page_with(document: pypdfium2.PdfDocument, words: str) -> PdfPage:
    """Return the last page with the words, which is after the contents."""
    return [page for page in document if words in text_of(page)][-1]


def left_edges(page: PdfPage, words: str) -> Iterator[float]:
    """Return the left edge of each occurrence of the words."""
    text = page.get_textpage()
    search = text.search(words)
    while (result := search.get_next()) is not None:
        yield text.get_charbox(result[0])[0]


def words_of(page: PdfPage, phrase: str) -> Iterator[tuple[float, float, float, float]]:
    """Return the boxes of the words of a phrase at its first occurrence."""
    text = page.get_textpage()
    for word in re.finditer(r"\S+", phrase):
        start = text.get_text_range().index(phrase)
        ink = [text.get_charbox(start + n) for n in range(*word.span())]
        lefts, lows, rights, highs = zip(*ink, strict=True)
        yield min(lefts), min(lows), max(rights), max(highs)


@pytest.mark.parametrize("bleed", ["0mm", "3mm"])
def test_part_picture_extends_into_the_bleed(write: Write, bleed: str) -> None:
    files = {"source/plate.png": plate(), "source/other.md": "# Other\n\nText.\n"}
    more = f"format: {{pdf: {{page-size: 6x9, bleed: {bleed}}}}}\n"
    data, result = write("pdf", "# Lamps\n\nText.\n", book=PARTS, more=more, files=files)
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        page = page_with(document, "How lamps were lit.")
        width, height = page.get_size()
        seen = page.render().to_pil()
        corners = [(0, 0), (width - 1, 0), (0, height * 0.45), (width - 1, height * 0.45)]
        assert {seen.getpixel((int(x), int(y))) for x, y in corners} == {RED}
        assert seen.getpixel((int(width / 2), int(height * 0.56))) == (255, 255, 255)
        words = text_of(page)
        assert words.index("Light") < words.index("How lamps") < words.index("Lamps", words.index("How"))
        assert "Text." not in words
        assert max(high for *_, high in boxes(page, FPDF_PAGEOBJ_TEXT)) < height / 2
        assert "Other" in text_of(page_with(document, "Watch"))


def test_chapter_with_a_picture_has_an_opener(write: Write) -> None:
    head = "---\ntitle: Lamps\nimage: plate.png\nsummary: In short.\ntakeaways: [One]\n---\n"
    data, result = write("pdf", f"{head}\n{PROSE}\n", files={"source/plate.png": tiny_png()})
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        opener = page_with(document, "In short.")
        assert len(boxes(opener, FPDF_PAGEOBJ_IMAGE)) == 1
        assert "sentence" not in text_of(opener)
        assert "One" in text_of(page_with(document, "sentence"))


def test_pull_quote_is_separate_and_larger_than_the_text(write: Write) -> None:
    quote = "::: pullquote\nanother one after it\n:::\n"
    data, result = write("pdf", f"# A\n\n{PROSE}\n\n{quote}\n{PROSE}\n")
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        text = page_with(document, "sentence").get_textpage()
        search = text.search("another one after it")
        heights = []
        while (found_at := search.get_next()) is not None:
            _, low, _, high = text.get_charbox(found_at[0] + found_at[1] - 1)  # its "t"
            heights.append(round(high - low, 2))
    assert max(heights) > 1.3 * min(heights)
    assert heights.count(max(heights)) == 1


NOTES = f"""# A

{PROSE}[^1]

[^1]: A note in the column.

::: aside
Beside it all.
:::

{PROSE}

- item[^2]

[^2]: A note at the foot.
"""


def test_notes_are_in_the_side_column_and_lines_unbroken(write: Write) -> None:
    data, result = write("pdf", NOTES, more="format: {pdf: {page-size: 6x9, layout: margin}}\n")
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        page = page_with(document, "sentence")
        text = page.get_textpage()
        lines = [text.get_charbox(n) for n, sign in enumerate(text_of(page)) if sign == "A" or sign.islower()]
        (beside,) = left_edges(page, "Beside it all")
        (note,) = left_edges(page, "A note in the column")
        (foot,) = left_edges(page, "A note at the foot")
    prose = [right for left, _, right, _ in lines if left < beside - 1]
    assert foot < max(prose) < beside < note < beside + 12  # its number is before it
    assert beside - max(prose) < 0.25 * _INCH
    # The lines are as long beside the notes as below them.
    assert max(prose) - min(left for left, *_ in lines) > 3.3 * _INCH
    assert max(right for _, _, right, _ in lines) < 6 * _INCH - 0.3 * _INCH


def test_large_print_has_no_side_column(write: Write) -> None:
    data, result = write("pdf", NOTES, more="theme: large-print\nformat: {pdf: {layout: margin}}\n")
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        page = page_with(document, "Beside it all")
        (beside,) = left_edges(page, "Beside it all")
        assert beside < 2.5 * _INCH


@pytest.mark.parametrize("chapters", ["recto", "page"])
def test_findings_start_on_a_verso(write: Write, chapters: str) -> None:
    finding = "::: big-numbers\n57\n:   fields\n:::\n"
    book = "  chapters: [findings.md, section.md]\ntheme: theme.yaml\n"
    files = {
        "source/findings.md": f"---\ntitle: Findings\nrole: abstract\n---\n\n{finding}",
        "source/theme.yaml": f"extends: house\nprint: {{chapters: {chapters}}}\n",
    }
    data, result = write("pdf", "# A\n\nText.\n", book=book, files=files)
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        numbers = [n for n, page in enumerate(document, 1) if "57" in text_of(page)]
    assert numbers and all(n % 2 == 0 for n in numbers)


def test_first_big_number_has_space_above(write: Write) -> None:
    markdown = "# A\n\nQuite long before.\n\n::: big-numbers\n57\n:   fields\n\n64\n:   more\n:::\n"
    data, result = write("pdf", markdown)
    assert not result
    with pypdfium2.PdfDocument(data) as document:
        page = page_with(document, "Quite long before.")
        text = page.get_textpage()
        start, count = text.search("Quite long before.").get_next()
        foot = min(text.get_charbox(n)[1] for n in range(start, start + count))
        rules = [(low + high) / 2 for _, low, _, high in boxes(page, FPDF_PAGEOBJ_PATH) if high < foot]
    assert len(rules) >= 2
    assert foot - max(rules) > 6  # not on the descenders of the line


def test_glossary_entry_name_keeps_its_spaces(write: Write) -> None:
    term = "International Council for the Norms of " + "0" * 40
    more = "glossary: terms.yaml\nformat: {pdf: {page-size: a5}}\n"
    files = {"source/terms.yaml": f"- term: {term}\n  definition: Words.\n"}
    data, _ = write("pdf", f"# A\n\nThe {term} met.\n", more=more, files=files)
    with pypdfium2.PdfDocument(data) as document:
        page = page_with(document, "Words.")
        gaps = [
            word[0] - before[2] for before, word in pairwise(words_of(page, "International Council for the"))
        ]
    assert max(gaps) < 4  # as between words that are not justified


@pytest.mark.parametrize("chapters", ["recto", "page"])
def test_title_page_after_a_cover_is_a_recto_with_the_imprint_on_its_verso(
    write: Write, chapters: str
) -> None:
    book = "  chapters: [section.md]\n  subtitle: Of lamps\n  cover-image: plate.png\n"
    files = {
        "source/plate.png": plate(),
        "source/theme.yaml": f"extends: house\nprint: {{chapters: {chapters}}}\n",
    }
    data, _ = write("pdf", "# A\n\nText.\n", book=book, more="theme: theme.yaml\n", files=files)
    with pypdfium2.PdfDocument(data) as document:
        words = [text_of(page) for page in document]
    assert "Of lamps" in words[2]
    assert "urn:" in words[3]
