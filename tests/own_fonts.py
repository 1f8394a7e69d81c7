"""Create small fonts for test projects: letters are boxes whose width depends on the weight."""

from __future__ import annotations

import io
from collections.abc import Iterable

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.TupleVariation import TupleVariation

ASCII = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…•·ﬁ©"


def own_font(
    family: str = "Brand Serif",
    *,
    weight: int = 400,
    italic: bool = False,
    characters: Iterable[str] = ASCII,
    licence: int = 0,
    cff: bool = False,
    cff2: bool = False,
    variable: bool = False,
) -> bytes:
    """Write a font file. ``licence`` is OS/2 fsType; a ``variable`` font has weights from 300 to 700."""
    cmap = {ord(c): f"u{ord(c):04X}" for c in dict.fromkeys(characters)}
    names = [".notdef", *cmap.values()]
    builder = FontBuilder(1000, isTTF=not (cff or cff2))
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(cmap)
    width = 400 + weight // 4
    style = " ".join(filter(None, ("Bold" if weight >= 600 else "", "Italic" if italic else ""))) or "Regular"
    postscript = f"{family.replace(' ', '')}-{style.replace(' ', '')}"
    if cff2:
        pens = {name: _drawn(T2CharStringPen(None, None, CFF2=True), name, weight) for name in names}
        builder.setupCFF2({name: pen.getCharString() for name, pen in pens.items()})
    elif cff:
        charstrings = {name: _drawn(T2CharStringPen(width, None), name, weight) for name in names}
        builder.setupCFF(postscript, {}, {n: pen.getCharString() for n, pen in charstrings.items()}, {})
    else:
        builder.setupGlyf({name: _drawn(TTGlyphPen(None), name, weight).glyph() for name in names})
    builder.setupHorizontalMetrics({name: (width, 60) for name in names})
    builder.setupHorizontalHeader(ascent=900, descent=-250)
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": postscript})
    builder.setupOS2(
        usWeightClass=weight,
        fsSelection=int(italic),
        fsType=licence,
        sTypoAscender=900,
        sTypoDescender=-250,
        usWinAscent=900,
        usWinDescent=250,
        sCapHeight=700,
    )
    builder.setupPost(italicAngle=-12 if italic else 0)
    if variable:
        builder.setupFvar([("wght", 300, 400, 700, "Weight")], [])
        wide = TupleVariation({"wght": (0, 1, 1)}, [(0, 0)] * 4 + [(0, 0), (300, 0), (0, 0), (0, 0)])
        builder.setupGvar({name: [wide] for name in names if name not in (".notdef", "u0020")})
    builder.font["head"].created = builder.font["head"].modified = 3_800_000_000
    builder.font.recalcTimestamp = False
    with io.BytesIO() as out:
        builder.save(out)
        return out.getvalue()


def _drawn(pen, name: str, weight: int):
    """Return a box, whose sides differ from letter to letter, or nothing for a space."""
    if name != "u0020":
        right, top = 160 + weight // 4, 500 + (int(name[1:], 16) % 200 if name[0] == "u" else 0)
        pen.moveTo((60, 0))
        for place in ((60, top), (right, top), (right, 0)):
            pen.lineTo(place)
        pen.closePath()
    return pen
