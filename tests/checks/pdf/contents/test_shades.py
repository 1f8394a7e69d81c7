"""Test the WCAG contrast ratio, and which background colour counts if there are several."""

from __future__ import annotations

import pytest
from PIL import Image

from triptych.checks.pdf.page_contents import find_median_contrast, format_hex, measure_contrast

BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (118, 118, 118)


def behind(*colours: tuple[int, int, int]) -> Image.Image:
    """Return an image with a column of each colour."""
    picture = Image.new("RGB", (len(colours), 10))
    for x, colour in enumerate(colours):
        picture.paste(colour, (x, 0, x + 1, 10))
    return picture


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        (GREY, WHITE, 4.54),
        ((119, 119, 119), WHITE, 4.48),
        ((255, 0, 0), WHITE, 4.0),
    ],
)
def test_known_contrasts(one: tuple[int, int, int], other: tuple[int, int, int], ratio: float) -> None:
    assert measure_contrast(one, other) == measure_contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_uniform_background_is_the_background_colour() -> None:
    assert find_median_contrast(BLACK, 1, behind(WHITE)) == (BLACK, WHITE, pytest.approx(21))


def test_background_needs_half_of_the_area_behind_the_text() -> None:
    assert find_median_contrast(BLACK, 1, behind(WHITE, WHITE, WHITE, BLACK)).background == WHITE
    assert find_median_contrast(BLACK, 1, behind(WHITE, BLACK)).background == BLACK


def test_transparent_text_has_its_visible_colour() -> None:
    assert find_median_contrast(BLACK, 0.5, behind(WHITE)).colour == (128, 128, 128)


def test_colours_are_reported_in_css_notation() -> None:
    assert format_hex((0, 10, 255)) == "#000aff"
