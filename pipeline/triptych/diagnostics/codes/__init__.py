"""The table of diagnostic codes, one module for each subject."""

from __future__ import annotations

from triptych.diagnostics.code import Code
from triptych.diagnostics.codes import (
    accessibility,
    catalogs,
    checks,
    data,
    environment,
    importing,
    layout,
    lint,
    media,
    references,
    settings,
    slides,
    sources,
)

_MODULES = (
    environment,
    settings,
    catalogs,
    sources,
    lint,
    references,
    media,
    data,
    accessibility,
    slides,
    layout,
    importing,
    checks,
)
CODES: dict[str, Code] = {code: entry for module in _MODULES for code, entry in module.CODES.items()}
"""Each code with its entry, sorted within its family."""

FORMULA_RULE = "formula"
"""The one rule that ``lint:`` cannot set: ``math:`` in the manifest does."""
