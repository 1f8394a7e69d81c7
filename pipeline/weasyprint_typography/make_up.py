"""Make up pages: place floats, avoid a float alone on the last page, and fill pages to the foot.

Each page begins with the floats for which the preceding pages had no room. If a float would be alone on the
last page of a chapter, the preceding page is laid out again with the float at its head, or with a smaller
image at its foot. The space left on a page is then distributed between its blocks in whole lines.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

from weasyprint_typography.block_spacing import fill_page
from weasyprint_typography.engine import patch
from weasyprint_typography.floats import (
    SectionFloats,
    find_carried_floats,
    find_resumed_block,
    find_split_boxes,
    get_document_floats,
    has_attribute,
    has_block_listener,
    is_landscape,
    report_block,
)
from weasyprint_typography.page_boxes import get_line_height
from weasyprint_typography.preparation import END, FLOAT, LANDSCAPE

_SOON = 3  # blocks after a float that are searched for its mention


@patch("weasyprint.layout.page.make_page", "656f183328e8b1b5", upstream_issue=259)
def make_page(make: Callable[..., Any]) -> Callable[..., Any]:
    """Place the floats carried over at the top of a page, and lay the page out again if that improves it."""

    def make_with_floats(
        context: Any, root: Any, kind: Any, resume_at: Any, number: int, state: Any
    ) -> tuple[Any, Any, Any]:
        pages = get_document_floats(context)
        pages.current_page = number
        set_extra_height(context, root, number)
        carried_floats = pages.by_page.get(number, {})
        pages.is_landscape = kind.name == LANDSCAPE and _begins_landscape(carried_floats)
        before = _SavedState(context, state)

        def lay_out(*changes: tuple[Any, str, Any]) -> Any:
            """Lay out the page; each of ``changes`` sets an attribute of a section's ``SectionFloats``."""
            before.restore()
            pages.by_page[number] = {
                section: flow.copy_initial_state() for section, flow in carried_floats.items()
            }
            for section, name, value in changes:
                setattr(pages.get_section_floats(section), name, value)
            return make(context, root, kind, resume_at, number, state)

        result = lay_out()
        if early := list(_find_early_floats(context, root, pages.by_page[number], result)):
            result = lay_out(*((section, "deferred", floats) for section, floats in early))
        first_result = result
        resumed, left = find_carried_floats(root, pages.by_page[number], result[1], result[2])
        if has_block_listener(context) and (stranded := _find_stranded_float(root, resumed, left)):
            section, float_ = stranded
            after = _SavedState(context, state)
            result = lay_out((section, "own", (*_iter_leading_floats(root, section, resume_at), float_)))
            resume_before, left_again = find_carried_floats(root, pages.by_page[number], result[1], result[2])
            flow = pages.get_section_floats(section)
            is_unbroken = float_ in flow.at_head and not flow.next_resume_positions
            at_head = is_unbroken and not flow.in_place and min(flow.passed, default=float_) >= float_
            mention = _find_mention(section, float_, flow.first_block, float_ - 1)
            index = float_ - 1 if mention is None else mention
            if at_head and _has_block_begun(root, section, result, index, float_):
                resumed, left = resume_before, left_again
            elif next(section.children[float_].element.iter("img"), None) is None:
                after.restore()
                result = first_result
            else:
                result = lay_out((section, "shrinks", True))
                resume_before, left_again = find_carried_floats(
                    root, pages.by_page[number], result[1], result[2]
                )
                if find_resumed_block(root, section, resume_before) is None:
                    resumed, left = resume_before, left_again
                else:
                    after.restore()
                    result = first_result
        pages.by_page[number + 1] = left
        page, _, next_page = result
        if resumed is not None and next_page["break"] == "any" and not kind.blank:
            fill_page(page.children[0], result[1], context.page_bottom)
            if _begins_landscape(left):
                next_page = {**next_page, "page": LANDSCAPE}
            elif pages.is_landscape:
                *_, (box, index, _) = find_split_boxes(root, resumed)
                next_page = {**next_page, "page": box.children[index].page_values()[0]}
        return page, resumed, next_page

    return make_with_floats


def _begins_landscape(section_floats: Mapping[Any, SectionFloats]) -> bool:
    return any(
        is_landscape(section.children[flow.carried[0]])
        for section, flow in section_floats.items()
        if flow.carried
    )


class _SavedState:
    """A copy of WeasyPrint's layout state, so that a page can be laid out again in another way."""

    def __init__(self, context: Any, state: Any) -> None:
        self._context, self._state = context, state
        self._page_state = copy.deepcopy(state)
        self._footnotes = list(context.footnotes)
        self._reported = list(context.reported_footnotes)
        self._broken = dict(context.broken_out_of_flow)
        self._bottom = context.page_bottom

    def restore(self) -> None:
        """Restore a copy of the saved state, since the page may be laid out a third time."""
        context = self._context
        context.footnotes[:] = self._footnotes
        context.reported_footnotes = list(self._reported)
        context.broken_out_of_flow = dict(self._broken)
        context.page_bottom = self._bottom
        for container, saved in zip(self._state, copy.deepcopy(self._page_state), strict=True):
            container.clear()
            container.update(saved) if isinstance(container, dict) else container.extend(saved)


def _find_stranded_float(
    root: Any, resume_at: Any, carried_floats: dict[Any, SectionFloats]
) -> tuple[Any, int] | None:
    """Return a section and the index of its next float if only floats remain for the section's last page.

    Return None if other blocks remain, or if the float is landscape or continues from an earlier page.
    ``carried_floats`` contains the floats carried over to the next page, by section.
    """
    for section, index, skip in find_split_boxes(root, resume_at):
        if skip is None and section.children and has_attribute(section.children[-1], END):
            if section in carried_floats and carried_floats[section].resume_positions:
                return None
            carried_floats_ = carried_floats[section].carried if section in carried_floats else ()
            floats = [*carried_floats_, *range(index, len(section.children) - 1)]
            are_all_floats = all(has_attribute(section.children[number], FLOAT) for number in floats)
            if not floats or not are_all_floats or is_landscape(section.children[floats[0]]):
                return None
            return section, floats[0]
    return None


def _iter_leading_floats(root: Any, section: Any, resume_at: Any) -> Iterator[int]:
    """Yield the indices of the floats that come first after ``resume_at`` in source order."""
    position = find_resumed_block(root, section, resume_at)
    if position is not None and position[1] is None:
        yield from takewhile(
            lambda number: has_attribute(section.children[number], FLOAT),
            range(position[0], len(section.children)),
        )


def _find_early_floats(
    context: Any, root: Any, section_floats: Mapping[Any, SectionFloats], result: Any
) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Yield each section with the floats on this page that the text mentions only on a later page."""
    for section, flow in section_floats.items():
        for float_ in flow.in_place:
            following = section.children[float_ + 1 : float_ + 1 + _SOON]
            for block in following:
                report_block(context, block)
            mention = _find_mention(section, float_, flow.first_block, float_ + len(following))
            if (
                mention is not None
                and mention > float_
                and not _has_block_begun(root, section, result, mention, float_)
            ):
                # Later floats are deferred too, to keep their order.
                yield section, tuple(number for number in flow.in_place if number >= float_)
                break


def _find_mention(section: Any, float_: int, first: int, last: int) -> int | None:
    """Return the index of the first block from ``first`` to ``last`` that links to ``float_``, or None."""
    numbers = (n for n in range(first, last + 1) if n != float_)
    return next((n for n in numbers if _find_link(section, float_, n) is not None), None)


def _find_link(section: Any, float_: int, index: int) -> Any:
    name, block = f"#{section.children[float_].element.get('id')}", section.children[index]
    links = block.element.iter("a") if block.element is not None else ()
    return next((link for link in links if link.get("href") == name), None)


def _has_block_begun(root: Any, section: Any, result: Any, index: int, float_: int) -> bool:
    """Return whether the page contains the start of block ``index`` and any link from it to ``float_``."""
    page, resume_at, _ = result
    position = find_resumed_block(root, section, resume_at)
    if position is None or position[0] > index:
        return True
    if position[0] < index or position[1] is None:
        return False
    link = _find_link(section, float_, index)
    return link is None or any(box.element is link for box in page.descendants())


# Attributes of the layout context.
_EXTRA_LINES, _EXTRA_HEIGHT = "typography_extra_lines", "typography_extra_height"


@contextmanager
def temporary_page_lengths(context: Any, extra_lines: Mapping[int, int]) -> Iterator[None]:
    """Change page lengths within a ``with`` block, as ``change_page_lengths`` does."""
    change_page_lengths(context, extra_lines)
    try:
        yield
    finally:
        change_page_lengths(context, {})


def change_page_lengths(context: Any, extra_lines: Mapping[int, int]) -> None:
    """Change the lengths of the pages that are laid out after this call.

    ``extra_lines`` maps 0-based page indices to numbers of extra lines, which may be negative.
    """
    setattr(context, _EXTRA_LINES, extra_lines)


def set_extra_height(context: Any, root: Any, page_number: int) -> None:
    """Set the extra height of a page before the page is laid out; ``page_number`` is 1-based."""
    lines = getattr(context, _EXTRA_LINES, {}).get(page_number - 1, 0)
    setattr(context, _EXTRA_HEIGHT, lines and lines * get_line_height(_find_innermost_section(root)))


@patch("weasyprint.layout.page.page_height", "71a0230377c0354e")
def page_height(lay_out: Callable[..., object]) -> Callable[..., None]:
    """Lengthen or shorten a page at the expense of its bottom margin."""

    def lay_out_longer(page: Any, context: Any, height: Any) -> None:
        lay_out(page, context, height)
        extra_height = getattr(context, _EXTRA_HEIGHT, 0)
        page.height += extra_height
        page.margin_bottom -= extra_height

    return lay_out_longer


def _find_innermost_section(root: Any) -> Any:
    box = root
    while box.element_tag in ("html", "body") and box.children:
        box = box.children[-1]
    return box
