"""Test contrast, lightness and colour difference as defined in standards."""

from __future__ import annotations

import pytest

from triptych.theme.colours import (
    compute_colour_difference,
    compute_contrast_ratio,
    compute_perceived_lightness,
)


def test_contrast_and_lightness_match_their_standards() -> None:
    assert (
        compute_contrast_ratio("000000", "ffffff")
        == compute_contrast_ratio("ffffff", "000000")
        == pytest.approx(21)
    )
    assert compute_contrast_ratio("777777", "ffffff") == pytest.approx(4.478, abs=1e-3)
    assert [compute_perceived_lightness(colour) for colour in ("000000", "ffffff")] == pytest.approx(
        [0, 100], abs=1e-3
    )
    assert compute_perceived_lightness("777777") == pytest.approx(50.03, abs=0.01)
    assert compute_perceived_lightness("010101") == pytest.approx(0.2742, abs=1e-3)
    assert compute_colour_difference("000000", "ffffff") == pytest.approx(1, abs=1e-3)
