"""Plan the line breaks of paragraphs, and make WeasyPrint break lines as planned."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple

from weasyprint_typography.breakpoints import (
    OBJECT,
    BoxPath,
    BreakFinder,
    ParagraphText,
    width_for_overlong_word,
)
from weasyprint_typography.eastern_text import (
    Elasticity,
    find_best_eastern_lines,
    is_character_spaced,
    measure_elasticity,
)
from weasyprint_typography.engine import patch
from weasyprint_typography.line_breaking import (
    SHRINK,
    TRACK,
    WIDEN,
    Breakpoint,
    LineWidths,
    find_best_lines,
    find_ragged_lines,
)
from weasyprint_typography.line_ends import flag_added_hyphen
from weasyprint_typography.measuring import (
    cache_unbroken_text,
    copy_unbroken_text_box,
    get_character_width,
    measure_text,
)

_UNPLANNED = re.compile("[\t\u2028\u2029\u0e01-\u0ecd]")
_CURSIVE_SCRIPTS = re.compile(
    "[\u0590-\u1dff\ua000-\uffef]"
)  # scripts that may be cursive: letters are not tracked
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_RAGGED = _HEADINGS | {"p", "li", "figcaption", "caption"}  # elements with lines of similar lengths
_TOLERANCE = 0.01
_EXTRA_WIDTH = 0.8  # of a space: narrower than any word part with a hyphen
_NARROWEST = 6.0  # em: the minimum width of planned lines
_PLAN, _PLANS = "typography_plan", "typography_plans"  # attributes of a line box


class _UnplannableParagraphError(Exception):
    """Raised if WeasyPrint itself has to break the lines of a paragraph."""


class LineEnd(NamedTuple):
    """A line end within a text box.

    ``byte_offset`` is its byte offset in the text of ``box``. ``hyphen`` is the hyphen to add, or "".
    ``path`` is the path of child indices from the line box to ``box``.
    """

    box: Any
    byte_offset: int
    hyphen: str
    path: BoxPath

    def is_at(self, skip_stack: Any) -> bool:
        """Return whether WeasyPrint's resume position ``skip_stack`` is this line end."""
        expected: Any = {self.byte_offset: None}
        for index in reversed(self.path):
            expected = {index: expected}
        return bool(skip_stack == expected)


class PlannedLine(NamedTuple):
    """A planned line: its end, and a width too small for the text up to the next breakpoint.

    ``end`` is None if the line ends between two boxes; WeasyPrint then breaks the line because of its width.
    """

    width: float
    end: LineEnd | None


@dataclass(slots=True)
class ParagraphPlan:
    """The line breaks of a paragraph, which are planned on demand.

    ``starts`` maps the path of each box in the line box to the index of the first character of the box, and
    to the box itself if it is a text box. ``texts`` are the text boxes in order. ``breakpoints`` are the
    breakpoints without hyphenation; ``find_all_breaks`` returns those with hyphenation. ``lines`` maps the
    index of the first character of each planned line to the line. ``starts_mid_paragraph`` is True if a page
    or column began in the middle of the paragraph.
    """

    starts: dict[BoxPath, tuple[int, Any]]
    texts: list[ParagraphText]
    breakpoints: list[Breakpoint]
    line_widths: LineWidths
    find_all_breaks: Callable[[], list[Breakpoint]]
    is_justified: bool
    is_heading: bool
    elasticity: Elasticity | None = None  # of Chinese and Japanese
    lines: dict[int, PlannedLine] = field(default_factory=dict)
    starts_mid_paragraph: bool = False

    def find_line(self, skip_stack: Any) -> PlannedLine | None:
        """Return the planned line that begins at ``skip_stack``, or None if WeasyPrint has to break it."""
        place = self._find_character_index(skip_stack)
        if place is not None and place not in self.lines:
            self._plan_lines_from(place)
        return None if place is None else self.lines.get(place)

    def _find_character_index(self, skip_stack: Any) -> int | None:
        path: BoxPath = ()
        while skip_stack is not None:
            ((index, skip_stack),) = skip_stack.items()
            start, box = self.starts.get(path, (0, None))
            if box is not None:
                return start + len(box.text.encode()[:index].decode())
            path += (index,)
        return self.starts[path][0] if path in self.starts else None

    def _plan_lines_from(self, index: int) -> None:
        """Plan the lines from the character at ``index`` to the next mandatory break."""
        stops = _select_breakpoints(self.breakpoints, index) or _select_breakpoints(
            self.find_all_breaks(), index
        )
        if not stops:
            return
        measure = self.line_widths
        if index != self.breakpoints[0].index:
            self.starts_mid_paragraph = True
            measure = replace(measure, first_line=measure.other_lines)
        if self.elasticity:
            lines, are_fine = find_best_eastern_lines(stops, measure, self.elasticity)
            if not are_fine:
                lines, _ = find_best_eastern_lines(
                    _select_breakpoints(self.find_all_breaks(), index), measure, self.elasticity
                )
        elif self.is_justified:
            lines = find_best_lines(
                stops, measure, lambda: _select_breakpoints(self.find_all_breaks(), index)
            )
        else:
            lines = find_ragged_lines(stops, measure, is_balanced=self.is_heading)
        for start, end in pairwise(lines):
            if self._is_overfull(
                start, end, measure.other_lines if start is not lines[0] else measure.first_line
            ):
                continue  # a word longer than a line, which WeasyPrint may break anywhere
            natural = end.end + end.end_hang - start.next_start + start.next_start_hang
            # A little wider than the line, but too narrow for the next breakpoint.
            self.lines[start.index] = PlannedLine(
                natural + _EXTRA_WIDTH * measure.space, self._find_line_end(end)
            )

    def _find_line_end(self, line_break: Breakpoint) -> LineEnd | None:
        """Return the line end at ``line_break``, or None if the line does not end within a text box."""
        index = bisect_left(self.texts, line_break.index, key=itemgetter(0)) - 1
        if index < 0 or line_break.is_mandatory:
            return None
        start, box, path, _ = self.texts[index]
        if line_break.index >= start + len(box.text) or not box.text[: line_break.index - start].strip(" "):
            return None
        byte = len(box.text[: line_break.index - start].encode())
        return LineEnd(box, byte, box.style["hyphenate_character"] if line_break.adds_hyphen else "", path)

    def _is_overfull(self, start: Breakpoint, end: Breakpoint, width: float) -> bool:
        """Return whether a line is longer than ``width`` even if it shrinks as far as allowed."""
        natural = end.end - start.next_start
        min_width = natural
        if self.elasticity:
            min_width -= self.elasticity.measure_line(start, end)[1]
        elif self.is_justified:
            spaces = end.spaces_before - start.spaces_after
            min_width -= SHRINK * self.line_widths.space * spaces + self.line_widths.letter_stretch * natural
        return min_width > width + _TOLERANCE


@dataclass(slots=True)
class _PlansByWidth:
    """The plans of a paragraph for different line widths.

    ``full_width`` is the plan for the full width, or None if the paragraph cannot be planned.
    ``beside_floats`` maps narrower widths next to floats to plans for the remaining lines. These plans are
    dropped when the paragraph is laid out again, so that a page does not depend on earlier layout attempts.
    ``key`` identifies the text and the widths for which the plans were made.
    """

    key: object
    full_width: ParagraphPlan | None
    beside_floats: dict[float, ParagraphPlan] = field(default_factory=dict)

    def drop_old_plans(self) -> None:
        """Drop the plans of an earlier layout attempt that began within the paragraph or beside a float."""
        self.beside_floats.clear()
        if self.full_width and self.full_width.starts_mid_paragraph:
            self.full_width = replace(self.full_width, lines={}, starts_mid_paragraph=False)

    def get_plan(self, width: float) -> ParagraphPlan | None:
        """Return the plan for lines of ``width`` CSS pixels, or None if the paragraph cannot be planned."""
        if self.full_width is None or abs(width - self.full_width.line_widths.other_lines) <= _TOLERANCE:
            return self.full_width
        if width not in self.beside_floats:
            measure = self.full_width.line_widths
            narrow = replace(
                measure, first_line=measure.first_line - measure.other_lines + width, other_lines=width
            )
            self.beside_floats[width] = replace(
                self.full_width, line_widths=narrow, lines={}, starts_mid_paragraph=False
            )
        return self.beside_floats[width]


def plan_line(
    context: Any, box: Any, available_width: float, skip_stack: Any, block: Any
) -> PlannedLine | None:
    """Return the planned line that begins at ``skip_stack``, or None if WeasyPrint has to break the line.

    ``box`` is the line box of the paragraph, and ``block`` is the block that contains it.
    """
    if box.style["white_space"] != "normal" or not (is_justified(box) or box.element_tag in _RAGGED):
        return None
    plans: _PlansByWidth | None = getattr(box, _PLANS, None)
    if skip_stack is None:
        texts = tuple(text.text for text in box.descendants() if hasattr(text, "text"))
        made_for = (texts, block.width, box.text_indent)
        if plans is None or plans.key != made_for:
            plans = _PlansByWidth(made_for, plan_paragraph_if_possible(context, box, block))
            setattr(box, _PLANS, plans)
        plans.drop_old_plans()
    width = available_width + box.text_indent
    plan = plans.get_plan(width) if plans and width > _NARROWEST * box.style["font_size"] else None
    setattr(box, _PLAN, plan)
    return plan.find_line(skip_stack) if plan else None


def plan_paragraph_if_possible(context: Any, box: Any, block: Any) -> ParagraphPlan | None:
    """Return the plan of the paragraph ``box`` in ``block``, or None if WeasyPrint has to break its lines."""
    try:
        return plan_paragraph(context, box, block)
    except _UnplannableParagraphError:
        return None


def is_justified(line: Any) -> bool:
    """Return whether a line box is justified."""
    return bool(line.style["text_align_all"] == "justify")


def get_line_widths(line: Any) -> LineWidths | None:
    """Return the line widths for which a line was planned, or None if it was not planned."""
    plan: ParagraphPlan | None = getattr(line, _PLAN, None)
    return plan.line_widths if plan else None


def has_letter_spacing(line: Any) -> bool:
    """Return whether justification adds space between the characters of a line, as in Chinese or Japanese."""
    plan: ParagraphPlan | None = getattr(line, _PLAN, None)
    if plan:
        return bool(plan.elasticity)
    return is_character_spaced("".join(getattr(box, "text", "") for box in line.descendants()))


def plan_paragraph(context: Any, linebox: Any, containing_block: Any) -> ParagraphPlan:
    """Return the plan of a paragraph after measuring its text and finding its breakpoints.

    Raise ``_UnplannableParagraphError`` if WeasyPrint has to break the lines of the paragraph.
    """
    from weasyprint.formatting_structure import boxes

    characters: list[str] = []
    widths: list[float] = []
    texts: list[ParagraphText] = []
    starts: dict[BoxPath, tuple[int, Any]] = {}
    edge = floats = 0.0
    for path, box, left, right in _iter_inline_content(context, linebox, containing_block, ()):
        starts[path] = (len(widths), box if isinstance(box, boxes.TextBox) else None)
        for length in range(len(path)):
            starts.setdefault(path[:length], (len(widths), None))
        if box.is_floated():
            floats += right
            continue
        if floats:
            raise _UnplannableParagraphError
        edge += left
        if isinstance(box, boxes.TextBox) and box.text:
            advances = measure_text(context, box)
            texts.append(ParagraphText(len(widths), box, path, tuple(advances)))
            characters.append(box.text)
        elif isinstance(box, boxes.ReplacedBox):
            advances = [_measure_image_width(box, containing_block)]
            characters.append(OBJECT)
        else:
            advances = []
        if advances:
            advances[0] += edge
            advances[-1] += right
            edge = 0.0
            widths += advances
        else:
            edge += right
    text = "".join(characters)
    if _UNPLANNED.search(text) or not text.strip():
        raise _UnplannableParagraphError
    widths[len(text.rstrip(" \n")) - 1] += floats  # which are beside the last line
    style = linebox.style
    justified, eastern = is_justified(linebox), is_character_spaced(text)
    if eastern and not justified:
        raise _UnplannableParagraphError
    break_finder = BreakFinder(context, text, widths, texts, style)
    width = containing_block.width
    letters = WIDEN if _CURSIVE_SCRIPTS.search(text) else WIDEN + TRACK
    measure = LineWidths(width - linebox.text_indent, width, get_character_width(" ", style), letters)
    return ParagraphPlan(
        starts=starts,
        texts=texts,
        breakpoints=break_finder.find_word_breaks(),
        line_widths=measure,
        find_all_breaks=break_finder.find_all_breaks,
        is_justified=justified,
        is_heading=linebox.element_tag in _HEADINGS,
        elasticity=measure_elasticity(text, style["font_size"]) if eastern else None,
    )


def _select_breakpoints(breakpoints: list[Breakpoint], index: int) -> list[Breakpoint]:
    """Return the breakpoints from the character at ``index`` to the next mandatory break.

    Return an empty list if there is no breakpoint at ``index``.
    """
    first = next((n for n, stop in enumerate(breakpoints) if stop.index == index), len(breakpoints))
    last = next((n for n in range(first + 1, len(breakpoints)) if breakpoints[n].is_mandatory), 0)
    return breakpoints[first : last + 1]


def _iter_inline_content(
    context: Any, parent: Any, block: Any, path: BoxPath
) -> Iterator[tuple[BoxPath, Any, float, float]]:
    """Yield each text box, image or float of a line: its path, the box, and the widths of both edges.

    The right edge of a float is its whole width. Raise ``_UnplannableParagraphError`` if the line has other
    content.
    """
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.preferred import shrink_to_fit

    for index, box in enumerate(parent.children):
        box_path = (*path, index)
        if isinstance(box, boxes.TextBox):
            has_lines = len(box.text) > 1 and "\n" in box.text  # laid out one by one
            if has_lines or box.style["white_space"] not in ("normal", "nowrap", "pre-line"):
                raise _UnplannableParagraphError
            yield box_path, box, 0.0, 0.0
        elif isinstance(box, boxes.InlineBox) and box.is_in_normal_flow() and not box.is_leader:
            resolve_percentages(box, block)
            left = _measure_edge(box, "left")
            right = _measure_edge(box, "right")
            inner = list(_iter_inline_content(context, box, block, box_path))
            for place, (leaf, child, before, after) in enumerate(inner):
                before += left if place == 0 else 0
                after += right if place == len(inner) - 1 else 0
                yield leaf, child, before, after
        elif isinstance(box, boxes.ReplacedBox) and box.is_in_normal_flow():
            yield box_path, box, 0.0, 0.0
        elif box.is_floated() and isinstance(parent, boxes.LineBox):
            resolve_percentages(box, block)
            edges = _measure_edge(box, "left") + _measure_edge(box, "right")
            yield box_path, box, 0.0, edges + float(shrink_to_fit(context, box, block.width))
        else:
            raise _UnplannableParagraphError


def _measure_edge(box: Any, side: str) -> float:
    margin = getattr(box, f"margin_{side}")
    inner_edge = getattr(box, f"padding_{side}") + getattr(box, f"border_{side}_width")
    return float(inner_edge + (0 if margin == "auto" else margin))


def _measure_image_width(box: Any, block: Any) -> float:
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.replaced import inline_replaced_box_layout

    box = box.copy()
    resolve_percentages(box, block)
    inline_replaced_box_layout(box, block)
    return float(box.margin_width())


_LINE_START, _LINE_END = "typography_line_start", "typography_line_end"  # attributes of the layout context
_EXCESS = "typography_excess"  # attribute of a line


@patch("weasyprint.layout.inline.split_inline_box", "3a0cb7ca7e34c7ef", upstream_issue=2264)
def split_inline_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """Break each planned line at its planned end."""
    from weasyprint.formatting_structure.boxes import LineBox

    def split_planned(
        context: Any, box: Any, x: float, end: float, bottom: float, skip: Any, block: Any, *rest: Any
    ) -> Any:
        if isinstance(box, LineBox):
            setattr(context, _LINE_END, None)
            overlong = width_for_overlong_word(context, box, end - x, skip)
            setattr(context, _LINE_START, x if overlong is None else inf)
            line = plan_line(context, box, end - x, skip, block)
            if line is not None and line.end is not None:
                setattr(context, _LINE_END, line.end)
                result = split(context, box, x, inf, bottom, skip, block, *rest)
                if line.end.is_at(result[1]):
                    _limit_width(result[0], end - x)
                    return result
                setattr(context, _LINE_END, None)  # the box was replaced, as by ``::first-line``
                *_, line_placeholders, _, _ = rest
                line_placeholders.clear()
            width = line.width if line else None
            if width is None and overlong is not None and overlong < end - x:
                width = overlong
            if width is not None:
                result = split(context, box, x, x + width, bottom, skip, block, *rest)
                _limit_width(result[0], end - x)
                return result
        return split(context, box, x, end, bottom, skip, block, *rest)

    return split_planned


@patch("weasyprint.layout.inline.split_text_box", "8c564329599ef23f", upstream_issue=1614)
def split_text_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """Split text boxes at the planned line ends, and break words only at the start of a line.

    ``flag_added_hyphen`` records added hyphens. The layout of a text box that fits on one line is reused when
    the page is laid out again.
    """

    def split_text(context: Any, box: Any, width: float, skip: int, is_line_start: bool = True) -> Any:
        end: LineEnd | None = getattr(context, _LINE_END, None)
        if (
            end
            and end.box is box
            and (text := box.text.encode()[skip : end.byte_offset].decode().rstrip(" "))
        ):
            new, *_ = split(context, box.copy_with_text(text + end.hyphen), None, 0)
            flag_added_hyphen(box, skip, new)
            return new, end.byte_offset, False
        if not skip and (unbroken := copy_unbroken_text_box(box, width)) is not None:
            return unbroken, None, False
        # WeasyPrint regards the text of any element as the start of its line, and breaks its first word.
        # Only a word that is longer than a whole line may be broken, in one or in several elements.
        start = getattr(context, _LINE_START, inf)
        is_at_start = start == inf or (
            is_line_start and width is not None and box.position_x < start + _TOLERANCE
        )
        new, rest, is_preserved = split(context, box, width, skip, is_line_start=is_at_start)
        flag_added_hyphen(box, skip, new)
        if new is not None and box.text == " ":
            new.text = " "  # WeasyPrint adds a character if there is word spacing, and then keeps the space
        if new is not None and not skip and rest is None:
            cache_unbroken_text(box, new)
        return new, rest, is_preserved

    return split_text


def _limit_width(line: Any, available_width: float) -> None:
    """Limit the width of an overlong line, since WeasyPrint would otherwise move the line below a float."""
    if line.width > available_width:
        setattr(line, _EXCESS, line.width - available_width)
        line.width = available_width


def restore_text_width(line: Any) -> None:
    """Undo ``_limit_width``: make a line as wide as its text again."""
    line.width += line.__dict__.pop(_EXCESS, 0.0)
