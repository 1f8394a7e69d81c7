"""What every importer makes of a source: the book in pieces, before links are resolved and files written."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from triptych.engine.processes.bounds import say_at
from triptych_import.draft import Draft, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file of the source inside a section. ``depth`` says how far below the chapter it stands."""

    draft: Draft
    depth: int = 0
    title: str = ""

    @property
    def path(self) -> str:
        """The file's path relative to the folder of the texts."""
        return self.draft.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section file to write: its path under source/, its pieces, and what its head says.

    ``included`` marks a text that is no chapter, but put into one by a shortcode.
    """

    path: str
    pieces: tuple[Piece, ...]
    head: Mapping[str, str | bool | tuple[str, ...]] = field(default_factory=dict)
    part: str = ""
    appendix: bool = False
    included: bool = False

    def with_drafts(self, change: Callable[[Piece], Draft]) -> Section:
        """The section with another draft in each of its pieces."""
        return replace(self, pieces=tuple(replace(piece, draft=change(piece)) for piece in self.pieces))


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the manifest says of the book."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    rights: str = ""
    publisher: str = ""
    cover: str = ""
    bibliography: tuple[str, ...] = ()
    csl: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBook:
    """A book as an importer read it.

    ``root`` is the folder of the texts, relative to the source, "" for the source itself. ``files``
    holds further files that the source brings in itself, such as the pictures of a docx.
    """

    metadata: Metadata
    sections: tuple[Section, ...]
    root: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def with_drafts(self, change: Callable[[Piece], Draft]) -> SourceBook:
        """The book with another draft in each piece of its sections."""

        def told(piece: Piece) -> Draft:
            self.say_at(piece)
            return change(piece)

        return replace(self, sections=tuple(section.with_drafts(told) for section in self.sections))

    def say_at(self, piece: Piece) -> None:
        """Have whoever waits for the import know that it is at a piece."""
        say_at(posixpath.normpath(posixpath.join(self.root, piece.path)))


# Reads a text of the source by its path; None where it is missing, no text, or leads out of the source.
ReadText: TypeAlias = Callable[[str], "str | None"]
# Why a picture cannot be used, "" where it can.
JudgePicture: TypeAlias = Callable[[str], str]
