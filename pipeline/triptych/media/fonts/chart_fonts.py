"""The theme's fonts for Matplotlib: the text faces first, then those of the scripts that words need.

Each file has a family name of its own there, so that no font of the machine is ever taken for it.
"""

from __future__ import annotations

import hashlib
import io
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from triptych.engine.temporary_files import scratch
from triptych.media.fonts.fonts import (
    characters_of,
    scripts_of,
    share,
    subset_font,
    whole_font,
)
from triptych.theme.theme import FontFace, Theme

_POSTSCRIPT_NAME = 6


@lru_cache(maxsize=4096)
def chart_font(theme: Theme, words: str, *, bold: bool = False, size: float) -> Any:
    """The ``FontProperties`` that some words are drawn with; what no face has is left to the first."""
    from matplotlib.font_manager import FontProperties

    paths = [_file(theme.face(family, bold=bold)) for family in theme.families("sans")]
    for script in scripts_of(words, (), theme):
        paths.append(_cut(theme.face(script.sans, bold=bold), share(script, words)))
    if any(ord(character) not in characters_of(paths[0]) for character in words):
        paths += [_file(theme.face(family, bold=bold)) for family in theme.families("serif")]
    return FontProperties(family=[_registered(path) for path in paths], size=size)


@cache
def _registered(path: Path) -> str:
    """A font file's family name in Matplotlib's list."""
    from matplotlib.font_manager import FontEntry, fontManager

    name = f"triptych {path.name}"
    fontManager.ttflist.append(FontEntry(fname=str(path), name=name, weight=400, size="scalable"))
    return name


def _file(face: FontFace) -> Path:
    """Where a face of the theme lies, those of a project as static fonts."""
    return _kept(face) if face.own else face.path


@cache
def _kept(face: FontFace) -> Path:
    return _written(face, whole_font(face))


def _cut(face: FontFace, characters: frozenset[str]) -> Path:
    """A face with some characters, as a file."""
    return _written(face, subset_font(face, characters))


def _written(face: FontFace, data: bytes) -> Path:
    """A font as a file. Outlines go by PostScript name and glyph, so it has its own."""
    digest = hashlib.sha256(data).hexdigest()[:12]
    path = scratch() / f"{Path(face.name).stem}-{digest}{Path(face.name).suffix}"
    if not path.exists():
        out = io.BytesIO()
        with TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False) as font:
            font["name"].setName(path.stem, _POSTSCRIPT_NAME, 3, 1, 0x409)
            font.save(out)
        whole = path.with_name(f"{path.name}.{os.getpid()}")  # forked processes share the folder
        whole.write_bytes(out.getvalue())
        whole.replace(path)
    return path
