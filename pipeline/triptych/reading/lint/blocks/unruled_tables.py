"""Tables whose head has no rule under it, or that an empty line parts from theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_ROW = re.compile(r"^ {0,3}\|.*[^\s|].*\|[ \t]*$")
_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+[-:|+ \t]*$")


def tables_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Two or more rows between bars on both sides, which pandoc takes for lines of verse."""
    prose, number = draft.prose, 0
    while number < len(prose):
        end = number
        while end < len(prose) and _ROW.match(prose[end]) and not _RULE.match(prose[end]):
            end += 1
        around = prose[number - 1 : number] + prose[end : end + 1]
        if end - number > 1 and not any(_belongs(line) for line in around):
            place = number + 1, len(prose[number]) - len(prose[number].lstrip()) + 1
            message = "rows of a table are read as text"
            hint = "write |---|---| under its head; no empty line may stand in a table"
            yield draft.found("LNT029", place, message, hint)
        number = max(end, number + 1)


def _belongs(line: str) -> bool:
    """Whether a line makes a table of the rows beside it, or other rows go on there."""
    return bool(_RULE.match(line)) or line.lstrip().startswith(("+", "|"))
