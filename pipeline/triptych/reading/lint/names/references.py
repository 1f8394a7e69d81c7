"""References in the spelling of another tool, in a book without sources: nobody else would tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_KINDS = {"fig": "fig", "figure": "fig", "tbl": "tbl", "tab": "tbl", "table": "tbl", "eq": "eq", "eqn": "eq",
          "sec": "sec", "section": "sec", "lst": "lst", "listing": "lst"}  # fmt: skip
_NOT_CALLED = re.compile(
    r"(?<![\w\]])\[((?:fig|tbl|sec|eq|lst)-\w[\w-]*)\](?![(\[{:])|(?<![\w/.&)])#((?:fig|tbl|sec|eq|lst)-\w[\w-]*)"
)
_FOREIGN = re.compile(rf"({'|'.join(_KINDS)})[:._-](\w[\w:.-]*)", re.IGNORECASE)


def references_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """``@fig:x`` as pandoc-crossref writes it, a longer word for the kind, or an id without its ``@``."""
    ids = {attributes.id for attributes in draft.tree.attributes}
    for text in draft.tree.texts:
        for bare in _NOT_CALLED.finditer(text) if "-" in text else ():
            name = bare.group(1) or bare.group(2)
            if bare.group(2) and name not in ids and bare.end() < len(text.rstrip()):
                continue  # within a sentence it may be an address
            if place := draft.place(rf"(?:\[|(?<![{{\w/.(&])#){re.escape(name)}"):
                yield draft.found("LNT027", place, f'"{bare.group()}" is no reference', f"write @{name}")
    for key in draft.tree.bare_citations:
        match = _FOREIGN.fullmatch(key)
        if match is None or key.startswith(tuple(f"{kind}-" for kind in set(_KINDS.values()))):
            continue
        if place := draft.place(rf"@{re.escape(key)}"):
            wanted = f"{_KINDS[match.group(1).lower()]}-{match.group(2)}"
            message = f'"@{key}" is no reference'
            yield draft.found("LNT027", place, message, f"write @{wanted}, and {{#{wanted}}} where it leads")
