"""Which blocks of a chapter are shown on slides of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from triptych.model import nodes
from triptych.model.book import Telling
from triptych.model.walk import attr_of, children

# Lines of code that go onto a slide unasked; fewer without a caption are a word in the text, as commands are.
_SHORTEST_CODE, _LONGEST_CODE = 3, 16

Shown: TypeAlias = (
    nodes.Chart
    | nodes.Table
    | nodes.Figure
    | nodes.CodeBlock
    | nodes.BlockQuote
    | nodes.Equation
    | nodes.Callout
    | nodes.Group
    | nodes.Slide
)


def shown_in(node: object, telling: Telling = Telling.AUTO) -> Iterator[Shown]:
    """The things below a node that are shown on slides.

    What is shown is shown whole, and what is kept off keeps off all that it holds.
    """
    if _is_kept_off(node):
        return
    match node:
        case nodes.Figure(panels=(_, *_)):
            for panel in node.panels:
                yield from shown_in(panel, telling)
        case nodes.Slide():
            if telling is not Telling.NONE and not node.attr.has(nodes.OVERVIEW):
                yield node
        case _ if _is_shown(node, telling):
            yield node  # type: ignore[misc]
        case _:
            for child in children(node):
                yield from shown_in(child, telling)


def shown_on(node: object) -> Iterator[Shown]:
    """The things that a slide of the author's own shows in its frame. Formulas stand among its text."""
    if _is_kept_off(node):
        return
    match node:
        case nodes.Figure(panels=(_, *_)):
            for panel in node.panels:
                yield from shown_on(panel)
        case nodes.Chart() | nodes.Table() | nodes.Figure() | nodes.CodeBlock() | nodes.BlockQuote():
            yield node
        case _:
            for child in children(node):
                yield from shown_on(child)


def _is_kept_off(node: object) -> bool:
    """Whether no slide shows a node or anything in it; a talk needs no ornaments."""
    if isinstance(node, nodes.Figure) and not node.panels and all(image.decorative for image in node.images):
        return True
    attr = attr_of(node)
    return attr.has("no-slide") or attr.has("book-only") or isinstance(node, nodes.Note | nodes.SpeakerNotes)


def _is_shown(node: object, telling: Telling) -> bool:
    if telling is Telling.NONE:
        return False
    asked = attr_of(node).has("slide") or attr_of(node).has("backup")
    if telling is Telling.EXPLICIT and not asked:
        return False
    match node:
        case nodes.Chart() | nodes.Table() | nodes.Figure():
            return True
        case nodes.CodeBlock():
            lines = node.text.count("\n") + 1
            return asked or lines in range(1 if node.caption else _SHORTEST_CODE, _LONGEST_CODE + 1)
        case nodes.BlockQuote() | nodes.Callout():
            return asked
        case nodes.Group():
            return node.attr.has("timeline") and any(
                isinstance(b, nodes.DefinitionList) for b in node.content
            )
        case nodes.Equation():
            return asked or bool(node.tag) or node.attr.id.startswith("eq-")
    return False
