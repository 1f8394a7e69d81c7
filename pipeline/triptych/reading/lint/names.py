"""Classes and attributes that are nearly one that means something."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator

from triptych.diagnostics import Diagnostic
from triptych.model.nodes import CalloutKind
from triptych.reading.lint.draft import Draft
from triptych.reading.lint.vocabulary import ATTRIBUTES, CLASSES

_NEAR = 0.8  # of 1, as difflib measures how alike two words are
_BARE_CALLOUTS = frozenset(CalloutKind)
_SHORTEST = 4  # letters: shorter names are like too many others


def unknown_classes(draft: Draft) -> Iterator[Diagnostic]:
    """A block with a misspelt class looks as if it had none."""
    for attributes in draft.tree.attributes:
        own = attributes.classes[1:] if attributes.kind in ("CodeBlock", "Code") else attributes.classes
        for name in own:
            nearest = _callout(attributes.kind, name) or _nearest(name, CLASSES)
            place = nearest and draft.place(rf"(?:\.|:{{3}}[ \t]*){re.escape(name)}(?![\w-])")
            if nearest and place:
                hint = f'did you mean "{nearest}"?'
                yield draft.found("LNT006", place, f'"{name}" is no class that anything here knows', hint)


def unknown_attributes(draft: Draft) -> Iterator[Diagnostic]:
    """A misspelt attribute does nothing. Those of charts and data tables are told where they are read."""
    for attributes in draft.tree.attributes:
        if {"chart", "table"} & set(attributes.classes):
            continue
        for name, _ in attributes.pairs:
            nearest = _nearest(name, ATTRIBUTES)
            place = nearest and draft.place(rf"(?<![\w-]){re.escape(name)}\s*=")
            if nearest and place:
                hint = f'did you mean "{nearest}"?'
                yield draft.found("LNT007", place, f'"{name}" is no attribute that anything here knows', hint)


def _callout(kind: str, name: str) -> str:
    """The class that ``::: tip`` was to have."""
    return f"callout-{name}" if kind == "Div" and name in _BARE_CALLOUTS else ""


def _nearest(name: str, known: Collection[str]) -> str:
    """The known name that another is nearly, "" where it is known or like none."""
    if name in known or len(name) < _SHORTEST or name.startswith("data-"):
        return ""
    near = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=_NEAR)
    return near[0] if near and near[0][0] == name[0].lower() else ""
