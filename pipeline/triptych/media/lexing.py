"""Tokenise source code for syntax highlighting, with Pygments."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

_MAX_LINE_LENGTH = 5_000  # characters; minified code has longer lines


def tokenise(source: str, language: str) -> list[tuple[Any, str]]:
    """Return the tokens of source code as pairs of a Pygments token type and a string.

    Joined, the strings are the source code. Minified code, and code in an unknown language, is a single plain
    token.
    """
    lexer = _find_lexer(language.lower()) if language else None
    if lexer is None or max(map(len, source.split("\n"))) > _MAX_LINE_LENGTH:
        return [(Token.Text, source)]
    tokens = list(lex(source, lexer))
    joined = "".join(value for _, value in tokens)
    if joined == f"{source}\n":
        kind, value = tokens.pop()
        return [*tokens, (kind, value.removesuffix("\n"))]
    return tokens if joined == source else [(Token.Text, source)]


def is_known_language(language: str) -> bool:
    """Return whether Pygments has a lexer for ``language``."""
    return bool(language) and _find_lexer(language.lower()) is not None


@cache
def _find_lexer(language: str) -> Lexer | None:
    try:
        # Lexers of console sessions lose a last line without a newline, so a newline is added and later
        # removed.
        return get_lexer_by_name(language, stripnl=False, ensurenl=True)
    except ClassNotFound:
        return None
