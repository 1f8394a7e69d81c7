"""Page make-up: what is decided when all of a page is known.

A page knows the floats that those before it have left. Where a float would stand alone on a chapter's last
page, the page before is made again with it at its head. What is then left of a page is shared out among its
spaces, in whole lines.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from triptych.writers.print.layout.patches.pages import page_lengths
from triptych.writers.print.layout.patches.pages.floats import (
    END,
    FLOAT,
    Flow,
    is_marked,
    pages_of,
    place_of,
    places,
    settled,
)
from triptych.writers.print.layout.patches.pages.inspected_blocks import is_told
from triptych.writers.print.layout.patches.pages.spaces import open_up


def make_page(make: Callable[..., Any]) -> Callable[..., Any]:
    """Pages know the floats that those before them have left."""

    def make_with_floats(
        context: Any, root: Any, kind: Any, resume_at: Any, number: int, state: Any
    ) -> tuple[Any, Any, Any]:
        pages = pages_of(context)
        pages.page = number
        page_lengths.begin(context, root, number)
        carried = pages.flows.get(number, {})
        flows = pages.flows[number] = {one: flow.again() for one, flow in carried.items()}
        before = _Before(context, number, state)
        made = made_first = make(context, root, kind, resume_at, number, state)
        resumed, left = settled(root, flows, made[1], made[2])
        if is_told(context) and (alone := _alone(root, resumed, left)):
            section, float_ = alone
            after = _Before(context, number, state)
            before.come_back()
            pages.flows[number] = {one: flow.again() for one, flow in carried.items()}
            pages.flow(section).own = (*_leading(root, section, resume_at), float_)
            made = make(context, root, kind, resume_at, number, state)
            again, left_again = settled(root, pages.flows[number], made[1], made[2])
            flow = pages.flow(section)
            whole = float_ in flow.heads and not flow.rest
            stands = whole and not flow.stay and min(flow.passed, default=float_) >= float_
            if stands and _has_begun(root, section, made[1], _reference(section, float_)):
                resumed, left = again, left_again
            else:
                after.come_back()
                made = made_first
        pages.flows[number + 1] = left
        if resumed is not None and made[2]["break"] == "any" and not kind.blank:
            open_up(made[0].children[0], made[1], context.page_bottom)
        return made[0], resumed, made[2]

    return make_with_floats


class _Before:
    """What the engine knows before it makes a page, to make it in another way."""

    def __init__(self, context: Any, number: int, state: Any) -> None:
        self._context, self._number, self._state = context, number, state
        self._page_state = copy.deepcopy(state)
        self._footnotes = list(context.footnotes)
        self._reported = list(context.reported_footnotes)
        self._broken = dict(context.broken_out_of_flow)
        self._bottom = context.page_bottom

    def come_back(self) -> None:
        context = self._context
        context.footnotes[:] = self._footnotes
        context.reported_footnotes = self._reported
        context.broken_out_of_flow = self._broken
        context.page_bottom = self._bottom
        for kept, one in zip(self._state, self._page_state, strict=True):
            kept.clear()
            kept.update(one) if isinstance(kept, dict) else kept.extend(one)


def _alone(root: Any, resume_at: Any, left: dict[Any, Flow]) -> tuple[Any, int] | None:
    """The section, and the place in it, of a float that would begin a last page without text."""
    for section, index, skip in places(root, resume_at):
        if skip is None and section.children and is_marked(section.children[-1], END):
            if section in left and left[section].begun:
                return None
            carried = left[section].carried if section in left else ()
            floats = [*carried, *range(index, len(section.children) - 1)]
            only = all(is_marked(section.children[number], FLOAT) for number in floats)
            return (section, floats[0]) if floats and only else None
    return None


def _leading(root: Any, section: Any, resume_at: Any) -> Iterator[int]:
    """The floats in their places that a page begins with."""
    place = place_of(root, section, resume_at)
    if place is not None and place[1] is None:
        yield from takewhile(
            lambda number: is_marked(section.children[number], FLOAT), range(place[0], len(section.children))
        )


def _reference(section: Any, float_: int) -> int:
    """The first block that refers to a float, or the one before it."""
    name = f"#{section.children[float_].element.get('id')}"
    for number, block in enumerate(section.children[:float_]):
        if block.element is not None and any(a.get("href") == name for a in block.element.iter("a")):
            return number
    return float_ - 1


def _has_begun(root: Any, section: Any, resume_at: Any, index: int) -> bool:
    """Whether a block of the section stands on the page, at least in part."""
    place = place_of(root, section, resume_at)
    return place is not None and (place[0] > index or (place[0] == index and place[1] is not None))
