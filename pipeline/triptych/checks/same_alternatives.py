"""Alternative texts are the author's, in all outputs: who does not see a picture is told the same of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from triptych.checks.fates import Fate
from triptych.checks.found import quoted
from triptych.checks.parity import Row
from triptych.checks.texts import FileText
from triptych.checks.wordings import letters
from triptych.diagnostics import Diagnostic
from triptych.model import nodes
from triptych.model.walk import plain_text

_NAMES = {"pdf": "PDF", "epub": "e-book", "pptx": "deck"}


def other_alternatives(rows: Iterable[Row], files: Mapping[str, FileText]) -> Iterator[Diagnostic]:
    """CHK017 for each chart or picture that an output shows with another alternative text than the source."""
    for row in rows:
        for name in files:
            if row.fates[name] in (Fate.RENDERED, Fate.SIMPLIFIED):
                missing = [alt for alt in _alternatives(row) if letters(alt) not in files[name].alternatives]
                if missing:
                    message = f"in the {_NAMES[name]} the {row.kind} does not have its alternative text"
                    yield Diagnostic(code="CHK017", span=row.span, message=f"{message} {quoted(missing[0])}")


def _alternatives(row: Row) -> Iterator[str]:
    """The author's texts; one that repeats its caption may be left to that."""
    captions = {
        letters(plain_text(n.caption)) for n in row.nodes if isinstance(n, nodes.Figure | nodes.Chart)
    }
    for node in row.nodes:
        match node:
            case nodes.Image(decorative=False, alt=alt) | nodes.Chart(alt=alt):
                if letters(alt) not in ("", *captions):
                    yield alt
