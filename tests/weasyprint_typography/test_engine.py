"""Test resource requests and messages of the layout engine, and the named strings of running heads."""

from __future__ import annotations

import base64
import io
import logging
import os
import re
import shutil
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from tests.conftest import tiny_png
from tests.writers.print.quires import METADATA, PLAIN, READERS, face, page_of, read_face
from triptych.writers.print import typesetting as engine
from triptych.writers.print.binder import NumberedQuire, bind_quires
from triptych.writers.print.painting import PaintResources, paint_margin_boxes, paint_pages
from triptych.writers.print.quire import join_quires
from triptych.writers.print.serialisation import serialise_quire
from triptych.writers.print.structure import ROLE_MAP
from triptych.writers.print.typesetting import BookTypesetter, FetchFile
from weasyprint_typography.page_boxes import NamedString
from weasyprint_typography.typesetter import MarginBoxData


def layout(xhtml: str, css: str, files: FetchFile) -> list[str]:
    """Lay out a document, and return the errors that the engine logs."""
    typesetter = BookTypesetter(css, files)
    typesetter.lay_out(xhtml)
    return typesetter.logged_errors


def test_fonts_are_found_where_the_temporary_folder_was_cleared() -> None:
    def painted(css: str) -> dict[str, object]:
        typesetter = BookTypesetter(css, lambda scheme, path: (read_face(path), "font/ttf"))
        palette = PaintResources(typesetter.faces)
        for piece in typesetter.lay_out('<html lang="en"><body><p>Text</p></body></html>').stretches:
            paint_pages(piece.pages, piece.strings, palette, "a", {}, {})
        return dict(palette.collect_glyphs())

    painted("p { font-family: 'EB Garamond' }")
    shutil.rmtree(Path(os.environ["FONTCONFIG_FILE"]).parent)
    assert painted("p { font-family: 'Work Sans' }")


def test_font_cache_folder_exists_before_processes_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    monkeypatch.setattr(engine, "get_temporary_folder", lambda: tmp_path)
    engine._use_bundled_fonts()
    configuration = Path(os.environ["FONTCONFIG_FILE"])
    assert configuration.is_relative_to(tmp_path)
    folder = re.search(r"<cachedir>(.*)</cachedir>", configuration.read_text())
    assert folder is not None and Path(folder[1]).is_dir()


SHELL = '<html lang="en"><head><title>T</title></head><body><p>Text</p>{}</body></html>'
IMG = '<img src="{}" alt="A"/>'


class Resources:
    """The resources that the layout engine requested, and those that it gets."""

    def __init__(self, **files: bytes) -> None:
        self.files, self.asked = files, []

    def __call__(self, scheme: str, path: str) -> tuple[bytes, str]:
        self.asked.append(f"{scheme}:{path}")
        return self.files[path], "application/octet-stream"


class TestFetcher:
    @pytest.mark.parametrize(
        "address", ["file:///x", "http://127.0.0.1:9/x", "data:,x", "other:x", "x.png", "//x"]
    )
    def test_other_url_schemes_are_rejected_before_fetching(self, address: str) -> None:
        resources = Resources()
        result = layout(SHELL.format(IMG.format(address)), "", resources)
        assert resources.asked == []
        assert len(result) == 1

    @pytest.mark.parametrize("scheme", ["project", "chart", "font"])
    def test_project_urls_are_fetched(self, scheme: str) -> None:
        resources = Resources(a=tiny_png())
        result = layout(SHELL.format(IMG.format(f"{scheme}:a")), "", resources)
        assert (resources.asked, result) == ([f"{scheme}:a"], [])


class TestNothingIsLostInSilence:
    @pytest.mark.parametrize("data", [b"", b"damaged", tiny_png()[:40], b"<svg"])
    def test_unreadable_picture_is_reported(self, data: bytes) -> None:
        assert len(layout(SHELL.format(IMG.format("project:a")), "", Resources(a=data))) == 1

    @pytest.mark.parametrize("data", [b"", b"damaged", b"\0\1\0\0" + bytes(40)])
    def test_unreadable_font_is_reported(self, data: bytes) -> None:
        css = "@font-face { font-family: F; src: url(font:a) } p { font-family: F }"
        assert len(layout(SHELL.format(""), css, Resources(a=data))) == 1

    def test_a_missing_file_is_reported(self) -> None:
        assert len(layout(SHELL.format(IMG.format("project:gone")), "", Resources())) == 1

    def test_logger_is_restored(self) -> None:
        logger = logging.getLogger("weasyprint")
        before = (logger.handlers[:], logger.propagate, logger.level)
        layout(SHELL.format(IMG.format("project:gone")), "", Resources())
        assert (logger.handlers, logger.propagate, logger.level) == before


# --- Named strings and counters ----------------------------------------------------------------

HEADS = """
@page {
  margin: 60pt 20pt 20pt;
  @top-left { content: "[f:" string(title, first) "]"; font: 8pt Sans }
  @top-center { content: "[s:" string(title, start) "]"; font: 8pt Sans }
  @top-right { content: "[l:" string(title, last) "]"; font: 8pt Sans }
  @bottom-left { content: "[e:" string(title, first-except) "]"; font: 8pt Sans }
  @bottom-center { content: "[d:" string(title) string(part) "]"; font: 8pt Sans }
  @bottom-right { content: "[" counter(page) "/" counter(pages) "]"; font: 8pt Sans }
}
h1 { string-set: title content(text); font: 10pt Serif; margin: 0 }
h2 { string-set: part "part " content(text); font: 10pt Serif; margin: 0 }
.new { break-before: page }
"""
# Headings on each page: none, one, several; one in the middle of a page; pages without any.
PAGES = "".join(
    (
        "<p>none yet</p>",
        '<h1 class="new">A</h1><p>a</p>',
        '<p class="new">goes on</p>',
        '<p class="new">before</p><h1>B</h1><h2>b</h2><h1>C</h1>',
        '<p class="new">goes on</p>',
        '<h1 class="new">D</h1><h1>E</h1>',
        '<h1 class="new"> F  <em>g</em>\n(h) </h1>',
    )
)


def shown(data: bytes) -> list[list[str]]:
    """Return the bracketed texts on each page, in order of their letters."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return [sorted(re.findall(r"\[[^]]*\]", page)) for page in pages]


def in_one_run(body: str, css: str) -> bytes:
    """Return a document as the engine writes it on its own."""
    out = io.BytesIO()
    BookTypesetter(css, face).render(page_of(body)).write_pdf(out)
    return out.getvalue()


def furnished(body: str, css: str, *, start: int = 1, last: int | None = None, roman: str = "") -> bytes:
    """Return a document laid out without margin boxes, combined with margin boxes laid out separately.

    ``roman`` is the additional style sheet of front matter.
    """
    typesetter = BookTypesetter(css, face, roman)
    laid = typesetter.lay_out(page_of(body))
    quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    count = len(quire.pages)
    margins = [
        MarginBoxData(sheet.kind, start + n, last or count, sheet.strings, bool(roman))
        for n, sheet in enumerate(quire.pages)
    ]
    palette = PaintResources(typesetter.faces)
    heads = [
        paint_margin_boxes(page, palette) for page in typesetter.lay_out_margin_boxes(margins, page_of(""))
    ]
    assert typesetter.logged_errors == []
    gathering = NumberedQuire(
        serialise_quire(quire), [serialise_quire(head) for head in heads], start, bool(roman)
    )
    return bind_quires([gathering], METADATA, read_face, READERS, role_map=ROLE_MAP)


def test_running_heads_are_those_of_one_run() -> None:
    apart = shown(furnished(PAGES, PLAIN + HEADS))
    assert apart == shown(in_one_run(PAGES, PLAIN + HEADS))
    assert apart[1] == ["[2/7]", "[d:A]", "[e:]", "[f:A]", "[l:A]", "[s:A]"]
    assert apart[3] == ["[4/7]", "[d:Bpart b]", "[e:]", "[f:B]", "[l:C]", "[s:A]"]
    assert apart[4] == ["[5/7]", "[d:Cpart b]", "[e:C]", "[f:C]", "[l:C]", "[s:C]"]


def test_page_strings_have_their_start_values() -> None:
    typesetter = BookTypesetter(PLAIN + HEADS, face)
    laid = typesetter.lay_out(page_of(PAGES))
    quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    titles = [
        next((string for string in sheet.strings if string.name == "title"), None) for sheet in quire.pages
    ]
    assert titles[0] in (None, NamedString("title", None, ()))
    assert titles[1:5] == [
        NamedString("title", None, ("A",), is_assigned_at_start=True),
        NamedString("title", "A", ()),
        NamedString("title", "A", ("B", "C")),
        NamedString("title", "C", ()),
    ]


def test_sides_first_pages_and_named_pages_are_those_of_one_run() -> None:
    css = (
        PLAIN
        + """
        @page :left { @top-left { content: "[left]" } }
        @page :right { @top-left { content: "[right]" } }
        @page :first { @top-right { content: "[first]" } }
        @page :blank { @bottom-left { content: "[blank]" } }
        @page wide { @bottom-right { content: "[wide]" } }
        @page :nth(1 of wide) { @bottom-center { content: "[opener]" } }
        @page :nth(3) { @top-center { content: "[third]" } }
        section { page: wide; break-before: recto }
        """
    )
    body = "<p>a</p>" + '<section>b<p style="break-before: page">c</p></section>' * 2
    apart = shown(furnished(body, css))
    assert apart == shown(in_one_run(body, css))
    assert apart[1:3] == [["[blank]", "[left]"], ["[opener]", "[right]", "[third]", "[wide]"]]


def test_numbers_are_those_of_the_place_in_the_book() -> None:
    (page, *_) = shown(furnished(PAGES, PLAIN + HEADS, start=41, last=300))
    assert "[41/300]" in page


def test_front_matter_has_roman_folios() -> None:
    css = PLAIN + "@page { @top-right { content: counter(page); font: 8pt Sans } }"
    roman = "@page { @top-right { content: counter(page, lower-roman) } }"
    body = '<p>word</p><p style="break-before: page">word</p>'
    for more, called in ((roman, ("iii", "iv")), ("", ("3", "4"))):
        with pypdfium2.PdfDocument(furnished(body, css, start=3, roman=more)) as document:
            pages = [page.get_textpage().get_text_range().split() for page in document]
        assert [sorted(page) for page in pages] == [[called[0], "word"], [called[1], "word"]]


def test_margin_boxes_have_the_language_and_direction_of_the_book() -> None:
    css = PLAIN + "@page { @top-left { content: 'x'; width: 100pt } } :lang(ar) { color: red }"
    typesetter = BookTypesetter(css, face)
    laid = typesetter.lay_out(page_of("a"))
    sheet = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")]).pages[
        0
    ]
    margins = MarginBoxData(sheet.kind, 1, 1, ())
    for direction in ("ltr", "rtl"):
        (page,) = typesetter.lay_out_margin_boxes([margins], page_of("", "en", direction))
        (box,) = page._page_box.children
        assert box.style["direction"] == direction


def test_margin_boxes_are_laid_out_afterwards() -> None:
    css = PLAIN + "@page { @top-left { content: '[x]' } }"
    typesetter = BookTypesetter(css, face)
    assert len(typesetter.lay_out(page_of("a")).pages[0]._page_box.children) == 1
    assert shown(in_one_run("<p>a</p>", css)) == [["[x]"]]


@pytest.mark.parametrize("verso", [False, True])
def test_document_starts_on_the_requested_side(verso: bool) -> None:
    css = PLAIN + "@page :left { margin: 20pt 100pt 20pt 20pt } @page :right { margin: 20pt 20pt 20pt 100pt }"
    laid = BookTypesetter(css, face).lay_out(page_of("<p>a</p>"), verso=verso)
    assert laid.pages[0]._page_box.margin_left == pytest.approx((20 if verso else 100) / 0.75)


def test_attachments_are_not_links() -> None:
    typesetter = BookTypesetter(PLAIN, face)
    laid = typesetter.lay_out(page_of('<p><a rel="attachment" href="project:x">a</a> <a href="#b">b</a></p>'))
    quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    assert [link.target for link in quire.links] == ["#b"]


def test_page_is_parsed_as_xml_and_keeps_its_characters() -> None:
    typesetter = BookTypesetter(PLAIN, face)
    laid = typesetter.lay_out(page_of('<p id="größe">&lt;a&gt; &amp; ä</p>'))
    quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    assert "größe" in quire.anchors


def test_faces_have_their_requested_names() -> None:
    typesetter = BookTypesetter(PLAIN, face)
    typesetter.lay_out(page_of("<p>a</p>"))
    assert sorted(typesetter.faces.values()) == ["EBGaramond-Regular.ttf", "WorkSans-Regular.ttf"]
    assert typesetter.faces[read_face("WorkSans-Regular.ttf")] == "WorkSans-Regular.ttf"


def test_messages_during_painting_are_collected() -> None:
    """Test that errors logged while drawings are painted are collected, since they are parsed only then."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///x" width="9" height="9"/></svg>'

    def files(scheme: str, path: str) -> tuple[bytes, str]:
        return (drawing, "image/svg+xml") if scheme == "picture" else face(scheme, path)

    typesetter = BookTypesetter(PLAIN, files)
    with typesetter.collect_logged_errors():
        laid = typesetter.lay_out(page_of('<p><img src="picture:a" alt="A"/></p>'))
        join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    (complaint,) = typesetter.logged_errors
    assert "file:///x" in complaint


def test_full_disk_for_the_font_cache_is_an_error_before_fontconfig_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource", reason="limits of POSIX")
    monkeypatch.setattr(engine, "get_temporary_folder", lambda: tmp_path)
    monkeypatch.setenv("FONTCONFIG_FILE", os.environ.get("FONTCONFIG_FILE", ""))
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(OSError, match="fonts/cache"):
            engine._use_bundled_fonts()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))


@pytest.mark.parametrize(("kind", "read"), [("PNG", True), ("GIF", True), ("TIFF", False), ("EPS", False)])
def test_pictures_within_drawings_are_of_the_four_formats(kind: str, read: bool) -> None:
    """Test that pictures inside drawings are opened only in the four supported formats."""
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(out, kind)
    address = f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{address}"/></svg>'
    result = dict(engine._find_embedded_images(drawing.encode()))
    assert result == ({address: (out.getvalue(), "image/png")} if read else {})
