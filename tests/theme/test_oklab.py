"""Test conversion to linear RGB and Oklab and back, with known values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.theme.colours import (
    convert_from_oklab,
    convert_to_oklab,
    encode_channel,
    format_hex_colour,
    linearise_channel,
    mix_colours,
    parse_rgb,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"{number:06x}")


@pytest.mark.parametrize(
    ("colour", "place"),
    [
        ("ffffff", (1.0, 0.0, 0.0)),
        ("000000", (0.0, 0.0, 0.0)),
        ("ff0000", (0.6280, 0.2249, 0.1258)),
        ("00ff00", (0.8664, -0.2339, 0.1795)),
        ("0000ff", (0.4520, -0.0325, -0.3115)),
    ],
)
def test_oklab_values_match_the_reference(colour: str, place: tuple[float, float, float]) -> None:
    assert convert_to_oklab(colour) == pytest.approx(place, abs=1e-3)
    assert convert_from_oklab(*convert_to_oklab(colour)) == colour


@given(COLOURS)
def test_oklab_conversion_round_trips(colour: str) -> None:
    back = parse_rgb(convert_from_oklab(*convert_to_oklab(colour)))
    assert all(abs(item - other) <= 1 for item, other in zip(parse_rgb(colour), back, strict=True))


def test_colour_outside_the_gamut_is_desaturated_at_equal_lightness() -> None:
    place = convert_to_oklab("ff0000")
    beyond = convert_from_oklab(place[0], place[1] * 2, place[2] * 2)
    assert convert_to_oklab(beyond)[0] == pytest.approx(place[0], abs=0.02)
    assert convert_to_oklab(beyond)[1] > 0.15
    assert convert_from_oklab(0.5, 0.0, 0.0) == convert_from_oklab(0.5, 9.0, 9.0) == "636363"


@pytest.mark.parametrize(
    ("channel", "light"), [(0, 0), (1, 1), (0.04045, 0.04045 / 12.92), (0.5, 0.21404), (0.02, 0.02 / 12.92)]
)
def test_light_is_that_of_the_standard(channel: float, light: float) -> None:
    assert linearise_channel(channel) == pytest.approx(light, abs=1e-5)
    assert encode_channel(light) == pytest.approx(channel, abs=1e-5)


def test_colours_are_mixed_by_shares() -> None:
    assert [mix_colours("000000", "ff8000", share) for share in (0, 0.5, 1)] == ["000000", "804000", "ff8000"]
    assert format_hex_colour((0, 0.5, 1)) == "0080ff"
