"""Writers: the resolved book becomes files. They do not know each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias
from zipfile import ZipFile

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.pool import Named
from triptych.formats import FORMATS, OutputFormat
from triptych.model.book import Book
from triptych.model.isbn import URN, isbn_13
from triptych.model.nodes import Picture
from triptych.model.strays import Stray
from triptych.passes.back_matter.chart_data import with_chart_data
from triptych.passes.conditions import for_output
from triptych.passes.references.pages import Announce, Printed, known_on_slides, lead_to_pages, wants_pages
from triptych.settings.formats import EpubOptions, OnixOptions, PptxOptions
from triptych.settings.manifest import Manifest
from triptych.settings.pdf_options import PdfOptions
from triptych.theme.theme import load_theme
from triptych.writers.picture_findings import coarse_pictures, heavy_pictures, small_cover

if TYPE_CHECKING:
    from triptych.media.preparation.pictures import Prepared
    from triptych.theme.theme import Theme
    from triptych.writers.deck.package.fonts import Extent
    from triptych.writers.deck.slides import Deck
    from triptych.writers.deck.template.template import Template

NOT_PRINTED = Printed()
_ROUNDS = 3  # in which a deck comes down to its limit
# What writes each output, here: it is loaded with its first use, or before it where somebody has time.
_LOADED: Mapping[OutputFormat, Sequence[str]] = {
    "pdf": ("print.writer",),
    "epub": ("epub.writer",),
    "pptx": ("deck.template.opening", "deck.story.storyboard", "deck.writer"),
    "onix": (),
}
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")


def nobody(printed: Printed) -> None:
    """Nobody waits for the pages."""


@dataclass(frozen=True, slots=True)
class WritingJob:
    """What a writer is handed. ``printed`` is the PDF, where it is set; its writer announces it."""

    book: Book
    manifest: Manifest
    context: BuildContext
    printed: Printed = NOT_PRINTED
    announce: Announce = nobody

    def shown_in(self, output: OutputFormat) -> Book:
        """The book as an output shows it, with nothing in it that leads to what is not there."""
        memory = self.context.memory
        book = for_output(self.book, output, memory)
        return lead_to_pages(book, self.context.labels, output, self.printed.pages, memory)


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of an output, none where there are errors; what was found; the book as it is shown there.

    ``strays`` are what its writer could not keep in place, by pages from 0 on.
    """

    data: bytes
    found: list[Diagnostic]
    book: Book
    strays: Mapping[int, tuple[Stray, ...]] = field(default_factory=dict)


Writer: TypeAlias = Callable[[WritingJob], Written]


def waits_for_print(name: OutputFormat, book: Book, manifest: Manifest) -> bool:
    """Whether an output must know the pages of the PDF before it is written."""
    if FORMATS[name].record:
        return False
    paged = name == "epub" and (manifest.format.epub or EpubOptions()).page_list
    spoken = name == "pptx" and manifest.slides.notes == "speech"
    return paged or spoken or wants_pages(book, name)


def known_of_print(name: OutputFormat, book: Book, printed: Printed, memory: Memory = NO_MEMORY) -> Printed:
    """What an output gets to know of the PDF."""
    return known_on_slides(book, printed, memory) if FORMATS[name].slides else printed


def load_beside(executor: Executor, cache: Cache) -> None:
    """Have a process load what print needs, which takes it as long as this one needs to read a book.

    After an edit hardly more than one document is set; before a first print others load it as soon as this
    process and the programs that it runs leave them time (``load_all``).
    """
    load_theme()  # before processes are forked from this one, which then have it
    executor.submit(Named("the print engine", _load), cache)


def is_first_print(cache: Cache) -> bool:
    """Whether a cache knows of no PDF, so that all pages are to be set."""
    from triptych.writers.print.composing.last_style import last_style

    return cache.get(last_style()) is None


def _load(cache: Cache) -> None:
    from triptych.writers.print.composing.typesetting import load

    load(cache)


def load_writers(*outputs: OutputFormat) -> None:
    """Load what outputs are written with, while others read the book: it takes as long as some pages."""
    for output in outputs:
        for module in _LOADED[output]:
            import_module(f"triptych.writers.{module}")


def load_all(cache: Cache, outputs: Sequence[OutputFormat]) -> None:
    """Load what a process needs that has any part in making these."""
    _load(cache)
    load_writers(*(output for output in outputs if output != "pdf"))


def _pdf(job: WritingJob) -> Written:
    from triptych.writers.print.binding.finish import finish_for, inks_for
    from triptych.writers.print.documents.page import page_for
    from triptych.writers.print.writer import write_pdf

    options, context = job.manifest.format.pdf or PdfOptions(), job.context
    found: list[Diagnostic] = []
    if options.content != "book":
        from triptych.writers.deck.handout import (
            adapt_theme_to_cards,
            adapt_theme_to_sheets,
            make_handout,
            make_script,
            set_office_margins,
            use_printed_diagrams,
        )
        from triptych.writers.deck.template.opening import open_own_template

        deck, shown, found = _told(
            job, open_own_template(context.theme, job.book.metadata.language, context.cache)
        )
        if options.content == "handout":
            made = make_handout(shown, deck, hidden=options.hidden_slides)
            options = set_office_margins(options)
        else:
            made = make_script(shown, deck, job.manifest.talk.pace, context.labels)
            options = options.model_copy(update={"lof": False, "lot": False, "lol": False})
        made = use_printed_diagrams(made, job.book)
        book = lead_to_pages(made, context.labels, "pdf", job.printed.pages)
        theme = adapt_theme_to_sheets(context.theme)
        context = replace(
            context, theme=adapt_theme_to_cards(theme) if options.content == "handout" else theme
        )
    else:
        book = job.shown_in("pdf")
        if options.chart_data:
            attached = options.attach_data and not finish_for(options).for_press
            book = with_chart_data(book, context.labels, files=attached)
    if options.isbn:  # the printed book is another edition than the e-book
        isbn = isbn_13(options.isbn)
        book = replace(book, metadata=replace(book.metadata, isbn=isbn, identifier=f"{URN}{isbn}"))
    room = page_for(options, context.theme.print).room(
        options.image_dpi, inks_for(options), opaque=finish_for(options).opaque
    )
    data, more, strays = write_pdf(book, context, options, context.pictures(book, room), job.announce)
    return Written(data, coarse_pictures(book, room) + found + more, book, strays)


def _epub(job: WritingJob) -> Written:
    from triptych.writers.epub.writer import write_epub

    options, book = job.manifest.format.epub or EpubOptions(), job.shown_in("epub")
    pictures = _epub_pictures(book, options, job.context)
    data = write_epub(book, job.context, options, pictures, job.printed)
    return Written(data, heavy_pictures(book, pictures) + small_cover(book), book)


def _epub_pictures(book: Book, options: EpubOptions, context: BuildContext) -> dict[Picture, Prepared]:
    """All pictures of the book as the e-book shows it; its cover is larger than others."""
    from triptych.writers.epub.stores import STORES

    store = STORES[options.store]
    pictures = {**context.pictures(book, store.room(options.image_dpi))}
    if picture := book.metadata.cover:
        cover = replace(book, chapters=(), template_pictures={}, metadata=replace(book.metadata, logo=None))
        pictures |= context.pictures(cover, store.cover_room(picture))
    return pictures


def _prepare_epub(job: WritingJob) -> None:
    options, book = job.manifest.format.epub or EpubOptions(), job.shown_in("epub")
    _epub_pictures(book, options, job.context)
    if book.metadata.cover is None:
        job.context.cover(book.metadata)


def _pptx(job: WritingJob) -> Written:
    options = job.manifest.slides
    try:
        return _deck(job, options)
    except Exception as error:
        from triptych.reading.files.deck_template import vetted_template
        from triptych.writers.deck.template.opening import is_template_error, report_broken

        if not options.template or not is_template_error(error):
            raise
        _, span = vetted_template(job.context.read, options.template)
        return Written(b"", [report_broken(error, span)], job.book)


def _deck(job: WritingJob, options: PptxOptions) -> Written:
    theme, template, found = _deck_template(job.book, options, job.context)
    if template is None:
        return Written(b"", found, job.book)
    deck, _, more = _told(job, template)
    data, problems = _drawn(deck, theme, template, options.embed_fonts, job.context)
    beyond = 0
    for _ in range(_ROUNDS if options.max_slides else 0):  # what is continued on others is known when drawn
        if (over := _slides_in(data) - options.max_slides) <= 0:
            break
        beyond += over
        theme, template, found = _deck_template(job.book, options, job.context)
        if template is None:
            break
        before = deck
        deck, _, more = _told(job, template, beyond)
        if deck == before:  # what is left was asked for
            break
        data, problems = _drawn(deck, theme, template, options.embed_fonts, job.context)
    return Written(data, more + problems, job.book)


def _prepare_deck(job: WritingJob) -> None:
    from triptych.writers.deck.drawing.pictures import measure_picture_room

    _, template, _ = _deck_template(job.book, job.manifest.slides, job.context)
    if template is not None:
        dpi, book = job.manifest.slides.image_dpi, job.shown_in("pptx")
        dict(job.context.pictures(book, measure_picture_room(dpi, template.places)))


def _slides_in(data: bytes) -> int:
    """How many slides a deck has; none where it could not be made."""
    names = ZipFile(BytesIO(data)).namelist() if data else []
    return sum(bool(_SLIDE.fullmatch(name)) for name in names)


def _drawn(
    deck: Deck, theme: Theme, template: Template, fonts: Extent, context: BuildContext
) -> tuple[bytes, list[Diagnostic]]:
    """The deck's file: most edits change nothing of it, and a process that stays has it then."""
    from triptych.writers.deck.template.opening import put_back
    from triptych.writers.deck.writer import write_deck

    made_of = template.mark, template.span, fonts, deck  # the mark tells the theme, too
    known = context.memory.get("the deck")
    if known is not None and known[0] == made_of:
        put_back(template, context.memory)
    else:
        known = made_of, write_deck(deck, theme, context.rasterise, template, fonts, context.cache)
        context.memory.put("the deck", known)
    made: tuple[bytes, list[Diagnostic]] = known[1]
    return made


def _deck_template(
    book: Book, options: PptxOptions, context: BuildContext
) -> tuple[Theme, Template | None, list[Diagnostic]]:
    """The theme as the slides vary it, and the author's template or that of the theme."""
    from triptych.reading.files.deck_template import vetted_template
    from triptych.writers.deck.template.generated import vary_theme
    from triptych.writers.deck.template.opening import open_template

    theme = vary_theme(context.theme, options.color_scheme)
    data, span = vetted_template(context.read, options.template) if options.template else (None, None)
    asked = {str(kind): name for kind, name in options.layouts.items()}
    logo = None
    if book.metadata.logo and data is None:
        from triptych.writers.deck.template.generated import prepare_logo

        logo = prepare_logo(book.metadata.logo, book.metadata.logo_alt, context, theme.colours)
    template, found = open_template(theme, book.metadata.language, data, asked, span, logo, context.cache)
    return theme, template, found


def _told(job: WritingJob, template: Template, beyond: int = 0) -> tuple[Deck, Book, list[Diagnostic]]:
    """The deck before it is drawn, and the book as it shows it; ``beyond`` slides were too many before."""
    from triptych.writers.deck.drawing.pictures import measure_picture_room
    from triptych.writers.deck.story.speech.delivery import Delivery
    from triptych.writers.deck.story.storyboard import storyboard

    options, context = job.manifest.slides, job.context
    book = job.shown_in("pptx")
    talk = job.manifest.talk
    speech = options.notes == "speech"
    delivery = Delivery(minutes=talk.minutes, pace=talk.pace) if speech else None
    pictures = context.pictures(book, measure_picture_room(options.image_dpi, template.places))
    deck, found = storyboard(
        book,
        context.labels,
        context.templates,
        footer=options.footer,
        incremental=options.incremental,
        overflow=options.overflow,
        transition=options.transition,
        dividers=options.dividers,
        leading={"summary": options.summary, "agenda": options.agenda, "closing": options.closing},
        only=talk.slides,
        said={name: text for name, text in talk.notes.model_dump().items() if text},
        most=options.max_per_chapter,
        limit=options.max_slides,
        beyond=beyond,
        delivery=delivery,
        printed=job.printed,
        pictures=pictures,
        draw_formulas=context.draw_formulas,
        memory=context.memory,
    )
    return deck, book, found


def wrap(job: WritingJob, pages: int) -> Written:
    """The cover of the printed book, of so many pages, where it is a file of its own."""
    from triptych.writers.print.wrap_writer import write_wrap

    data, found = write_wrap(job.book, job.context, job.manifest.format.pdf or PdfOptions(), pages)
    return Written(data, found, job.book)


def _onix(job: WritingJob) -> Written:
    from triptych.writers.epub.stores import STORES
    from triptych.writers.onix.message import message
    from triptych.writers.onix.products import products
    from triptych.writers.onix.wanting import wanting
    from triptych.writers.print.binding.finish import finish_for

    manifest, formats = job.manifest, job.manifest.format
    options = formats.onix or OnixOptions()
    printed = formats.pdf is not None and finish_for(formats.pdf).for_press
    pictured = formats.epub is not None and STORES[formats.epub.store].in_dots
    shown = for_output(job.book, "epub", job.context.memory)
    sold = products(job.book, shown, manifest, printed=printed, pictured=pictured)
    found = wanting(job.book.metadata, sold)
    return Written(message(job.book, sold, options) if sold else b"", found, job.book)


# Print comes first: its pages are what the others may refer to.
WRITERS: Mapping[OutputFormat, Writer] = {"pdf": _pdf, "epub": _epub, "pptx": _pptx, "onix": _onix}
# What an output needs of no page of the PDF, made before these are set: it is in the cache then.
PREPARATIONS: Mapping[OutputFormat, Callable[[WritingJob], None]] = {
    "epub": _prepare_epub,
    "pptx": _prepare_deck,
}
