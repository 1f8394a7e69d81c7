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
SUBJECTS: dict[str, dict[str, Code]] = {
    (module.__doc__ or "").rstrip("."): module.CODES for module in _MODULES
}
"""The codes by subject, which the docstring of each module names."""

CODES: dict[str, Code] = {code: entry for codes in SUBJECTS.values() for code, entry in codes.items()}
"""Each code with its entry, sorted within its family."""

FORMULA_RULE = "formula"
"""The one rule that ``lint:`` cannot set: ``math:`` in the manifest does."""
