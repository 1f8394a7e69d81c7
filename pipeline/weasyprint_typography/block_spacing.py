"""Align blocks to the baseline grid, and distribute the space left at the foot of a page.

After a figure, a table or a heading, the text continues on a line of the grid. Sizes in the style sheet are
multiples of the line height, but the heights of images and captions are not. The space after such a block is
extended to the next grid line, or reduced to the previous one if that is close. The space before a heading
changes instead, to keep the distance from the heading to the following text. The change is divided between
the space above and below a display formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from weasyprint_typography.engine import patch
from weasyprint_typography.floats import has_attribute
from weasyprint_typography.page_boxes import get_box_classes, get_line_height
from weasyprint_typography.page_breaks import get_cloned_margin, with_style
from weasyprint_typography.preparation import LEADS

# Elements whose height may be off the grid. Paragraphs are always on it.
_OFF_GRID = frozenset("figure div pre aside blockquote table header h2 h3 h4 h5 h6 dl ul ol".split())
_BOXES = _OFF_GRID - {"ul", "ol"}
ADDED_SPACE = (
    "typography_added"  # attribute of a box: the space added before a heading, or after another block
)
SECTION_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MAX_REMOVED_SPACE = 1 / 3  # maximum fraction of a line by which the space after a block is reduced
_MAX_REMOVED_AT_FORMULA = 1 / 2  # above and below together
_NEGLIGIBLE = 0.05  # CSS pixels; tolerance for sums of lengths


def compute_grid_adjustment(
    bottom: float, line_height: float, space: float, max_removed: float = _MAX_REMOVED_SPACE
) -> float:
    """Return the length to add to the space after a block, so that it ends on the baseline grid.

    ``space`` is the height of this space, and ``bottom`` the distance of its lower end from a line of the
    grid. The result is negative if the space is reduced to end on the previous line of the grid, by at most
    the fraction ``max_removed`` of a line.
    """
    overshoot = bottom % line_height
    if min(overshoot, line_height - overshoot) < _NEGLIGIBLE:
        return 0.0
    removable = min(max_removed * line_height, space / 2)
    return -overshoot if overshoot <= removable else line_height - overshoot


@patch("weasyprint.layout.block.block_level_layout", "c1301dde9284e245", upstream_issue=930)
def block_level_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Add space so that the blocks of a section end on the baseline grid."""
    from weasyprint.layout.block import collapse_margin

    def lay_out_on_grid(context: Any, box: Any, *rest: Any, **kwargs: Any) -> Any:
        if (margin := get_cloned_margin(box)) is None:
            result = lay_out(context, box, *rest, **kwargs)
        else:
            with with_style(box, {"margin_bottom": margin._replace(value=0)}):
                result = lay_out(context, box, *rest, **kwargs)
            if result[0] is not None and result[1] is None:
                result[0].margin_bottom = margin.value
        parent = kwargs["containing_block"] if "containing_block" in kwargs else rest[2]
        new, resume_at, _, margins, collapsing, _ = result
        if new is None or resume_at is not None or collapsing or parent.element_tag != "section":
            return result
        if box.element_tag in _OFF_GRID and box.is_in_normal_flow() and not _is_followed_by_box(box):
            space = collapse_margin([*margins, new.margin_bottom])
            end = new.border_box_y() + new.border_height() + space - parent.content_box_y()
            removed = _MAX_REMOVED_AT_FORMULA if _is_formula(box) else _MAX_REMOVED_SPACE
            adjustment = compute_grid_adjustment(end, get_line_height(parent), space, removed)
            setattr(new, ADDED_SPACE, adjustment)
            if adjustment and box.element_tag in SECTION_HEADINGS:
                new.translate(dy=adjustment)
            elif adjustment:
                above = adjustment / 2 if _is_formula(box) else 0.0
                if above:
                    new.translate(dy=above)
                new.margin_bottom = space + adjustment - above
        return result

    return lay_out_on_grid


def _is_followed_by_box(box: Any) -> bool:
    """Return whether a box other than a section heading directly precedes a block in ``_BOXES``."""
    followers = (box.element.get("data-before") or "").split()[:1] if box.element is not None else ()
    return box.element_tag not in SECTION_HEADINGS and not _BOXES.isdisjoint(followers)


def _is_formula(box: Any) -> bool:
    return box.element_tag == "div" and "equation" in (box.element.get("class") or "").split()


_MAX_ADDED_LINES = 8  # a page that is more than this many lines short is left as it is
_ROUNDING = 0.05  # CSS pixels
_SPACED_BLOCKS = frozenset(("figure", "aside", "div", "blockquote", "pre", "table", "dl"))


def fill_page(root: Any, resume_at: Any, bottom: float) -> None:
    """Move the blocks of a page down, so that the last line is at the foot or as close to it as possible.

    Each space between two blocks grows by at most one line. ``root`` is the root box of the page,
    ``resume_at`` the position at which the next page resumes, and ``bottom`` the bottom of the page area in
    CSS pixels.
    """
    section, skip = _find_section(root, resume_at)
    if section is None or any(child_box.is_floated() for child_box in section.children):
        return
    blocks = [
        child_box for child_box in section.children if child_box.is_in_normal_flow() and child_box.height
    ]
    if len(blocks) < 2:
        return
    line_height = get_line_height(section)
    split = list(_find_split_blocks(blocks[-1])) if skip is not None else []
    if any(box.is_column for box in split):
        return  # columns before the last one may be longer
    lines = int((bottom - _find_visible_bottom_of_block(blocks[-1], split)) / line_height + 0.05)
    if not 1 <= lines <= _MAX_ADDED_LINES:
        return
    ranked = sorted(
        (rank, -number)
        for number, (child_box, other) in enumerate(pairwise(blocks), 1)
        if (rank := _rank_space(child_box, other)) is not None
    )
    wider = {blocks[-number] for _, number in ranked[:lines]}
    for upper, lower in pairwise(blocks):
        if lower in wider and lower.element_tag == "p" and _is_formula(upper):  # stays in the middle
            upper.translate(dy=line_height / 2)
    offset = 0.0
    for child in section.children:
        offset += line_height if child in wider else 0.0
        if offset:
            child.translate(dy=offset)
    for box in reversed(split):  # boxes that extend to the foot of the page
        box.height = max(_find_visible_bottom(box.children[-1]) - box.content_box_y(), box.height - offset)


def _rank_space(upper: Any, lower: Any) -> int | None:
    """Return the rank of the space between two blocks, or None if it must not grow.

    Spaces with a lower rank grow first.
    """
    is_heading = lower.element_tag in SECTION_HEADINGS
    if upper.element_tag in SECTION_HEADINGS or has_attribute(upper, LEADS):
        return None
    if upper.element_tag == "p" and _is_formula(lower):  # which continues the paragraph
        return None
    if getattr(lower if is_heading else upper, ADDED_SPACE, 0.0) > _ROUNDING:
        return None
    if is_heading:
        return SECTION_HEADINGS.index(lower.element_tag)
    if upper.element_tag == "header":
        return 1
    elements = (box.element for box in (upper, lower) if box.element is not None)
    classes = {name for element in elements for name in element.get("class", "").split()}
    if {upper.element_tag, lower.element_tag} & {"figure", "aside"} and "listing" not in classes:
        return 2
    if "table" in classes:
        return 2
    return 6 if {upper.element_tag, lower.element_tag} & _SPACED_BLOCKS else None


def _find_section(root: Any, resume_at: Any) -> tuple[Any, Any]:
    """Return the section that continues on the next page, and the resume position in its last block.

    If no section continues, return (None, None).
    """
    box = root
    while resume_at is not None and len(resume_at) == 1:
        ((_, resume_at),) = resume_at.items()
        if box.element_tag == "section":
            return box, resume_at
        inner = [child for child in box.children if child.is_in_normal_flow()]
        if not inner or resume_at is None:
            break
        box = inner[-1]
    return None, None


def _find_split_blocks(box: Any) -> Iterator[Any]:
    """Yield a block that continues on the next page and its continuing descendants, down to table rows."""
    while (inner := [child for child in box.children if child.is_in_normal_flow()]) and not _is_line(box):
        yield box
        if isinstance(box, get_box_classes().TableRowGroupBox):
            return
        box = inner[-1]


def _find_visible_bottom_of_block(block: Any, split_boxes: list[Any]) -> float:
    if not split_boxes:
        return _find_visible_bottom(block)
    last = split_boxes[-1].children[-1]
    below = sum(box.padding_bottom + box.border_bottom_width for box in split_boxes)
    return float(last.position_y + (last.height if _is_line(last) else last.margin_height()) + below)


def _find_visible_bottom(box: Any) -> float:
    """Return the y position of the bottom of a line or a box, without the margin below it."""
    return float(box.position_y + box.height if _is_line(box) else box.border_box_y() + box.border_height())


def _is_line(box: Any) -> bool:
    from weasyprint.formatting_structure.boxes import LineBox

    return isinstance(box, LineBox)
