"""Write and check the PDF: the book, or a handout or script of the slides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from triptych.outputs.base import Output, SlowCheck, SourceContext, WritingJob, WrittenOutput
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

    def needs_formula_drawings(self, manifest: Manifest) -> bool:
        """Return True, because a PDF always contains drawings of formulas."""
        return True

    def import_modules_in_worker(self, cache: Cache) -> None:
        """Import the layout engine, and parse the style sheet of the last build."""
        from triptych.writers.print.typesetting import load_typesetter

        load_typesetter(cache)

    def is_first_build(self, cache: Cache) -> bool:
        """Return whether the cache has no style sheet of an earlier build."""
        from triptych.writers.print import last_style_task

        return cache.get(last_style_task()) is None

    def write(self, job: WritingJob) -> WrittenOutput:
        """Lay out and return the PDF of the book, or of a handout or script of the slides."""
        from triptych.writers.findings import find_low_resolution_images
        from triptych.writers.print.page_grid import page_grid_for
        from triptych.writers.print.pdf_format import colour_space_for, pdf_format_for
        from triptych.writers.print.writer import write_pdf

        options, context = _get_pdf_options(job.manifest), job.context
        findings: list[Diagnostic] = []
        if options.content != "book":
            book, options, context, findings = _make_book_of_slides(job, options)
        else:
            book = job.select_output_book(self.name)
            if options.chart_data:
                attached = options.attach_data and not pdf_format_for(options).is_for_press
                book = add_chart_data(book, context.labels, files=attached)
        if options.isbn:  # the printed book and the e-book have different ISBNs
            isbn = parse_isbn(options.isbn)
            book = replace(book, metadata=replace(book.metadata, isbn=isbn, identifier=f"{URN}{isbn}"))
        picture_target = page_grid_for(options, context.theme.print).make_picture_target(
            options.image_dpi,
            colour_space_for(options),
            opaque=pdf_format_for(options).is_transparency_forbidden,
        )
        data, writer_findings, strays = write_pdf(
            book, context, options, context.prepare_pictures(book, picture_target), job.announce_pages
        )
        return WrittenOutput(
            data, find_low_resolution_images(book, picture_target) + findings + writer_findings, book, strays
        )

    def write_cover(self, job: WritingJob, data: bytes) -> WrittenOutput | None:
        """Write the wrap-around cover, whose spine width depends on the PDF's page count.

        If the manifest does not request such a cover, return None.
        """
        from triptych.checks.pdf import count_pages
        from triptych.writers.print.cover_wrap import write_cover

        if not job.manifest.has_separate_cover:
            return None
        cover, findings = write_cover(
            job.book, job.context, _get_pdf_options(job.manifest), count_pages(data)
        )
        return WrittenOutput(cover, findings, job.book)

    def check_contents(self, output: WrittenOutput, executor: Executor, cache: Cache) -> list[Diagnostic]:
        """Report content of chapters that is missing from the pages, overflow, and overlapping text."""
        from triptych.checks.content import check_contents, list_chapter_ids
        from triptych.checks.content.file_pages import read_pdf_pages

        leaves = read_pdf_pages(output.data, list_chapter_ids(output.book), executor, cache)
        return check_contents(output.book, leaves.add_defects(output.layout_defects), cache)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report faults in the PDF's structure, metadata and fonts."""
        from triptych.checks.pdf import check_pdf

        return check_pdf(data, memory)

    def read_text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText:
        """Return the text of all pages."""
        from triptych.checks.texts import read_pdf_text

        return read_pdf_text(data)

    def count_contents(self, data: bytes) -> Mapping[str, int]:
        """Return the number of pages."""
        from triptych.checks.pdf import count_pages

        return {"pages": count_pages(data)}

    def list_slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return a single check of tags, links, contrast, overflow, reading order and conformance."""
        return [SlowCheck(self.format.label, _examine_file, (path,))]

    def list_preflight_checks(
        self, find_output: Callable[[str], Path | None], manifest: Manifest
    ) -> Sequence[SlowCheck]:
        """Return preflight checks for the PDF and for the cover, if these files have been built."""
        from triptych.checks.pdf.preflight import make_cover_requirements, make_page_requirements

        if (options := manifest.format.pdf) is None:
            return ()
        requirements = {manifest.get_file_name(self.name): make_page_requirements(options)}
        if manifest.has_separate_cover:
            requirements[manifest.get_cover_file_name()] = make_cover_requirements(options)
        return [
            SlowCheck(f"the {required.output_name} for print", _preflight_file, (path, required))
            for name, required in requirements.items()
            if (path := find_output(name))
        ]

    def collect_check_findings(self, results: Sequence[Any], source: SourceContext) -> list[Diagnostic]:
        """Return the located findings. The reading order is compared only if the PDF contains the book."""
        from triptych.checks.findings import locate_findings
        from triptych.checks.pdf.examination import PdfExamination, locate_pdf_findings

        findings: list[Diagnostic] = []
        book = select_for_output(source.book, self.name)
        for result in results:
            if not isinstance(result, PdfExamination):  # findings of a preflight check
                findings += locate_findings(result, book)
            else:
                seen = result if self.contains_book(source.manifest) else replace(result, text=None)
                findings += locate_pdf_findings(seen, book, source.missing_content)
        return findings


def _get_pdf_options(manifest: Manifest) -> PdfOptions:
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
        make_speaker_script,
        set_office_margins,
        use_printed_diagrams,
    )
    from triptych.writers.deck.template.opening import open_built_in_template

    context = job.context
    template = open_built_in_template(
        context.theme, job.book.metadata.language, context.cache, job.manifest.deck_options.slide_size
    )
    deck, selected_book, findings = storyboard_deck(job, template)
    theme = adapt_theme_to_sheets(context.theme)
    if options.content == "handout":
        slide_book = make_handout(selected_book, deck, hidden=options.hidden_slides)
        options, theme = set_office_margins(options), adapt_theme_to_cards(theme)
    else:
        slide_book = make_speaker_script(selected_book, deck, job.manifest.talk.pace, context.labels)
        options = options.model_copy(update={"lof": False, "lot": False, "lol": False})
    slide_book = use_printed_diagrams(slide_book, job.book, PdfOutput.name)
    book = redirect_to_pages(slide_book, context.labels, PdfOutput.name, job.print_info.pages)
    return book, options, replace(context, theme=theme), findings


def _examine_file(path: Path) -> PdfExamination:
    from triptych.checks.pdf.examination import examine_pdf

    return examine_pdf(path.read_bytes())


def _preflight_file(path: Path, requirements: Any) -> Any:
    from triptych.checks.pdf.preflight import run_preflight

    return run_preflight(path.read_bytes(), requirements)
