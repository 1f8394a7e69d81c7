"""The parity report: what became of each block in each output. Nothing is lost silently.

It is made from the finished files alone: a block counts as rendered where its words are shown, as moved
where they are spoken, as simplified where only words or a picture stand for more, and as left out where
there are neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from triptych.checks.outcomes import Outcome, Search
from triptych.checks.pieces import Piece, pieces
from triptych.checks.texts import FileText
from triptych.checks.wordings import Wording
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.model.book import Book

__all__ = ["Outcome", "Row", "lost", "missing", "parity"]

_HINT = (
    "rebuild the outputs, or mark the block with a class such as `.book-only` to omit the block on purpose"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One block: its kind, place and first words, its outcome by output, and the author's word about it.

    ``reasons`` are those of the outcomes, by output; ``page`` is what the page of the PDF is called where an
    output leaves it to the book; ``nodes`` are what the row stands for.
    """

    kind: str
    span: Span | None
    words: str
    outcomes: Mapping[str, Outcome]
    wish: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    chapter: str = ""
    page: str = ""
    nodes: tuple[Any, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the outcome under the name of each output; the keys are stable."""
        return {
            "kind": self.kind,
            "chapter": self.chapter,
            "location": str(self.span) if self.span else None,
            "text": self.words,
            "visibility": self.wish,
            "page": self.page,
            **self.outcomes,
            "reasons": dict(self.reasons),
        }


def parity(book: Book, files: Mapping[str, FileText]) -> list[Row]:
    """All that a book says, in order, with what became of it in each file."""
    searches = {
        name: Search(file, says_all=book.says_all, few_slides=book.few_slides) for name, file in files.items()
    }
    return _rows(pieces(book), searches)


def missing(book: Book, output: str, file: FileText, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """PAR001 for each block that a file must have and has not; no other is looked for."""
    search = Search(file, says_all=book.says_all, few_slides=book.few_slides)
    return lost(_rows(filter(search.needs, pieces(book, memory)), {output: search}))


def _rows(told: Iterable[Piece], searches: Mapping[str, Search]) -> list[Row]:
    rows = []
    for piece in told:
        wordings = [wording for words in piece.wordings if (wording := Wording(words))]
        found = {name: search.find(piece, wordings) for name, search in searches.items()}
        in_book = any(finding.outcome is Outcome.IN_BOOK for finding in found.values())
        rows.append(
            Row(
                kind=piece.kind,
                span=piece.span,
                words=(wordings[0] if wordings else Wording(piece.wordings[0])).first_words,
                outcomes={name: finding.outcome for name, finding in found.items()},
                wish=piece.wish,
                reasons={name: finding.reason for name, finding in found.items() if finding.reason},
                chapter=piece.chapter,
                page=searches["pdf"].page() if in_book and "pdf" in searches else "",
                nodes=piece.stands_for,
            )
        )
    return rows


def lost(rows: list[Row]) -> list[Diagnostic]:
    """PAR001 for each block that an output leaves out without the author's word."""
    found = []
    for row in rows:
        outputs = [
            name
            for name, outcome in row.outcomes.items()
            if outcome is Outcome.LEFT_OUT and not (row.wish and row.reasons[name] == row.wish)
        ]
        if outputs:
            message = f'the {row.kind} "{row.words}" is missing from these outputs: {", ".join(outputs)}'
            found.append(Diagnostic(code="PAR001", span=row.span, message=message, hint=_HINT))
    return found
