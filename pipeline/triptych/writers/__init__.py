"""Writers: the resolved book becomes files. They do not know each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.manifest import EpubOptions, Manifest, OutputFormat, PdfOptions, PptxOptions
from triptych.markup.outline import wanted_lists
from triptych.model.book import Book
from triptych.passes.conditions import for_output
from triptych.workshop import Workshop

Writer: TypeAlias = Callable[[Book, Manifest, Workshop], tuple[bytes, list[Diagnostic]]]


def _pdf(book: Book, manifest: Manifest, shop: Workshop) -> tuple[bytes, list[Diagnostic]]:
    from triptych.writers.print.writer import write_pdf

    options = manifest.format.pdf or PdfOptions()
    return write_pdf(
        for_output(book, "pdf"),
        shop.labels,
        shop.theme,
        shop.templates,
        page_size=options.page_size,
        depth=options.toc_depth,
        lists=wanted_lists(lof=options.lof, lot=options.lot, lol=options.lol),
        read=shop.read,
        draw=shop.draw,
        draw_formulas=shop.draw_formulas,
    )


def _epub(book: Book, manifest: Manifest, shop: Workshop) -> tuple[bytes, list[Diagnostic]]:
    from triptych.writers.epub.writer import write_epub

    options = manifest.format.epub or EpubOptions()
    data = write_epub(
        for_output(book, "epub"),
        shop.labels,
        shop.theme,
        shop.templates,
        embed_fonts=options.embed_fonts,
        depth=options.toc_depth,
        lists=wanted_lists(lof=options.lof, lot=options.lot, lol=options.lol),
        read=shop.read,
        draw=shop.draw,
        subset=shop.subset,
    )
    return data, []


def _pptx(book: Book, manifest: Manifest, shop: Workshop) -> tuple[bytes, list[Diagnostic]]:
    from triptych.writers.deck.storyboard import storyboard
    from triptych.writers.deck.writer import write_deck

    options = manifest.format.pptx or PptxOptions()
    deck, found = storyboard(
        for_output(book, "pptx"),
        shop.labels,
        shop.templates,
        footer=options.footer,
        read=shop.read,
        draw_formulas=shop.draw_formulas,
    )
    data, problems = write_deck(deck, shop.theme, shop.rasterise)
    return data, found + problems


# Print comes first: its pages are what the others may refer to.
WRITERS: Mapping[OutputFormat, Writer] = {"pdf": _pdf, "epub": _epub, "pptx": _pptx}
