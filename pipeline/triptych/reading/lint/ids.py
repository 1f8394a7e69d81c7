"""Ids that do not say what they name, so that nothing is numbered and no reference finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_PREFIXES = {"Figure": "fig", "Table": "tbl"}
# How others write the kinds: LaTeX and pandoc-crossref with a colon, and longer or shorter words.
_FOREIGN = re.compile(
    r"(fig|figure|img|image|tbl|tab|table|eq|eqn|equation|sec|section|lst|listing|code|thm)[:_.-](.+)"
)
_OURS = {
    **dict.fromkeys(("fig", "figure", "img", "image"), "fig"),
    **dict.fromkeys(("tbl", "tab", "table"), "tbl"),
    **dict.fromkeys(("eq", "eqn", "equation"), "eq"),
    **dict.fromkeys(("sec", "section"), "sec"),
    **dict.fromkeys(("lst", "listing", "code"), "lst"),
    "thm": "thm",
}


def ids_without_kind(draft: Draft) -> Iterator[Diagnostic]:
    """A figure is ``fig-…``, a table ``tbl-…``: other ids are anchors of links, and give no number."""
    for attributes in draft.tree.attributes:
        wanted = _wanted(attributes.kind, attributes.id)
        if not wanted or wanted == attributes.id:
            continue
        place = draft.place(rf"#{re.escape(attributes.id)}(?![\w:.-])")
        if place:
            message = f'the id "{attributes.id}" gives no number, and no reference finds it'
            yield draft.found("LNT008", place, message, f"write #{wanted}, and refer to it as @{wanted}")


def _wanted(kind: str, name: str) -> str:
    """The id as it should be, "" where it is well or cannot be told."""
    foreign = _FOREIGN.fullmatch(name)
    ours = _OURS[foreign.group(1)] if foreign else ""
    rest = re.sub(r"[^\w-]+", "-", foreign.group(2) if foreign else name).strip("-")
    if kind in _PREFIXES:
        return "" if name.startswith(f"{_PREFIXES[kind]}-") or not name else f"{_PREFIXES[kind]}-{rest}"
    # Elsewhere only an id with a colon is surely meant as another tool's.
    return f"{ours}-{rest}" if foreign and name[len(foreign.group(1))] == ":" else ""
