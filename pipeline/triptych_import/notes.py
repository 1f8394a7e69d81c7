"""The notes of an import by kind, and the file in the project that lists all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from triptych_import.draft import Finding

FILE = "import-notes.txt"
_NAMED = re.compile(r'"[^"]*"|`[^`\n]+`|(?<!\w)@[\w:.-]+')


@dataclass(frozen=True, slots=True)
class Group:
    """Notes that say the same of different things."""

    what: str
    done: str
    findings: tuple[Finding, ...]


def kind_of(finding: Finding) -> tuple[str, str]:
    """Return a key that notes share which differ only in their places and quoted values."""
    return _NAMED.sub("…", finding.what), _NAMED.sub("…", finding.done)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Notes → their kinds, the most frequent first."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(kind_of(finding), []).append(finding)
    groups = [
        Group(what, done, tuple(found))
        if len(found) > 1
        else Group(found[0].what, found[0].done, (found[0],))
        for (what, done), found in kinds.items()
    ]
    return sorted(groups, key=lambda group: -len(group.findings))


def report(kind: str, findings: Iterable[Finding]) -> str:
    """All notes as a text: how many of each kind, then the notes of each."""
    groups = grouped(findings)
    total = sum(len(group.findings) for group in groups)
    noun = "note" if total == 1 else "notes"
    lines = [
        f"{total} {noun} on content that was changed or omitted when this {kind} book was imported.",
        "File names and line numbers refer to the imported source. Builds ignore this file.",
        "",
        *(f"{len(group.findings):6}  {group.what}; {group.done}" for group in groups),
    ]
    for group in groups:
        lines += ["", f"{group.what}; {group.done}", ""]
        lines += [f"  {finding.place}: {finding.what}; {finding.done}" for finding in group.findings]
    return "\n".join(lines) + "\n"
