"""Tokenise source code for syntax highlighting, with Pygments."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

_MAX_LINE_LENGTH = 5_000  # characters; lines of minified code are longer


def tokenise(source: str, language: str) -> list[tuple[Any, str]]:
    """Return the tokens of source code as pairs of Pygments token type and string.

    Joined, the strings are the source code. Minified code, and code in an unknown language, is one plain
    token.
    """
    lexer = _find_lexer(language.lower()) if language else None
    if lexer is None or max(map(len, source.split("\n"))) > _MAX_LINE_LENGTH:
        return [(Token.Text, source)]
    found = list(lex(source, lexer))
    joined = "".join(value for _, value in found)
    if joined == f"{source}\n":
        kind, value = found.pop()
        return [*found, (kind, value.removesuffix("\n"))]
    return found if joined == source else [(Token.Text, source)]


def is_known_language(language: str) -> bool:
    """Return whether Pygments has a lexer for ``language``."""
    return bool(language) and _find_lexer(language.lower()) is not None


@cache
def _find_lexer(language: str) -> Lexer | None:
    try:
        # Lexers of console sessions lose a last line without a newline, so one is added and removed again.
        return get_lexer_by_name(language, stripnl=False, ensurenl=True)
    except ClassNotFound:
        return None
