"""What each glyph of a font stands for: PDF asks for it, and scripts that shape their letters make it hard.

A conjunct of Devanagari stands for its letters, a variant for the letter that it is a variant of. Both
are read off the font's substitutions (OpenType, GSUB).
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from fontTools.ttLib import TTFont

_DEEPEST = 8  # substitutions of substitutions


def glyph_texts(data: bytes) -> dict[int, str]:
    """A font's bytes → the text of each glyph that a character or a substitution leads to."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        texts = {name: chr(code) for code, name in sorted(font.getBestCmap().items(), reverse=True)}
        steps = list(_substitutions(font)) if "GSUB" in font else []
        for _ in range(_DEEPEST):
            found: dict[str, str] = {}
            for parts, made in steps:
                if made not in texts and all(part in texts for part in parts):
                    # What several glyphs can lead to stands for most of them together.
                    found[made] = max(found.get(made, ""), "".join(texts[part] for part in parts), key=len)
            if not found:
                break
            texts |= found
        return {font.getGlyphID(name): text for name, text in texts.items()}


def _substitutions(font: TTFont) -> Iterator[tuple[tuple[str, ...], str]]:
    """Glyphs and the one that is put in their place; of several put in, the first stands for them all."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            match table.LookupType:
                case 1:
                    yield from (((old,), new) for old, new in table.mapping.items())
                case 2:
                    yield from (((old,), new[0]) for old, new in table.mapping.items() if new)
                case 3:
                    yield from (((old,), new) for old, several in table.alternates.items() for new in several)
                case 4:
                    for first, ligatures in table.ligatures.items():
                        yield from (
                            ((first, *ligature.Component), ligature.LigGlyph) for ligature in ligatures
                        )
