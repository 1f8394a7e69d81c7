"""A deck → the book that people take home: each slide as text, with what the speaker says under it.

It is set as any book is, so that it is tagged, and read aloud in full; pictures of slides would not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from triptych.model.book import Book, Chapter, Matter, Role
from triptych.model.nodes import (
    Attr,
    Block,
    BulletList,
    Chart,
    Code,
    Group,
    Heading,
    Inline,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Phrase,
    Style,
    Styled,
    Text,
)
from triptych.model.walk import rewrite_all
from triptych.theme.theme import Theme
from triptych.writers.deck.slides import ColumnsBody, Deck, DeckSlide, Layout, Para, Run, TextBody, numbers

_STYLES = (
    ("bold", Style.STRONG),
    ("italic", Style.EMPHASIS),
    ("raised", Style.SUPERSCRIPT),
    ("lowered", Style.SUBSCRIPT),
)


def handout(book: Book, deck: Deck) -> Book:
    """The book of a deck: a chapter for each of the book's that has slides, then glossary and bibliography.

    The divider of a chapter, which is its opener, and those before and after all chapters become no
    text of their own. Hidden slides are there: they are for readers.
    """
    chapters = {chapter.id: chapter for chapter in book.chapters}
    told: list[Chapter] = []
    for number, slide in zip(numbers(deck), deck.slides, strict=True):
        if slide.layout is Layout.DIVIDER and slide.id in chapters:
            opener = chapters[slide.id]
            told.append(replace(opener, takeaways=(), blocks=tuple(_notes(slide))))
        elif slide.chapter in chapters and (not told or told[-1].id != slide.chapter):
            blocks = tuple(_slide(slide, number))
            told.append(replace(chapters[slide.chapter], takeaways=(), blocks=blocks))
        elif told and slide.layout is not Layout.CLOSING:
            told[-1] = replace(told[-1], blocks=(*told[-1].blocks, *_slide(slide, number)))
    kept = [c for c in book.chapters if c.role is Role.IMPRINT]
    back = [c for c in book.chapters if c.matter is Matter.BACK and c.role is not Role.INDEX]
    return replace(book, chapters=(*kept, *told, *back))


def on_loose_sheets(theme: Theme) -> Theme:
    """The theme for sheets that nobody binds: no blank pages, even margins, chapters from the top."""
    design = replace(theme.print, chapters="page", grid="even", running_heads="foot", opener_drop=0)
    return replace(theme, print=design)


def _slide(slide: DeckSlide, number: int) -> Iterator[Block]:
    title = Heading(level=2, content=(Text(text=slide.title),), attr=Attr(classes=("unnumbered",)))
    label = Paragraph(
        content=(Phrase(attr=Attr(classes=("slide-number",)), content=(Text(text=str(number)),)),)
    )
    yield Group(content=(label, title, *shown_on(slide)), attr=Attr(classes=("slide-card",)))
    yield from _notes(slide)


def _notes(slide: DeckSlide) -> Iterator[Block]:
    line = (Paragraph(content=(Text(text=slide.in_book),)),) if slide.in_book else ()
    spoken = (*(Paragraph(content=inlines(text)) for text in slide.notes), *line)
    if spoken:
        yield Group(content=spoken, attr=Attr(classes=("said",)))


def shown_on(slide: DeckSlide) -> Iterable[Block]:
    """What a slide shows, as blocks of a book."""
    if slide.shown:
        return rewrite_all(slide.shown, _under_its_title)
    match slide.body:
        case TextBody(paras=paras):
            return _as_blocks(paras)
        case ColumnsBody(columns=columns):  # an agenda
            bodies = (column.body for column in columns)
            return _as_blocks([para for body in bodies if isinstance(body, TextBody) for para in body.paras])
    return ()


def _under_its_title(node: Any) -> Any:
    """A chart without a headline of its own: the title of its card says it."""
    return replace(node, headline="") if isinstance(node, Chart) and node.headline else node


def _as_blocks(paras: Sequence[Para]) -> Iterator[Block]:
    """The paragraphs of a slide as paragraphs and lists; what is deeper belongs to the point before it."""
    place = 0
    while place < len(paras):
        first = paras[place]
        if not first.bullet and first.number is None:
            yield Paragraph(content=inlines(first.runs))
            place += 1
            continue
        items: list[ListItem] = []
        while place < len(paras) and _goes_on(first, len(items), paras[place]):
            end = place + 1
            while end < len(paras) and paras[end].level > first.level:
                end += 1
            own = Paragraph(content=inlines(paras[place].runs), tight=True)
            items.append(ListItem(content=(own, *_as_blocks(paras[place + 1 : end]))))
            place = end
        if first.number is None:
            yield BulletList(items=tuple(items))
        else:
            yield OrderedList(
                items=tuple(items), start=first.number, style=first.style, brackets=first.brackets
            )


def _goes_on(first: Para, count: int, para: Para) -> bool:
    """Whether a paragraph is the next item of the list that begins with ``first`` and has so many."""
    if first.number is None or para.number is None:
        return para.number is first.number and para.bullet
    return para.number == first.number + count and (para.style, para.brackets) == (
        first.style,
        first.brackets,
    )


def inlines(runs: Iterable[Run]) -> tuple[Inline, ...]:
    """What is said, as text of a book."""
    return tuple(_inline(run) for run in runs)


def _inline(run: Run) -> Inline:
    inline: Inline = Code(text=run.text) if run.code else Text(text=run.text)
    for name, style in _STYLES:
        if getattr(run, name):
            inline = Styled(style=style, content=(inline,))
    if run.language:
        inline = Phrase(attr=Attr(pairs=(("lang", run.language),)), content=(inline,))
    return Link(target=run.href, content=(inline,)) if run.href else inline
