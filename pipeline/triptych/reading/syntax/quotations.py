"""Quotations and who said them."""

from __future__ import annotations

import re
from dataclasses import replace

from triptych.diagnostics import Span
from triptych.model.nodes import Attr, Block, BlockQuote, Inline, LineBreak, Paragraph, SoftBreak, Text

_DASH = re.compile(r"^(?:—|―|–|---?|⸺|——)[\s\u00a0]*(?=\S)")


def quotation(content: tuple[Block, ...], attr: Attr, span: Span) -> BlockQuote:
    """Blocks → a quotation; a last paragraph or line that begins with a dash says who said it."""
    span = next((place for block in content if (place := getattr(block, "span", None))), span)
    last = content[-1] if content else None
    rest, attribution = _split(last.content) if isinstance(last, Paragraph) else ((), None)
    if isinstance(last, Paragraph) and attribution is not None and (rest or len(content) > 1):
        end = (replace(last, content=rest),) if rest else ()
        return BlockQuote(content=(*content[:-1], *end), attribution=attribution, attr=attr, span=span)
    return BlockQuote(content=content, attr=attr, span=span)  # perhaps a line of dialogue, not a source


def _split(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], tuple[Inline, ...] | None]:
    """A paragraph before its last line that begins with a dash, and that line without the dash."""
    starts = [0, *(i + 1 for i, node in enumerate(content) if isinstance(node, LineBreak | SoftBreak))]
    for start in reversed(starts):
        first = content[start] if start < len(content) else None
        if isinstance(first, Text) and (dash := _DASH.match(first.text)):
            attribution = (Text(text=first.text[dash.end() :]), *content[start + 1 :])
            return content[: max(start - 1, 0)], attribution
        if first is not None and start and isinstance(content[start - 1], LineBreak):
            break  # a forced line without a dash: the quotation itself
    return content, None
