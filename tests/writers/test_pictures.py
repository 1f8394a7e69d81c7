"""Test pictures in all outputs: content, size and alt text."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pikepdf
import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation

from tests.writers.epub.conftest import Write, write
from triptych.checks.epub import check_epub
from triptych.checks.parity import compare_outputs, find_omitted_blocks
from triptych.formats import BOOK_FORMATS
from triptych.languages.labels import load_labels
from triptych.media.output_pictures import PreparedPicture
from triptych.media.picture_sizes import parse_length
from triptych.outputs import OUTPUTS
from triptych.writers.findings import find_large_image_files
from triptych.writers.print.documents import PrintDocument
from triptych.writers.print.page_grid import PAGES

__all__ = ["write"]  # the fixture

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="9" height="9"/></svg>'


def photograph(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(out, kind, **more)
    return out.getvalue()


FILES = {
    "source/large.jpg": photograph(4000, 2000),
    "source/small.png": photograph(160, 80, "PNG"),
    "source/cmyk.jpg": photograph(400, 200, mode="CMYK"),
    "source/photo.webp": photograph(400, 200, "WEBP"),
    "source/plan.svg": SVG,
}


def in_pdf(data: bytes) -> list[tuple[int, int, str]]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        return [(int(image.Width), int(image.Height), str(image.ColorSpace)) for image in images]


def in_zip(data: bytes, folder: str) -> dict[str, Image.Image]:
    """Return the pictures of an output, without the generated cover."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        own = [name for name in archive.namelist() if f"/{folder}/" in name and "/cover." not in name]
        names = [name for name in own if not name.endswith(".svg")]
        return {name: Image.open(io.BytesIO(archive.read(name))) for name in names}


def page_of(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("EPUB/text/section.xhtml"))


def picture_on(data: bytes) -> Any:
    """Return the first picture of a deck."""
    slides = Presentation(io.BytesIO(data)).slides
    return next(shape for slide in slides for shape in slide.shapes if shape._element.tag.endswith("}pic"))


class TestDots:
    def test_each_output_has_its_display_resolution(self, write: Write) -> None:
        """Test the resolution in each output: 4.5 inches of text, 6.5 of a tablet, and 12 of a slide."""
        text = "![A](large.jpg)\n"
        assert in_pdf(write("pdf", text, files=FILES)[0]) == [(1350, 675, "/DeviceRGB")]
        (picture,) = in_zip(write("epub", text, files=FILES)[0], "images").values()
        assert picture.size == (1950, 975)
        (picture,) = in_zip(write("pptx", text, files=FILES)[0], "media").values()
        assert picture.size == pytest.approx((2648, 1324), abs=2)

    @pytest.mark.parametrize(
        ("output", "expected"), [("pdf", (675, 338)), ("epub", (975, 488)), ("pptx", (1324, 662))]
    )
    def test_a_narrower_picture_needs_fewer(self, write: Write, output: str, expected) -> None:
        data, _ = write(output, "![A](large.jpg){width=50%}\n", files=FILES)
        if output == "pdf":
            assert in_pdf(data)[0][:2] == expected
        else:
            (picture,) = in_zip(data, "images" if output == "epub" else "media").values()
            assert picture.size == pytest.approx(expected, abs=2)

    def test_picture_used_twice_has_the_larger_resolution(self, write: Write) -> None:
        text = "![A](large.jpg){width=20%}\n\n![A](large.jpg)\n"
        assert [size[:2] for size in in_pdf(write("pdf", text, files=FILES)[0])] == [(1350, 675)]

    @pytest.mark.parametrize(
        ("output", "width"), [("pdf", 675), ("epub", 975), ("pptx", pytest.approx(1805, abs=2))]
    )
    def test_manifest_sets_the_resolution(self, write: Write, output: str, width: int) -> None:
        more = f"format:\n  {output}:\n    image-dpi: 150\n"
        data, _ = write(output, "![A](large.jpg)\n", files=FILES, more=more)
        result = (
            in_pdf(data)
            if output == "pdf"
            else [i.size for i in in_zip(data, "images" if output == "epub" else "media").values()]
        )
        assert result[0][0] == width

    def test_inks_become_colours_of_screens(self, write: Write) -> None:
        text = "![A](cmyk.jpg)\n"
        assert in_pdf(write("pdf", text, files=FILES)[0])[0][2] == "/DeviceRGB"
        for output, folder in (("epub", "images"), ("pptx", "media")):
            (picture,) = in_zip(write(output, text, files=FILES)[0], folder).values()
            assert picture.mode == "RGB"

    def test_slides_contain_no_webp(self, write: Write) -> None:
        (name,) = in_zip(write("pptx", "![A](photo.webp)\n", files=FILES)[0], "media")
        assert name.endswith(".jpg")

    def test_each_output_uses_its_variant(self, write: Write) -> None:
        text = "![A](plan.svg){pdf=cmyk.jpg epub=small.png pptx=photo.webp}\n"
        ((width, height, _),) = in_pdf(write("pdf", text, files=FILES)[0])
        assert (width, height) == (400, 200)
        (picture,) = in_zip(write("epub", text, files=FILES)[0], "images").values()
        assert picture.size == (160, 80)
        (picture,) = in_zip(write("pptx", text, files=FILES)[0], "media").values()
        assert picture.size == (400, 200)


class TestFindings:
    @pytest.mark.parametrize(
        ("attributes", "coarse"),
        [
            ("", False),  # the natural size
            ("{width=100%}", True),
            ("{.full-width}", True),
            ("{width=3cm}", False),
            ("{width=0.9in}", False),  # an icon
            ("{height=2in}", True),
        ],
    )
    def test_only_enlarged_pictures_are_reported_as_low_resolution(
        self, write: Write, attributes: str, coarse: bool
    ) -> None:
        _, findings = write("pdf", f"![A](small.png){attributes}\n", files=FILES)
        assert [finding.code for finding in findings] == (["IMG004"] if coarse else [])
        if coarse:
            assert str(findings[0].span) == "source/section.md:1:6"

    @pytest.mark.parametrize("name", ["plan.svg", "large.jpg"])
    def test_drawings_and_fine_pictures_are_never_coarse(self, write: Write, name: str) -> None:
        assert write("pdf", f"![A]({name}){{width=100%}}\n", files=FILES)[1] == []

    def test_a_heavy_picture_is_reported(self, read_book_of) -> None:
        book, _ = read_book_of("![A](small.png)\n", files=FILES)
        (image,) = (node for node in book.chapters[0].blocks[0].images)
        heavy = {image.picture: PreparedPicture(b"x" * 5_000_001, "image/png")}
        (finding,) = find_large_image_files(book, heavy)
        assert (finding.code, finding.span) == ("IMG005", image.span)
        assert find_large_image_files(book, {image.picture: PreparedPicture(b"x", "image/png")}) == []


class TestSizesAndPlaces:
    def figure(self, write: Write, attributes: str) -> etree._Element:
        data, _ = write("epub", f"![A](small.png){{{attributes}}}\n", files=FILES)
        return page_of(data).find(f".//{XHTML}figure")

    @pytest.mark.parametrize(
        ("attributes", "style"),
        [
            ("width=50%", "width: 50%"),
            ("width=300", "width: 300px"),
            ("height=2in", "height: 2in"),
            ("width=3cm height=20mm", "width: 3cm; height: 20mm"),
            ("height=50%", None),
            ("width=huge", None),
            (".full-width width=3cm", "width: 100%"),
            (".column-page", "width: 100%"),
        ],
    )
    def test_sizes_become_css(self, write: Write, attributes: str, style: str | None) -> None:
        assert self.figure(write, attributes).find(f"{XHTML}img").get("style") == style

    @pytest.mark.parametrize("align", ["left", "center", "right"])
    def test_figures_are_aligned(self, write: Write, align: str) -> None:
        assert f"align-{align}" in self.figure(write, f"fig-align={align}").get("class").split()

    def test_other_alignments_and_classes_do_no_harm(self, write: Write) -> None:
        names = self.figure(write, "fig-align=middle .lightbox .full-width").get("class").split()
        assert sorted(names) == ["figure", "full-width", "lightbox"]

    @pytest.mark.parametrize("size", PAGES)
    def test_wide_pictures_stay_on_the_page(self, size: str) -> None:
        picture_target = PAGES[size].make_picture_target(300)
        assert picture_target.width < picture_target.wide < parse_length(PAGES[size].width).to_pixels(0) - 40

    @pytest.mark.parametrize(
        ("name", "attributes", "width"),
        [
            ("small.png", "", 160),  # a point per pixel
            ("small.png", "width=50%", 160),  # whatever size is set
            ("small.png", "width=10%", 86.6),
            ("small.png", ".full-width", 160),
            ("small.png", "width=3cm", 160),
            ("plan.svg", "width=25%", 216.6),
        ],
    )
    def test_slides_respect_width_fractions(
        self, write: Write, name: str, attributes: str, width: float
    ) -> None:
        data, _ = write(
            "pptx", f"![A]({name}){{{attributes}}}\n" if attributes else f"![A]({name})\n", files=FILES
        )
        shape = picture_on(data)
        assert shape.width.pt == pytest.approx(width, abs=1)
        assert shape.width / shape.height == pytest.approx(2, abs=0.01)


class TestWhatIsSaid:
    DESCRIBED = (
        '::: {#fig-x}\n![A plan](plan.svg){fig-alt="A square"}\n\n'
        "::: {.description}\nThe square is *black*.\n\n- It is small.\n:::\n\nA plan\n:::\n"
    )
    CHART = (
        ":::: {.chart #fig-c data=d.csv x=x y=y fig-alt=Bars type=bar}\nThe caption\n\n"
        "::: {.description}\nThey rise.\n:::\n::::\n"
    )

    def test_an_e_book_folds_the_description_away(self, write: Write) -> None:
        data, _ = write("epub", self.DESCRIBED, files=FILES)
        assert check_epub(data) == []
        page = page_of(data)
        image, details = page.find(f".//{XHTML}img"), page.find(f".//{XHTML}details")
        assert image.get("alt") == "A square"
        assert image.get("aria-details") == details.get("id")
        assert details.find(f"{XHTML}summary").text == "Description"
        assert "".join(details.itertext()).split()[-3:] == ["It", "is", "small."]

    def test_chart_has_its_description_too(self, write: Write) -> None:
        data, _ = write("epub", self.CHART, files={"source/d.csv": "x,y\n1,2\n2,3\n"})
        assert check_epub(data) == []
        page = page_of(data)
        described = page.find(f".//{XHTML}div[@role='img']").get("aria-details")
        (details,) = (node for node in page.iter(f"{XHTML}details") if node.get("id") == described)
        assert "They rise." in "".join(details.itertext())

    def test_the_word_is_in_the_books_language(self, write: Write) -> None:
        data, _ = write("epub", self.DESCRIBED, files=FILES, more="lang: de\n")
        assert page_of(data).find(f".//{XHTML}summary").text == load_labels("de")["description"]

    def test_caption_that_equals_the_description_is_read_once(self, write: Write) -> None:
        data, _ = write("epub", "![A *small* plan](plan.svg)\n\n![Other](plan.svg){fig-alt=X}\n", files=FILES)
        first, second = page_of(data).iter(f"{XHTML}figure")
        assert first.find(f"{XHTML}img").get("alt") == ""
        assert first.get("aria-labelledby") == first.find(f"{XHTML}figcaption").get("id") != ""
        assert second.find(f"{XHTML}img").get("alt") == "X"
        assert second.get("aria-labelledby") is None

    def test_then_the_figure_has_the_description(self, write: Write) -> None:
        data, _ = write("epub", '![A plan](plan.svg){fig-desc="A square."}\n', files=FILES)
        page = page_of(data)
        figure = page.find(f".//{XHTML}figure")
        assert figure.find(f"{XHTML}img").get("aria-details") is None
        assert figure.get("aria-details") == page.find(f".//{XHTML}details").get("id")

    def test_print_has_the_full_description_as_alt_text(self, read_book_of) -> None:
        book, _ = read_book_of(self.DESCRIBED, files=FILES)
        xhtml = PrintDocument(book, load_labels("en"), "body", book.chapters).blocks(book.chapters[0].blocks)
        assert 'alt="A square The square is black. It is small."' in xhtml
        assert "<details" not in xhtml
        book, _ = read_book_of("![A plan](plan.svg)\n", files=FILES)
        assert 'alt="A plan"' in PrintDocument(book, load_labels("en"), "body", book.chapters).blocks(
            book.chapters[0].blocks
        )

    @pytest.mark.parametrize("text", [DESCRIBED, CHART], ids=["figure", "chart"])
    def test_description_is_in_notes_and_alt_text(self, write: Write, text: str) -> None:
        files = {**FILES, "source/d.csv": "x,y\n1,2\n2,3\n"}
        more = "format:\n  pptx:\n    notes: full\n"
        slides = Presentation(io.BytesIO(write("pptx", text, files=files, more=more)[0])).slides
        result = "They rise." if text == self.CHART else "The square is black."
        elements = [
            element.get("descr")
            for slide in slides
            for element in slide._element.iter()
            if element.get("descr")
        ]
        assert any(result in words for words in elements)
        notes = [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]
        assert any(result in words for words in notes)

    def test_description_is_in_every_output(self, write: Write, read_book_of) -> None:
        files = {
            output: OUTPUTS[output].read_text(write(output, self.DESCRIBED, files=FILES)[0])
            for output in BOOK_FORMATS
        }
        book, _ = read_book_of(self.DESCRIBED, files=FILES)
        rows = [row for row in compare_outputs(book, files) if row.kind not in ("title", "chapter title")]
        assert {"figure", "paragraph"} <= {row.kind for row in rows}
        assert find_omitted_blocks(rows) == []

    def test_decoration_is_not_described(self, write: Write) -> None:
        data, _ = write("epub", "![A](plan.svg){.decorative fig-alt=X}\n", files=FILES)
        assert page_of(data).find(f".//{XHTML}img").get("alt") == ""


@pytest.mark.parametrize(
    "text",
    [
        "[![A](small.png)](https://example.org)\n",
        "| A |\n|---|\n| ![A](small.png){width=50%} |\n",
        "- ![A](small.png)\n- text ![A](small.png)\n",
        "## A ![A](small.png){height=1em} heading\n",
        "Text ![A](small.png){.full-width} text.\n",
        "A note.^[With ![A](small.png).]\n",
    ],
    ids=["link", "table", "list", "heading", "line", "note"],
)
@pytest.mark.parametrize("output", BOOK_FORMATS)
def test_pictures_may_be_anywhere(write: Write, output: str, text: str) -> None:
    data, findings = write(output, text, files=FILES)
    assert [finding for finding in findings if finding.code not in ("IMG004", "DEK002")] == []
    assert data
    if output == "epub":
        assert check_epub(data) == []
        assert len(in_zip(data, "images")) == 1
    if output == "pdf":
        assert len(in_pdf(data)) == 1


class TestShops:
    """Test the picture requirements of bookshops."""

    def test_pictures_are_opaque(self, write: Write) -> None:
        clear = io.BytesIO()
        Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(clear, "PNG")
        (picture,) = in_zip(
            write("epub", "![A](c.png)\n", files={"source/c.png": clear.getvalue()})[0], "images"
        ).values()
        assert picture.mode == "RGB" and picture.getpixel((5, 5)) == (255, 255, 255)
        (on_paper,) = in_zip(
            write("pptx", "![A](c.png)\n", files={"source/c.png": clear.getvalue()})[0], "media"
        ).values()
        assert on_paper.has_transparency_data

    def test_svg_cover_is_rasterised(self, write: Write) -> None:
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="640"><rect width="9" height="9"/></svg>'
        data, result = write(
            "epub", book="  cover-image: c.svg\n  chapters: [section.md]\n", files={"source/c.svg": svg}
        )
        (cover,) = in_zip(data, "images").values()
        assert result == []
        assert (cover.format, cover.mode, cover.size) == ("PNG", "RGB", (1600, 2560))

    @pytest.mark.parametrize(
        ("kind", "size"), [("PNG", (1600, 2560)), ("JPEG", (1800, 2700)), ("PNG", (640, 900))]
    )
    def test_cover_keeps_its_size(self, write: Write, kind: str, size: tuple[int, int]) -> None:
        bytes_io = io.BytesIO()
        Image.new("RGBA" if kind == "PNG" else "RGB", size, "navy").save(bytes_io, kind)
        book = "  cover-image: c.img\n  chapters: [section.md]\n".replace("img", kind.lower())
        data, result = write("epub", book=book, files={f"source/c.{kind.lower()}": bytes_io.getvalue()})
        (cover,) = in_zip(data, "images").values()
        assert (result, cover.format, cover.mode, cover.size) == ([], kind, "RGB", size)

    def test_a_small_cover_is_reported(self, write: Write) -> None:
        small = io.BytesIO()
        Image.new("RGB", (600, 900)).save(small, "PNG")
        files = {"source/c.png": small.getvalue()}
        _, findings = write("epub", book="  cover-image: c.png\n  chapters: [section.md]\n", files=files)
        assert [(item.code, str(item.span)) for item in findings] == [("IMG006", "source/book.yaml:1:1")]
