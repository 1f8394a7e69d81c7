"""Test the displayed size of pictures."""

from __future__ import annotations

import pytest

from triptych.media.picture_sizes import PictureTarget, compute_displayed_size, is_wide, parse_length
from triptych.model.nodes import Attr, Picture

ROOM = PictureTarget(width=400, wide=500, height=600, dpi=300, media_types=frozenset())


def shown(
    across: float, down: float, room: PictureTarget = ROOM, classes: tuple[str, ...] = (), **pairs: str
):
    picture = Picture(path="a.png", media_type="image/png", width=across, height=down)
    return compute_displayed_size(picture, Attr("", classes, tuple(pairs.items())), room)


@pytest.mark.parametrize(
    ("written", "css", "pixels"),
    [
        ("50%", "50%", 200),
        ("300", "300px", 300),
        (" 3 cm", "3cm", 3 * 96 / 2.54),
        ("25.4mm", "25.4mm", 96),
        ("1inch", "1in", 96),
        (".5in", "0.5in", 48),
        ("72pt", "72pt", 96),
        ("2em", "2em", 32),
        ("6pc", "6pc", 96),
    ],
)
def test_lengths_use_pandoc_and_css_notation(written: str, css: str, pixels: float) -> None:
    length = parse_length(written)
    assert str(length) == css
    assert length.to_pixels(400) == pytest.approx(pixels)


@pytest.mark.parametrize("written", ["", "wide", "-3cm", "0", "1e9", "3 furlongs", "100000px", "5;color:red"])
def test_invalid_length_is_none(written: str) -> None:
    assert parse_length(written) is None


@pytest.mark.parametrize("name", ["full-width", "column-page", "column-screen", "column-body-outset"])
def test_quarto_classes_for_wide_figures_are_known(name: str) -> None:
    assert is_wide(Attr("", (name,)))
    assert not is_wide(Attr("", ("lightbox",)))


@pytest.mark.parametrize(
    ("size", "more", "expected"),
    [
        ((200, 100), {}, (200, 100)),  # the natural size
        ((4000, 2000), {}, (400, 200)),  # limited to the text width
        ((400, 6000), {}, (40, 600)),  # limited to the maximum height of figures
        ((200, 100), {"width": "50%"}, (200, 100)),
        ((100, 50), {"width": "100%"}, (400, 200)),
        ((100, 50), {"width": "90%", "height": "1cm"}, (360, 180)),
        ((100, 50), {"height": "100px"}, (200, 100)),
        ((100, 50), {"height": "50%"}, (100, 50)),  # a fraction of zero
        ((100, 50), {"classes": ("full-width",)}, (500, 250)),
        ((100, 50), {"width": "3000px"}, (400, 200)),
    ],
)
def test_picture_keeps_its_proportions_within_its_target(size, more, expected) -> None:
    assert shown(*size, **more) == pytest.approx(expected)


def test_target_may_enlarge_pixels() -> None:
    picture_target = PictureTarget(
        width=400, wide=400, height=600, dpi=220, natural=4 / 3, media_types=frozenset()
    )
    assert shown(90, 60, picture_target) == pytest.approx((120, 80))
