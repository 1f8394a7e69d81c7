"""What the printing service or the standard of a file refuses, before the file is made: PRS001 and PRS002."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triptych.diagnostics import Diagnostic, Span
from triptych.project import MANIFEST
from triptych.settings.pdf_options import PdfOptions
from triptych.writers.print.binding.finish import Finish
from triptych.writers.print.composing.placing import Placed
from triptych.writers.print.documents.page import Page

# Entries of graphics states and pictures that let something show through (ISO 32000-1, 11.6.4 and 11.6.5).
_ALPHA = re.compile(rb"/(?:ca|CA)\s+(0?\.\d+|0)\b")
_MASK = re.compile(rb"/SMask\s+(?!/None)|/BM\s*/(?!Normal|Compatible)")


def refused_by(options: PdfOptions, page: Page, count: int) -> Iterator[Diagnostic]:
    """PRS001 for what a service does not print: a number of pages, margins, a size."""
    service = options.service
    if service is None:
        return
    most = service.most_pages
    if isinstance(options.paper, str):
        most = min(most, service.papers[options.paper][1])
    if not service.least_pages <= count <= most:
        message = f"the book has {count} pages; "
        message += f"{service.name} prints books of {service.least_pages} to {most} pages"
        yield _refusal(message, "change the length of the book, or set another `paper` or `print-service`")
    if not service.takes(*page.points):
        width, height = (side / 72 for side in page.points)
        message = f"{service.name} does not offer the trim size {width:.4g} × {height:.4g} inches"
        yield _refusal(
            message, f"set `page-size` to the nearest standard trim size, {service.nearest(*page.points)}"
        )
    for side, least in page.too_near(service, count).items():
        asks = f"{least / 72:.4g}in"
        message = f"the {side} margin is below the {asks} that {service.name} requires for {count} pages"
        yield _refusal(
            message, f"set `margins: {{{side}: {asks}}}` or a larger value, or remove `{side}` from `margins`"
        )


def see_through(placed: Sequence[Placed], finish: Finish) -> Iterator[Diagnostic]:
    """PRS002 for the first page on which something is see-through, where nothing may be."""
    if not finish.opaque:
        return
    for one in placed:
        clear = {
            place
            for place, thing in enumerate(one.quire.things)
            if _ALPHA.search(thing.dictionary.text) or _MASK.search(thing.dictionary.text)
        }
        for number, sheet in enumerate(one.quire.sheets):
            if any(place in clear for _, _, place in sheet.used):
                yield Diagnostic(
                    code="PRS002",
                    span=Span(path=MANIFEST),
                    message=f"page {one.label(number)} contains transparency, which PDF/X-1a does not allow",
                    hint="use opaque colours in the theme, or set `pdf-standard: pdf/x-4`",
                )
                return


def _refusal(message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code="PRS001", span=Span(path=MANIFEST), message=message, hint=hint)
