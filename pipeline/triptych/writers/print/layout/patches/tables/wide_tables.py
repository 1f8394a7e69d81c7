"""Tables too wide for their page, whatever the size of their type, which are put on a landscape page.

That hangs on the width of a table's place, which is known when it is laid out; and the page, on the table. So
the tables are noted, and their document is laid out again.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

_NOTED = "triptych_wide_tables"  # what is kept with the engine's context
_LANDSCAPE = "landscape"  # the class of what stands on such a page
_AROUND = frozenset(("body", "section", "div", "blockquote", "ul", "ol", "li"))  # what pages may break in


def note_wide(context: Any, table: Any) -> None:
    """Note that the words of a table do not fit side by side."""
    context.__dict__.setdefault(_NOTED, []).append(table.element)


def turn_wide(context: Any, root: Element) -> bool:
    """Ask for landscape pages for the frames of tables that were noted; whether any was not on one yet."""
    noted = set(context.__dict__.get(_NOTED, ()))
    frames = [frame for frame in _frames(root) if noted.intersection(frame)] if noted else []
    for frame in frames:
        frame.set("class", f"{frame.get('class')} {_LANDSCAPE}")
    return bool(frames)


def _frames(parent: Element) -> list[Element]:
    """The frames of tables under an element that stand on pages by themselves and may be turned."""
    found: list[Element] = []
    for child in parent:
        names = (child.get("class") or "").split()
        if child.tag not in _AROUND or _LANDSCAPE in names or "panels" in names:
            continue
        if "table" in names:
            found.append(child)
        else:
            found += _frames(child)
    return found
