"""Convert a deck to a handout for the audience or a script for the speaker.

Both are books for the PDF writer and therefore tagged for screen readers, unlike images of slides. A handout
shows each slide as a card, beside its notes. A script has each slide's number, timing and notes in large
type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from triptych.formats import OutputFormat
from triptych.languages.labels import Labels
from triptych.languages.numerals import format_minutes
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
    Image,
    Inline,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Phrase,
    ReferenceList,
    Style,
    Styled,
    Table,
    Text,
)
from triptych.model.walk import book_nodes, plain_text, rewrite_all, rewrite_book, walk_all
from triptych.settings.pdf_options import MarginsEntry, PdfOptions
from triptych.theme.theme import Theme
from triptych.writers.deck.slides import (
    ColumnsBody,
    Deck,
    DeckSlide,
    NoteParagraph,
    Para,
    Run,
    SlideKindName,
    TextBody,
    count_note_words,
    join_run_text,
    number_slides,
)

_STYLES = (
    ("bold", Style.STRONG),
    ("italic", Style.EMPHASIS),
    ("raised", Style.SUPERSCRIPT),
    ("lowered", Style.SUBSCRIPT),
)
_HANDOUT_CHAPTER = "_handout"  # id of the handout's only chapter
# Cards with more content than this take the full width of the page.
_MAX_ROWS, _MAX_LINES, _MAX_CHARACTERS, _MAX_COLUMNS = 14, 22, 1300, 5


def make_handout(book: Book, deck: Deck, *, hidden: bool = True) -> Book:
    """Return a deck's handout: a book with a section for each chapter, and the cited sources at the end.

    Each section starts with the chapter's summary and takeaways. Title, closing, agenda and source slides are
    omitted. Hidden slides come last, or are omitted if ``hidden`` is false.
    """
    chapters = {chapter.id: chapter for chapter in book.chapters}
    opening = next((slide for slide in deck.slides if slide.kind is SlideKindName.TITLE), None)
    content: list[Block] = [*_make_opening(opening)] if opening else []
    hidden_cards: list[Block] = []
    seen_chapters: set[str] = set()
    for number, slide in zip(number_slides(deck), deck.slides, strict=True):
        if slide.kind in (SlideKindName.TITLE, SlideKindName.CLOSING) or slide.id in _STRUCTURAL_IDS:
            continue
        if slide.hidden:
            hidden_cards.append(
                _make_card(slide, number, ("slide-card", "further"), with_book_reference=True)
            )
            continue
        if slide.chapter in chapters and slide.chapter not in seen_chapters:
            seen_chapters.add(slide.chapter)
            divider = slide if slide.kind is SlideKindName.DIVIDER else None
            content += _iter_chapter_opening(chapters[slide.chapter], divider)
        if slide.chapter in chapters and _repeats_takeaways(slide, chapters[slide.chapter]):
            content += _make_notes(slide.notes)
        elif slide.kind is not SlideKindName.DIVIDER:
            content.append(_make_row(slide, number))
    if hidden_cards and hidden:
        content += [_make_heading(deck.hidden_section_name), *_pair_cards(hidden_cards)]
    content += _list_sources(book, content)
    handout_chapter = replace(_make_chapter(_HANDOUT_CHAPTER, deck.title), blocks=tuple(content))
    label = Label(kind=LabelKind.CHAPTER, number="", title=handout_chapter.title)
    # The title block already shows the subtitle.
    metadata = replace(book.metadata, subtitle="")
    labels = {**book.labels, _HANDOUT_CHAPTER: label}
    return replace(book, metadata=metadata, chapters=(handout_chapter,), labels=labels)


_STRUCTURAL_IDS = ("agenda", "sources")


def _make_opening(slide: DeckSlide) -> Iterator[Block]:
    yield from (_make_text_group(words, "handout-line") for words in (slide.subtitle, slide.kicker) if words)
    yield from _make_notes(slide.notes)


def _iter_chapter_opening(chapter: Chapter, divider: DeckSlide | None) -> Iterator[Block]:
    """Yield a chapter's heading, summary and takeaways, and the notes left over from its divider slide."""
    notes = divider.notes if divider else ()
    note_blocks = [
        (join_run_text(text).strip(), Paragraph(content=make_inlines(text))) for text in notes if text
    ]
    part = chapter.part.title if chapter.part else None
    part_blocks = [block for text, block in note_blocks if part and text.endswith(part)]
    if part_blocks:
        yield Group(content=tuple(part_blocks), attr=Attr(classes=("handout-part",)))
    attr = Attr(chapter.id, ("handout-chapter",))
    yield Heading(level=2, content=chapter.title, attr=attr)
    brief: list[Block] = [Paragraph(content=chapter.summary)] if chapter.summary else []
    points = tuple(ListItem(content=(Paragraph(content=point, tight=True),)) for point in chapter.takeaways)
    brief += [BulletList(items=points)] if points else []
    summary_text = " ".join(map(plain_text, (chapter.summary, *chapter.takeaways)))
    brief += [block for text, block in note_blocks if text not in summary_text and block not in part_blocks]
    if brief:
        yield Group(content=tuple(brief), attr=Attr(classes=("in-brief",)))


def _repeats_takeaways(slide: DeckSlide, chapter: Chapter) -> bool:
    """Return whether a slide only repeats the takeaways that are printed below the chapter heading."""
    slide_text = plain_text(tuple(make_slide_blocks(slide)))
    return bool(chapter.takeaways) and slide_text == " ".join(map(plain_text, chapter.takeaways))


def _make_row(slide: DeckSlide, number: int) -> Group:
    card = _make_card(slide, number, ("slide-card",))
    note_blocks = tuple(_make_notes(slide.notes, slide.book_reference))
    above = (
        _is_large_card(card)
        or sum(map(count_note_words, slide.notes)) > _MAX_CHARACTERS // 5
        or not note_blocks
    )
    return Group(
        content=(card, *note_blocks), attr=Attr(classes=("slide-row", "stacked" if above else "beside"))
    )


def _make_card(
    slide: DeckSlide, number: int, classes: tuple[str, ...], *, with_book_reference: bool = False
) -> Group:
    title = Heading(level=3, content=(Text(text=slide.title),), attr=Attr(classes=("unnumbered",)))
    line = [_make_text_group(slide.book_reference)] if with_book_reference and slide.book_reference else []
    content = (_make_slide_label(str(number)), title, *make_slide_blocks(slide), *line)
    return Group(content=content, attr=Attr(classes=classes))


def _make_text_group(text: str, name: str = "in-book") -> Group:
    """Return a paragraph of plain text in a group with the class ``name``."""
    return Group(content=(Paragraph(content=(Text(text=text),)),), attr=Attr(classes=(name,)))


def _make_notes(notes: Iterable[NoteParagraph], line: str = "") -> Iterator[Block]:
    note_blocks: list[Block] = [Paragraph(content=make_inlines(text)) for text in notes]
    note_blocks += [_make_text_group(line)] if line else []
    if note_blocks:
        yield Group(content=tuple(note_blocks), attr=Attr(classes=("said",)))


def _is_large_card(card: Group) -> bool:
    """Return whether a card is so large that it gets its own row and may break across pages."""
    nodes = list(walk_all(card.content))
    tables = [node for node in nodes if isinstance(node, Table)]
    code = [node for node in nodes if isinstance(node, CodeBlock)]
    return (
        any(len(table.body) > _MAX_ROWS or len(table.columns) > _MAX_COLUMNS for table in tables)
        or any(listing.text.count("\n") > _MAX_LINES for listing in code)
        or len(plain_text(card.content)) > _MAX_CHARACTERS
    )


def _pair_cards(cards: Sequence[Block]) -> Iterator[Block]:
    """Yield groups of two cards side by side. A large card has its own group."""
    waiting: list[Block] = []
    for card in cards:
        large = isinstance(card, Group) and _is_large_card(card)
        if not large:
            waiting.append(card)
        if waiting and (large or len(waiting) == 2):
            yield Group(content=tuple(waiting), attr=Attr(classes=("slide-pair",)))
            waiting = []
        if large:
            yield Group(content=(card,), attr=Attr(classes=("slide-row", "stacked")))
    if waiting:
        yield Group(content=tuple(waiting), attr=Attr(classes=("slide-pair",)))


def _make_heading(text: str) -> Heading:
    return Heading(level=2, content=(Text(text=text),), attr=Attr(classes=("unnumbered", "handout-chapter")))


def _list_sources(book: Book, content: Sequence[Block]) -> Iterator[Block]:
    cited = {
        entry for node in walk_all(tuple(content)) if isinstance(node, Citation) for entry in node.entries
    }
    lists = [
        (chapter, node)
        for chapter in book.chapters
        for node in walk_all(chapter.blocks)
        if isinstance(node, ReferenceList)
    ]
    cited_sources = {
        source.attr.id: source for _, node in lists for source in node.sources if source.attr.id in cited
    }
    if cited_sources:
        names = [plain_text(chapter.title) for chapter, _ in lists if chapter.role is Role.BIBLIOGRAPHY]
        yield from [_make_heading(names[0])] if names else []
        source_list = ReferenceList(sources=tuple(cited_sources.values()))
        yield Group(content=(source_list,), attr=Attr(classes=("handout-sources",)))


def make_slide_blocks(slide: DeckSlide) -> Iterable[Block]:
    """Convert a slide's content to blocks of a book."""
    if slide.book_blocks:
        return rewrite_all(slide.book_blocks, _demote_headings)
    match slide.body:
        case TextBody(paras=paras):
            return _make_blocks(paras)
        case ColumnsBody(columns=columns):  # the agenda
            bodies = (column.body for column in columns)
            texts = (body.paras for body in bodies if isinstance(body, TextBody))
            return _make_blocks([para for paras in texts for para in paras])
    return ()


def _demote_headings(node: Any) -> Any:
    """Remove a chart's headline, which repeats the card title, and demote headings below the card title."""
    match node:
        case Chart(headline=str() as words) if words:
            return replace(node, headline="")
        case Heading():
            return replace(node, level=max(node.level, 4))
    return node


def _make_blocks(paras: Sequence[Para]) -> Iterator[Block]:
    """Convert slide paragraphs to paragraphs and lists of a book.

    A paragraph at a deeper level becomes part of the preceding list item.
    """
    start = 0
    while start < len(paras):
        first = paras[start]
        if not first.bullet and first.number is None:
            yield Paragraph(content=make_inlines(first.runs))
            start += 1
            continue
        items: list[ListItem] = []
        while start < len(paras) and _continues_list(first, len(items), paras[start]):
            end = start + 1
            while end < len(paras) and paras[end].level > first.level:
                end += 1
            item_text = Paragraph(content=make_inlines(paras[start].runs), tight=True)
            items.append(ListItem(content=(item_text, *_make_blocks(paras[start + 1 : end]))))
            start = end
        if first.number is None:
            yield BulletList(items=tuple(items))
        else:
            style, brackets = first.style, first.brackets
            yield OrderedList(items=tuple(items), start=first.number, style=style, brackets=brackets)


def _continues_list(first_para: Para, count: int, para: Para) -> bool:
    """Return whether a paragraph continues a list that has ``count`` items so far."""
    if first_para.number is None or para.number is None:
        return para.number is first_para.number and para.bullet
    same_look = (para.style, para.brackets) == (first_para.style, first_para.brackets)
    return same_look and para.number == first_para.number + count


def make_inlines(runs: Iterable[Run]) -> tuple[Inline, ...]:
    """Convert text runs to inlines of a book."""
    return tuple(_make_inline(run) for run in runs)


def _make_inline(run: Run) -> Inline:
    inline: Inline = Code(text=run.text) if run.code else Text(text=run.text)
    for name, style in _STYLES:
        if getattr(run, name):
            inline = Styled(style=style, content=(inline,))
    if run.language:
        inline = Phrase(attr=Attr(pairs=(("lang", run.language),)), content=(inline,))
    return Link(target=run.href, content=(inline,)) if run.href else inline


_OPENING_CHAPTER = "_opening"  # id of the chapter with the slides before the book's first chapter


def make_speaker_script(book: Book, deck: Deck, pace: int, labels: Labels) -> Book:
    """Return a deck's speaker script as a book.

    Each chapter with visible slides becomes a chapter of the script. ``pace`` is the speaking rate in words
    per minute.
    """
    chapters = {chapter.id: chapter for chapter in book.chapters}
    sheets: list[Chapter] = []
    word_count = 0
    for number, slide in zip(number_slides(deck), deck.slides, strict=True):
        if slide.hidden:
            continue
        times = word_count / pace, (word_count := word_count + slide.note_word_count) / pace
        duration = labels.format_duration(format_minutes(slide.note_word_count / pace))
        label = " · ".join((str(number), "–".join(map(format_minutes, times)), duration))
        if slide.kind is SlideKindName.DIVIDER and slide.id in chapters:
            sheets.append(
                _replace_blocks(chapters[slide.id], (_make_slide_label(label), *_make_full_page_notes(slide)))
            )
        elif slide.chapter in chapters and (not sheets or sheets[-1].id != slide.chapter):
            sheets.append(_replace_blocks(chapters[slide.chapter], _make_page(slide, label, is_first=True)))
        elif sheets:
            sheets[-1] = replace(sheets[-1], blocks=(*sheets[-1].blocks, *_make_page(slide, label)))
        else:
            opening = _make_chapter(_OPENING_CHAPTER, slide.title)
            sheets.append(_replace_blocks(opening, (_make_slide_label(label), *_make_full_page_notes(slide))))
    imprint_chapters = [chapter for chapter in book.chapters if chapter.role is Role.IMPRINT]
    labels_of = {
        sheet.id: Label(kind=LabelKind.CHAPTER, number="", title=sheet.title) for sheet in sheets[:1]
    }
    return replace(book, chapters=(*imprint_chapters, *sheets), labels={**labels_of, **book.labels})


def _make_chapter(name: str, title: str) -> Chapter:
    slug, content = name.removeprefix("_"), (Text(text=title),)
    return Chapter(id=name, slug=slug, source="", title=content, blocks=(), numbered=False)


def _replace_blocks(chapter: Chapter, blocks: Sequence[Block] | Iterator[Block]) -> Chapter:
    return replace(chapter, takeaways=(), blocks=tuple(blocks))


def _make_page(slide: DeckSlide, label: str, *, is_first: bool = False) -> Iterator[Block]:
    title = Heading(level=2, content=(Text(text=slide.title),), attr=Attr(classes=("unnumbered",)))
    classes = ("slide-card",) if is_first else ("slide-card", "of-script")
    yield Group(
        content=(_make_slide_label(label), title, *make_slide_blocks(slide)), attr=Attr(classes=classes)
    )
    yield from _make_full_page_notes(slide)


def _make_slide_label(text: str) -> Paragraph:
    return Paragraph(content=(Phrase(attr=Attr(classes=("slide-number",)), content=(Text(text=text),)),))


def _make_full_page_notes(slide: DeckSlide) -> Iterator[Block]:
    if slide.notes:
        note_paragraphs = tuple(Paragraph(content=make_inlines(text)) for text in slide.notes)
        yield Group(content=note_paragraphs, attr=Attr(classes=("said", "in-large")))


_MARGIN = 45.0  # points; exceeds the unprintable margin of office printers, and leaves room for punch holes
_CHART_WIDTH = 254.0  # points; the inner width of a card, so that chart text keeps its size


def adapt_theme_to_sheets(theme: Theme) -> Theme:
    """Adapt a theme to loose sheets: equal margins, no blank pages, and each chapter on a new page."""
    design = replace(theme.print, chapters="page", margins="equal", running_heads="foot", opener_drop=0)
    return replace(theme, print=design)


def use_printed_diagrams(handout: Book, book: Book, output: OutputFormat) -> Book:
    """Replace diagrams drawn for slides with those drawn for the print output format ``output``."""
    images = book_nodes(book, Image)
    print_pictures = {
        image.picture: dict(image.variants).get(output)
        for image in images
        if image.picture and image.picture.drawing
    }

    def draw(node: Any) -> Any:
        other = print_pictures.get(node.picture) if isinstance(node, Image) and node.picture else None
        return replace(node, picture=other) if other else node

    return rewrite_book(handout, draw)


def adapt_theme_to_cards(theme: Theme) -> Theme:
    """Limit the chart width of a theme to the width of a handout card, unless the text is large print."""
    width = theme.print.chart_width if theme.print.large else min(_CHART_WIDTH, theme.print.chart_width)
    return replace(theme, print=replace(theme.print, chart_width=width))


def set_office_margins(options: PdfOptions) -> PdfOptions:
    """Set page margins for office printers, unless the manifest sets margins."""
    margins = MarginsEntry.model_construct(top=_MARGIN, bottom=_MARGIN * 1.2, inner=_MARGIN, outer=_MARGIN)
    return options if options.margins else options.model_copy(update={"margins": margins})
