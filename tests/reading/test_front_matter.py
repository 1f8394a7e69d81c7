"""Test the YAML front matter of sections."""

from __future__ import annotations

import pytest

from triptych.reading.sections import split_section


def read(text: str):
    return split_section("source/a.md", text)


def codes(found) -> list[str]:
    return [f"{finding.span}: {finding.code}" for finding in found]


def test_all_keys_are_read() -> None:
    text = "---\ntitle: T\nid: sec-t\nsummary: S\ntakeaways: [a, b]\nlang: de\nunnumbered: true\n---\nText\n"
    section, result = read(text)
    front = section.front_matter
    assert not result
    assert (front.title, front.id, front.summary, front.takeaways) == ("T", "sec-t", "S", ("a", "b"))
    assert (front.lang, front.unnumbered) == ("de", True)


def test_body_keeps_the_line_numbers_of_the_file() -> None:
    section, _ = read("---\ntitle: T\n---\nText\n")
    assert section.body == "\n\n\nText\n"


def test_a_section_without_front_matter_is_all_body() -> None:
    section, result = read("Text\n")
    assert (section.body, section.front_matter.title, result) == ("Text\n", "", [])


@pytest.mark.parametrize(
    "text", ["---\n---\nText\n", "---\n\n---\nText\n", "---\n# only a comment\n---\nText\n"]
)
def test_empty_front_matter_is_fine(text: str) -> None:
    section, result = read(text)
    assert not result
    assert section.body.strip() == "Text"


def test_three_dots_close_front_matter() -> None:
    assert read("---\ntitle: T\n...\nText\n")[0].front_matter.title == "T"


def test_rule_at_the_start_is_not_front_matter() -> None:
    section, result = read("---\n\nText\n")
    assert (section.body, result) == ("---\n\nText\n", [])


def test_rule_between_two_texts_is_not_front_matter() -> None:
    section, result = read("---\n\nText.\n\n---\n\nMore: text.\n")
    assert not result
    assert "Text." in section.body


def test_rule_within_the_text_is_not_front_matter() -> None:
    assert read("Text\n\n---\n\ntitle: T\n\n---\n")[0].front_matter.title == ""


def test_a_single_takeaway_needs_no_list() -> None:
    assert read("---\ntakeaways: One\n---\n")[0].front_matter.takeaways == ("One",)


@pytest.mark.parametrize("title", ["1984", "2026-01-31", "true", "~5"])
def test_title_is_text_regardless_of_its_yaml_type(title: str) -> None:
    section, result = read(f"---\ntitle: {title}\n---\n")
    assert not result
    assert section.front_matter.title == title


@pytest.mark.parametrize("key", ["title", "summary", "takeaways", "lang", "unnumbered", "id"])
def test_empty_key_counts_as_missing(key: str) -> None:
    section, findings = read(f"---\n{key}:\n---\nText\n")
    assert codes(findings) == []
    assert section.front_matter == read("Text\n")[0].front_matter


def test_norwegian_is_not_a_boolean() -> None:
    assert read("---\nlang: no\n---\n")[0].front_matter.lang == "no"


def test_all_mistakes_are_reported_together() -> None:
    _, findings = read("---\ntitel: T\nunnumbered: perhaps\nsumary: S\n---\n")
    assert sorted(codes(findings)) == [
        "source/a.md:2:1: SEC002",
        "source/a.md:3:13: SEC002",
        "source/a.md:4:1: SEC002",
    ]


def test_lists_have_so_many_entries_at_the_most() -> None:
    _, (finding,) = read(f"---\ntakeaways: [{'a, ' * 201}]\n---\n")
    assert finding.message == 'front matter key "takeaways": 201 entries; the limit is 200'


def test_valid_keys_are_kept_next_to_invalid_ones() -> None:
    assert read("---\ntitle: T\nnonsense: 1\n---\n")[0].front_matter.title == "T"


def test_messages_keep_the_case_of_quoted_text() -> None:
    _, findings = read("---\nid: 1 One\n---\n")
    assert '"1 One"' in findings[0].message


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01"])
def test_impossible_date_does_not_raise(date: str) -> None:
    section, _ = read(f"---\ntitle: {date}\n---\nText\n")
    assert section.body.strip() == "Text"


def test_control_character_does_not_raise() -> None:
    _, findings = read("---\ntitle: a\0b\n---\nText\n")
    assert [finding.code for finding in findings] == ["SEC002"]


def test_numeric_key_does_not_raise() -> None:
    _, findings = read("---\n1: one\n---\nText\n")
    assert codes(findings) == ["source/a.md:2:1: SEC002"]


def test_front_matter_that_is_not_closed_ends_at_the_first_empty_line() -> None:
    section, findings = read("---\ntitle: T\ntakeaways:\n  - a\n\nText.\n")
    assert codes(findings) == ["source/a.md:1: SEC002"] or codes(findings) == ["source/a.md:1:1: SEC002"]
    assert (section.front_matter.title, section.front_matter.takeaways) == ("T", ("a",))
    assert section.body == "\n\n\n\n\nText.\n"


def test_text_after_unclosed_front_matter_is_kept() -> None:
    section, findings = read("---\ntitle: T\nText with no empty line before it.\n")
    assert [finding.message for finding in findings] == ["the front matter is not closed"]
    assert (section.front_matter.title, section.body) == ("T", "\n\nText with no empty line before it.\n")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("title: T\ntakeaways:\n  - a\n  - b\n# comment\n\n# Heading\n\nText.\n", 5),
        ("title: T\n\nsummary: S\n\nNote: this is prose.\n", 4),
        ("title: T\n## Heading\n\nText.\n", 2),
        ("title: T\n\n## Heading\n\nText here: a.\n\n---\n\nText.\n", 2),
        ("title: T\nsumary: S\n\nIt is: a *b: c*.\n- d\n\n---\n", 3),
    ],
)
def test_the_hint_names_the_last_line_that_looks_like_yaml(text: str, end: int) -> None:
    section, findings = read(f"---\n{text}")
    assert findings[0].message == "the front matter is not closed"
    assert findings[0].hint == f"close the front matter with a line `---` after line {end}"
    assert section.front_matter.title == "T"


def test_a_comment_and_an_unknown_key_do_not_open_closed_front_matter() -> None:
    _, (finding,) = read("---\ntitle: T\n# Comment\nnonsense: a\n---\n\nText.\n")
    assert finding.message == 'unknown front matter key "nonsense"'


def test_an_unknown_key_below_an_empty_line_does_not_open_closed_front_matter() -> None:
    section, (finding,) = read("---\ntitle: T\n\nsubtitel: B\n---\n\nText.\n")
    assert finding.message == 'unknown front matter key "subtitel"'
    assert (section.front_matter.title, section.body.strip()) == ("T", "Text.")
