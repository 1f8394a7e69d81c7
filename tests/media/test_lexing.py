"""Test that lexers preserve each character of the code."""

from __future__ import annotations

import pytest

from triptych.media.lexing import tokenise

SESSIONS = ["console", "ps1con", "pycon", "rust", "python", "text", "", "no-such-language"]


@pytest.mark.parametrize("language", SESSIONS)
@pytest.mark.parametrize("source", ["$ ls", "$ ls\n", "x = 1\n\n", "", "\n", ">>> 1\n1", "  indented\ttab"])
def test_the_tokens_joined_are_the_code(language: str, source: str) -> None:
    assert "".join(value for _, value in tokenise(source, language)) == source


@pytest.mark.parametrize(("length", "coloured"), [(100, True), (6_000, False)])
def test_unknown_language_has_no_tokens(length: int, coloured: bool) -> None:
    result = tokenise(f"x = 1\ny = {'1 + ' * (length // 4)}1", "python")
    assert (len(result) > 1) is coloured
