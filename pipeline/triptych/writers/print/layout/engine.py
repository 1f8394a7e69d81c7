"""XHTML and CSS → laid-out pages, by WeasyPrint, which sees nothing but what the book hands it."""

from __future__ import annotations

import base64
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from triptych.engine.cache import write_atomically
from triptych.engine.temporary_files import scratch
from triptych.markup.passages import Place, places
from triptych.media.raster import DAMAGES, open_picture
from triptych.settings.limits import USUAL
from triptych.theme.theme import fonts_folder
from triptych.writers.print.layout.autospace import space_scripts
from triptych.writers.print.layout.following_blocks import name_followers
from triptych.writers.print.layout.installed_engine import load_engine
from triptych.writers.print.layout.list_starts import count_from_starts
from triptych.writers.print.layout.patches import patch_engine
from triptych.writers.print.layout.patches.pages.continued import name_continued
from triptych.writers.print.layout.patches.pages.floats import classes_in, name_floats, open_groups
from triptych.writers.print.layout.patches.pages.index_columns import name_entries_continued
from triptych.writers.print.layout.patches.tables.wide_tables import turn_wide
from triptych.writers.print.layout.stretches import Layout, Piece, lay_out
from triptych.writers.print.quire import NamedString, PageKind

# How the layout engine gets at a file: an address like ``chart:fig-x`` → its bytes and media type.
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


@dataclass(frozen=True, slots=True)
class Laid:
    """A laid-out document: its stretches in order, and how it was laid out, None where none can be kept.

    ``holders`` numbers the elements that hold its blocks, which may go on from stretch to stretch; ``places``
    are the passages that its elements belong to.
    """

    pieces: Sequence[Piece]
    layout: Layout | None
    holders: Mapping[Any, int]
    places: Mapping[Any, Place]

    @property
    def pages(self) -> list[Any]:
        """The engine's pages, but for those of stretches that are kept."""
        return [page for piece in self.pieces for page in piece.pages]

    @property
    def is_one_sided(self) -> bool:
        """Whether its last pages might have other lines if it began on the other side of the book."""
        return any(piece.stretch.one_sided for piece in self.pieces)

    @property
    def strings(self) -> list[tuple[NamedString, ...]]:
        """The strings that each of these pages sets or begins with."""
        return [strings for piece in self.pieces for strings in piece.strings]


@dataclass(frozen=True, slots=True)
class Margins:
    """What decides the margin boxes of a page: its kind, its number, that of the last page, its strings.

    ``roman`` counts i, ii, iii … as front matter does.
    """

    kind: PageKind
    number: int
    last: int
    strings: tuple[NamedString, ...]
    roman: bool = False


class Typesetter:
    """Lays documents out with one style sheet and one set of fonts.

    Running heads and folios are laid out apart, since a document does not know its place in the book. To be
    used as a context; ``complaints`` is what the engine had to say.
    """

    def __init__(self, css: str, files: Files, roman_folios: str = "") -> None:
        _only_bundled_fonts()
        weasyprint = load_engine()
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        patch_engine()
        self.faces: dict[bytes, str] = {}
        self._fetcher = _fetcher(files, self.faces)
        self._fonts = FontConfiguration()
        self._counters = CounterStyle()
        self._engine = weasyprint
        self._css, self._roman_folios = css, roman_folios
        self.complaints: list[str] = []

    @cached_property
    def _style(self) -> Any:
        return self._sheet(self._css)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return classes_in(self._css)

    @cached_property
    def _roman(self) -> Any:
        return self._sheet(self._roman_folios)

    def lay(self, xhtml: str, *, verso: bool = False, frame: str = "", earlier: Layout | None = None) -> Laid:
        """Lay out a document; its first page is a recto, or a ``verso``. Margin boxes are left out.

        Stretches are left out as well that an ``earlier`` layout has as they would be; ``frame`` is what the
        document depends on besides.
        """
        from weasyprint.formatting_structure.build import build_formatting_structure

        with self.listening():
            more = [self._sheet("html { break-before: verso }")] if verso else []
            html = self._page(xhtml)
            while True:
                context = self._context(html, [self._style, *more])
                root = build_formatting_structure(
                    html.etree_element,
                    context.style_for,
                    context.get_image_from_uri,
                    html.base_url,
                    context.target_collector,
                    context.counter_style,
                    context.footnotes,
                )
                laid = lay_out(html, root, context, frame, earlier)
                if not turn_wide(context, html.etree_element):
                    return Laid(*laid, places(html.etree_element))
                _name_blocks(html)

    def furnish(self, pages: Sequence[Margins], shell: str) -> Iterator[Any]:
        """The margin boxes of pages, each as a page with nothing else (CSS Paged Media 3, 5).

        ``shell`` is a document of the book without content, whose language and direction they take.
        """
        from weasyprint.document import Page
        from weasyprint.formatting_structure.boxes import PageBox
        from weasyprint.layout.background import layout_box_backgrounds
        from weasyprint.layout.page import (
            make_margin_boxes,
            page_height,
            page_width,
            set_page_type_computed_styles,
        )
        from weasyprint.layout.percent import resolve_percentages

        with self.listening():
            contexts: dict[bool, Any] = {}
            html = self._page(shell)
            for margins in pages:
                if margins.roman not in contexts:
                    sheets = [self._style, self._roman] if margins.roman else [self._style]
                    contexts[margins.roman] = self._context(html, sheets)
                context = contexts[margins.roman]
                kind = _page_type(margins.kind)
                set_page_type_computed_styles(kind, html, context.style_for)
                style = context.style_for(kind)
                box = PageBox(kind, style)
                resolve_percentages(box, style["size"])
                box.position_x = box.position_y = 0
                page_width(box, context, style["size"][0])
                page_height(box, context, style["size"][1])
                context.page_bottom = box.content_box_y() + box.height
                context.current_page = 2
                context.string_set.clear()
                for string in margins.strings:
                    before = {1: [string.before]} if string.before is not None else {}
                    context.string_set[string.name] = before | ({2: list(string.set)} if string.set else {})
                # What "string(…, start)" looks for; it is no part of the page.
                begins = [(string.name, None) for string in margins.strings if string.begins]
                box.children = (SimpleNamespace(style={"string_set": begins}, children=()),)
                counters = {"page": [margins.number], "pages": [margins.last]}
                box.children = tuple(make_margin_boxes(context, box, ([0], counters, [set(counters)], [])))
                for child in box.children:
                    layout_box_backgrounds(box, child, context.get_image_from_uri)
                yield Page(box)

    def _context(self, html: Any, sheets: list[Any]) -> Any:
        options = {**self._engine.DEFAULT_OPTIONS, "stylesheets": sheets}
        return self._engine.document.Document._build_layout_context(
            html, self._fonts, self._counters, {}, options
        )

    def _page(self, xhtml: str) -> Any:
        """A document for the engine, from the tree of a fast XML parser."""
        root = ElementTree.fromstring(xhtml)
        count_from_starts(root)
        space_scripts(root)
        name_continued(root)
        name_entries_continued(root)
        open_groups(root, self._classes)
        page = object.__new__(self._engine.HTML)
        page.base_url, page.url_fetcher, page.media_type = "book:", self._fetcher, "print"
        page.etree_element = root
        _name_blocks(page)
        return page

    def _sheet(self, css: str) -> Any:
        return self._engine.CSS(
            string=css,
            url_fetcher=self._fetcher,
            font_config=self._fonts,
            counter_style=self._counters,
            base_url="book:",
        )

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what the engine has to say meanwhile: of some drawings it does so as they are painted."""
        with _complaints() as messages:
            yield
        self.complaints += [message for message in messages if message not in self.complaints]


def _name_blocks(page: Any) -> None:
    """Name the blocks of a document that float, and what follows each; all elements are matched anew."""
    import cssselect2

    name_floats(page.etree_element)
    name_followers(page.etree_element)
    page.wrapper_element = cssselect2.ElementWrapper.from_html_root(page.etree_element, content_language=None)


def _page_type(kind: PageKind) -> Any:
    from weasyprint.layout.page import PageType

    return PageType(kind.side, kind.blank, kind.name, kind.index, kind.groups)


def _only_bundled_fonts() -> None:
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


def _fetcher(files: Files, faces: dict[bytes, str]) -> object:
    """A fetcher that knows the book's own addresses, and the pictures that its drawings hold; no other.

    ``faces`` is told the names of the fonts that were asked for.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    held: dict[str, tuple[bytes, str]] = {}

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> object:
            scheme, _, path = url.partition(":")
            if scheme == "data" and (inline := held.get(_compact(url))):
                return URLFetcherResponse(url, inline[0], {"Content-Type": inline[1]})
            if scheme not in _SCHEMES:
                raise ValueError(f"{url[:80]} is not a file of the book")
            data, media_type = files(scheme, unquote(path))
            if scheme == "font":
                faces[data] = unquote(path)
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
            data = base64.b64decode(_compact(match.group(3)))
            with open_picture(data, USUAL.image_pixels):
                pass  # the layout engine would open any format that Pillow reads
        except DAMAGES:
            continue  # its address is refused then, and reported
        yield _compact(match.group(1)), (data, match.group(2))


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
