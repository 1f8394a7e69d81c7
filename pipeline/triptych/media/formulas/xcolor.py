"""Resolve the colours of LaTeX's xcolor package: names, models and mixtures such as ``red!50!blue``."""

from __future__ import annotations

import re

# The base colours of xcolor, and those of its option dvipsnames, which are darker or lighter variants.
_NAMED = {
    "black": "000000", "blue": "0000FF", "brown": "BF8040", "cyan": "00FFFF", "darkgray": "404040",
    "gray": "808080", "green": "00FF00", "lightgray": "BFBFBF", "lime": "BFFF00", "magenta": "FF00FF",
    "olive": "808000", "orange": "FF8000", "pink": "FFBFBF", "purple": "BF0040", "red": "FF0000",
    "teal": "008080", "violet": "800080", "white": "FFFFFF", "yellow": "FFFF00", "grey": "808080",
    "Apricot": "FFAD7A", "Aquamarine": "2EFFB3", "Bittersweet": "C20300", "Black": "000000",
    "Blue": "0000FF", "BlueGreen": "26FFAB", "BlueViolet": "1A0DF5", "BrickRed": "B80000",
    "Brown": "660000", "BurntOrange": "FF7D00", "CadetBlue": "616EC4", "CarnationPink": "FF5EFF",
    "Cerulean": "0FE3FF", "CornflowerBlue": "59DEFF", "Cyan": "00FFFF", "Dandelion": "FFB529",
    "DarkOrchid": "9933CC", "Emerald": "00FF80", "ForestGreen": "00E000", "Fuchsia": "7303EB",
    "Goldenrod": "FFE629", "Gray": "808080", "Green": "00FF00", "GreenYellow": "D9FF4F",
    "JungleGreen": "03FF7A", "Lavender": "FF85FF", "LimeGreen": "80FF00", "Magenta": "FF00FF",
    "Mahogany": "A60000", "Maroon": "AD0000", "Melon": "FF8A80", "MidnightBlue": "007091",
    "Mulberry": "A314FA", "NavyBlue": "0F75FF", "OliveGreen": "009900", "Orange": "FF6321",
    "OrangeRed": "FF0080", "Orchid": "AD5CFF", "Peach": "FF804D", "Periwinkle": "6E73FF",
    "PineGreen": "00BF29", "Plum": "8000FF", "ProcessBlue": "0AFFFF", "Purple": "8C24FF",
    "RawSienna": "8C0000", "Red": "FF0000", "RedOrange": "FF3B21", "RedViolet": "9600A8",
    "Rhodamine": "FF2EFF", "RoyalBlue": "0080FF", "RoyalPurple": "401AFF", "RubineRed": "FF00DE",
    "Salmon": "FF789E", "SeaGreen": "4FFF80", "Sepia": "4D0000", "SkyBlue": "61FFE0",
    "SpringGreen": "BDFF3D", "Tan": "DB9470", "TealBlue": "1FFAA3", "Thistle": "E069FF",
    "Turquoise": "26FFCC", "Violet": "361FFF", "VioletRed": "FF30FF", "White": "FFFFFF",
    "WildStrawberry": "FF0A9C", "Yellow": "FFFF00", "YellowGreen": "8FFF42", "YellowOrange": "FF9400",
}  # fmt: skip
COLOUR_NAMES = tuple(_NAMED)
_PERCENTAGE = re.compile(r"\d+(?:\.\d+)?")

_Rgb = tuple[float, float, float]  # each from 0 to 1


def resolve_colour(expression: str) -> str | None:
    """Return an xcolor expression as ``#rrggbb``, or None for an unknown colour.

    ``expression`` is a mixture of names, or a value after a model in square brackets, as in ``[HTML]FF8800``.
    """
    rgb = _mix_colours(expression.strip())
    return "#" + "".join(f"{round(255 * min(max(part, 0), 1)):02x}" for part in rgb) if rgb else None


def _mix_colours(expression: str) -> _Rgb | None:
    model = re.fullmatch(r"\[(\w+)\]([^!]*)(.*)", expression)
    first, *rest = (model[3] if model else expression).split("!")
    if expression.startswith("-"):
        rgb = _mix_colours(expression[1:])
        return (1 - rgb[0], 1 - rgb[1], 1 - rgb[2]) if rgb else None
    mixed = _read_value(model[1], model[2]) if model else _read_name(first)
    while mixed and rest:
        share, *rest = rest
        if not share and not rest:
            break
        other = _read_name(rest.pop(0)) if rest else (1.0, 1.0, 1.0)
        if not _PERCENTAGE.fullmatch(share) or other is None:
            return None
        weight = float(share) / 100
        red, green, blue = (weight * a + (1 - weight) * b for a, b in zip(mixed, other, strict=True))
        mixed = (red, green, blue)
    return mixed


def _read_name(name: str) -> _Rgb | None:
    name = name.strip()
    return _read_value("HTML", _NAMED[name]) if name in _NAMED else None


def _read_value(model: str, value: str) -> _Rgb | None:
    if model == "HTML":
        digits = value.strip()
        if not re.fullmatch("[0-9A-Fa-f]{6}", digits):
            return None
        red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
        return red, green, blue
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        return None
    match model, numbers:
        case "rgb", [red, green, blue]:
            return red, green, blue
        case "RGB", [red, green, blue]:
            return red / 255, green / 255, blue / 255
        case "gray", [level]:
            return level, level, level
        case "cmy", [cyan, magenta, yellow]:
            return 1 - cyan, 1 - magenta, 1 - yellow
        case "cmyk", [cyan, magenta, yellow, key]:
            return max(0, 1 - cyan - key), max(0, 1 - magenta - key), max(0, 1 - yellow - key)
    return None
