"""Notes stay on the page that calls them.

Where a page would break within the first or last lines of a paragraph, WeasyPrint sends its latest notes
to the next page to gain a line, though they be called pages' lengths above. It does not do so within columns,
so that its question whether a line stands in one is answered with yes.

It also sends a note on where the area of notes is too low for it, and takes for too low what only rounding
makes so: sums of lengths differ by less than a millionth of a millionth, on papers of some sizes and not of
others. An area that has not reached its greatest height has room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


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
    """An area of notes overflows only where it is as high as it may be."""

    def update_area(context: Any) -> bool:
        area = context.current_footnote_area
        return bool(update(context)) and area.height >= area.max_height

    return update_area
