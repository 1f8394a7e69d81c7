"""Words find their size and their lines."""

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
    found = fit_text(words, hand(language), 1.1, room)
    assert len(found.lines) * 1.1 * found.font_size <= room.height
    assert all(measure_line(line, hand(language)) * found.font_size <= room.width + 1 for line in found.lines)
    return found.lines


def test_a_word_stands_as_large_as_the_room_says() -> None:
    assert fit_text("Go", hand(), 1.1, ROOM).font_size == 320


def test_a_word_that_nothing_breaks_is_made_smaller() -> None:
    found = fit_text("Internationalisation", hand(), 1.1, ROOM)
    assert found.lines == ("Internationalisation",)
    assert found.font_size < 200


def test_lines_are_of_like_lengths() -> None:
    room = TextBoxLimits(width=1000, height=300, font_size=100)
    assert lines("What they have achieved, and where their limits lie", room=room)[0].endswith("achieved,")


def test_no_line_is_left_with_the_end_of_a_word() -> None:
    assert all(len(line) > 2 for line in lines("中国的领先技术及其局限所在以及未来", "zh"))


def test_a_hyphen_stands_where_a_word_goes_on() -> None:
    found = lines("Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesellschaft", "de")
    assert len(found) > 1
    assert all(line.endswith("-") for line in found[:-1])
    assert "\u00ad" not in "".join(found)


def test_what_is_no_word_breaks_anywhere() -> None:
    assert len(lines("x" * 150)) > 3
    assert "".join(lines("x" * 150)) == "x" * 150


@pytest.mark.parametrize(
    ("words", "count"), [("中国的领先技术", 1), ("5G与中国", 1), ("中国的领先技术及其局限所在", 3)]
)
def test_few_characters_keep_to_a_line(words: str, count: int) -> None:
    assert len(lines(words, "zh")) == count


def test_latin_letters_stand_a_little_off_ideographs() -> None:
    assert lines("5G与AI", "zh") == ("5G\u2005与\u2005AI",)


def test_nothing_takes_no_lines() -> None:
    assert fit_text("", hand(), 1.1, ROOM).lines == ()


def test_thai_ends_its_lines_between_syllables() -> None:
    words = "เทคโนโลยีชั้นนำของประเทศจีนและพลังงานหมุนเวียน"
    found = lines(words, "th")
    ends = {len("".join(split_syllables(words)[:count])) for count in range(len(words))}
    assert len(found) > 1 and "".join(found) == words
    assert {len("".join(found[:count])) for count in range(len(found))} <= ends
