"""Test files that begin with the book title, followed by the chapter title."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.chapters import (
    find_folder_title,
    find_shared_titles,
    find_text_title,
    remove_shared_title,
)

ONE, TWO = "# Book\n# One\n\nText.\n", "# Book\n\n# Two\n"


def test_the_title_of_the_book_is_one_that_two_files_have() -> None:
    texts = {"a/one.md": ONE, "a/two.md": TWO, "b/x.md": "# Other\n# X\n", "plain.md": "# Plain\n\nText.\n"}
    shared = find_shared_titles(texts)
    assert shared == {"a/one.md": "Book", "a/two.md": "Book", "b/x.md": "Other"}
    assert [find_folder_title(shared, folder) for folder in ("a", "b", "")] == ["Book", "", ""]
    assert (
        find_shared_titles({"a.md": ONE, "b.md": "# Other\n# X\n"})
        == find_shared_titles({"a.md": "Text.\n"})
        == {}
    )


@pytest.mark.parametrize(
    ("text", "rest", "name"),
    [
        (ONE, "# One\n\nText.\n", "One"),
        (TWO, "\n# Two\n", "Two"),
        ("Book\n====\nOne\n===\n", "One\n===\n", "One"),
        ("---\nauthor: A\n---\n# Book\n# One\n", "---\nauthor: A\n---\n# One\n", "One"),
        ("---\ntitle: T\n---\n# Book\n# One\n", "---\ntitle: T\n---\n# One\n", "T"),
        ("# Book\nWords.\n# One\n", "# Book\nWords.\n# One\n", "Book"),
        ("Words.\n\n# Book\n# One\n", "Words.\n\n# Book\n# One\n", "Book"),
        ("# Book\n## One\n", "# Book\n## One\n", "Book"),
        ("## Book\n# One\n", "## Book\n# One\n", ""),
        ("# Book", "# Book", "Book"),
        ("# Book\n# One", "# One", "One"),
        ("Text.\n", "Text.\n", ""),
    ],
)
def test_first_of_two_consecutive_titles_is_removed(text: str, rest: str, name: str) -> None:
    assert remove_shared_title(Draft.from_text("a.md", text)).text == rest
    assert find_text_title(text) == name
