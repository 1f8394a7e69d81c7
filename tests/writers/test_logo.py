"""Test a book's logo on title page, running heads, e-book and slides, with alt text."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pptx import Presentation

from tests.conftest import MakeProject, tiny_png
from tests.e2e.deck_templates import python_pptx
from triptych.checks.deck import check_deck
from triptych.checks.deck.appearance import resolve_slides
from triptych.checks.deck.package import read_package
from triptych.engine.cache import Cache
from triptych.ooxml.inheritance import Box, find_box, list_shapes
from triptych.ooxml.xml import P
from triptych.press import press
from triptych.request import BuildOutcome, BuildRequest
from triptych.stages import read_project
from triptych.theme.colours import compute_contrast_ratio, parse_rgb

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30"><path fill="#%s" d="M2 2h26v26h-26z'
    'M40 6h30v18h-30zM80 6h36v18h-36z"/></svg>'
)
BOOK = "book: {title: A book, author: Ada, publisher: Our Press, logo: logo.svg, chapters: [a.md, b.md]}\nlang: en\n"
LONG = "# %s\n\n" + "Words that go on and on, so that the chapter has more than one page. " * 90


@pytest.fixture
def built(make_project: MakeProject, shared_cache: Cache):
    def build(*formats, manifest: str = "", ink: str = "1c2024", **files) -> BuildOutcome:
        project = make_project(
            {
                "source/book.yaml": BOOK + manifest,
                "source/logo.svg": SVG % ink,
                "source/a.md": LONG % "One",
                "source/b.md": "# Two\n\nText.\n",
                **files,
            }
        )
        request = BuildRequest(
            output_folder=project.root / "build", formats=formats, cache_folder=shared_cache.folder
        )
        outcome = press(project, request)
        assert outcome.has_outputs, outcome.diagnostics
        return outcome

    return build


def alternatives(pdf: pikepdf.Pdf) -> list[str]:
    return [
        str(item.Alt)
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure" and "/Alt" in item
    ]


def furniture(page: pikepdf.Page) -> int:
    """Return the amount of drawing in the margins of a page."""
    drawing = page.Resources.get("/XObject", {}).get("/Furniture")
    return len(drawing.read_bytes()) if drawing is not None else 0


def test_title_page_has_the_logo_and_pages_only_by_theme(built) -> None:
    plain = built("pdf")
    running = built(
        "pdf",
        manifest="theme: mine.yaml\n",
        **{"source/mine.yaml": "print: {running-logo: true}\n"},
    )
    assert (plain.diagnostics, running.diagnostics) == ([], [])
    content = {}
    for name, outcome in (("plain", plain), ("running", running)):
        with pikepdf.open(outcome.outputs["pdf"]) as pdf:
            assert alternatives(pdf) == ["Our Press"], "in heads it is decoration"
            content[name] = [furniture(page) for page in pdf.pages]
    assert len(content["plain"]) == len(content["running"])
    changed = [n for n, (a, b) in enumerate(zip(*content.values(), strict=True)) if b > a + 20]
    assert changed == [5, 6], "within a chapter, and not where it opens"


def test_pale_logo_is_reported_if_pages_show_it(built) -> None:
    outcome = built(
        "pdf",
        manifest="theme: mine.yaml\n",
        ink="fdfdfd",
        **{"source/mine.yaml": "print: {running-logo: true}\n"},
    )
    assert [problem.code for problem in outcome.diagnostics] == ["THM003"]


@pytest.mark.parametrize(("ink", "plate"), [("1c2024", False), ("fdfdfd", True)])
def test_epub_title_page_has_the_logo(built, ink: str, plate: bool) -> None:
    with zipfile.ZipFile(built("epub", ink=ink).outputs["epub"]) as book:
        page = book.read("EPUB/text/title-page.xhtml").decode()
        css = book.read("EPUB/style.css").decode()
        drawing = book.read("EPUB/images/picture-1.svg")
    assert '<p class="logo"><img src="../images/picture-1.svg" alt="Our Press"/></p>' in page
    assert ("background: #16324a" in css) is plate
    assert (b"#ffffff" in drawing) is not plate, "white paper would swallow it"


INK, DEEP = "00687f", "12344b"
"""A logo and the background of title pages: contrast of 2:1, with similar hues."""


def ground_around(picture: Image.Image, ink: str) -> str:
    """Return the colour to the left of content drawn in a colour."""
    rgb = parse_rgb(ink)
    for y in range(picture.height):
        for x in range(picture.width):
            if all(abs(a - b) < 4 for a, b in zip(picture.getpixel((x, y)), rgb, strict=True)):
                return bytes(picture.getpixel((x - 3, y))).hex()
    raise AssertionError("the ink is not on the page")


@pytest.mark.e2e
def test_a_dark_one_is_seen_on_the_dark_ground_of_title_page_and_title_slide(built) -> None:
    outcome = built(
        "pdf",
        "pptx",
        ink=INK,
        manifest="theme: mine.yaml\n",
        **{
            "source/mine.yaml": f"extends: report\ncolours: {{dark: '{DEEP}'}}\nprint: {{title-page: panel}}\n"
        },
    )
    document = pypdfium2.PdfDocument(outcome.outputs["pdf"])
    page = document[0].render(scale=2).to_pil().convert("RGB")
    document.close()
    assert bytes(page.getpixel((9, 9))).hex() == DEEP
    assert compute_contrast_ratio(ground_around(page, INK), INK) >= 3

    looks = next(resolve_slides(read_package(outcome.outputs["pptx"].read_bytes())))
    [logo] = [
        shape for shape in list_shapes(looks.layout) if next(shape.iter(f"{P}cNvPr")).get("name") == "Logo"
    ]
    box = find_box((logo,))
    logo.getparent().remove(logo)
    assert looks.backdrop.find_colours(Box(0, 0, 10**6, 10**5)) != looks.backdrop.find_colours(box)
    assert all(compute_contrast_ratio(ground, INK) >= 3 for ground in looks.backdrop.find_colours(box))


def test_built_in_master_and_layouts_have_the_logo_and_custom_templates_do_not(built) -> None:
    data = built("pptx").outputs["pptx"].read_bytes()
    assert check_deck(data) == []
    deck = Presentation(io.BytesIO(data))

    def marks(owner) -> list:
        return [shape for shape in owner.shapes if shape.name == "Logo"]

    master = deck.slide_masters[0]
    (small,) = marks(master)
    layouts = {layout.name: layout for layout in deck.slide_layouts}
    (large,) = marks(layouts["Title Slide"])
    assert large.height > 1.5 * small.height
    assert abs(large.width / large.height - 4) < 0.05
    assert large._element.xpath("./p:nvPicPr/p:cNvPr/@descr") == ["Our Press"]
    with_own = {name for name, layout in layouts.items() if marks(layout)}
    assert with_own == {"Title Slide", "Section Header", "Quote", "Closing"}
    assert [shape.name for shape in layouts["Closing"].shapes if shape.name == "Logo ground"]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.read("ppt/media/logo.png").startswith(b"\x89PNG")
        assert b"<svg" in package.read("ppt/media/logo.svg")
    output = built(
        "pptx",
        manifest="format: {pptx: {template: brand.pptx}}\n",
        **{"source/brand.pptx": python_pptx()},
    ).outputs["pptx"]
    theirs = Presentation(output)
    assert not marks(theirs.slide_masters[0])
    assert not any(marks(layout) for layout in theirs.slide_layouts)


def test_logo_keeps_its_proportions_on_narrow_slides(built) -> None:
    manifest = "format: {pptx: {slide-size: 4x3}}\n"
    deck = Presentation(built("pptx", manifest=manifest).outputs["pptx"])
    marks = [
        shape
        for owner in (deck.slide_masters[0], *deck.slide_layouts)
        for shape in owner.shapes
        if shape.name == "Logo"
    ]
    assert len(marks) == 5
    assert all(abs(mark.width / mark.height - 4) < 0.05 for mark in marks)
    assert all(mark.left + mark.width < deck.slide_width for mark in marks)


def test_bitmap_logo_is_used_unchanged(built) -> None:
    outcome = built(
        "pptx", "epub", manifest="", **{"source/logo.svg": "", "source/book.yaml": BOOK.replace(".svg", ".png")},
        **{"source/logo.png": tiny_png(80, 40)},
    )  # fmt: skip
    with zipfile.ZipFile(outcome.outputs["pptx"]) as package:
        assert "ppt/media/logo.svg" not in package.namelist()


@pytest.mark.parametrize(
    ("logo", "code"),
    [("none.png", "IMG001"), ("../../logo.png", "SEC005"), ("a.md", "IMG003")],
)
def test_missing_logo_is_reported_at_its_position(
    make_project: MakeProject, shared_cache: Cache, logo: str, code: str
) -> None:
    manifest = f"book:\n  title: A book\n  publisher: P\n  logo: {logo}\n  chapters: [a.md]\nlang: en\n"
    findings = read_project(
        make_project({"source/book.yaml": manifest, "source/a.md": "# A\n"}), shared_cache
    )[2]
    assert [(problem.code, str(problem.span)) for problem in findings] == [(code, "source/book.yaml:4:9")]


def test_logo_needs_alt_text_without_a_publisher(make_project: MakeProject, shared_cache: Cache) -> None:
    def codes(more: str) -> list[str]:
        manifest = f"book:\n  title: A book\n  logo: a.png\n{more}  chapters: [a.md]\nlang: en\n"
        files = {"source/book.yaml": manifest, "source/a.md": "# A\n", "source/a.png": tiny_png()}
        return [problem.code for problem in read_project(make_project(files), shared_cache)[2]]

    assert codes("") == ["ACC001"]
    assert codes("  logo-alt: Our mark\n") == []
