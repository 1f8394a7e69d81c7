"""References in the spelling of another tool, in a book without sources: nobody else would tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft
from triptych.reading.references.bibliography import meant_reference

_NOT_CALLED = re.compile(
    r"(?<![\w\]])\[((?:fig|tbl|sec|eq|lst)-\w[\w-]*)\](?![(\[{:])|(?<![\w/.&)])#((?:fig|tbl|sec|eq|lst)-\w[\w-]*)"
)
_BARE_ID = re.compile(r"(?<![\w@#.:/{\[-])(?:fig|tbl|sec|eq|lst)-\w[\w-]*")


def references_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """``@fig:x`` as pandoc-crossref writes it, a longer word for the kind, or an id without its ``@``."""
    ids = {attributes.id for attributes in draft.tree.attributes}
    for text in draft.tree.texts:
        for bare in _BARE_ID.finditer(text) if "-" in text else ():
            if bare[0] in ids and (
                place := draft.place(rf"(?<![\w@#.:/{{\[-]){re.escape(bare[0])}(?![\w-])")
            ):
                message = f'"{bare[0]}" is printed literally, not as a cross-reference'
                yield draft.found("LNT027", place, message, f"write @{bare[0]}")
        for bare in _NOT_CALLED.finditer(text) if "-" in text else ():
            name = bare.group(1) or bare.group(2)
            if bare.group(2) and name not in ids and bare.end() < len(text.rstrip()):
                continue  # within a sentence it may be an address
            if place := draft.place(rf"(?:\[|(?<![{{\w/.(&])#){re.escape(name)}"):
                hint = f"write @{name}" if bare.group(1) else f"write @{name}, or {{#{name}}} for an id"
                yield draft.found("LNT027", place, f'"{bare.group()}" is not a valid cross-reference', hint)
    for key in draft.tree.bare_citations:
        wanted = meant_reference(key)
        if wanted and (place := draft.place(rf"@{re.escape(key)}")):
            message = f'"@{key}" is not a valid cross-reference'
            yield draft.found(
                "LNT027", place, message, f"write @{wanted}, and give the target the id {{#{wanted}}}"
            )
