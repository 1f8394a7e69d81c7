"""Colours as they are seen: those of the theme by way of the colour map (ECMA-376 Part 1, 19.3.1.6)."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from triptych.checks.deck.package.names import A
from triptych.theme.contrast import channels

_WHOLE = 100_000  # a hundred percent
_BASIC = {
    "black": "000000", "white": "ffffff", "red": "ff0000", "green": "008000", "blue": "0000ff",
    "yellow": "ffff00", "gray": "808080", "grey": "808080",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ThemeColours:
    """``slots`` are the colours of a theme, ``names`` what a master calls them."""

    slots: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, theme: Any, colour_map: Any) -> ThemeColours:
        """The tree of a theme and the element of a colour map, either of which may be None."""
        scheme = None if theme is None else theme.find(f"{A}themeElements/{A}clrScheme")
        slots = {} if scheme is None else {item.tag.rpartition("}")[2]: _first(item) for item in scheme}
        return cls(slots, {} if colour_map is None else dict(colour_map.attrib))

    def fill(self, properties: Any, otherwise: str | None = None) -> str | None:
        """The colour that something is filled with, six digits; None where it is not one colour.

        ``otherwise`` is the colour that the name ``phClr`` stands for.
        """
        solid = None if properties is None else properties.find(f"{A}solidFill")
        return None if solid is None else self.colour(solid, otherwise)

    def colour(self, holder: Any, otherwise: str | None = None) -> str | None:
        """The colour in an element, None where there is none or it is seen through."""
        for item in holder:
            tag = str(item.tag).rpartition("}")[2]
            if tag.endswith("Clr"):
                base = self._named(item.get("val", ""), otherwise) if tag == "schemeClr" else _own(item)
                return None if base is None else _changed(base, item)
        return None

    def _named(self, name: str, otherwise: str | None) -> str | None:
        return otherwise if name == "phClr" else self.slots.get(self.names.get(name, name))


def _first(holder: Any) -> str:
    return next((colour for item in holder if (colour := _own(item))), "000000")


def _own(item: Any) -> str | None:
    """A colour that names no other."""
    match item.tag.rpartition("}")[2]:
        case "srgbClr":
            return str(item.get("val", "")).lower() or None
        case "sysClr":
            return str(item.get("lastClr", "")).lower() or None
        case "prstClr":
            return _BASIC.get(item.get("val", ""))
    return None


def _changed(colour: str, item: Any) -> str | None:
    """A colour after the changes that are written in its element, in their order."""
    hue, light, saturation = colorsys.rgb_to_hls(*(value / 255 for value in channels(colour)))
    for change in item:
        value = change.get("val", "")
        if not value.isdigit():
            return None
        share = int(value) / _WHOLE
        match change.tag.rpartition("}")[2]:
            case "lumMod":
                light *= share
            case "lumOff":
                light += share
            case "satMod":
                saturation *= share
            case "tint":
                light = light * share + 1 - share
            case "shade":
                light *= share
            case "alpha" if share >= 1:
                pass
            case _:
                return None
        light, saturation = min(max(light, 0), 1), min(max(saturation, 0), 1)
    return "".join(f"{round(value * 255):02x}" for value in colorsys.hls_to_rgb(hue, light, saturation))
