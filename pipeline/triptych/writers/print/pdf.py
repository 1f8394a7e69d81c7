"""XHTML and CSS → a tagged PDF, by WeasyPrint, which sees nothing but what the book hands it."""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from triptych.diagnostics import Diagnostic
from triptych.media.glyph_texts import glyph_texts
from triptych.theme import fonts_folder
from triptych.writers.print.justification import mend as mend_justification

# How the layout engine gets at a file: an address like ``chart:fig-x`` → its bytes and media type.
Files = Callable[[str, str], tuple[bytes, str]]

# Addresses that documents may use; each is answered by the writer, none by the machine or the network.
_SCHEMES = ("project", "chart", "formula", "font")
_FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <selectfont><rejectfont><glob>{fonts}/scripts/*</glob></rejectfont></selectfont>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class LayoutFailed(Exception):
    """The engine could not set the document."""


def layout(xhtml: str, css: str, files: Files, *, rtl: bool = False) -> tuple[bytes, list[Diagnostic]]:
    """Set a document → PDF 1.7 tagged as PDF/UA-1, and what the engine complained of.

    ``rtl`` for a book whose pages are turned from left to right.
    """
    _only_bundled_fonts()
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    mend_justification()
    fetcher = _fetcher(files)
    with _complaints() as complaints, _no_collector():
        fonts = FontConfiguration()
        style = weasyprint.CSS(string=css, url_fetcher=fetcher, font_config=fonts, base_url="book:")
        document = weasyprint.HTML(string=xhtml, url_fetcher=fetcher, base_url="book:").render(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        out = io.BytesIO()
        document.write_pdf(out, pdf_variant="pdf/ua-1", finisher=partial(_finish, rtl=rtl))
    found = [Diagnostic(code="PDF001", message=message) for message in complaints]
    return out.getvalue(), found


@cache
def _only_bundled_fonts() -> tempfile.TemporaryDirectory[str]:
    """Point fontconfig at the bundled fonts alone, before Pango starts: no font of the machine is used.

    Faces of other scripts are left out: a style sheet names those that its book needs.
    Fontconfig keeps its cache beside its configuration, in a folder of this process that goes with it.
    """
    folder = tempfile.TemporaryDirectory(prefix="triptych-fonts-", ignore_cleanup_errors=True)
    configuration = Path(folder.name) / "fonts.conf"
    cache_folder = Path(folder.name) / "cache"
    configuration.write_text(_FONT_CONFIGURATION.format(fonts=fonts_folder(), cache=cache_folder), "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    atexit.register(folder.cleanup)
    return folder


def _finish(document: Any, pdf: Any, *, rtl: bool) -> None:
    """What WeasyPrint leaves undone: texts of glyphs that share a letter, and which way pages are turned.

    It has the first of such glyphs stand for the whole letter and the others for nothing, which a
    character map must not say (ISO 14289-1, 7.21.7). Viewers lay facing pages of an ``rtl`` book from
    right to left (ISO 32000-1, 12.2).
    """
    from weasyprint.text.fonts import get_hb_object_data

    shaped = {font.name: font for font in document.fonts.values() if "" in font.to_unicode.values()}
    for item in pdf.objects:
        font = shaped.get(item.get("BaseFont")) if isinstance(item, dict) and "ToUnicode" in item else None
        if font is not None:
            characters = pdf.objects[int(item["ToUnicode"].split()[0])]
            texts = glyph_texts(get_hb_object_data(font.hb_face))
            characters.stream = [_with_text(line, texts) for line in characters.stream]
    if rtl:
        pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"


def _with_text(line: bytes, texts: Mapping[int, str]) -> bytes:
    """A row of a character map, ``<glyph> <text in UTF-16>``; without a text a space without width."""
    row = re.fullmatch(rb"<([0-9a-f]{4})> <([0-9a-f]*)>", line)
    if row is None or line == b"<0000> <ffff>":
        return line
    text = texts.get(int(row[1], 16), "").encode("utf-16-be").hex().encode()
    return b"<%s> <%s>" % (row[1], text or row[2] or b"200b")


def _fetcher(files: Files) -> object:
    """A fetcher that knows the book's own addresses and refuses every other."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> object:
            scheme, _, path = url.partition(":")
            if scheme not in _SCHEMES:
                raise ValueError(f"the address {url[:80]} is not one of the book's")
            data, media_type = files(scheme, unquote(path))
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return BookFetcher(allowed_protocols=set(_SCHEMES))


@contextmanager
def _no_collector() -> Iterator[None]:
    """Hold Python's cycle collector: layout makes millions of objects that all live to its end."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What WeasyPrint logs as an error: it would otherwise go on with something missing."""
    messages: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            message = record.getMessage()
            # A font that does not load is only a warning there: the page would be set in another.
            if record.levelno >= logging.ERROR or "font" in message.lower():
                messages.append(message)

    logger = logging.getLogger("weasyprint")
    handler, before = Collector(level=logging.WARNING), (logger.handlers[:], logger.propagate)
    logger.handlers, logger.propagate = [handler], False
    try:
        yield messages
    finally:
        logger.handlers, logger.propagate = before[0], before[1]
