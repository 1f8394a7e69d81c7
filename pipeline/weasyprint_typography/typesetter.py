"""Lay out XHTML documents with a CSS style sheet, as complete documents or as pages of a book."""

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
from weasyprint_typography.engine import Hyphenator, load_engine
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.preparation import (
    add_script_spacing,
    find_class_names,
    mark_floats,
    mark_neighbours,
    set_list_counters,
    unwrap_float_groups,
)
from weasyprint_typography.stretches import DocumentLayout, LaidOutStretch, lay_out_stretches
from weasyprint_typography.tables import add_continued_rows, move_wide_tables

# Return the bytes and the media type of the file at a URL. Raise ValueError if the URL is refused.
Fetch = Callable[[str], tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class LaidOutDocument:
    """A laid-out document, divided into stretches.

    ``layout`` can be passed to ``Typesetter.lay_out`` later, as ``earlier_layout``; it is None if no stretch
    can be reused. ``containers`` maps the elements that contain blocks to numbers; these elements may
    continue from stretch to stretch.
    """

    stretches: Sequence[LaidOutStretch]
    layout: DocumentLayout | None
    containers: Mapping[Any, int]

    @property
    def pages(self) -> list[Any]:
        """The laid-out WeasyPrint pages, without the pages of reused stretches."""
        return [page for piece in self.stretches for page in piece.pages]

    @property
    def is_side_dependent(self) -> bool:
        """Whether the last pages may break differently if the document starts on the opposite page side."""
        return any(piece.stretch.is_side_dependent for piece in self.stretches)

    @property
    def strings(self) -> list[tuple[NamedString, ...]]:
        """The named strings set on each of ``pages``."""
        return [strings for piece in self.stretches for strings in piece.strings]


@dataclass(frozen=True, slots=True)
class MarginBoxData:
    """The data for a page's margin boxes: page kind, page number, last page number and named strings.

    If ``roman`` is True, page numbers are written i, ii, iii …, as in front matter.
    """

    kind: PageKind
    page_number: int
    last_page_number: int
    strings: tuple[NamedString, ...]
    roman: bool = False


class Typesetter:
    """Lays out XHTML documents with one style sheet and one set of fonts.

    ``fetch`` returns the files that documents and the style sheet refer to; if it is None, WeasyPrint reads
    them from disk or network. URLs are relative to ``base_url``. ``roman_folios`` is an additional style
    sheet for pages with Roman numerals. ``hyphenator``, if given, replaces ``pyphen`` in the whole process.
    ``logged_errors`` collects the errors that WeasyPrint logs. Raise ``EngineUnavailableError`` if WeasyPrint
    cannot be used.
    """

    def __init__(
        self,
        css: str,
        fetch: Fetch | None = None,
        *,
        base_url: str = "",
        roman_folios: str = "",
        hyphenator: Hyphenator | None = None,
    ) -> None:
        weasyprint = load_engine(hyphenator)
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        self._fetcher = _make_fetcher(fetch) if fetch else weasyprint.urls.URLFetcher()
        self._base_url = base_url
        self._fonts = FontConfiguration()
        self._counters = CounterStyle()
        self._engine = weasyprint
        self._css, self._roman_folios = css, roman_folios
        self.logged_errors: list[str] = []

    @cached_property
    def _style_sheet(self) -> Any:
        return self._read_sheet(self._css)

    @cached_property
    def _style_classes(self) -> frozenset[str]:
        return find_class_names(self._css)

    @cached_property
    def _roman_folio_sheet(self) -> Any:
        return self._read_sheet(self._roman_folios)

    def render(self, xhtml: str) -> Any:
        """Lay out a document with its running heads and return a ``weasyprint.Document``."""
        options = {**self._engine.DEFAULT_OPTIONS, "stylesheets": [self._style_sheet]}
        with self.collect_logged_errors():
            return self._engine.document.Document._render(
                self._prepare(xhtml), self._fonts, copy(self._counters), None, options
            )

    def lay_out(
        self,
        xhtml: str,
        *,
        verso: bool = False,
        input_digest: str = "",
        earlier_layout: DocumentLayout | None = None,
        on_parsed: Callable[[Element], None] = lambda root: None,
    ) -> LaidOutDocument:
        """Lay out a document without margin boxes.

        The first page is a recto, or a verso if ``verso`` is True. Stretches of ``earlier_layout`` that have
        not changed are not laid out again. ``input_digest`` identifies all other inputs of the layout; if it
        has changed, no stretch is reused. ``on_parsed`` receives the element tree before floats are moved out
        of the blocks that contain them.
        """
        from weasyprint.formatting_structure.build import build_formatting_structure

        with self.collect_logged_errors():
            extra_sheets = [self._read_sheet("html { break-before: verso }")] if verso else []
            html = self._prepare(xhtml, on_parsed)
            while True:
                context = self._new_context(html, [self._style_sheet, *extra_sheets])
                root = build_formatting_structure(
                    html.etree_element,
                    context.style_for,
                    context.get_image_from_uri,
                    html.base_url,
                    context.target_collector,
                    context.counter_style,
                    context.footnotes,
                )
                laid = lay_out_stretches(html, root, context, input_digest, earlier_layout)
                if not move_wide_tables(context, html.etree_element):
                    return LaidOutDocument(*laid)
                _mark_blocks(html)

    def lay_out_margin_boxes(self, pages: Sequence[MarginBoxData], empty_document: str) -> Iterator[Any]:
        """Yield a page with nothing but margin boxes for each of ``pages`` (CSS Paged Media 3, 5).

        ``empty_document`` is an XHTML document without content, in the language and direction of the book.
        """
        from weasyprint.document import Page
        from weasyprint.formatting_structure.boxes import PageBox
        from weasyprint.layout.background import layout_box_backgrounds
        from weasyprint.layout.page import (
            PageType,
            make_margin_boxes,
            page_height,
            page_width,
            set_page_type_computed_styles,
        )
        from weasyprint.layout.percent import resolve_percentages

        with self.collect_logged_errors():
            contexts: dict[bool, Any] = {}
            html = self._prepare(empty_document)
            for margins in pages:
                if margins.roman not in contexts:
                    sheets = (
                        [self._style_sheet, self._roman_folio_sheet] if margins.roman else [self._style_sheet]
                    )
                    contexts[margins.roman] = self._new_context(html, sheets)
                context = contexts[margins.roman]
                page_kind = margins.kind
                kind = PageType(
                    page_kind.side, page_kind.blank, page_kind.name, page_kind.index, page_kind.groups
                )
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
                    before = {1: [string.start_value]} if string.start_value is not None else {}
                    context.string_set[string.name] = before | (
                        {2: list(string.assigned_values)} if string.assigned_values else {}
                    )
                # "string(…, start)" looks for this child; it is not part of the page.
                string_set = [
                    (string.name, None) for string in margins.strings if string.is_assigned_at_start
                ]
                box.children = (SimpleNamespace(style={"string_set": string_set}, children=()),)
                counters = {"page": [margins.page_number], "pages": [margins.last_page_number]}
                box.children = tuple(make_margin_boxes(context, box, ([0], counters, [set(counters)], [])))
                for child in box.children:
                    layout_box_backgrounds(box, child, context.get_image_from_uri)
                yield Page(box)

    def _new_context(self, html: Any, sheets: list[Any]) -> Any:
        options = {**self._engine.DEFAULT_OPTIONS, "stylesheets": sheets}
        return self._engine.document.Document._build_layout_context(
            html, self._fonts, self._counters, {}, options
        )

    def _prepare(self, xhtml: str, on_parsed: Callable[[Element], None] = lambda root: None) -> Any:
        """Parse an XHTML document, prepare its element tree, and return it as WeasyPrint's ``HTML``."""
        root = ElementTree.fromstring(xhtml)
        set_list_counters(root)
        add_script_spacing(root)
        add_continued_rows(root)
        add_continued_entries(root)
        on_parsed(root)
        unwrap_float_groups(root, self._style_classes)
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
    def collect_logged_errors(self) -> Iterator[None]:
        """Collect the errors that WeasyPrint logs within a ``with`` block in ``logged_errors``."""
        logger, collector = logging.getLogger("weasyprint"), _ErrorCollector(level=logging.WARNING)
        before = logger.handlers[:], logger.propagate
        logger.handlers, logger.propagate = [collector], False
        try:
            yield
        finally:
            logger.handlers, logger.propagate = before
        self.logged_errors += [message for message in collector.messages if message not in self.logged_errors]


def _mark_blocks(page: Any) -> None:
    """Set the data attributes of floats and other blocks, and wrap the tree again for selector matching."""
    import cssselect2

    mark_floats(page.etree_element)
    mark_neighbours(page.etree_element)
    page.wrapper_element = cssselect2.ElementWrapper.from_html_root(page.etree_element, content_language=None)


def _make_fetcher(fetch: Fetch) -> object:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> object:
            data, media_type = fetch(url)
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return Fetcher()


class _ErrorCollector(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        # WeasyPrint only warns if a font does not load; the text would be set in another font.
        if record.levelno >= logging.ERROR or "font" in message.lower():
            self.messages.append(message)
