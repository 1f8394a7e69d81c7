"""Pull quotes: listeners and the deck have the text alone, which must therefore say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.model.nodes import PULL_QUOTE, BlockQuote
from triptych.model.walk import attr_of, plain_text, rewrite_all
from triptych.passes.accessibility.survey import Survey

_LEFT_OUT = re.compile(r"\[?(?:…|\.{3})\]?")
_NO_LETTERS = re.compile(r"[\W_]+")


def unrepeated_pull_quotes(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC017 at each pull quote with words that do not stand in its chapter's text."""
    quotes = [p for p in chapter.nodes if isinstance(p.node, BlockQuote) and p.node.attr.has(PULL_QUOTE)]
    if not quotes:
        return
    text = _letters(plain_text(rewrite_all(chapter.chapter.blocks, _without_pull_quotes)))
    for quote in quotes:
        pieces = _LEFT_OUT.split(plain_text(quote.node.content))
        if all(_letters(piece) in text for piece in pieces):
            continue
        yield Diagnostic(
            code="ACC017",
            span=quote.span,
            message="the pull quote does not match the text of its chapter",
            hint="quote the chapter word for word, with … for omissions, or use a block quote (>) instead",
        )


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _without_pull_quotes(node: Any) -> Any:
    return () if attr_of(node).has(PULL_QUOTE) else node
