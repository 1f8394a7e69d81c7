"""What courses fold away for who gives them, ``<details>`` without a summary → notes of the speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych_import.draft import Draft, Edit
from triptych_import.markdown.masking import Kind, Line, scan

_OPENING = re.compile(r"[ \t]*<details(?:\s[^<>]*)?>[ \t]*", re.IGNORECASE)
_CLOSING = re.compile(r"[ \t]*</details>[ \t]*", re.IGNORECASE)
_SUMMARY = re.compile(r"[ \t]*<summary\b", re.IGNORECASE)


def spoken(draft: Draft) -> Draft:
    """A text whose folded passages without a summary are said to slides."""
    return draft.edited(_edits(scan(draft.text)))


def _edits(lines: list[Line]) -> Iterator[Edit]:
    open_lines: list[tuple[Line, bool]] = []
    behind = list[Line | None]([None])  # the next line that is not blank, from the last line to the first
    for line in reversed(lines):
        behind.append(line if line.kind is not Kind.BLANK else behind[-1])
    behind.pop()
    for line in lines:
        after = behind.pop()
        if not line.prose or line.quote:
            continue
        if _OPENING.fullmatch(line.text):
            named = after is not None and bool(_SUMMARY.match(after.text))
            open_lines.append((line, named or bool(open_lines)))
        elif _CLOSING.fullmatch(line.text) and open_lines:
            opening, folded = open_lines.pop()
            if not folded:
                yield Edit(opening.begin, opening.end, "\n::: notes")
                yield Edit(line.begin, line.end, ":::\n")
