"""Test the text of glyphs in scripts with complex shaping."""

from __future__ import annotations

import pytest
import uharfbuzz as hb

from triptych.media.fonts.fonts import select_characters_beyond_latin, subset_font
from triptych.theme.theme import load_theme
from weasyprint_typography.actual_text import collect_glyph_texts


def shaped(language: str, word: str) -> list[str]:
    """Return the text of the glyphs of a word, in drawing order."""
    theme = load_theme()
    script = theme.find_script(language)
    assert script is not None
    data = subset_font(theme.select_face(script.serif), select_characters_beyond_latin(word))
    texts = collect_glyph_texts(data)
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    hb.shape(hb.Font(hb.Face(data)), buffer)
    return [texts.get(glyph.codepoint, "") for glyph in buffer.glyph_infos]


@pytest.mark.parametrize(
    ("language", "word", "letters"),
    [
        ("hi", "क्षमता", ["क्ष", "म", "त", "ा"]),
        ("hi", "बिजली", ["ि", "ब", "ज", "ल", "ी"]),
        ("hi", "सूर्य", ["स", "ू", "य", "र्"]),
        ("he", "שלום", ["ם", "ו", "ל", "ש"]),
        ("zh", "中文", ["中", "文"]),
    ],
)
def test_each_glyph_has_its_letters(language: str, word: str, letters: list[str]) -> None:
    assert shaped(language, word) == letters


@pytest.mark.parametrize(
    ("language", "word"), [("ar", "الكتاب"), ("ta", "தமிழ்"), ("bn", "বিদ্যুৎ"), ("km", "ខ្មែរ")]
)
def test_no_letter_is_lost(language: str, word: str) -> None:
    assert set(word) <= set("".join(shaped(language, word)))
