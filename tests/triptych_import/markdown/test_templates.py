"""Test that variables, conditions and includes of HonKit and GitBook are replaced."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.containers import remove_mkdocstrings_directives
from triptych_import.formats.honkit import resolve_template_tags

KNOWN = {"book": {"title": "A book", "year": 2024}}
FILES = {
    "sub/part.md": "Part.",
    "sub/a.py": "one\n# [x]\ntwo\n# [y]\nthree\n# [x]\n# [y]\nfour\n",
    "sub/ticks.md": "````\n```\n",
}


def read(text: str) -> tuple[str, list[str]]:
    """Return the text, and the messages on it."""
    draft = resolve_template_tags(Draft.from_text("sub/one.md", text), KNOWN, FILES.get)
    findings = list(draft.findings)
    return draft.text, [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("In {{ book.title }} of {{book.year}}.", "In A book of 2024.", []),
        ("No {{ book.isbn }}.", "No {{ book.isbn }}.", ['undefined variable "book.isbn"']),
        ("No {{ book }}.", "No {{ book }}.", ['undefined variable "book"']),
        ("Code `{{ book.isbn }}`.", "Code `{{ book.isbn }}`.", []),
        ("{% raw %}{{ book.title }}{% endraw %} {{ book.title }}", "{{ book.title }} A book", []),
        ('{% include "part.md" %} Text.', "Part. Text.", []),
        ('{% include "gone.md" %}Text.', "Text.", ['file "gone.md" cannot be included']),
        ('{% include "a.py" %}Text.', "Text.", ['file "a.py" cannot be included']),
        ("{% set x = 1 %}Text.", "Text.", ["unsupported template tag `set`"]),
    ],
)
def test_placeholders_are_replaced_by_their_values(text: str, expected: str, found: list[str]) -> None:
    assert read(text) == (expected, found)


ELSEWHERE = "this conditional block is for another output than a book"


@pytest.mark.parametrize(
    ("test", "expected", "found"),
    [
        ("output.name == 'ebook'", "A", [ELSEWHERE]),
        ("output.name == 'website'", "B", [ELSEWHERE]),
        ("output.name != 'website'", "A", [ELSEWHERE]),
        ("output.name != 'pdf'", "B", [ELSEWHERE]),
        ("draft", "AB", ['unsupported condition "draft"']),
    ],
)
def test_conditions_are_decided_for_a_book(test: str, expected: str, found: list[str]) -> None:
    assert read(f"{{% if {test} %}}A{{% else %}}B{{% endif %}}") == (expected, found)


def test_conditions_within_conditions_are_decided_first() -> None:
    inner = "{% if output.name == 'website' %}B{% endif %}"
    text = f"{{% if output.name == 'pdf' %}}A{inner}{{% endif %}}C"
    assert read(text) == ("AC", [ELSEWHERE])


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("[import](a.py)", "```py\none\ntwo\nthree\nfour\n```"),
        ('[import:"x"](a.py)', "```py\ntwo\nthree\n```"),
        ('[import:"y"](a.py)', "```py\nthree\n```"),
        ("[import:1-2](a.py)", "```py\none\n# [x]\n```"),
        ("[import:7-](a.py)", "```py\n# [y]\nfour\n```"),
        ("[import:0-1](a.py)", "```py\none\n```"),
        ('[import:1-1, lang:"c", title:"A \\b"](a.py)', '```{.c lst-cap="A \\\\b"}\none\n```'),
        ("  [import:1-1](a.py)", "  ```py\n  one\n  ```"),
        ("[import](ticks.md)", "`````md\n````\n```\n`````"),
        ("Not [import](a.py) here.", "Not [import](a.py) here."),
    ],
)
def test_files_of_code_are_put_in(mark: str, code: str) -> None:
    assert read(mark) == (code, [])


def test_missing_file_is_reported() -> None:
    assert read("[import](b.py)") == ("[import](b.py)", ['code file "b.py" is missing or not UTF-8'])


def test_mkdocstrings_directives_are_reported_and_removed() -> None:
    draft = Draft.from_text("a.md", "Text.\n\n::: pack.name\n    options:\n\tx: 1\nMore.\n\n::: note\n")
    left = remove_mkdocstrings_directives(draft)
    findings = list(left.findings)
    assert left.text == "Text.\n\n\nMore.\n\n::: note\n"
    assert [(item.line, item.message) for item in findings] == [
        (3, "mkdocstrings generates the reference of pack.name from code")
    ]
