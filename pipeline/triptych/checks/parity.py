"""Report how each block of a book appears in the output files (the parity report).

A block is rendered if its text is visible, moved if its text is in the speaker notes, simplified if only text
or an image represents it, and otherwise left out.
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

from triptych.checks.pieces import DECK_ONLY, FORMULA_KINDS, Piece, iter_pieces
from triptych.checks.texts import FileText, get_mathml_text, make_formula_key
from triptych.checks.wordings import TextSearch, Wording, normalise_text
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import get_attr, plain_text
from triptych.theme.theme import Theme

_HINT = (
    "rebuild the outputs, or mark the block with a class such as `.book-only` to omit the block on purpose"
)
_OBJECT_KINDS = {"chart": "chart", "equation": "formula", "formula": "formula"}  # in `FileText.object_keys`
_KINDS_SHOWN_IN_TALKS = ("chart", "figure", "title", "chapter title", "slide title")
_KINDS_DROPPED_FROM_SHORT_DECKS = ("chart", "figure", "chapter title")
_NO_LETTERS = "no letters or digits to compare"
_NO_ALT_TEXTS = "a print-ready PDF has no alt text to compare"
_DRAWN_KINDS = ("chart", "figure", "image", "equation", "formula")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityRow:
    """A block of the book with its outcome in each output.

    - ``words``: the block's first words.
    - ``visibility``: the classes and attributes that limit the block to some outputs.
    - ``reasons``: maps outputs to explanations of the outcome.
    - ``page``: the block's page label in the PDF, if the deck omits the block.
    - ``nodes``: the block's nodes in the document tree.
    """

    kind: str
    span: Span | None
    words: str
    outcomes: Mapping[str, Outcome]
    visibility: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    chapter: str = ""
    page: str = ""
    nodes: tuple[Any, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with stable keys, and each outcome under the name of its output."""
        return {
            "kind": self.kind,
            "chapter": self.chapter,
            "location": str(self.span) if self.span else None,
            "text": self.words,
            "visibility": self.visibility,
            "page": self.page,
            **self.outcomes,
            "reasons": dict(self.reasons),
        }


def compare_outputs(book: Book, files: Mapping[str, FileText]) -> list[ParityRow]:
    """Return a row for each block of a book, in order, with its outcome in each of the ``files``."""
    searches = {name: BlockSearch(file, book) for name, file in files.items()}
    return _make_rows(iter_pieces(book), searches)


def find_missing_blocks(
    book: Book, output: str, file: FileText, memory: Memory = NO_MEMORY
) -> list[Diagnostic]:
    """Report PAR001 for each block that is missing from a file that must contain it."""
    search = BlockSearch(file, book)
    return find_omitted_blocks(
        _make_rows(filter(search.is_required, iter_pieces(book, memory)), {output: search})
    )


def _make_rows(pieces: Iterable[Piece], searches: Mapping[str, BlockSearch]) -> list[ParityRow]:
    paged = next(
        (searches[name] for name, form in FORMATS.items() if form.is_paged and name in searches), None
    )
    rows = []
    for piece in pieces:
        wordings = [wording for words in piece.wordings if (wording := Wording(words))]
        results = {name: search.find_outcome(piece, wordings) for name, search in searches.items()}
        in_book = any(finding.outcome is Outcome.IN_BOOK for finding in results.values())
        rows.append(
            ParityRow(
                kind=piece.kind,
                span=piece.span,
                words=(wordings[0] if wordings else Wording(piece.wordings[0])).preview,
                outcomes={name: finding.outcome for name, finding in results.items()},
                visibility=piece.visibility,
                reasons={name: finding.reason for name, finding in results.items() if finding.reason},
                chapter=piece.chapter,
                page=paged.get_page_label() if in_book and paged else "",
                nodes=piece.source_nodes,
            )
        )
    return rows


def find_omitted_blocks(rows: list[ParityRow]) -> list[Diagnostic]:
    """Report PAR001 for each block that an output omits, unless the author excluded it."""
    findings = []
    for row in rows:
        outputs = [
            name
            for name, outcome in row.outcomes.items()
            if outcome is Outcome.LEFT_OUT and not (row.visibility and row.reasons[name] == row.visibility)
        ]
        if outputs:
            message = f'the {row.kind} "{row.words}" is missing from these outputs: {", ".join(outputs)}'
            findings.append(Diagnostic(code="PAR001", span=row.span, message=message, hint=_HINT))
    return findings


class Outcome(StrEnum):
    """The way in which an output represents a block."""

    RENDERED = "rendered"
    MOVED = "moved"  # moved to the speaker notes
    SIMPLIFIED = "simplified"  # shown as text or an image only
    IN_BOOK = "only in the book"  # the deck is allowed to omit the block
    LEFT_OUT = "left out"
    NOT_COMPARED = "not compared"  # the block has no text to search for


@dataclass(frozen=True, slots=True)
class PieceOutcome:
    """The outcome of a piece, with the reason for it, or "" if no explanation is needed."""

    outcome: Outcome
    reason: str = ""


def _is_decorative_figure(piece: Piece) -> bool:
    """Return whether all images of a figure are decorative."""
    return isinstance(piece.node, nodes.Figure) and all(image.is_decorative for image in piece.node.images)


class BlockSearch:
    """A search for the pieces of a book in one output file, in book order."""

    def __init__(self, file: FileText, book: Book) -> None:
        self.file, self.has_full_notes, self.few_slides = file, book.has_complete_notes, book.has_slide_limit
        self.visible_search, self.notes_search = TextSearch(file.visible_text), TextSearch(file.notes_text)
        self.alt_text_search = TextSearch(file.alt_texts)

    def find_outcome(self, piece: Piece, wordings: list[Wording]) -> PieceOutcome:
        """Return the outcome of a piece. ``wordings`` are its wordings that contain letters or digits."""
        if not wordings:
            reason = "no alt text to compare" if piece.kind in _DRAWN_KINDS else _NO_LETTERS
            return PieceOutcome(Outcome.NOT_COMPARED, reason)
        if piece.kind == "table":
            return self._find_table_outcome(piece)
        if piece.kind in _DRAWN_KINDS:
            return self._find_drawing_outcome(piece, wordings)
        if self.file.is_talk:
            wordings = [*wordings, *(wording.without_citations() for wording in wordings)]
        if any(map(self.visible_search.contains, wordings)):
            return PieceOutcome(Outcome.RENDERED)
        if piece.container == "drawing" and any(map(self.alt_text_search.contains, wordings)):
            return PieceOutcome(Outcome.RENDERED)  # the figure's alt text contains this text
        return self._find_notes_outcome(piece, wordings)

    def is_required(self, piece: Piece) -> bool:
        """Return whether the file must contain a piece of the book."""
        return not self._explain_omission(piece) and (not piece.visibility or self._is_deck_only(piece))

    def get_page_label(self) -> str:
        """Return the label of the page with the last piece that was found."""
        return self.file.get_page_label(self.visible_search.position)

    def _find_notes_outcome(self, piece: Piece, wordings: list[Wording]) -> PieceOutcome:
        if any(map(self.notes_search.contains, wordings)):
            return PieceOutcome(Outcome.MOVED, _explain_move_to_notes(piece))
        return self._make_missing_outcome(piece, "text not found in the file")

    def _make_missing_outcome(self, piece: Piece, reason: str) -> PieceOutcome:
        if self.file.is_print_only and (
            piece.kind in _DRAWN_KINDS or (piece.container == "drawing" and piece.kind != "caption")
        ):
            return PieceOutcome(Outcome.NOT_COMPARED, _NO_ALT_TEXTS)
        if in_book := self._explain_omission(piece):
            return PieceOutcome(Outcome.IN_BOOK, in_book)
        if piece.visibility and not self._is_deck_only(piece):
            reason = piece.visibility
        return PieceOutcome(Outcome.LEFT_OUT, reason)

    def _explain_omission(self, piece: Piece) -> str:
        """Return why a deck may omit a piece, or "" if the deck must contain it.

        A talk that only summarises the book must still show charts, figures and titles. A short deck may also
        omit charts, figures and chapter titles that the author did not mark.
        """
        if not self.file.is_talk:
            return ""
        if piece.without_slides and not piece.visibility:
            return "the chapter has no slides"
        if piece.unmarked and not piece.visibility:
            return "not marked for the deck"
        if piece.kind == "headline":
            return "the slide has its own title"
        attr = get_attr(piece.node)
        marked = piece.visibility or attr.has("slide") or attr.has("backup")
        if self.few_slides and piece.kind in _KINDS_DROPPED_FROM_SHORT_DECKS and not marked:
            return "no room in the deck"
        must_show = piece.kind in _KINDS_SHOWN_IN_TALKS and piece.container != "front matter"
        if self.has_full_notes or piece.visibility or (must_show and not _is_decorative_figure(piece)):
            return ""
        return "summarised in the talk"

    def _is_deck_only(self, piece: Piece) -> bool:
        """Return whether a piece must be in this deck because no other output shows it."""
        return self.file.is_talk and piece.visibility == DECK_ONLY and not piece.without_slides

    def _find_drawing_outcome(self, piece: Piece, wordings: list[Wording]) -> PieceOutcome:
        """Return the outcome of a drawing, after a search in native objects, alt texts and visible text."""
        objects = self.file.object_keys.get(_OBJECT_KINDS.get(piece.kind, ""))
        key = _make_object_key(piece, wordings)
        keys = {key, *(one.normalised_text for one in wordings if piece.kind in FORMULA_KINDS)}
        # The alt text of small multiples begins with the name of the panel.
        is_panel = piece.kind == "chart" and any(object_key.endswith(key) for object_key in objects or ())
        if objects is not None and (is_panel or not objects.isdisjoint(keys)):
            return PieceOutcome(Outcome.RENDERED)
        if any(self.alt_text_search.contains_text(wording.normalised_text) for wording in wordings):
            if objects is not None:
                return PieceOutcome(Outcome.SIMPLIFIED, "shown as a picture")
            if self.file.is_static and _is_animated(piece.node):
                return PieceOutcome(Outcome.SIMPLIFIED, "first frame of an animation")
            return PieceOutcome(Outcome.RENDERED, "shown as a drawing" if piece.kind in _OBJECT_KINDS else "")
        if any(map(self.visible_search.contains, wordings)):
            formula = piece.kind in ("equation", "formula")
            return PieceOutcome(
                Outcome.SIMPLIFIED, "shown as text" if formula else "text only, without the picture"
            )
        if piece.kind in FORMULA_KINDS and not all(map(Wording, piece.wordings)):
            # Some formulas, such as an arrow, have no letters to search for.
            return PieceOutcome(Outcome.NOT_COMPARED, _NO_LETTERS)
        return self._find_notes_outcome(piece, wordings)

    def _find_table_outcome(self, piece: Piece) -> PieceOutcome:
        objects = self.file.object_keys.get("table")
        if objects is not None and piece.cells_with_notes <= objects:
            return PieceOutcome(Outcome.RENDERED)
        if objects is not None and piece.cells_without_notes <= objects:
            return PieceOutcome(Outcome.SIMPLIFIED, "cell notes appear only in the book")
        if all(map(self.visible_search.contains, piece.cells)):
            if objects is None:
                return PieceOutcome(Outcome.RENDERED)
            nested = piece.container == "table"
            return PieceOutcome(
                Outcome.SIMPLIFIED,
                "a nested table becomes a line of text" if nested else "cells shown as text, not as a table",
            )
        for cell in piece.cells:
            if not self.visible_search.contains(cell) and not self.notes_search.contains(cell):
                return self._make_missing_outcome(piece, f'cell "{cell.preview}" not found in the file')
        return PieceOutcome(Outcome.MOVED, _explain_move_to_notes(piece))


def _make_object_key(piece: Piece, wordings: list[Wording]) -> str:
    """Return the key of a chart, image or formula in `FileText.object_keys`."""
    match piece.node:
        case nodes.Math(mathml=mathml) | nodes.Equation(mathml=mathml):
            return make_formula_key(get_mathml_text(etree.fromstring(mathml))) if mathml else "\0"
        case nodes.Chart(alt=alt, description=description):
            return normalise_text(alt + plain_text(description))
        case _:
            return wordings[0].normalised_text


def _is_animated(node: object) -> bool:
    images = node.images if isinstance(node, nodes.Figure) else (node,)
    return any(getattr(getattr(image, "picture", None), "moving", False) for image in images)


def _explain_move_to_notes(piece: Piece) -> str:
    """Return why a piece appears only in the speaker notes."""
    if "no-slide" in piece.visibility:
        return piece.visibility
    match piece.container:
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
        case "caption" | "caption note" | "caption source":
            return "slides show only the source"
        case "summary" | "subtitle":
            return "does not fit on the slide"
        case "chart" | "figure" | "image" | "table":
            return "goes into the speaker notes with the surrounding text"
    return "prose goes into the speaker notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedElement:
    """A numbered element of the book. ``number`` is the text in references to it."""

    id: str
    kind: str
    number: str
    title: str


@dataclass(frozen=True)
class ParityReport:
    """The numbered elements of a book, and the comparison of its blocks with the built outputs."""

    book: Book
    rows: tuple[ParityRow, ...]
    outputs: tuple[str, ...]

    @classmethod
    def compare(cls, book: Book, files: Mapping[str, FileText]) -> ParityReport:
        """Compare a book with the text of its output files."""
        return cls(book, tuple(compare_outputs(book, files)), tuple(files))

    @cached_property
    def numbered_elements(self) -> tuple[NumberedElement, ...]:
        """The numbered elements of the book, in order."""
        return tuple(
            NumberedElement(id=name, kind=str(label.kind), number=label.number, title=plain_text(label.title))
            for name, label in self.book.labels.items()
            if label.number
        )

    def count_outcomes(self, output: str) -> Counter[Outcome]:
        """Count the blocks with each outcome in an output."""
        return Counter(row.outcomes[output] for row in self.rows)

    def count_reasons(self, output: str, outcome: Outcome) -> list[tuple[str, str, int]]:
        """Return (kind, reason, count) for the blocks with the given outcome in an output, by frequency."""
        counts = Counter(
            (row.kind, row.reasons.get(output, "")) for row in self.rows if row.outcomes[output] is outcome
        )
        return [(kind, reason, count) for (kind, reason), count in counts.most_common()]

    def iter_reduced_rows(self) -> Iterator[ParityRow]:
        """Yield the rows of blocks that at least one output leaves out or simplifies."""
        reduced = {Outcome.LEFT_OUT, Outcome.SIMPLIFIED}
        return (row for row in self.rows if reduced & set(row.outcomes.values()))

    def group_by_chapter(self) -> list[tuple[str, list[ParityRow]]]:
        """Return pairs of a chapter title and its rows, in order. The title is "" outside chapters."""
        groups: dict[str, list[ParityRow]] = {}
        for row in self.rows:
            groups.setdefault(row.chapter, []).append(row)
        return list(groups.items())

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object with stable keys."""
        numbers = [asdict(line) for line in self.numbered_elements]
        counts = {
            name: {str(outcome): n for outcome, n in self.count_outcomes(name).items()}
            for name in self.outputs
        }
        return {"numbers": numbers, "counts": counts, "parity": [row.to_json() for row in self.rows]}

    def to_html(self, templates: jinja2.Environment, theme: Theme, *, root: Path, page_path: Path) -> str:
        """Return the report as a self-contained HTML page, to be saved at ``page_path``.

        The page links to the source files under ``root`` with paths relative to the folder of the page.
        """
        up = os.path.relpath(root.resolve(), page_path.resolve().parent)

        def make_link(span: Span) -> str:
            return quote(os.fsencode(f"{Path(up).as_posix()}/{span.path}")) + f"#L{span.line}"

        return templates.get_template("inspect/page.html.j2").render(
            report=self,
            meta=self.book.metadata,
            theme=theme,
            outcomes=list(Outcome),
            Outcome=Outcome,
            link=make_link,
        )
