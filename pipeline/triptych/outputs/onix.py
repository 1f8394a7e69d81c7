"""Write and check the ONIX record, the product metadata for bookshops."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.outputs.base import Output, SlowCheck, SourceTrace, WritingJob, Written
from triptych.passes.conditions import select_for_output
from triptych.settings.formats import OnixOptions

_NO_SCHEMA = "The ONIX record was not validated: the ONIX schema is not installed (pip install onixcheck)."


class OnixOutput(Output):
    """An ONIX record of the products that shops sell: the PDF or the printed book, and the EPUB."""

    name = "onix"

    def write(self, job: WritingJob) -> Written:
        """Write the record, and report missing metadata."""
        from triptych.writers.epub.package import STORES
        from triptych.writers.onix.message import write_message
        from triptych.writers.onix.products import list_products, report_missing_metadata
        from triptych.writers.print.finish import finish_for

        formats = job.manifest.format
        printed = formats.pdf is not None and finish_for(formats.pdf).for_press
        pictured = formats.epub is not None and STORES[formats.epub.store].in_dots
        shown = select_for_output(job.book, "epub", job.context.memory)
        sold = list_products(job.book, shown, job.manifest, printed=printed, pictured=pictured)
        found = report_missing_metadata(job.book.metadata, sold)
        options = formats.onix or OnixOptions()
        return Written(write_message(job.book, sold, options) if sold else b"", found, job.book)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report faults that can be found without the ONIX schema."""
        from triptych.checks.record import check_record

        return check_record(data, memory)

    def slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return the validation against the ONIX schema, or none if the schema is not installed."""
        from triptych.checks.record import find_schema, validate_record

        schema = find_schema()
        return [SlowCheck(self.format.label, validate_record, (path, schema))] if schema else []

    def report(self, results: Sequence[Any], source: SourceTrace) -> list[Diagnostic]:
        """Return the findings of the validation against the ONIX schema."""
        return [finding for result in results for finding in result]

    def notes(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return a note if the ONIX schema is not installed."""
        return [] if results else [_NO_SCHEMA]
