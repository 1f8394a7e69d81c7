"""Examine the fonts of a deck: embedded fonts as LibreOffice extracts them, and fonts of rendered text."""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import zipfile
from pathlib import Path

import pikepdf

from .rendering import INSTALL_PROGRAMS, MissingTool, ToolFailed

STRANGE_FONTS = Path(__file__).parents[2] / "templates" / "fonts" / "metrics"
"""Theme fonts that are not installed, as on most machines."""

_THEME_FONT = re.compile(rb'(<a:m(?:aj|in)orFont><a:latin typeface=")[^"]+')
_METADATA = 1 << 16  # bytes; more than the header fields that libeot prints


def brought_fonts(deck: Path, folder: Path) -> Path:
    """Extract the embedded fonts of a deck with libeot, and return the folder.

    LibreOffice extracts Embedded OpenType with this library, but only from version 25.8 on for decks. For
    earlier versions, the fonts are extracted to a folder in which LibreOffice finds them.
    """
    place = folder / "brought"
    place.mkdir()
    with zipfile.ZipFile(deck) as package:
        for name in package.namelist():
            if name.endswith(".fntdata"):
                (place / Path(name).with_suffix(".ttf").name).write_bytes(by_libeot(package.read(name)))
    return place


def by_libeot(data: bytes) -> bytes:
    """Convert Embedded OpenType to the font that it contains. Raise `ToolFailed` on failure."""
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
    """Return the families of the fonts used in a PDF, without spaces."""
    with pikepdf.open(pdf) as document:
        names = [
            str(font.BaseFont)
            for page in document.pages
            for font in page.resources.get("/Font", pikepdf.Dictionary()).values()
        ]
    return {re.sub(r"^/[A-Z]{6}\+|-.*$", "", name) for name in names}


def with_theme_fonts(deck: Path, copy: Path, headings: str, text: str) -> Path:
    """Return a copy of a deck with other theme fonts, as PowerPoint's menu of fonts changes them."""
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
