"""Examine a deck for accessibility, overlapping shapes, wordiness, and chapters without evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.checks.deck.accessibility import (
    Wordiness,
    check_wordiness,
    count_slide_words,
    count_words,
    find_barriers,
    find_overlaps,
    list_slide_texts,
)
from triptych.checks.deck.appearance import resolve_slides
from triptych.checks.deck.integrity import find_violations
from triptych.checks.deck.package import UnreadablePackageError, read_package
from triptych.checks.findings import OutputFinding, SourceLocator, limit_findings, make_diagnostic
from triptych.checks.parity import Outcome, ParityRow
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, SlideSelection
from triptych.model.walk import plain_text, walk

_EVIDENCE_KINDS = ("chart", "code", "equation", "figure", "image", "table")
_LONG_CHAPTER_WORDS = 300  # words, about two minutes of speech
_SHOWN_OUTCOMES = (Outcome.RENDERED, Outcome.SIMPLIFIED)


@dataclass(frozen=True, slots=True)
class DeckExamination:
    """The findings in a deck, the texts of each slide by slide name, and the word counts."""

    findings: tuple[OutputFinding, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wordiness: Wordiness = field(default_factory=Wordiness)


def examine_deck(data: bytes) -> DeckExamination:
    """Return the findings in a deck; none for a damaged deck, which `check_deck` reports."""
    try:
        package = read_package(data)
    except UnreadablePackageError:
        return DeckExamination()
    if next(find_violations(package), None) is not None:
        return DeckExamination()
    slides = list(resolve_slides(package))
    words = count_slide_words(slides)
    findings = [*find_barriers(package, slides), *find_overlaps(package, slides)]
    texts = {slide.part.name: list_slide_texts(slide) for slide in slides}
    return DeckExamination((*limit_findings(findings), *check_wordiness(words)), texts, words)


def locate_deck_findings(
    examination: DeckExamination, book: Book, style_span: Span | None = None
) -> Iterator[Diagnostic]:
    """Convert the findings in a deck to diagnostics with positions in the source.

    A finding is located by its own text, or else by any text of its slide. Low contrast is located at
    ``style_span``, where the manifest sets the template or theme.
    """
    if not examination.findings:
        return
    locator = SourceLocator(book)
    for finding in examination.findings:
        span = style_span if finding.code == "CHK015" else None
        texts = examination.texts.get(finding.file, ())
        yield make_diagnostic(finding, span or _find_span(finding, texts, locator))


def _find_span(finding: OutputFinding, texts: tuple[str, ...], locator: SourceLocator) -> Span | None:
    candidates = [finding] if finding.text else []
    candidates += [replace(finding, text=text, preceding_text="") for text in texts]
    spans = (locator.locate(candidate, texts) for candidate in (*candidates, replace(finding, text="")))
    return next((span for span in spans if span is not None), None)


def find_chapters_without_evidence(
    book: Book, rows: Sequence[ParityRow], output: str
) -> Iterator[Diagnostic]:
    """Report DEK003 for long numbered chapters whose slides have no chart, figure, table or similar.

    ``rows`` is the parity report. A slide that the author wrote or marked counts as evidence.
    """
    visible_kinds = {
        id(node)
        for row in rows
        if row.kind in _EVIDENCE_KINDS and row.outcomes.get(output) in _SHOWN_OUTCOMES
        for node in row.nodes
    }
    for chapter in book.chapters:
        if (
            chapter.slide_settings.selection is not SlideSelection.NONE
            and chapter.matter is Matter.BODY
            and chapter.numbered
            and count_words(plain_text(chapter.blocks)) > _LONG_CHAPTER_WORDS
            and not _has_evidence(chapter, visible_kinds)
        ):
            title = plain_text(chapter.title)
            yield Diagnostic(
                code="DEK003",
                span=chapter.span,
                message=f'no slide shows a chart, figure or table from chapter "{title}"',
                hint="add a chart, figure, table or `::: {.slide}` block to the chapter, "
                "or mark a block quote with `{.slide}`",
            )


def _has_evidence(chapter: Chapter, shown_nodes: set[int]) -> bool:
    return any(
        id(node) in shown_nodes or _has_own_slide(node) for block in chapter.blocks for node in walk(block)
    )


def _has_own_slide(node: object) -> bool:
    """Return whether a node is a slide written by the author, or has the class ``.slide``."""
    if isinstance(node, nodes.Slide):
        return True
    return isinstance(node, nodes.BlockQuote | nodes.CodeBlock | nodes.Equation) and node.attr.has("slide")
