"""A deck → the sheets that people take home: slides as cards, with what the speaker says beside them.

Two or three slides stand on a page, as in the handouts of PowerPoint. But they are set as any book is, so
that they are tagged, and read aloud in full; pictures of slides would not be. What nobody presents stands
last, as cards alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from triptych.model.book import Book, Chapter, Label, LabelKind, Role
from triptych.model.nodes import (
    Attr,
    Block,
    BulletList,
    Chart,
    Citation,
    Code,
    CodeBlock,
    Group,
    Heading,
    Inline,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Phrase,
    SourceList,
    Style,
    Styled,
    Table,
    Text,
)
from triptych.model.walk import plain_text, rewrite_all, walk_all
from triptych.writers.deck.slides import (
    ColumnsBody,
    Deck,
    DeckSlide,
    Layout,
    Para,
    Run,
    Spoken,
    TextBody,
    numbers,
    words_in,
)

_STYLES = (
    ("bold", Style.STRONG),
    ("italic", Style.EMPHASIS),
    ("raised", Style.SUPERSCRIPT),
    ("lowered", Style.SUBSCRIPT),
)
_WHOLE = "_handout"  # the one chapter that is set
# What fills more than half of a page, or is too wide for a card.
_ROWS, _LINES, _LETTERS, _COLUMNS = 14, 22, 1300, 5


def handout(book: Book, deck: Deck, *, hidden: bool = True) -> Book:
    """The book of a deck: one chapter, in which those of the book are sections, then the sources they cite.

    Of its chapters the handout has what they are about and their takeaways. Slides that only lead through the
    talk are left out, and hidden ones stand last, or are left out too.
    """
    chapters = {chapter.id: chapter for chapter in book.chapters}
    opening = next((slide for slide in deck.slides if slide.layout is Layout.TITLE), None)
    told: list[Block] = [*_opening(opening)] if opening else []
    further: list[Block] = []
    begun: set[str] = set()
    for number, slide in zip(numbers(deck), deck.slides, strict=True):
        if slide.layout in (Layout.TITLE, Layout.CLOSING) or slide.id in _LEADING:
            continue
        if slide.hidden:
            further += _card(slide, number, ("slide-card", "further"), in_book=True)
            continue
        if slide.chapter in chapters and slide.chapter not in begun:
            begun.add(slide.chapter)
            divider = slide if slide.layout is Layout.DIVIDER else None
            told += _chapter(chapters[slide.chapter], divider)
        if slide.chapter in chapters and _repeats(slide, chapters[slide.chapter]):
            told += _said(slide.notes)
        elif slide.layout is not Layout.DIVIDER:
            told += _row(slide, number)
    if further and hidden:
        told += [_heading(deck.backup), *_in_pairs(further)]
    told += _sources(book, told)
    title = (Text(text=deck.title),)
    whole = Chapter(id=_WHOLE, slug="handout", source="", title=title, blocks=tuple(told), numbered=False)
    label = Label(kind=LabelKind.CHAPTER, number="", title=title)
    # Of the subtitle it is told under the title, and nowhere else.
    metadata = replace(book.metadata, subtitle="")
    return replace(book, metadata=metadata, chapters=(whole,), labels={**book.labels, _WHOLE: label})


_LEADING = ("agenda", "sources")


def _opening(slide: DeckSlide) -> Iterator[Block]:
    """What stands under the title: the book's subtitle and authors, and what is said first."""
    for words in filter(None, (slide.subtitle, slide.kicker)):
        yield Group(content=(Paragraph(content=(Text(text=words),)),), attr=Attr(classes=("handout-line",)))
    yield from _said(slide.notes)


def _chapter(chapter: Chapter, divider: DeckSlide | None) -> Iterator[Block]:
    """The heading of a chapter, what it is about, its takeaways as a list, and what else is said to it.

    That a part begins, which is said, stands over the heading.
    """
    spoken = (
        [(_spoken_text(text), Paragraph(content=inlines(text))) for text in divider.notes if text]
        if divider
        else []
    )
    part = chapter.part.title if chapter.part else None
    begins = [block for text, block in spoken if part and text.endswith(part)]
    if begins:
        yield Group(content=tuple(begins), attr=Attr(classes=("handout-part",)))
    attr = Attr(chapter.id, ("handout-chapter",))
    yield Heading(level=2, content=chapter.title, attr=attr)
    brief: list[Block] = [Paragraph(content=chapter.summary)] if chapter.summary else []
    points = tuple(ListItem(content=(Paragraph(content=point, tight=True),)) for point in chapter.takeaways)
    brief += [BulletList(items=points)] if points else []
    known = " ".join(map(plain_text, (chapter.summary, *chapter.takeaways)))
    brief += [block for text, block in spoken if text not in known and block not in begins]
    if brief:
        yield Group(content=tuple(brief), attr=Attr(classes=("in-brief",)))


def _repeats(slide: DeckSlide, chapter: Chapter) -> bool:
    """Whether a slide shows the takeaways of its chapter, which stand under its heading, and nothing else."""
    shown = plain_text(tuple(shown_on(slide)))
    return bool(chapter.takeaways) and shown == " ".join(map(plain_text, chapter.takeaways))


def _spoken_text(text: Spoken) -> str:
    return "".join(run.text for run in text).strip()


def _row(slide: DeckSlide, number: int) -> Iterator[Block]:
    """A slide and what is said to it: beside each other, or where there is much of it one under the other."""
    line = (Text(text=slide.in_book),) if slide.in_book else ()
    (card,) = _card(slide, number, ("slide-card",))
    said = (*_said(slide.notes, line),)
    above = _is_large(card) or sum(map(words_in, slide.notes)) > _LETTERS // 5 or not said
    yield Group(content=(card, *said), attr=Attr(classes=("slide-row", "stacked" if above else "beside")))


def _card(
    slide: DeckSlide, number: int, classes: tuple[str, ...], *, in_book: bool = False
) -> Iterator[Group]:
    title = Heading(level=3, content=(Text(text=slide.title),), attr=Attr(classes=("unnumbered",)))
    label = Paragraph(
        content=(Phrase(attr=Attr(classes=("slide-number",)), content=(Text(text=str(number)),)),)
    )
    line = [_line(slide.in_book)] if in_book and slide.in_book else []
    yield Group(content=(label, title, *shown_on(slide), *line), attr=Attr(classes=classes))


def _line(words: str) -> Group:
    return Group(content=(Paragraph(content=(Text(text=words),)),), attr=Attr(classes=("in-book",)))


def _said(notes: Iterable[Spoken], line: tuple[Inline, ...] = ()) -> Iterator[Block]:
    spoken: list[Block] = [Paragraph(content=inlines(text)) for text in notes]
    spoken += [_line(plain_text(line))] if line else []
    if spoken:
        yield Group(content=tuple(spoken), attr=Attr(classes=("said",)))


def _is_large(card: Group) -> bool:
    """Whether a card needs the whole width, and may go on over a page's end."""
    nodes = list(walk_all(card.content))
    tables = [node for node in nodes if isinstance(node, Table)]
    code = [node for node in nodes if isinstance(node, CodeBlock)]
    return (
        any(len(table.body) > _ROWS or len(table.columns) > _COLUMNS for table in tables)
        or any(listing.text.count("\n") > _LINES for listing in code)
        or len(plain_text(card.content)) > _LETTERS
    )


def _in_pairs(cards: Sequence[Block]) -> Iterator[Block]:
    """Cards two beside each other; a large one has a row of its own."""
    waiting: list[Block] = []
    for card in cards:
        large = isinstance(card, Group) and _is_large(card)
        if not large:
            waiting.append(card)
        if waiting and (large or len(waiting) == 2):
            yield Group(content=tuple(waiting), attr=Attr(classes=("slide-pair",)))
            waiting = []
        if large:
            yield Group(content=(card,), attr=Attr(classes=("slide-row", "stacked")))
    if waiting:
        yield Group(content=tuple(waiting), attr=Attr(classes=("slide-pair",)))


def _heading(words: str) -> Heading:
    return Heading(level=2, content=(Text(text=words),), attr=Attr(classes=("unnumbered", "handout-chapter")))


def _sources(book: Book, told: Sequence[Block]) -> Iterator[Block]:
    """The sources that the cards cite, each once, under the name that the book gives them."""
    cited = {entry for node in walk_all(tuple(told)) if isinstance(node, Citation) for entry in node.entries}
    lists = [
        (chapter, node)
        for chapter in book.chapters
        for node in walk_all(chapter.blocks)
        if isinstance(node, SourceList)
    ]
    kept = {source.attr.id: source for _, node in lists for source in node.sources if source.attr.id in cited}
    if kept:
        names = [plain_text(chapter.title) for chapter, _ in lists if chapter.role is Role.BIBLIOGRAPHY]
        yield from [_heading(names[0])] if names else []
        listed = SourceList(sources=tuple(kept.values()))
        yield Group(content=(listed,), attr=Attr(classes=("handout-sources",)))


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
    """A chart without a headline of its own: the title of its card says it. Headings are under that title."""
    match node:
        case Chart(headline=str() as words) if words:
            return replace(node, headline="")
        case Heading():
            return replace(node, level=max(node.level, 4))
    return node


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
