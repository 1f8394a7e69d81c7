"""Lay out XHTML documents with CSS: as a PDF, or page by page for a book."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from weasyprint_typography.columns import add_continued_entries
from weasyprint_typography.engine import Hyphenation, load_engine
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.preparation import (
    classes_in,
    count_from_starts,
    mark_floats,
    name_followers,
    open_groups,
    space_scripts,
)
from weasyprint_typography.stretches import DocumentLayout, LaidStretch, lay_out_stretches
from weasyprint_typography.tables import add_continued_rows, turn_wide_tables

# Return the bytes and the media type of what an address names. Raise ValueError for one that is refused.
Fetch = Callable[[str], tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Laid:
    """A laid-out document: its stretches in order, and how it was laid out, None where none can be kept.

    ``holders`` numbers the elements that hold its blocks, which may go on from stretch to stretch;
    ``root`` is the tree that was laid out.
    """

    pieces: Sequence[LaidStretch]
    layout: DocumentLayout | None
    holders: Mapping[Any, int]
    root: Element

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
    """Lays out XHTML documents with one style sheet and one set of fonts.

    ``fetch`` gets the files that documents and the style sheet name; without it, WeasyPrint reads them from
    disk or network. Addresses are relative to ``base_url``. ``roman_folios`` is a style sheet for pages with
    Roman numbers. ``hyphenation`` says where words may be divided, in the whole process. ``complaints`` has
    the errors that WeasyPrint logs. Raises ``EngineMissing`` for another version of WeasyPrint.
    """

    def __init__(
        self,
        css: str,
        fetch: Fetch | None = None,
        *,
        base_url: str = "",
        roman_folios: str = "",
        hyphenation: Hyphenation | None = None,
    ) -> None:
        weasyprint = load_engine(hyphenation)
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        self._fetcher = _make_fetcher(fetch) if fetch else weasyprint.urls.URLFetcher()
        self._base_url = base_url
        self._fonts = FontConfiguration()
        self._counters = CounterStyle()
        self._engine = weasyprint
        self._css, self._roman_folios = css, roman_folios
        self.complaints: list[str] = []

    @cached_property
    def _style(self) -> Any:
        return self._read_sheet(self._css)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return classes_in(self._css)

    @cached_property
    def _roman(self) -> Any:
        return self._read_sheet(self._roman_folios)

    def render(self, xhtml: str) -> Any:
        """Lay out a document with its running heads → a ``weasyprint.Document``, which writes a PDF."""
        options = {**self._engine.DEFAULT_OPTIONS, "stylesheets": [self._style]}
        with self.collecting_complaints():
            return self._engine.document.Document._render(
                self._prepare(xhtml), self._fonts, copy(self._counters), None, options
            )

    def lay(
        self, xhtml: str, *, verso: bool = False, frame: str = "", earlier: DocumentLayout | None = None
    ) -> Laid:
        """Lay out a document; its first page is a recto, or a ``verso``. Margin boxes are left out.

        Stretches are left out as well that an ``earlier`` layout has as they would be; ``frame`` is what the
        document depends on besides.
        """
        from weasyprint.formatting_structure.build import build_formatting_structure

        with self.collecting_complaints():
            more = [self._read_sheet("html { break-before: verso }")] if verso else []
            html = self._prepare(xhtml)
            while True:
                context = self._new_context(html, [self._style, *more])
                root = build_formatting_structure(
                    html.etree_element,
                    context.style_for,
                    context.get_image_from_uri,
                    html.base_url,
                    context.target_collector,
                    context.counter_style,
                    context.footnotes,
                )
                laid = lay_out_stretches(html, root, context, frame, earlier)
                if not turn_wide_tables(context, html.etree_element):
                    return Laid(*laid, html.etree_element)
                _mark_blocks(html)

    def lay_out_margins(self, pages: Sequence[Margins], shell: str) -> Iterator[Any]:
        """Yield the margin boxes of pages, each as a page with nothing else (CSS Paged Media 3, 5).

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

        with self.collecting_complaints():
            contexts: dict[bool, Any] = {}
            html = self._prepare(shell)
            for margins in pages:
                if margins.roman not in contexts:
                    sheets = [self._style, self._roman] if margins.roman else [self._style]
                    contexts[margins.roman] = self._new_context(html, sheets)
                context = contexts[margins.roman]
                kind = _page_type_for(margins.kind)
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

    def _new_context(self, html: Any, sheets: list[Any]) -> Any:
        options = {**self._engine.DEFAULT_OPTIONS, "stylesheets": sheets}
        return self._engine.document.Document._build_layout_context(
            html, self._fonts, self._counters, {}, options
        )

    def _prepare(self, xhtml: str) -> Any:
        """Return a document for WeasyPrint from the tree of a fast XML parser."""
        root = ElementTree.fromstring(xhtml)
        count_from_starts(root)
        space_scripts(root)
        add_continued_rows(root)
        add_continued_entries(root)
        open_groups(root, self._classes)
        page = object.__new__(self._engine.HTML)
        page.base_url, page.url_fetcher, page.media_type = self._base_url, self._fetcher, "print"
        page.etree_element = root
        _mark_blocks(page)
        return page

    def _read_sheet(self, css: str) -> Any:
        return self._engine.CSS(
            string=css,
            url_fetcher=self._fetcher,
            font_config=self._fonts,
            counter_style=self._counters,
            base_url=self._base_url,
        )

    @contextmanager
    def collecting_complaints(self) -> Iterator[None]:
        """Collect the errors that WeasyPrint logs meanwhile, for some drawings when they are painted."""
        with _collect_errors() as messages:
            yield
        self.complaints += [message for message in messages if message not in self.complaints]


def _mark_blocks(page: Any) -> None:
    """Mark the blocks that float and what follows each, and match all elements again."""
    import cssselect2

    mark_floats(page.etree_element)
    name_followers(page.etree_element)
    page.wrapper_element = cssselect2.ElementWrapper.from_html_root(page.etree_element, content_language=None)


def _page_type_for(kind: PageKind) -> Any:
    from weasyprint.layout.page import PageType

    return PageType(kind.side, kind.blank, kind.name, kind.index, kind.groups)


def _make_fetcher(fetch: Fetch) -> object:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> object:
            data, media_type = fetch(url)
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return Fetcher()


@contextmanager
def _collect_errors() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs as an error; it goes on without what is missing."""
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
