"""Styles of pages, computed once for all pages of a kind.

WeasyPrint computes the styles of each page and of its sixteen margin boxes anew, and goes through those of
all pages before it to find them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_KNOWN = "triptych_page_styles"  # what is kept with the styles of a document


def set_page_type_computed_styles(compute: Callable[..., None]) -> Callable[..., None]:
    """The styles of pages of a kind are remembered."""

    def compute_once(page_type: Any, html: Any, style_for: Any) -> None:
        styles: dict[Any, dict[Any, Any]] = style_for.__dict__.setdefault(_KNOWN, {})
        key = _matching(style_for, page_type)
        if key not in styles:
            style_for.get_cascaded_styles().clear()  # of the page before it
            compute(page_type, html, style_for)
            computed = style_for.get_computed_styles()
            styles[key] = {pseudo: style for (of, pseudo), style in computed.items() if of is page_type}
        for pseudo, style in styles[key].items():
            style_for.get_computed_styles()[page_type, pseudo] = style

    return compute_once


def _matching(style_for: Any, page_type: Any) -> tuple[int, ...]:
    """The numbers of the selectors that a page matches, of all page rules."""
    rules = (rule for sheet, _, _ in style_for._sheets for rule in sheet.page_rules)
    selectors = (selector for _, listed, _ in rules for _, _, selector in listed)
    return tuple(n for n, one in enumerate(selectors) if style_for._page_type_match(one, page_type))
