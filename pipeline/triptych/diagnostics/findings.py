"""Define findings; sort them, apply configured severities, and group similar ones for a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar

from triptych.diagnostics.codes import CODES, Severity

# Errors of unreadable files are reported first, because they may cause other findings.
_UNREADABLE = ("MAN004", "SEC001", "SEC003", "SEC005", "SEC008", "CIT002", "GLO002", "THM001")

T = TypeVar("T")

_MAX_UNGROUPED = 5  # maximum number of similar findings that are not grouped
_EXAMPLES = 3  # number of findings shown of a larger group
_VALUE = re.compile(r'"[^"]*"|`[^`]*`|[0-9][0-9.,]*')  # values that differ between similar findings


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A position in a source file: the path relative to the project, and the 1-based line and column."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A finding.

    ``span`` is its position in the source, or None if the finding is not about a source file.
    """

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None
    configured: Severity | None = None
    """The severity set in the manifest, if any."""
    name: str = ""
    """The undefined id, if the finding is about one; "chapters" if a wrong setting hides some of them."""

    @property
    def severity(self) -> Severity:
        """The severity set in the manifest, or else the default severity of the code."""
        return self.configured or CODES[self.code].severity

    def __str__(self) -> str:
        position = f"{self.span}: " if self.span else ""
        text = f"{position}{self.severity}[{self.code}]: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text

    def to_json(self) -> dict[str, str | int | None]:
        """Return the finding as a flat JSON object. Its keys are part of the public interface."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
            "path": self.span.path if self.span else None,
            "line": self.span.line if self.span else None,
            "column": self.span.column if self.span else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Diagnostic:
        """Create a finding from the result of ``to_json``."""
        path = stored["path"]
        return cls(
            code=stored["code"],
            message=stored["message"],
            hint=stored["hint"],
            span=Span(path=path, line=stored["line"], column=stored["column"]) if path else None,
            configured=Severity(stored["severity"]),
        )


def apply_severities(
    diagnostics: Iterable[Diagnostic], severities: Mapping[str, Severity | None]
) -> list[Diagnostic]:
    """Apply the severities that the manifest sets for lint rules; drop findings of disabled rules.

    ``severities`` maps the names of rules to severities, or to None for disabled rules.
    """
    out = []
    for diagnostic in diagnostics:
        rule = CODES[diagnostic.code].rule
        if rule not in severities:
            out.append(diagnostic)
        elif (severity := severities[rule]) is not None:
            out.append(replace(diagnostic, configured=severity))
    return out


def sort_findings(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort findings and remove duplicates.

    Unreadable files come first, then findings without a position, then the others by position.
    """

    def key(diagnostic: Diagnostic) -> tuple[bool, bool, Span, str, str]:
        place = diagnostic.span or Span(path="")
        return (
            diagnostic.code not in _UNREADABLE,
            diagnostic.span is not None,
            place,
            diagnostic.code,
            diagnostic.message,
        )

    return sorted(dict.fromkeys(diagnostics), key=key)


def has_errors(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> bool:
    """Return whether findings include errors, or warnings in ``strict`` mode, which stop the build."""
    stopping = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return any(diagnostic.severity in stopping for diagnostic in diagnostics)


class FindingGroup(NamedTuple, Generic[T]):
    """A group of similar findings: the first one, a few examples, and the findings not listed."""

    first: T
    also: Sequence[T] = ()
    rest: Sequence[T] = ()


def group_key(diagnostic: Diagnostic) -> Hashable:
    """Return a grouping key that ignores positions, numbers and quoted values."""
    return diagnostic.code, diagnostic.severity, _VALUE.sub("…", diagnostic.message)


def group_findings(findings: Sequence[T], kind: Callable[[T], Hashable]) -> list[FindingGroup[T]]:
    """Group similar findings for a report, in the order of the first finding of each group.

    Findings are similar if ``kind`` returns the same key for them. Up to five similar findings remain
    separate groups.
    """
    kinds = [kind(finding) for finding in findings]
    groups: dict[Hashable, list[T]] = {}
    for key, finding in zip(kinds, findings, strict=True):
        groups.setdefault(key, []).append(finding)
    entries = []
    for key, finding in zip(kinds, findings, strict=True):
        group = groups[key]
        if len(group) <= _MAX_UNGROUPED:
            entries.append(FindingGroup(finding))
        elif finding is group[0]:
            entries.append(FindingGroup(finding, group[1:_EXAMPLES], group[_EXAMPLES:]))
    return entries
