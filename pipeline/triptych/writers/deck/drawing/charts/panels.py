"""Charts in a grid: each panel has a cell of the frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triptych.writers.deck.drawing.charts.setting import Setting

_GAP = 14.0  # points between panels
_SIZE = 12.0


def panel_settings(
    panels: tuple[str, ...], grid: tuple[int, int], whole: Setting
) -> Iterator[tuple[str, Setting]]:
    """Each panel's name and frame, in rows of equal cells."""
    columns, rows = grid
    width = (whole.width - _GAP * (columns - 1)) / columns
    height = (whole.height - _GAP * (rows - 1)) / rows
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left = whole.left + column * (width + _GAP)
        top = whole.top + row * (height + _GAP)
        yield (
            panel,
            replace(whole, left=left, top=top, width=width, height=height, size=_SIZE, panel=panel),
        )
