"""Notes stay on the page that calls them.

Where a page would break within the first or last lines of a paragraph, WeasyPrint 70 sends its latest notes
to the next page to gain a line, though they be called pages' lengths above. It does not do so within columns,
so that its question whether a line stands in one is answered with yes.

It also sends a note on where the area of notes is too low for it, and takes for too low what only rounding
makes so: sums of lengths differ by less than a millionth of a millionth, on papers of some sizes and not of
others. An area that has not reached its greatest height has room.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_VERSION = "70."


class _AsInColumn:
    """The layout's context, as a line in a column sees it."""

    in_column = True

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


@cache
def patch() -> None:
    """Have WeasyPrint leave notes where they are, once in a process."""
    import weasyprint
    from weasyprint.layout import LayoutContext, block

    if not weasyprint.__version__.startswith(_VERSION):
        return
    lay_out_lines = block._linebox_layout
    update = LayoutContext._update_footnote_area

    def lay_out_lines_with_notes(context: Any, *rest: Any) -> Any:
        return lay_out_lines(_AsInColumn(context), *rest)

    def update_area(context: Any) -> bool:
        area = context.current_footnote_area
        return bool(update(context)) and area.height >= area.max_height

    block._linebox_layout = lay_out_lines_with_notes
    LayoutContext._update_footnote_area = update_area
