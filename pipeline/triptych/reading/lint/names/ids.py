"""Ids that do not say what they name, so that nothing is numbered and no reference finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft
from triptych.reading.lint.tree import OPAQUE

_PREFIXES = {"Figure": "fig", "Table": "tbl"}
_OF_FORMULA = re.compile(rf"{OPAQUE} ?\{{#([^\s{{}}]+)")  # attributes of a formula
_OURS = {
    **dict.fromkeys(("fig", "figure", "img", "image"), "fig"),
    **dict.fromkeys(("tbl", "tab", "table"), "tbl"),
    **dict.fromkeys(("eq", "eqn", "equation"), "eq"),
    **dict.fromkeys(("sec", "section"), "sec"),
    **dict.fromkeys(("lst", "listing", "code"), "lst"),
    "thm": "thm",
}
# How others write the kinds: LaTeX and pandoc-crossref with a colon, and longer or shorter words.
_FOREIGN = re.compile(rf"({'|'.join(_OURS)})[:_.-](.+)", re.IGNORECASE)


def ids_without_kind(draft: Draft) -> Iterator[Diagnostic]:
    """A figure is ``fig-…``, a table ``tbl-…``: other ids are anchors of links, and give no number."""
    for attributes in draft.tree.attributes:
        wanted = _wanted(attributes.kind, attributes.id)
        if not wanted or wanted == attributes.id:
            continue
        place = draft.place(rf"#{re.escape(attributes.id)}(?![\w:.-])")
        if place:
            yield replace(draft.found("LNT008", place, *_words(attributes.id, wanted)), name=attributes.id)

    for text in draft.tree.texts:
        for name in _OF_FORMULA.findall(text) if OPAQUE in text else ():
            if not name.startswith("eq-") and (place := draft.place(rf"#{re.escape(name)}(?![\w:.-])")):
                wanted = "eq-" + re.sub(r"^(?:eq|eqn|equation)[:_.-]", "", name)
                yield replace(draft.found("LNT008", place, *_words(name, wanted)), name=name)


def _words(name: str, wanted: str) -> tuple[str, str]:
    prefix = wanted.partition("-")[0]
    message = f'id "{name}" needs the prefix "{prefix}-" for numbering and cross-references'
    return message, f"write #{wanted}, and refer to it as @{wanted}"


def _wanted(kind: str, name: str) -> str:
    """The id as it should be, "" where it is well or cannot be told."""
    foreign = _FOREIGN.fullmatch(name)
    ours = _OURS[foreign.group(1).lower()] if foreign else ""
    rest = re.sub(r"[^\w-]+", "-", foreign.group(2) if foreign else name).strip("-")
    if kind in _PREFIXES:
        return "" if name.startswith(f"{_PREFIXES[kind]}-") or not name else f"{_PREFIXES[kind]}-{rest}"
    # Elsewhere only an id with a colon is surely meant as another tool's.
    return f"{ours}-{rest}" if foreign and name[len(foreign.group(1))] == ":" else ""
