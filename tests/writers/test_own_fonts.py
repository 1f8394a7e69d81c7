"""Test a project's fonts in all three outputs: embedding as licensed, measuring, and fallbacks."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pptx import Presentation

from tests.conftest import MakeProject
from tests.own_fonts import own_font
from triptych.engine.cache import Cache
from triptych.formats import OutputFormat
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.theme.theme_reader import read_theme
from triptych.writers.deck.fitting.line_breaking import get_face_with_fallbacks

THEME = """\
families: {serif: Brand Serif, sans: Brand Sans, mono: Brand Mono}
fonts:
  - {family: Brand Serif, file: Serif.ttf}
  - {family: Brand Serif, file: SerifBold.ttf}
  - {family: Brand Serif, file: SerifItalic.otf}
  - {family: Brand Sans, file: Sans.ttf}
  - {family: Brand Mono, file: Mono.ttf}
"""
FILES: Mapping[str, str | bytes] = {
    "source/book.yaml": (
        "book: {title: Boxes, author: Ada, chapters: [one.md]}\nlang: en\ntheme: themes/mine.yaml\n"
    ),
    "source/one.md": "# One\n\nText, *leaning*, **heavy**, `code` and Ω.\n\n## Two\n\n- a\n- b\n",
    "source/themes/mine.yaml": THEME,
    "source/themes/Serif.ttf": own_font(),
    "source/themes/SerifBold.ttf": own_font(weight=700),
    "source/themes/SerifItalic.otf": own_font(italic=True, cff=True),
    "source/themes/Sans.ttf": own_font("Brand Sans", variable=True),
    "source/themes/Mono.ttf": own_font("Brand Mono", licence=0x0100),
}


def built(project: Project, folder: str, cache: Cache, *formats: OutputFormat) -> BuildOutcome:
    request = BuildRequest(output_folder=project.root / folder, formats=formats, cache_folder=cache.folder)
    outcome = press(project, request)
    assert outcome.has_outputs, outcome.diagnostics
    return outcome


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project(dict(FILES))


def test_pdf_embeds_project_fonts_with_character_maps(project: Project, shared_cache: Cache) -> None:
    data = built(project, "a", shared_cache, "pdf").outputs["pdf"].read_bytes()
    outputs = built(project, "b", Cache(None), "pdf").outputs["pdf"].read_bytes()
    assert outputs == data
    fonts: dict[str, pikepdf.Object] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0":
                fonts[str(item.BaseFont)[1:]] = item
        names = {name.partition("+")[2] or name for name in fonts}
        assert {"Brand-Serif", "Brand-Serif-Bold", "Brand-Serif-Italic", "Brand-Sans"} <= names
        assert "EB-Garamond" in names, "it has the Greek letter"
        assert all("/ToUnicode" in font for font in fonts.values())
        # A font that must not be subset is embedded unchanged, without a subset tag.
        whole = fonts["Brand-Mono"].DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
        part = next(font for name, font in fonts.items() if name.endswith("+Brand-Serif"))
        cut = part.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
    assert whole == FILES["source/themes/Mono.ttf"]
    assert len(cut) < len(FILES["source/themes/Serif.ttf"]) * 0.8


def test_imprint_names_only_the_licence_of_bundled_fonts(project: Project, shared_cache: Cache) -> None:
    pages = pypdfium2.PdfDocument(built(project, "a", shared_cache, "pdf").outputs["pdf"])
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    line = next(line for line in text.splitlines() if "SIL Open Font License" in line)
    assert "EB Garamond" in line
    assert "Brand" not in line


def test_so_does_that_of_the_e_book(project: Project, shared_cache: Cache) -> None:
    with zipfile.ZipFile(built(project, "a", shared_cache, "epub").outputs["epub"]) as book:
        imprint = book.read("EPUB/text/imprint.xhtml").decode()
    assert re.search(r"<p>EB Garamond[^<]*: SIL Open Font License 1\.1\.</p>", imprint)
    assert "Brand" not in imprint


def test_epub_embeds_project_fonts_with_fallbacks(project: Project, shared_cache: Cache) -> None:
    with zipfile.ZipFile(built(project, "a", shared_cache, "epub").outputs["epub"]) as book:
        css = book.read("EPUB/style.css").decode()
        fonts = {name: book.read(name) for name in book.namelist() if name.startswith("EPUB/fonts/")}
    assert 'font-family: "Brand Serif", "EB Garamond", Georgia, serif' in css
    matches = re.findall(r'font-family: "([^"]*)"; src: url\((fonts/[^)]*)\); font-weight: (\d+)', css)
    assert {(family, weight) for family, _, weight in matches} >= {
        ("Brand Serif", "400"),
        ("Brand Serif", "700"),
        ("Brand Sans", "600"),
        ("Brand Mono", "400"),
    }
    assert {f"EPUB/{path}" for _, path, _ in matches} == set(fonts)
    assert FILES["source/themes/Mono.ttf"] in fonts.values()
    garamond = next(data for name, data in fonts.items() if "EBGaramond-Regular" in name)
    assert 0x3A9 in TTFont(io.BytesIO(garamond)).getBestCmap()
    assert ord("e") not in TTFont(io.BytesIO(garamond)).getBestCmap()


def test_deck_names_project_fonts_and_is_measured_in_them(project: Project, shared_cache: Cache) -> None:
    deck = Presentation(built(project, "a", shared_cache, "pptx").outputs["pptx"])
    theme, _ = read_theme(project, "themes/mine.yaml")
    scheme = deck.slide_masters[0].part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    assert b'<a:minorFont><a:latin typeface="Brand Sans"' in scheme.blob
    regular, bold = (get_face_with_fallbacks(theme, "Brand Serif", bold=bold) for bold in (False, True))
    assert regular.faces[0].measure("mmm") == pytest.approx(3 * 0.5)
    assert bold.faces[0].measure("mmm") == pytest.approx(3 * 0.575)
    assert regular.measure("iiii") == pytest.approx(2.0), "its i is wider than those that stand in for it"
    # At weight 600, a variable font is at two thirds of its range up to 700.
    assert get_face_with_fallbacks(theme, "Brand Sans", bold=True).faces[0].measure("m") == pytest.approx(
        0.8, abs=0.01
    )


def test_unsupported_characters_are_reported(make_project: MakeProject, shared_cache: Cache) -> None:
    files = dict(FILES) | {"source/one.md": "# One\n\nA sign of ours: \ue123.\n"}
    diagnostics = built(make_project(files), "a", shared_cache, "epub").diagnostics
    assert "FNT001" in {problem.code for problem in diagnostics}
    files["source/themes/Serif.ttf"] = own_font(characters="\ue123One A sign of ours:.")
    diagnostics = built(make_project(files), "b", shared_cache, "epub").diagnostics
    assert "FNT001" not in {problem.code for problem in diagnostics}
