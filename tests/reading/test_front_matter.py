"""The YAML block at the head of a section."""

from __future__ import annotations

import pytest

from triptych.reading.sections import split_section


def read(text: str):
    return split_section("source/a.md", text)


def codes(found) -> list[str]:
    return [f"{finding.span}: {finding.code}" for finding in found]


def test_all_keys_are_read() -> None:
    text = "---\ntitle: T\nid: sec-t\nsummary: S\ntakeaways: [a, b]\nlang: de\nunnumbered: true\n---\nText\n"
    section, found = read(text)
    front = section.front_matter
    assert not found
    assert (front.title, front.id, front.summary, front.takeaways) == ("T", "sec-t", "S", ("a", "b"))
    assert (front.lang, front.unnumbered) == ("de", True)


def test_the_body_keeps_the_lines_of_the_file() -> None:
    section, _ = read("---\ntitle: T\n---\nText\n")
    assert section.body == "\n\n\nText\n"


def test_a_section_without_front_matter_is_all_body() -> None:
    section, found = read("Text\n")
    assert (section.body, section.front_matter.title, found) == ("Text\n", "", [])


@pytest.mark.parametrize(
    "text", ["---\n---\nText\n", "---\n\n---\nText\n", "---\n# only a comment\n---\nText\n"]
)
def test_empty_front_matter_is_fine(text: str) -> None:
    section, found = read(text)
    assert not found
    assert section.body.strip() == "Text"


def test_three_dots_close_it_too() -> None:
    assert read("---\ntitle: T\n...\nText\n")[0].front_matter.title == "T"


def test_a_rule_at_the_head_is_no_front_matter() -> None:
    section, found = read("---\n\nText\n")
    assert (section.body, found) == ("---\n\nText\n", [])


def test_a_rule_between_two_texts_is_no_front_matter() -> None:
    section, found = read("---\n\nText.\n\n---\n\nMore: text.\n")
    assert not found
    assert "Text." in section.body


def test_a_rule_within_the_text_is_no_front_matter() -> None:
    assert read("Text\n\n---\n\ntitle: T\n\n---\n")[0].front_matter.title == ""


def test_a_single_takeaway_needs_no_list() -> None:
    assert read("---\ntakeaways: One\n---\n")[0].front_matter.takeaways == ("One",)


@pytest.mark.parametrize("title", ["1984", "2026-01-31", "true", "~5"])
def test_a_title_is_text_whatever_yaml_takes_it_for(title: str) -> None:
    section, found = read(f"---\ntitle: {title}\n---\n")
    assert not found
    assert section.front_matter.title == title


@pytest.mark.parametrize("key", ["title", "summary", "takeaways", "lang", "unnumbered", "id"])
def test_a_key_left_empty_is_as_if_it_were_not_there(key: str) -> None:
    section, found = read(f"---\n{key}:\n---\nText\n")
    assert codes(found) == []
    assert section.front_matter == read("Text\n")[0].front_matter


def test_norwegian_stays_norwegian() -> None:
    assert read("---\nlang: no\n---\n")[0].front_matter.lang == "no"


def test_all_mistakes_are_reported_together() -> None:
    _, found = read("---\ntitel: T\nunnumbered: perhaps\nsumary: S\n---\n")
    assert sorted(codes(found)) == [
        "source/a.md:2:1: SEC002",
        "source/a.md:3:13: SEC002",
        "source/a.md:4:1: SEC002",
    ]


def test_lists_have_so_many_entries_at_the_most() -> None:
    _, (finding,) = read(f"---\ntakeaways: [{'a, ' * 201}]\n---\n")
    assert finding.message == 'front matter key "takeaways": 201 entries; the limit is 200'


def test_what_is_right_is_kept_beside_what_is_wrong() -> None:
    assert read("---\ntitle: T\nnonsense: 1\n---\n")[0].front_matter.title == "T"


def test_messages_keep_the_case_of_what_they_quote() -> None:
    _, found = read("---\nid: 1 One\n---\n")
    assert '"1 One"' in found[0].message


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01"])
def test_an_impossible_date_is_no_crash(date: str) -> None:
    section, _ = read(f"---\ntitle: {date}\n---\nText\n")
    assert section.body.strip() == "Text"


def test_a_control_character_is_no_crash() -> None:
    _, found = read("---\ntitle: a\0b\n---\nText\n")
    assert [finding.code for finding in found] == ["SEC002"]


def test_a_number_as_key_is_no_crash() -> None:
    _, found = read("---\n1: one\n---\nText\n")
    assert codes(found) == ["source/a.md:2:1: SEC002"]


def test_front_matter_that_is_not_closed_ends_at_the_first_empty_line() -> None:
    section, found = read("---\ntitle: T\ntakeaways:\n  - a\n\nText.\n")
    assert codes(found) == ["source/a.md:1: SEC002"] or codes(found) == ["source/a.md:1:1: SEC002"]
    assert (section.front_matter.title, section.front_matter.takeaways) == ("T", ("a",))
    assert section.body == "\n\n\n\n\nText.\n"


def test_text_after_front_matter_that_is_not_closed_stays_in_the_body() -> None:
    section, found = read("---\ntitle: T\nText with no empty line before it.\n")
    assert [finding.message for finding in found] == ["the front matter is not closed"]
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
    section, found = read(f"---\n{text}")
    assert found[0].message == "the front matter is not closed"
    assert found[0].hint == f"add a line of three hyphens (`---`) after line {end}"
    assert section.front_matter.title == "T"


def test_a_comment_and_an_unknown_key_do_not_open_closed_front_matter() -> None:
    _, (finding,) = read("---\ntitle: T\n# Comment\nnonsense: a\n---\n\nText.\n")
    assert finding.message == 'unknown front matter key "nonsense"'


def test_an_unknown_key_below_an_empty_line_does_not_open_closed_front_matter() -> None:
    section, (finding,) = read("---\ntitle: T\n\nsubtitel: B\n---\n\nText.\n")
    assert finding.message == 'unknown front matter key "subtitel"'
    assert (section.front_matter.title, section.body.strip()) == ("T", "Text.")
