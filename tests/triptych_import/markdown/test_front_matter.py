"""Test front matter in YAML or TOML, and pandoc's title block."""

from __future__ import annotations

from typing import Any

import pytest

from triptych_import.book import Draft
from triptych_import.headings import parse_front_matter, split_front_matter


@pytest.mark.parametrize(
    ("text", "values", "rest"),
    [
        ("---\ntitle: A\n---\nText", {"title": "A"}, "Text"),
        ("---\n# a comment\ntitle: A\n---\nText", {"title": "A"}, "Text"),
        ("+++\ntitle = 'A'\n+++\nText", {"title": "A"}, "Text"),
        ("+++\ntitle = \n+++\nText", {}, "Text"),
        (
            "% A\n  title\n% Ada; Bob\n% 2024\nText",
            {"title": "A title", "author": ["Ada", "Bob"], "date": "2024"},
            "Text",
        ),
        ("% A\nText", {"title": "A"}, "Text"),
        ("---\n---\nText", {}, "Text"),
        ("---\ntitle: [\n---\nText", {}, "Text"),
        ("---\n\nwords\n\n---\nText", {}, "---\n\nwords\n\n---\nText"),
        ("---\n- a\n---\nText", {}, "---\n- a\n---\nText"),
        ("Text", {}, "Text"),
    ],
)
def test_front_matter_is_read_and_the_text_follows(text: str, values: dict[str, Any], rest: str) -> None:
    result, end = parse_front_matter(text)
    assert (result, text[end:]) == (values, rest)


def test_known_section_keys_are_kept_and_others_reported() -> None:
    text = "---\ntitle: A\nid: one\ntakeaways: [B, 2]\nunnumbered: yes\nlayout: x\nslides: []\ntoc: true\n---\nText"
    draft, head = split_front_matter(Draft.from_text("a.md", text), ignored_keys=("toc",))
    findings = draft.findings
    assert draft.text == "Text"
    assert head == {"title": "A", "id": "one", "takeaways": ("B", "2"), "unnumbered": True}
    assert [(finding.line, finding.message) for finding in findings] == [
        (6, 'unsupported front matter key "layout"'),
        (7, 'unsupported front matter key "slides"'),
    ]


@pytest.mark.parametrize("line", ["id: 1st", "title: [A]", "id: a b"])
def test_a_value_of_another_kind_is_left_out(line: str) -> None:
    draft, head = split_front_matter(Draft.from_text("a.md", f"---\n{line}\n---\nText"))
    assert (head, len(draft.findings)) == ({}, 1)


def test_unreadable_front_matter_is_reported() -> None:
    draft, head = split_front_matter(Draft.from_text("a.md", "---\ntitle: [\n---\nText"))
    (finding,) = draft.findings
    assert (draft.text, head, finding.line) == ("Text", {}, 1)
    assert finding.message == "the front matter cannot be parsed"
    for text in ("---\n---\nText", "Text"):
        draft, head = split_front_matter(Draft.from_text("a.md", text))
        assert (draft.text, head, draft.findings) == ("Text", {}, ())
