"""Code as tokens, by Pygments; whatever a lexer does, no character is lost."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

_LONGEST = 5_000  # characters of a line that somebody may read


def tokenise(source: str, language: str) -> list[tuple[Any, str]]:
    """Code → token types and texts, which joined give the code.

    Code in an unknown language is one plain token, and so is what nobody reads, such as minified code.
    """
    lexer = _find_lexer(language.lower()) if language else None
    if lexer is None or max(map(len, source.split("\n"))) > _LONGEST:
        return [(Token.Text, source)]
    found = list(lex(source, lexer))
    joined = "".join(value for _, value in found)
    if joined == f"{source}\n":
        kind, value = found.pop()
        return [*found, (kind, value.removesuffix("\n"))]
    return found if joined == source else [(Token.Text, source)]


def is_known_language(language: str) -> bool:
    """Whether a name is that of a language."""
    return bool(language) and _find_lexer(language.lower()) is not None


@cache
def _find_lexer(language: str) -> Lexer | None:
    try:
        # Lexers of sessions lose a last line that does not end, so all get an end, taken off again.
        return get_lexer_by_name(language, stripnl=False, ensurenl=True)
    except ClassNotFound:
        return None
