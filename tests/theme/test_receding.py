"""What stands back can just be seen, and words about marks can be read."""

from __future__ import annotations

from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.theme.oklab import channels
from triptych.theme.receding import RECEDING, readable, receding


def test_what_recedes_is_as_light_as_is_seen() -> None:
    lighter, darker = receding("000000", "ffffff")
    for shade, least in zip((lighter, darker), RECEDING, strict=True):
        assert least <= contrast(shade, "ffffff") < least * 1.03
        assert channels(shade)[0] == channels(shade)[2]
    assert receding("eeeeee", "ffffff") == ("eeeeee", "eeeeee")  # nothing is seen there


def test_words_have_as_much_ink_as_they_need() -> None:
    assert readable("0000aa", "000000", "ffffff") == "0000aa"
    darkened = readable("ffcc00", "000000", "ffffff")
    assert READABLE <= contrast(darkened, "ffffff") < READABLE * 1.25
    assert readable("eeeeee", "dddddd", "ffffff") == "dddddd"
    assert VISIBLE < READABLE
