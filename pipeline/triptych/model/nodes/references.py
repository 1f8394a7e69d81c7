"""What leads to other places: cross-references and citations, and the sources that are cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One citation of one or more sources; ``content`` is what the citation style makes of it.

    ``entries`` are the ids of the sources' entries in the bibliography.
    """

    entries: tuple[str, ...]
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A cross-reference such as ``@fig-x``; ``content`` is what it reads as, known after numbering.

    ``page`` asks for the number of the page; ``content`` then stands where no pages are known. The target of
    a ``latex`` one, such as ``\\eqref{eq:x}``, is a label as LaTeX has it until it is resolved.
    """

    target: str
    prefix: tuple[Inline, ...] = ()
    number_only: bool = False
    page: bool = False
    latex: bool = False
    content: tuple[Inline, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry of a bibliography, as the citation style writes it.

    ``language`` is the tag of what it is the entry of, "" where that is not said. ``uses`` are the ids of the
    citations that name it, known after the passes. ``span`` is where it stands in its file.
    """

    content: tuple[Inline, ...]
    language: str = ""
    uses: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """The bibliography, or that of a chapter."""

    sources: tuple[Source, ...]
    span: Span | None = None
