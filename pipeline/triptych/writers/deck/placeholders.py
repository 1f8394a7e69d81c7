"""What the layouts say: where each placeholder is and how its text is set.

Properties are looked up as a program that shows the deck does: the layout's placeholder, the master's
of the same kind, the master's text styles (ECMA-376 Part 1, 19.3.1.52). So the layouts in
``templates/deck`` stay the only place that knows sizes and positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pptx.oxml.ns import qn

from triptych.theme import Theme
from triptych.writers.deck.fitting import Level, Place, TextArea

EMU_PER_POINT = 12_700
_DEFAULT_INSETS = {"lIns": 91_440, "tIns": 45_720, "rIns": 91_440, "bIns": 45_720}
_LEVELS = 5

# The kind of master placeholder from which a kind of layout placeholder inherits.
_MASTER_KIND = {"title": "title", "ctrTitle": "title", "ftr": "ftr", "sldNum": "sldNum"}
_STYLE = {"title": "p:titleStyle", "body": "p:bodyStyle"}


def places(layout: Any, theme: Theme) -> dict[int, Place]:
    """The placeholders of a layout by their index; a title has the index 0."""
    shapes = layout.placeholders
    return {shape.placeholder_format.idx: _place(shape._element, layout, theme) for shape in shapes}


def _place(element: Any, layout: Any, theme: Theme) -> Place:
    kind = _MASTER_KIND.get(_placeholder_kind(element), "body")
    chain = [element, *_master_placeholders(layout, kind)]
    left, top, width, height = _box(chain)
    insets = {name: _inset(chain, name) for name in _DEFAULT_INSETS}
    styles = layout.slide_master._element.find(qn("p:txStyles")).find(qn(_STYLE.get(kind, "p:otherStyle")))
    levels = tuple(_level(chain, styles, number, theme) for number in range(1, _LEVELS + 1))
    text = TextArea(
        width=width - insets["lIns"] - insets["rIns"],
        height=height - insets["tIns"] - insets["bIns"],
        levels=levels,
    )
    return Place(left=left, top=top, width=width, height=height, text=text)


def _placeholder_kind(element: Any) -> str:
    return str(element.find(f".//{qn('p:ph')}").get("type", "obj"))


def _master_placeholders(layout: Any, kind: str) -> Iterator[Any]:
    for shape in layout.slide_master.placeholders:
        if _placeholder_kind(shape._element) == kind:
            yield shape._element


def _box(chain: list[Any]) -> tuple[float, float, float, float]:
    for element in chain:
        transform = element.find(f"{qn('p:spPr')}/{qn('a:xfrm')}")
        if transform is not None:
            offset, extent = transform.find(qn("a:off")), transform.find(qn("a:ext"))
            numbers = offset.get("x"), offset.get("y"), extent.get("cx"), extent.get("cy")
            left, top, width, height = (int(number) / EMU_PER_POINT for number in numbers)
            return left, top, width, height
    raise ValueError("a placeholder has no place in its layout nor in the master")


def _inset(chain: list[Any], name: str) -> float:
    found = (element.find(f".//{qn('a:bodyPr')}").get(name) for element in chain)
    value = next((value for value in found if value is not None), _DEFAULT_INSETS[name])
    return int(value) / EMU_PER_POINT


def _level(chain: list[Any], styles: Any, number: int, theme: Theme) -> Level:
    tag = qn(f"a:lvl{number}pPr")
    lists = [element.find(f".//{qn('a:lstStyle')}") for element in chain]
    sources = [found for parent in [*lists, styles] if (found := parent.find(tag)) is not None]

    def attribute(name: str, default: str, path: str = "") -> str:
        elements = [source.find(path) if path else source for source in sources]
        values = (element.get(name) for element in elements if element is not None)
        return next((value for value in values if value is not None), default)

    runs, latin = qn("a:defRPr"), f"{qn('a:defRPr')}/{qn('a:latin')}"
    family = attribute("typeface", "+mn-lt", latin)
    return Level(
        size=int(attribute("sz", "1800", runs)) / 100,
        family=theme.sans if family.startswith("+") else family,
        bold=attribute("b", "0", runs) in {"1", "true"},
        italic=attribute("i", "0", runs) in {"1", "true"},
        margin=int(attribute("marL", "0")) / EMU_PER_POINT,
        before=int(attribute("val", "0", f"{qn('a:spcBef')}/{qn('a:spcPts')}")) / 100,
        line=int(attribute("val", "100000", f"{qn('a:lnSpc')}/{qn('a:spcPct')}")) / 100_000,
    )
