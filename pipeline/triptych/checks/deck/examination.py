"""A close look at a finished deck: can everybody read it, and how much is on its slides?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.checks.deck.accessibility import (
    Wordiness,
    check_wordiness,
    count_words,
    find_barriers,
    find_overlaps,
    list_texts,
    measure_wordiness,
)
from triptych.checks.deck.appearance import read_looks
from triptych.checks.deck.integrity import find_broken_rules
from triptych.checks.deck.package import Unreadable, unpack
from triptych.checks.findings import OutputFinding, SourceLocator, limit_repeats, make_diagnostic
from triptych.checks.parity import Outcome, ParityRow
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, SlideSelection
from triptych.model.walk import plain_text, walk

_EVIDENCE = ("chart", "code", "equation", "figure", "image", "table")
_LONG = 300  # words, which take two minutes to say
_SHOWN = (Outcome.RENDERED, Outcome.SIMPLIFIED)


@dataclass(frozen=True, slots=True)
class DeckExamination:
    """What was found, what slides say, by their names in findings, and how many words they have."""

    found: tuple[OutputFinding, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wordiness: Wordiness = field(default_factory=Wordiness)


def examine_deck(data: bytes) -> DeckExamination:
    """Return the findings in a deck, except those of `check_deck`; none if `check_deck` finds it broken."""
    try:
        package = unpack(data)
    except Unreadable:
        return DeckExamination()
    if next(find_broken_rules(package), None) is not None:
        return DeckExamination()
    slides = list(read_looks(package))
    words = measure_wordiness(slides)
    texts = {looks.slide.name: list_texts(looks) for looks in slides}
    return DeckExamination(
        (
            *limit_repeats([*find_barriers(package, slides), *find_overlaps(package, slides)]),
            *check_wordiness(words),
        ),
        texts,
        words,
    )


def place_findings(
    examination: DeckExamination, book: Book, look: Span | None = None
) -> Iterator[Diagnostic]:
    """All findings of an examination, each at its words in the source, else at those of its slide.

    No section decides on colours, so that pale text is reported where the manifest names the template or the
    theme, the ``look`` of the slides.
    """
    if not examination.found:
        return
    locator = SourceLocator(book)
    for found in examination.found:
        of_look = look if found.code == "CHK015" else None
        yield make_diagnostic(
            found, of_look or _find_place(found, examination.texts.get(found.file, ()), locator)
        )


def _find_place(found: OutputFinding, texts: tuple[str, ...], locator: SourceLocator) -> Span | None:
    candidates = [found] if found.words else []
    candidates += [replace(found, words=text, before="") for text in texts]
    spans = (locator.locate(candidate, texts) for candidate in (*candidates, replace(found, words="")))
    return next((span for span in spans if span is not None), None)


def find_bare_chapters(book: Book, rows: Sequence[ParityRow], output: str) -> Iterator[Diagnostic]:
    """DEK003 for each numbered chapter that is long to hear, and shows nothing of what is said.

    ``rows`` are those of the book's parity report. A slide that the author wrote or asked for counts,
    whatever is on it.
    """
    shown = {
        id(node)
        for row in rows
        if row.kind in _EVIDENCE and row.outcomes.get(output) in _SHOWN
        for node in row.nodes
    }
    for chapter in book.chapters:
        if chapter.talk.telling is SlideSelection.NONE:  # no part of the talk
            continue
        long = count_words(plain_text(chapter.blocks)) > _LONG
        if (
            chapter.matter is Matter.BODY
            and chapter.numbered
            and long
            and not _shows_evidence(chapter, shown)
        ):
            title = plain_text(chapter.title)
            yield Diagnostic(
                code="DEK003",
                span=chapter.span,
                message=f'no slide shows a chart, figure or table from chapter "{title}"',
                hint="add a chart, figure, table or `::: {.slide}` block to the chapter, "
                "or mark a block quote with `{.slide}`",
            )


def _shows_evidence(chapter: Chapter, shown: set[int]) -> bool:
    return any(id(node) in shown or _is_requested(node) for block in chapter.blocks for node in walk(block))


def _is_requested(node: object) -> bool:
    if isinstance(node, nodes.Slide):
        return True
    return isinstance(node, nodes.BlockQuote | nodes.CodeBlock | nodes.Equation) and node.attr.has("slide")
