"""Define the ``talk:`` and ``talks:`` sections: the length, chapters and slides of talks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from pydantic import Field

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, SlideSelection
from triptych.model.walk import book_nodes, collect_ids, get_attr, rewrite_chapter, walk_all
from triptych.settings.values import SourcePositions, StrictModel, TextList


class TalkNotesEntry(StrictModel):
    """Speaker notes that replace the generated ones of slides that every talk has."""

    title: str = ""
    """Notes of the title slide. Example: `Good morning, and thank you for coming.`."""
    summary: str = ""
    """Notes of the summary slide. Example: `In short, the engine works.`."""
    agenda: str = ""
    """Notes of the agenda slide. Example: `We have three topics today.`."""
    closing: str = ""
    """Notes of the last slide. Example: `Thank you. I am happy to take questions.`."""


class TalkEntry(StrictModel):
    """The ``talk:`` section."""

    minutes: float = Field(default=0, ge=0, le=600)
    """Length of the talk in minutes. Default: no limit. Example: `20`."""
    pace: int = Field(default=130, ge=60, le=300)
    """Speaking rate in words per minute. Default: 130. Example: `110`."""
    slides: TextList = ()
    """Ids of the slides to show, in this order; all other slides are hidden. Default: all slides. Example:
    `[sld-question, fig-solar]`.
    """
    notes: TalkNotesEntry = TalkNotesEntry()
    """Speaker notes of the automatic slides. Default: generated from the book. Example: `{closing: Thank
    you.}`.
    """


class NamedTalkEntry(StrictModel):
    """A talk under ``talks:``; it inherits the settings of ``talk:`` except ``slides``."""

    minutes: float = Field(default=0, ge=0, le=600)
    """Length of the talk in minutes. Default: that of `talk`. Example: `10`."""
    pace: int = Field(default=130, ge=60, le=300)
    """Speaking rate in words per minute. Default: that of `talk`. Example: `110`."""
    slides: TextList = ()
    """Ids of the slides to show, in this order; all other slides are hidden. Default: all slides. Example:
    `[sld-question, fig-solar]`.
    """
    notes: TalkNotesEntry = TalkNotesEntry()
    """Speaker notes of the automatic slides. Default: those of `talk`. Example: `{closing: Thank you.}`."""
    chapters: TextList = ()
    """Chapters of the talk, by file name or id. Default: all chapters. Example: `[introduction,
    findings.md]`.
    """


STANDARD_SLIDE_IDS = ("title", "summary", "agenda", "closing", "sources")
"""The ids of slides that every talk has."""
_SLIDE_BLOCKS = (
    nodes.Slide,
    nodes.Chart,
    nodes.Table,
    nodes.Figure,
    nodes.CodeBlock,
    nodes.BlockQuote,
    nodes.Equation,
    nodes.Callout,
)


def _can_be_slide(node: Any) -> bool:
    """Return whether a block can be the content of a slide."""
    return isinstance(node, _SLIDE_BLOCKS) or (isinstance(node, nodes.Group) and node.attr.has("timeline"))


def mark_slides(chapter: Chapter, slides: tuple[str, ...]) -> Chapter:
    """Add the class ``.slide`` to blocks whose ids are listed for a talk."""

    def mark(node: Any) -> Any:
        attr = get_attr(node)
        if attr.id not in slides or not _can_be_slide(node):
            return node
        class_names = (name for name in attr.classes if name not in ("slide", "backup", "no-slide"))
        return replace(node, attr=replace(attr, classes=(*class_names, "slide")))

    marked_chapter = rewrite_chapter(chapter, mark)
    if marked_chapter == chapter or marked_chapter.slide_settings.selection is not SlideSelection.NONE:
        return marked_chapter
    return replace(
        marked_chapter,
        slide_settings=replace(marked_chapter.slide_settings, selection=SlideSelection.EXPLICIT),
    )


def limit_talk_to_chapters(book: Book, names: Iterable[str]) -> Book:
    """Exclude the chapters not in ``names`` from the slides. If ``names`` is empty, exclude none."""
    chapter_names = set(names)
    if not chapter_names:
        return book
    chapters = (
        chapter
        if chapter_names & _list_chapter_names(chapter)
        else replace(chapter, slide_settings=replace(chapter.slide_settings, selection=SlideSelection.NONE))
        for chapter in book.chapters
    )
    return replace(book, chapters=tuple(chapters))


def check_talk_references(
    book: Book, main_talk: TalkEntry, talks: Mapping[str, NamedTalkEntry], positions: SourcePositions
) -> Iterator[Diagnostic]:
    """Report MAN011 for unknown chapters and slides in talks, and for slides that are listed twice."""
    known_names = {
        name for chapter in book.chapters if chapter.source for name in _list_chapter_names(chapter)
    }
    shortest = sorted(name for name in known_names if "/" not in name and not name.endswith(".md"))
    for talk, entry in talks.items():
        for index, name in enumerate(entry.chapters):
            if name not in known_names:
                yield Diagnostic(
                    code="MAN011",
                    span=positions.find(("talks", talk, "chapters", index)),
                    message=f'talk "{talk}" refers to an unknown chapter: "{name}"',
                    hint=did_you_mean(name, known_names)
                    or f"use one of these chapters: {', '.join(shortest)}",
                )

    slides_by_keys: dict[tuple[str, ...], tuple[str, ...]] = {("talk",): main_talk.slides}
    slides_by_keys |= {("talks", name): entry.slides for name, entry in talks.items()}
    if not any(slides_by_keys.values()):
        return
    chapters = [chapter for chapter in book.chapters if chapter.matter in (Matter.BODY, Matter.APPENDIX)]
    ids = collect_ids(
        node for chapter in chapters for node in walk_all(chapter.blocks) if _can_be_slide(node)
    )
    ids |= {*STANDARD_SLIDE_IDS, *(chapter.id for chapter in chapters)}
    all_ids = collect_ids(book_nodes(book, nodes.Attr))
    for keys, slides in slides_by_keys.items():
        for index, name in enumerate(slides):
            span = positions.find((*keys, "slides", index))
            if name not in ids:
                message = f'this talk refers to an unknown slide: "{name}"'
                hint = did_you_mean(name, ids) or f"give a slide this id: `::: {{.slide #{name}}}`"
                if name in all_ids:
                    message = f'this talk refers to "{name}", but no slide has or shows that id'
                    kinds = "slide, chart, table, figure, listing or formula"
                    hint = f"use the id of a {kinds} in a chapter or appendix"
                yield Diagnostic(code="MAN011", span=span, message=message, hint=hint, name=name)
            elif name in slides[:index]:
                message = f'slide "{name}" is listed twice in this talk'
                yield Diagnostic(
                    code="MAN011", span=span, message=message, hint=f'delete one of the two "{name}" entries'
                )


def _list_chapter_names(chapter: Chapter) -> set[str]:
    """Return the names by which a talk can list a chapter: its id, path, file name and stem."""
    path = PurePosixPath(chapter.source)
    return {chapter.id, "/".join(path.parts[1:]), path.name, path.stem}
