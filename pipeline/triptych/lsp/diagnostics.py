"""Convert findings to diagnostics of the Language Server Protocol."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsprotocol import types

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.lsp.source_text import Encoding, SourceText

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
# Codes of content without effect, which editors show in grey.
_UNUSED = frozenset(("SEC007", "TPL003", "LNT004", "LNT005", "CIT004"))
# The range that a finding highlights: a reference, an attribute with its value, braces, or a word.
_TOKEN = re.compile(
    r"""\[?-?@\{?[\w:.#$%&+?<>~/-]*\w\}?|[\w-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+)|\{\{[^\n]*?\}\}|\{[^{}\n]*\}"""
    r"""|\\?[.#]?\w[\w.:/-]*\w|\S"""
)
_POSITION = re.compile(r"\bat (?P<path>[^\s:][^:\n]*?):(?P<line>\d+):(?P<column>\d+)")


def locate_finding(finding: Diagnostic, text: SourceText) -> tuple[int, int]:
    """Return the start and end offsets of the text that a finding concerns, in the text of its file."""
    span = finding.span or Span(path="")
    start = text.find_span(span.line, span.column)
    match = _TOKEN.match(text.text, start)
    if match is not None:
        return start, match.end()
    line_start, line_end = text.get_line_range(text.get_line(start))
    return (start, line_end) if start < line_end else (line_start, line_end)


def convert_finding(
    finding: Diagnostic,
    text: SourceText,
    encoding: Encoding,
    locate: Callable[[Span], types.Location | None],
) -> types.Diagnostic:
    """Convert a finding to a diagnostic. ``locate`` returns the location of another position, if known."""
    start, end = locate_finding(finding, text)
    message = f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message
    related = []
    for match in _POSITION.finditer(finding.hint or ""):
        span = Span(path=match["path"], line=int(match["line"]), column=int(match["column"]))
        if location := locate(span):
            related.append(types.DiagnosticRelatedInformation(location, "first one"))
    return types.Diagnostic(
        range=text.make_range(start, end, encoding),
        message=message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        source="triptych",
        tags=[types.DiagnosticTag.Unnecessary] if finding.code in _UNUSED else None,
        related_information=related or None,
    )
