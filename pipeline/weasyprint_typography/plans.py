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
    BreakFinder,
    ParagraphText,
    Path,
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
    Measure,
    find_best_lines,
    find_ragged_lines,
)
from weasyprint_typography.line_ends import mark_hyphen
from weasyprint_typography.measuring import (
    character_width,
    keep_unbroken_text,
    measure_text,
    unbroken_text_of,
)

_UNPLANNED = re.compile("[\t\u2028\u2029\u0e01-\u0ecd]")
_JOINED = re.compile("[\u0590-\u1dff\ua000-\uffef]")  # scripts that may be cursive: letters are not tracked
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_RAGGED = _HEADINGS | {"p", "li", "figcaption", "caption"}  # elements with lines of similar lengths
_SLACK = 0.01
_EXTRA_WIDTH = 0.8  # of a space: narrower than any word part with a hyphen
_NARROWEST = 6.0  # em: the minimum width of planned lines
_PLAN, _PLANS = "typography_plan", "typography_plans"  # attributes of a line box


class _Unplannable(Exception):
    """Raised if WeasyPrint itself has to break the lines of a paragraph."""


class LineEnd(NamedTuple):
    """A line end within a text box.

    ``byte`` is the byte offset in the text of ``box``, ``hyphen`` the added hyphen or "", and ``path`` the
    path of child indices from the line box to ``box``.
    """

    box: Any
    byte: int
    hyphen: str
    path: Path

    def is_at(self, skip_stack: Any) -> bool:
        """Return whether WeasyPrint's resume position ``skip_stack`` is this line end."""
        wanted: Any = {self.byte: None}
        for index in reversed(self.path):
            wanted = {index: wanted}
        return bool(skip_stack == wanted)


class PlannedLine(NamedTuple):
    """A planned line: its end, and a width too small for the text up to the next breakpoint.

    ``end`` is None if the line ends between two boxes; WeasyPrint then breaks the line because of its width.
    """

    width: float
    end: LineEnd | None


@dataclass(slots=True)
class ParagraphPlan:
    """The planned line breaks of a paragraph, computed on demand.

    ``starts`` maps each box's path in the line box to the index of the box's first character, and to the box
    itself if it is a text box. ``texts`` are the text boxes in order, ``stops`` the breakpoints without
    hyphenation. ``lines`` maps the index of each line's first character to the planned line.
    ``starts_mid_paragraph`` is true if a page or column began in the middle of the paragraph.
    """

    starts: dict[Path, tuple[int, Any]]
    texts: list[ParagraphText]
    stops: list[Breakpoint]
    measure: Measure
    with_hyphens: Callable[[], list[Breakpoint]]
    justified: bool
    heading: bool
    elastic: Elasticity | None = None  # of Chinese and Japanese
    lines: dict[int, PlannedLine] = field(default_factory=dict)
    starts_mid_paragraph: bool = False

    def line(self, skip_stack: Any) -> PlannedLine | None:
        """Return the planned line that begins at ``skip_stack``, or None if WeasyPrint has to break it."""
        place = self._character_at(skip_stack)
        if place is not None and place not in self.lines:
            self._plan_from(place)
        return None if place is None else self.lines.get(place)

    def _character_at(self, skip_stack: Any) -> int | None:
        path: Path = ()
        while skip_stack is not None:
            ((index, skip_stack),) = skip_stack.items()
            start, box = self.starts.get(path, (0, None))
            if box is not None:
                return start + len(box.text.encode()[:index].decode())
            path += (index,)
        return self.starts[path][0] if path in self.starts else None

    def _plan_from(self, place: int) -> None:
        """Plan the lines from the character index ``place`` to the next mandatory break."""
        stops = _stops_from(self.stops, place) or _stops_from(self.with_hyphens(), place)
        if not stops:
            return
        measure = self.measure
        if place != self.stops[0].place:
            self.starts_mid_paragraph = True
            measure = replace(measure, first=measure.width)
        if self.elastic:
            lines, are_fine = find_best_eastern_lines(stops, measure, self.elastic)
            if not are_fine:
                lines, _ = find_best_eastern_lines(
                    _stops_from(self.with_hyphens(), place), measure, self.elastic
                )
        elif self.justified:
            lines = find_best_lines(stops, measure, lambda: _stops_from(self.with_hyphens(), place))
        else:
            lines = find_ragged_lines(stops, measure, balanced=self.heading)
        for start, end in pairwise(lines):
            if self._is_overfull(start, end, measure.width if start is not lines[0] else measure.first):
                continue  # a word longer than a line, which WeasyPrint may break anywhere
            natural = end.end + end.end_hangs - start.begin + start.begin_hangs
            # A little wider than the line, but too narrow for the next breakpoint.
            self.lines[start.place] = PlannedLine(natural + _EXTRA_WIDTH * measure.space, self._end_at(end))

    def _end_at(self, stop: Breakpoint) -> LineEnd | None:
        """Return the end of a line that breaks at ``stop``, or None if ``stop`` is not within a text box."""
        index = bisect_left(self.texts, stop.place, key=itemgetter(0)) - 1
        if index < 0 or stop.final:
            return None
        start, box, path, _ = self.texts[index]
        if stop.place >= start + len(box.text) or not box.text[: stop.place - start].strip(" "):
            return None
        byte = len(box.text[: stop.place - start].encode())
        return LineEnd(box, byte, box.style["hyphenate_character"] if stop.hyphenated else "", path)

    def _is_overfull(self, start: Breakpoint, end: Breakpoint, width: float) -> bool:
        """Return whether a line is longer than ``width`` even if it shrinks as far as allowed."""
        natural = end.end - start.begin
        least = natural
        if self.elastic:
            least -= self.elastic.between(start, end)[1]
        elif self.justified:
            spaces = end.spaces_before - start.spaces_after
            least -= SHRINK * self.measure.space * spaces + self.measure.letters * natural
        return least > width + _SLACK


@dataclass(slots=True)
class _Plans:
    """The plans of a paragraph: ``free`` for its full width, ``beside`` for line widths next to floats.

    If the line width changes within the paragraph, the remaining lines get a plan of their own. Such plans
    are dropped when the paragraph is laid out again, so that a page does not depend on earlier layout
    attempts.
    """

    made_for: object
    free: ParagraphPlan | None
    beside: dict[float, ParagraphPlan] = field(default_factory=dict)

    def begin(self) -> None:
        """Drop the plans of an earlier layout attempt that began within the paragraph or beside a float."""
        self.beside.clear()
        if self.free and self.free.starts_mid_paragraph:
            self.free = replace(self.free, lines={}, starts_mid_paragraph=False)

    def of_width(self, width: float) -> ParagraphPlan | None:
        """Return the plan for lines of ``width`` CSS pixels, or None if the paragraph cannot be planned."""
        if self.free is None or abs(width - self.free.measure.width) <= _SLACK:
            return self.free
        if width not in self.beside:
            measure = self.free.measure
            narrow = replace(measure, first=measure.first - measure.width + width, width=width)
            self.beside[width] = replace(self.free, measure=narrow, lines={}, starts_mid_paragraph=False)
        return self.beside[width]


def plan_line(context: Any, box: Any, available: float, skip: Any, block: Any) -> PlannedLine | None:
    """Return the planned line that begins at ``skip``, or None if WeasyPrint has to break the line."""
    if box.style["white_space"] != "normal" or not (is_justified(box) or box.element_tag in _RAGGED):
        return None
    plans: _Plans | None = getattr(box, _PLANS, None)
    if skip is None:
        texts = tuple(text.text for text in box.descendants() if hasattr(text, "text"))
        made_for = (texts, block.width, box.text_indent)
        if plans is None or plans.made_for != made_for:
            plans = _Plans(made_for, plan_if_possible(context, box, block))
            setattr(box, _PLANS, plans)
        plans.begin()
    width = available + box.text_indent
    plan = plans.of_width(width) if plans and width > _NARROWEST * box.style["font_size"] else None
    setattr(box, _PLAN, plan)
    return plan.line(skip) if plan else None


def plan_if_possible(context: Any, box: Any, block: Any) -> ParagraphPlan | None:
    """Return the plan of the paragraph ``box`` in ``block``, or None if WeasyPrint has to break its lines."""
    try:
        return plan_paragraph(context, box, block)
    except _Unplannable:
        return None


def is_justified(line: Any) -> bool:
    """Return whether a line box is justified."""
    return bool(line.style["text_align_all"] == "justify")


def get_measure(line: Any) -> Measure | None:
    """Return the ``Measure`` for which a line was planned, or None if the line was not planned."""
    plan: ParagraphPlan | None = getattr(line, _PLAN, None)
    return plan.measure if plan else None


def is_eastern(line: Any) -> bool:
    """Return whether justification adds space between the characters of a line, as in Chinese or Japanese."""
    plan: ParagraphPlan | None = getattr(line, _PLAN, None)
    if plan:
        return bool(plan.elastic)
    return is_character_spaced("".join(getattr(box, "text", "") for box in line.descendants()))


def plan_paragraph(context: Any, linebox: Any, containing_block: Any) -> ParagraphPlan:
    """Measure a paragraph and find its breakpoints.

    Raise ``_Unplannable`` if WeasyPrint has to break the paragraph's lines.
    """
    from weasyprint.formatting_structure import boxes

    characters: list[str] = []
    widths: list[float] = []
    texts: list[ParagraphText] = []
    starts: dict[Path, tuple[int, Any]] = {}
    edge = 0.0
    for path, box, left, right in _text_and_images(linebox, containing_block, ()):
        starts[path] = (len(widths), box if isinstance(box, boxes.TextBox) else None)
        for length in range(len(path)):
            starts.setdefault(path[:length], (len(widths), None))
        edge += left
        if isinstance(box, boxes.TextBox) and box.text:
            its = measure_text(context, box)
            texts.append(ParagraphText(len(widths), box, path, tuple(its)))
            characters.append(box.text)
        elif isinstance(box, boxes.ReplacedBox):
            its = [_image_width(box, containing_block)]
            characters.append(OBJECT)
        else:
            its = []
        if its:
            its[0] += edge
            its[-1] += right
            edge = 0.0
            widths += its
        else:
            edge += right
    text = "".join(characters)
    if _UNPLANNED.search(text) or not text.strip():
        raise _Unplannable
    style = linebox.style
    justified, eastern = is_justified(linebox), is_character_spaced(text)
    if eastern and not justified:
        raise _Unplannable
    found = BreakFinder(context, text, widths, texts, style)
    width = containing_block.width
    letters = WIDEN if _JOINED.search(text) else WIDEN + TRACK
    measure = Measure(width - linebox.text_indent, width, character_width(" ", style), letters)
    return ParagraphPlan(
        starts=starts,
        texts=texts,
        stops=found.between_words(),
        measure=measure,
        with_hyphens=found.with_hyphens,
        justified=justified,
        heading=linebox.element_tag in _HEADINGS,
        elastic=measure_elasticity(text, style["font_size"]) if eastern else None,
    )


def _stops_from(stops: list[Breakpoint], place: int) -> list[Breakpoint]:
    """Return the breakpoints from the character index ``place`` to the next mandatory break."""
    first = next((n for n, stop in enumerate(stops) if stop.place == place), len(stops))
    last = next((n for n in range(first + 1, len(stops)) if stops[n].final), 0)
    return stops[first : last + 1]


def _text_and_images(parent: Any, block: Any, path: Path) -> Iterator[tuple[Path, Any, float, float]]:
    """Yield each text box or image of a line: its path, the box, and the widths of left and right edges."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.percent import resolve_percentages

    for index, box in enumerate(parent.children):
        here = (*path, index)
        if isinstance(box, boxes.TextBox):
            has_lines = len(box.text) > 1 and "\n" in box.text  # which WeasyPrint sets one by one
            if has_lines or box.style["white_space"] not in ("normal", "nowrap", "pre-line"):
                raise _Unplannable
            yield here, box, 0.0, 0.0
        elif isinstance(box, boxes.InlineBox) and box.is_in_normal_flow() and not box.is_leader:
            resolve_percentages(box, block)
            left = _edge_width(box, "left")
            right = _edge_width(box, "right")
            inner = list(_text_and_images(box, block, here))
            for place, (leaf, child, before, after) in enumerate(inner):
                before += left if place == 0 else 0
                after += right if place == len(inner) - 1 else 0
                yield leaf, child, before, after
        elif isinstance(box, boxes.ReplacedBox) and box.is_in_normal_flow():
            yield here, box, 0.0, 0.0
        else:
            raise _Unplannable


def _edge_width(box: Any, side: str) -> float:
    margin = getattr(box, f"margin_{side}")
    inside = getattr(box, f"padding_{side}") + getattr(box, f"border_{side}_width")
    return float(inside + (0 if margin == "auto" else margin))


def _image_width(box: Any, block: Any) -> float:
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.replaced import inline_replaced_box_layout

    box = box.copy()
    resolve_percentages(box, block)
    inline_replaced_box_layout(box, block)
    return float(box.margin_width())


_LINE_START, _LINE_END = "typography_line_start", "typography_line_end"  # attributes of the layout context
_EXCESS = "typography_excess"  # attribute of a line


@patch("weasyprint.layout.inline.split_inline_box", "3a0cb7ca7e34c7ef", upstream=2264)
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
                *_, begun, _, _ = rest
                begun.clear()
            width = line.width if line else None
            if width is None and overlong is not None and overlong < end - x:
                width = overlong
            if width is not None:
                result = split(context, box, x, x + width, bottom, skip, block, *rest)
                _limit_width(result[0], end - x)
                return result
        return split(context, box, x, end, bottom, skip, block, *rest)

    return split_planned


@patch("weasyprint.layout.inline.split_text_box", "8c564329599ef23f", upstream=1614)
def split_text_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """Split text boxes at the planned line ends, and break words only at the start of a line.

    ``line_ends.mark_hyphen`` records added hyphens. The layout of a text box that fits on one line is reused
    when the page is laid out again.
    """

    def split_text(context: Any, box: Any, width: float, skip: int, is_line_start: bool = True) -> Any:
        end: LineEnd | None = getattr(context, _LINE_END, None)
        if end and end.box is box and (text := box.text.encode()[skip : end.byte].decode().rstrip(" ")):
            new, *_ = split(context, box.copy_with_text(text + end.hyphen), None, 0)
            mark_hyphen(box, skip, new)
            return new, end.byte, False
        if not skip and (whole := unbroken_text_of(box, width)) is not None:
            return whole, None, False
        # WeasyPrint regards the text of any element as the start of its line, and breaks its first word.
        # Only a word that is longer than a whole line may be broken, in one or in several elements.
        start = getattr(context, _LINE_START, inf)
        starts = start == inf or (is_line_start and width is not None and box.position_x < start + _SLACK)
        new, rest, is_preserved = split(context, box, width, skip, is_line_start=starts)
        mark_hyphen(box, skip, new)
        if new is not None and not skip and rest is None:
            keep_unbroken_text(box, new)
        return new, rest, is_preserved

    return split_text


def _limit_width(line: Any, available: float) -> None:
    """Limit the width of an overlong line, since WeasyPrint would otherwise move the line below a float."""
    if line.width > available:
        setattr(line, _EXCESS, line.width - available)
        line.width = available


def restore_text_width(line: Any) -> None:
    """Undo ``_limit_width``: make a line as wide as its text again."""
    line.width += line.__dict__.pop(_EXCESS, 0.0)
