"""Test `title-page: masthead`: the title is above the first chapter, without title page and contents."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest

from tests.conftest import tiny_png
from tests.writers.epub.conftest import Write
from triptych.checks.content.file_pages import read_pdf_pages
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.passes.pages import MASTHEAD

THEME = {"source/mine.yaml": "extends: report\nprint: {title-page: masthead, chapters: %s}\n"}
BOOK = (
    "  subtitle: A short paper\n  author: Ada Lovelace\n  date: 2026-01-31\n  rights: All rights reserved.\n"
    "  chapters: [preface.md, section.md, imprint.md]\n"
)
FILES = {
    "source/preface.md": "---\ntitle: Preface\nunnumbered: true\n---\n\nBefore all else.\n",
    "source/imprint.md": "---\nrole: imprint\n---\n\nPrinted by hand.\n",
}


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture(params=["page", "continuous"])
def theme(request: pytest.FixtureRequest) -> dict[str, str]:
    return {name: text % request.param for name, text in THEME.items()}


def test_the_title_is_above_the_first_chapter_and_the_imprint_below_the_last(
    write: Write, theme: dict[str, str]
) -> None:
    files = {**FILES, **theme}
    data, result = write("pdf", "# One\n\nText.\n", book=BOOK, more="theme: mine.yaml\n", files=files)
    assert not result
    first, *_ = texts = pages(data)
    words = ["A short paper", "Ada Lovelace", "31 January 2026", "Preface", "Before all else."]
    places = [first.find(word) for word in words]
    assert -1 not in places and places == sorted(places)
    assert texts[-1].index("Text.") < texts[-1].index("Printed by hand.") < texts[-1].index("All rights")
    assert not any("Contents" in text for text in texts)
    assert len(texts) == (1 if "continuous" in theme["source/mine.yaml"] else 2)


def test_chapter_below_the_masthead_starts_within_its_page(write: Write) -> None:
    """Test a chapter below the masthead: the check finds its words on the page where the next one begins."""
    more = "theme: mine.yaml\n"
    files = {**FILES, "source/mine.yaml": THEME["source/mine.yaml"] % "continuous"}
    data, _ = write("pdf", "# One\n\nText.\n", book=BOOK, more=more, files=files)
    leaves = read_pdf_pages(data, [MASTHEAD, "sec-preface", "sec-section"], InlineExecutor(), Cache(None))
    assert leaves.ids_below_top == {"sec-preface", "sec-section"}


def test_cover_keeps_its_page(write: Write, theme: dict[str, str]) -> None:
    files = {**FILES, **theme, "source/cover.png": tiny_png(60, 90)}
    book = f"{BOOK}  cover-image: cover.png\n"
    data, _ = write("pdf", "# One\n\nText.\n", book=book, more="theme: mine.yaml\n", files=files)
    cover, first, *_ = pages(data)
    assert cover == ""
    assert "A short paper" in first and "Before all else." in first


def test_handout_has_no_masthead(write: Write, theme: dict[str, str]) -> None:
    more = "theme: mine.yaml\nformat: {pdf: {content: handout}}\n"
    data, _ = write("pdf", "# One\n\n- A point\n", book=BOOK, more=more, files={**FILES, **theme})
    assert not any("Ada Lovelace" in text and "Before all else" in text for text in pages(data))


def test_epub_keeps_its_title_page(write: Write, theme: dict[str, str]) -> None:
    files = {**FILES, **theme}
    data, _ = write("epub", "# One\n\nText.\n", book=BOOK, more="theme: mine.yaml\n", files=files)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert "EPUB/text/title-page.xhtml" in book.namelist()
