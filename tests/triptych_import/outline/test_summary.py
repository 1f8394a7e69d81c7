"""Test parsing of a summary: entries, parts, appendices and sections; invalid lines are reported."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from triptych_import.book import Draft, FrontMatterValues, ImportFinding, SectionFile
from triptych_import.contents import build_sections, parse_summary


def parsed(text: str, *, titled: bool = True) -> list[str]:
    """Return entries as ``LINE: DEPTH PART | TITLE → PATH``, with # for an anchor in a file."""
    return [
        f"{entry.line}: {'-' if entry.depth is None else entry.depth} {entry.part} | {entry.title} → {entry.path}"
        + "#" * entry.is_anchor
        for entry in parse_summary(text, has_title=titled)
    ]


LIST = """\
# Summary

[Preface](preface.md)

- [One](one.md)
    - [Deep](deep.md#x)
        * [Deeper](a/../b.md)
  - [Between](<with space.md>)
- [Draft]()

## Part *two* ##

+ [Two [sic]](two%20a.md "Title")
plain words
- plain item
\t- [Tab](tab.md)

[Last](last.md)
"""


def test_entries_have_their_depth_and_their_part() -> None:
    assert parsed(LIST) == [
        "3: -  | Preface → preface.md",
        "5: 0  | One → one.md",
        "6: 1  | Deep → deep.md#",
        "7: 2  | Deeper → b.md",
        "8: 1  | Between → with space.md",
        "9: 0  | Draft → ",
        "13: 0 Part two | Two [sic] → two a.md",
        "16: 1 Part two | Tab → tab.md",
        "18: -  | Last → last.md",
    ]


@pytest.mark.parametrize(("titled", "part"), [(True, ""), (False, "Book")])
def test_a_heading_before_all_entries_is_the_title_of_the_list_or_a_part(titled: bool, part: str) -> None:
    assert parsed("# Book\n- [A](a.md)\n", titled=titled) == [f"2: 0 {part} | A → a.md"]


def test_heading_after_an_entry_is_a_part() -> None:
    assert parsed("- [A](a.md)\n# Next\n- [B](b.md)\n") == ["1: 0  | A → a.md", "3: 0 Next | B → b.md"]


def sections(
    text: str, texts: Mapping[str, str] | None = None
) -> tuple[list[SectionFile], list[ImportFinding]]:
    """Return the sections of a list; all texts exist except those named ``gone``."""

    def prepare(draft: Draft) -> tuple[Draft, FrontMatterValues]:
        head: FrontMatterValues = {"title": "Of its head"} if "head" in draft.path else {}
        return draft, head

    def read(path: str) -> str | None:
        return None if "gone" in path else f"Text of {path}.\n"

    return build_sections(parse_summary(text), "SUMMARY.md", read, prepare)


def shown(text: str) -> list[str]:
    """Return sections as ``PART | PATH DEPTH TITLE + …``, with - for unnumbered ones and A for appendices."""
    return [
        f"{section.part} | "
        + " + ".join(f"{piece.path} {piece.depth} {piece.title}" for piece in section.source_texts)
        + " -" * bool(section.front_matter.get("unnumbered"))
        + " A" * section.is_appendix
        for section in sections(text)[0]
    ]


def listed(*titles: str) -> str:
    """Return a list of titles, nested by their indentation, which link to a.md, b.md and so on."""
    lines = zip(titles, "abcdefgh", strict=False)
    return "".join(
        f"{' ' * (len(title) - len(title.lstrip()))}- [{title.strip()}]({name}.md)\n" for title, name in lines
    )


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("One", " In", "  Deep", "Two"), ["| a.md 0 One + b.md 1 In + c.md 2 Deep", "| d.md 0 Two"]),
        # A chapter that is named a part and contains others is a part; its own text comes first in it.
        (("Part 1", " One", "  In", "Part II", " Two"), [
            "Part 1 | a.md 0 Part 1 -", "Part 1 | b.md 0 One + c.md 1 In", "Part II | d.md 0 Part II -", "Part II | e.md 0 Two",
        ]),
        (("Part 1", "One"), ["| a.md 0 Part 1", "| b.md 0 One"]),
        (("Particles", " In"), ["| a.md 0 Particles + b.md 1 In"]),
        (("Part 1", " One", "End"), ["Part 1 | a.md 0 Part 1 -", "Part 1 | b.md 0 One", "| c.md 0 End"]),
        # Two or more chapters at the end that are each named an appendix are appendices; a single one is a
        # chapter.
        (("One", "Appendix A", " In", "Anhang B"), [
            "| a.md 0 One", "| b.md 0 Appendix A + c.md 1 In A", "| d.md 0 Anhang B A",
        ]),
        (("One", "Appendix A"), ["| a.md 0 One", "| b.md 0 Appendix A"]),
        (("Appendix A", "Appendix B", "End"), ["| a.md 0 Appendix A", "| b.md 0 Appendix B", "| c.md 0 End"]),
        # A last chapter of that name whose sections have letters is only a container.
        (("One", "Appendices", " A. Corn", "  In", " B. Grass"), [
            "| a.md 0 One", "| b.md 0 Appendices -", "| c.md 0 A. Corn + d.md 1 In A", "| e.md 0 B. Grass A",
        ]),
        (("One", "Appendices", " A. Corn"), ["| a.md 0 One", "| b.md 0 Appendices + c.md 1 A. Corn"]),
        (("One", "Appendices", " A. Corn", " B. Grass", " More"), [
            "| a.md 0 One", "| b.md 0 Appendices + c.md 1 A. Corn + d.md 1 B. Grass + e.md 1 More",
        ]),
        (("One", "Rest", " A. Corn", " B. Grass"), ["| a.md 0 One", "| b.md 0 Rest + c.md 1 A. Corn + d.md 1 B. Grass"]),
    ],
)  # fmt: skip
def test_titles_identify_parts_and_appendices(titles: tuple[str, ...], expected: list[str]) -> None:
    assert [line.lstrip() for line in shown(listed(*titles))] == expected


def test_chapters_nested_under_the_home_page_are_top_level() -> None:
    assert shown("- [Home](README.md)\n  - [One](a.md)\n    - [In](b.md)\n  - [Two](c.md)\n") == [
        " | README.md 0 Home -",
        " | a.md 0 One + b.md 1 In",
        " | c.md 0 Two",
    ]
    parts = "- [Home](index.md)\n  - [Part 1]()\n    - [One](a.md)\n  - [Part 2]()\n    - [Two](b.md)\n"
    assert shown(parts) == [" | index.md 0 Home -", "Part 1 | a.md 0 One", "Part 2 | b.md 0 Two"]


def test_introduction_keeps_its_sections_if_other_chapters_follow() -> None:
    assert shown("- [Home](README.md)\n  - [One](a.md)\n- [Two](c.md)\n") == [
        " | README.md 0 Home + a.md 1 One",
        " | c.md 0 Two",
    ]


def test_a_text_without_words_and_title_is_left_out() -> None:
    result, reported = build_sections(
        parse_summary("- [](blank.md)\n- [A](a.md)\n"), "SUMMARY.md", lambda path: "" if "blank" in path else "A",
        lambda draft: (draft, {}),
    )  # fmt: skip
    assert [section.path for section in result] == ["a.md"]
    assert [str(item) for item in reported] == [
        'SUMMARY.md:1:1: note: chapter file "blank.md" has no text; omitted'
    ]


def test_a_part_or_a_holder_of_appendices_without_a_text_leaves_none() -> None:
    assert shown("- [Part 1]()\n  - [One](a.md)\n") == ["Part 1 | a.md 0 One"]
    lettered = "- [One](a.md)\n- [Appendices]()\n  - [A. Corn](b.md)\n  - [B. Grass](c.md)\n"
    assert shown(lettered) == [" | a.md 0 One", " | b.md 0 A. Corn A", " | c.md 0 B. Grass A"]


def test_summary_links_may_point_up_and_front_matter_has_the_title() -> None:
    result, _ = sections("- [A](../up.markdown)\n- [B](head.md)\n  - [C](head-c.md)\n")
    assert [section.path for section in result] == ["up.md", "head.md"]
    assert [piece.title for section in result for piece in section.source_texts] == [
        "A",
        "Of its head",
        "Of its head",
    ]
    assert result[1].front_matter == {"title": "Of its head"}


def test_section_front_matter_is_that_of_its_first_text() -> None:
    result, _ = sections("- [A](a.md)\n  - [B](head.md)\n")
    assert result[0].front_matter == {}


def test_unsupported_setting_is_reported_at_its_line() -> None:
    text = "- [Top]()\n  - [A](a.md)\n- [None]()\n- [B](gone.md)\n- [A again](a.md)\n- [In it](a.md#x)\n"
    result, reported = sections(text)
    assert [[piece.path for piece in section.source_texts] for section in result] == [["top.md", "a.md"]]
    assert result[0].source_texts[0].draft.text == "# Top\n"
    assert [str(item) for item in reported] == [
        'SUMMARY.md:3:1: note: draft chapter "None" has no text; omitted',
        'SUMMARY.md:4:1: note: chapter file "gone.md" is missing or not UTF-8; omitted',
        'SUMMARY.md:5:1: note: "a.md" is listed twice; omitted',
    ]
