"""Resolve OOXML colours: look up theme colours in the colour map, and apply colour transformations.

ECMA-376 Part 1 defines colours and transformations in 20.1.2.3, theme colours in 20.1.6.2, and the colour map
in 19.3.1.6. Luminance and saturation are changed in sRGB; tint, shade and single channels in linear light, as
in the examples of 20.1.2.3.31 and 20.1.2.3.34 and in LibreOffice.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from PIL import ImageColor

from triptych.ooxml.xml import A, parse_percentage
from triptych.theme.colours import encode_channel, format_hex_colour, linearise_channel, parse_rgb

BLACK, WHITE = "000000", "ffffff"
FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "noFill")
_OPAQUE = 0.5  # fills with less opacity show the background

# The default colour map.
_USUAL_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_CHANGE = re.compile("(hue|lum|sat|red|green|blue|alpha)(Mod|Off|)")
_HLS_CHANNELS = ("hue", "lum", "sat")
_RGB_CHANNELS = ("red", "green", "blue")
_FULL_HUE_CIRCLE = 360 * 60_000  # a full turn of hue, in 60,000ths of a degree
_ABBREVIATED = {"dk": "dark", "lt": "light", "med": "medium"}  # prefixes of preset colour names (20.1.10.48)


class Colour(NamedTuple):
    """A colour as six hexadecimal digits, with an opacity from 0 to 1."""

    digits: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class ColourScheme:
    """The colours of a theme with a colour map.

    ``slots`` maps slot names such as dk1 to colours, and ``names`` maps names such as tx1 to slots.
    """

    slots: Mapping[str, str]
    names: Mapping[str, str]
    theme: Any = None

    @classmethod
    def from_theme(cls, theme: Any, colour_map: Any) -> ColourScheme:
        """Return the colour scheme of a theme with a colour map. Either element may be None."""
        scheme = None if theme is None else theme.find(f"{A}themeElements/{A}clrScheme")
        plain = cls({}, {})
        slots = {
            _get_local_name(item): colour.digits
            for item in (() if scheme is None else scheme)
            if (colour := plain.resolve_colour(item)) is not None
        }
        mapping = {} if colour_map is None else {str(name): str(slot) for name, slot in colour_map.items()}
        return cls(slots, {**_USUAL_MAP, **mapping}, theme)

    def get_theme_colour(self, name: str) -> str | None:
        """Return the theme colour with a name such as tx1 or accent3, or None if it is undefined."""
        return self.slots.get(self.names.get(name, name))

    def resolve_colour(self, holder: Any, placeholder_colour: str | None = None) -> Colour | None:
        """Return the colour in an element, or None if there is none or it is undefined.

        ``placeholder_colour`` replaces ``phClr``.
        """
        for item in holder:
            if _get_local_name(item).endswith("Clr"):
                base = self._resolve_base_colour(item, placeholder_colour)
                changes = ((_get_local_name(change), change.get("val", "")) for change in item)
                return None if base is None else transform_colour(Colour(base), changes)
        return None

    def resolve_opaque_colour(self, holder: Any, placeholder_colour: str | None = None) -> str | None:
        """Return the colour in an element, or None if there is none or it is not opaque."""
        colour = None if holder is None else self.resolve_colour(holder, placeholder_colour)
        return colour.digits if colour is not None and colour.opacity >= 1 else None

    def resolve_fill_colour(self, properties: Any) -> str | None:
        """Return the colour of a solid, opaque fill, or None for any other fill."""
        fill = find_fill(properties)
        return (
            self.resolve_opaque_colour(fill)
            if fill is not None and _get_local_name(fill) == "solidFill"
            else None
        )

    def resolve_first_fill_colour(self, property_elements: Iterable[Any]) -> str | None:
        """Return the colour of the first fill among shape properties.

        Return None if there is no fill or it is ``noFill``, and "" if the fill is not one opaque colour.
        """
        for properties in property_elements:
            fill = find_fill(properties)
            if fill is not None:
                return (
                    None if _get_local_name(fill) == "noFill" else self.resolve_fill_colour(properties) or ""
                )
        return None

    def list_visible_colours(self, fill: Any, placeholder_colour: str | None = None) -> tuple[str, ...]:
        """Return the colours of a solid, gradient or pattern fill that are at least 50 % opaque.

        Picture fills have none.
        """
        match _get_local_name(fill):
            case "solidFill":
                colours = [self.resolve_colour(fill, placeholder_colour)]
            case "gradFill":
                colours = [self.resolve_colour(stop, placeholder_colour) for stop in fill.iter(f"{A}gs")]
            case "pattFill":
                colours = [self.resolve_colour(part, placeholder_colour) for part in fill]
            case _:
                return ()
        covering = (colour.digits for colour in colours if colour is not None and colour.opacity >= _OPAQUE)
        return tuple(dict.fromkeys(covering))

    def resolve_fill_reference(self, reference: Any) -> tuple[Any, str | None]:
        """Return the theme fill of a ``fillRef`` or ``bgRef``, and the colour that replaces ``phClr`` in it.

        Either is None if it is missing.
        """
        colour = self.resolve_colour(reference)
        index = int(reference.get("idx", "0"))
        name = "bgFillStyleLst" if index > 1000 else "fillStyleLst"
        fills = None if self.theme is None else self.theme.find(f".//{A}{name}")
        position = index % 1000 - 1
        fill = fills[position] if fills is not None and 0 <= position < len(fills) else None
        return fill, None if colour is None else colour.digits

    def _resolve_base_colour(self, item: Any, placeholder_colour: str | None) -> str | None:
        value = str(item.get("val", ""))
        match _get_local_name(item):
            case "schemeClr":
                return placeholder_colour if value == "phClr" else self.get_theme_colour(value)
            case "srgbClr":
                return value.lower() or None
            case "sysClr":
                return str(item.get("lastClr", BLACK if "Text" in value else WHITE)).lower()
            case "prstClr":
                name = re.sub("^(dk|lt|med)(?=[A-Z])", lambda match: _ABBREVIATED[match[1]], value)
                named_colour = ImageColor.colormap.get(name.lower())
                return named_colour[1:] if isinstance(named_colour, str) else None
            case "scrgbClr":
                return format_hex_colour(
                    encode_channel(parse_percentage(item.get(name, "0"))) for name in "rgb"
                )
            case "hslClr":
                hue, sat, lum = (
                    int(item.get("hue", "0")) / _FULL_HUE_CIRCLE,
                    *(parse_percentage(item.get(n, "0")) for n in ("sat", "lum")),
                )
                return format_hex_colour(colorsys.hls_to_rgb(hue, lum, sat))
        return None


def find_fill(properties: Any) -> Any:
    """Return the fill element in the properties of a shape, cell or background, or None if there is none."""
    return (
        None
        if properties is None
        else next((part for part in properties if _get_local_name(part) in FILLS), None)
    )


def transform_colour(colour: Colour, changes: Iterable[tuple[str, str]]) -> Colour:
    """Apply colour transformations to a colour, in order.

    ``changes`` are pairs of element name and value, such as ("lumMod", "75000").
    """
    rgb, opacity = [channel / 255 for channel in parse_rgb(colour.digits)], colour.opacity
    for name, value in changes:
        match = _CHANGE.fullmatch(name)
        if match is None:
            rgb = _transform_channels(rgb, name, value)
            continue
        part, how = match.groups()
        angle = part == "hue" and how != "Mod"
        amount = int(value) / _FULL_HUE_CIRCLE if angle else parse_percentage(value)
        if part == "alpha":
            opacity = _clamp(_apply_amount(opacity, how, amount))
        elif part in _HLS_CHANNELS:
            hls = list(colorsys.rgb_to_hls(*rgb))
            place = _HLS_CHANNELS.index(part)
            changed_amount = _apply_amount(hls[place], how, amount)
            hls[place] = changed_amount % 1 if part == "hue" else _clamp(changed_amount)
            rgb = list(colorsys.hls_to_rgb(*hls))
        else:
            place = _RGB_CHANNELS.index(part)
            rgb[place] = encode_channel(_clamp(_apply_amount(linearise_channel(rgb[place]), how, amount)))
    return Colour(format_hex_colour(rgb), opacity)


def _apply_amount(number: float, operation: str, amount: float) -> float:
    return number * amount if operation == "Mod" else number + amount if operation == "Off" else amount


def _transform_channels(rgb: list[float], name: str, value: str) -> list[float]:
    match name:
        case "tint":
            return [
                encode_channel(1 - (1 - linearise_channel(channel)) * parse_percentage(value))
                for channel in rgb
            ]
        case "shade":
            return [encode_channel(linearise_channel(channel) * parse_percentage(value)) for channel in rgb]
        case "inv":
            return [encode_channel(1 - linearise_channel(channel)) for channel in rgb]
        case "gamma":
            return [encode_channel(channel) for channel in rgb]
        case "invGamma":
            return [linearise_channel(channel) for channel in rgb]
        case "comp":
            hue, light, saturation = colorsys.rgb_to_hls(*rgb)
            return list(colorsys.hls_to_rgb((hue + 0.5) % 1, light, saturation))
        case "gray":
            red, green, blue = rgb
            return [0.2126 * red + 0.7152 * green + 0.0722 * blue] * 3
    return rgb


def _clamp(number: float) -> float:
    return min(1.0, max(0.0, number))


def _get_local_name(element: Any) -> str:
    """Return an element's name without its namespace, or "" for comments and processing instructions."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
