"""Writers: the resolved book becomes files. They do not know each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.markup.outline import wanted_lists
from triptych.model.book import Book
from triptych.outputs import OutputFormat
from triptych.passes.back_matter.chart_data import with_chart_data
from triptych.passes.conditions import for_output
from triptych.passes.references.pages import Printed, lead_to_pages, wants_pages
from triptych.settings.formats import EpubOptions, PptxOptions
from triptych.settings.manifest import Manifest
from triptych.settings.pdf_options import PdfOptions
from triptych.writers.picture_findings import coarse_pictures, heavy_pictures, small_cover

if TYPE_CHECKING:
    from triptych.theme.theme import Theme
    from triptych.writers.deck.slides import Deck
    from triptych.writers.deck.template.opening import Template

# Called once, by the writer of the PDF, as soon as the pages are set.
Announce: TypeAlias = Callable[[Printed], None]
# Called once by each writer, with the book as its output shows it.
Show: TypeAlias = Callable[[Book], None]
NOT_PRINTED = Printed()


def nobody(printed: Printed) -> None:
    """Nobody waits for the pages."""


def unseen(book: Book) -> None:
    """Nobody asks what an output shows."""


class Writer(Protocol):
    """A book → the bytes of an output and what was found. ``printed`` is the PDF, where it is set."""

    def __call__(
        self,
        book: Book,
        manifest: Manifest,
        context: BuildContext,
        printed: Printed = ...,
        announce: Announce = ...,
        show: Show = ...,
    ) -> tuple[bytes, list[Diagnostic]]:
        """Write the output."""


def waits_for_print(name: OutputFormat, book: Book, manifest: Manifest) -> bool:
    """Whether an output must know the pages of the PDF before it is written."""
    paged = name == "epub" and (manifest.format.epub or EpubOptions()).page_list
    return paged or wants_pages(book, name)


def load_beside(executor: Executor, count: int, cache: Cache) -> None:
    """Have processes load what print needs, which takes them as long as this one needs to read a book."""
    for _ in range(count):
        executor.submit(_load, cache)


def _load(cache: Cache) -> None:
    from triptych.writers.print.composing.typesetting import load

    load(cache)


def _pdf(
    book: Book,
    manifest: Manifest,
    context: BuildContext,
    printed: Printed = NOT_PRINTED,
    announce: Announce = nobody,
    show: Show = unseen,
) -> tuple[bytes, list[Diagnostic]]:
    from triptych.writers.print.documents.page import page_for
    from triptych.writers.print.writer import write_pdf

    options = manifest.format.pdf or PdfOptions()
    found: list[Diagnostic] = []
    if options.content == "handout":
        from triptych.writers.deck.handout import handout, on_loose_sheets
        from triptych.writers.deck.template.opening import own_template

        template = own_template(context.theme, book.metadata.language)
        deck, shown, found = _told(book, manifest, context, printed, template)
        book = lead_to_pages(handout(shown, deck), context.labels, "pdf", printed.pages)
        context = replace(context, theme=on_loose_sheets(context.theme))
    else:
        book = lead_to_pages(for_output(book, "pdf"), context.labels, "pdf", printed.pages)
        book = with_chart_data(book, context.labels) if options.chart_data else book
    show(book)
    room = page_for(options, context.theme.print).room(options.image_dpi, options.colour)
    data, more = write_pdf(book, context, options, context.pictures(book, room), announce)
    return data, coarse_pictures(book, room) + found + more


def _epub(
    book: Book,
    manifest: Manifest,
    context: BuildContext,
    printed: Printed = NOT_PRINTED,
    announce: Announce = nobody,
    show: Show = unseen,
) -> tuple[bytes, list[Diagnostic]]:
    from triptych.writers.epub.dots import in_dots, pictured_formulas
    from triptych.writers.epub.room import room
    from triptych.writers.epub.stores import STORES
    from triptych.writers.epub.writer import write_epub

    options = manifest.format.epub or EpubOptions()
    book = lead_to_pages(for_output(book, "epub"), context.labels, "epub", printed.pages)
    show(book)
    store = STORES[options.store]
    own = room(options.image_dpi, store)
    meta, colours = book.metadata, context.theme.colours
    cover = replace(book, chapters=(), template_pictures={}, metadata=replace(meta, logo=None))
    # Shops show the cover by itself, and none of them shows a drawing.
    pictures = {**context.pictures(book, own), **context.pictures(cover, replace(own, in_dots=True))}
    data = write_epub(
        book,
        context.labels,
        context.theme,
        context.templates,
        embed_fonts=options.embed_fonts,
        drop_caps=options.drop_caps and options.writing == "horizontal",
        depth=options.toc_depth,
        lists=wanted_lists(lof=options.lof, lot=options.lot, lol=options.lol),
        pictures=pictures,
        draw=in_dots(context) if store.in_dots else context.draw,
        draw_cover=context.cover,
        printed=printed if options.page_list else Printed(printed.pages),
        store=store,
        formulas=pictured_formulas(book, context) if store.in_dots else {},
        vertical=options.writing == "vertical",
        logo_plate=context.logo_plate(meta.logo, colours.paper, colours.deep) if meta.logo else "",
    )
    return data, heavy_pictures(book, pictures) + small_cover(book)


def _pptx(
    book: Book,
    manifest: Manifest,
    context: BuildContext,
    printed: Printed = NOT_PRINTED,
    announce: Announce = nobody,
    show: Show = unseen,
) -> tuple[bytes, list[Diagnostic]]:
    from triptych.writers.deck.writer import write_deck

    options = manifest.format.pptx or PptxOptions()
    theme, template, found = _deck_template(book, options, context)
    if template is None:
        return b"", found
    show(book)
    deck, _, more = _told(book, manifest, context, printed, template)
    data, problems = write_deck(deck, theme, context.rasterise, template)
    return data, more + problems


def _deck_template(
    book: Book, options: PptxOptions, context: BuildContext
) -> tuple[Theme, Template | None, list[Diagnostic]]:
    """The theme as the slides vary it, and the author's template or that of the theme."""
    from triptych.reading.files.deck_template import vetted_template
    from triptych.writers.deck.template.opening import open_template
    from triptych.writers.deck.template.variations import varied

    theme = varied(context.theme, options.variation)
    data, span = vetted_template(context.read, options.template) if options.template else (None, None)
    asked = {str(kind): name for kind, name in options.layouts.items()}
    logo = None
    if book.metadata.logo and data is None:
        from triptych.writers.deck.template.logo import template_logo

        logo = template_logo(book.metadata.logo, book.metadata.logo_alt, context, theme.colours)
    template, found = open_template(theme, book.metadata.language, data, asked, span, logo)
    return theme, template, found


def _told(
    book: Book, manifest: Manifest, context: BuildContext, printed: Printed, template: Template
) -> tuple[Deck, Book, list[Diagnostic]]:
    """The deck before it is drawn, and the book as it shows it."""
    from triptych.writers.deck.drawing.picture_room import room
    from triptych.writers.deck.slides import Layout
    from triptych.writers.deck.story.storyboard import storyboard

    options = manifest.format.pptx or PptxOptions()
    book = lead_to_pages(for_output(book, "pptx"), context.labels, "pptx", printed.pages)
    pictures = context.pictures(book, room(options.image_dpi, template.places[Layout.PICTURE]))
    deck, found = storyboard(
        book,
        context.labels,
        context.templates,
        footer=options.footer,
        incremental=options.incremental,
        overflow=options.overflow,
        dividers=options.dividers,
        most=options.max_per_chapter,
        picture=pictures.__getitem__,
        draw_formulas=context.draw_formulas,
    )
    return deck, book, found


# Print comes first: its pages are what the others may refer to.
WRITERS: Mapping[OutputFormat, Writer] = {"pdf": _pdf, "epub": _epub, "pptx": _pptx}
