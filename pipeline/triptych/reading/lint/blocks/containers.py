"""Containers of web pages, of which only the content can be printed."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_CONTAINERS = {
    "panel-tabset": "its tabs stand one after the other as sections",
    "panel-input": "nothing can be chosen in a book",
    "panel-sidebar": "it stands in the text",
}


def foreign_containers(draft: Draft) -> Iterator[Diagnostic]:
    """What a page shows in tabs or at its side."""
    for attributes in draft.tree.attributes:
        for name, what in _CONTAINERS.items():
            if name in attributes.classes and (place := draft.place(rf":::.*{name}")):
                yield draft.found("LNT018", place, f"“{name}” is for web pages: {what}")
