"""Highlighted code as XHTML."""

from __future__ import annotations

from functools import cache
from itertools import groupby

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token
from pygments.util import ClassNotFound

from triptych.markup.xml import text

# Few classes, so that a theme can keep each of them at 4.5:1 on its code background.
_CLASSES = (
    (Comment, "co"),
    (Keyword, "kw"),
    (Name.Builtin, "kw"),
    (String, "st"),
    (Number, "nu"),
    (Name.Function, "fn"),
    (Name.Class, "fn"),
    (Name.Decorator, "fn"),
    (Name.Tag, "kw"),
    (Name.Attribute, "fn"),
    (Operator.Word, "kw"),
)


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _token_class(kind: object) -> str:
    return next((name for token, name in _CLASSES if kind in token), "")


def highlight(source: str, language: str) -> str:
    """Code → XHTML with one span per run of a class; an unknown language stays plain."""
    lexer = _lexer(language) if language else None
    if lexer is None:
        return text(source)
    tokens = (
        (_token_class(kind) if kind is not Token.Text else "", value) for kind, value in lex(source, lexer)
    )
    runs = (
        (name, "".join(value for _, value in group)) for name, group in groupby(tokens, key=lambda t: t[0])
    )
    return "".join(f'<span class="{name}">{text(run)}</span>' if name else text(run) for name, run in runs)
