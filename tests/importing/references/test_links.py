"""Where a link leads nowhere, its words stay."""

from __future__ import annotations

import pytest

from tests.importing.conftest import ImportOf


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("![the plan][p]", "the plan"),
        ("[the plan][p]", "the plan"),
        ("![p]", "p"),
        ("[p]", "p"),
        ("So![the plan][p]", "Sothe plan"),
    ],
)
def test_of_a_label_that_leads_nowhere_the_words_stay(import_of: ImportOf, use: str, words: str) -> None:
    result = import_of({"a.md": f"# A\n\nSee {use} here.\n\n[p]: gone.png\n"})
    assert result.text("a.md") == f"# A\n\nSee {words} here.\n"
    assert any("gone.png" in note for note in result.notes)


def test_a_picture_that_is_no_file_in_a_link_leaves_its_words(import_of: ImportOf) -> None:
    badge = "https://badge.org/b.svg"
    body = (
        f"# A\n\n[![Build]({badge})](https://ci.org) and [![]({badge})](https://ci.org), ![Alone]({badge}).\n"
    )
    text = import_of({"a.md": body}).text("a.md")
    assert f"[Build](https://ci.org) and [picture](https://ci.org), [Alone]({badge})." in text
