"""Lay out page floats: figures and short tables that do not fit move to the head of the next page.

WeasyPrint has no page floats (CSS Page Floats 3): a figure that does not fit leaves the foot of its page
empty. Here the following text, including headings, fills the page, and the figure begins the next page.
Floats keep their order and stay within their section; the source order is unchanged.

- A figure of the class ``here`` and a table without a caption do not move.
- A figure without a caption stays with the line that introduces it, if little of the page is left.
- A callout with a title moves within the text of its section, up to the next heading.
- A float that is larger than a page continues at the top of the next page.
- Landscape figures and tables get pages of their own, after the current page has been filled with text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from weasyprint_typography.engine import patch
from weasyprint_typography.page_boxes import get_box_classes, get_line_height
from weasyprint_typography.page_breaks import break_boxes_in_flow, with_style
from weasyprint_typography.preparation import END, FLOAT, HEADINGS, LANDSCAPE, LEADS

_MIN_LINES = 3  # minimum number of lines of text on a page with floats
_MAX_EMPTY_LINES = 8  # lines that may stay empty to keep a figure with the line before it
_MIN_IMAGE_SCALE = 0.6  # minimum scale of an image that is shrunk to avoid a page of its own
_ROUNDING = 0.01
TRUNK = frozenset(("html", "body", "section"))
_DOCUMENT_FLOATS = "typography_floats"  # attribute of the layout context


@dataclass(slots=True)
class SectionFloats:
    """The floats of a section on one page, as indices of the section's blocks in ascending order.

    Floats to place:

    - ``carried``: floats from earlier pages, to be placed on this page or a later one
    - ``own``: floats of this page or the next, to be placed at the top of this page
    - ``deferred``: floats that must not be placed at their source position on this page; they become
      ``passed`` when they are reached
    - ``already_placed``: floats that were placed on the preceding page, before their source position

    Floats that have been laid out or reached:

    - ``at_head``: floats that have been placed at the top of this page
    - ``in_place``: floats that have been placed at their source position
    - ``passed``: floats that have been reached in the source but not placed; they wait for the end of the
      section or the next page

    The text of the section begins on this page at block ``first_block``, with the resume position
    ``skip_stack``. ``resume_positions`` maps floats larger than a page to the positions at which they resume
    at the top of this page, and ``next_resume_positions`` to those at which they resume on the next page. If
    ``shrinks`` is True, the last float is scaled down to avoid a page of its own.
    """

    carried: tuple[int, ...] = ()
    own: tuple[int, ...] = ()
    deferred: tuple[int, ...] = ()
    already_placed: tuple[int, ...] = ()
    resume_positions: Mapping[int, Any] = field(default_factory=dict)
    next_resume_positions: Mapping[int, Any] = field(default_factory=dict)
    at_head: list[int] = field(default_factory=list)
    in_place: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    first_block: int = 0
    skip_stack: Any = None
    is_open: bool = False
    shrinks: bool = False

    def copy_initial_state(self) -> SectionFloats:
        """Return the floats as they were before the page was laid out."""
        return SectionFloats(
            self.carried,
            (),
            (),
            self.already_placed,
            self.resume_positions,
            self.resume_positions,
            passed=list(self.carried),
        )

    def restart_page(self, first_block: int, skip_stack: Any) -> None:
        """Restart the page at block ``first_block``, and clear the results so far.

        ``skip_stack`` is the position at which this block resumes, or None for its start.
        """
        self.at_head, self.in_place, self.passed, self.next_resume_positions = [], [], [], {}
        self.first_block, self.skip_stack, self.is_open = first_block, skip_stack, True


@dataclass(slots=True)
class FloatsByPage:
    """The floats of the laid-out pages, by page number and section."""

    by_page: dict[int, dict[Any, SectionFloats]] = field(default_factory=dict)
    current_page: int = 0
    is_landscape: bool = False  # whether the current page contains only landscape floats

    def get_section_floats(self, section: Any) -> SectionFloats:
        """Return the floats of a section on the current page."""
        return self.by_page.setdefault(self.current_page, {}).setdefault(section, SectionFloats())


def get_document_floats(context: Any) -> FloatsByPage:
    """Return the floats of the document that ``context`` lays out."""
    if (pages := getattr(context, _DOCUMENT_FLOATS, None)) is None:
        pages = FloatsByPage()
        setattr(context, _DOCUMENT_FLOATS, pages)
    return pages


def has_pending_floats(context: Any, page: int) -> bool:
    """Return whether floats are carried over to a page, or were placed early on the page before it.

    ``page`` is 1-based.
    """
    return bool(get_document_floats(context).by_page.get(page))


@dataclass(frozen=True, slots=True)
class _BlockPosition:
    """The position of the next block: the values that WeasyPrint's block layout takes and returns."""

    new_children: list[Any]
    margins: list[float]
    y: float
    next_page: Any
    max_lines: Any

    def to_layout_result(self, resume_at: Any = None) -> tuple[Any, ...]:
        """Return this position as a result of WeasyPrint's block layout.

        The page ends at ``resume_at``; if that is None, the layout continues with the next block.
        """
        stop = resume_at is not None
        return False, stop, resume_at, self.y, self.margins, self.next_page, self.new_children, self.max_lines

    @staticmethod
    def from_layout_result(result: Sequence[Any]) -> _BlockPosition:
        """Return the position after a block, from the result of WeasyPrint's block layout."""
        _, _, _, y, margins, next_page, before, max_lines = result
        return _BlockPosition(before, margins, y, next_page, max_lines)


def find_carried_floats(
    root: Any, section_floats: dict[Any, SectionFloats], resume_at: Any, next_page: Any
) -> tuple[Any, dict[Any, SectionFloats]]:
    """Return the position at which the next page resumes, and the floats that are carried over to that page.

    Floats after that position in the source are not carried over, since the next page reaches them anyway.
    """
    left = {}
    for section, flow in section_floats.items():
        position = find_resumed_block(root, section, resume_at)
        if position is None:
            continue
        index, skip = position
        carried_floats = [number for number in flow.passed if number < index]
        while (
            skip is None
            and next_page["break"] == "any"
            and carried_floats
            and carried_floats[-1] == index - 1
            and not is_landscape(section.children[index - 1])
        ):
            index = carried_floats.pop()
        if carried_floats and index != position[0]:  # to keep the order of floats
            index, carried_floats = position[0], [number for number in flow.passed if number < position[0]]
        done = tuple(
            number
            for number in (*flow.own, *flow.already_placed)
            if number >= index and number not in flow.next_resume_positions
        )
        if index != position[0]:
            resume_at = _resume_section_at(
                root, section, resume_at, {index: flow.next_resume_positions.get(index)}
            )
        if carried_floats or done:
            begun_floats = {
                number: skip
                for number, skip in flow.next_resume_positions.items()
                if number in carried_floats
            }
            left[section] = SectionFloats(
                tuple(carried_floats), already_placed=done, resume_positions=begun_floats
            )
    return resume_at, left


def find_split_boxes(root: Any, resume_at: Any) -> Iterator[tuple[Any, int, Any]]:
    """Yield the boxes that are split at ``resume_at``, from the outermost box to the section.

    Each box comes with the index of the child at which it resumes, and the resume position in that child.
    """
    box = root
    while resume_at is not None:
        ((index, resume_at),) = resume_at.items()
        yield box, index, resume_at
        child = box.children[index]
        if child.element_tag not in TRUNK or child.element is box.element:
            return
        box = child


def find_resumed_block(root: Any, section: Any, resume_at: Any) -> tuple[int, Any] | None:
    """Return the index of the block with which a section resumes, and the resume position in that block.

    Return None if the section is not split.
    """
    return next(
        ((index, skip) for box, index, skip in find_split_boxes(root, resume_at) if box is section), None
    )


def _resume_section_at(box: Any, section: Any, resume_at: Any, position: Mapping[int, Any]) -> Any:
    if box is section:
        return position
    ((child_index, below),) = resume_at.items()
    return {child_index: _resume_section_at(box.children[child_index], section, below, position)}


@patch("weasyprint.layout.block._in_flow_layout", "c2537262836dd981", upstream_issue=259)
def in_flow_layout(lay_out_one: Callable[..., Any]) -> Callable[..., Any]:
    """Lay out the blocks of sections with page floats, and pass each block to ``report_block``."""
    lay_out_one = break_boxes_in_flow(lay_out_one)

    def lay_out(context: Any, box: Any, index: int, child: Any, *rest: Any) -> Any:
        if box.element_tag != "section" or not has_attribute(box.children[-1], END):
            report_block(context, child)
            return lay_out_one(context, box, index, child, *rest)
        before, page_is_empty, absolute, fixed, margins, bottom, y, skip, *styles, next_page, max_lines = rest

        def lay(number: int, position: _BlockPosition, skip: Any = None, space: float = bottom) -> Any:
            child_box = box.children[number]
            report_block(context, child_box)
            child_box.position_x, child_box.position_y = child.position_x, position.y
            # fmt: off
            return lay_out_one(
                context, box, number, child_box, list(position.new_children), page_is_empty, absolute, fixed,
                list(position.margins), space, position.y, skip, *styles, position.next_page,
                position.max_lines,
            )
            # fmt: on

        position = _BlockPosition(before, margins, y, next_page, max_lines)
        return _SectionLayout(context, box, lay, context.page_bottom - bottom).lay_out_block(
            index, position, skip
        )

    return lay_out


@dataclass(frozen=True, slots=True)
class _SectionLayout:
    """The layout of a section with floats on one page.

    ``lay_out_child`` lays out one block of the section with WeasyPrint. ``bottom`` is the y position of the
    foot of the page in CSS pixels.
    """

    context: Any
    section: Any
    lay_out_child: Callable[..., Any]
    bottom: float

    def lay_out_block(self, index: int, position: _BlockPosition, skip_stack: Any) -> Any:
        """Lay out block ``index``, after the floats at the head if it is the first block of the page."""
        flow = get_document_floats(self.context).get_section_floats(self.section)
        child = self.section.children[index]
        is_end = has_attribute(child, END)
        is_first = not any(child.is_in_normal_flow() for child in position.new_children)
        pages = get_document_floats(self.context)
        if is_first and not (flow.is_open and index > flow.first_block):
            flow.restart_page(index, skip_stack)
            if pages.is_landscape:
                position = self._lay_out_floats_at_head(flow, position, is_end)
                if flow.passed or not is_end:
                    return position.to_layout_result({index: skip_stack})
            elif child.page_values()[0] == self.section.style["page"]:
                position = self._lay_out_floats_at_head(flow, position, is_end)
            else:
                flow.passed, flow.next_resume_positions = [*flow.carried], flow.resume_positions
            if flow.at_head and (
                flow.next_resume_positions
                or (not is_end and self._count_remaining_lines(position) < _MIN_LINES)
            ):
                return position.to_layout_result({index: skip_stack})
        if index in flow.own or index in flow.already_placed:
            return position.to_layout_result()
        if is_end:
            position = self._lay_out_remaining_floats(flow, position)
            return (
                self._end_on_next_page(flow, index, position)
                if flow.passed
                else self.lay_out_child(index, position)
            )
        if not has_attribute(child, FLOAT):
            if child.element_tag in HEADINGS and any(self._is_aside(number) for number in flow.passed):
                return position.to_layout_result({index: None})
            return self._lay_out_text(flow, index, position, skip_stack)
        must_wait = skip_stack is None and any(
            self._is_aside(child) == self._is_aside(index) for child in flow.passed
        )
        if must_wait or index in flow.deferred or is_landscape(child):
            flow.passed.append(index)
            return position.to_layout_result()
        with _drop_space_before(child, position):
            result = self.lay_out_child(index, position, skip_stack)
        if not _is_placed(result, position) and not (is_first and not flow.at_head):
            if (
                self._is_introduced(index)
                and self._count_remaining_lines(position) < _MAX_EMPTY_LINES
                and not flow.passed
            ):
                return result
            flow.passed.append(index)
            return position.to_layout_result()
        flow.in_place.append(index)
        return result

    def _lay_out_floats_at_head(
        self, floats: SectionFloats, position: _BlockPosition, is_end: bool
    ) -> _BlockPosition:
        """Lay out floats at the top of the page: at least one, then others that leave space for some lines.

        In a section that begins below another section, even the first float may not fit.
        """
        waiting = sorted((*floats.carried, *floats.own))
        is_landscape_page = get_document_floats(self.context).is_landscape
        for number in waiting:
            if is_landscape(self.section.children[number]) != is_landscape_page:
                break
            with _drop_space_before(self.section.children[number], position):
                result = self.lay_out_child(number, position, floats.resume_positions.get(number))
            new_position = _BlockPosition.from_layout_result(result)
            leaves_room = (
                self._count_remaining_lines(new_position) >= _MIN_LINES
                or self._count_remaining_lines(position) < _MIN_LINES
            )
            fits = _is_placed(result, position) and (
                not floats.at_head or is_end or is_landscape_page or leaves_room
            )
            if not fits:
                if _is_placed(result, position):
                    self._discard_result(result)
                break
            floats.at_head.append(number)
            if _is_placed(result, position) and result[1]:
                floats.next_resume_positions = result[2]
            position = new_position
            if floats.next_resume_positions:
                break
        floats.passed += [*floats.next_resume_positions, *waiting[len(floats.at_head) :]]
        return position

    def _lay_out_remaining_floats(self, floats: SectionFloats, position: _BlockPosition) -> _BlockPosition:
        """Lay out the remaining floats at the end of the section, as far as they fit on the page."""
        while floats.passed:
            float_ = self.section.children[floats.passed[0]]
            if is_landscape(float_):
                break
            with _drop_space_before(float_, position):
                result = self.lay_out_child(floats.passed[0], position)
                if not _is_placed(result, position) and floats.shrinks:
                    result = self._lay_out_shrunk_figure(floats.passed[0], position)
            if not _is_placed(result, position):
                break
            position = _BlockPosition.from_layout_result(result)
            if result[1]:
                floats.next_resume_positions = result[2]
                break
            floats.passed.pop(0)
        return position

    def _lay_out_shrunk_figure(self, index: int, position: _BlockPosition) -> Any:
        """Lay out a figure with its only image scaled down to fit, unless the image would be too small."""
        result = self.lay_out_child(index, position, space=-inf)
        fragment = result[6][-1]
        inner = [box for box in fragment.descendants() if isinstance(box, get_box_classes().ReplacedBox)]
        height = inner[0].height if len(inner) == 1 else 0
        available_height = (
            height - (fragment.border_box_y() + fragment.border_height() - self.bottom) - _ROUNDING
        )
        self._discard_result(result)
        if available_height < _MIN_IMAGE_SCALE * height or not height:
            return position.to_layout_result()
        source = self.section.children[index].descendants()
        image = next(box for box in source if isinstance(box, get_box_classes().ReplacedBox))
        with with_style(
            image, {"max_height": image.style["max_height"]._replace(value=available_height, unit="px")}
        ):
            return self.lay_out_child(index, position)

    def _lay_out_text(
        self, floats: SectionFloats, index: int, position: _BlockPosition, skip_stack: Any
    ) -> Any:
        """Lay out a block that is not a float.

        Headings that would be alone below the floats at the top of the page move to the next page.
        """
        with _restore_indent(self.section, index, floats):
            result = self.lay_out_child(index, position, skip_stack)
        _, stop, resume_at, *_ = result
        if not stop or not floats.at_head:
            return result
        start, (after, end_result) = (
            {floats.first_block: None},
            (_BlockPosition.from_layout_result(result), {floats.first_block: floats.skip_stack}),
        )
        texts = after.new_children[len(floats.at_head) :]
        if texts and all(text.element_tag in HEADINGS for text in texts):
            before = after.new_children[: len(floats.at_head)]
            return replace(after, new_children=before).to_layout_result(end_result)
        return after.to_layout_result(end_result) if resume_at == start else result

    def _end_on_next_page(self, floats: SectionFloats, index: int, position: _BlockPosition) -> Any:
        """Break before the section's end marker; move headings followed only by floats to the next page."""
        before, start = list(position.new_children), index
        while len(before) > 1:
            child = self.section.children[start - 1]
            if start - 1 in floats.passed:
                start -= 1
            elif child.element_tag in HEADINGS and child.element is before[-1].element:
                start, index = start - 1, start - 1
                before.pop()
            else:
                break
        return replace(position, new_children=before).to_layout_result({index: None})

    def _is_introduced(self, index: int) -> bool:
        """Return whether a float has no caption and is introduced by the preceding block."""
        before, float_ = self.section.children[index - 1], self.section.children[index]
        return index > 0 and has_attribute(before, LEADS) and float_.element.find("figcaption") is None

    def _is_aside(self, index: int) -> bool:
        """Return whether a float is an ``aside``, which has to be placed before the next heading."""
        return bool(self.section.children[index].element.get(FLOAT))

    def _count_remaining_lines(self, position: _BlockPosition) -> float:
        """Return the number of lines that fit on the page below ``position``."""
        from weasyprint.layout.block import collapse_margin

        available_height = self.bottom - position.y - collapse_margin(position.margins)
        return float(available_height / get_line_height(self.section) + 0.01)

    def _discard_result(self, result: Any) -> None:
        from weasyprint.layout.block import remove_placeholders

        remove_placeholders(self.context, [result[6][-1]], [], [])


def _is_placed(result: Any, position: _BlockPosition) -> bool:
    """Return whether a block was placed on the page, according to the result of its layout."""
    return not result[0] and len(result[6]) > len(position.new_children)


def _drop_space_before(float_: Any, position: _BlockPosition) -> AbstractContextManager[None]:
    """Temporarily remove the top margin of a float at the top of a page or below a heading."""
    last = next((child for child in reversed(position.new_children) if child.is_in_normal_flow()), None)
    removes = last is None or last.element_tag in HEADINGS
    return with_style(
        float_, {"margin_top": float_.style["margin_bottom"]._replace(value=0)} if removes else {}
    )


@contextmanager
def _restore_indent(section: Any, index: int, floats: SectionFloats) -> Iterator[None]:
    """Temporarily indent a paragraph after a moved float as if the float were not there."""
    text, passed_indices = (
        section.children[index],
        {*floats.at_head, *floats.passed, *floats.own, *floats.already_placed},
    )
    with ExitStack() as styles:
        if index - 1 in passed_indices and _is_plain_paragraph(text):
            before = index - 1
            while before and has_attribute(section.children[before], FLOAT):
                before -= 1
            if _is_plain_paragraph(section.children[before]):
                indents = [
                    child.style["text_indent"] for child in section.children if _is_plain_paragraph(child)
                ]
                indent = max(indents, key=lambda indent: indent.value)
                for box in (text, *text.children):
                    styles.enter_context(with_style(box, {"text_indent": indent}))
        yield


def _is_plain_paragraph(box: Any) -> bool:
    return box.element_tag == "p" and not box.element.get("class")


def has_attribute(box: Any, attribute: str) -> bool:
    """Return whether the element of a box has an attribute, such as the ``data-float`` of floats."""
    return box.element is not None and attribute in box.element.attrib


def is_landscape(box: Any) -> bool:
    """Return whether a float is set on a landscape page."""
    return box.element is not None and LANDSCAPE in (box.element.get("class") or "").split()


_LISTENER = "typography_block_listener"  # attribute of the layout context


def report_block(context: Any, box: Any) -> None:
    """Pass a block on which the layout depends to the listener of ``set_block_listener``, if there is one."""
    if listener := getattr(context, _LISTENER, None):
        listener(box)


def set_block_listener(context: Any, listener: Callable[[Any], None]) -> None:
    """Set a function that ``report_block`` calls with each block on which the layout depends."""
    setattr(context, _LISTENER, listener)


def has_block_listener(context: Any) -> bool:
    """Return whether a block listener is set. If so, pages are laid out in order, each once."""
    return hasattr(context, _LISTENER)
