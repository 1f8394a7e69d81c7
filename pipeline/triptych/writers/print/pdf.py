"""XHTML and CSS → a tagged PDF, by WeasyPrint, which sees nothing but what the book hands it."""

from __future__ import annotations

import atexit
import base64
import io
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from triptych.diagnostics import Diagnostic
from triptych.engine.collector import no_collector
from triptych.media.glyph_texts import glyph_texts
from triptych.numerals import roman
from triptych.theme import fonts_folder
from triptych.writers.print.autospace import space_scripts
from triptych.writers.print.continued import name_continued
from triptych.writers.print.followers import name_followers
from triptych.writers.print.mends import mend_engine

# How the layout engine gets at a file: an address like ``chart:fig-x`` → its bytes and media type.
Files = Callable[[str, str], tuple[bytes, str]]

# Addresses that documents may use; each is answered by the writer, none by the machine or the network.
_SCHEMES = ("project", "picture", "chart", "formula", "font")
_HELD = re.compile(r"href\s*=\s*[\"'](data:(image/(?:png|jpe?g|gif|webp));base64,([^\"']+))[\"']")
_VARIANT = "pdf/ua-1"
_BLANK = '<html lang="en"><title>.</title><body><div class="filler"></div></body></html>'
_ROMAN_FOLIOS = """
@page :left { @top-left { content: counter(page, lower-roman) } }
@page :right { @top-right { content: counter(page, lower-roman) } }
@page :nth(1 of chapter) { @bottom-center { content: counter(page, lower-roman) } }
"""
_FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <selectfont><rejectfont><glob>{fonts}/scripts/*</glob></rejectfont></selectfont>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Sheets:
    """A document that is set: its pages, and what the first of them is called.

    ``roman`` counts i, ii, iii … as front matter does.
    """

    pages: list[Any]
    start: int
    roman: bool
    document: Any

    @property
    def end(self) -> int:
        """The number of the last page; a blank one counts that lets the next document begin on the right."""
        return self.start + len(self.pages) + len(self.pages) % 2 - 1

    @property
    def labels(self) -> dict[str, str]:
        """What the page of each id is called."""
        labels: dict[str, str] = {}
        for number, page in enumerate(self.pages, self.start):
            for anchor in page.anchors:
                labels.setdefault(anchor, roman(number) if self.roman else str(number))
        return labels


class Typesetter:
    """Sets documents with one style sheet and one set of fonts, and binds them into one PDF.

    To be used as a context; ``complaints`` is what the engine had to say, PDF001 for each.
    """

    def __init__(self, css: str, files: Files) -> None:
        _only_bundled_fonts()
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        mend_engine()
        self._fetcher = _fetcher(files)
        self._fonts = FontConfiguration()
        self._held = ExitStack()
        self._css = css
        self._style: Any = None
        self._messages: list[str] = []
        self._engine = weasyprint

    def __enter__(self) -> Typesetter:
        self._messages = self._held.enter_context(_complaints())
        self._held.enter_context(no_collector())
        self._style = self._sheet(self._css)
        return self

    def __exit__(self, *problem: object) -> None:
        self._held.close()

    @property
    def complaints(self) -> list[Diagnostic]:
        """What the engine complained of, each once."""
        return [Diagnostic(code="PDF001", message=message) for message in dict.fromkeys(self._messages)]

    def set(self, xhtml: str, *, start: int = 1, roman: bool = False) -> Sheets:
        """Set a document whose first page, a recto, has the number ``start``."""
        extra = []
        if start != 1:
            extra.append(self._sheet(f"@page :first {{ counter-reset: page {start} }}"))
        if roman:
            extra.append(self._sheet(_ROMAN_FOLIOS))
        document = self._page(xhtml).render(
            stylesheets=[self._style, *extra], font_config=self._fonts, pdf_variant=_VARIANT
        )
        return Sheets(document.pages, start, roman, document)

    def _page(self, xhtml: str) -> Any:
        """A document for the engine, from the tree of a fast XML parser."""
        import cssselect2

        root = ElementTree.fromstring(xhtml)
        name_followers(root)
        space_scripts(root)
        name_continued(root)
        page = object.__new__(self._engine.HTML)
        page.base_url, page.url_fetcher, page.media_type = "book:", self._fetcher, "print"
        page.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        page.etree_element = page.wrapper_element.etree_element
        return page

    def bind(self, parts: Sequence[Sheets], *, rtl: bool = False) -> bytes:
        """Join documents → PDF 1.7 tagged as PDF/UA-1, with page labels (ISO 32000-1, 12.4.2).

        Each document but the first begins on a recto, after a blank page where it takes one. ``rtl`` for
        a book whose pages are turned from left to right.
        """
        pages: list[Any] = []
        labels: list[Any] = []
        for part in parts:
            if len(pages) % 2:
                pages += self.set(_BLANK).pages
            labels += [len(pages), (part.start, part.roman)]
            pages += part.pages
        out = io.BytesIO()

        def finish(document: Any, pdf: Any) -> None:
            pdf.catalog["PageLabels"] = _page_labels(labels)
            _name_glyphs(document, pdf)
            if rtl:  # viewers lay facing pages from right to left (ISO 32000-1, 12.2)
                pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"

        parts[0].document.copy(pages).write_pdf(out, pdf_variant=_VARIANT, finisher=finish)
        return out.getvalue()

    def _sheet(self, css: str) -> Any:
        return self._engine.CSS(
            string=css, url_fetcher=self._fetcher, font_config=self._fonts, base_url="book:"
        )


def _page_labels(ranges: Sequence[Any]) -> Any:
    import pydyf

    numbers = pydyf.Array()
    for index, (start, is_roman) in zip(ranges[::2], ranges[1::2], strict=True):
        numbers += [index, pydyf.Dictionary({"S": "/r" if is_roman else "/D", "St": start})]
    return pydyf.Dictionary({"Nums": numbers})


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


def _name_glyphs(document: Any, pdf: Any) -> None:
    """Say what each of several glyphs of one letter stands for.

    WeasyPrint has the first of them stand for the whole letter and the others for nothing, which a
    character map must not say (ISO 14289-1, 7.21.7).
    """
    from weasyprint.text.fonts import get_hb_object_data

    shaped = {font.name: font for font in document.fonts.values() if "" in font.to_unicode.values()}
    for item in pdf.objects:
        font = shaped.get(item.get("BaseFont")) if isinstance(item, dict) and "ToUnicode" in item else None
        if font is not None:
            characters = pdf.objects[int(item["ToUnicode"].split()[0])]
            texts = glyph_texts(get_hb_object_data(font.hb_face))
            characters.stream = [_with_text(line, texts) for line in characters.stream]


def _with_text(line: bytes, texts: Mapping[int, str]) -> bytes:
    """A row of a character map, ``<glyph> <text in UTF-16>``; without a text a space without width."""
    row = re.fullmatch(rb"<([0-9a-f]{4})> <([0-9a-f]*)>", line)
    if row is None or line == b"<0000> <ffff>":
        return line
    text = texts.get(int(row[1], 16), "").encode("utf-16-be").hex().encode()
    return b"<%s> <%s>" % (row[1], text or row[2] or b"200b")


def _fetcher(files: Files) -> object:
    """A fetcher that knows the book's own addresses, and the pictures that its drawings hold; no other."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    held: dict[str, tuple[bytes, str]] = {}

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> object:
            scheme, _, path = url.partition(":")
            if scheme == "data" and (known := held.get(_compact(url))):
                return URLFetcherResponse(url, known[0], {"Content-Type": known[1]})
            if scheme not in _SCHEMES:
                raise ValueError(f"the address {url[:80]} is not one of the book's")
            data, media_type = files(scheme, unquote(path))
            if media_type == "image/svg+xml":
                held.update(_pictures_in(data))
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return BookFetcher(allowed_protocols=set(_SCHEMES))


def _compact(address: str) -> str:
    """An address without white space, with which long ones are broken into lines."""
    return re.sub(r"\s+", "", unquote(address))


def _pictures_in(drawing: bytes) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """The pictures that an SVG holds in its own text: address → bytes and media type (RFC 2397)."""
    for match in _HELD.finditer(drawing.decode("utf-8", "replace")):
        try:
            yield _compact(match.group(1)), (base64.b64decode(_compact(match.group(3))), match.group(2))
        except ValueError:
            continue  # its address is refused then, and reported


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
