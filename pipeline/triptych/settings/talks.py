"""The ``talk:`` and ``talks:`` sections: how long people listen, and to which chapters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from pydantic import Field

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.model.book import Book, Chapter, Telling
from triptych.settings.positions import Positions
from triptych.settings.strict import Strict
from triptych.settings.values import Texts


class TalkEntry(Strict):
    """The ``talk:`` section."""

    minutes: float = Field(default=0, ge=0, le=600)
    """How long the talk may take; without it there is no limit."""
    pace: int = Field(default=130, ge=60, le=300)
    """How many words are said in a minute."""


class NamedTalkEntry(Strict):
    """A talk under ``talks:``; what it leaves out it takes from ``talk:``."""

    minutes: float = Field(default=0, ge=0, le=600)
    """How long the talk may take; without it as long as the talk of the book."""
    pace: int = Field(default=130, ge=60, le=300)
    """How many words are said in a minute."""
    chapters: Texts = ()
    """The chapters that it tells, by the names of their files or their ids; without it all."""


def telling_only(book: Book, names: Iterable[str]) -> Book:
    """A book of whose chapters only those of some names are told as slides; of all, where none is named."""
    wanted = set(names)
    if not wanted:
        return book
    chapters = (
        chapter
        if wanted & _names(chapter)
        else replace(chapter, talk=replace(chapter.talk, telling=Telling.NONE))
        for chapter in book.chapters
    )
    return replace(book, chapters=tuple(chapters))


def unknown_chapters(
    book: Book, talks: Mapping[str, NamedTalkEntry], positions: Positions
) -> Iterator[Diagnostic]:
    """MAN011 for each chapter of a talk that the book has not."""
    known = {name for chapter in book.chapters if chapter.source for name in _names(chapter)}
    shortest = sorted(name for name in known if "/" not in name and not name.endswith(".md"))
    for talk, entry in talks.items():
        for place, name in enumerate(entry.chapters):
            if name not in known:
                yield Diagnostic(
                    code="MAN011",
                    span=positions.find(("talks", talk, "chapters", place)),
                    message=f'the talk "{talk}" tells the chapter "{name}", which the book has not',
                    hint=did_you_mean(name, known) or f"its chapters are {', '.join(shortest)}",
                )


def _names(chapter: Chapter) -> set[str]:
    """What a chapter may be called: its id, its file from the manifest's folder, the file's name alone."""
    path = PurePosixPath(chapter.source)
    within = "/".join(path.parts[1:])
    return {chapter.id, within, path.name, path.stem}
