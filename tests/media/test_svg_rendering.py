"""Test that SVG is rasterised without fonts and files of the system."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from triptych.engine.processes.limits import LimitExceededError
from triptych.media import svg_rendering as svg_to_dots
from triptych.media.raster_images import UnusablePictureError
from triptych.media.svg_rendering import DEFAULT_MAX_SIDE, rasterise_svg, time_slow_drawing

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20">'
    '<rect width="20" height="20" fill="#ff0000"/>{}</svg>'
)


def drawn(inner: str = "", width: int = 80, height: int = 40) -> Image.Image:
    data = rasterise_svg(SVG.format(inner).encode(), width, height)
    assert data is not None
    return Image.open(io.BytesIO(data)).convert("RGBA")


def test_drawing_has_the_requested_pixels() -> None:
    image = drawn()
    assert image.size == (80, 40)
    assert image.getpixel((20, 20)) == (255, 0, 0, 255)


def test_the_ground_is_transparent() -> None:
    assert drawn().getpixel((60, 20)) == (0, 0, 0, 0)


def test_no_drawing_is_larger_than_a_screen() -> None:
    assert drawn(width=8000, height=4000).size == (DEFAULT_MAX_SIDE, DEFAULT_MAX_SIDE // 2)


def test_same_drawing_has_the_same_bytes() -> None:
    data = SVG.format("").encode()
    assert rasterise_svg(data, 80, 40) == rasterise_svg(data, 80, 40)


def test_lengths_are_those_of_css() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1in" height="1in"><rect width="48px" height="36pt"/></svg>'
    data = rasterise_svg(svg, 192, 192)
    assert data is not None
    assert Image.open(io.BytesIO(data)).getbbox() == (0, 0, 96, 96)


@pytest.mark.parametrize("box", ["0 0 100 100", "a b c d", ""])
def test_drawing_fills_its_pixels(box: str) -> None:
    """Test that a view box of another aspect ratio is centred, and that an invalid one is ignored."""
    svg = f'''<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="{box}">
      <rect width="100" height="100"/></svg>'''
    data = rasterise_svg(svg.encode(), 400, 200)
    assert data is not None
    assert Image.open(io.BytesIO(data)).getbbox() == (
        (100, 0, 300, 200) if box[:1] == "0" else (0, 0, 200, 200)
    )


def test_sides_that_were_rounded_are_filled() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 101"><rect width="300" height="101"/></svg>'
    data = rasterise_svg(svg, 100, 34)
    assert data is not None
    assert Image.open(io.BytesIO(data)).getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize("family", ["serif", "sans-serif", "monospace", "Nobody Has It"])
def test_generic_families_are_the_bundled_ones(family: str) -> None:
    def width(name: str) -> int:
        text = f'<text x="1" y="15" font-family="{name}" font-size="5">illi</text>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{text}</svg>'
        box = Image.open(io.BytesIO(rasterise_svg(svg.encode(), 800, 400) or b"")).getbbox()
        assert box is not None
        return box[2] - box[0]

    ours = {"serif": "EB Garamond", "monospace": "JetBrains Mono"}
    assert width(family) == width(ours.get(family, "Work Sans"))


@pytest.mark.parametrize("text", ["中", "한", "ع", "Я", "∑"])
def test_each_script_has_its_face(text: str) -> None:
    """Test that no script is drawn with the box for missing glyphs."""
    element = '<text x="21" y="15" font-family="Work Sans" font-size="12">{}</text>'
    assert drawn(element.format(text)).tobytes() != drawn(element.format("\ue000")).tobytes()


def test_turbulence_filters_are_limited() -> None:
    clouds = (
        '<filter id="f"><feTurbulence baseFrequency=".1" numOctaves="{}"/></filter>'
        '<rect width="40" height="20" filter="url(#f)"/>'
    )
    assert drawn(clouds.format("100000000")).tobytes() == drawn(clouds.format(12)).tobytes()


@pytest.mark.parametrize(
    "inner",
    [
        '<g id="a"><use href="#a"/></g>',
        '<mask id="m"><rect mask="url(#m)" width="9" height="9"/></mask>',
        f"{'<g>' * 400}{'</g>' * 400}",
        '<path d="M0 0H1e9" stroke="#000" stroke-dasharray=".0001"/>',
        '<text font-size="1e30" x="1e38">a</text><rect width="NaN" height="1e999"/>',
    ],
)
def test_malicious_drawing_is_harmless(inner: str) -> None:
    rasterise_svg(SVG.format(inner).encode(), 80, 40)


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
def test_file_that_is_not_a_drawing_is_rejected(data: bytes) -> None:
    assert rasterise_svg(data, 10, 10) is None


@pytest.mark.parametrize(
    "strange",
    [
        '<rect width="48" height="48" stroke="blue" stroke-width="2147483648"/>',
        '<rect width="48" height="48" stroke="blue" stroke-width="1e9"/>',
        '<g transform="scale(1e5)"><rect width="9" height="9" stroke="blue" stroke-width="10000"/></g>',
        '<svg viewBox="0 0 .00001 .00001"><rect width="9" height="9" stroke="blue" stroke-width="9999"/></svg>',
    ],
)
def test_a_drawing_that_ends_its_process_ends_no_other(strange: str) -> None:
    box = 'viewBox="0 0 120 120" width="120" height="120"'
    result = rasterise_svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{strange}</svg>'.encode(), 400, 400
    )
    assert result is None or result.startswith(b"\x89PNG")


def test_ordinary_drawings_are_rendered_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg_to_dots, "run_with_limits", None)
    body = (
        '<path d="M0 0L1e3 -900.5" stroke="#5e8432" fill="#1e9999"/><g transform="matrix(2 0 0 2 300 40)"/>'
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 900">{body}</svg>'
    assert rasterise_svg(svg.encode(), 1920, 1080) is not None


def test_only_drawings_that_may_be_slow_are_timed() -> None:
    assert time_slow_drawing(SVG.format('<circle r="9"/>' * 100).encode()) == 0
    assert time_slow_drawing(SVG.format('<rect width="40" height="20"/>' * 6_000).encode()) > 1


@pytest.mark.parametrize(
    "inner",
    [
        '<filter id="f"><feGaussianBlur stdDeviation="9"/></filter>',
        '<pattern id="p" width="1" height="1"/>',
        '<path d="M0 0L9 9" stroke-dasharray="0.001"/>',
        '<g opacity="0.5">' * 30 + "</g>" * 30,
    ],
)
def test_costly_drawings_are_rendered_in_a_limited_process(
    inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise LimitExceededError("the time limit (15 s) was exceeded")

    monkeypatch.setattr(svg_to_dots, "run_with_limits", refuse)
    with pytest.raises(UnusablePictureError, match="the SVG cannot be rendered: the time limit"):
        drawn(inner)
