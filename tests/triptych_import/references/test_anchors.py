"""Test the ids of headings and explicit ids: unique in the book, with aliases in their files."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft, SectionFile, SourceText
from triptych_import.links import IdRegistry, ScannedFile, scan_file


def scanned(*texts: tuple[str, str]) -> tuple[list[ScannedFile], IdRegistry]:
    """Return the anchors of texts that are each a chapter."""
    pieces = [SourceText(draft=Draft.from_text(path, text)) for path, text in texts]
    items = [scan_file(SectionFile(path=piece.path, source_texts=(piece,)), piece) for piece in pieces]
    return items, IdRegistry(items)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("# A {#x .y}\n", ["x"]),
        ("<a name=x>\n<span class=c id='y'>\n", ["x", "y"]),
        ("[w]{#x} and `[w]{#no}`\n", ["x"]),
        ("``` {.python #lst-x}\n<a id=no>\n```\n", ["lst-x"]),
        (r"\f{#1}" + "\n", []),
        ("# 1 {#1}\n\n[w]{#2}\n", ["1", "2"]),
        ("no id\n", []),
    ],
)
def test_written_ids_are_found_and_macro_arguments_are_not(text: str, ids: list[str]) -> None:
    (item,), _ = scanned(("a.md", text))
    assert [name for _, _, name in item.ids] == ids
    assert [text[start:end] for start, end, _ in item.ids] == ids


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("one", "one"),
        ("One", "one"),
        ("one-1", "a--one"),
        ("two----three", "two-three"),
        ("own", "own"),
        ("user-content-own", "own"),
        ("4-more", "sec-4-more"),
        ("more", "sec-4-more"),  # pandoc's id
        ("section", "sec-section"),
        ("one-2", None),
        ("gone", None),
    ],
)
def test_heading_is_found_by_each_generated_id(name: str, identifier: str | None) -> None:
    text = "# Top\n\n# One\n\n# One\n\n# Two -- Three\n\n# X {#own}\n\n# 4 More\n\n# ???\n"
    (item,), anchors = scanned(("a.md", text))
    if name == "one-1":
        anchors.find_id(item, "one")  # the first keeps its name
    assert anchors.find_id(item, name) == identifier


def test_names_of_headings_do_not_clash_with_those_of_other_files() -> None:
    (item, two), anchors = scanned(("a.md", "# In\n"), ("b/b.md", "# In\n\n# fig-x\n\n[w]{#fig-b--x}\n"))
    assert anchors.find_id(item, "in") == "in"
    assert anchors.find_id(two, "in") == "b--in"
    assert anchors.find_id(two, "in") == "b--in"
    assert anchors.find_id(two, "fig-x") == "fig-x"


def test_name_is_global_if_only_one_file_has_or_defines_it() -> None:
    (item, two), anchors = scanned(("a.md", "# Only\n\n# Both\n\n# Id\n"), ("b.md", "# Both\n\n[w]{#id}\n"))
    assert anchors.find_unique_id("only") == (item, "only")
    assert anchors.find_unique_id("both") is None
    assert anchors.find_unique_id("id") == (two, "id")
    assert anchors.find_unique_id("gone") is None
