"""The text of native charts as it is shown: labels of axes, legends and titles (ECMA-376 Part 1, 21.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triptych.checks.deck.slides.inheritance import Looks
from triptych.checks.deck.slides.text_styles import Printed, set_as
from triptych.ooxml.xml import A, C, parse_flag

_DEFAULT_SIZE = 10.0  # points
# What says how a text is set, and what it is to people. Labels in the drawing lie on colours of their own.
_TEXTS = {
    f"{C}catAx": "axis labels",
    f"{C}dateAx": "axis labels",
    f"{C}valAx": "axis labels",
    f"{C}legend": "chart legend",
    f"{C}title": "chart title",
}


def printed_in_chart(looks: Looks, space: Any) -> Iterator[Printed]:
    """The texts around the drawing of a chart, each by its name."""
    general = _properties(space)
    for element in space.iter(*_TEXTS):
        hidden = element.find(f"{C}delete")
        if hidden is not None and parse_flag(hidden.get("val", "1")):
            continue
        properties = [item for item in (_properties(element), general) if item is not None]
        yield set_as(_TEXTS[element.tag], properties, looks, size=_DEFAULT_SIZE)


def _properties(element: Any) -> Any:
    """How a text is set where nothing else is said."""
    for holder in (f"{C}txPr", f"{C}tx/{C}rich"):
        found = element.find(f"{holder}/{A}p/{A}pPr/{A}defRPr")
        if found is not None:
            return found
    return None
