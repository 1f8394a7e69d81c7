"""Bundled fonts: subsets for embedding, and which characters they have."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from triptych.theme import FontFace, Theme, fonts_folder

# Everything that styles ask for: ligatures, kerning, small capitals, old-style and tabular figures.
_FEATURES = [
    "kern",
    "liga",
    "clig",
    "mark",
    "mkmk",
    "ccmp",
    "locl",
    "smcp",
    "c2sc",
    "onum",
    "lnum",
    "pnum",
    "tnum",
]


def subset_font(face: FontFace, characters: frozenset[str]) -> bytes:
    """A bundled face reduced to some characters, as TrueType; the same bytes each time."""
    wanted = hb.SubsetInput()
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.unicode_set.update(map(ord, characters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _FEATURES)
    blob = hb.Blob.from_file_path(fonts_folder() / face.file)
    return bytes(hb.subset(hb.Face(blob), wanted).blob.data)


@cache
def characters_of(file: Path) -> frozenset[int]:
    """The code points that a font file has glyphs for."""
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_characters(text: str, theme: Theme) -> str:
    """The characters of a text that no bundled text face has, each once, in order."""
    folder = fonts_folder()
    known = frozenset().union(*(characters_of(folder / face.file) for face in theme.faces))
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not _invisible(c)))


def _invisible(character: str) -> bool:
    """Spaces, controls and joiners, which layout engines make up themselves."""
    return (
        character.isspace()
        or not character.isprintable()
        or character in "\u00ad\u200b\u200c\u200d\u2060\ufeff"
    )
