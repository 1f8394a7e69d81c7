"""How wide characters are set, as the layout engine's shaper has them."""

from __future__ import annotations

from typing import Any

_WIDTHS = "triptych_widths"  # what is kept with a document's fonts


def character_width(character: str, style: Any) -> float:
    """The width of a character in a style, in CSS pixels."""
    from weasyprint.text.line_break import _font_style_cache_key

    known: dict[tuple[str, str, float], float] = style.font_config.__dict__.setdefault(_WIDTHS, {})
    key = character, _font_style_cache_key(style), style["font_size"]
    if key not in known:
        known[key] = sum(advances(character, style))
    return known[key]


def advances(text: str, style: Any) -> list[float]:
    """How far each character of a line of text moves on, in CSS pixels.

    The parts of a ligature get equal shares of it.
    """
    from weasyprint.text.ffi import FROM_UNITS, ffi
    from weasyprint.text.line_break import Layout

    layout = Layout(style)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    clusters: dict[int, int] = {}
    run = line.runs
    while run != ffi.NULL:
        item = run[0].data
        offset, glyphs = item.item.offset, item.glyphs
        count = glyphs.num_glyphs
        for glyph, place in zip(glyphs.glyphs[0:count], glyphs.log_clusters[0:count], strict=True):
            clusters[offset + place] = clusters.get(offset + place, 0) + glyph.geometry.width
        run = run[0].next
    result: list[float] = []
    byte = 0
    members = 0
    width = 0.0
    for character in text:
        if byte in clusters:
            result += [width / members] * members if members else []
            width, members = clusters[byte] * FROM_UNITS, 0
        members += 1
        byte += len(character.encode())
    return result + ([width / members] * members if members else [])
