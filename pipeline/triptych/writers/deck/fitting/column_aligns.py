"""How the columns of a table on slides are aligned where their author did not say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from triptych.model.nodes import Align
from triptych.writers.deck.slides import TableBody, TableCell

# As DrawingML names them (ECMA-376 Part 1, 20.1.10.59).
_ALIGNMENTS = {Align.LEFT: "l", Align.CENTER: "ctr", Align.RIGHT: "r"}
# A number with a sign, a currency or a unit, or a mark for "no value".
_NUMBER = re.compile(
    r"[+\-−–±~≈<>≤≥]?\s*[$€£¥]?\s*\d[\d.,'’\s]*\s*(%|‰|[$€£¥]|[A-Za-zµ°/²³]{1,5})?|[–—-]|n/?a",
    re.IGNORECASE,
)


def column_aligns(table: TableBody) -> tuple[str, ...]:
    """What each column says, else right for columns of numbers and left for the others."""
    body = table.rows[table.header_rows :]
    return tuple(
        _ALIGNMENTS.get(align) or ("r" if column >= table.row_headers and _is_numeric(body, column) else "l")
        for column, align in enumerate(table.aligns)
    )


def _is_numeric(rows: Sequence[Sequence[TableCell]], column: int) -> bool:
    texts = ["".join(run.text for run in row[column].runs).strip() for row in rows]
    filled = [text for text in texts if text]
    return bool(filled) and all(_NUMBER.fullmatch(text) for text in filled)
