"""Columns end level, and are laid out once for each height that is tried."""

from __future__ import annotations

from typing import Any

import pytest

from tests.writers.print.layout.patches.pages.test_floats import laid, short, text_boxes

COLUMNS = f'<div style="columns: 2">{short("a b c d e f g h i j")}</div>'


def test_they_end_level() -> None:
    (page,) = laid(COLUMNS).pages
    assert [round(box.position_y) for box in text_boxes(page._page_box)] == [
        10, 10, 20, 20, 30, 30, 40, 40, 50, 50,
    ]  # fmt: skip


def test_none_is_laid_out_to_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.layout import block

    laid("")  # so that the engine is patched
    lay_out = block.block_container_layout
    heights: list[float] = []

    def noted(context: Any, box: Any, bottom: float, skip: Any, *rest: Any, **named: Any) -> Any:
        if box.is_column and skip is None:
            heights.append(context.page_bottom - box.position_y - bottom)
        return lay_out(context, box, bottom, skip, *rest, **named)

    monkeypatch.setattr(block, "block_container_layout", noted)
    laid(COLUMNS)
    assert heights == [110, 66, 58, 54]
