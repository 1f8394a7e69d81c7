"""Test that the book with all constructs passes the validators, and that no output loses a word."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from triptych.checks.deck.accessibility import MAX_AVERAGE_WORDS
from triptych.checks.deck.examination import examine_deck
from triptych.checks.parity import compare_outputs, find_omitted_blocks
from triptych.checks.wordings import normalise_text
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import Chart, Figure
from triptych.model.walk import plain_text, walk_all
from triptych.outputs import OUTPUTS
from triptych.passes.conditions import select_for_output
from triptych.stages import read_project

from .conftest import Built
from .overflow import pptx_overflow
from .page_list import misplaced
from .test_books import HARMLESS_USAGE
from .validators import ace, epubcheck, open_xml_sdk, openxml_audit, pdf_validate, pdfua

pytestmark = pytest.mark.e2e


def test_print_profile_has_no_findings(everything: Built) -> None:
    assert everything.outcome.diagnostics == []
    assert sorted(everything.outputs) == ["epub", "pdf", "pptx"]


def test_the_e_book_passes_epubcheck(everything: Built) -> None:
    findings = [finding for finding in epubcheck(everything.outputs["epub"])]
    assert [finding for finding in findings if finding.code not in HARMLESS_USAGE] == []


def test_the_e_book_passes_ace(everything: Built) -> None:
    assert ace(everything.outputs["epub"]) == []


def test_the_deck_passes_the_audit(everything: Built) -> None:
    assert openxml_audit(everything.outputs["pptx"]) == []
    assert open_xml_sdk(everything.outputs["pptx"]) == []


def test_deck_is_accessible(everything: Built) -> None:
    examined = examine_deck(everything.outputs["pptx"].read_bytes())
    assert [item.located_message for item in examined.findings] == []
    assert examined.wordiness.average <= MAX_AVERAGE_WORDS


def test_the_outputs_have_the_alternative_texts_of_the_book(everything: Built, shared_cache: Cache) -> None:
    _, book, _ = read_project(everything.project, shared_cache)
    assert book is not None
    for name, path in everything.outputs.items():
        alt_texts = OUTPUTS[name].read_text(path.read_bytes()).alt_texts
        texts = set(_alternatives(select_for_output(book, name)))
        assert len(texts) > 10
        assert [text for text in texts if normalise_text(text) not in alt_texts] == [], name


def _alternatives(book: Book) -> Iterator[str]:
    """Return the alt texts of charts and figures, except those that repeat a caption and may be omitted."""
    for node in walk_all(*(chapter.blocks for chapter in book.chapters)):
        match node:
            case Chart(alt=alt):
                yield alt
            case Figure(images=images, caption=caption):
                alts = (image.alt for image in images if not image.is_decorative)
                yield from (alt for alt in alts if alt not in ("", plain_text(caption)))


def test_no_text_of_the_deck_leaves_its_place(everything: Built, fontconfig: Path) -> None:
    assert pptx_overflow(everything.outputs["pptx"], fontconfig) == []


def test_the_pdf_is_accessible(everything: Built) -> None:
    assert pdf_validate(everything.outputs["pdf"], "ua1") == []


def test_the_pdf_is_an_archive(everything: Built) -> None:
    assert pdf_validate(everything.outputs["pdf"], "a3a") == []


def test_a_second_validator_finds_the_pdf_accessible(everything: Built) -> None:
    assert pdfua(everything.outputs["pdf"]) == []


def test_no_output_loses_text(everything: Built, shared_cache: Cache) -> None:
    _, book, _ = read_project(everything.project, shared_cache)
    assert book is not None
    texts = {name: OUTPUTS[name].read_text(path.read_bytes()) for name, path in everything.outputs.items()}
    assert [str(finding) for finding in find_omitted_blocks(compare_outputs(book, texts))] == []


def test_index_and_bibliography_have_correct_page_numbers(everything: Built) -> None:
    with pypdfium2.PdfDocument(everything.outputs["pdf"]) as document:
        pages = {
            document.get_page_label(number): page.get_textpage().get_text_range()
            for number, page in enumerate(document)
        }
    index = next(
        text for text in pages.values() if re.search(r"^Index\b", text, re.MULTILINE) and "rock" in text
    )
    first, last = re.search(r"rock, (\d+)–(\d+)", index.replace("\ufffe", "-")).groups()  # type: ignore[union-attr]
    assert "Bare rock" in pages[first]
    assert "Slippery" in pages[last]


def test_print_and_e_book_name_the_same_pages(everything: Built) -> None:
    with zipfile.ZipFile(everything.outputs["epub"]) as archive:
        index = archive.read("EPUB/text/index.xhtml").decode()
    with pypdfium2.PdfDocument(everything.outputs["pdf"]) as document:
        output = " ".join(page.get_textpage().get_text_range() for page in document)
    entry = r"<li id=\"_entry-\d+\"[^>]*><span epub:type=\"index-term\">([^<]+)</span>, <a [^>]*>([^<]+)</a>"
    lines = re.findall(entry, index)
    assert lines
    assert [line for line in lines if f"{line[0]}, {line[1]}" not in output.replace("\r\n", " ")] == []


def test_each_page_of_the_pdf_is_marked_in_the_e_book_at_its_first_word(everything: Built) -> None:
    count, wrong = misplaced(everything.outputs["pdf"], everything.outputs["epub"])
    assert count > 20
    first = next(int(line.partition(":")[0]) for line in wrong if "'datafigure" in line)
    only_print = range(first, first + 4)  # the numbers of the charts
    assert [line for line in wrong if int(line.partition(":")[0]) not in only_print] == []
