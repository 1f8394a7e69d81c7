"""Write the EPUB, and check it with our own checks and installed validators."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.programs import INSTALL_EPUBCHECK
from triptych.model.book import Book
from triptych.outputs.base import Output, SlowCheck, SourceContext, WritingJob, WrittenOutput
from triptych.passes.conditions import select_for_output
from triptych.settings.format_options import EpubOptions
from triptych.settings.manifest import Manifest

if TYPE_CHECKING:
    from triptych.checks.texts import FileText
    from triptych.media.output_pictures import PreparedPicture
    from triptych.model.nodes import Picture

_NO_VALIDATOR = f"The EPUB was not validated: EPUBCheck is not installed ({INSTALL_EPUBCHECK})."


class EpubOutput(Output):
    """A reflowable EPUB for reading systems and bookshops."""

    name = "epub"
    modules = ("triptych.writers.epub.writer",)

    def needs_pages(self, book: Book, manifest: Manifest) -> bool:
        """Return whether the EPUB has a page list or contains page numbers of the PDF."""
        return _get_epub_options(manifest).page_list or super().needs_pages(book, manifest)

    def needs_formula_drawings(self, manifest: Manifest) -> bool:
        """Return whether the store requires formulas as images instead of MathML."""
        from triptych.writers.epub.package import RETAILER_PROFILES

        return RETAILER_PROFILES[_get_epub_options(manifest).store].needs_raster_drawings

    def prepare_resources(self, job: WritingJob) -> None:
        """Resize the images, and draw the cover if the book has no cover image."""
        _prepare_pictures(job.select_output_book(self.name), job)
        if job.book.metadata.cover is None:
            job.context.draw_cover(job.book.metadata)

    def write(self, job: WritingJob) -> WrittenOutput:
        """Return the EPUB, with findings about large images and a small cover."""
        from triptych.writers.epub.writer import write_epub
        from triptych.writers.findings import find_large_image_files, find_small_cover

        book = job.select_output_book(self.name)
        pictures = _prepare_pictures(book, job)
        data = write_epub(book, job.context, _get_epub_options(job.manifest), pictures, job.print_info)
        return WrittenOutput(data, find_large_image_files(book, pictures) + find_small_cover(book), book)

    def check_contents(self, output: WrittenOutput, executor: Executor, cache: Cache) -> list[Diagnostic]:
        """Report content of chapters that is missing from the content documents."""
        from triptych.checks.content import check_contents, list_chapter_ids
        from triptych.checks.content.file_pages import read_epub_pages

        leaves = read_epub_pages(output.data, list_chapter_ids(output.book), cache)
        return check_contents(output.book, leaves, cache)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report faults in the EPUB's package and content documents."""
        from triptych.checks.epub import check_epub

        return check_epub(data, memory)

    def read_text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText:
        """Return the text of all content documents."""
        from triptych.checks.texts import read_epub_text

        return read_epub_text(data)

    def count_contents(self, data: bytes) -> Mapping[str, int]:
        """Return the number of words in all content documents."""
        from lxml import etree

        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pages = (archive.read(name) for name in archive.namelist() if name.endswith(".xhtml"))
            texts = (" ".join(map(str, etree.fromstring(page).itertext())) for page in pages)
            return {"words": sum(len(text.split()) for text in texts)}

    def list_slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return a check for each installed validator, or none if the file is not a ZIP archive."""
        from triptych.checks.epub.validation import list_installed_validators, run_validator

        names = list_installed_validators() if zipfile.is_zipfile(path) else ()
        return [SlowCheck(f"the EPUB with {name}", run_validator, (name, path)) for name in names]

    def collect_check_findings(self, results: Sequence[Any], source: SourceContext) -> list[Diagnostic]:
        """Return the findings of the validators, located in the source."""
        from triptych.checks.findings import locate_findings

        return locate_findings(
            [finding for result in results for finding in result], select_for_output(source.book, self.name)
        )

    def list_check_remarks(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return a note if EPUBCheck is not installed."""
        from triptych.checks.epub.validation import list_installed_validators

        names = list_installed_validators() if zipfile.is_zipfile(path) else None
        missing = names is not None and not any(name.lower().startswith("epubcheck") for name in names)
        return [_NO_VALIDATOR] if missing else []


def _get_epub_options(manifest: Manifest) -> EpubOptions:
    return manifest.format.epub or EpubOptions()


def _prepare_pictures(book: Book, job: WritingJob) -> dict[Picture, PreparedPicture]:
    """Return all images of a book, resized for the store; the cover has a higher size limit."""
    from triptych.writers.epub.package import RETAILER_PROFILES

    options, context = _get_epub_options(job.manifest), job.context
    store = RETAILER_PROFILES[options.store]
    pictures = {**context.prepare_pictures(book, store.make_picture_target(options.image_dpi))}
    if picture := book.metadata.cover:
        cover = replace(book, chapters=(), template_pictures={}, metadata=replace(book.metadata, logo=None))
        pictures |= context.prepare_pictures(cover, store.make_cover_target(picture))
    return pictures
