"""The parity report: what became of each block in each output. Nothing is lost silently.

It is made from the finished files alone: a block counts as rendered where its words are shown, as moved
where they are spoken, as simplified where only words or a picture stand for more, and as left out where
there are neither.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from lxml import etree

from triptych.checks.pieces import DECK_ONLY, FORMULAS, Piece, list_pieces
from triptych.checks.texts import FileText, get_mathml_text, make_formula_key
from triptych.checks.wordings import LetterSearch, Wording, normalize
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import attr_of, plain_text
from triptych.theme.theme import Theme

_HINT = (
    "rebuild the outputs, or mark the block with a class such as `.book-only` to omit the block on purpose"
)
# What is more than text: its name among the objects of a file, and what it is where it is less.
_OBJECTS = {"chart": "chart", "table": "table", "equation": "formula", "formula": "formula"}
# What a talk shows, whatever is said of it.
_SHOWN = ("chart", "figure", "title", "chapter title", "slide title")
_DROPPED = ("chart", "figure", "chapter title")
_NO_LETTERS = "no letters or digits to compare"
_MUTE = "a print-ready PDF has no alt text to compare"
_DRAWN = ("chart", "figure", "image", "equation", "formula")


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
        """Return a JSON object with the outcome under the name of each output; the keys are stable."""
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


def compare_outputs(book: Book, files: Mapping[str, FileText]) -> list[Row]:
    """All that a book says, in order, with what became of it in each file."""
    searches = {
        name: Search(file, says_all=book.says_all, few_slides=book.few_slides) for name, file in files.items()
    }
    return _make_rows(list_pieces(book), searches)


def find_missing(book: Book, output: str, file: FileText, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """PAR001 for each block that a file must have and has not; no other is looked for."""
    search = Search(file, says_all=book.says_all, few_slides=book.few_slides)
    return find_lost(_make_rows(filter(search.needs, list_pieces(book, memory)), {output: search}))


def _make_rows(told: Iterable[Piece], searches: Mapping[str, Search]) -> list[Row]:
    paged = next((searches[name] for name, form in FORMATS.items() if form.paged and name in searches), None)
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
                page=paged.page() if in_book and paged else "",
                nodes=piece.stands_for,
            )
        )
    return rows


def find_lost(rows: list[Row]) -> list[Diagnostic]:
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


class Outcome(StrEnum):
    """What became of a block in an output."""

    RENDERED = "rendered"
    MOVED = "moved"  # into the speaker notes
    SIMPLIFIED = "simplified"  # it is there, but as less than it is
    IN_BOOK = "only in the book"  # a talk does without it
    LEFT_OUT = "left out"
    NOT_COMPARED = "not compared"  # it has no words to look for


@dataclass(frozen=True, slots=True)
class PieceOutcome:
    """A outcome and, for all but what is simply there, its reason."""

    outcome: Outcome
    reason: str = ""


def _is_ornament(piece: Piece) -> bool:
    """Whether it is a picture that shows nothing: no talk needs it."""
    return isinstance(piece.node, nodes.Figure) and all(image.decorative for image in piece.node.images)


class Search:
    """Looks for pieces in one file, one after the other.

    Where a talk does not say all, what nobody has time for is left to the book; what it is to show must be
    there all the same, but where there are ``few_slides``: then what an author asks for.
    """

    def __init__(self, file: FileText, *, says_all: bool = True, few_slides: bool = False) -> None:
        self.file, self.says_all, self.few_slides = file, says_all, few_slides
        self.shown, self.spoken = LetterSearch(file.shown), LetterSearch(file.spoken)
        self.alternatives = LetterSearch(file.alternatives)

    def find(self, piece: Piece, wordings: list[Wording]) -> PieceOutcome:
        """Return the outcome of a piece, given its wordings that have letters."""
        if not wordings:
            return PieceOutcome(Outcome.NOT_COMPARED, _explain_no_comparison(piece))
        if piece.kind == "table":
            return self._table(piece)
        if piece.kind in _DRAWN:
            return self._drawn(piece, wordings)
        if any(map(self.shown.holds, wordings)) or self._described(piece, wordings):
            return PieceOutcome(Outcome.RENDERED)
        return self._elsewhere(piece, wordings)

    def needs(self, piece: Piece) -> bool:
        """Whether a piece must be there: nobody has said otherwise, and no talk leaves it to the book."""
        return not self._left_to_book(piece) and (not piece.wish or self._is_wanted(piece))

    def page(self) -> str:
        """Return the label of the page on which the last piece was found."""
        return self.file.page_of(self.shown.reached)

    def _elsewhere(self, piece: Piece, wordings: list[Wording]) -> PieceOutcome:
        if any(map(self.spoken.holds, wordings)):
            return PieceOutcome(Outcome.MOVED, _explain_move(piece))
        return self._nowhere(piece, "text not found in the file")

    def _nowhere(self, piece: Piece, reason: str) -> PieceOutcome:
        """Left out, or left to the book."""
        if self.file.mute and (
            piece.kind in _DRAWN or (piece.within == "drawing" and piece.kind != "caption")
        ):
            return PieceOutcome(Outcome.NOT_COMPARED, _MUTE)
        if in_book := self._left_to_book(piece):
            return PieceOutcome(Outcome.IN_BOOK, in_book)
        return PieceOutcome(Outcome.LEFT_OUT, reason if self._is_wanted(piece) else piece.wish or reason)

    def _left_to_book(self, piece: Piece) -> str:
        """Why a talk does without a piece, "" where it must not."""
        if not self.file.talk:
            return ""
        if piece.untold and not piece.wish:
            return "the chapter has no slides"
        if piece.unmarked and not piece.wish:
            return "not marked for the deck"
        if piece.kind == "headline":
            return "the slide has its own title"
        attr = attr_of(piece.node)
        asked = piece.wish or attr.has("slide") or attr.has("backup")
        if self.few_slides and piece.kind in _DROPPED and not asked:
            return "no room in the deck"
        must_show = piece.kind in _SHOWN and piece.within != "front matter" and not _is_ornament(piece)
        return "" if self.says_all or piece.wish or must_show else "summarised in the talk"

    def _is_wanted(self, piece: Piece) -> bool:
        """Whether it is written for the deck, which must have it like anything else."""
        return self.file.talk and piece.wish == DECK_ONLY and not piece.untold

    def _described(self, piece: Piece, wordings: list[Wording]) -> bool:
        """Whether a text in a figure is the alternative text of its picture, or part of it."""
        return piece.within == "drawing" and any(map(self.alternatives.holds, wordings))

    def _drawn(self, piece: Piece, wordings: list[Wording]) -> PieceOutcome:
        """Look for a chart, image or formula: as an object of its own, else as a drawing, else as words."""
        objects = self.file.objects.get(_OBJECTS.get(piece.kind, ""))
        name = _make_object_name(piece, wordings)
        # The charts of small multiples are called after their panels first.
        ends = piece.kind == "chart" and any(one.endswith(name) for one in objects or ())
        if objects is not None and (ends or name in objects):
            return PieceOutcome(Outcome.RENDERED)
        if any(self.alternatives.holds_letters(wording.letters) for wording in wordings):
            if objects is not None:
                return PieceOutcome(Outcome.SIMPLIFIED, "shown as a picture")
            if self.file.still and _is_animated(piece.node):
                return PieceOutcome(Outcome.SIMPLIFIED, "first frame of an animation")
            return PieceOutcome(Outcome.RENDERED, "shown as a drawing" if piece.kind in _OBJECTS else "")
        if any(map(self.shown.holds, wordings)):
            formula = piece.kind in ("equation", "formula")
            return PieceOutcome(
                Outcome.SIMPLIFIED, "shown as text" if formula else "text only, without the picture"
            )
        if piece.kind in FORMULAS and not all(map(Wording, piece.wordings)):
            # An arrow in a line of text is there without a letter that could be looked for.
            return PieceOutcome(Outcome.NOT_COMPARED, _NO_LETTERS)
        return self._elsewhere(piece, wordings)

    def _table(self, piece: Piece) -> PieceOutcome:
        """Look for each cell of a table."""
        objects = self.file.objects.get("table")
        if objects is not None and piece.whole_cells <= objects:
            return PieceOutcome(Outcome.RENDERED)
        if objects is not None and piece.bare_cells <= objects:
            return PieceOutcome(Outcome.SIMPLIFIED, "cell notes appear only in the book")
        if all(map(self.shown.holds, piece.cells)):
            if objects is None:
                return PieceOutcome(Outcome.RENDERED)
            return PieceOutcome(Outcome.SIMPLIFIED, _explain_no_table(piece))
        missing = [cell for cell in piece.cells if not self.shown.holds(cell) and not self.spoken.holds(cell)]
        if not missing:
            return PieceOutcome(Outcome.MOVED, _explain_move(piece))
        reason = f'cell "{missing[0].first_words}" not found in the file'
        return self._nowhere(piece, reason)


def _make_object_name(piece: Piece, wordings: list[Wording]) -> str:
    match piece.node:
        case nodes.Math(mathml=mathml) | nodes.Equation(mathml=mathml):
            return make_formula_key(get_mathml_text(etree.fromstring(mathml))) if mathml else "\0"
        case nodes.Chart(alt=alt, description=description):
            return normalize(alt + plain_text(description))
        case _:
            return wordings[0].letters


def _is_animated(node: object) -> bool:
    """Whether a picture is an animation."""
    images = node.images if isinstance(node, nodes.Figure) else (node,)
    return any(getattr(getattr(image, "picture", None), "moving", False) for image in images)


def _explain_no_comparison(piece: Piece) -> str:
    if piece.kind in _DRAWN:
        return "no alt text to compare"
    return _NO_LETTERS


def _explain_move(piece: Piece) -> str:
    """Why something is said and not shown: decks show evidence, and prose goes with it."""
    if "no-slide" in piece.wish:
        return piece.wish
    match piece.within:
        case "note":
            return "footnotes go into the speaker notes"
        case "speaker notes":
            return "written for the speaker"
        case "front matter":
            return "front matter has no slides"
    match piece.kind:
        case "chapter title":
            return "shown as a section name, or in the speaker notes"
        case "part title":
            return "part titles go into the notes of the first chapter"
        case "code":
            return "too many lines for a slide"
        case "caption" | "chart note" | "summary" | "subtitle":
            return "does not fit on the slide"
        case "chart" | "figure" | "image" | "table":
            return "goes into the speaker notes with the surrounding text"
    return "prose goes into the speaker notes"


def _explain_no_table(piece: Piece) -> str:
    if piece.within == "table":
        return "a nested table becomes a line of text"
    return "cells shown as text, not as a table"


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
        return cls(book, tuple(compare_outputs(book, files)), tuple(files))

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
        """Return the rows that some output leaves out or simplifies."""
        lesser = {Outcome.LEFT_OUT, Outcome.SIMPLIFIED}
        return (row for row in self.rows if lesser & set(row.outcomes.values()))

    def chapters(self) -> list[tuple[str, list[Row]]]:
        """Return the rows by chapter, in order; rows outside of chapters, such as sources, are under ""."""
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
        """Return a self-contained page. Places link to the files under ``root``, relative to ``page``."""
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
