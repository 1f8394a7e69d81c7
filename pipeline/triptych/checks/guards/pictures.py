"""Every picture, chart and formula of the book is drawn in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.wordings import letters
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Chapter
from triptych.model.nodes import Chart, Equation, Image, Math
from triptych.model.walk import chapter_nodes

_HINT = (
    "correct the project's template, or report this as a bug in Triptych; "
    "if the output is correct, set `lint: {missing-graphics: warning}` in `book.yaml`"
)


def missing_pictures(chapter: Chapter, own: Sequence[Leaf], leaves: Leaves) -> Iterator[Diagnostic]:
    """CHK018 where less is drawn on the leaves of a chapter than it has."""
    if not leaves.tells_drawings:
        return
    shown = "".join(leaf.letters for leaf in own)
    wanted = [
        span
        for node, span in _placed(chapter)
        if _is_drawn(node, shown) and (leaves.tells_silent or _is_said(node))
    ]
    drawn = sum(leaf.drawings for leaf in own)
    if drawn < len(wanted):
        what = "images, charts and formulas"
        message = f"{leaves.output}: only {drawn} of the {len(wanted)} {what} in this chapter appear"
        yield Diagnostic(code="CHK018", span=wanted[0], message=message, hint=_HINT)


def _is_drawn(node: Any, shown: str) -> bool:
    """Whether something must be drawn: no picture that only adorns, no formula that may stand as its TeX."""
    match node:
        case Chart():
            return True
        case Image():
            return node.picture is not None and not node.decorative
        case Math() | Equation():
            return bool(node.mathml) and letters(node.tex) not in shown
    return False


def _is_said(node: Any) -> bool:
    """Whether a listener is told of a drawing."""
    return bool(getattr(node, "alt", "") or getattr(node, "spoken", ""))


def _placed(chapter: Chapter) -> Iterator[tuple[Any, Span | None]]:
    """All nodes that a chapter shows, each with the last place that was named."""
    span = chapter.span
    for node in chapter_nodes(chapter):
        span = getattr(node, "span", None) or span
        yield node, span
