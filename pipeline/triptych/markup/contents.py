"""Build the table of contents and the lists of figures, tables and listings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter, Label, LabelKind, Part, Role
from triptych.model.nodes import Attr, Citation, Heading, Inline, Text
from triptych.model.walk import book_nodes, collect_ids, plain_text, rewrite_all, strip_anchors
from triptych.template_views import template_view

PART = 0  # level of parts in the table of contents


@template_view()
@dataclass(slots=True)
class ContentsEntry:
    """An entry in the table of contents. ``level`` is 0 for parts, 1 for chapters and higher for sections."""

    id: str
    number: str
    title: tuple[Inline, ...]
    level: int
    children: list[ContentsEntry] = field(default_factory=list)


def build_table_of_contents(book: Book, depth: int) -> list[ContentsEntry]:
    """Return the table of contents down to heading level ``depth``, with chapters grouped by part."""
    entries: list[ContentsEntry] = []
    part: ContentsEntry | None = None
    for chapter in filter(has_title, book.chapters):
        of_chapter = _make_contents_entry(chapter, book.labels, depth)
        if chapter.part is None:
            part = None
        elif part is None or part.id != chapter.part.id:
            part = ContentsEntry(chapter.part.id, chapter.part.number, (Text(text=chapter.part.title),), PART)
            entries.append(part)
        (part.children if part else entries).append(of_chapter)
    return entries


def list_part_chapters(book: Book, part: Part) -> list[ContentsEntry]:
    """Return the table of contents entries for the chapters of ``part``."""
    return next(entry.children for entry in build_table_of_contents(book, 1) if entry.id == part.id)


def limit_levels(entries: Sequence[ContentsEntry], levels: int) -> list[ContentsEntry]:
    """Return the entries of a table of contents down to the given number of ``levels``."""
    return (
        [replace(entry, children=limit_levels(entry.children, levels - 1)) for entry in entries]
        if levels
        else []
    )


_UNTITLED = (Role.DEDICATION, Role.EPIGRAPH, Role.IMPRINT)


def has_title(chapter: Chapter) -> bool:
    """Return whether a chapter shows its title and appears in the table of contents; dedications do not."""
    return chapter.role not in _UNTITLED


# The key of each list's title in the labels.
LIST_TITLE_KEYS = {
    LabelKind.FIGURE: "figures-list",
    LabelKind.TABLE: "tables-list",
    LabelKind.LISTING: "listings-list",
}


def get_enabled_lists(*, lof: bool, lot: bool, lol: bool) -> tuple[LabelKind, ...]:
    """Return the enabled lists: of figures (``lof``), tables (``lot``) and listings (``lol``)."""
    return tuple(
        kind for kind, is_enabled in zip(LIST_TITLE_KEYS, (lof, lot, lol), strict=True) if is_enabled
    )


@template_view()
@dataclass(frozen=True, slots=True)
class ListedElement:
    """An entry in a list of figures, tables or listings."""

    id: str
    number: str
    title: tuple[Inline, ...]


def list_numbered_elements(book: Book, kind: LabelKind) -> list[ListedElement]:
    """Return the numbered figures, tables or listings in this output, in order."""
    existing_ids = collect_ids(book_nodes(book, Attr))
    labels = [
        (name, label) for name, label in book.labels.items() if label.kind is kind and name in existing_ids
    ]
    return [
        ListedElement(identifier, label.number, _remove_citations(strip_anchors(label.title)))
        for identifier, label in labels
    ]


def format_chapter_name(book: Book, chapter: Chapter, labels: Labels) -> str:
    """Return the name of a chapter, such as "Chapter 3" or "Appendix A", or "" if it is unnumbered."""
    label = book.labels[chapter.id]
    key = "appendix" if label.kind is LabelKind.APPENDIX else "chapter"
    return labels.named(key, label.number) if label.number else ""


def _remove_citations(title: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return rewrite_all(title, lambda node: () if isinstance(node, Citation) else node)


def _make_contents_entry(chapter: Chapter, labels: Mapping[str, Label], depth: int) -> ContentsEntry:
    label = labels.get(chapter.id)
    title = strip_anchors(chapter.title)
    name = Text(text=chapter.slug.replace("-", " ").capitalize())  # for a title that consists of an image
    top = ContentsEntry(chapter.id, label.number if label else "", title if plain_text(title) else (name,), 1)
    path = [top]
    for block in chapter.blocks:
        if isinstance(block, Heading) and block.level <= depth and not block.attr.has("unlisted"):
            title = strip_anchors(block.content)
            if not plain_text(title):
                continue  # an entry needs text
            while path[-1].level >= block.level:
                path.pop()
            label = labels.get(block.attr.id)
            entry = ContentsEntry(block.attr.id, label.number if label else "", title, block.level)
            path[-1].children.append(entry)
            path.append(entry)
    return top
