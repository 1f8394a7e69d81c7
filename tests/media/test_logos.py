"""Test when a publisher's logo is visible on its background."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from triptych.media.output_pictures import choose_logo_background, fit_logo
from triptych.model.nodes import Picture

PAPER, DEEP = "ffffff", "16324a"


def mark(colour: str, ground: str | None = None) -> bytes:
    """Draw a logo of a symbol and letters in one colour."""
    image = Image.new("RGBA", (120, 40), f"#{ground}" if ground else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, 36, 36), fill="#c17c33")
    for left in range(44, 116, 12):
        draw.rectangle((left, 6, left + 7, 34), fill=f"#{colour}")
    with io.BytesIO() as out:
        image.save(out, "PNG")
        return out.getvalue()


@pytest.mark.parametrize(
    ("colour", "ground", "behind"),
    [
        ("1c2024", DEEP, PAPER),
        ("1c2024", PAPER, ""),
        ("ffffff", PAPER, DEEP),
        ("ffffff", DEEP, ""),
        ("8090a0", PAPER, ""),
        ("00687f", "12344b", PAPER),  # dark green-blue on dark blue: 2:1
        ("ff8800", PAPER, ""),  # pale, but of another hue
    ],
)
def test_invisible_logo_gets_a_background(colour: str, ground: str, behind: str) -> None:
    assert choose_logo_background(mark(colour), ground, (PAPER, DEEP)) == behind


def test_only_the_outline_of_a_logo_must_be_visible() -> None:
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((2, 2, 57, 57), fill="#ffffff")
    draw.ellipse((8, 8, 51, 51), fill=f"#{DEEP}")
    with io.BytesIO() as out:
        image.save(out, "PNG")
        ringed = out.getvalue()
    assert choose_logo_background(ringed, DEEP, (PAPER,)) == ""
    assert choose_logo_background(ringed, PAPER, (DEEP,)) == DEEP


def test_logo_with_a_background_needs_none() -> None:
    assert choose_logo_background(mark("1c2024", "ffffff"), DEEP, (PAPER,)) == ""
    assert choose_logo_background(mark("ffffff", "1c2024"), PAPER, (DEEP,)) == ""


def test_no_background_if_none_helps() -> None:
    assert choose_logo_background(mark("16324a"), DEEP, ("183550",)) == ""


def test_logo_keeps_its_proportions() -> None:
    picture = Picture(path="a.png", media_type="image/png", width=400, height=100)
    assert fit_logo(picture, 100, 50) == (100, 25)
    assert fit_logo(picture, 100, 10) == (40, 10)
