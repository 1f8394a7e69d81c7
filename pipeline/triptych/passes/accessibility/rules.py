"""Check a chapter for missing alt text, skipped heading levels, unclear links and headerless tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.language_tags import get_primary_subtag
from triptych.model.book import Chapter
from triptych.model.nodes import (
    PULL_QUOTE,
    BlockQuote,
    Callout,
    Chart,
    CodeBlock,
    Definition,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Paragraph,
    Row,
    Slide,
    SoftBreak,
    Table,
    Text,
    Verse,
)
from triptych.model.tables import place_cells
from triptych.model.walk import children, get_attr, plain_text, rewrite_all, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedNode:
    """A node with its language and the nearest source position."""

    node: Any
    span: Span | None
    language: str
    is_on_slide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterNodes:
    """A chapter with a list of its nodes, except bare text. ``language`` is the chapter's or the book's."""

    chapter: Chapter
    language: str
    nodes: tuple[PlacedNode, ...]

    def iter_sections(self) -> Iterator[tuple[PlacedNode, ...]]:
        """Yield the nodes of each section, from one heading to the next heading of any level."""
        section: list[PlacedNode] = []
        for placed_node in self.nodes:
            if isinstance(placed_node.node, Heading) and section:
                yield tuple(section)
                section = []
            section.append(placed_node)
        if section:
            yield tuple(section)


def collect_chapter_nodes(chapter: Chapter, language: str) -> ChapterNodes:
    """Collect the nodes of a chapter for use by all rules. ``language`` is the book's language tag."""
    start = PlacedNode(node=None, span=chapter.span, language=chapter.language or language)
    nodes: list[PlacedNode] = []
    for group in (chapter.title, chapter.summary, *chapter.takeaways, chapter.blocks):
        for node in group:
            _add_node(node, start, nodes)
    return ChapterNodes(chapter=chapter, language=start.language, nodes=tuple(nodes))


def _add_node(node: Any, parent: PlacedNode, nodes: list[PlacedNode]) -> None:
    """Append a node and its descendants to ``nodes``, except bare text, which no rule examines."""
    if isinstance(node, Text | SoftBreak | LineBreak):
        return
    placed_node = PlacedNode(
        node=node,
        span=getattr(node, "span", None) or parent.span,
        language=get_attr(node).get("lang") or parent.language,
        is_on_slide=parent.is_on_slide or isinstance(node, Slide),
    )
    nodes.append(placed_node)
    for child in children(node):
        _add_node(child, placed_node, nodes)


def iter_text_lines(node: Any) -> Iterator[tuple[Inline, ...]]:
    """Yield a block's text: its content, caption or title, without the text of nested blocks."""
    match node:
        case Paragraph(content=content) | Heading(content=content) | Definition(term=content):
            yield content
        case Verse(lines=verses):
            yield from verses
        case Table(caption=text) | Figure(caption=text) | Chart(caption=text) | CodeBlock(caption=text):
            yield text
        case Callout(title=title) | Slide(title=title):
            yield title


_MAX_ALT_LENGTH = 350  # characters; about half a minute of speech, which users cannot pause
_FILE_NAME = re.compile(r"(?:\S+ ){0,4}\S+\.(?:avif|bmp|eps|gif|jpe?g|pdf|png|svg|tiff?|webp)", re.IGNORECASE)
_CAMERA_NAME = re.compile(r"(?=\S*[\d_])[\w-]+")  # matches one word with a digit or an underscore

# Openings that repeat words announced by screen readers before the alt text.
_OPENINGS = {
    "de": r"(?:ein(?:e)? )?(?:bild|abbildung|foto|grafik) (?:von|eines|einer|des|der)\b",
    "en": r"(?:an? |the )?(?:image|picture|graphic|figure) (?:of|showing|that shows)\b",
    "es": r"(?:una |la )?(?:imagen|foto|figura) (?:de|del|que muestra)\b",
    "fr": r"(?:une |l['’])?(?:image|photo|figure) (?:de|du|des|d['’]|montrant)",
    "it": r"(?:un['’]|l['’])?(?:immagine|foto|figura) (?:di|del|della|che mostra)\b",
    "nl": r"(?:een |de )?(?:afbeelding|foto|plaatje) van\b",
    "pt": r"(?:uma |a )?(?:imagem|foto|figura) (?:de|do|da|que mostra)\b",
}


def report_missing_alt(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC001 for each image or chart without alt text. For images, a caption is sufficient."""
    captioned = {
        id(image)
        for placed_node in chapter.nodes
        if isinstance(placed_node.node, Figure) and plain_text(placed_node.node.caption)
        for image in placed_node.node.images
    }
    for placed_node in chapter.nodes:
        match placed_node.node:
            case Image(alt="") as image if not image.is_decorative and id(image) not in captioned:
                is_diagram = image.picture is not None and image.picture.drawing
                element_name = "the diagram" if is_diagram else f'image "{image.source}"'
                message = f"{element_name} has no alt text"
                hint = 'describe the image with fig-alt="…", or mark the image as {.decorative}'
                yield Diagnostic(code="ACC001", span=image.span, message=message, hint=hint)
            case Chart(alt="") as chart:
                hint = 'describe the chart in one sentence with fig-alt="…"'
                message = "the chart has no alt text"
                yield Diagnostic(code="ACC001", span=chart.span, message=message, hint=hint)


def report_poor_alt(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC012 for uninformative alt text, such as a file name, and ACC013 for very long alt text."""
    captions = _collect_captions(chapter)
    for placed_node in chapter.nodes:
        if not isinstance(placed_node.node, Image | Chart) or not placed_node.node.alt:
            continue
        if isinstance(placed_node.node, Image) and placed_node.node.is_decorative:
            continue
        alt = " ".join(placed_node.node.alt.split())
        if problem := _explain_alt(alt, captions.get(id(placed_node.node), ""), placed_node):
            message, hint = problem
            yield Diagnostic(code="ACC012", span=placed_node.span, message=message, hint=hint)
        if len(alt) > _MAX_ALT_LENGTH:
            message = f"the alt text has {len(alt)} characters; the limit is {_MAX_ALT_LENGTH}"
            hint = "shorten the alt text to one or two sentences; move details to the body text or "
            hint += '`fig-desc="…"`'
            yield Diagnostic(code="ACC013", span=placed_node.span, message=message, hint=hint)


def _collect_captions(chapter: ChapterNodes) -> dict[int, str]:
    """Return the captions of charts, and of images with explicit alt text, by the node's ``id()``."""
    captions: dict[int, str] = {}
    for placed_node in chapter.nodes:
        match placed_node.node:
            case Chart(caption=caption):
                captions[id(placed_node.node)] = plain_text(caption)
            case Figure(images=images, caption=caption):
                captioned_images = (
                    image for image in images if image.attr.get("fig-alt") or image.attr.get("alt")
                )
                captions |= {id(image): plain_text(caption) for image in captioned_images}
    return captions


def _explain_alt(alt: str, caption: str, placed_node: PlacedNode) -> tuple[str, str] | None:
    if _FILE_NAME.fullmatch(alt) or (_CAMERA_NAME.fullmatch(alt) and alt == _get_file_stem(placed_node.node)):
        return f'alt text "{alt}" is a file name', "write alt text that describes what the image shows"
    if caption and (alt.casefold().rstrip(".") == " ".join(caption.casefold().split()).rstrip(".")):
        hint = "describe what the image shows, or remove the alt text, so that only the caption is read"
        if isinstance(placed_node.node, Chart):
            hint = "state the main point of the chart in the alt text, such as which values rise fastest"
        return "the alt text repeats the caption; screen readers read both", hint
    opening = _OPENINGS.get(get_primary_subtag(placed_node.language))
    if opening and (match := re.match(opening, alt, re.IGNORECASE)):
        hint = "start the alt text with what the image shows; screen readers already announce images"
        return f'the alt text starts with "{match.group()}"', hint
    return None


def _get_file_stem(node: Image | Chart) -> str:
    return PurePosixPath(node.source).stem if isinstance(node, Image) else ""


_COUNT_WORDS = ("no", "one", "two", "three", "four", "five")


def report_skipped_levels(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC002 for each heading that is more than one level below the preceding heading."""
    level, above = 1, "the chapter title"
    for heading in _list_book_headings(chapter):
        words = f'"{plain_text(heading.node.content)}"'
        if (steps := heading.node.level - level) > 1:
            # Levels are compared with the preceding heading, since the reader may have demoted all headings.
            message = f"heading level skipped: {words} is {steps} levels below {above}"
            hint = f"remove {_COUNT_WORDS[steps - 1]} # from the heading"
            yield Diagnostic(code="ACC002", span=heading.span, message=message, hint=hint)
        level, above = heading.node.level, f"the preceding heading {words}"


def report_empty_headings(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC014 for each empty heading."""
    for heading in _list_book_headings(chapter):
        has_drawing = any(isinstance(node, Image | Math) for node in walk(heading.node))
        if not has_drawing and not plain_text(heading.node.content):
            hint = "add text to the heading, or remove it"
            yield Diagnostic(code="ACC014", span=heading.span, message="the heading is empty", hint=hint)


def report_repeated_headings(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC015 for each top-level heading that repeats the text of an earlier one in its chapter."""
    headings = _list_book_headings(chapter)
    top = min((heading.node.level for heading in headings), default=0)
    first: dict[str, PlacedNode] = {}
    for heading in headings:
        words = plain_text(heading.node.content)
        if heading.node.level != top or not words:
            continue
        before = first.setdefault(words.casefold(), heading)
        if before is not heading:
            first_at = f", at {before.span}" if before.span else ""
            hint = f"rename this section or the earlier one{first_at}"
            message = f'two sections of this chapter have the same heading, "{words}"'
            yield Diagnostic(code="ACC015", span=heading.span, message=message, hint=hint)


def _list_book_headings(chapter: ChapterNodes) -> list[PlacedNode]:
    return [
        placed_node
        for placed_node in chapter.nodes
        if isinstance(placed_node.node, Heading) and not placed_node.is_on_slide
    ]


_SOURCE_TARGET = "#ref-"  # citations of different sources may have the same text, such as "(2020)"
_MAX_URL_LENGTH = 60  # characters; longer URLs are tedious to listen to

# Link texts that do not describe the target.
_VAGUE = {
    "de": "hier|klicken sie hier|hier klicken|klick hier|dieser link|diesen link|diesem link|link|mehr"
    "|mehr lesen|weiterlesen|weiter|mehr erfahren|siehe hier|diese seite",
    "en": "here|click here|click|this|this link|the link|link|this page|this site|this website|read more"
    "|more|learn more|more info|more information|find out more|see here|see more|go|details",
    "es": "aquí|aqui|haga clic aquí|haz clic aquí|clic aquí|este enlace|enlace|leer más|más|ver más"
    "|más información|esta página|pulse aquí",
    "fr": "ici|cliquez ici|cliquer ici|ce lien|lien|lire la suite|en savoir plus|plus|voir ici|cette page"
    "|lire plus",
    "it": "qui|clicca qui|cliccare qui|questo link|link|leggi di più|leggi tutto|di più|altro|vedi qui"
    "|questa pagina|scopri di più",
    "nl": "hier|klik hier|deze link|link|lees meer|lees verder|meer|meer informatie|zie hier|deze pagina",
    "pt": "aqui|clique aqui|este link|esta ligação|link|leia mais|ler mais|mais|saiba mais|veja aqui"
    "|esta página",
}
_VAGUE_LINK_TEXTS = {language: frozenset(texts.split("|")) for language, texts in _VAGUE.items()}


def report_unclear_links(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC007 for each link whose text is vague, such as "here", or a long URL."""
    for placed_node in chapter.nodes:
        if not isinstance(placed_node.node, Link):
            continue
        text = plain_text(placed_node.node.content)
        if _normalise_text(text) in _VAGUE_LINK_TEXTS.get(get_primary_subtag(placed_node.language), ()):
            message = f'link text "{text}" does not describe the link target'
            hint = 'describe the target in the link text, for example "the installation guide"'
            yield Diagnostic(code="ACC007", span=placed_node.span, message=message, hint=hint)
        elif len(text) > _MAX_URL_LENGTH and re.match(r"(?:[a-z]+://|www\.)\S+$", text):
            message = (
                f"the link text is a URL of {len(text)} characters; screen readers read out the whole URL"
            )
            hint = "use descriptive link text, for example [description of the page](URL)"
            yield Diagnostic(code="ACC007", span=placed_node.span, message=message, hint=hint)


def report_ambiguous_links(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC008 for each link with the text of an earlier link in its section, but another target."""
    for section in chapter.iter_sections():
        first: dict[str, PlacedNode] = {}
        for placed_node in section:
            if not isinstance(placed_node.node, Link) or placed_node.node.target.startswith(_SOURCE_TARGET):
                continue
            text = plain_text(placed_node.node.content)
            before = (
                first.setdefault(_normalise_text(text), placed_node) if _normalise_text(text) else placed_node
            )
            if _normalise_target(before.node) != _normalise_target(placed_node.node):
                message = f'two links in this section have the text "{text}" but different targets'
                hint = f"change the text of one of the links; the first, at {before.span}, "
                hint += f"points to {before.node.target}"
                yield Diagnostic(code="ACC008", span=placed_node.span, message=message, hint=hint)


def _normalise_text(text: str) -> str:
    return re.sub(r"^\W+|\W+$", "", text.casefold())


def _normalise_target(link: Link) -> str:
    return re.sub(r"^https?://(?:www\.)?", "//", link.target).rstrip("/")


def report_headerless_tables(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC003 for each table without header cells."""
    for placed_node in chapter.nodes:
        match placed_node.node:
            case Table(head=(), row_headers=0, body=body) if body:
                hint = "add a header row that names the columns"
                message = "the table has no header row"
                yield Diagnostic(code="ACC003", span=placed_node.span, message=message, hint=hint)


def report_empty_headers(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC004 for each filled column without text in its header cell, except row header columns."""
    for placed_node in chapter.nodes:
        if not isinstance(placed_node.node, Table) or not placed_node.node.head:
            continue
        table = placed_node.node
        header_columns, filled_columns = _find_filled_columns(table.head), _find_filled_columns(table.body)
        for column in sorted(filled_columns - header_columns - set(range(max(1, table.row_headers)))):
            message = f"the header cell of column {column + 1} is empty"
            hint = "write the name of the column in this cell"
            yield Diagnostic(code="ACC004", span=placed_node.span, message=message, hint=hint)


def _find_filled_columns(rows: tuple[Row, ...]) -> set[int]:
    return {
        column
        for row in place_cells(rows)
        for place, cell in row
        if cell.content
        for column in range(place, place + cell.colspan)
    }


_OMISSION = re.compile(r"\[?(?:…|\.{3})\]?")
_NO_LETTERS = re.compile(r"[\W_]+")


def report_pull_quotes(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC017 for each pull quote whose words do not occur in its chapter."""
    quotes = [
        placed_node
        for placed_node in chapter.nodes
        if isinstance(placed_node.node, BlockQuote) and placed_node.node.attr.has(PULL_QUOTE)
    ]
    if not quotes:
        return
    text = _normalise_letters(plain_text(rewrite_all(chapter.chapter.blocks, _drop_pull_quotes)))
    for quote in quotes:
        pieces = _OMISSION.split(plain_text(quote.node.content))
        if all(_normalise_letters(piece) in text for piece in pieces):
            continue
        yield Diagnostic(
            code="ACC017",
            span=quote.span,
            message="the pull quote does not match the text of its chapter",
            hint="quote the chapter word for word, with … for omissions, or use a block quote (>) instead",
        )


def _normalise_letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _drop_pull_quotes(node: Any) -> Any:
    return () if get_attr(node).has(PULL_QUOTE) else node
