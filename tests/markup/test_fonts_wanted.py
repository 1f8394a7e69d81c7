"""Test which characters and composed forms pages need from fonts."""

from __future__ import annotations

from triptych.markup.xml import collect_font_requirements

ONE = (
    '<html lang="en"><head><title>Head</title></head><body><p class="x">ab<code>c</code>ba</p></body></html>'
)
TWO = '<html lang="de"><body lang="fr">n<i>o</i>\u0303<span class="say samp">d</span></body></html>'


def test_characters_are_listed_once_per_page_and_code_separately() -> None:
    font_requirements = collect_font_requirements([ONE, TWO])
    assert font_requirements.characters.split("\n") == ["a", "b", "c", "n", "o", "\u0303", "d", "õ"]
    assert font_requirements.code.split("\n") == ["c", "d"]
    assert font_requirements.languages == ("en", "de", "fr")


def test_pages_without_code_require_no_code_characters() -> None:
    assert collect_font_requirements(["<html><body>a</body></html>"] * 3).code == ""
