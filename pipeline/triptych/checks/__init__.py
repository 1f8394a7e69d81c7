"""Checks: finished files are opened again. They know formats, never the writers that made the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from triptych.checks.deck import check_deck
from triptych.checks.epub import check_epub
from triptych.checks.pdf import check_pdf
from triptych.checks.record import check_record
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import Memory

CHECKS: Mapping[str, Callable[[bytes, Memory], list[Diagnostic]]] = {
    "pdf": check_pdf,
    "epub": check_epub,
    "pptx": check_deck,
    "onix": check_record,
}
