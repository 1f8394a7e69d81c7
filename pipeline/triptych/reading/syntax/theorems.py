"""Theorems, proofs and their like, as Quarto and bookdown write them."""

from __future__ import annotations

from triptych.diagnostics import Span
from triptych.model.nodes import Attr, Block, Heading, Inline, Text, Theorem, TheoremKind

# The classes by which bookdown and others name a kind without an id.
CLASSES = {kind.name.lower(): kind for kind in TheoremKind}


def theorem_kind(attr: Attr) -> TheoremKind | None:
    """The kind that a div's id (``#thm-x``) or class (``.proof``) asks for."""
    prefix = attr.id.partition("-")[0]
    if "-" in attr.id and prefix in set(TheoremKind):
        return TheoremKind(prefix)
    return next((CLASSES[name] for name in attr.classes if name in CLASSES), None)


def read_theorem(kind: TheoremKind, attr: Attr, content: tuple[Block, ...], span: Span) -> Theorem:
    """A div of a kind: its name is ``name="…"``, or the heading that it begins with."""
    title: tuple[Inline, ...] = ()
    first = content[0] if content else None
    if name := attr.get("name") or attr.get("title"):
        title = (Text(text=name),)
    elif isinstance(first, Heading):
        title, content = first.content, content[1:]
    return Theorem(kind=kind, title=title, content=content, attr=attr, span=span)
