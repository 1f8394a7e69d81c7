"""Code is highlighted, and stays the code that it was."""

from __future__ import annotations

import pytest

from tests.conftest import parsed
from triptych.markup.code import highlight

SOURCES = [
    ("python", 'def f(x: int) -> str:\n    """Say <x>."""\n    return f"{x}" + "&"  # comment\n'),
    ("json", '{"a": [1, true, null]}'),
    ("bash", 'echo "$HOME" && ls -l | wc\n'),
    ("html", '<p class="a">x &amp; y</p>'),
    ("yaml", "a: 1\nb:\n  - c\n"),
    ("c", "#include <stdio.h>\nint main(void) { return 0; }\n"),
    ("sql", "SELECT * FROM t WHERE a < 1;"),
    ("python", "\n\n  indented = 1\n\n"),
    ("python", "\tx = 1\t\n"),
    ("python", "x = 1\r\n"),
]


@pytest.mark.parametrize(("language", "source"), SOURCES)
def test_highlighting_adds_no_character_and_loses_none(language: str, source: str) -> None:
    text = "".join(parsed(highlight(source, language)).itertext())
    assert text == source.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("source", "name", "word"),
    [
        ("def f(): pass", "kw", "def"),
        ("def f(): pass", "fn", "f"),
        ("x = 1.5", "nu", "1.5"),
        ("x = 'a'", "st", "'a'"),
        ("# a", "co", "# a"),
    ],
)
def test_words_have_the_class_of_what_they_are(source: str, name: str, word: str) -> None:
    spans = [(span.get("class"), span.text) for span in parsed(highlight(source, "python")).iter("span")]
    assert (name, word) in spans


@pytest.mark.parametrize("language", ["", "nosuchlanguage", "Text"])
def test_an_unknown_language_stays_plain(language: str) -> None:
    assert highlight("x < 1", language) == "x &lt; 1"


def test_the_case_of_a_language_does_not_matter() -> None:
    assert highlight("def f(): pass", "Python") == highlight("def f(): pass", "python")


def test_control_characters_in_code_are_replaced() -> None:
    assert highlight("a\0b", "python").count("\ufffd") == 1
