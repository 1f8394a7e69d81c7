"""Group similar findings, so that a report has one entry for hundreds of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from triptych.diagnostics.findings import Diagnostic

T = TypeVar("T")

_UNGROUPED = 5  # similar findings that are listed one by one
_EXAMPLES = 3  # findings of a larger group that its entry shows
_VALUE = re.compile(r'"[^"]*"|`[^`]*`|[0-9][0-9.,]*')  # differs between similar findings


class Entry(NamedTuple, Generic[T]):
    """An entry of a report: a finding, two similar ones as examples, and the rest of a large group."""

    first: T
    also: Sequence[T] = ()
    rest: Sequence[T] = ()


def kind_of(diagnostic: Diagnostic) -> Hashable:
    """Return a key that similar findings share: they differ only in their places and quoted values."""
    return diagnostic.code, diagnostic.severity, _VALUE.sub("…", diagnostic.message)


def grouped(findings: Sequence[T], kind: Callable[[T], Hashable]) -> list[Entry[T]]:
    """Return an entry for each finding, and only one for each kind with more than five.

    An entry has the position of its first finding.
    """
    kinds = [kind(finding) for finding in findings]
    groups: dict[Hashable, list[T]] = {}
    for key, finding in zip(kinds, findings, strict=True):
        groups.setdefault(key, []).append(finding)
    entries = []
    for key, finding in zip(kinds, findings, strict=True):
        group = groups[key]
        if len(group) <= _UNGROUPED:
            entries.append(Entry(finding))
        elif finding is group[0]:
            entries.append(Entry(finding, group[1:_EXAMPLES], group[_EXAMPLES:]))
    return entries
