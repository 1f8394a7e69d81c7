"""Embed the fonts of a book in its PDF: each font face once, with the glyphs that the book uses."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from triptych.writers.print.pdf_syntax import PdfFile, write_name, write_numbers, write_text_string
from triptych.writers.print.quire import UsedGlyphs
from weasyprint_typography.content_stream import write_number

# OpenType tables that PDF readers do not use.
_DROPPED_TABLES = (b"SVG ", *b"BASE DSIG EBDT EBLC EBSC GDEF GPOS GSUB JSTF LTSH PCLT".split())
_NO_SUBSETTING = 0x0100
_ROWS_PER_BLOCK = 100  # the maximum in a ToUnicode map
_MAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_MAP_END = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def merge_used_glyphs(fonts: Iterable[Mapping[str, UsedGlyphs]]) -> dict[str, UsedGlyphs]:
    """Merge the used glyphs of all quires, for each font by resource name."""
    first: dict[str, UsedGlyphs] = {}
    texts: dict[str, dict[int, str]] = {}
    for quire_fonts in fonts:
        for key, glyphs in quire_fonts.items():
            first.setdefault(key, glyphs)
            merged_texts = texts.setdefault(key, {})
            if not glyphs.texts.keys() <= merged_texts.keys():  # most running heads add no glyphs
                texts[key] = {**glyphs.texts, **merged_texts}
    return {key: replace(first[key], texts=dict(sorted(texts[key].items()))) for key in sorted(first)}


def embed_fonts(
    fonts: Mapping[str, UsedGlyphs],
    file: PdfFile,
    read_face: Callable[[str], bytes],
    *,
    cff_only: bool = False,
) -> bytes:
    """Add fonts to the file, and return the font resource dictionary.

    ``read_face`` returns the data of a font face by name. Resource names of the same face refer to one font.
    If ``cff_only`` is true, only the CFF table of OpenType fonts is embedded, as required by PDF versions
    before 1.6.
    """
    by_face: dict[str, UsedGlyphs] = {}
    for glyphs in fonts.values():
        first = by_face.setdefault(glyphs.face, glyphs)
        by_face[glyphs.face] = replace(first, texts={**glyphs.texts, **first.texts})
    numbers = {face: _add_font(glyphs, file, read_face(face), cff_only) for face, glyphs in by_face.items()}
    rows = (write_name(key) + b" %d 0 R" % numbers[glyphs.face] for key, glyphs in fonts.items())
    return b"<<" + b"".join(rows) + b">>"


def subset_font(data: bytes, glyphs: Iterable[int]) -> bytes:
    """Reduce a font to the outlines of ``glyphs``, which keep their glyph ids.

    A font that forbids subsetting is returned unchanged.
    """
    if is_subsetting_forbidden(data):
        return data
    subset_input = hb.SubsetInput()
    subset_input.flags = (
        hb.SubsetFlags.RETAIN_GIDS
        | hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.NOTDEF_OUTLINE
        | hb.SubsetFlags.DESUBROUTINIZE
    )
    subset_input.glyph_set.update(glyphs)
    subset_input.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _DROPPED_TABLES)
    return bytes(hb.subset(hb.Face(data), subset_input).blob.data)


@lru_cache(maxsize=32)
def is_subsetting_forbidden(data: bytes) -> bool:
    """Return whether a font forbids subsetting (OS/2 fsType, bit 8)."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        return bool(font["OS/2"].fsType & _NO_SUBSETTING)


def _add_font(glyphs: UsedGlyphs, file: PdfFile, data: bytes, cff_only: bool) -> int:
    """Add a composite font (ISO 32000-1, 9.7) with glyph ids as codes, and return its object number."""
    part = subset_font(data, glyphs.texts)
    is_cff = part[:4] == b"OTTO"
    # Only the names of subsets start with a tag (ISO 32000-1, 9.6.4).
    title = write_name(glyphs.name.partition("+")[2] or glyphs.name if part is data else glyphs.name)
    if is_cff and cff_only:
        with TTFont(io.BytesIO(part), lazy=True) as font:
            outlines = font.reader["CFF "]
        program = b"/FontFile3 %d 0 R" % file.add_stream(b"/Subtype/CIDFontType0C", outlines)
    elif is_cff:
        program = b"/FontFile3 %d 0 R" % file.add_stream(b"/Subtype/OpenType", part)
    else:
        program = b"/FontFile2 %d 0 R" % file.add_stream(b"/Length1 %d" % len(part), part)
    widths, angle, height, monospaced = _measure_face(data, glyphs)
    descriptor = file.add_object(
        b"<</Type/FontDescriptor/FontName%s/FontFamily%s/Flags %d/FontBBox%s/ItalicAngle %s"
        b"/Ascent %d/Descent %d/CapHeight %d/StemV 80%s>>"
        % (
            title,
            write_text_string(glyphs.family),
            glyphs.flags | monospaced,
            write_numbers((0, glyphs.descent, max(widths.values(), default=0), glyphs.ascent)),
            write_number(angle),
            glyphs.ascent,
            glyphs.descent,
            height,
            program,
        )
    )
    descendant = file.add_object(
        b"<</Type/Font/Subtype/CIDFontType%d/BaseFont%s"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>%s/W%s/FontDescriptor %d 0 R>>"
        % (
            0 if is_cff else 2,
            title,
            b"" if is_cff else b"/CIDToGIDMap/Identity",
            _write_widths(widths),
            descriptor,
        )
    )
    texts = file.add_stream(b"", _write_character_map(glyphs.texts))
    return file.add_object(
        b"<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (title, descendant, texts)
    )


def _measure_face(data: bytes, glyphs: UsedGlyphs) -> tuple[dict[int, float], float, int, int]:
    """Return glyph widths and cap height in thousandths of an em, italic angle, and FixedPitch flag."""
    scale, angle, capitals, monospaced = _read_font_metrics(data)
    shaper = hb.Font(hb.Face(data))
    widths = {glyph: round(shaper.get_glyph_h_advance(glyph) * scale, 3) for glyph in glyphs.texts}
    return widths, angle, round(capitals * scale), monospaced


@lru_cache(maxsize=32)
def _read_font_metrics(data: bytes) -> tuple[float, float, int, int]:
    """Return the scale to thousandths of an em, italic angle, cap height in units, and FixedPitch flag."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        capitals = getattr(font["OS/2"], "sCapHeight", 0) or font["hhea"].ascent
        post = font["post"]
        return 1000 / font["head"].unitsPerEm, float(post.italicAngle), capitals, int(bool(post.isFixedPitch))


def _write_widths(widths: Mapping[int, float]) -> bytes:
    """Return glyph widths as an array of runs of consecutive glyph ids (ISO 32000-1, 9.7.4.3)."""
    runs: list[tuple[int, list[float]]] = []
    for glyph in sorted(widths):
        if runs and runs[-1][0] + len(runs[-1][1]) == glyph:
            runs[-1][1].append(widths[glyph])
        else:
            runs.append((glyph, [widths[glyph]]))
    return b"[" + b"".join(b" %d" % first + write_numbers(run) for first, run in runs) + b"]"


def _write_character_map(texts: Mapping[int, str]) -> bytes:
    """Return a ToUnicode map (ISO 32000-1, 9.10.3)."""
    rows = [
        b"<%04X> <%s>\n" % (glyph, text.encode("utf-16-be").hex().upper().encode())
        for glyph, text in sorted(texts.items())
    ]
    blocks = (rows[start : start + _ROWS_PER_BLOCK] for start in range(0, len(rows), _ROWS_PER_BLOCK))
    return (
        _MAP_HEAD
        + b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
        + _MAP_END
    )
