"""Kinds of the engine's boxes, for those who walk through laid-out pages."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple


class BoxKinds(NamedTuple):
    """The classes of boxes; a ``holder`` holds lines or blocks, a ``placeholder`` stands where a box was
    taken out of the flow.
    """

    text: Any
    picture: Any
    line: Any
    block: Any
    holder: Any
    cell: Any
    row_group: Any
    margin: Any
    placeholder: Any


def line_height(box: Any) -> float:
    """The height of a line of text in a box, in CSS pixels: one at the least, as a style sheet may say 0."""
    from weasyprint.text.line_break import strut

    return max(1.0, float(strut(box.style)[0]))


@cache
def box_kinds() -> BoxKinds:
    """The classes as the engine has them, which is loaded for it."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    return BoxKinds(
        text=boxes.TextBox,
        picture=boxes.ReplacedBox,
        line=boxes.LineBox,
        block=boxes.BlockLevelBox,
        holder=boxes.BlockContainerBox,
        cell=boxes.TableCellBox,
        row_group=boxes.TableRowGroupBox,
        margin=boxes.MarginBox,
        placeholder=AbsolutePlaceholder,
    )
