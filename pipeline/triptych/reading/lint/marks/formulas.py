"""Formulas with the marks of LaTeX, which pandoc reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft, without_code

# As LaTeX writes formulas; a bracket that is escaped for its own sake has no formula between.
_OF_LATEX = re.compile(
    r"(?<!\\)\\\((?=[^()\n]*(?:[=^_]|\\[a-z]{2}))[^\n]*?\\\)|(?<!\\)\\\[(?=(?:(?!\\\])[^\n])*(?:[=^_]|\\[a-z]{2}))(?!\^)[^\n]*?\\\](?!\()"
)


def formulas_of_latex(draft: Draft) -> Iterator[Diagnostic]:
    """Formulas between brackets with backslashes."""
    for number, line in enumerate(draft.lines, 1):
        if "\\" not in line or number in draft.outline.hidden:
            continue
        for match in _OF_LATEX.finditer(without_code(line)):
            message = "a formula between \\( and \\), or \\[ and \\], is read as text"
            hint = "write $a = b$, or $$a = b$$ on lines of its own"
            yield draft.found("LNT015", (number, match.start() + 1), message, hint)
