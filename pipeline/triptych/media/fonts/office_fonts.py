"""Convert fonts to Embedded OpenType (EOT) for PowerPoint (W3C Member Submission of 5 March 2008).

PowerPoint supports four styles per family, identifies an embedded font by its name table, and displays only
TrueType outlines. A face is therefore renamed to its family and one of these styles. EOT's optional
compression and encryption are not used.
"""

from __future__ import annotations

import io
import struct
from typing import NamedTuple

from fontTools.misc import sstruct
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.O_S_2f_2 import panoseFormat

from triptych.media.fonts.fonts import convert_to_static, subset_font
from triptych.theme.theme import FontFace

# OS/2 fsType, https://learn.microsoft.com/typography/opentype/spec/os2#fstype
_VIEWING, _EDITABLE = 0x0004, 0x0008

_VERSION, _MAGIC, _SUBSET = 0x00020002, 0x504C, 0x1
_CHARACTER_SET, _CODE_PAGE = 0, 1252  # Western, as in all Latin fonts that PowerPoint embeds
_CHECKSUM_OF_NO_ADDRESS = 0x50475342
_FAMILY, _STYLE, _UNIQUE, _FULL_NAME, _VERSION_NAME, _POSTSCRIPT = 1, 2, 3, 4, 5, 6
_REPLACED_NAMES = frozenset((_FAMILY, _STYLE, _UNIQUE, _FULL_NAME, _POSTSCRIPT, 16, 17, 21, 22, 25))
_ITALIC, _BOLD, _REGULAR = 1 << 0, 1 << 5, 1 << 6  # in OS/2 fsSelection

# Characters that may be needed for edits: letters of western Europe, quotation marks and dashes.
EVERYDAY_CHARACTERS = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | frozenset(
    "–—‘’‚“”„•…‹›€™−"
)


# Features that replace several characters by one glyph, and that programs apply by default.
_LIGATURE_FEATURES = ("liga", "clig", "calt")


class OfficeStyle(NamedTuple):
    """One of the four styles per family that Office supports."""

    bold: bool = False
    italic: bool = False

    @property
    def subfamily_name(self) -> str:
        """The subfamily name, such as ``Bold Italic``."""
        style_words = (word for word, is_set in (("Bold", self.bold), ("Italic", self.italic)) if is_set)
        return " ".join(style_words) or "Regular"


class FontNotEmbeddableError(Exception):
    """Raised if a face cannot be embedded in a presentation. The arguments are a message and a hint."""


def make_office_font(
    face: FontFace, style: OfficeStyle, characters: frozenset[str] | None, *, is_for_code: bool = False
) -> bytes:
    """Convert a face to Embedded OpenType in one of the four Office styles.

    The font is subset to ``characters``. It is unsubsetted if ``characters`` is None or the licence forbids
    subsetting. Ligatures are removed from monospaced fonts, and from any font if ``is_for_code`` is true,
    because code would look different from what is typed, and DrawingML cannot disable them (ECMA-376 Part 1,
    21.1.2.3.9). Raise ``FontNotEmbeddableError`` if the licence or the outline format prevents embedding.
    """
    data = (
        convert_to_static(face)
        if characters is None
        else subset_font(face, characters, only_default_features=True)
    )
    with TTFont(io.BytesIO(data), recalcTimestamp=False) as font:
        _check_embeddable(font)
        _set_font_names(font, face.family, style)
        if is_for_code or font["post"].isFixedPitch:
            _remove_ligatures(font)
        if "DSIG" in font:  # a digital signature would be invalid
            del font["DSIG"]
        out = io.BytesIO()
        font.save(out)
    is_subset = characters is not None and not (face.project_file and face.project_file.forbids_subsetting)
    return _wrap_font(out.getvalue(), is_subset=is_subset)


def _remove_ligatures(font: TTFont) -> None:
    features = font["GSUB"].table.FeatureList if "GSUB" in font else None
    for record in features.FeatureRecord if features else ():
        if record.FeatureTag in _LIGATURE_FEATURES:
            record.Feature.LookupListIndex, record.Feature.LookupCount = [], 0


def _check_embeddable(font: TTFont) -> None:
    licence = font["OS/2"].fsType
    if licence & _VIEWING and not licence & _EDITABLE:  # themes do not accept fonts with stricter licences
        raise FontNotEmbeddableError(
            "the font licence (OS/2 fsType) allows viewing and printing only",
            "obtain a font licence that permits editable embedding",
        )
    if "glyf" not in font:
        raise FontNotEmbeddableError(
            "PowerPoint does not display embedded fonts with PostScript outlines",
            "use the TrueType file (.ttf) of the font",
        )


def _set_font_names(font: TTFont, family: str, style: OfficeStyle) -> None:
    """Reduce the font's names to its family and style, so that programs group the styles of the family."""
    names, metrics, head = font["name"], font["OS/2"], font["head"]
    names.names = [old for old in names.names if old.platformID == 3 and old.nameID not in _REPLACED_NAMES]
    full_name = family if style == OfficeStyle() else f"{family} {style.subfamily_name}"
    postscript = f"{''.join(family.split())}-{style.subfamily_name.replace(' ', '')}"
    for number, text in (
        (_FAMILY, family),
        (_STYLE, style.subfamily_name),
        (_UNIQUE, f"{postscript};{head.fontRevision:.3f}"),
        (_FULL_NAME, full_name),
        (_POSTSCRIPT, postscript),
    ):
        names.setName(text, number, 3, 1, 0x409)
    if style.bold or metrics.usWeightClass >= 600:
        metrics.usWeightClass = 700 if style.bold else 400
    selection = _BOLD * style.bold | _ITALIC * style.italic or _REGULAR
    metrics.fsSelection = metrics.fsSelection & ~(_BOLD | _ITALIC | _REGULAR) | selection
    head.macStyle = int(style.bold) | int(style.italic) << 1


def _wrap_font(data: bytes, *, is_subset: bool) -> bytes:
    """Wrap a TrueType font in an EOT container, as PowerPoint does, but uncompressed."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        metrics, names = font["OS/2"], font["name"]
        fields = [
            struct.pack("<II", _VERSION, _SUBSET if is_subset else 0),
            sstruct.pack(panoseFormat, metrics.panose),
            struct.pack("<BBI", _CHARACTER_SET, metrics.fsSelection & _ITALIC, metrics.usWeightClass),
            struct.pack("<HH", metrics.fsType, _MAGIC),
            struct.pack("<4I", *(getattr(metrics, f"ulUnicodeRange{number}") for number in range(1, 5))),
            struct.pack("<2I", *(getattr(metrics, f"ulCodePageRange{number}", 0) for number in (1, 2))),
            struct.pack("<I16x", font["head"].checkSumAdjustment),
        ]
        for number in (_FAMILY, _STYLE, _VERSION_NAME, _FULL_NAME):
            name = f"{names.getDebugName(number) or ''}\0".encode("utf-16-le")
            fields += [struct.pack("<HH", 0, len(name)), name]
    no_address = struct.pack("<HHII", 0, 0, _CHECKSUM_OF_NO_ADDRESS, _CODE_PAGE)
    no_signature = struct.pack("<HHII", 0, 0, 0, 0)
    header = b"".join((*fields, no_address, no_signature))
    return struct.pack("<II", 8 + len(header) + len(data), len(data)) + header + data
