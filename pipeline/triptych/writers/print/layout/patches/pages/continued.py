"""Tables over several pages say so: "Table 1.1 (continued)" stands above the repeated head.

Style sheets don't know whether a page is a table's first. So the line is a row of the head, which the layout
engine is made to leave out where the table begins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

_NAME = "continued"


def name_continued(root: Element) -> None:
    """Give each long table with a head and a number the row; the page's body has the word for it."""
    body = root.find("body")
    word = body.get("data-continued") if body is not None else None
    for frame in root.iter("div") if word else ():
        classes = frame.get("class", "").split()
        table, head = frame.find("table"), frame.find("table/thead")
        label = frame.find("table/caption/span[@class='label']")
        if "table" not in classes or "short" in classes or table is None or head is None or label is None:
            continue
        row = Element("tr", {"class": _NAME})
        cell = Element("td", {"colspan": str(sum(int(c.get("colspan", "1")) for c in head[0]))})
        cell.text = f"{''.join(label.itertext())} ({word})"
        row.append(cell)
        head.insert(0, row)


def table_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """The row is left out on a table's first page."""

    def lay_out_continued(context: Any, whole: Any, bottom: float, skip: Any, *rest: Any) -> Any:
        head = whole.children[0] if whole.children else None
        if skip is not None or head is None or not head.is_header or not _is_row(head.children[0]):
            return lay_out(context, whole, bottom, skip, *rest)
        rows = head.children
        head.children = rows[1:]
        try:
            result = lay_out(context, whole, bottom, skip, *rest)
        finally:
            head.children = rows
        if result[0] is not None and whole.style["border_collapse"] == "collapse":
            upright, level = whole.collapsed_border_grid
            result[0].collapsed_border_grid = upright[1:], level[:1] + level[2:]
        return result

    return lay_out_continued


def _is_row(row: Any) -> bool:
    return row.element is not None and row.element.get("class") == _NAME
