"""The colours of a theme. The docstrings under the fields are what editors show of them."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.template_views import template_view


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Colours as six hexadecimal digits without ``#``."""

    foreground: str
    """Text. Example: `"1c2024"`."""
    muted: str
    """Secondary text: captions, notes and axis labels. Example: `"555f6b"`."""
    background: str
    """Background of pages and slides. Example: `"ffffff"`."""
    panel: str
    """Background of callouts, boxes and code. Example: `"f3f1ec"`."""
    rule: str
    """Rules and borders. Example: `"c9c4b8"`."""
    dark: str
    """Background of chapter openers, the title page and dark slides. Example: `"16324a"`."""
    accent: str
    """Brand colour: rules, numbers, bullets and the first chart series. Example: `"a8321f"`."""
    link: str
    """Links. Example: `"0a5a86"`."""
    highlight: str
    """Background of highlighted words. Example: `"f6e9b8"`."""
    code_highlight: str
    """Background of highlighted lines of code. Example: `"f1dfb4"`."""
    keyword: str
    """Keywords in code. Example: `"7a2415"`."""
    string: str
    """Strings in code. Example: `"2c5a3f"`."""
    comment: str
    """Comments in code. Example: `"5c5f63"`."""
    number: str
    """Numbers in code. Example: `"1c5078"`."""
    emblem: tuple[str, ...]
    """Three panels of the emblem on the title page. Example: `["d2472f", "d9c7a0", "6f9bbd"]`."""
    series: tuple[str, ...]
    """Chart series, in order, at least six. Example: `["a8321f", "0f4357", "c57a2b", "2171a6", "5f3498",
    "928186"]`.
    """
