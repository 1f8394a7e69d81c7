"""The report on a built book: its numbering table, and what became of all it says, as JSON and as a page."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from triptych.checks.outcomes import Outcome
from triptych.checks.parity import Row, parity
from triptych.checks.texts import FileText
from triptych.diagnostics import Span
from triptych.model.book import Book
from triptych.model.walk import plain_text
from triptych.theme.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A row of the numbering table: what a reference to ``id`` reads as."""

    id: str
    kind: str
    number: str
    title: str


@dataclass(frozen=True)
class Report:
    """All that is known of a book and its files; ``outputs`` are those that have been built."""

    book: Book
    rows: tuple[Row, ...]
    outputs: tuple[str, ...]

    @classmethod
    def of(cls, book: Book, files: Mapping[str, FileText]) -> Report:
        """Compare a book with the texts of its files."""
        return cls(book, tuple(parity(book, files)), tuple(files))

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbering table, without what has no number."""
        return tuple(
            Number(id=name, kind=str(label.kind), number=label.number, title=plain_text(label.title))
            for name, label in self.book.labels.items()
            if label.number
        )

    def counts(self, output: str) -> Counter[Outcome]:
        """How many blocks an output shows, moves, simplifies and leaves out."""
        return Counter(row.outcomes[output] for row in self.rows)

    def reasons(self, output: str, outcome: Outcome) -> list[tuple[str, str, int]]:
        """Kind, reason and count of what had a outcome in an output, the most frequent first."""
        found = Counter(
            (row.kind, row.reasons.get(output, "")) for row in self.rows if row.outcomes[output] is outcome
        )
        return [(kind, reason, count) for (kind, reason), count in found.most_common()]

    def less(self) -> Iterator[Row]:
        """The rows of what some output leaves out or simplifies."""
        lesser = {Outcome.LEFT_OUT, Outcome.SIMPLIFIED}
        return (row for row in self.rows if lesser & set(row.outcomes.values()))

    def chapters(self) -> list[tuple[str, list[Row]]]:
        """The rows by chapter, in order; what is of no chapter, such as sources, has the name ""."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.chapter, []).append(row)
        return list(groups.items())

    def to_json(self) -> dict[str, Any]:
        """One JSON object; the keys are stable."""
        numbers = [asdict(line) for line in self.numbers]
        counts = {
            name: {str(outcome): n for outcome, n in self.counts(name).items()} for name in self.outputs
        }
        return {"numbers": numbers, "counts": counts, "parity": [row.to_json() for row in self.rows]}

    def to_page(self, templates: jinja2.Environment, theme: Theme, *, root: Path, page: Path) -> str:
        """A page that needs no other file. Places link to the files under ``root``, as seen from ``page``."""
        up = os.path.relpath(root.resolve(), page.resolve().parent)

        def link(span: Span) -> str:
            return quote(f"{Path(up).as_posix()}/{span.path}") + f"#L{span.line}"

        return templates.get_template("inspect/page.html.j2").render(
            report=self,
            meta=self.book.metadata,
            theme=theme,
            outcomes=list(Outcome),
            Outcome=Outcome,
            link=link,
        )
