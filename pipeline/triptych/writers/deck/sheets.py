"""The paper of what is made from a deck: handouts and scripts are set otherwise than the theme's books."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.model.book import Book
from triptych.model.nodes import Image
from triptych.model.walk import book_nodes, rewrite_book
from triptych.settings.pdf_options import MarginsEntry, PdfOptions
from triptych.theme.theme import Theme

_MARGIN = 45.0  # points: what office printers leave free, and holes
_CHART_WIDTH = 254.0  # points: the inside of a card, so that letters of charts keep their size


def on_loose_sheets(theme: Theme) -> Theme:
    """The theme for sheets that nobody binds: no blank pages, even margins, chapters from the top."""
    design = replace(theme.print, chapters="page", margins="equal", running_heads="foot", opener_drop=0)
    return replace(theme, print=design)


def with_printed_diagrams(made: Book, book: Book) -> Book:
    """What was made of the deck of a book, with diagrams as the book's pages have them: legible on paper."""
    images = book_nodes(book, Image)
    printed = {
        one.picture: dict(one.variants).get("pdf") for one in images if one.picture and one.picture.drawing
    }

    def draw(node: Any) -> Any:
        other = printed.get(node.picture) if isinstance(node, Image) and node.picture else None
        return replace(node, picture=other) if other else node

    return rewrite_book(made, draw)


def in_cards(theme: Theme) -> Theme:
    """The theme for a handout: charts are drawn for a card; in large type nothing stands beside another."""
    width = theme.print.chart_width if theme.print.large else min(_CHART_WIDTH, theme.print.chart_width)
    return replace(theme, print=replace(theme.print, chart_width=width))


def on_office_paper(options: PdfOptions) -> PdfOptions:
    """The options of a handout: narrow margins where the manifest names none."""
    own = MarginsEntry.model_construct(top=_MARGIN, bottom=_MARGIN * 1.2, inner=_MARGIN, outer=_MARGIN)
    return options if options.margins else options.model_copy(update={"margins": own})
