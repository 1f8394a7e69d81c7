"""Highlight the syntax of code listings as XHTML."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import groupby

from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token

from triptych.markup.xml import escape
from triptych.media.lexing import tokenise
from triptych.model.nodes import CodeBlock
from triptych.model.whole_numbers import parse_whole_number

# There are few classes, so that a theme can give each of them 4.5:1 contrast with its code background.
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
def _get_token_class(kind: object) -> str:
    return next((name for token, name in _CLASSES if kind in token), "")


def highlight_code(source: str, language: str) -> str:
    """Highlight code: each run of tokens of one class becomes a span. Unknown languages stay plain."""
    return "".join(_write_run(name, run) for name, run in _split_runs(source, language))


def highlight_lines(source: str, language: str, *, first: int | None, emphasised: frozenset[int]) -> str:
    """Highlight code, with one element per line.

    Lines are numbered from ``first``, or not numbered if it is None. ``emphasised`` contains the 1-based
    numbers of the lines to emphasise, regardless of ``first``. Line numbers are hidden from screen readers
    and are not copied.
    """
    lines: list[list[str]] = [[]]
    for name, run in _split_runs(source, language):
        head, *others = run.split("\n")
        lines[-1].append(_write_run(name, head) if head else "")
        lines += [[_write_run(name, part) if part else ""] for part in others]
    out = []
    for index, parts in enumerate(lines):
        number = "" if first is None else _write_number(first + index)
        kind = "line marked" if index + 1 in emphasised else "line"
        out.append(f'<span class="{kind}">{number}{"".join(parts)}</span>')
    return "\n".join(out)


def _write_number(number: int) -> str:
    return f'<span class="line-number" aria-hidden="true">{number}</span>'


@lru_cache(maxsize=4096)
def _split_runs(source: str, language: str) -> tuple[tuple[str, str], ...]:
    """Split code into runs, each with its CSS class or "". Print, EPUB and later builds share the cache."""
    kinded_tokens = [
        ("" if kind is Token.Text else _get_token_class(kind), value)
        for kind, value in tokenise(source, language)
    ]
    groups = groupby(kinded_tokens, key=lambda token: token[0])
    return tuple((name, "".join(value for _, value in group)) for name, group in groups)


def _write_run(name: str, run: str) -> str:
    return f'<span class="{name}">{escape(run)}</span>' if name else escape(run)


def write_code(node: CodeBlock) -> str:
    """Write the code of a listing, with one element per line if lines are numbered or emphasised."""
    marked = _parse_line_numbers(node.attr.get("highlight-lines") or node.attr.get("code-line-numbers"))
    numbered = node.attr.has("numberLines") or node.attr.has("number-lines")
    if not numbered and not marked:
        return highlight_code(node.text, node.language)
    start = parse_whole_number(node.attr.get("startFrom") or node.attr.get("start-from"))
    first = 1 if start is None else start
    return highlight_lines(node.text, node.language, first=first if numbered else None, emphasised=marked)


def _parse_line_numbers(text: str) -> frozenset[int]:
    numbers: set[int] = set()
    for part in re.findall(r"[0-9]{1,9}(?:-[0-9]{1,9})?", text):
        start, _, end = part.partition("-")
        numbers.update(range(int(start), min(int(end or start), int(start) + 9999) + 1))
    return frozenset(numbers)
