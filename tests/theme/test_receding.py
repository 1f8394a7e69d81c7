"""Test that muted marks are just visible, and that their labels are legible."""

from __future__ import annotations

from triptych.theme.colours import (
    READABLE_CONTRAST,
    RECEDING_CONTRASTS,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    darken_until_readable,
    mix_receding_colours,
    parse_rgb,
)


def test_receding_colour_is_as_light_as_visible() -> None:
    lighter, darker = mix_receding_colours("000000", "ffffff")
    for shade, least in zip((lighter, darker), RECEDING_CONTRASTS, strict=True):
        assert least <= compute_contrast_ratio(shade, "ffffff") < least * 1.03
        assert parse_rgb(shade)[0] == parse_rgb(shade)[2]
    assert mix_receding_colours("eeeeee", "ffffff") == ("eeeeee", "eeeeee")  # too little contrast anyway


def test_text_has_enough_contrast() -> None:
    assert darken_until_readable("0000aa", "000000", "ffffff") == "0000aa"
    darkened = darken_until_readable("ffcc00", "000000", "ffffff")
    assert READABLE_CONTRAST <= compute_contrast_ratio(darkened, "ffffff") < READABLE_CONTRAST * 1.25
    assert darken_until_readable("eeeeee", "dddddd", "ffffff") == "dddddd"
    assert VISIBLE_CONTRAST < READABLE_CONTRAST
