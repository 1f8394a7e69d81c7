"""The baseline grid: after a figure, a table or a heading the text goes on where its lines would have been.

Sizes in the style sheet are multiples of the lead, but pictures and captions have heights of their own.
What is left to the next line of the grid is added to the space behind a block, or taken from it where that
is little. A heading keeps its distance from the text that it heads: it is moved. A formula has half of it
before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triptych.writers.print.layout.boxes import line_height
from triptych.writers.print.layout.patches.pages.broken_boxes import cloned_margin, styled

# Elements that bring heights of their own; text itself stands on the grid.
_OFF_GRID = frozenset("figure div pre aside blockquote table header h2 h3 h4 h5 h6 dl ul ol".split())
_BOXES = _OFF_GRID - {"ul", "ol"}
ADDED = "triptych_added"  # what the grid has added before a heading, or after another block
SECTION_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_TAKEN = 1 / 3  # of a lead: the most that is taken from a block's space
_NOTHING = 0.05  # CSS pixels by which sums of lengths may differ


def to_grid(bottom: float, lead: float, space: float) -> float:
    """What to add to the space behind a block; ``bottom`` is where it ends, as the grid's first line is 0."""
    beyond = bottom % lead
    if min(beyond, lead - beyond) < _NOTHING:
        return 0.0
    taken = min(_TAKEN * lead, space / 2)
    return -beyond if beyond <= taken else lead - beyond


def block_level_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """The blocks of a chapter end on the grid."""
    from weasyprint.layout.block import collapse_margin

    def lay_out_on_grid(context: Any, box: Any, *rest: Any, **named: Any) -> Any:
        if (margin := cloned_margin(box)) is None:
            result = lay_out(context, box, *rest, **named)
        else:
            with styled(box, {"margin_bottom": margin._replace(value=0)}):
                result = lay_out(context, box, *rest, **named)
            if result[0] is not None and result[1] is None:
                result[0].margin_bottom = margin.value
        parent = named["containing_block"] if "containing_block" in named else rest[2]
        new, resume_at, _, margins, collapsing, _ = result
        if new is None or resume_at is not None or collapsing or parent.element_tag != "section":
            return result
        if box.element_tag in _OFF_GRID and box.is_in_normal_flow() and not _precedes_another(box):
            space = collapse_margin([*margins, new.margin_bottom])
            end = new.border_box_y() + new.border_height() + space - parent.content_box_y()
            more = to_grid(end, line_height(parent), space)
            setattr(new, ADDED, more)
            if more and box.element_tag in SECTION_HEADINGS:
                new.translate(dy=more)
            elif more:
                above = more / 2 if _is_formula(box) else 0.0
                if above:
                    new.translate(dy=above)
                new.margin_bottom = space + more - above
        return result

    return lay_out_on_grid


def _precedes_another(box: Any) -> bool:
    """Whether the block after one, which is no heading, ends on the grid whatever its own beginning."""
    followers = (box.element.get("data-before") or "").split()[:1] if box.element is not None else ()
    return box.element_tag not in SECTION_HEADINGS and not _BOXES.isdisjoint(followers)


def _is_formula(box: Any) -> bool:
    """Whether a block is a displayed formula, which stands in the middle between its lines of text."""
    return box.element_tag == "div" and "equation" in (box.element.get("class") or "").split()
