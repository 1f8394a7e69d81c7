"""SVG becomes pixels, without the machine's fonts and files."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from triptych.media.preparation.svg_to_dots import WIDEST, rasterise

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20">'
    '<rect width="20" height="20" fill="#ff0000"/>{}</svg>'
)


def drawn(inner: str = "", width: int = 80, height: int = 40) -> Image.Image:
    data = rasterise(SVG.format(inner).encode(), width, height)
    assert data is not None
    return Image.open(io.BytesIO(data)).convert("RGBA")


def test_a_drawing_has_the_pixels_that_were_asked_for() -> None:
    image = drawn()
    assert image.size == (80, 40)
    assert image.getpixel((20, 20)) == (255, 0, 0, 255)


def test_the_ground_is_transparent() -> None:
    assert drawn().getpixel((60, 20)) == (0, 0, 0, 0)


def test_no_drawing_is_larger_than_a_screen() -> None:
    assert drawn(width=8000, height=4000).size == (WIDEST, WIDEST // 2)


def test_the_same_drawing_gives_the_same_bytes() -> None:
    data = SVG.format("").encode()
    assert rasterise(data, 80, 40) == rasterise(data, 80, 40)


def test_text_in_a_drawing_is_set() -> None:
    text = '<text x="21" y="15" font-family="Nobody Has It" font-size="12">ab</text>'
    assert drawn(text).getbbox() != drawn().getbbox()


@pytest.mark.parametrize(
    "inner",
    [
        '<image href="/etc/passwd" x="20" width="20" height="20"/>',
        '<image href="file:///etc/hostname" x="20" width="20" height="20"/>',
        '<image href="https://a.example/a.png" x="20" width="20" height="20"/>',
    ],
)
def test_a_drawing_brings_in_no_file(inner: str) -> None:
    assert drawn(inner).tobytes() == drawn().tobytes()


@pytest.mark.parametrize("data", [b"", b"<svg", b"<p>no drawing</p>"])
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    assert rasterise(data, 10, 10) is None
