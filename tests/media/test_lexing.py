"""No lexer may lose a character of an author's code."""

from __future__ import annotations

import pytest

from triptych.media.lexing import tokens

SESSIONS = ["console", "ps1con", "pycon", "rust", "python", "text", "", "no-such-language"]


@pytest.mark.parametrize("language", SESSIONS)
@pytest.mark.parametrize("source", ["$ ls", "$ ls\n", "x = 1\n\n", "", "\n", ">>> 1\n1", "  indented\ttab"])
def test_the_tokens_joined_are_the_code(language: str, source: str) -> None:
    assert "".join(value for _, value in tokens(source, language)) == source
