"""What stands back can just be seen, and words about marks can be read."""

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


def test_what_recedes_is_as_light_as_is_seen() -> None:
    lighter, darker = mix_receding_colours("000000", "ffffff")
    for shade, least in zip((lighter, darker), RECEDING_CONTRASTS, strict=True):
        assert least <= compute_contrast_ratio(shade, "ffffff") < least * 1.03
        assert parse_rgb(shade)[0] == parse_rgb(shade)[2]
    assert mix_receding_colours("eeeeee", "ffffff") == ("eeeeee", "eeeeee")  # nothing is seen there


def test_words_have_as_much_ink_as_they_need() -> None:
    assert darken_until_readable("0000aa", "000000", "ffffff") == "0000aa"
    darkened = darken_until_readable("ffcc00", "000000", "ffffff")
    assert READABLE_CONTRAST <= compute_contrast_ratio(darkened, "ffffff") < READABLE_CONTRAST * 1.25
    assert darken_until_readable("eeeeee", "dddddd", "ffffff") == "dddddd"
    assert VISIBLE_CONTRAST < READABLE_CONTRAST
