"""Test positions in YAML."""

from __future__ import annotations

import pytest

from triptych.yaml_text import MalformedYamlError, load_yaml, locate_value, to_plain_values

TEXT = "a: 1\nb:\n  - x\n  - y: 2\nempty: {}\nnone: []\n"


@pytest.mark.parametrize(
    ("steps", "of_value", "of_key"),
    [
        ((), (1, 1), (1, 1)),
        (("a",), (1, 4), (1, 1)),
        (("b",), (3, 3), (2, 1)),
        (("b", 0), (3, 5), (3, 5)),
        (("b", 1, "y"), (4, 8), (4, 5)),
        (("gone",), (1, 1), (1, 1)),
        (("b", "of-a-union", 0), (3, 5), (3, 5)),
        (("b", 7), (3, 3), (2, 1)),
        (("a", "below"), (1, 4), (1, 1)),
        (("empty", "gone"), (5, 8), (5, 1)),
        (("empty", 0), (5, 8), (5, 1)),
        (("none", 0), (6, 7), (6, 1)),
    ],
)
def test_the_place_is_that_of_the_last_step_that_is_there(
    steps: tuple[str | int, ...], of_value: tuple[int, int], of_key: tuple[int, int]
) -> None:
    tree = load_yaml(TEXT)
    assert locate_value(tree, steps) == of_value
    assert locate_value(tree, steps, of_key=True) == of_key


def _aliases(levels: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]" for i in range(1, levels)]
    return "\n".join(lines)


def _merges(levels: int) -> str:
    lines = ["m0: &m0 {k: v}"]
    lines += [f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}], k{i}: v}}" for i in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (_aliases(20), (6, 5), "the text has more than 100,000 values, counting each use of an alias"),
        (_merges(40), (15, 16), "the text has more than 100,000 values, counting each use of an alias"),
        ("a: &a {b: *a}", (1, 4), "an alias refers to a value that contains the alias"),
        ("a: " + "[" * 500, (1, 1), "values are nested more than 100 levels deep"),
        ("a: " + "[" * 120 + "]" * 120, (1, 103), "values are nested more than 100 levels deep"),
        ("a: b\rc: d\r\ne: " + "[" * 2_000, (3, 1_004), "values are nested more than 100 levels deep"),
        ("a:\n  b: " + "w" * 200_000, (2, 1), "the line has 200,005 characters; the limit is 100,000"),
        ("a: |\n" + "  word\n" * 60_000, (1, 4), "the value has 300,000 characters; the limit is 100,000"),
        ("a: b\n" * 300_000, (1, 1), "the YAML text has 1,500,000 characters; the limit is 1,000,000"),
        ('a: b\nc: "\\ud800"', (2, 4), "the character U+D800 is not allowed in text"),
        ("a: {{ b }}", (1, 4), "a list or mapping cannot be a key"),
        ("{{g,{:{}}}:{}}", (1, 1), "a list or mapping cannot be a key"),
        ('a: "\\x01"', (1, 4), "the character U+0001 (control character) is not allowed in text"),
        ('"\\uffff": b', (1, 1), "the character U+FFFF is not allowed in text"),
    ],
)
def test_unusual_yaml_is_rejected_at_its_position(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(MalformedYamlError) as caught:
        load_yaml(text)
    assert (caught.value.line, caught.value.column, caught.value.message) == (*place, message)


def test_aliases_within_a_text_are_resolved() -> None:
    assert to_plain_values(load_yaml("a: &x [1, 2]\nb: *x\n")) == {"a": ["1", "2"], "b": ["1", "2"]}


def test_folded_text_is_text() -> None:
    assert to_plain_values(load_yaml("a: >-\n  one\n  two\n\n  three\n")) == {"a": "one two\nthree"}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_yaml_directive_is_accepted(version: str) -> None:
    assert to_plain_values(load_yaml(f"%YAML {version}\n---\na: no\nb: 010\n")) == {"a": "no", "b": "010"}


def test_comments_are_allowed_in_unusual_places() -> None:
    assert load_yaml("a: #1f6f5c\n\n\n: #\n\n c\n") == {"a": "", "": "c"}


def test_no_tag_makes_anything_else_of_a_text() -> None:
    text = "a: !!int 0x3\nb: !!binary AAA=\nc: !!float 1e999\nd: !!omap [x: 1]\ne: !!timestamp 99999-99-99\n"
    reported = {"a": "0x3", "b": "AAA=", "c": "1e999", "d": [{"x": "1"}], "e": "99999-99-99"}
    assert to_plain_values(load_yaml(text)) == reported
    assert to_plain_values(load_yaml("a: !!set {b, c}")) == {"a": {}}
    assert to_plain_values(load_yaml("a: !1\nb: !own text\nc: [!x y]\n")) == {"b": "text", "c": ["y"]}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a: b: c\n", "a value that contains a colon and a space must be quoted", 'write a: "b: c"'),
        (
            'a: the "b": c\n',
            "a value that contains a colon and a space must be quoted",
            "write a: 'the \"b\": c'",
        ),
        ("a:\n\tb: c\n", "a tab is not allowed here", "replace the tab with spaces"),
        ("a: @b\n", "a value that begins with @ needs quotation marks", 'write a: "@b"'),
        ("a: 1\na: 2\n", 'the key "a" is defined twice', "delete one of the two `a:` entries"),
    ],
)
def test_parser_errors_are_reworded(text: str, message: str, hint: str) -> None:
    with pytest.raises(MalformedYamlError) as caught:
        load_yaml(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)
