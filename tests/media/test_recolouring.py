"""Test drawings on dark backgrounds: no white areas, unchanged hues, and sufficient contrast."""

from __future__ import annotations

import re

import pytest

from triptych.media.svg_styles import (
    darken_colour,
    invert_lightness,
    raise_contrast,
    recolour_for_dark_background,
)
from triptych.theme.colours import (
    compute_colour_difference,
    compute_contrast_ratio,
    convert_from_oklab,
    convert_to_oklab,
)

INK, PAPER = "ffffff", "0c1c29"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60">{}</svg>'


def drawn(body: str) -> str:
    result = recolour_for_dark_background(SVG.format(body).encode(), INK, PAPER)
    assert result is not None
    return result.decode()


def colours(svg: str) -> set[str]:
    return set(re.findall(r"#([0-9a-f]{6})", svg))


@pytest.mark.parametrize("colour", ["000000", "ffffff", "a8321f", "12304a", "777777", "00ff00"])
def test_oklab_conversion_round_trips(colour: str) -> None:
    assert convert_from_oklab(*convert_to_oklab(colour)) == colour


def test_white_becomes_paper_and_black_ink() -> None:
    assert invert_lightness("ffffff", INK, PAPER) == PAPER
    assert invert_lightness("000000", INK, PAPER) == INK


@pytest.mark.parametrize("dark", ["1c2024", "12304a", "54606c", "a8321f", "0b6e4f"])
def test_colours_readable_on_white_are_readable_on_dark(dark: str) -> None:
    assert compute_contrast_ratio(dark, "ffffff") >= 4.5
    assert compute_contrast_ratio(invert_lightness(dark, INK, PAPER), PAPER) >= 4.5


def test_hues_are_kept() -> None:
    red, blue = (convert_to_oklab(invert_lightness(colour, INK, PAPER)) for colour in ("a8321f", "1f5fa8"))
    assert red[1] > 0.03 and blue[2] < -0.03
    assert (
        compute_colour_difference(
            invert_lightness("a8321f", INK, PAPER), invert_lightness("1f5fa8", INK, PAPER)
        )
        > 0.1
    )


@pytest.mark.parametrize(
    "body",
    [
        '<rect fill="white" width="90" height="60"/><text fill="#1c2024">a</text>',
        "<style>rect { fill: #ffffff } text { fill: rgb(28, 32, 36) }</style><rect/><text>a</text>",
        '<rect style="fill: #fff; stroke: black"/><text>a</text>',
    ],
)
def test_no_white_background_remains(body: str) -> None:
    result = drawn(body)
    assert f"#{PAPER}" in result and "white" not in result and "#fff;" not in result
    assert all(compute_contrast_ratio(colour, PAPER) >= 7 for colour in colours(result) - {PAPER})


def test_shapes_without_a_colour_use_the_text_colour() -> None:
    assert f'fill="#{INK}"' in drawn("<path d='M0 0h9v9z'/>")
    assert f'color="#{INK}"' in drawn("<path fill='currentColor' d='M0 0h9v9z'/>")


def test_text_and_opacity_are_kept() -> None:
    result = drawn('<path fill="none" stroke="rgba(0, 0, 0, 0.5)" d="M0 0h9"/>')
    assert 'fill="none"' in result and 'stroke="rgba(255, 255, 255, 0.5)"' in result


def test_drawing_for_dark_backgrounds_is_unchanged() -> None:
    own = SVG.format('<rect width="100%" height="100%" fill="#101820"/><text fill="white">a</text>').encode()
    assert recolour_for_dark_background(own, INK, PAPER) == own


@pytest.mark.parametrize(
    "body",
    [
        '<image href="data:image/png;base64,AAAA"/>',
        '<filter id="f"/><rect filter="url(#f)"/>',
        "".join(f'<rect fill="#{number:02x}8040"/>' for number in range(0, 200, 8)),
        "<style>@media (prefers-color-scheme: dark) { rect { fill: #123 } }</style><rect/>",
    ],
)
def test_illustration_keeps_its_white_background(body: str) -> None:
    assert recolour_for_dark_background(SVG.format(body).encode(), INK, PAPER) is None


def test_text_colours_meet_the_contrast_and_fills_are_kept() -> None:
    svg = SVG.format(
        '<rect fill="#f3f1ec" stroke="#a8b0b8"/><text fill="#555f6b">a</text><path fill="#a8321f"/>'
    )
    result = raise_contrast(svg.encode(), "ffffff", 7.0).decode()
    inks = colours(result) - {"f3f1ec", "a8b0b8"}
    assert colours(result) > {"f3f1ec", "a8b0b8"} and "555f6b" not in inks
    assert all(compute_contrast_ratio(ink, "ffffff") >= 7 for ink in inks)
    assert convert_to_oklab(darken_colour("a8321f", "ffffff", 7.0))[1] > 0.1


def test_illustration_is_unchanged() -> None:
    svg = SVG.format('<image href="data:image/png;base64,AAAA"/>').encode()
    assert raise_contrast(svg, "ffffff", 7.0) == svg
