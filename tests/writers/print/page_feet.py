"""Measure the white space at the foot of laid-out pages, and find stranded introductory lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_COLONS = (":", "\uff1a")
_TEXT_PAGES = "chapter"  # the name of pages with running text
_CODE = frozenset(("pre", "code", "table"))


class Foot(NamedTuple):
    """The foot of a page within a chapter: white lines above it, and its last line of text."""

    page: int
    white: float
    last_line: str

    @property
    def strands(self) -> bool:
        """Return whether the last line of the page introduces the next block."""
        return self.last_line.endswith(_COLONS)


def feet(pages: Sequence[Any]) -> list[Foot]:
    """Return the feet of text pages that another page of the chapter follows, except before forced breaks."""
    result = []
    boxes = [page._page_box for page in pages]
    for number, (box, following) in enumerate(pairwise(boxes)):
        names = {item.page_type.name for item in (box, following)}
        section, next_section = _section(box), _section(following)
        if names <= {_TEXT_PAGES, "landscape"} and box.page_type.name == _TEXT_PAGES and section is not None:
            if next_section is None or next_section.element is not section.element:
                continue
            if _forces_break(section.children, "break_after", -1) or _forces_break(
                next_section.children, "break_before", 0
            ):
                continue
            result.append(Foot(number, white_lines(box, section), last_line(section)))
    return result


def white_lines(page: Any, section: Any) -> float:
    """Return how many lines fit between the last visible content and the foot or the footnotes."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox
    from weasyprint.text.line_break import strut

    notes = [child for child in page.children if isinstance(child, FootnoteAreaBox) and child.height]
    bottom = min([area.position_y for area in notes], default=page.content_box_y() + page.height)
    end = max((item.position_y + item.height for item in _seen(section)), default=page.content_box_y())
    return float((bottom - end) / strut(section.style)[0])


def last_line(section: Any) -> str:
    """Return the words of the last line of text in the flow of a section, or "" if it ends differently."""
    from weasyprint.formatting_structure.boxes import LineBox, ReplacedBox, TextBox

    box = section
    while not isinstance(box, LineBox):
        inner = [item for item in getattr(box, "children", ()) if item.is_in_normal_flow()]
        inner = [item for item in inner if item.margin_height() or isinstance(item, LineBox)]
        if not inner or isinstance(box, ReplacedBox) or box.element_tag in _CODE:
            return ""
        box = inner[-1]
    texts = [item.text for item in box.descendants() if isinstance(item, TextBox)]
    return "".join(texts).strip()


def _seen(section: Any) -> Iterator[Any]:
    """Return lines, pictures, and frames with a background or a border."""
    from weasyprint.formatting_structure.boxes import LineBox, ReplacedBox

    for box in section.descendants():
        if isinstance(box, (LineBox, ReplacedBox)) and box.is_in_normal_flow():
            yield box


def _section(page: Any) -> Any:
    """Return the innermost section of a page's text that begins last."""
    box, result = page, None
    while inner := [
        item for item in getattr(box, "children", ()) if item.element_tag in ("html", "body", "section")
    ]:
        box = inner[-1]
        if box.element_tag == "section":
            result = box
    return result


def _forces_break(blocks: Sequence[Any], name: str, place: int) -> bool:
    flow = [block for block in blocks if block.is_in_normal_flow()]
    return bool(flow) and flow[place].style[name] not in ("auto", "avoid", "avoid-page")
