"""Dollar signs that were to begin or end a formula and stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft, without_code

_SPACED = re.compile(r"(?:^|\s)\$\s([^$]*[\\^_=+][^$]*|[^$]*\ufffc[^$]*)\s\$(?=\W|$)")

# As LaTeX writes formulas; a bracket that is escaped for its own sake has no formula between.
_OF_LATEX = re.compile(
    r"(?<!\\)\\\((?=[^()\n]*(?:[=^_]|\\[a-z]{2}))[^\n]*?\\\)|(?<!\\)\\\[(?=(?:(?!\\\])[^\n])*(?:[=^_]|\\[a-z]{2}))(?!\^)[^\n]*?\\\](?!\()"
)


def unclosed_formulas(draft: Draft) -> Iterator[Diagnostic]:
    """Two dollars that nothing closes, or single ones with blanks inside them."""
    for text in draft.tree.texts:
        if "$" not in text:
            continue
        if "$$" in text and (place := draft.place(r"\$\$")):
            message = "this formula is not closed, and stands in the text as it is written"
            hint = "end it with two dollar signs; no empty line may stand in it"
            yield draft.found("LNT015", place, message, hint)
        elif _SPACED.search(text) and (place := draft.place(r"(?<!\S)\$(?=\s)")):
            message = "a formula with a blank behind its dollar sign is read as text"
            yield draft.found(
                "LNT015", place, message, "write $a = b$, without blanks inside the dollar signs"
            )
    for number, line in enumerate(draft.lines, 1):
        if "\\" not in line or number in draft.outline.hidden:
            continue
        for match in _OF_LATEX.finditer(without_code(line)):
            message = "a formula between \\( and \\), or \\[ and \\], is read as text"
            hint = "write $a = b$, or $$a = b$$ on lines of its own"
            yield draft.found("LNT015", (number, match.start() + 1), message, hint)
