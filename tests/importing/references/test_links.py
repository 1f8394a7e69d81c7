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
