"""The notes of an import, by kind: a summary for a terminal, and all of them for a file in the project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triptych.importing.draft import Finding

FILE = "import-notes.txt"
_NAMED = re.compile(r'"[^"]*"|`[^`\n]+`|(?<!\w)@[\w:.-]+')
_SHOWN = 3  # places of each kind
_FEW = 8  # notes that need no summary
_WIDEST = 160


@dataclass(frozen=True, slots=True)
class Group:
    """Notes that say the same of different things."""

    what: str
    done: str
    findings: tuple[Finding, ...]


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Notes → their kinds, the most frequent first."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kind = (_NAMED.sub("…", finding.what), _NAMED.sub("…", finding.done))
        kinds.setdefault(kind, []).append(finding)
    groups = [
        Group(what, done, tuple(found))
        if len(found) > 1
        else Group(found[0].what, found[0].done, (found[0],))
        for (what, done), found in kinds.items()
    ]
    return sorted(groups, key=lambda group: -len(group.findings))


def summary(findings: Iterable[Finding]) -> Iterator[str]:
    """Lines for a terminal: every note where they are few, else each kind with its first places."""
    findings = tuple(findings)
    if len(findings) <= _FEW:
        yield from map(str, findings)
        return
    for group in grouped(findings):
        first = group.findings[0]
        if len(group.findings) == 1:
            yield _short(str(first))
            continue
        yield f"{len(group.findings)} notes: {group.what}: {group.done}"
        for finding in group.findings[:_SHOWN]:
            yield _short(f"  {finding.place}: {finding.what}")
        if len(group.findings) > _SHOWN:
            yield f"  and {len(group.findings) - _SHOWN} more"


def report(kind: str, findings: Iterable[Finding]) -> str:
    """All notes as a text: how many of each kind, then the notes of each."""
    groups = grouped(findings)
    total = sum(len(group.findings) for group in groups)
    lines = [
        f"What could not be carried over as it stood: {total} notes on a book of the kind {kind}.",
        "Places are those of the source that was imported. No build reads this file.",
        "",
        *(f"{len(group.findings):6}  {group.what}: {group.done}" for group in groups),
    ]
    for group in groups:
        lines += ["", f"{group.what}: {group.done}", ""]
        lines += [f"  {finding.place}: {finding.what}: {finding.done}" for finding in group.findings]
    return "\n".join(lines) + "\n"


def _short(line: str) -> str:
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"
