"""Test the choice of type size and line breaks for a text."""

from __future__ import annotations

import pytest

from triptych.media.text_outlines import FontSettings, TextBoxLimits, fit_text, measure_line, split_syllables
from triptych.theme.theme import load_theme

THEME = load_theme()
ROOM = TextBoxLimits(width=1280, height=860, font_size=320)


def hand(language: str = "en") -> FontSettings:
    script = THEME.find_script(language)
    faces = (THEME.select_face("EB Garamond"), *((THEME.select_face(script.serif),) if script else ()))
    return FontSettings(faces=faces, language=language, cjk_punctuation=script is not None)


def lines(words: str, language: str = "en", room: TextBoxLimits = ROOM) -> tuple[str, ...]:
    text = fit_text(words, hand(language), 1.1, room)
    assert len(text.lines) * 1.1 * text.font_size <= room.height
    assert all(measure_line(line, hand(language)) * text.font_size <= room.width + 1 for line in text.lines)
    return text.lines


def test_word_has_the_largest_size_that_fits() -> None:
    assert fit_text("Go", hand(), 1.1, ROOM).font_size == 320


def test_unbreakable_word_is_reduced() -> None:
    text = fit_text("Internationalisation", hand(), 1.1, ROOM)
    assert text.lines == ("Internationalisation",)
    assert text.font_size < 200


def test_lines_are_of_like_lengths() -> None:
    text_box_limits = TextBoxLimits(width=1000, height=300, font_size=100)
    assert lines("What they have achieved, and where their limits lie", room=text_box_limits)[0].endswith(
        "achieved,"
    )


def test_no_line_has_only_a_word_ending() -> None:
    assert all(len(line) > 2 for line in lines("中国的领先技术及其局限所在以及未来", "zh"))


def test_hyphen_follows_a_broken_word() -> None:
    result = lines("Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesellschaft", "de")
    assert len(result) > 1
    assert all(line.endswith("-") for line in result[:-1])
    assert "\u00ad" not in "".join(result)


def test_text_without_words_breaks_anywhere() -> None:
    assert len(lines("x" * 150)) > 3
    assert "".join(lines("x" * 150)) == "x" * 150


@pytest.mark.parametrize(
    ("words", "count"), [("中国的领先技术", 1), ("5G与中国", 1), ("中国的领先技术及其局限所在", 3)]
)
def test_few_characters_keep_to_a_line(words: str, count: int) -> None:
    assert len(lines(words, "zh")) == count


def test_latin_letters_have_a_gap_to_ideographs() -> None:
    assert lines("5G与AI", "zh") == ("5G\u2005与\u2005AI",)


def test_empty_text_has_no_lines() -> None:
    assert fit_text("", hand(), 1.1, ROOM).lines == ()


def test_thai_ends_its_lines_between_syllables() -> None:
    words = "เทคโนโลยีชั้นนำของประเทศจีนและพลังงานหมุนเวียน"
    result = lines(words, "th")
    ends = {len("".join(split_syllables(words)[:count])) for count in range(len(words))}
    assert len(result) > 1 and "".join(result) == words
    assert {len("".join(result[:count])) for count in range(len(result))} <= ends
