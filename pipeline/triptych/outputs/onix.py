"""Write and check the ONIX record, the product metadata for bookshops."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.outputs.base import Output, SlowCheck, SourceContext, WritingJob, WrittenOutput
from triptych.passes.conditions import select_for_output
from triptych.settings.format_options import OnixOptions

_NO_SCHEMA = "The ONIX record was not validated: the ONIX schema is not installed (pip install onixcheck)."


class OnixOutput(Output):
    """An ONIX record of the products for sale: the PDF or the printed book, and the EPUB."""

    name = "onix"

    def write(self, job: WritingJob) -> WrittenOutput:
        """Write the record, and report missing metadata."""
        from triptych.writers.epub.package import RETAILER_PROFILES
        from triptych.writers.onix.message import write_message
        from triptych.writers.onix.products import list_products, report_missing_metadata
        from triptych.writers.print.pdf_format import pdf_format_for

        formats = job.manifest.format
        is_printed = formats.pdf is not None and pdf_format_for(formats.pdf).is_for_press
        pictured = formats.epub is not None and RETAILER_PROFILES[formats.epub.store].needs_raster_drawings
        selected_book = select_for_output(job.book, "epub", job.context.memory)
        sold = list_products(
            job.book, selected_book, job.manifest, is_printed=is_printed, has_formula_images=pictured
        )
        findings = report_missing_metadata(job.book.metadata, sold)
        options = formats.onix or OnixOptions()
        return WrittenOutput(write_message(job.book, sold, options) if sold else b"", findings, job.book)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report faults that can be found without the ONIX schema."""
        from triptych.checks.onix_record import check_record

        return check_record(data, memory)

    def list_slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return the validation against the ONIX schema, or none if the schema is not installed."""
        from triptych.checks.onix_record import find_onix_schema, validate_record

        schema = find_onix_schema()
        return [SlowCheck(self.format.label, validate_record, (path, schema))] if schema else []

    def collect_check_findings(self, results: Sequence[Any], source: SourceContext) -> list[Diagnostic]:
        """Return the findings of the validation against the ONIX schema."""
        return [finding for result in results for finding in result]

    def list_check_remarks(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return a note if the ONIX schema is not installed."""
        return [] if results else [_NO_SCHEMA]
