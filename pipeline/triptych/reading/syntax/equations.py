"""What stands behind a displayed formula, ``$$…$$ {#eq-x .slide}``, and what ``\\label`` calls it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from triptych.model.nodes import Attr, Equation
from triptych.reading.pandoc import characters

_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*")
_ATTRIBUTE = re.compile(
    r"""\#(?P<id>[A-Za-z][\w.:-]*) | \.(?P<class>[A-Za-z][\w-]*)
    | (?P<key>[A-Za-z][\w-]*)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))""",
    re.VERBOSE,
)


def equation_id(label: str) -> str:
    """A LaTeX label as an id: ``eq:x``, ``eq-x`` and ``x`` are all ``eq-x``, which is numbered."""
    return "eq-" + re.sub(r"^eq[:-]", "", label)


def equation_attributes(inlines: list[Any]) -> tuple[Attr, int] | None:
    """Attributes in braces that pandoc inlines begin with, and how many inlines they take; else None."""
    text = ""
    for count, node in enumerate(inlines, 1):
        # Between quotation marks pandoc sees a quotation.
        text += f'"{characters(node["c"][1])}"' if node["t"] == "Quoted" else characters([node])
        match = _BRACES.fullmatch(text)
        if match:
            attr = _read(match.group(1))
            return (attr, count) if attr else None
        if not re.match(r"\s*(\{[^}]*)?$", text):
            return None
    return None


def _read(text: str) -> Attr | None:
    """What stands between braces, or None where it is no attributes."""
    if not text.strip() or re.sub(r"\s+", "", _ATTRIBUTE.sub("", text)):
        return None
    matches = list(_ATTRIBUTE.finditer(text))
    ids = [match["id"] for match in matches if match["id"]]
    return Attr(
        ids[0] if ids else "",
        tuple(match["class"] for match in matches if match["class"]),
        tuple((match["key"], match["quoted"] or match["bare"] or "") for match in matches if match["key"]),
    )


def with_attributes(equation: Equation, attr: Attr) -> Equation:
    """The formula with them; a written id goes before that of a label, which stays a name for references."""
    return replace(equation, attr=replace(attr, id=attr.id or equation.attr.id))
