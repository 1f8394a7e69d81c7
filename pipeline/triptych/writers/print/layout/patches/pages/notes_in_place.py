"""Notes stay on the page that calls them.

Where a page would break within the first or last lines of a paragraph, WeasyPrint sends its latest notes
to the next page to gain a line, though they be called pages' lengths above. It does not do so within columns,
so that its question whether a line stands in one is answered with yes.

It also sends a note on where the area of notes is too low for it, and takes for too low what only rounding
makes so: sums of lengths differ by less than a millionth of a millionth, on papers of some sizes and not of
others. An area that has not reached its greatest height has room.

It lays out all notes of a page again for each call of one, and for each call that goes to the next page with
its line: a paragraph of four hundred calls took minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

_HEIGHTS = "heights_of_notes"  # of an area of notes
_LEAVING = "notes_leaving"  # of the layout's context: whether the notes of some boxes leave their area


class _AsInColumn:
    """The layout's context, as a line in a column sees it."""

    in_column = True

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


def linebox_layout(lay_out_lines: Callable[..., Any]) -> Callable[..., Any]:
    """Lines are laid out as in a column."""

    def lay_out_lines_with_notes(context: Any, *rest: Any) -> Any:
        return lay_out_lines(_AsInColumn(context), *rest)

    return lay_out_lines_with_notes


def update_footnote_area(update: Callable[[Any], object]) -> Callable[[Any], bool]:
    """An area of notes overflows only where it is as high as it may be. Each note is laid out once for a
    page, and the area is as high as they are together.
    """

    def update_area(context: Any) -> bool:
        if getattr(context, _LEAVING, False):
            return False
        area, notes = context.current_footnote_area, context.current_page_footnotes
        known = vars(area).setdefault(_HEIGHTS, {})
        for note in notes:
            if note not in known:
                known[note] = _height_alone(context, area, note)
        heights = [known[note] for note in notes]
        if not notes or None in heights:
            return bool(update(context)) and area.height >= area.max_height
        if area.height != "auto" and not context.in_column:
            context.page_bottom += area.margin_height()
        area.children = notes
        area.height = max(min(sum(heights), area.max_height), area.min_height)
        if not context.in_column:
            context.page_bottom -= area.margin_height()
        return bool(sum(heights) > area.height + area.padding_bottom + area.border_bottom_width)

    return update_area


def _height_alone(context: Any, area: Any, note: Any) -> float | None:
    """The height of a note in an area, None where margins around it may be one with those of others."""
    from weasyprint.formatting_structure.build import create_anonymous_boxes
    from weasyprint.layout.block import block_level_layout

    alone = area.copy_with_children([note])
    alone.children = [note]
    made = block_level_layout(context, create_anonymous_boxes(alone.deepcopy()), -inf, None, area.page)[0]
    only = made.children[0]
    height = only.margin_height()
    ends = (only.position_y - made.content_box_y(), only.margin_top, only.margin_bottom)
    whole = made.height in (height, made.max_height, made.min_height)
    return float(height) if whole and not any(ends) else None


def remove_placeholders(remove: Callable[..., None]) -> Callable[..., None]:
    """The area of notes is laid out once where some boxes leave the page, not for each of their notes."""

    def remove_at_once(context: Any, *rest: Any) -> None:
        if getattr(context, _LEAVING, False):
            remove(context, *rest)
            return
        setattr(context, _LEAVING, True)
        remove(context, *rest)
        setattr(context, _LEAVING, False)
        if hasattr(context.current_footnote_area, _HEIGHTS):  # it has had notes
            context._update_footnote_area()

    return remove_at_once
