"""Test the preflight checks: each fault that a printer would reject, on an otherwise valid page."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.checks.pdf.crafted import Crafted, line
from triptych.checks.findings import OutputFinding
from triptych.checks.pdf.preflight import (
    PrintRequirements,
    make_cover_requirements,
    make_page_requirements,
    run_preflight,
)
from triptych.settings.pdf_options import PdfOptions

TEXT = line("Words in black ink", look="0 0 0 1 k")
PANEL = b"0.9 0.6 0.2 0.8 k 0 0 595 842 re f"
PANEL_WITH_BLEED = b"0.9 0.6 0.2 0.7 k -9 -9 613 860 re f"


def pages(*contents: bytes, bleed: float = 0.0, standard: str = "PDF/X-4", **resources: object) -> bytes:
    """Return a PDF for print with a page for each of the given contents."""
    book = Crafted()
    for content in contents:
        page = book.page(content)
        page.TrimBox = Array([0, 0, 595, 842])
        page.BleedBox = page.MediaBox = Array([-bleed, -bleed, 595 + bleed, 842 + bleed])
        for key, value in resources.items():
            held = value(book.pdf) if callable(value) else value
            page.Resources[f"/{key}"] = held
    intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier=String("FOGRA39"))
    book.pdf.Root.OutputIntents = Array([intent])
    del book.pdf.Root["/StructTreeRoot"]
    book.pdf.docinfo["/GTS_PDFXVersion"] = String(standard)
    return book.data()


def found(*contents: bytes, demands: PrintRequirements | None = None, **more: object) -> list[OutputFinding]:
    data = pages(*(contents if len(contents) > 1 else (*contents, TEXT)), **more)
    return list(run_preflight(data, demands or PrintRequirements()))


def codes(*contents: bytes, **more: object) -> list[str]:
    return [finding.code for finding in found(*contents, **more)]


def picture(size: tuple[int, int], colour: tuple[int, int, int, int]) -> Callable[[pikepdf.Pdf], Dictionary]:
    """Return the image resource P of the given size in pixels, in one colour."""
    data = Image.new("CMYK", size, colour).tobytes()

    def made(pdf: pikepdf.Pdf) -> Dictionary:
        stream = pikepdf.Stream(pdf, data)
        stream.Type, stream.Subtype, stream.ColorSpace = Name.XObject, Name.Image, Name.DeviceCMYK
        stream.Width, stream.Height, stream.BitsPerComponent = *size, 8
        return Dictionary(P=stream)

    return made


def test_valid_page_has_no_finding() -> None:
    assert codes(TEXT + b" 1 w 0 0 0 1 K 72 600 m 500 600 l S") == []


def test_digital_pdf_is_reported_once() -> None:
    book = Crafted()
    book.page(line("In the colours of screens", look="1 0 0 rg"))
    (finding,) = run_preflight(book.data(), PrintRequirements())
    assert finding.code == "PRS012" and "colour: cmyk" in (finding.hint or "")


def test_file_that_is_not_a_pdf_is_left_to_the_integrity_check() -> None:
    assert run_preflight(b"text", PrintRequirements()) == ()


def test_a_ground_must_go_beyond_the_edge_but_not_at_the_spine() -> None:
    recto, verso = (finding for finding in found(PANEL, PANEL) if finding.code == "PRS010")
    assert "the bottom edge" in recto.message and "the left edge" in verso.message
    left = b"0 0 0 0.2 k 0 100 60 600 re f"
    assert codes(left + b" " + TEXT, bleed=9) == []  # page 1 is a recto, with its spine on the left
    assert codes(TEXT, left, bleed=9) == ["PRS010"]


def test_content_with_bleed_has_no_finding() -> None:
    both = PANEL_WITH_BLEED + b" " + line("Light", look="0 0 0 0 k")
    assert codes(both, bleed=9) == []


def test_content_that_ends_at_the_edge_of_a_filled_background_is_allowed() -> None:
    assert codes(PANEL_WITH_BLEED + b" 0.9 0.6 0.2 0.7 k 300 0 295 842 re f", bleed=9) == []


def test_white_needs_no_bleed() -> None:
    assert codes(b"0 0 0 0 k 0 0 595 842 re f " + TEXT) == []


def test_clipped_content_does_not_reach_the_edge() -> None:
    assert codes(b"q 50 50 400 400 re W n 0 0 0 0.3 k 0 0 595 842 re f Q " + TEXT) == []


def test_page_boxes_must_be_nested() -> None:
    data = pages(TEXT, TEXT)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages[1].obj.TrimBox = Array([-20, 0, 595, 842])
        out = io.BytesIO()
        pdf.save(out)
    assert [finding.code for finding in run_preflight(out.getvalue(), PrintRequirements())] == ["PRS010"]


def test_odd_page_count_is_reported() -> None:
    (finding,) = run_preflight(pages(TEXT), PrintRequirements())
    assert "page count (1) is odd" in finding.message
    assert run_preflight(pages(TEXT), PrintRequirements(is_bound=False)) == ()


def test_unsupported_size_is_reported_with_the_nearest() -> None:
    demands = make_page_requirements(PdfOptions.model_validate({"print-service": "ingramspark"}))
    data = pages(TEXT, TEXT)
    assert run_preflight(data, demands) == ()  # A4 is a page size of this service
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.obj.TrimBox = page.obj.BleedBox = page.obj.MediaBox = Array([0, 0, 620, 860])
        out = io.BytesIO()
        pdf.save(out)
    finding = run_preflight(out.getvalue(), demands)[0]
    assert "IngramSpark does not offer the trim size 8.611 × 11.94 in" in finding.message
    assert finding.hint == "set `page-size` to the nearest standard trim size, 8.268in × 11.69in"


def test_text_near_an_edge_is_reported_with_its_distance() -> None:
    (finding,) = found(line("Far out", x=300, y=3, look="0 0 0 1 k"))
    assert finding.code == "PRS011" and finding.text == "Far out"
    assert "mm from the bottom trim edge; the minimum is 3.0 mm" in finding.message


@pytest.mark.parametrize(
    ("content", "space"),
    [
        (b"1 0 0 rg 100 100 50 50 re f", "RGB"),
        (b"/Spot cs 1 scn 100 100 50 50 re f", '"Gold"'),
        (b"/Eye cs 50 10 10 scn 100 100 50 50 re f", "Lab"),
    ],
)
def test_colours_other_than_cmyk_are_reported(content: bytes, space: str) -> None:
    spaces = Dictionary(
        Spot=Array([Name.Separation, Name.Gold, Name.DeviceCMYK, Dictionary(FunctionType=2, N=1)]),
        Eye=Array([Name.Lab, Dictionary(WhitePoint=Array([0.96, 1, 0.82]))]),
    )
    (finding,) = found(content + b" " + TEXT, ColorSpace=spaces)
    assert finding.code == "PRS012" and space in finding.message


def test_greys_and_black_are_inks() -> None:
    assert codes(b"0.5 g 100 100 50 50 re f 0 0 0 0.4 k 200 100 50 50 re f " + TEXT) == []


def test_too_much_ink_in_one_place() -> None:
    deep = b"0.9 0.8 0.7 0.9 k 100 100 50 50 re f " + TEXT
    (finding,) = found(deep)
    assert (
        finding.code == "PRS013" and "ink coverage of 330%" in finding.message and "300%" in finding.message
    )
    assert codes(deep, demands=PrintRequirements(max_ink=340)) == []


def test_ink_of_pictures_is_computed_per_pixel() -> None:
    held = picture((100, 100), (230, 205, 180, 230))
    content = b"q 20 0 0 20 100 100 cm /P Do Q " + TEXT
    (finding,) = found(content, XObject=held)
    assert finding.code == "PRS013" and "ink coverage of 33" in finding.message
    assert codes(content, XObject=picture((100, 100), (100, 0, 0, 0))) == []


def test_image_resolution_must_suffice_for_its_size() -> None:
    held = picture((100, 100), (100, 0, 0, 0))
    (finding,) = found(b"q 72 0 0 72 100 100 cm /P Do Q " + line("Its caption", x=100, y=80), XObject=held)
    assert finding.code == "PRS014" and "100 ppi" in finding.message
    assert finding.text == "Its caption"  # the text that locates the source
    assert codes(b"q 24 0 0 24 100 100 cm /P Do Q " + TEXT, XObject=held) == []


@pytest.mark.parametrize(
    "content", [b"0.1 w 72 600 m 500 600 l S", b"0.2 0 0 0.2 0 0 cm 1 w 9 9 m 99 99 l S"]
)
def test_hairlines_are_measured_on_the_page(content: bytes) -> None:
    (finding,) = found(TEXT + b" " + content)
    assert finding.code == "PRS015"


def test_a_thin_area_is_a_hairline_too() -> None:
    assert codes(TEXT + b" 0 0 0 1 k 72 600 300 0.1 re f") == ["PRS015"]


@pytest.mark.parametrize(("size", "expected"), [(6, ["PRS016"]), (9, [])])
def test_small_light_type_on_a_dark_ground(size: float, expected: list[str]) -> None:
    ground = b"0 0 0 1 k 50 650 400 100 re f "
    assert codes(ground + line("Light words", size=size, look="0 0 0 0 k")) == expected


@pytest.mark.parametrize(
    ("look", "size", "expected"),
    [
        ("0.6 0.4 0.4 1 k", 10, ["PRS017"]),
        ("0 0 0 1 k", 10, []),
        ("0.9 0.1 0 0.2 k", 10, []),  # a colour instead of grey
        ("0.6 0.4 0.4 1 k", 40, []),  # large enough to count as a background
    ],
)
def test_black_type_of_several_inks(look: str, size: float, expected: list[str]) -> None:
    assert codes(line("Black words", look=look, size=size)) == expected


def test_transparency_is_reported_if_the_standard_forbids_it() -> None:
    states = Dictionary(T=Dictionary(ca=0.5))
    content = b"q /T gs 0 0 0 1 k 100 100 50 50 re f Q " + TEXT
    assert codes(content, ExtGState=states) == []
    assert "PRS012" in codes(content, ExtGState=states, standard="PDF/X-1a:2003")


def test_forms_are_looked_into() -> None:
    def forms(pdf: pikepdf.Pdf) -> Dictionary:
        form = pikepdf.Stream(pdf, b"1 0 0 rg 0 0 10 10 re f")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 10, 10])
        return Dictionary(F1=form)

    assert codes(b"q 2 0 0 2 100 100 cm /F1 Do Q " + TEXT, XObject=forms) == ["PRS012"]


def test_service_requires_its_margins_and_ink_limit() -> None:
    kdp = PdfOptions.model_validate({"print-service": "kdp"})
    assert (make_page_requirements(kdp).max_ink, make_page_requirements(kdp).safe_margin) == (260, 18)
    assert (
        make_page_requirements(
            PdfOptions.model_validate({"print-service": "kdp", "bleed": "0.125in"})
        ).safe_margin
        == 27
    )
    assert (
        make_cover_requirements(kdp).max_ink,
        make_cover_requirements(kdp).is_bound,
        make_cover_requirements(kdp).bleed,
    ) == (300, False, 9)
    assert make_page_requirements(PdfOptions.model_validate({"print-service": "ingramspark"})).max_ink == 240
