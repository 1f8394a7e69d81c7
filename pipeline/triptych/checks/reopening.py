"""Finished files, opened again: what is wrong with them, and what they say."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from triptych.checks import CHECKS
from triptych.checks.texts import TEXTS, FileText
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY
from triptych.engine.processes.pool import Named

if TYPE_CHECKING:
    from triptych.checks.deck.examination import Examination as DeckExamination
    from triptych.checks.found import Found
    from triptych.checks.pdf.examination import Examination
    from triptych.checks.pdf.preflight.demands import Demands

# The findings of the checks, and the text; that of a damaged file says nothing, so it is None.
Reopened: TypeAlias = tuple[list[Diagnostic], FileText | None]


def reopen_all(paths: Mapping[str, Path], executor: Executor) -> dict[str, Future[Reopened]]:
    """Open the files that are there in other processes, while this one reads the source."""
    job = Named("the text of the outputs", reopen)
    return {name: executor.submit(job, name, path) for name, path in paths.items() if path.is_file()}


def reopen(name: str, path: Path) -> Reopened:
    """Open the file of one output."""
    data = path.read_bytes()
    problems = CHECKS[name](data, NO_MEMORY)
    return problems, None if problems or name not in TEXTS else TEXTS[name](data)


def look_closely(path: Path) -> Examination:
    """All that takes its time in a PDF."""
    from triptych.checks.pdf.examination import examine_pdf

    return examine_pdf(path.read_bytes())


def look_as_printers_do(path: Path, demands: Demands) -> tuple[Found, ...]:
    """What a printer would find in a PDF."""
    from triptych.checks.pdf.preflight.flight import preflight

    return preflight(path.read_bytes(), demands)


def look_at_slides(path: Path) -> DeckExamination:
    """All that takes its time in a deck."""
    from triptych.checks.deck.examination import examine_deck

    return examine_deck(path.read_bytes())


def validators_for(path: Path) -> tuple[str, ...] | None:
    """The validators of this machine for an e-book; None where there is no e-book that they could open."""
    from triptych.checks.epub.validation import validators_there

    return validators_there() if zipfile.is_zipfile(path) else None


def validated(name: str, path: Path) -> tuple[Found, ...]:
    """What one of them says."""
    from triptych.checks.epub.validation import validate

    return validate(name, path)
