"""Test line breaks in scripts without spaces; other line breaks are tested on slides."""

from __future__ import annotations

import pytest

from triptych.media.text_outlines import split_syllables


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("words", ["words"]),
        ("", []),
        ("พลังงาน", ["พลัง", "งาน"]),
        ("และงาน", ["และ", "งาน"]),
        ("ພາສາເກົ່າ", ["ພາສາ", "ເກົ່າ"]),
        ("ភាសាខ្មែរ", ["ភា", "សា", "ខ្មែ", "រ"]),
        ("မြန်မာ", ["မြန်", "မာ"]),
    ],
)
def test_a_text_is_parted_between_its_syllables(text: str, parts: list[str]) -> None:
    assert split_syllables(text) == parts
