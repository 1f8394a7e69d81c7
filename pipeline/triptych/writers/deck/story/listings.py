"""A listing with what it prints, or with the points that it makes, on one slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triptych.model import nodes
from triptych.model.nodes import Block
from triptych.writers.deck.slides import CodeBody, Column, ColumnsBody, Layout, Para, Run, TextBody
from triptych.writers.deck.story.evidence import Evidence

_PRINTED = frozenset("console output text txt plain stdout stderr ansi sh-session shell-session none".split())
_MOST_BETWEEN = 2  # paragraphs
# What stands on a slide in a size that can be read: lines, and characters of a line.
_LINES, _CHARACTERS = 16, 90
_LINES_BESIDE, _CHARACTERS_BESIDE = 16, 54  # of a listing with text beside it
MOST_POINTS = 3  # beside a listing
_SHARE_OF_TEXT = 0.36


def prints(node: object) -> bool:
    """Whether a listing is what a program prints."""
    return isinstance(node, nodes.CodeBlock) and (
        node.language.lower() in _PRINTED
        or node.attr.has("output")
        or any(node.attr.has(f"cell-output-{way}") for way in ("stdout", "stderr", "display"))
    )


def printed_by(listing: Evidence, output: Evidence, between: Sequence[Block]) -> Evidence | None:
    """A listing with its output beside it; None where these are two things.

    They are one where the output follows the listing with no more than a few paragraphs ``between``, and
    nobody asked for either by itself.
    """
    if listing.asked or output.asked or listing.hidden or output.hidden:
        return None
    if not isinstance(listing.body, CodeBody) or not isinstance(output.body, CodeBody):
        return None
    if prints(listing.shown[0]) or not prints(output.shown[0]):
        return None
    if not _have_room(listing.body.text, output.body.text):
        return None
    if len(between) > _MOST_BETWEEN or not all(isinstance(block, nodes.Paragraph) for block in between):
        return None
    columns = Column(body=listing.body), Column(body=output.body)
    return replace(
        listing,
        layout=Layout.COLUMNS,
        body=ColumnsBody(columns=columns),
        notes=(*listing.notes, *output.notes),
        shown=(*listing.shown, *output.shown),
    )


def has_room_beside(item: Evidence) -> bool:
    """Whether a slide shows a listing alone that leaves room for text beside it."""
    if item.layout is not Layout.CODE or not isinstance(item.body, CodeBody):
        return False
    lines = item.body.text.strip("\n").split("\n")
    return len(lines) <= _LINES_BESIDE and max(map(len, lines)) <= _CHARACTERS_BESIDE


def with_points(listing: Evidence, points: Sequence[tuple[Run, ...]]) -> Evidence:
    """A listing with points before it."""
    assert isinstance(listing.body, CodeBody)
    text = TextBody(paras=tuple(Para(runs=point) for point in points))
    body = ColumnsBody(columns=(Column(body=text), Column(body=listing.body)), share=_SHARE_OF_TEXT)
    return replace(listing, layout=Layout.COLUMNS, body=body)


def _have_room(listing: str, output: str) -> bool:
    """Whether both stand on a slide, one over the other or side by side."""
    texts = [text.strip("\n").split("\n") for text in (listing, output)]
    heights = [len(lines) for lines in texts]
    widths = [max(map(len, lines)) for lines in texts]
    over = sum(heights) <= _LINES and max(widths) <= _CHARACTERS
    beside = max(heights) <= _LINES and sum(widths) <= _CHARACTERS
    return over or beside
