"""Measure laid-out pages: how much is white above the foot, and whether a line that leads on ends the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_COLONS = (":", "\uff1a")
_TEXT_PAGES = "chapter"  # the name of pages with running text
_CODE = frozenset(("pre", "code", "table"))


class Foot(NamedTuple):
    """The foot of a page that its chapter goes on after: white lines above it, and its last line of text."""

    page: int
    white: float
    last_line: str

    @property
    def strands(self) -> bool:
        """Whether a line that leads to what follows is the last one of the page."""
        return self.last_line.endswith(_COLONS)


def feet(pages: Sequence[Any]) -> list[Foot]:
    """The feet of pages of text that are followed by others of their chapter, but before forced breaks."""
    found = []
    boxes = [page._page_box for page in pages]
    for number, (box, following) in enumerate(pairwise(boxes)):
        names = {one.page_type.name for one in (box, following)}
        section, next_section = _section(box), _section(following)
        if names <= {_TEXT_PAGES, "landscape"} and box.page_type.name == _TEXT_PAGES and section is not None:
            if next_section is None or next_section.element is not section.element:
                continue
            if _forces_break(section.children, "break_after", -1) or _forces_break(
                next_section.children, "break_before", 0
            ):
                continue
            found.append(Foot(number, white_lines(box, section), last_line(section)))
    return found


def white_lines(page: Any, section: Any) -> float:
    """How many lines of the text would have room between the last that is seen and the foot or the notes."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox
    from weasyprint.text.line_break import strut

    notes = [child for child in page.children if isinstance(child, FootnoteAreaBox) and child.height]
    bottom = min([area.position_y for area in notes], default=page.content_box_y() + page.height)
    end = max((one.position_y + one.height for one in _seen(section)), default=page.content_box_y())
    return float((bottom - end) / strut(section.style)[0])


def last_line(section: Any) -> str:
    """The words of the last line of text in the flow of a section; "" where it ends with something else."""
    from weasyprint.formatting_structure.boxes import LineBox, ReplacedBox, TextBox

    box = section
    while not isinstance(box, LineBox):
        inner = [one for one in getattr(box, "children", ()) if one.is_in_normal_flow()]
        inner = [one for one in inner if one.margin_height() or isinstance(one, LineBox)]
        if not inner or isinstance(box, ReplacedBox) or box.element_tag in _CODE:
            return ""
        box = inner[-1]
    texts = [one.text for one in box.descendants() if isinstance(one, TextBox)]
    return "".join(texts).strip()


def _seen(section: Any) -> Iterator[Any]:
    """Lines, pictures, and frames that have a ground or a border of their own."""
    from weasyprint.formatting_structure.boxes import LineBox, ReplacedBox

    for box in section.descendants():
        if isinstance(box, (LineBox, ReplacedBox)) and box.is_in_normal_flow():
            yield box


def _section(page: Any) -> Any:
    """The section that the text of a page belongs to, the innermost that is begun last."""
    box, found = page, None
    while inner := [
        one for one in getattr(box, "children", ()) if one.element_tag in ("html", "body", "section")
    ]:
        box = inner[-1]
        if box.element_tag == "section":
            found = box
    return found


def _forces_break(blocks: Sequence[Any], name: str, place: int) -> bool:
    flow = [one for one in blocks if one.is_in_normal_flow()]
    return bool(flow) and flow[place].style[name] not in ("auto", "avoid", "avoid-page")
