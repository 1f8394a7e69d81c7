"""Test that a long text is split into chapters, each with the link definitions and notes that it uses."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.chapters import ChapterSplit, split_chapters


def of(text: str, *, pandoc: bool = False) -> ChapterSplit:
    return split_chapters(Draft.from_text("book.md", text), opening_title="Opening", pandoc=pandoc)


def bodies(text: str, *, pandoc: bool = False) -> list[str]:
    return [section.source_texts[0].draft.text for section in of(text, pandoc=pandoc).sections]


@pytest.mark.parametrize(
    ("text", "title", "level", "names"),
    [
        ("# Book\n\n## One\n\n## Two\n", "Book", 2, ["01-one", "02-two"]),
        ("# One\n\n# Two\n\n## In\n", "", 1, ["01-one", "02-two"]),
        ("# Book\n\nWords.\n\n## One\n", "Book", 2, ["01", "02-one"]),
        ("Words.\n\n# One\n\n## In\n", "", 1, ["01", "02-one"]),
        ("# Book\n\n### One\n\n### Two\n", "Book", 3, ["01-one", "02-two"]),
        ("## One\n\n### In\n\n### In\n", "One", 3, ["01-in", "02-in"]),
        ("# Alone\n\nWords.\n", "", 1, ["01-alone"]),
        ("Words.\n", "", 0, ["01"]),
        ("# Book\n\n> ## Quoted\n\n## One\n", "Book", 2, ["01", "02-one"]),
        ("[a](b.md) · *[![c](d)](e)*\n\n# Book\n\n## One\n", "Book", 2, ["01", "02-one"]),
        ("<!-- c -->\n# Book\n\n[a]: b.md\n\n## One\n", "Book", 2, ["01-one"]),
        ("# One\n\n# 一\n\n# One\n", "", 1, ["01-one", "02", "03-one"]),
    ],
)
def test_chapters_start_at_the_highest_level_below_the_title(
    text: str, title: str, level: int, names: list[str]
) -> None:
    result = of(text)
    assert (result.title, result.chapter_level) == (title, level)
    assert [section.path.removesuffix(".md") for section in result.sections] == names


def test_text_before_the_first_chapter_is_an_unnumbered_opening() -> None:
    first, second = of("# Book\n\nWords.\n\n## One\n").sections
    assert (first.source_texts[0].title, first.front_matter) == ("Opening", {"unnumbered": True})
    assert (second.source_texts[0].title, second.front_matter) == ("", {})
    assert of("Words.\n").sections[0].front_matter == {}


def test_headings_rise_with_their_chapter_and_keep_their_lines() -> None:
    (section,) = of("# Book\n\n## One\n\n### In\n\n#### Deep\n").sections
    draft = section.source_texts[0].draft
    assert draft.text == "# One\n\n## In\n\n### Deep\n"
    assert draft.lines[:5] == (3, 4, 5, 6, 7)


def test_headings_of_the_same_words_keep_their_ids() -> None:
    first, second = bodies("# One\n\n## In\n\n# Two\n\n## In\n\n## Own {#x}\n\n## Own {#y}\n")
    assert "## In {#in}" in first
    assert "## In {#in-1}" in second and "## Own {#x}" in second


def test_definition_moves_with_its_use() -> None:
    text = "# One\n\nSee [a] and [b].\n\n# Two\n\n[b]\n\n[a]: a.md\n[b]:\n  b.md\n[c]: c.md\n"
    first, second = bodies(text)
    assert first.endswith("\n\n[a]: a.md\n\n[b]:\n  b.md\n")
    assert second.endswith("[c]: c.md\n")


def test_note_is_only_in_chapters_that_use_it() -> None:
    notes = "[^n]: A note.\n\n    More of it.\n\n[^m]: The other,\nand its second line.\n\nText.\n"
    first, second = bodies(f"# One\n\nA.[^n] B.[^own] C.[^m]\n\n[^own]: Own.\n\n# Two\n\nD.\n\n{notes}")
    assert first.endswith("[^n]: A note.\n\n    More of it.\n\n[^m]: The other,\nand its second line.\n")
    assert first.count("[^own]: Own.") == 1
    assert second.split() == ["#", "Two", "D.", "Text."]


def test_note_used_by_another_note_is_included() -> None:
    first, _ = bodies("# One\n\nA.[^n]\n\n# Two\n\n[^n]: See [a].[^m]\n\n[^m]: The other.\n\n[a]: a.md\n")
    assert first.endswith("[^n]: See [a].[^m]\n\n[^m]: The other.\n\n[a]: a.md\n")


def test_unused_note_is_kept() -> None:
    assert "[^n]: A note." in bodies("# One\n\n[^n]: A note.\n\n# Two\n")[0]


def test_definition_is_not_recognised_within_a_paragraph() -> None:
    first, _ = bodies("# One\n\nSee [a].\n\n# Two\n\nWords\n[a]: a.md\n")
    assert "a.md" not in first


def test_links_above_the_title_move_below_it() -> None:
    opening = of("[a](b.md)\n\nBook\n====\n\n## One\n").sections[0].source_texts[0].draft
    assert opening.text.split() == ["Book", "====", "[a](b.md)"]
