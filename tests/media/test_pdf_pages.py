"""Test pages of PDF files as pictures."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from triptych.media import picture_files as pdf_pages
from triptych.media.output_pictures import prepare_picture
from triptych.media.picture_files import inspect_picture, is_pdf, measure_pdf_page, render_pdf_page
from triptych.media.picture_sizes import PictureTarget
from triptych.media.raster_images import UnusablePictureError
from triptych.model.nodes import Picture
from triptych.theme.theme import load_theme

RED, BLUE = "1 0 0", "0 0 1"


def pdf(
    *colours: str, size: tuple[int, int] = (144, 72), crop: tuple[int, ...] = (), **keys: object
) -> bytes:
    """Return a PDF whose pages are filled with a colour; sizes are in points."""
    document = pikepdf.new()
    for colour in colours:
        document.add_blank_page(page_size=size)
        page = document.pages[-1]
        page.Contents = document.make_stream(f"{colour} rg 0 0 {size[0]} {size[1]} re f".encode())
        if crop:
            page.CropBox = pikepdf.Array(crop)
        for key, value in keys.items():
            page[f"/{key}"] = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_page_is_as_large_as_its_crop_box() -> None:
    assert inspect_picture(pdf(RED)) == ("application/pdf", 192.0, 96.0)
    assert measure_pdf_page(pdf(RED, crop=(12, 12, 84, 48))) == (96.0, 48.0)


def test_a_page_that_is_turned_is_measured_turned() -> None:
    assert measure_pdf_page(pdf(RED, Rotate=90)) == (96.0, 192.0)


def test_requested_page_is_drawn_at_the_requested_size() -> None:
    image = opened(render_pdf_page(pdf(RED, BLUE), 2, 600))
    assert (image.size, image.mode) == ((600, 300), "RGB")
    assert image.getpixel((300, 150)) == (0, 0, 255)


def test_paper_is_white() -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(72, 72))
    out = io.BytesIO()
    document.save(out)
    assert opened(render_pdf_page(out.getvalue(), 1, 50)).getextrema() == ((255, 255),) * 3


def test_drawing_has_the_same_bytes_each_time() -> None:
    assert render_pdf_page(pdf(RED), 1, 400) == render_pdf_page(pdf(RED), 1, 400)


def test_resolution_suits_the_output() -> None:
    picture_target = PictureTarget(
        width=400, wide=400, height=600, dpi=300, media_types=frozenset(("image/png",))
    )
    picture = Picture(path="a.pdf", media_type="application/pdf", width=192, height=96, page=1)
    result = prepare_picture(pdf(RED), picture, 96.0, picture_target, load_theme())
    assert result.media_type == "image/png"
    assert opened(result.data).size == (300, 150)


def test_huge_page_is_drawn_at_a_limited_size() -> None:
    picture_target = PictureTarget(
        width=400, wide=400, height=600, dpi=1200, media_types=frozenset(("image/png",))
    )
    picture = Picture(path="a.pdf", media_type="application/pdf", width=9600, height=9600, page=1)
    width, height = opened(
        prepare_picture(pdf(RED, size=(7200, 7200)), picture, 9600.0, picture_target, load_theme()).data
    ).size
    assert width * height <= 16_100_000


@pytest.mark.parametrize("number", [0, 3])
def test_missing_page_is_rejected(number: int) -> None:
    with pytest.raises(UnusablePictureError, match=f"page {number} does not exist; the PDF has 2 pages"):
        measure_pdf_page(pdf(RED, BLUE), number)


def test_encrypted_file_is_rejected() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(RED))) as document:
        document.save(out, encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(UnusablePictureError, match="password"):
        measure_pdf_page(out.getvalue())


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"x" * 5000, b"\n\n%PDF-2.0 trailer"])
def test_file_that_only_resembles_a_pdf_is_rejected(data: bytes) -> None:
    assert is_pdf(data)
    with pytest.raises(UnusablePictureError):
        inspect_picture(data)


def test_page_that_takes_too_long_at_minimum_size_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(72, 36)
    with io.BytesIO() as out:
        document.save(out)
        data = out.getvalue()
    monkeypatch.setattr(pdf_pages, "_MAX_SECONDS", -1.0)
    with pytest.raises(UnusablePictureError, match="drawing it takes too long; the limit is -1 s"):
        pdf_pages.measure_pdf_page(data, 1, pdf_pages.DrawingTime(10))
