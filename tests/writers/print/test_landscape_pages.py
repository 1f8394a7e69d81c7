"""Test landscape pages: portrait paper with rotated text, and running heads as on other pages."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest

from tests.writers.epub.conftest import Write

PAPER = (0, 0, 432, 648)
TEXT = """# A chapter

Before it, [the table](#tbl-wide).

| A | B |
|---|---|
| one | two |

: Wide {#tbl-wide .landscape}

Behind it.

## On its side {.landscape}

Words with [a link](https://example.org/).

## Upright

The end.
"""


@pytest.fixture
def book(write: Write) -> bytes:
    data, findings = write("pdf", TEXT)
    assert not [finding for finding in findings if finding.severity == "error"]
    return data


def pages(data: bytes) -> list[tuple[int, str, pypdfium2.PdfPage]]:
    """Return the rotation of each page, its text, and the page."""
    document = pypdfium2.PdfDocument(data)
    return [(page.get_rotation(), words_of(page), page) for page in document]


def test_all_paper_is_upright_and_viewers_turn_the_pages_of_such_blocks(book: bytes) -> None:
    result = pages(book)
    assert {tuple(map(round, page.get_mediabox())) for _, _, page in result} == {PAPER}
    turned = ["".join(words.split()) for rotation, words, _ in result if rotation == 90]
    assert len(turned) == 2 and {rotation for rotation, _, _ in result} == {0, 90}
    assert "Table1.1" in turned[0] and "Behindit" not in turned[0]
    assert "Onitsside" in turned[1] and "Theend" not in turned[1]


def test_their_text_runs_up_the_paper_and_running_heads_do_not(book: bytes) -> None:
    page = next(page for rotation, words, page in pages(book) if rotation and "one" in words)
    assert direction(page, "Wide") == (0, 1)
    assert direction(page, "A book") == (1, 0)


def words_of(page: pypdfium2.PdfPage) -> str:
    text: str = page.get_textpage().get_text_range()
    return text


def direction(page: pypdfium2.PdfPage, words: str) -> tuple[int, int]:
    """Return the direction of some words on the paper: x, y."""
    text = page.get_textpage()
    start = words_of(page).index(words)
    first, last = (text.get_charbox(at) for at in (start, start + len(words) - 1))
    across, up = last[0] - first[0], last[1] - first[1]
    return (round(across / max(abs(across), abs(up))), round(up / max(abs(across), abs(up))))


def test_links_are_on_their_text(book: bytes) -> None:
    (number,) = (n for n, (rotation, words, _) in enumerate(pages(book)) if rotation and "a link" in words)
    with pikepdf.open(io.BytesIO(book)) as pdf:
        left, bottom, right, top = (float(edge) for edge in pdf.pages[number].Annots[0].Rect)
    _, _, page = pages(book)[number]
    assert page.get_textpage().get_text_bounded(left, bottom, right, top).strip() == "a link"


def test_references_to_landscape_pages_resolve(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        tree = pikepdf.NameTree(pdf.Root.Names.Dests)
        _, _, x, y, _ = tree["tbl-wide"]
        assert 0 < float(x) < 100 and 0 < float(y) < 100  # the top of the text, at the left of the paper


def test_press_pdf_keeps_page_orientation(write: Write) -> None:
    data, _ = write("pdf", TEXT, more="format: {pdf: {pdf-standard: pdf/x-4, colour: cmyk}}\n")
    assert {rotation for rotation, _, _ in pages(data)} == {0}


@pytest.mark.parametrize("output", ["epub", "pptx"])
def test_other_outputs_ignore_landscape(write: Write, output: str) -> None:
    data, findings = write(output, TEXT)
    assert data and not [finding for finding in findings if finding.severity == "error"]
