"""Test that the claims of the page that compares tools are true for its example files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.util import Inches, Pt

from tests.e2e import validators
from tests.guide.contents import SOURCE
from tests.guide.pages import parse_page
from tests.guide.running import run_page
from triptych.engine.cache import Cache
from triptych.engine.processes.limits import WORD_LIMITS
from triptych.engine.processes.programs import run_pandoc
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest

pytestmark = pytest.mark.e2e

PAGE = "comparison.md"
ALT = "Bar chart. Alma has the most trips, 61 a day."
FONT = Path(__file__).parents[2] / "templates/fonts/WorkSans-Regular.ttf"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
OPF = "{http://www.idpf.org/2007/ops}type"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache) -> Path:
    """Build the examples of the page."""
    folder = tmp_path_factory.mktemp("comparison") / "page"
    folder.mkdir()
    page = parse_page(PAGE, (SOURCE / PAGE).read_text("utf-8"))
    assert not run_page(page, folder, shared_cache)
    return folder / "answers"


@pytest.fixture(scope="module")
def deck(project: Path) -> dict[str, Slide]:
    """Return the slides of the deck by title."""
    slides = Presentation(str(project / "build/answers.pptx")).slides
    titles = [(slide.shapes.title, slide) for slide in slides]
    return {" ".join(title.text.split()): slide for title, slide in titles if title is not None}


@pytest.fixture(scope="module")
def book(project: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(project / "build/answers.epub") as archive:
        yield archive


def pictures(slide: Slide) -> list[BaseShape]:
    return [shape for shape in slide.shapes if shape._element.tag.endswith("}pic")]


def content(slide: Slide) -> BaseShape:
    """Return the body placeholder of a slide."""
    return next(shape for shape in slide.placeholders if shape.placeholder_format.idx == 1)


def has_bullet(slide: Slide, paragraph: etree._Element) -> bool:
    """Return whether a paragraph has a bullet: its own, or inherited from the layout or the master."""
    layout = slide.slide_layout
    index = content(slide).placeholder_format.idx
    inherited = next(shape for shape in layout.placeholders if shape.placeholder_format.idx == index)
    styles = [
        paragraph.find(f"{A}pPr"),
        inherited._element.find(f".//{A}lstStyle/{A}lvl1pPr"),
        layout.slide_master._element.find(f".//{{*}}bodyStyle/{A}lvl1pPr"),
    ]
    for style in styles:
        for bullet in style if style is not None else ():
            if bullet.tag in (f"{A}buChar", f"{A}buNone"):
                return bullet.tag == f"{A}buChar"
    return False


def test_no_shape_is_off_its_slide(project: Path) -> None:
    deck = Presentation(str(project / "build/answers.pptx"))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert min(shape.left, shape.top) >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


class TestSlides:
    def test_slide_has_the_named_layout(self, deck: dict[str, Slide]) -> None:
        assert deck["What comes next"].slide_layout.name == "Section Header"

    def test_list_above_an_image_keeps_its_bullets(self, deck: dict[str, Slide]) -> None:
        slide = deck["The harbour has two quays"]
        paragraphs = list(content(slide)._element.iter(f"{A}p"))
        assert len(paragraphs) == 2
        assert all(has_bullet(slide, paragraph) for paragraph in paragraphs)
        assert len(pictures(slide)) == 1

    def test_image_after_text_is_kept(self, deck: dict[str, Slide]) -> None:
        slide = deck["A remark and an image"]
        assert [line.strip() for line in content(slide).text_frame.text.split("\n")] == [
            "An opening remark",
            "A closing remark",
        ]
        assert len(pictures(slide)) == 1

    def test_picture_has_the_expected_width(self, deck: dict[str, Slide]) -> None:
        slide = deck["A small picture"]
        title = slide.shapes.title
        assert pictures(slide)[0].width / title.width == pytest.approx(0.25, abs=0.005)

    def test_long_text_fits_into_its_boxes(self, deck: dict[str, Slide]) -> None:
        slides = [slide for title, slide in deck.items() if title.startswith("Twenty points")]
        texts = [paragraph.text for slide in slides for paragraph in content(slide).text_frame.paragraphs]
        assert len(set(texts)) == 20
        for slide in slides:
            box = content(slide)
            height = 0.0
            for paragraph in box.text_frame.paragraphs:
                size = paragraph.runs[0].font.size.pt
                assert size >= 18
                width = ImageFont.truetype(FONT, size).getlength(paragraph.text)
                assert width < box.width / Pt(1) - 40  # minus the bullet indent and the margins of the box
                height += size * 1.2
            assert height < box.height / Pt(1)

    def test_drawing_has_a_raster_fallback(self, deck: dict[str, Slide]) -> None:
        slide = deck["Seconds of a build"]
        blip = next(pictures(slide)[0]._element.iter(f"{A}blip"))
        svg = next(blip.iter("{*}svgBlip"))
        files = [
            slide.part.related_part(node.get(f"{{{node.nsmap['r']}}}embed")).partname for node in (blip, svg)
        ]
        assert [Path(name).suffix for name in files] == [".png", ".svg"]

    def test_the_fonts_of_the_theme_are_in_the_file(self, project: Path) -> None:
        with zipfile.ZipFile(project / "build/answers.pptx") as archive:
            names = archive.namelist()
            listed = etree.fromstring(archive.read("ppt/presentation.xml")).iter("{*}embeddedFont")
            families = {font.find("{*}font").get("typeface") for font in listed}
            themes = [etree.fromstring(archive.read(name)) for name in names if "/theme1.xml" in name]
            theme = {node.get("typeface") for node in themes[0].iter(f"{A}latin")}
            fonts = [archive.read(name) for name in names if name.startswith("ppt/fonts/")]
        assert families == theme - {""}
        assert all(len(font) > 10_000 for font in fonts)

    def test_a_waterfall_chart_is_native(self, deck: dict[str, Slide]) -> None:
        shapes = deck["Ferries made up for the strike"].shapes
        chart = next(shape.chart for shape in shapes if shape.has_chart)
        assert list(chart.plots[0].categories) == ["Before", "Ferries", "Strike", "After"]
        assert len(chart.part.chart_workbook.xlsx_part.blob) > 1000

    def test_everything_but_pictures_can_be_edited(self, deck: dict[str, Slide], project: Path) -> None:
        width = Presentation(str(project / "build/answers.pptx")).slide_width
        for slide in deck.values():
            assert all(picture.width < width for picture in pictures(slide))
        kinds = {shape.shape_type for slide in deck.values() for shape in slide.shapes}
        assert kinds >= {MSO_SHAPE_TYPE.CHART, MSO_SHAPE_TYPE.TABLE, MSO_SHAPE_TYPE.PLACEHOLDER}
        assert len(content(deck["Twenty points (1 of 2)"]).text_frame.paragraphs) == 10

    def test_changed_template_produces_a_valid_deck(
        self, project: Path, tmp_path: Path, shared_cache: Cache
    ) -> None:
        template = tmp_path / "reference.pptx"
        template.write_bytes(run_pandoc(["--print-default-data-file", "reference.pptx"], b"", WORD_LIMITS))
        reference = Presentation(str(template))
        reference.slide_width, reference.slide_height = Inches(16), Inches(9)
        reference.save(str(project / "source/brand.pptx"))
        request = BuildRequest(
            formats=("pptx",),
            profiles=("brand",),
            output_folder=tmp_path / "build",
            cache_folder=shared_cache.folder,
        )
        outcome = press(Project(project), request)
        assert not [finding for finding in outcome.diagnostics if finding.severity == "error"]
        built = tmp_path / "build/answers-brand.pptx"
        deck = Presentation(str(built))
        assert (deck.slide_width, deck.slide_height) == (Inches(16), Inches(9))
        assert {slide.slide_layout.name for slide in deck.slides} & {
            layout.name for layout in reference.slide_layouts
        }
        assert validators.open_xml_sdk(built) == []


class TestBooks:
    def test_the_alt_text_is_the_same_everywhere(
        self, deck: dict[str, Slide], book: zipfile.ZipFile, project: Path
    ) -> None:
        picture = pictures(deck["Ferry trips a day, by port"])[0]
        assert picture._element.nvPicPr.cNvPr.get("descr") == ALT
        page = etree.fromstring(book.read("EPUB/text/alt.xhtml"))
        assert [image.get("alt") for image in page.iter("{*}img")] == [ALT]
        with pikepdf.open(project / "build/answers.pdf") as pdf:
            figures = [
                str(item.Alt)
                for item in pdf.objects
                if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure" and "/Alt" in item
            ]
        assert ALT in figures

    def test_references_have_the_same_number_everywhere(
        self, deck: dict[str, Slide], book: zipfile.ZipFile, project: Path
    ) -> None:
        assert "(Table 9.1)" in " ".join(content(deck["The new quay leads"]).text_frame.text.split())
        page = etree.fromstring(book.read("EPUB/text/numbers.xhtml"))
        links = {link.get("href"): " ".join("".join(link.itertext()).split()) for link in page.iter("{*}a")}
        assert links["#tbl-quays"] == "Table 9.1"
        assert "(Table 9.1), as Equation 9.1 shows on page" in " ".join(text_of(project).split())

    def test_both_books_have_an_index(self, book: zipfile.ZipFile, project: Path) -> None:
        page = etree.fromstring(book.read("EPUB/text/index.xhtml"))
        links = [link.get("href") for link in page.iter("{*}a")]
        assert sum(link.startswith("terms.xhtml#") for link in links) == 2
        index = text_of(project).rpartition("Index")[2]
        assert re.search(r"harbour\s+entrance, \d+\s+P\s+pilot, \d+", index)

    def test_the_page_list_has_the_pages_of_the_pdf(self, book: zipfile.ZipFile, project: Path) -> None:
        navigation = etree.fromstring(book.read("EPUB/nav.xhtml"))
        pages = next(nav for nav in navigation.iter("{*}nav") if nav.get(OPF) == "page-list")
        listed = ["".join(link.itertext()) for link in pages.iter("{*}a")]
        with pypdfium2.PdfDocument(project / "build/answers.pdf") as pdf:
            labels = [pdf.get_page_label(number) for number in range(len(pdf))]
        assert set(listed) <= set(labels)
        assert len(listed) == len(set(listed)) > 20

    def test_pdf_is_tagged_and_conforms_to_its_claim(self, project: Path) -> None:
        path = project / "build/answers.pdf"
        with pikepdf.open(path) as pdf:
            assert bool(pdf.Root.MarkInfo.Marked)
            assert "/StructTreeRoot" in pdf.Root
            metadata = pdf.open_metadata()
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert validators.pdf_validate(path, "ua1") == []
        assert validators.pdf_validate(path, "a3a") == []

    def test_the_e_book_has_formulas_in_mathml(self, book: zipfile.ZipFile) -> None:
        assert book.read("mimetype") == b"application/epub+zip"
        page = etree.fromstring(book.read("EPUB/text/numbers.xhtml"))
        assert next(page.iter("{http://www.w3.org/1998/Math/MathML}math")).get("alttext")


def text_of(project: Path) -> str:
    """Return the text of the PDF."""
    with pypdfium2.PdfDocument(project / "build/answers.pdf") as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
