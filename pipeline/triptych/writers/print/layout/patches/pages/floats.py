"""Figures and short tables that don't fit go behind the paragraphs that follow them, which fill the page.

WeasyPrint has no page floats: a figure that doesn't fit leaves the foot of its page white. Here it changes
places with the next paragraph, and with the one after that, as long as the page has room and no heading or
other block comes in between. Who listens still hears it where it was written (see ``structure``).
A figure of the class ``here`` stays where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triptych.writers.print.layout.patches.pages.inspected_blocks import inspect

_LEAST = 3  # lines that must have room for a figure to give way; for one that did so already, one is enough
_FLOATED = "triptych_floated"  # what is kept with the engine's box


def in_flow_layout(lay_out_one: Callable[..., Any]) -> Callable[..., Any]:
    """Figures give way in chapters; each block that is looked at for it is told of."""

    def lay_out(context: Any, box: Any, index: int, child: Any, *rest: Any) -> Any:
        inspect(context, child)
        return lay_out_one(context, box, index, child, *rest)

    def lay_out_floating(
        context: Any,
        box: Any,
        index: int,
        child: Any,
        before: list[Any],
        page_is_empty: bool,
        absolute_boxes: Any,
        fixed_boxes: Any,
        margins: list[float],
        bottom_space: float,
        position_y: float,
        *rest: Any,
    ) -> Any:
        place = child.position_x, child.position_y  # the engine moves what it lays out

        def attempt(one: Any, its_margins: list[float]) -> Any:
            one.position_x, one.position_y = place
            return lay_out(
                context,
                box,
                index,
                one,
                list(before),
                page_is_empty,
                absolute_boxes,
                fixed_boxes,
                list(its_margins),
                bottom_space,
                position_y,
                *rest,
            )

        if box.element_tag != "section":
            return lay_out(
                context,
                box,
                index,
                child,
                before,
                page_is_empty,
                absolute_boxes,
                fixed_boxes,
                margins,
                bottom_space,
                position_y,
                *rest,
            )
        # The engine goes through a copy of the children; what changed places is in the box's own.
        child = box.children[index]
        result = attempt(child, margins)
        if not _is_left_over(result, index) or not before or not _may_give_way(box, index):
            return result
        least = 1 if hasattr(child, _FLOATED) else _LEAST
        if context.page_bottom - bottom_space - position_y < least * _lead(box):
            return result
        change = _Change(box, index, before[-1])
        change.make()
        instead = attempt(box.children[index], change.margins(margins))
        if instead[0] or len(instead[6]) <= len(before):
            change.take_back()
            return attempt(child, margins)
        setattr(child, _FLOATED, True)
        return instead

    return lay_out_floating


def _is_left_over(result: Any, index: int) -> bool:
    """Whether a child was left for the next page, whole."""
    abort, stop, resume_at, *_ = result
    return not abort and stop and resume_at == {index: None}


def _may_give_way(box: Any, index: int) -> bool:
    """Whether a child is a figure or a short table with a paragraph of text behind it."""
    if index + 1 >= len(box.children):
        return False
    child, following = box.children[index], box.children[index + 1]
    classes = _classes(child)
    floats = child.element_tag == "figure" and not classes & {"here", "listing"}
    return (floats or classes >= {"table", "short"}) and _is_text(following)


def _is_text(box: Any) -> bool:
    return box.element_tag == "p" and not _classes(box)


def _classes(box: Any) -> set[str]:
    return set(box.element.get("class", "").split()) if box.element is not None else set()


def _lead(box: Any) -> float:
    from weasyprint.text.line_break import strut

    lead: float = strut(box.style)[0]
    return lead


class _Change:
    """A figure and the paragraph behind it change places, and with them the space about them.

    ``last`` was laid out before the figure, with space for it below.
    """

    def __init__(self, box: Any, index: int, last: Any) -> None:
        self._box, self._index, self._last = box, index, last
        self._children = list(box.children)
        following = [child for child in self._children[index + 2 : index + 3] if _is_text(child)]
        self._texts = [self._children[index + 1], *following]
        self._styles = [(one, one.style) for text in self._texts for one in (text, *text.children)]

    def make(self) -> None:
        """Change places."""
        index, children = self._index, list(self._children)
        children[index], children[index + 1] = children[index + 1], children[index]
        self._box.children = children
        text, *following = self._texts
        first = text.style["text_indent"]
        _set(text, "margin_bottom", self._last.style["margin_bottom"])
        if _is_text(self._last):
            _indent(text, following[0].style["text_indent"] if following else _indent_of(children))
        for one in following:
            _indent(one, first)

    def take_back(self) -> None:
        """As it was."""
        self._box.children = self._children
        for one, style in self._styles:
            one.style = style

    def margins(self, margins: list[float]) -> list[float]:
        """The space before the paragraph: none behind another, that of a list behind a list."""
        if _is_text(self._last):
            return [0.0]
        if self._last.element_tag in ("ul", "ol"):
            return [min(margins, default=0.0), min(_lead(self._box) / 2, *margins)]
        return margins


def _indent_of(children: list[Any]) -> Any:
    """The indent of paragraphs that follow others."""
    indents = [child.style["text_indent"] for child in children if _is_text(child)]
    return max(indents, key=lambda indent: indent.value)


def _indent(text: Any, indent: Any) -> None:
    for one in (text, *text.children):
        _set(one, "text_indent", indent)


def _set(box: Any, name: str, value: Any) -> None:
    box.style = box.style.copy()
    box.style[name] = value
