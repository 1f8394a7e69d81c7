"""Offer quick fixes for findings whose hint contains the correct word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types

from triptych.lsp.diagnostics import locate_finding
from triptych.lsp.document import Document

_SUGGESTION = re.compile(r"^did you mean \"(?P<new>[^\"\n]+)\"\?$|^write (?P<written>@[^\s,]+)$")
_VALUE = re.compile(r"[\"`](?P<old>[^\"`\n]+)[\"`]")


def list_quick_fixes(document: Document, requested: Sequence[types.Diagnostic]) -> Iterator[types.CodeAction]:
    """Yield a quick fix for each diagnostic whose hint contains the correct word."""
    for finding in document.findings:
        match = _SUGGESTION.match(finding.hint or "")
        if match is None:
            continue
        start, _ = locate_finding(finding, document.source)
        _, line_end = document.source.get_line_range(document.source.get_line(start))
        new = match["new"] or match["written"]
        for value in _VALUE.finditer(finding.message):
            old = value["old"]
            if match["written"] and not old.startswith("@"):
                old = f"@{old}"
            place = document.source.text.find(old, start, line_end)
            if place < 0 or old == new:
                continue
            edited = document.make_range(place, place + len(old))
            matching = [
                diagnostic
                for diagnostic in requested
                if diagnostic.code == finding.code and _touches(diagnostic.range, edited)
            ]
            if matching:
                edit = types.WorkspaceEdit(
                    changes={document.make_uri(document.path): [types.TextEdit(edited, new)]}
                )
                yield types.CodeAction(
                    f'Replace with "{new}"',
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=matching,
                    edit=edit,
                    is_preferred=True,
                )
            break


def _touches(range_: types.Range, other: types.Range) -> bool:
    return range_.start.line == other.start.line
