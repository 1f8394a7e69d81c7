"""Open the edition and the new project with the programs that readers and shops use."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from pptx import Presentation

from triptych.charts.time_axis import add_breaks, add_missing_dates
from triptych.checks.deck.accessibility import MAX_AVERAGE_WORDS
from triptych.checks.deck.examination import examine_deck
from triptych.checks.pieces import get_text_with_placeholders
from triptych.diagnostics import Severity
from triptych.model.book import Chapter, Matter, SlideSelection
from triptych.model.nodes import Chart, Image, Paragraph
from triptych.model.walk import book_nodes, plain_text

from .conftest import Built, fonts_from, shown
from .deck_fonts import STRANGE_FONTS, brought_fonts, families
from .named_pages import Printed, named_pages, sentences, stands
from .overflow import pptx_overflow
from .rendering import office_to_pdf
from .validators import ace, epubcheck, open_xml_sdk, openxml_audit

pytestmark = pytest.mark.e2e

XHTML = "{http://www.w3.org/1999/xhtml}"
WITH_CHARTS = pytest.mark.parametrize("book", ["edition", "scaffold"], indirect=True)
WHOLE_TALK = pytest.mark.parametrize("book", ["edition", "scaffold"], indirect=True)  # not a talk chapter
NEAR = 20_000  # letters
# EPUBCheck counts font declarations; this is not a warning.
HARMLESS_USAGE = {"CSS-028"}


def letters(text: str) -> str:
    """Return only the letters: without white space, hyphens and typographic variants."""
    return re.sub(r"[\W_]+", "", text.replace("\u00ad", "")).lower()


def charts(book: Built, output: str) -> list[Chart]:
    return [node for node in book_nodes(shown(book, output)) if isinstance(node, Chart)]


def test_print_profile_has_no_findings(book: Built) -> None:
    assert book.outcome.diagnostics == []
    assert sorted(book.outputs) == ["epub", "pdf", "pptx"]


class TestPdf:
    def test_pdf_is_tagged_and_has_metadata(self, book: Built) -> None:
        with pikepdf.open(book.outputs["pdf"]) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang)
            assert str(pdf.docinfo.Title)
            assert pdf.Root.ViewerPreferences.DisplayDocTitle
            with pdf.open_outline() as outline:
                assert [item.title for item in outline.root]

    def test_embeds_every_font(self, book: Built) -> None:
        fonts = set()
        with pikepdf.open(book.outputs["pdf"]) as pdf:
            for page in pdf.pages:
                for font in page.obj.get("/Resources", {}).get("/Font", {}).values():
                    descriptor = font.DescendantFonts[0].FontDescriptor
                    assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
                    fonts.add(str(font.BaseFont).partition("+")[2])
        assert any(name.startswith("EB-Garamond") for name in fonts)
        assert not any("DejaVu" in name for name in fonts)

    def test_pdf_contains_every_word(self, book: Built) -> None:
        document = pypdfium2.PdfDocument(book.outputs["pdf"])
        output = letters("".join(page.get_textpage().get_text_range() for page in document))
        paragraphs = [
            plain_text(tuple(item for item in node.content if not isinstance(item, Image)))
            for node in book_nodes(shown(book, "pdf"))
            if isinstance(node, Paragraph)
        ]
        # A footnote or a page break may divide a sentence anywhere; therefore groups of three words are
        # compared.
        lost, place = [], 0
        for paragraph in paragraphs:
            words = paragraph.split()
            groups = [letters("".join(words[i : i + 3])) for i in range(0, len(words), 3)]
            # Most groups follow the previous one closely; the whole book is searched only for the others.
            missing = []
            for group in groups:
                result = output.find(group, place, place + NEAR)
                if result >= 0:
                    place = result
                elif group not in output:
                    missing.append(group)
            if len(missing) > 1 + len(groups) // 12:
                lost.append(paragraph)
        assert lost == []


class TestEpub:
    def test_passes_epubcheck_without_a_warning(self, book: Built) -> None:
        findings = [
            finding for finding in epubcheck(book.outputs["epub"]) if finding.code not in HARMLESS_USAGE
        ]
        assert findings == []

    def test_passes_ace_without_a_violation(self, book: Built) -> None:
        assert ace(book.outputs["epub"]) == []

    def test_epub_contains_every_paragraph(self, book: Built) -> None:
        with zipfile.ZipFile(book.outputs["epub"]) as archive:
            pages = [archive.read(name) for name in archive.namelist() if name.endswith(".xhtml")]
        text = letters("".join("".join(etree.fromstring(page).itertext()) for page in pages))
        for node in book_nodes(shown(book, "epub")):
            if isinstance(node, Paragraph) and not any(hasattr(part, "span") for part in node.content):
                assert letters(plain_text(node.content)) in text

    @WITH_CHARTS
    def test_epub_has_a_table_for_each_chart(self, book: Built) -> None:
        with zipfile.ZipFile(book.outputs["epub"]) as archive:
            pages = [
                etree.fromstring(archive.read(n)) for n in archive.namelist() if n.startswith("EPUB/text/")
            ]
        tables = [table for page in pages for table in page.iter(f"{XHTML}details")]
        assert len(tables) == len(charts(book, "epub")) > 0


class TestDeck:
    def test_passes_the_audit(self, book: Built) -> None:
        assert openxml_audit(book.outputs["pptx"]) == []
        assert open_xml_sdk(book.outputs["pptx"]) == []

    def test_deck_is_accessible_next_to_its_notes(self, book: Built) -> None:
        examined = examine_deck(book.outputs["pptx"].read_bytes())
        assert [finding.located_message for finding in examined.findings] == []
        assert 0 < examined.wordiness.average <= MAX_AVERAGE_WORDS

    def test_no_text_leaves_its_place(self, book: Built, fontconfig: Path) -> None:
        assert pptx_overflow(book.outputs["pptx"], fontconfig) == []

    def test_libreoffice_renders_every_slide_in_embedded_fonts(self, book: Built, tmp_path: Path) -> None:
        deck = book.outputs["pptx"]
        pdf = office_to_pdf(
            deck, tmp_path, fonts_from(tmp_path, STRANGE_FONTS, brought_fonts(deck, tmp_path))
        )
        slides = Presentation(str(deck)).slides
        shown = sum(slide._element.get("show") != "0" for slide in slides)
        assert len(pypdfium2.PdfDocument(pdf)) == shown
        theme = zipfile.ZipFile(deck).read("ppt/theme/theme1.xml").decode()
        fonts = re.findall(r'<a:m(?:aj|in)orFont><a:latin typeface="([^"]+)"', theme)
        assert families(pdf) - {"JetBrainsMono"} == {font.replace(" ", "") for font in fonts}

    def test_every_slide_has_a_unique_title(self, book: Built) -> None:
        titles = Counter(slide.shapes.title.text for slide in Presentation(str(book.outputs["pptx"])).slides)
        assert [title for title, count in titles.items() if count > 1 or not title.strip()] == []

    @WITH_CHARTS
    def test_charts_carry_their_numbers_and_a_workbook(self, book: Built) -> None:
        """Test that each chart has its alt text, its numbers, and a workbook."""
        slides = Presentation(str(book.outputs["pptx"])).slides
        native = {
            shape._element.xpath(".//p:cNvPr/@descr")[0]: shape.chart
            for slide in slides
            for shape in slide.shapes
            if shape.has_chart
        }
        drawing = charts(book, "pptx")
        sources = {source.alt: source for source in drawing if not source.data.panels}
        # Each panel is a chart with its own name.
        panels = {f"{panel}: {source.alt}" for source in drawing for panel in source.data.panels}
        native = {alt: item for alt, item in native.items() if alt not in panels}
        assert native.keys() <= sources.keys()
        assert {
            alt for alt, item in sources.items() if item.attr.has("slide") or item.attr.has("backup")
        } <= native.keys()
        assert native
        for alt, chart in native.items():
            source = sources[alt]
            assert chart.part.chart_workbook.xlsx_part is not None
            if source.kind in ("tilemap", "dumbbell", "waterfall"):
                continue  # its series are regions, which another function reads
            values = [tuple(series.values) for plot in chart.plots for series in plot.series]
            breaks = add_breaks(source)
            data = add_missing_dates(breaks.data) if source.kind == "bar" else breaks.data
            own = len(data.series)
            assert values[:own] == [series.values for series in data.series]
            # Dotted lines across gaps follow: each connects two known values.
            leaping = [series.values for series in source.data.series] if breaks is not source else []
            for line in values[own:]:
                first, *_, last = (value for value in line if value is not None)
                assert any((first, last) in pairwise(series) for series in leaping)
            assert bool(values[own:]) == bool(leaping)

    @WHOLE_TALK
    def test_prose_is_on_the_pages_that_notes_name(self, book: Built) -> None:
        """Test that each paragraph of a chapter in the talk is on the pages that notes refer to.

        This includes paragraphs for which the talk has no time.
        """
        output = Printed(book.outputs["pdf"])
        named = output.on(named_pages(notes_of(book), output.labels))
        body = (
            chapter
            for chapter in shown(book, "pptx").chapters
            if chapter.matter in (Matter.BODY, Matter.APPENDIX)
        )
        reported = (item for item in body if item.slide_settings.selection is not SlideSelection.NONE)
        prose = [text for chapter in reported for text in prose_of(chapter)]
        assert len(prose) > 3
        for text in prose:
            assert [sentence for sentence in sentences(text) if not stands(sentence, named)] == []


def test_prose_is_in_full_speaker_notes(scaffold_said: Built) -> None:
    notes = letters("".join(notes_of(scaffold_said)))
    for chapter in shown(scaffold_said, "pptx").chapters:
        for text in prose_of(chapter):
            assert [sentence for sentence in sentences(text) if letters(sentence) not in notes] == []


def notes_of(built: Built) -> list[str]:
    """Return the speaker notes of each slide of a deck."""
    slides = Presentation(str(built.outputs["pptx"])).slides
    return [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]


def prose_of(chapter: Chapter) -> Iterator[str]:
    """Return the paragraphs of a chapter that are not inside other blocks."""
    for block in chapter.blocks:
        if isinstance(block, Paragraph):
            yield get_text_with_placeholders(block.content)


def test_no_finding_is_only_a_warning_in_disguise(book: Built) -> None:
    assert not [
        diagnostic for diagnostic in book.outcome.diagnostics if diagnostic.severity is Severity.WARNING
    ]
