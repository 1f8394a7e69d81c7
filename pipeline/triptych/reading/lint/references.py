"""References in the spelling of another tool, in a book without sources: nobody else would tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_KINDS = {"fig": "fig", "figure": "fig", "tbl": "tbl", "tab": "tbl", "table": "tbl", "eq": "eq", "eqn": "eq",
          "sec": "sec", "section": "sec", "lst": "lst", "listing": "lst"}  # fmt: skip
_FOREIGN = re.compile(rf"({'|'.join(_KINDS)})[:._-](\w[\w:.-]*)", re.IGNORECASE)


def references_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """``@fig:x`` as pandoc-crossref writes it, or a longer word for the kind."""
    for key in draft.tree.bare_citations:
        match = _FOREIGN.fullmatch(key)
        if match is None or key.startswith(tuple(f"{kind}-" for kind in set(_KINDS.values()))):
            continue
        if place := draft.place(rf"@{re.escape(key)}"):
            wanted = f"{_KINDS[match.group(1).lower()]}-{match.group(2)}"
            message = f'"@{key}" is no reference'
            yield draft.found("LNT027", place, message, f"write @{wanted}, and {{#{wanted}}} where it leads")
