"""A finished file, opened again: what is wrong with it, and what it says."""

from __future__ import annotations

from pathlib import Path

from triptych.checks import CHECKS
from triptych.checks.texts import TEXTS, FileText
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import uncollected


def reopen(name: str, path: Path) -> tuple[list[Diagnostic], FileText | None]:
    """The findings of the checks, and the text; that of a damaged file says nothing, so it is None.

    It needs nothing but the file, so that another process may do it.
    """
    with uncollected():
        data = path.read_bytes()
        problems = CHECKS[name](data)
        return problems, None if problems else TEXTS[name](data)
