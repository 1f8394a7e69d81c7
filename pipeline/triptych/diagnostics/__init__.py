"""Findings as values: the place, the problem, its severity, and how to fix it.

Stages return diagnostics beside their result. Nothing here prints: the command line turns a diagnostic into
text or JSON.
"""

from triptych.diagnostics.codes import CODES, FORMULA_RULE, SUBJECTS, Code, Severity, read_explanation
from triptych.diagnostics.findings import (
    Diagnostic,
    Span,
    grouped,
    has_errors,
    kind_of,
    ordered,
    with_severities,
)
from triptych.diagnostics.wording import as_message, did_you_mean, join_names, name_character, nearest_name

__all__ = [
    "CODES",
    "FORMULA_RULE",
    "SUBJECTS",
    "Code",
    "Diagnostic",
    "Severity",
    "Span",
    "as_message",
    "did_you_mean",
    "grouped",
    "has_errors",
    "join_names",
    "kind_of",
    "name_character",
    "nearest_name",
    "ordered",
    "read_explanation",
    "with_severities",
]
