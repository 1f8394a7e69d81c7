"""Test that errors of the YAML parser are explained at the mistake, with the corrected line."""

from __future__ import annotations

import pytest

from triptych.yaml_text import MalformedYamlError, load_yaml


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "book:\n  title: A\n    subtitle: B\n",
            (3, 5),
            '"subtitle" is indented more than "title", which has a value of its own',
            "indent `subtitle:` by 2 spaces, to line up with `title:`",
        ),
        (
            "format:\npdf: default\n  epub: default\n",
            (2, 1),
            '"pdf" is not indented, but "epub" is',
            "indent `pdf:` by 2 spaces, to line up with `epub:`",
        ),
        (
            "variables:\n    a: b\n  format:\n    pdf: default\n",
            (3, 3),
            "the indentation of `format:` matches no line above",
            "indent `format:` and the lines under it further, like `a:` (4 spaces), or less, like `variables:` "
            "(no spaces)",
        ),
        (
            "author:\n    - name: A\n     role: aut\n",
            (3, 6),
            "the indentation of `role:` matches no line above",
            "indent `role:` further, like `name:` (6 spaces), or less, like `- name: A` (4 spaces)",
        ),
        (
            "chapters:\n    - a.md\n  - b.md\n",
            (3, 3),
            "the indentation of `- b.md` matches no line above",
            "indent `- b.md` further, like `- a.md` (4 spaces), or less, like `chapters:` (no spaces)",
        ),
        (
            "book:\n  title: x\n  - a.md\n",
            (3, 3),
            "a list item is among keys",
            "write the key of the list above its items, such as `chapters:`",
        ),
        (
            "chapters:\n  - a.md\n  lang: en\n",
            (3, 3),
            "the key `lang:` is among list items",
            "indent `lang:` with no spaces, like `chapters:`, or start the line with `- `",
        ),
        (
            'title: "A" and B\nlang: en\n',
            (1, 12),
            "text follows the closing quotation mark",
            "write title: '\"A\" and B'",
        ),
        (
            "title: 'A's story'\n",
            (1, 11),
            "text follows the closing quotation mark",
            'write title: "A\'s story"',
        ),
        (
            'keywords: "a", "b"\n',
            (1, 14),
            "text follows the closing quotation mark",
            'write keywords: ["a", "b"]',
        ),
        (
            "title: *Bold*\n",
            (1, 8),
            "a value that begins with * needs quotation marks",
            'write title: "*Bold*"',
        ),
        (
            "a: b\nkeywords: [a, b\nlang: en\n",
            (2, 11),
            "the bracket [ is not closed",
            "add ] after the last item",
        ),
        (
            "format: {\n  pdf: default\n  epub: default\n}\nkeywords: [a]\n",
            (3, 7),
            "a comma is missing in a list or mapping in brackets",
            "separate the items with commas",
        ),
        (
            "format: {pdf: default\nkeywords: [a]\ntalk: {minutes: 3}\n",
            (1, 9),
            "the bracket { is not closed",
            "add } after the last item",
        ),
        (
            "book:\n  title A\n  lang: en\n",
            (2, 3),
            "the line has no colon",
            "write `key: value`, or indent the line to continue the value above",
        ),
        ("book:\n  title:A\n  lang: en\n", (2, 3), 'a space is missing after ":"', "write title: A"),
        (
            "book:\n  title = A\n  lang: en\n",
            (2, 3),
            "an equals sign does not separate a key from its value",
            "write title: A",
        ),
        (
            "book:\n  title：A\n  lang: en\n",
            (2, 3),
            "a full-width colon does not separate a key from its value",
            "write title: A",
        ),
        ("a: b\n<!-- x -->\nlang: en\n", (2, 1), "this is not a YAML comment", "write # x"),
        (f"a: b\n// x{' ' * 50_000}y\n", (2, 1), "this is not a YAML comment", "write # x"),
        (
            "chapters: - a.md\n",
            (1, 11),
            "a list cannot start on the line of its key",
            "start the list on the next line, with one `- ` item per line, or write `[first, second]`",
        ),
        (
            'title: "C:\\Users"\n',
            (1, 13),
            "a backslash in double quotation marks starts an escape sequence",
            "write title: 'C:\\Users'",
        ),
        (
            "a: b\n---\nc: d\n",
            (2, 1),
            "a line of three hyphens starts a second YAML document",
            "delete the line",
        ),
        (
            "a: b\nsummary: | text\n  more\n",
            (2, 12),
            "text follows the block sign `|` or `>` on the same line",
            "move the text to the next line and indent it, or delete the sign",
        ),
        ("a: b # [\nc: [d,\n", (2, 4), "the bracket [ is not closed", "add ] after the last item"),
        ('a: "["\nc: {d: \n', (2, 4), "the bracket { is not closed", "add } after the last item"),
        ("a: [b, , c]\n", (1, 8), "a value is missing before ,", "add the value, or delete the extra sign"),
        (
            "a: b\nc: A\x08B\n",
            (2, 5),
            "the character U+0008 (backspace) is not allowed in text",
            "delete the character",
        ),
        (
            "a: A\x96B\n",
            (1, 5),
            "the character U+0096 (control character) is not allowed in text",
            "delete the character",
        ),
        (
            'a: "A\\bB"\n',
            (1, 4),
            "the character U+0008 (backspace) is not allowed in text",
            "delete the character or its escape sequence",
        ),
    ],
)
def test_a_mistake_is_explained_at_its_place(
    text: str, place: tuple[int, int], message: str, hint: str
) -> None:
    with pytest.raises(MalformedYamlError) as caught:
        load_yaml(text)
    error = caught.value
    assert ((error.line, error.column), error.message, error.hint) == (place, message, hint)


@pytest.mark.parametrize(
    "text", ["a:\n", "? a\n: b: c\n", "-\n -\n-: [\n", ":\n  :\n :", "{", "'", "- - -\n a:\n  b"]
)
def test_malformed_yaml_is_explained_without_failing(text: str) -> None:
    try:
        load_yaml(text)
    except MalformedYamlError as error:
        assert error.message and error.hint and error.line >= 1 and error.column >= 1
