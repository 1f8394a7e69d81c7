"""Findings as values: the place, the problem, its severity, and how to fix it.

Stages return diagnostics beside their result. Nothing here prints: the command line turns a diagnostic into
text or JSON.
"""

from triptych.diagnostics.codes import CODES, FORMULA_RULE, SUBJECTS, Code, Severity, read_explanation
from triptych.diagnostics.findings import (
    Diagnostic,
    Span,
    apply_severities,
    group_findings,
    group_key,
    has_errors,
    sort_findings,
)
from triptych.diagnostics.wording import (
    did_you_mean,
    format_message,
    join_names,
    name_character,
    nearest_name,
)

__all__ = [
    "CODES",
    "FORMULA_RULE",
    "SUBJECTS",
    "Code",
    "Diagnostic",
    "Severity",
    "Span",
    "apply_severities",
    "did_you_mean",
    "format_message",
    "group_findings",
    "group_key",
    "has_errors",
    "join_names",
    "name_character",
    "nearest_name",
    "read_explanation",
    "sort_findings",
]
