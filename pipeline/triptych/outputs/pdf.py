"""Write and check the PDF, which contains the book, or a handout or script of the slides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.model.book import Book
from triptych.model.isbn import URN, parse_isbn
from triptych.outputs.base import Output, SlowCheck, SourceTrace, WritingJob, Written
from triptych.passes.chart_data import add_chart_data
from triptych.passes.conditions import select_for_output
from triptych.passes.pages import redirect_to_pages
from triptych.settings.manifest import Manifest
from triptych.settings.pdf_options import PdfOptions

if TYPE_CHECKING:
    from triptych.checks.pdf.examination import PdfExamination
    from triptych.checks.texts import FileText


class PdfOutput(Output):
    """A PDF for readers or for print, with a separate cover if the manifest requests one."""

    name = "pdf"
    modules = ("triptych.writers.print.writer",)

    def contains_book(self, manifest: Manifest) -> bool:
        """Return whether the PDF contains the book; handouts and scripts contain the slides instead."""
        return not manifest.is_handout

    def draws_formulas(self, manifest: Manifest) -> bool:
        """Return True, because a PDF always contains drawings of formulas."""
        return True

    def load_in_worker(self, cache: Cache) -> None:
        """Import the layout engine, and parse the style sheet of the last build."""
        from triptych.writers.print.typesetting import load_typesetter

        load_typesetter(cache)

    def is_first(self, cache: Cache) -> bool:
        """Return whether the cache has no style sheet of an earlier build."""
        from triptych.writers.print import last_style_task

        return cache.get(last_style_task()) is None

    def write(self, job: WritingJob) -> Written:
        """Lay out and return the PDF of the book, or of a handout or script of the slides."""
        from triptych.writers.findings import find_coarse_pictures
        from triptych.writers.print.finish import finish_for, inks_for
        from triptych.writers.print.page_grid import page_grid_for
        from triptych.writers.print.writer import write_pdf

        options, context = _options(job.manifest), job.context
        found: list[Diagnostic] = []
        if options.content != "book":
            book, options, context, found = _make_book_of_slides(job, options)
        else:
            book = job.book_for(self.name)
            if options.chart_data:
                attached = options.attach_data and not finish_for(options).for_press
                book = add_chart_data(book, context.labels, files=attached)
        if options.isbn:  # the printed book and the e-book have different ISBNs
            isbn = parse_isbn(options.isbn)
            book = replace(book, metadata=replace(book.metadata, isbn=isbn, identifier=f"{URN}{isbn}"))
        room = page_grid_for(options, context.theme.print).room(
            options.image_dpi, inks_for(options), opaque=finish_for(options).opaque
        )
        data, more, strays = write_pdf(
            book, context, options, context.prepare_pictures(book, room), job.announce
        )
        return Written(data, find_coarse_pictures(book, room) + found + more, book, strays)

    def write_cover(self, job: WritingJob, data: bytes) -> Written | None:
        """Write the wraparound cover, whose spine width follows from the PDF's page count.

        Return None if the manifest requests no such cover.
        """
        from triptych.checks.pdf import count_pages
        from triptych.writers.print.cover_wrap import write_wrap

        if not job.manifest.is_wrapped:
            return None
        cover, found = write_wrap(job.book, job.context, _options(job.manifest), count_pages(data))
        return Written(cover, found, job.book)

    def guard(self, written: Written, executor: Executor, cache: Cache) -> list[Diagnostic]:
        """Report content of chapters that is missing from their pages, overflow, and overlapping text."""
        from triptych.checks.guards import guard_leaves, list_ids
        from triptych.checks.guards.leaves import read_pdf_leaves

        leaves = read_pdf_leaves(written.data, list_ids(written.book), executor, cache)
        return guard_leaves(written.book, leaves.with_defects(written.strays), cache)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report faults in the PDF's structure, metadata and fonts."""
        from triptych.checks.pdf import check_pdf

        return check_pdf(data, memory)

    def text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText:
        """Return the text of all pages."""
        from triptych.checks.texts import read_pdf_text

        return read_pdf_text(data)

    def count(self, data: bytes) -> Mapping[str, int]:
        """Return the number of pages."""
        from triptych.checks.pdf import count_pages

        return {"pages": count_pages(data)}

    def slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return one check of tags, links, contrast, overflow, reading order and conformance."""
        return [SlowCheck(self.format.label, _examine, (path,))]

    def preflight_checks(self, folder: Path, manifest: Manifest) -> Sequence[SlowCheck]:
        """Return a preflight check for the PDF and one for the cover, if these files have been built."""
        from triptych.checks.pdf.preflight import get_cover_requirements, get_page_requirements

        if (options := manifest.format.pdf) is None:
            return ()
        requirements = {folder / manifest.file_name(self.name): get_page_requirements(options)}
        if manifest.is_wrapped:
            requirements[folder / manifest.wrap_name()] = get_cover_requirements(options)
        return [
            SlowCheck(f"the {required.file} for print", _preflight, (path, required))
            for path, required in requirements.items()
            if path.is_file()
        ]

    def report(self, results: Sequence[Any], source: SourceTrace) -> list[Diagnostic]:
        """Return the located findings; the reading order is compared only if the PDF contains the book."""
        from triptych.checks.findings import locate_findings
        from triptych.checks.pdf.examination import PdfExamination, locate_pdf_findings

        found: list[Diagnostic] = []
        book = select_for_output(source.book, self.name)
        for result in results:
            if not isinstance(result, PdfExamination):  # the findings of a preflight check
                found += locate_findings(result, book)
            else:
                seen = result if self.contains_book(source.manifest) else replace(result, text=None)
                found += locate_pdf_findings(seen, book, source.lost)
        return found


def _options(manifest: Manifest) -> PdfOptions:
    return manifest.format.pdf or PdfOptions()


def _make_book_of_slides(
    job: WritingJob, options: PdfOptions
) -> tuple[Book, PdfOptions, BuildContext, list[Diagnostic]]:
    """Return a handout or script of the deck as a book, with its options, context and findings."""
    from triptych.outputs.pptx import storyboard_deck
    from triptych.writers.deck.handout import (
        adapt_theme_to_cards,
        adapt_theme_to_sheets,
        make_handout,
        make_script,
        set_office_margins,
        use_printed_diagrams,
    )
    from triptych.writers.deck.template.opening import open_own_template

    context = job.context
    template = open_own_template(context.theme, job.book.metadata.language, context.cache)
    deck, shown, found = storyboard_deck(job, template)
    theme = adapt_theme_to_sheets(context.theme)
    if options.content == "handout":
        made = make_handout(shown, deck, hidden=options.hidden_slides)
        options, theme = set_office_margins(options), adapt_theme_to_cards(theme)
    else:
        made = make_script(shown, deck, job.manifest.talk.pace, context.labels)
        options = options.model_copy(update={"lof": False, "lot": False, "lol": False})
    made = use_printed_diagrams(made, job.book, PdfOutput.name)
    book = redirect_to_pages(made, context.labels, PdfOutput.name, job.printed.pages)
    return book, options, replace(context, theme=theme), found


def _examine(path: Path) -> PdfExamination:
    from triptych.checks.pdf.examination import examine_pdf

    return examine_pdf(path.read_bytes())


def _preflight(path: Path, requirements: Any) -> Any:
    from triptych.checks.pdf.preflight import preflight

    return preflight(path.read_bytes(), requirements)
