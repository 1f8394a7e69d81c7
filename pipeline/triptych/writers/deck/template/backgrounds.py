"""The colours of a template: what its slots are, and on which ground each place of a layout lies.

A ground is one or more colours: a gradient has several, and what stands on it must be seen on all of them.
"""

from __future__ import annotations

import colorsys
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from lxml import etree
from PIL import Image
from pptx.oxml.ns import qn

from triptych.theme.contrast import channels
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.template.placeholders import EMU_PER_POINT, theme_of

Ground: TypeAlias = tuple[str, ...]

_PAPER, _INK = "ffffff", "000000"
_COVERS = 0.7  # of a place: what lies under so much of it is its ground
_STEPS = 4  # of a picture's colours, each way
_MOST_PIXELS = 50_000_000
_MAPPED = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "noFill")


class Scheme:
    """The colour slots of a layout: its theme, as its master or itself maps them (20.1.6.8, 19.3.1.6)."""

    def __init__(self, layout: Any) -> None:
        self.layout = layout
        self.master = layout.slide_master
        self._theme = theme_of(self.master)
        self._mapping = dict(_MAPPED)
        own = layout._element.find(f"{qn('p:clrMapOvr')}/{qn('a:overrideClrMapping')}")
        mapping = own if own is not None else self.master._element.find(qn("p:clrMap"))
        if mapping is not None:
            self._mapping.update({str(name): str(value) for name, value in mapping.attrib.items()})

    def slot(self, name: str) -> str:
        """The colour of a slot such as tx1 or accent3, as six hexadecimal digits."""
        name = self._mapping.get(name, name)
        found = (
            self._theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}") if self._theme is not None else None
        )
        if found is None or not len(found):
            return _INK if name.startswith("dk") or name.startswith("accent") else _PAPER
        return self.colour(found[0]) or _PAPER

    def colour(self, element: Any, own: str = "") -> str | None:
        """A colour element with its changes (20.1.2.3); ``own`` is what stands for phClr."""
        kind = etree.QName(element).localname
        if kind == "schemeClr":
            value = str(element.get("val"))
            base = (own or self.slot("bg1")) if value == "phClr" else self.slot(value)
        elif kind == "srgbClr":
            base = str(element.get("val")).lower()
        elif kind == "sysClr":
            base = str(element.get("lastClr", _INK if "Text" in str(element.get("val")) else _PAPER)).lower()
        elif kind == "prstClr":
            base = {"black": _INK, "white": _PAPER}.get(str(element.get("val")), "808080")
        else:
            return None
        return changed(base, ((etree.QName(part).localname, part.get("val", "0")) for part in element))

    def ground(self, place: Place, chain: Sequence[Any] = ()) -> Ground:
        """What lies behind a place of the layout; ``chain`` are the elements of a placeholder there."""
        for element in chain:
            if found := self._fill(element.find(qn("p:spPr")), element):
                return found
        ground = self._background()
        shown = self.layout._element.get("showMasterSp", "1") not in ("0", "false")
        for owner in (self.master, self.layout) if shown else (self.layout,):
            for shape in owner.shapes:
                if not shape.is_placeholder and _covers(shape, place):
                    ground = self._shape_fill(shape, owner) or ground
        return ground

    def _background(self) -> Ground:
        for owner in (self.layout, self.master):
            background = owner._element.find(f"{qn('p:cSld')}/{qn('p:bg')}")
            if background is None or not len(background):
                continue
            if background[0].tag == qn("p:bgPr"):
                if found := self._fill(background[0], owner):
                    return found
            elif len(background[0]) and (own := self.colour(background[0][0])):
                return self._styled(int(background[0].get("idx", "1001")), own)
        return (self.slot("bg1"),)

    def _styled(self, index: int, own: str) -> Ground:
        """A background of the theme's list (20.1.4.1.7), in a colour of its own."""
        fills = self._theme.find(f".//{qn('a:bgFillStyleLst')}") if self._theme is not None else None
        position = index - 1001
        if fills is None or not 0 <= position < len(fills):
            return (own,)
        return self._colours_of(fills[position], self.master, own) or (own,)

    def _shape_fill(self, shape: Any, owner: Any) -> Ground:
        element = shape._element
        if element.tag == qn("p:pic"):
            return self._colours_of(element.find(qn("p:blipFill")), owner)
        return self._fill(element.find(qn("p:spPr")), owner)

    def _fill(self, properties: Any, owner: Any) -> Ground:
        if properties is None:
            return ()
        fill = next((part for part in properties if etree.QName(part).localname in _FILLS), None)
        return self._colours_of(fill, owner) if fill is not None else ()

    def _colours_of(self, fill: Any, owner: Any, own: str = "") -> Ground:
        kind = etree.QName(fill).localname if fill is not None else "noFill"
        if kind == "solidFill":
            return self._opaque(fill, own)
        if kind == "gradFill":
            stops = [self.colour(stop[0], own) for stop in fill.iter(qn("a:gs")) if len(stop)]
            return tuple(dict.fromkeys(stop for stop in stops if stop))
        if kind == "blipFill":
            return _picture_colours(fill, owner)
        return ()

    def _opaque(self, fill: Any, own: str) -> Ground:
        """A solid colour, unless what lies behind is seen through it."""
        if not len(fill):
            return ()
        alpha = fill[0].find(qn("a:alpha"))
        if alpha is not None and int(str(alpha.get("val")).rstrip("%")) < 50_000:
            return ()
        found = self.colour(fill[0], own)
        return (found,) if found else ()


def _covers(shape: Any, place: Place) -> bool:
    if shape.left is None or shape.width is None:
        return False
    left, top = shape.left / EMU_PER_POINT, shape.top / EMU_PER_POINT
    right, bottom = left + shape.width / EMU_PER_POINT, top + shape.height / EMU_PER_POINT
    width = min(right, place.left + place.width) - max(left, place.left)
    height = min(bottom, place.top + place.height) - max(top, place.top)
    return bool(width > 0 < height and width * height >= _COVERS * place.width * place.height)


def _picture_colours(fill: Any, owner: Any) -> Ground:
    """A picture's colours, coarsely; none for one that cannot be read."""
    blip = fill.find(qn("a:blip"))
    part = getattr(owner, "part", None)
    if blip is None or part is None or blip.get(qn("r:embed")) is None:
        return ()
    try:
        with Image.open(io.BytesIO(part.related_part(blip.get(qn("r:embed"))).blob)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return ()
            small = image.convert("RGBA").resize((_STEPS, _STEPS))
    except (OSError, KeyError, ValueError, Image.DecompressionBombError):
        return ()
    pixels = [small.getpixel((x, y)) for x in range(_STEPS) for y in range(_STEPS)]
    seen = [pixel[:3] for pixel in pixels if isinstance(pixel, tuple) and pixel[3] > 127]
    return tuple(dict.fromkeys(_hex(pixel) for pixel in seen))


def changed(colour: str, changes: Iterable[tuple[str, str]]) -> str:
    """A colour after changes of its luminance and shade, whose values are thousandths of a percent."""
    red, green, blue = (value / 255 for value in channels(colour))
    for name, value in changes:
        share = _share(value)
        if name in ("lumMod", "lumOff"):
            hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
            light = light * share if name == "lumMod" else light + share
            red, green, blue = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), saturation)
        elif name == "tint":
            red, green, blue = (1 - (1 - part) * share for part in (red, green, blue))
        elif name == "shade":
            red, green, blue = (part * share for part in (red, green, blue))
    return _hex(round(part * 255) for part in (red, green, blue))


def _share(value: str) -> float:
    return float(value[:-1]) / 100 if value.endswith("%") else int(value) / 100_000


def _hex(parts: Iterable[int]) -> str:
    return "".join(f"{part:02x}" for part in parts)


def all_slots(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """The slots that text and charts may take, and their colours."""
    for name in ("tx1", "bg1", "tx2", "bg2", *(f"accent{number}" for number in range(1, 7)), "hlink"):
        yield name, scheme.slot(name)
