"""A close look at a finished deck: can everybody read it, and how much is on its slides?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.checks.deck.accessibility import (
    Wordiness,
    audit,
    overlaps,
    texts_of,
    wordiness,
    words_in,
    wordy,
)
from triptych.checks.deck.appearance import looks_of
from triptych.checks.deck.integrity import find_broken_rules
from triptych.checks.deck.package import Unreadable, unpacked
from triptych.checks.findings import Found, Places, diagnostic, few
from triptych.checks.parity import Outcome, Row
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, Telling
from triptych.model.walk import plain_text, walk

_EVIDENCE = ("chart", "code", "equation", "figure", "image", "table")
_LONG = 300  # words, which take two minutes to say
_SHOWN = (Outcome.RENDERED, Outcome.SIMPLIFIED)


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, what slides say, by their names in findings, and how many words they have."""

    found: tuple[Found, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wordiness: Wordiness = field(default_factory=Wordiness)


def examine_deck(data: bytes) -> Examination:
    """A deck's bytes → all findings but those of `check_deck`, which each build makes.

    Of a deck that `check_deck` finds broken nothing is said.
    """
    try:
        package = unpacked(data)
    except Unreadable:
        return Examination()
    if next(find_broken_rules(package), None) is not None:
        return Examination()
    slides = list(looks_of(package))
    words = wordiness(slides)
    texts = {looks.slide.name: texts_of(looks) for looks in slides}
    return Examination(
        (*few([*audit(package, slides), *overlaps(package, slides)]), *wordy(words)), texts, words
    )


def placed(examination: Examination, book: Book, look: Span | None = None) -> Iterator[Diagnostic]:
    """All findings of an examination, each at its words in the source, else at those of its slide.

    No section decides on colours, so that pale text is reported where the manifest names the template or the
    theme, the ``look`` of the slides.
    """
    if not examination.found:
        return
    places = Places(book)
    for found in examination.found:
        of_look = look if found.code == "CHK015" else None
        yield diagnostic(found, of_look or _place(found, examination.texts.get(found.file, ()), places))


def _place(found: Found, texts: tuple[str, ...], places: Places) -> Span | None:
    """The first place of a finding's own words, of the title, of what else is shown, of what is said."""
    candidates = [found] if found.words else []
    candidates += [replace(found, words=text, before="") for text in texts]
    spans = (places.of(candidate, texts) for candidate in (*candidates, replace(found, words="")))
    return next((span for span in spans if span is not None), None)


def without_evidence(book: Book, rows: Sequence[Row], output: str) -> Iterator[Diagnostic]:
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
        if chapter.talk.telling is Telling.NONE:  # no part of the talk
            continue
        long = words_in(plain_text(chapter.blocks)) > _LONG
        if chapter.matter is Matter.BODY and chapter.numbered and long and not _shows(chapter, shown):
            title = plain_text(chapter.title)
            yield Diagnostic(
                code="DEK003",
                span=chapter.span,
                message=f'no slide shows a chart, figure or table from chapter "{title}"',
                hint="add a chart, figure, table or `::: {.slide}` block to the chapter, "
                "or mark a block quote with `{.slide}`",
            )


def _shows(chapter: Chapter, shown: set[int]) -> bool:
    return any(id(node) in shown or _asked(node) for block in chapter.blocks for node in walk(block))


def _asked(node: object) -> bool:
    if isinstance(node, nodes.Slide):
        return True
    return isinstance(node, nodes.BlockQuote | nodes.CodeBlock | nodes.Equation) and node.attr.has("slide")
