"""Columns that end level are found by halving, not by trying one height after the other.

The engine begins with columns too short for their content and makes them higher by the least that could help,
often a pixel, laying out all of them each time. Here they are filled one after the other in a height that is
looked for near the least that could hold all, then halved; none is laid out a first time to be measured.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_NEAR = 4.0  # CSS pixels: columns that are so much too high end level
_STEP = 16.0  # beyond the least that could hold all; mostly it is a line or two that do


def columns_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Balance columns that hold no notes and nothing that spans them; others are left to the engine."""
    from weasyprint.layout.block import remove_placeholders

    lay_out_once = _unmeasured(lay_out)

    def lay_out_level(context: Any, box: Any, bottom: float, *rest: Any) -> Any:
        if box.style["column_fill"] != "balance" or not all(map(_is_simple, box.children)):
            return lay_out(context, box, bottom, *rest)
        filled = box.copy()
        filled.style = box.style.copy()
        filled.style["column_fill"] = "auto"
        shapes = context.excluded_shapes[:]
        skip, containing_block, page_is_empty, absolute, fixed, margins, *styles = rest

        def attempt(space: float) -> Any:
            context.excluded_shapes[:] = shapes
            return lay_out_once(
                context,
                filled,
                space,
                skip,
                containing_block,
                page_is_empty,
                absolute,
                fixed,
                [*margins],
                *styles,
            )

        made = attempt(bottom)
        if made[1] is not None or not made[0].children:  # more than fits, or nothing
            return made
        columns = made[0].children
        top = columns[0].position_y
        count = max(len(columns), box.style["column_count"] if box.style["column_count"] != "auto" else 1)
        low, high = sum(map(_used, columns)) / count, context.page_bottom - top - bottom
        fits, step = True, _STEP
        while high - low > _NEAR:
            remove_placeholders(context, [made[0]] if made[0] else [], absolute, fixed)
            middle = min(low + step, (low + high) / 2)
            step *= 2
            made = attempt(context.page_bottom - top - middle)
            fits = made[1] is None
            low, high = (low, middle) if fits else (middle, high)
        if not fits:
            remove_placeholders(context, [made[0]] if made[0] else [], absolute, fixed)
            made = attempt(context.page_bottom - top - high)
        return made

    return lay_out_level


def _unmeasured(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Columns that are filled one after the other are not filled a first time to measure them."""
    from weasyprint.layout import block

    def lay_out_once(*arguments: Any) -> Any:
        fill = block.block_box_layout

        def fill_or_pass(context: Any, column: Any, *rest: Any, **named: Any) -> Any:
            block.block_box_layout = fill  # the engine has taken this function for its own columns by now
            *_, margins, _, _ = rest
            if margins is None:
                return fill(context, column, *rest, **named)
            return column.copy_with_children([]), None, {"break": "any", "page": None}, [], False, None

        block.block_box_layout = fill_or_pass
        try:
            return lay_out(*arguments)
        finally:
            block.block_box_layout = fill

    return lay_out_once


def _used(column: Any) -> float:
    """How much of a column's height is filled."""
    children = [child for child in column.children if child.is_in_normal_flow()]
    if not children:
        return 0.0
    last = children[-1]
    used: float = last.position_y + last.margin_height() - last.margin_bottom - column.position_y
    return used


def _is_simple(box: Any) -> bool:
    """Whether there is no note in a box, and it spans no columns."""
    if box.style["column_span"] == "all" or getattr(box, "footnote", None):
        return False
    return all(map(_is_simple, getattr(box, "children", None) or ()))
