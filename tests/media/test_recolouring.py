"""Drawings on dark grounds: no white plate, hues kept, and what could be told apart still can."""

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
    made = recolour_for_dark_background(SVG.format(body).encode(), INK, PAPER)
    assert made is not None
    return made.decode()


def colours(svg: str) -> set[str]:
    return set(re.findall(r"#([0-9a-f]{6})", svg))


@pytest.mark.parametrize("colour", ["000000", "ffffff", "a8321f", "12304a", "777777", "00ff00"])
def test_a_colour_comes_back_from_oklab(colour: str) -> None:
    assert convert_from_oklab(*convert_to_oklab(colour)) == colour


def test_white_becomes_paper_and_black_ink() -> None:
    assert invert_lightness("ffffff", INK, PAPER) == PAPER
    assert invert_lightness("000000", INK, PAPER) == INK


@pytest.mark.parametrize("dark", ["1c2024", "12304a", "54606c", "a8321f", "0b6e4f"])
def test_what_is_read_on_white_is_read_on_dark_ground(dark: str) -> None:
    assert compute_contrast_ratio(dark, "ffffff") >= 4.5
    assert compute_contrast_ratio(invert_lightness(dark, INK, PAPER), PAPER) >= 4.5


def test_hues_stay() -> None:
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
def test_no_white_plate_is_left(body: str) -> None:
    made = drawn(body)
    assert f"#{PAPER}" in made and "white" not in made and "#fff;" not in made
    assert all(compute_contrast_ratio(colour, PAPER) >= 7 for colour in colours(made) - {PAPER})


def test_what_names_no_colour_is_drawn_in_ink() -> None:
    assert f'fill="#{INK}"' in drawn("<path d='M0 0h9v9z'/>")
    assert f'color="#{INK}"' in drawn("<path fill='currentColor' d='M0 0h9v9z'/>")


def test_words_and_opacity_stay() -> None:
    made = drawn('<path fill="none" stroke="rgba(0, 0, 0, 0.5)" d="M0 0h9"/>')
    assert 'fill="none"' in made and 'stroke="rgba(255, 255, 255, 0.5)"' in made


def test_a_drawing_for_dark_ground_stays_as_it_is() -> None:
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
def test_an_illustration_is_left_to_its_white(body: str) -> None:
    assert recolour_for_dark_background(SVG.format(body).encode(), INK, PAPER) is None


def test_ink_is_as_dark_as_a_contrast_asks_and_fills_stay() -> None:
    svg = SVG.format(
        '<rect fill="#f3f1ec" stroke="#a8b0b8"/><text fill="#555f6b">a</text><path fill="#a8321f"/>'
    )
    made = raise_contrast(svg.encode(), "ffffff", 7.0).decode()
    inks = colours(made) - {"f3f1ec", "a8b0b8"}
    assert colours(made) > {"f3f1ec", "a8b0b8"} and "555f6b" not in inks
    assert all(compute_contrast_ratio(ink, "ffffff") >= 7 for ink in inks)
    assert convert_to_oklab(darken_colour("a8321f", "ffffff", 7.0))[1] > 0.1


def test_an_illustration_stays_as_it_is() -> None:
    svg = SVG.format('<image href="data:image/png;base64,AAAA"/>').encode()
    assert raise_contrast(svg, "ffffff", 7.0) == svg
