"""What pages want of fonts: each character once, with what it is composed to, and nothing that no page says."""

from __future__ import annotations

from triptych.markup.xml import collect_font_requirements

ONE = (
    '<html lang="en"><head><title>Head</title></head><body><p class="x">ab<code>c</code>ba</p></body></html>'
)
TWO = '<html lang="de"><body lang="fr">n<i>o</i>\u0303<span class="say samp">d</span></body></html>'


def test_characters_are_there_once_a_page_and_those_of_code_by_themselves() -> None:
    told = collect_font_requirements([ONE, TWO])
    assert told.characters.split("\n") == ["a", "b", "c", "n", "o", "\u0303", "d", "õ"]
    assert told.code.split("\n") == ["c", "d"]
    assert told.languages == ("en", "de", "fr")


def test_pages_without_code_want_none() -> None:
    assert collect_font_requirements(["<html><body>a</body></html>"] * 3).code == ""
