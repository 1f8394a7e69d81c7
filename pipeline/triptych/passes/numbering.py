"""Assign ids, and number chapters, sections, figures, tables, equations, listings and footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.numerals import to_letters, to_roman
from triptych.model.book import Book, Chapter, Label, LabelKind, Matter, OtherTitle, Part
from triptych.model.nodes import (
    Attr,
    Callout,
    Chart,
    CodeBlock,
    Equation,
    Figure,
    Heading,
    Inline,
    Note,
    Table,
    Text,
    Theorem,
    TheoremKind,
)
from triptych.model.walk import (
    chapter_nodes,
    find_slide_node_ids,
    get_attr,
    plain_text,
    rewrite_chapter,
    walk,
)
from triptych.passes.conditions import find_slide_only_ids

# File names of generated pages.
_RESERVED_SLUGS = ("cover", "imprint", "nav", "title-page")


def assign_ids(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Add missing ids and resolve clashes between files. Report IDS001 for an id defined twice.

    Ids written by authors stay unchanged. A heading without an id gets the id that pandoc would give it, or
    ``slug--id`` if that is in use. ``Book.anchors`` maps an id in a file to the id in the book.
    """
    findings: list[Diagnostic] = []
    reserved_ids = _collect_written_ids(book, findings)
    anchors: dict[tuple[str, str], str] = {}
    chapters = []
    for chapter in _add_part_ids(_make_slugs_unique(book.chapters), reserved_ids):
        if not chapter.id:
            chapter = replace(chapter, id=_reserve_id(f"sec-{chapter.slug}", chapter.slug, reserved_ids))
        chapters.append(_add_heading_ids(chapter, reserved_ids, anchors))
    return replace(book, chapters=tuple(chapters), anchors=anchors), findings


def make_pandoc_id(heading_text: str) -> str:
    """Return pandoc's id for a heading with this text (``auto_identifiers`` in pandoc's manual)."""
    return re.sub(
        r"^[\W\d_]+", "", re.sub(r"\s+", "-", re.sub(r"[^\w\s.-]", "", heading_text.lower()).strip())
    )


def make_github_id(heading_text: str) -> str:
    """Return GitHub's id for a heading with this text.

    Unlike pandoc's id, it keeps leading digits and omits full stops.
    """
    return re.sub(r"[^\w\s-]", "", heading_text.lower()).strip().replace(" ", "-")


def _collect_written_ids(book: Book, findings: list[Diagnostic]) -> set[str]:
    """Return all ids written by authors. Report IDS001 for each id that is defined twice."""
    first: dict[str, Span | None] = {}

    def register(identifier: str, span: Span | None) -> None:
        if identifier in first:
            first_at = f", at {first[identifier]}" if first[identifier] else ""
            hint = f"change this id or the earlier one{first_at}"
            message = f'id "{identifier}" is defined twice'
            findings.append(Diagnostic(code="IDS001", span=span, message=message, hint=hint))
        first.setdefault(identifier, span)

    for chapter in book.chapters:
        if chapter.id:
            register(chapter.id, chapter.span)
        for node in chapter_nodes(chapter, Attr):
            if identifier := get_attr(node).id:
                register(identifier, getattr(node, "span", None) or chapter.span)
    return set(first)


def _reserve_id(preferred_id: str, slug: str, used_ids: set[str]) -> str:
    name, number = preferred_id, 1
    while name in used_ids:
        name = f"{slug}--{preferred_id}" if number == 1 else f"{slug}--{preferred_id}-{number}"
        number += 1
    used_ids.add(name)
    return name


def _add_heading_ids(chapter: Chapter, used_ids: set[str], anchors: dict[tuple[str, str], str]) -> Chapter:
    """Add ids to the headings of a chapter; record in ``anchors`` all ids that links to the file may use.

    Links that work on GitHub also work: to the chapter title, and to GitHub's id of a heading.
    """
    used: dict[str, int] = {}
    aliases: dict[str, list[str]] = {}  # GitHub's id → the book's ids of all headings that share it

    def add_alias(content: tuple[Inline, ...], identifier: str) -> None:
        aliases.setdefault(make_github_id(plain_text(content)), []).append(identifier)

    def add_heading_id(node: Any) -> Any:
        if not isinstance(node, Heading):
            return node
        if node.attr.id:
            add_alias(node.content, node.attr.id)
            return node
        base = make_pandoc_id(plain_text(node.content)) or "section"
        count = used[base] = used.get(base, 0) + 1
        local = base if count == 1 else f"{base}-{count - 1}"
        name = _reserve_id(local, chapter.slug, used_ids)
        anchors[chapter.source, local] = name
        add_alias(node.content, name)
        return replace(node, attr=replace(node.attr, id=name))

    for node in chapter_nodes(chapter, Attr):
        if identifier := get_attr(node).id:
            anchors[chapter.source, identifier] = identifier
    anchors[chapter.source, chapter.id] = chapter.id
    add_alias(chapter.title, chapter.id)
    chapter = rewrite_chapter(chapter, add_heading_id, Heading)
    anchors.setdefault((chapter.source, make_pandoc_id(plain_text(chapter.title))), chapter.id)
    for name, identifiers in aliases.items():
        for number, identifier in enumerate(identifiers):
            anchors.setdefault((chapter.source, f"{name}-{number}" if number else name), identifier)
    return chapter


def _add_part_ids(chapters: tuple[Chapter, ...], used_ids: set[str]) -> Iterator[Chapter]:
    """Give each part an id that is unique in the book, and set it in all chapters of the part."""
    names: dict[Part, str] = {}
    for chapter in chapters:
        if chapter.part is None:
            yield chapter
            continue
        if chapter.part not in names:
            names[chapter.part] = _reserve_id(chapter.part.id, f"part-{len(names) + 1}", used_ids)
        yield replace(chapter, part=replace(chapter.part, id=names[chapter.part]))


def _make_slugs_unique(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """Make slugs unique, since they are used as file names."""
    slugs = {chapter.slug for chapter in chapters}
    seen = set(_RESERVED_SLUGS)
    out = []
    for chapter in chapters:
        slug, number = chapter.slug, 1
        while slug in seen or (number > 1 and slug in slugs):
            number += 1
            slug = f"{chapter.slug}-{number}"
        seen.add(slug)
        out.append(replace(chapter, slug=slug))
    return tuple(out)


_MAX_NUMBERED_LEVEL = 3  # deeper headings are unnumbered
_NUMBERED_KINDS = (Heading, Figure, Chart, Table, Equation, CodeBlock, Callout, Theorem)


def number_elements(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Set ``Book.labels``. Figures are numbered within chapters: the second figure of chapter 3 is 3.2.

    Elements that are only on slides are numbered after all others, so that the numbers in books have no gaps.
    """
    table: dict[str, Label] = {}
    shared_counters: Counter[LabelKind] = Counter()  # counters for all unnumbered chapters
    numbered_chapters: list[tuple[Chapter, str, Counter[LabelKind], frozenset[int]]] = []
    chapters = appendices = 0
    for chapter in book.chapters:
        chapter_number = ""
        kind = LabelKind.CHAPTER
        if chapter.matter is Matter.APPENDIX:
            appendices += chapter.numbered
            chapter_number = to_letters(appendices).upper() if chapter.numbered else ""
            kind = LabelKind.APPENDIX
        elif chapter.numbered and chapter.matter is Matter.BODY:
            chapters += 1
            chapter_number = str(chapters)
        table[chapter.id] = Label(kind=kind, number=chapter_number, title=chapter.title)
        counters = Counter[LabelKind]() if chapter_number else shared_counters
        numbered_chapters.append((chapter, chapter_number, counters, find_slide_only_ids(chapter)))
    for slides in (False, True):
        for chapter, chapter_number, counters, hidden in numbered_chapters:
            if hidden or not slides:
                _number_chapter(chapter, chapter_number, table, counters, hidden, slides=slides)
    return replace(book, labels=table, chapters=_number_parts(book)), []


def _number_parts(book: Book) -> tuple[Chapter, ...]:
    ids = list(dict.fromkeys(chapter.part.id for chapter in book.chapters if chapter.part))
    return tuple(
        replace(chapter, part=replace(chapter.part, number=to_roman(ids.index(chapter.part.id) + 1).upper()))
        if chapter.part
        else chapter
        for chapter in book.chapters
    )


def _number_chapter(
    chapter: Chapter,
    chapter_number: str,
    table: dict[str, Label],
    counters: Counter[LabelKind],
    slide_only: frozenset[int],
    *,
    slides: bool,
) -> None:
    """Add the labels of a chapter's elements to ``table``.

    ``slide_only`` has the ``id()`` of each node that only slides show. If ``slides`` is true, only these
    elements are numbered; otherwise, only the others. Headings that only slides show are unnumbered.
    """
    levels = [0] * 7
    groups: dict[str, str] = {}  # of subequations, with their shared numbers
    letters: Counter[str] = Counter()
    slide_nodes = find_slide_node_ids(chapter)

    def count(kind: LabelKind) -> str:
        counters[kind] += 1
        return f"{chapter_number}.{counters[kind]}" if chapter_number else str(counters[kind])

    def add_label(kind: LabelKind, attr: Attr, title: Any, tag: str = "") -> None:
        # As in Quarto, only elements whose id has a reference prefix are numbered. A tag replaces the number.
        if attr.id.startswith(f"{kind}-") and tag:
            table[attr.id] = Label(kind=kind, number=re.sub(r"^\((.*)\)$", r"\1", tag), title=title)
        elif attr.id.startswith(f"{kind}-"):
            table[attr.id] = Label(kind=kind, number=count(kind), title=title)

    figures = chapter_nodes(chapter, Figure)
    panels = {id(inner) for figure in figures for panel in figure.panels for inner in walk(panel)}
    for node in chapter_nodes(chapter, *_NUMBERED_KINDS):
        if id(node) in slide_nodes or id(node) in panels or (id(node) in slide_only) is not slides:
            continue
        match node:
            case Heading():
                unnumbered = (
                    node.attr.has("unnumbered")
                    or node.level > _MAX_NUMBERED_LEVEL
                    or not chapter_number
                    or slides
                )
                text = ""
                if not unnumbered:
                    levels[node.level] += 1
                    levels[node.level + 1 :] = [0] * (6 - node.level)
                    text = ".".join([chapter_number, *map(str, levels[2 : node.level + 1])])
                table[node.attr.id] = Label(kind=LabelKind.SECTION, number=text, title=node.content)
            case Figure(panels=(_, *_)):
                add_label(LabelKind.FIGURE, node.attr, node.caption)
                _number_panels(node, table)
            case Figure() | Chart():
                add_label(LabelKind.FIGURE, node.attr, node.caption)
            case Table():
                # A heat map whose id starts with ``fig-`` is numbered as a figure.
                is_figure = node.attr.id.startswith(f"{LabelKind.FIGURE}-")
                add_label(LabelKind.FIGURE if is_figure else LabelKind.TABLE, node.attr, node.caption)
            case Equation(group="", rows=()):
                add_label(LabelKind.EQUATION, node.attr, (), node.tag)
            case Equation(group=""):
                for row in node.rows:
                    add_label(LabelKind.EQUATION, row.attr, (), row.tag)
            case Equation():
                shared = groups[node.group] = groups.get(node.group) or count(LabelKind.EQUATION)
                if node.attr.id:
                    table[node.attr.id] = Label(kind=LabelKind.EQUATION, number=shared)
                for row in node.rows:
                    letters[node.group] += bool(row.attr.id) and not row.tag
                    letter = to_letters(letters[node.group]) if row.attr.id else ""
                    add_label(LabelKind.EQUATION, row.attr, (), row.tag or shared + letter)
            case CodeBlock():
                # A diagram that could not be drawn is still numbered as a figure, as references expect.
                is_figure = node.attr.id.startswith(f"{LabelKind.FIGURE}-")
                add_label(LabelKind.FIGURE if is_figure else LabelKind.LISTING, node.attr, node.caption)
            case Callout():
                add_label(LabelKind[node.kind.name], node.attr, node.title)
            case Theorem() if node.kind is not TheoremKind.PROOF:
                add_label(LabelKind(node.kind), node.attr, node.title)


def _number_panels(figure: Figure, table: dict[str, Label]) -> None:
    """Add the labels of a figure's panels: 3.2a, 3.2b … for figure 3.2, or a, b … if it has no id."""
    figure_number = table[figure.attr.id].number if figure.attr.id in table else ""
    for place, panel in enumerate(figure.panels, 1):
        if panel.attr.id:
            text = figure_number + to_letters(place)
            table[panel.attr.id] = Label(kind=LabelKind.FIGURE, number=text, title=panel.caption)


def number_notes(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Assign numbers to footnotes, from 1 in each chapter. Repeated references share a number."""
    return replace(book, chapters=tuple(map(_number_chapter_notes, book.chapters))), []


def _number_chapter_notes(chapter: Chapter) -> Chapter:
    notes = list(chapter_nodes(chapter, Note))
    if not notes:
        return chapter
    numbers_by_key: dict[str, int] = {}
    numbers: list[tuple[int, bool]] = []
    count = 0
    for note in notes:
        is_repeated = bool(note.key) and note.key in numbers_by_key
        if not is_repeated:
            count += 1
            numbers_by_key.setdefault(note.key, count)
        numbers.append((numbers_by_key[note.key] if is_repeated else count, is_repeated))
    # Rewriting visits children first, so the numbers are sorted by the ends of the notes.
    ordered = iter(_order_by_visit(chapter, dict(zip(map(id, notes), numbers, strict=True))))

    def set_number(node: Any) -> Any:
        if not isinstance(node, Note):
            return node
        number, is_repeated = next(ordered)
        return replace(
            node, number=number, is_repeated=is_repeated, content=() if is_repeated else node.content
        )

    return rewrite_chapter(chapter, set_number, Note)


def _order_by_visit(chapter: Chapter, numbers: dict[int, tuple[int, bool]]) -> list[tuple[int, bool]]:
    """Return the numbers in the order in which ``rewrite_chapter`` visits the notes.

    Each number has a flag that is True for further references to the same note.
    """
    ordered_numbers: list[tuple[int, bool]] = []

    def record_visit(node: Any) -> Any:
        if isinstance(node, Note):
            ordered_numbers.append(numbers[id(node)])
        return node

    rewrite_chapter(chapter, record_visit, Note)
    return ordered_numbers


def export_numbering(book: Book) -> dict[str, Any]:
    """Return a book's title and numbering table for JSON. The table maps ids to kind, number and title."""
    labels = {
        id_: {"kind": str(label.kind), "number": label.number, "title": plain_text(label.title)}
        for id_, label in book.labels.items()
    }
    return {"title": book.metadata.title, "labels": labels}


def import_numbering(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, OtherTitle]:
    """Convert the exported numbering tables of other books to ``OtherTitle`` objects, by catalogue name."""
    return {
        name: OtherTitle(
            title=table["title"],
            labels={
                id_: Label(
                    kind=LabelKind(row["kind"]), number=row["number"], title=(Text(text=row["title"]),)
                )
                for id_, row in table["labels"].items()
            },
        )
        for name, table in tables.items()
    }
