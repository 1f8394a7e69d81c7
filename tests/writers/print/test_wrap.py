"""Test books for printing services: interior and cover, measured on the finished files."""

from __future__ import annotations

import datetime as dt
import io
import json

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from tests.conftest import MakeProject
from tests.media.test_barcodes import read_modules
from triptych.checks.pdf.inked_objects import list_inked_objects
from triptych.checks.pdf.preflight import (
    find_transparent_pages,
    make_cover_requirements,
    make_page_requirements,
    run_preflight,
)
from triptych.cli import main
from triptych.engine.cache import Cache
from triptych.engine.output_digests import has_valid_digest
from triptych.model.book import Metadata
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.pdf_options import PdfOptions
from triptych.writers.print.cover_wrap import (
    compute_cover_sheet,
    compute_spine_width,
    get_print_isbn,
    split_paragraphs,
    split_spine_text,
)

BOOK = """
book:
  title: The light on the point
  author: Mary Keeper
  publisher: Long Point Press
  blurb: |
    Who keeps the keepers?

    A book about a lighthouse, the people who lived in it, and what became of both.
  chapters: [a.md]
lang: {lang}
theme: {theme}
format: {{pdf: {{{pdf}}}}}
"""
KDP = "print-service: kdp, paper: cream, page-size: 6x9, isbn: 978-3-16-148410-0"
TEXT = "# One\n\n" + "Words on a page of their own.\n\n{{< pagebreak >}}\n\n" * 84 + "The last words.\n"
SHORT = "# One\n\nA few words, of which [one](https://example.org/) leads away.\n"


@pytest.fixture
def built(make_project: MakeProject, shared_cache: Cache):
    def build(
        pdf: str, *, text: str = SHORT, lang: str = "en", theme: str = "house", **more: str
    ) -> BuildOutcome:
        files = {
            "source/book.yaml": BOOK.format(pdf=pdf, lang=lang, theme=theme),
            "source/a.md": text,
            **more,
        }
        project = make_project(files)
        folder = project.root / "build"
        return press(project, BuildRequest(output_folder=folder, cache_folder=shared_cache.folder))

    return build


def box(values: object) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in values)  # type: ignore[attr-defined]


def words(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


def seen(data: bytes, dpi: float) -> Image.Image:
    with pypdfium2.PdfDocument(data) as document:
        return document[0].render(scale=dpi / 72).to_pil().convert("L")


@pytest.mark.e2e
def test_a_book_for_kdp(built) -> None:
    outcome = built(KDP, text=TEXT)
    assert outcome.has_outputs and outcome.cover is not None, outcome.diagnostics
    interior, cover = outcome.outputs["pdf"].read_bytes(), outcome.cover.read_bytes()
    assert outcome.cover.name == outcome.outputs["pdf"].stem + "-cover.pdf"
    assert interior.startswith(b"%PDF-1.4") and has_valid_digest(interior) and has_valid_digest(cover)
    with pikepdf.open(io.BytesIO(interior)) as pdf:
        assert len(pdf.pages) % 2 == 0
        assert str(pdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-1a:2003"
        assert "/Outlines" not in pdf.Root and not list(find_transparent_pages(pdf))
        assert b"/ObjStm" not in interior and b"/XRef" not in interior
        assert {box(page.trimbox) for page in pdf.pages} == {(0, 0, 432, 648)}
        inks = {
            item.colour.inks for page in pdf.pages for item in list_inked_objects(page) if item.kind == "text"
        }
        assert (0, 0, 0, 1) in inks and None not in inks
        states = [page.Resources.ExtGState.kover for page in pdf.pages if "/ExtGState" in page.Resources]
        assert states and all(state.OP and state.op and state.OPM == 1 for state in states)
        pages = len(pdf.pages)
    spine = pages * 0.0025 * 72
    with pikepdf.open(io.BytesIO(cover)) as pdf:
        assert len(pdf.pages) == 1
        page = pdf.pages[0]
        assert box(page.trimbox) == (0, 0, pytest.approx(864 + spine, abs=0.01), 648)
        assert box(page.mediabox) == box(page.bleedbox)
        assert box(page.mediabox) == (-9, -9, pytest.approx(873 + spine, abs=0.01), 657)
    options = PdfOptions.model_validate({"print-service": "kdp", "paper": "cream", "page-size": "6x9"})
    assert run_preflight(interior, make_page_requirements(options)) == ()
    assert run_preflight(cover, make_cover_requirements(options)) == ()
    shown = words(cover)
    for passage in ("Who keeps the keepers?", "Mary Keeper The light on the point", "ISBN 978-3-16-148410-0"):
        assert passage in shown
    assert "9783161484100" in "".join(shown.split())
    assert "urn:isbn:9783161484100" in words_of_all(interior)
    assert barcode(cover) == "9783161484100"


def words_of_all(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def barcode(cover: bytes) -> str:
    """Return the number that a scanner reads on the back cover: a row of pixels through the bars."""
    dpi = 1200
    image = seen(cover, dpi)
    row = image.height - round((9 + 27 + 50) * dpi / 72)
    right = round((9 + 432 - 27) * dpi / 72)  # the right edge of the white field
    dots = [image.getpixel((x, row)) < 128 for x in range(right - round(124 * dpi / 72) + 8, right - 8)]
    first, last = dots.index(True), len(dots) - dots[::-1].index(True)
    module = (last - first) / 95
    return read_modules(
        "".join("1" if dots[first + int((place + 0.5) * module)] else "0" for place in range(95))
    )


def test_interior_has_no_cover_and_a_plain_title_page(built) -> None:
    outcome = built("cover: separate, spine-width: 12mm, page-size: a5", lang="de")
    assert outcome.has_outputs, outcome.diagnostics
    data = outcome.outputs["pdf"].read_bytes()
    assert seen(data, 20).getpixel((2, 2)) == 255
    cover = outcome.cover.read_bytes()
    assert seen(cover, 20).getpixel((2, 2)) < 80  # the theme's background extends into the bleed
    with pikepdf.open(io.BytesIO(cover)) as pdf:
        assert box(pdf.pages[0].trimbox)[2] == pytest.approx((148 * 2 + 12) * 72 / 25.4, abs=0.02)
        assert "/StructTreeRoot" in pdf.Root  # a file for screens is unchanged


@pytest.mark.e2e
def test_pages_of_a_service_do_not_bleed_at_their_spine(built) -> None:
    outcome = built(f"{KDP}, bleed: 0.125in", text=TEXT)
    assert outcome.has_outputs, outcome.diagnostics
    with pikepdf.open(outcome.outputs["pdf"]) as pdf:
        recto, verso = pdf.pages[0], pdf.pages[1]
        assert box(recto.mediabox) == (0, -9, 441, 657)
        assert box(verso.mediabox) == (-9, -9, 432, 657)


@pytest.mark.parametrize(
    ("pdf", "code", "said"),
    [
        (KDP, "PRS001", "KDP prints books of 24 to 776 pages"),
        (
            "print-service: ingramspark, page-size: 6x9",
            "PRS001",
            "IngramSpark prints books of 18 to 1200 pages",
        ),
        ("cover: separate", "PRS003", "neither `paper` nor `spine-width` is set"),
        (
            "print-service: kdp, page-size: 6x9, margins: {top: 5mm}, spine-width: 9mm",
            "PRS001",
            "the top margin is below the 0.25in that KDP requires",
        ),
    ],
)
def test_unprintable_content_is_an_error(built, pdf: str, code: str, said: str) -> None:
    outcome = built(pdf)
    assert not outcome.has_outputs
    assert any(diagnostic.code == code and said in diagnostic.message for diagnostic in outcome.diagnostics)


def test_translucent_drawing_is_rasterised_if_transparency_is_forbidden(built) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path opacity=".5" d="M1 1h6v6z"/></svg>'
    text = "# One\n\n![Half](half.svg){fig-alt='A shade'}\n"
    files = {"source/half.svg": svg}
    flat = built("colour: cmyk, pdf-standard: pdf/x-1a", text=text, **files)
    with pikepdf.open(flat.outputs["pdf"]) as pdf:
        assert not list(find_transparent_pages(pdf))
        assert any(item.kind == "picture" for page in pdf.pages for item in list_inked_objects(page))
    with pikepdf.open(built("colour: cmyk, pdf-standard: pdf/x-4", text=text, **files).outputs["pdf"]) as pdf:
        assert list(find_transparent_pages(pdf))


@pytest.mark.e2e
def test_overlong_blurb_is_reported(built, make_project: MakeProject) -> None:
    long = "A sentence that says again what the book is about, and again. " * 90
    files = {
        "source/book.yaml": f"book:\n  title: T\n  blurb: {long}\n  chapters: [a.md]\n"
        "format: {pdf: {cover: separate, spine-width: 3mm, page-size: a5}}\n",
        "source/a.md": SHORT,
    }
    project = make_project(files)
    outcome = press(project, BuildRequest(output_folder=project.root / "build"))
    assert {diagnostic.code for diagnostic in outcome.diagnostics} == {"PRS004", "PRS005", "ACC009"}


def test_check_looks_as_printers_do(built) -> None:
    outcome = built("colour: cmyk, pdf-standard: pdf/x-4, page-size: a5")
    assert outcome.has_outputs, outcome.diagnostics
    folder = str(outcome.outputs["pdf"].parent.parent)

    def told(*options: str) -> list[str]:
        result = CliRunner().invoke(main, ["check", folder, "--format", "json", "--jobs", "1", *options])
        lines = [json.loads(line) for line in result.output.splitlines()]
        return [line["code"] for line in lines if line["event"] == "diagnostic"]

    assert told() == []  # no content is lost in a file without alt text for drawings
    assert set(told("--preflight")) == {"PRS010"}  # the background of the title page has no bleed
    outcome.outputs["pdf"].unlink()
    result = CliRunner().invoke(main, ["check", folder, "--preflight", "--jobs", "1"])
    assert "preflight check was skipped" in result.output


# --- What it is made of -----------------------------------------------------------------------------


def options(**values: object) -> PdfOptions:
    return PdfOptions.model_validate({key.replace("_", "-"): value for key, value in values.items()})


def metadata(make_project: MakeProject, lang: str = "en", **more: str) -> Metadata:
    return Metadata(
        title=more.pop("title", "A title"),
        language=lang,
        identifier="urn:x",
        modified=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        **more,
    )


@pytest.mark.parametrize(
    ("asked", "pages", "width"),
    [
        ({"print-service": "kdp", "paper": "white"}, 200, 200 * 0.002252 * 72),
        ({"print-service": "kdp", "paper": "colour"}, 100, 100 * 0.002347 * 72),
        ({"paper": "0.1mm"}, 200, 10 * 72 / 25.4),  # a hundred leaves
        ({"print-service": "kdp", "paper": "white", "spine-width": "1in"}, 200, 72),
        ({"print-service": "kdp"}, 200, None),
    ],
)
def test_the_spine_is_as_wide_as_the_book_is_thick(asked, pages: int, width: float | None) -> None:
    spine_width = compute_spine_width(options(**asked), pages)
    assert spine_width == (pytest.approx(width) if width else None)


@pytest.mark.parametrize(
    ("lang", "title", "turn"),
    [
        ("en", "A title", "down"),
        ("de-AT", "Ein Titel", "up"),
        ("fr", "Un titre", "up"),
        ("nl", "Een titel", "down"),
        ("ja", "題名", "stacked"),
        ("ja", "Latin", "down"),
    ],
)
def test_spine_direction_depends_on_the_language(make_project, lang: str, title: str, turn: str) -> None:
    wrap = compute_cover_sheet(options(), (432, 648), 40, 300, metadata(make_project, lang, title=title))
    assert wrap.spine_turn == turn and wrap.spine_type == 17


def test_spine_has_text_from_the_page_count_of_the_service(make_project) -> None:
    book = metadata(make_project)
    kdp = options(print_service="kdp")
    assert compute_cover_sheet(kdp, (432, 648), 20, 78, book).spine_type == 0
    assert compute_cover_sheet(kdp, (432, 648), 20, 79, book).spine_type == 10
    assert compute_cover_sheet(options(), (432, 648), 10, 300, book).spine_type == 0


def test_a_book_from_the_right_has_its_front_on_the_left(make_project) -> None:
    wrap = compute_cover_sheet(options(), (400, 600), 40, 300, metadata(make_project, "he"))
    assert (wrap.front_at, wrap.back_at, wrap.whole) == (0, 440, 840)
    other = compute_cover_sheet(options(), (400, 600), 40, 300, metadata(make_project))
    assert (other.front_at, other.back_at) == (440, 0)


def test_print_isbn_comes_first(make_project) -> None:
    book = metadata(make_project, isbn="9780306406157", source="urn:isbn:9791034304554")
    assert get_print_isbn(options(isbn="978-3-16-148410-0"), book)[1] == "978-3-16-148410-0"
    assert get_print_isbn(options(), book)[0] == "9791034304554"
    assert get_print_isbn(options(), metadata(make_project, isbn="9780306406157"))[0] == "9780306406157"
    assert get_print_isbn(options(), metadata(make_project)) == ("", "")


def test_texts_of_a_cover_in_pieces() -> None:
    assert split_paragraphs("One\ntwo\n\n\nthree ") == ["One two", "three"]
    assert split_spine_text("Triptych編写 組") == ["Triptych", "編", "写", "組"]


def test_cover_file_is_named_after_the_book(make_project) -> None:
    text = BOOK.format(pdf=KDP, lang="en", theme="house") + "profiles: {shop: {}}\n"
    project: Project = make_project({"source/book.yaml": text, "source/a.md": SHORT})
    manifest, _, _ = read_manifest(project, ("shop",))
    assert manifest is not None
    assert manifest.get_cover_file_name() == "the-light-on-the-point-shop-cover.pdf"
