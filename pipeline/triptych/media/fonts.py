"""Bundled fonts: subsets for embedding, and which characters they have."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import uharfbuzz as hb

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
    return frozenset(hb.Face(hb.Blob.from_file_path(file)).unicodes)


@cache
def _characters_of_theme(theme: Theme) -> frozenset[int]:
    folder = fonts_folder()
    return frozenset[int]().union(*(characters_of(folder / face.file) for face in theme.faces))


def missing_characters(text: str, theme: Theme) -> str:
    """The characters of a text that no bundled text face has, each once, in order.

    A letter with its marks may be there composed or in parts (Unicode Annex #15), as layout engines
    take either.
    """
    known = _characters_of_theme(theme)
    characters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(c for c in characters if not (_invisible(c) or _has(known, c)))


def _has(known: frozenset[int], character: str) -> bool:
    return ord(character) in known or all(
        ord(part) in known for part in unicodedata.normalize("NFD", character)
    )


def _invisible(character: str) -> bool:
    """Spaces, controls, joiners and variation selectors, which layout engines make up or leave out."""
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf", "Zs", "Zl", "Zp") or "\ufe00" <= character <= "\ufe0f"
