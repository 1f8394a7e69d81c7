"""Convert ids and references of pandoc-crossref: ``{#fig:x}`` to ``{#fig-x}``, ``@fig:x`` to ``@fig-x``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych_import.draft import Draft, Edit
from triptych_import.markdown.masking import code_blocks, mask, scan

_LABEL = re.compile(r"(?<![\w\\])(?P<mark>[#@])(?P<kind>fig|tbl|eq|sec|lst):(?=\w)", re.IGNORECASE)


def with_hyphens(draft: Draft) -> Draft:
    """Write the labels of figures, tables, formulas, sections and listings with a hyphen."""
    return draft.edited(_edits(draft.text))


def _edits(text: str) -> Iterator[Edit]:
    prose = mask(text)
    openings = [block.opening for block in code_blocks(scan(text))]
    found = {match.start(): match for match in _LABEL.finditer(prose)}
    for line in openings:  # where listings have their ids
        found |= {line.start + match.start(): match for match in _LABEL.finditer(line.text)}
    for start, match in sorted(found.items()):
        yield Edit(start, start + len(match.group()), f"{match['mark']}{match['kind'].lower()}-")
