"""The layout engine as a book uses it: it gets the book's own files and fonts, and nothing else."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from triptych.engine.cache import write_atomically
from triptych.engine.processes.installed_programs import INSTALL_PANGO, NotInstalled, system
from triptych.engine.temporary_files import scratch
from triptych.languages import word_division
from triptych.media.raster import DAMAGES, open_picture
from triptych.settings.limits import USUAL
from triptych.theme.theme import fonts_folder
from weasyprint_typography.engine import VERSION, EngineMissing
from weasyprint_typography.typesetter import Typesetter

# From the scheme and the path of an address, such as "chart" and "fig-x", to the bytes and the media type.
Files = Callable[[str, str], tuple[bytes, str]]

# Addresses that documents may use; each is answered by the writer, none by the machine or the network.
_SCHEMES = ("project", "picture", "chart", "formula", "font")
_HELD = re.compile(r"href\s*=\s*[\"'](data:(image/(?:png|jpe?g|gif|webp));base64,([^\"']+))[\"']")
_FONT_CACHE = 1 << 18  # bytes, more than fontconfig writes of the bundled fonts
_FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <selectfont><rejectfont>
    <glob>{fonts}/scripts/*</glob><glob>{fonts}/metrics/*</glob><glob>{fonts}/math/*</glob>
  </rejectfont></selectfont>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class BookTypesetter(Typesetter):
    """Lays out the documents of a book. ``faces`` has the names of the fonts that were used, by their bytes.

    Raises ``NotInstalled`` if the layout engine cannot be used.
    """

    def __init__(self, css: str, files: Files, roman_folios: str = "") -> None:
        _use_bundled_fonts()
        self.faces: dict[bytes, str] = {}
        self._files = files
        self._embedded: dict[str, tuple[bytes, str]] = {}  # pictures in the text of drawings
        try:
            super().__init__(
                css, self._fetch, base_url="book:", roman_folios=roman_folios, hyphenation=word_division
            )
        except EngineMissing as error:
            hint = INSTALL_PANGO[system()] if error.lacks_library else f"pip install weasyprint=={VERSION}"
            raise NotInstalled(f"the PDF cannot be created: {error}", hint) from None

    def _fetch(self, url: str) -> tuple[bytes, str]:
        """Return a file of the book, or a picture that one of its drawings holds."""
        scheme, _, path = url.partition(":")
        if scheme == "data" and (inline := self._embedded.get(_compact(url))):
            return inline
        if scheme not in _SCHEMES:
            raise ValueError(f"{url[:80]} is not a file of the book")
        data, media_type = self._files(scheme, unquote(path))
        if scheme == "font":
            self.faces[data] = unquote(path)
        if media_type == "image/svg+xml":
            self._embedded.update(_pictures_in(data))
        return data, media_type


def _use_bundled_fonts() -> None:
    """Point fontconfig at the bundled fonts alone, before Pango starts: no font of the machine is used.

    Faces of other scripts are left out: a style sheet names those that its book needs. So are those that
    only measure.
    Fontconfig keeps its cache beside its configuration, for all processes of a run. It reads that for each
    typesetter, and complains where it is gone. It would make the cache's folder, and complains where another
    process is quicker. It complains of a disk that is full and goes on, so that we ask for room first.
    """
    folder = scratch() / "fonts"
    configuration, cache = folder / "fonts.conf", folder / "cache"
    if not configuration.exists():
        write_atomically(cache / "room", bytes(_FONT_CACHE))
        (cache / "room").unlink(missing_ok=True)
        text = _FONT_CONFIGURATION.format(fonts=fonts_folder(), cache=cache)
        write_atomically(configuration, text.encode())
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def _compact(address: str) -> str:
    """An address without white space, with which long ones are broken into lines."""
    return re.sub(r"\s+", "", unquote(address))


def _pictures_in(drawing: bytes) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """The pictures that an SVG holds in its own text: address → bytes and media type (RFC 2397)."""
    for match in _HELD.finditer(drawing.decode("utf-8", "replace")):
        try:
            data = base64.b64decode(_compact(match.group(3)))
            with open_picture(data, USUAL.image_pixels):
                pass  # the layout engine would open any format that Pillow reads
        except DAMAGES:
            continue  # its address is refused then, and reported
        yield _compact(match.group(1)), (data, match.group(2))
