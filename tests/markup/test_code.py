"""Test that code is highlighted without changing its text."""

from __future__ import annotations

import pytest

from tests.conftest import parsed
from triptych.markup.code import highlight_code, highlight_lines, write_code
from triptych.model.nodes import Attr, CodeBlock

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
def test_highlighting_keeps_every_character(language: str, source: str) -> None:
    text = "".join(parsed(highlight_code(source, language)).itertext())
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
def test_tokens_have_the_class_of_their_kind(source: str, name: str, word: str) -> None:
    spans = [(span.get("class"), span.text) for span in parsed(highlight_code(source, "python")).iter("span")]
    assert (name, word) in spans


@pytest.mark.parametrize("language", ["", "nosuchlanguage", "Text"])
def test_unknown_language_is_not_highlighted(language: str) -> None:
    assert highlight_code("x < 1", language) == "x &lt; 1"


def test_the_case_of_a_language_does_not_matter() -> None:
    assert highlight_code("def f(): pass", "Python") == highlight_code("def f(): pass", "python")


def test_control_characters_in_code_are_replaced() -> None:
    assert highlight_code("a\0b", "python").count("\ufffd") == 1


DOCUMENTED = 'def f():\n    """One\n\n    two."""\n'


def test_each_line_is_an_element_with_its_code() -> None:
    tree = parsed(highlight_lines(DOCUMENTED, "python", first=None, emphasised=frozenset()))
    lines = [span for span in tree if span.get("class") == "line"]
    assert ["".join(line.itertext()) for line in lines] == DOCUMENTED.split("\n")
    # A token of several lines has its class on each of them.
    assert [[part.get("class") for part in line] for line in lines] == [["kw", "fn"], ["st"], [], ["st"], []]


def test_lines_are_numbered_and_highlighted() -> None:
    tree = parsed(highlight_lines("a\nb\nc", "", first=9, emphasised=frozenset((2,))))
    assert [(line.get("class"), line[0].text, line[0].tail) for line in tree] == [
        ("line", "9", "a"),
        ("line marked", "10", "b"),
        ("line", "11", "c"),
    ]
    assert all(number.get("aria-hidden") == "true" for number in tree.iter("span") if number.text == "9")


def marked_lines(count: int, lines: str) -> list[int]:
    """Return the numbers of the lines that a listing of ``count`` lines emphasises."""
    text = "\n".join("x" * count)
    tree = parsed(write_code(CodeBlock(text=text, attr=Attr(pairs=(("highlight-lines", lines),)))))
    return [number for number, line in enumerate(tree, 1) if line.get("class") == "line marked"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [("2", [2]), ("2-4", [2, 3, 4]), ("1,3", [1, 3]), ("3-3", [3]), ("4-2", []), ("5-999999999", [5, 6])],
)
def test_single_lines_and_ranges_are_emphasised(lines: str, expected: list[int]) -> None:
    assert marked_lines(6, lines) == expected


@pytest.mark.parametrize(("start", "expected"), [("0", "0"), ("7", "7"), ("", "1")])
@pytest.mark.parametrize("key", ["startFrom", "start-from"])
@pytest.mark.parametrize("name", ["numberLines", "number-lines"])
def test_line_numbers_start_at_the_given_number(name: str, key: str, start: str, expected: str) -> None:
    listing = CodeBlock(text="x", attr=Attr(classes=(name,), pairs=((key, start),)))
    (number,) = parsed(write_code(listing)).xpath("//span[@class='line-number']")
    assert number.text == expected


@pytest.mark.parametrize(
    ("language", "source", "name", "word"),
    [
        ("python", "len(x)", "kw", "len"),
        ("python", "class C: pass", "fn", "C"),
        ("python", "@once\ndef f(): pass", "fn", "@once"),
        ("python", "a and b", "kw", "and"),
        ("html", '<p id="a">x</p>', "kw", "p"),
        ("html", '<p id="a">x</p>', "fn", "id"),
    ],
)
def test_names_have_the_class_of_their_kind(language: str, source: str, name: str, word: str) -> None:
    spans = [(span.get("class"), span.text) for span in parsed(highlight_code(source, language)).iter("span")]
    assert (name, word) in spans
