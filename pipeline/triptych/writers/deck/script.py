"""A deck → what its speaker reads from: a page a slide, with its number and time, its words in large type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.languages.labels import Labels
from triptych.languages.numerals import clock
from triptych.model.book import Book, Chapter, Label, LabelKind, Role
from triptych.model.nodes import Attr, Block, Group, Heading, Paragraph, Phrase, Text
from triptych.writers.deck.handout import inlines, shown_on
from triptych.writers.deck.slides import Deck, DeckSlide, Layout, numbers

_OPENING = "_opening"  # the chapter of what comes before all chapters of the book


def script(book: Book, deck: Deck, pace: int, labels: Labels) -> Book:
    """The book of a deck as it is spoken, at so many words a minute: a chapter for each of the book's.

    Hidden slides are not in it. The divider of a chapter is its opener.
    """
    chapters = {chapter.id: chapter for chapter in book.chapters}
    told: list[Chapter] = []
    spoken = 0
    for number, slide in zip(numbers(deck), deck.slides, strict=True):
        if slide.hidden:
            continue
        times = spoken / pace, (spoken := spoken + slide.words) / pace
        label = " · ".join(
            (str(number), "–".join(map(clock, times)), labels.lasting(clock(slide.words / pace)))
        )
        if slide.layout is Layout.DIVIDER and slide.id in chapters:
            told.append(_chapter(chapters[slide.id], (_label(label), *_words(slide))))
        elif slide.chapter in chapters and (not told or told[-1].id != slide.chapter):
            told.append(_chapter(chapters[slide.chapter], _page(slide, label, first=True)))
        elif told:
            told[-1] = replace(told[-1], blocks=(*told[-1].blocks, *_page(slide, label)))
        else:
            title = (Text(text=slide.title),)
            opening = Chapter(id=_OPENING, slug="opening", source="", title=title, blocks=(), numbered=False)
            told.append(_chapter(opening, (_label(label), *_words(slide))))
    kept = [chapter for chapter in book.chapters if chapter.role is Role.IMPRINT]
    labels_of = {one.id: Label(kind=LabelKind.CHAPTER, number="", title=one.title) for one in told[:1]}
    return replace(book, chapters=(*kept, *told), labels={**labels_of, **book.labels})


def _chapter(chapter: Chapter, blocks: Sequence[Block] | Iterator[Block]) -> Chapter:
    return replace(chapter, takeaways=(), blocks=tuple(blocks))


def _page(slide: DeckSlide, label: str, *, first: bool = False) -> Iterator[Block]:
    """A slide as a card, and what is said to it; the ``first`` of a chapter stands under its title."""
    title = Heading(level=2, content=(Text(text=slide.title),), attr=Attr(classes=("unnumbered",)))
    classes = ("slide-card",) if first else ("slide-card", "of-script")
    yield Group(content=(_label(label), title, *shown_on(slide)), attr=Attr(classes=classes))
    yield from _words(slide)


def _label(text: str) -> Paragraph:
    return Paragraph(content=(Phrase(attr=Attr(classes=("slide-number",)), content=(Text(text=text),)),))


def _words(slide: DeckSlide) -> Iterator[Block]:
    if slide.notes:
        spoken = tuple(Paragraph(content=inlines(text)) for text in slide.notes)
        yield Group(content=spoken, attr=Attr(classes=("said", "in-large")))
