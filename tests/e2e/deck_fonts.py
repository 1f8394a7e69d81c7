"""The fonts of a deck: those that it brings, as LibreOffice takes them out, and those that it is shown in."""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import zipfile
from pathlib import Path

import pikepdf

from .rendering import INSTALL_PROGRAMS, MissingTool, ToolFailed

STRANGE_FONTS = Path(__file__).parents[2] / "templates" / "fonts" / "metrics"
"""None of a theme's fonts, as on most people's machines."""

_THEME_FONT = re.compile(rb'(<a:m(?:aj|in)orFont><a:latin typeface=")[^"]+')
_METADATA = 1 << 16  # bytes; more than libeot writes of what a header says


def brought_fonts(deck: Path, folder: Path) -> Path:
    """The fonts that a deck brings → a folder with them, as libeot reads them.

    LibreOffice takes fonts out of Embedded OpenType with this library, out of decks from version 25.8 on: for
    an earlier one they are put where it finds them.
    """
    place = folder / "brought"
    place.mkdir()
    with zipfile.ZipFile(deck) as package:
        for name in package.namelist():
            if name.endswith(".fntdata"):
                (place / Path(name).with_suffix(".ttf").name).write_bytes(by_libeot(package.read(name)))
    return place


def by_libeot(data: bytes) -> bytes:
    """Embedded OpenType → the font in it. Raises `ToolFailed`."""
    name = ctypes.util.find_library("eot")
    if name is None:
        raise MissingTool("libeot", INSTALL_PROGRAMS)
    library = ctypes.CDLL(name)
    font, size = ctypes.c_void_p(), ctypes.c_uint()
    metadata = ctypes.create_string_buffer(_METADATA)
    error = library.EOT2ttf_buffer(data, len(data), metadata, ctypes.byref(font), ctypes.byref(size))
    if error or not font:
        raise ToolFailed(f"libeot cannot read a font: error {error:#x}")
    try:
        return ctypes.string_at(font, size.value)
    finally:
        library.EOTfreeBuffer(font)


def families(pdf: Path) -> set[str]:
    """The families of the fonts that a PDF shows text in, without spaces."""
    with pikepdf.open(pdf) as document:
        names = [
            str(font.BaseFont)
            for page in document.pages
            for font in page.resources.get("/Font", pikepdf.Dictionary()).values()
        ]
    return {re.sub(r"^/[A-Z]{6}\+|-.*$", "", name) for name in names}


def with_theme_fonts(deck: Path, copy: Path, headings: str, text: str) -> Path:
    """A copy of a deck with other fonts in its themes, as PowerPoint's menu of fonts changes them."""
    with zipfile.ZipFile(deck) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("ppt/theme/theme"):
                new = iter((headings.encode(), text.encode()))
                before, *others = _THEME_FONT.split(data)
                for start, rest in zip(others[::2], others[1::2], strict=True):
                    before += start + next(new) + rest
                data = before
            target.writestr(name, data)
    return copy
