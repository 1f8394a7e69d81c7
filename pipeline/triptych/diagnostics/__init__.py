"""Define diagnostics: findings with a position, message, severity and hint.

Build stages return diagnostics with their results; the command line prints them as text or JSON.
"""

from triptych.diagnostics.codes import (
    CODES,
    FORMULA_RULE,
    SUBJECTS,
    DiagnosticCode,
    Severity,
    read_explanation,
)
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
    "Diagnostic",
    "DiagnosticCode",
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
