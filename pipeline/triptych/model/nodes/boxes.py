"""Blocks that hold blocks: callouts, theorems, asides, groups."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline


class CalloutKind(StrEnum):
    """The five kinds of callout that Quarto and GitHub share."""

    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A boxed aside; an empty title reads as the kind's name in the language of the book."""

    kind: CalloutKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


class TheoremKind(StrEnum):
    """Statements that are numbered; the value is the prefix of ids, as Quarto and bookdown have it."""

    THEOREM = "thm"
    LEMMA = "lem"
    COROLLARY = "cor"
    PROPOSITION = "prp"
    CONJECTURE = "cnj"
    DEFINITION = "def"
    EXAMPLE = "exm"
    EXERCISE = "exr"
    SOLUTION = "sol"
    REMARK = "rem"
    ALGORITHM = "alg"
    PROOF = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theorem:
    """A theorem, a definition, a proof and the like; ``title`` is its name, if it has one."""

    kind: TheoremKind
    title: tuple[Inline, ...]
    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A side note: what stands beside the text rather than in it."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A fenced div with no meaning of its own beyond its classes, language or id."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None
