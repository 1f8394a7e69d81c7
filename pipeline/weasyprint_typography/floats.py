"""Page floats: figures and short tables that don't fit go to the head of the next page, text fills theirs.

WeasyPrint has none (CSS Page Floats 3): a figure that doesn't fit leaves the foot of its page white. Here
what follows it, headings too, goes on in its place. It stands first on the next page, where a paragraph that
was split goes on below it. Floats keep their order and their chapter. Who listens still hears it where it was
written (see ``tags``). A figure of the class ``here`` stays where it stands, and so does a table without a
caption: it is read in its place. A figure without one stays with a line that leads to it, if little of the
page is left. Callouts with titles of their own give way to the text of their section, up to its
next heading. What is larger than a page goes on at the head of the next. Landscape figures and tables
have pages of their own, which come after the page that text has filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from weasyprint_typography.engine import patch
from weasyprint_typography.page_boxes import box_kinds, line_height
from weasyprint_typography.page_breaks import break_boxes_in_flow
from weasyprint_typography.preparation import END, FLOAT, HEADINGS, LANDSCAPE, LEADS

_LEAST = 3  # lines of text that a page with floats has at least
_LITTLE = 8  # lines that a page may be short for a figure that stays with the line before it
_SMALLEST = 0.6  # of its size that a picture may have so as not to be alone on a page
_ROUNDING = 0.01
TRUNK = frozenset(("html", "body", "section"))
_KEPT = "typography_floats"  # what is kept with the engine's context


@dataclass(slots=True)
class SectionFloats:
    """The floats of a section on one page, by their places among its blocks, in order.

    ``carried`` come from pages before; ``own`` of this page, or of the next, shall stand at its head. Of
    these, ``heads`` do so, others ``stay`` in their places; ``passed`` wait for the next page, as do those
    that are ``deferred``; ``done`` stood on the page before.
    ``first`` and ``skip`` are what the section's text begins with. Of a float that is larger than a page
    ``begun`` says where it goes on at the head of this page, ``rest`` where at that of the next. The last one
    ``shrinks`` where it would be alone on a page.
    """

    carried: tuple[int, ...] = ()
    own: tuple[int, ...] = ()
    deferred: tuple[int, ...] = ()
    done: tuple[int, ...] = ()
    begun: Mapping[int, Any] = field(default_factory=dict)
    rest: Mapping[int, Any] = field(default_factory=dict)
    heads: list[int] = field(default_factory=list)
    stay: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    first: int = 0
    skip: Any = None
    is_open: bool = False
    shrinks: bool = False

    def again(self) -> SectionFloats:
        """Return what was known before the page was made."""
        return SectionFloats(
            self.carried, (), (), self.done, self.begun, self.begun, passed=list(self.carried)
        )

    def begin(self, first: int, skip: Any) -> None:
        """Forget an earlier try of the page."""
        self.heads, self.stay, self.passed, self.rest = [], [], [], {}
        self.first, self.skip, self.is_open = first, skip, True


@dataclass(slots=True)
class FloatsByPage:
    """The floats of all pages that were laid out, by the numbers of pages and by sections."""

    flows: dict[int, dict[Any, SectionFloats]] = field(default_factory=dict)
    page: int = 0
    is_landscape: bool = False  # the page that is being made, which has landscape floats alone

    def flow(self, section: Any) -> SectionFloats:
        """Return the floats of a section on the page that is being made."""
        return self.flows.setdefault(self.page, {}).setdefault(section, SectionFloats())


def pages_of(context: Any) -> FloatsByPage:
    """Return what is known of the floats of a document."""
    if (pages := getattr(context, _KEPT, None)) is None:
        pages = FloatsByPage()
        setattr(context, _KEPT, pages)
    return pages


def are_left_over(context: Any, page: int) -> bool:
    """Whether a page, counted from 1, begins with floats of those before it, or leaves some out."""
    return bool(pages_of(context).flows.get(page))


@dataclass(frozen=True, slots=True)
class _BlockPlace:
    """Where the next block comes to stand: what the engine's layout of a block takes and returns."""

    before: list[Any]
    margins: list[float]
    y: float
    next_page: Any
    max_lines: Any

    def result(self, resume_at: Any = None) -> tuple[Any, ...]:
        """Return the place as WeasyPrint does, with where the next page resumes if this one ends."""
        stop = resume_at is not None
        return False, stop, resume_at, self.y, self.margins, self.next_page, self.before, self.max_lines

    @staticmethod
    def behind(result: Sequence[Any]) -> _BlockPlace:
        _, _, _, y, margins, next_page, before, max_lines = result
        return _BlockPlace(before, margins, y, next_page, max_lines)


def settle_floats(
    root: Any, flows: dict[Any, SectionFloats], resume_at: Any, next_page: Any
) -> tuple[Any, dict[Any, SectionFloats]]:
    """Return where the next page resumes, and with which floats.

    Those that come later in the source are met again; what nothing has passed is not left over.
    """
    left = {}
    for section, flow in flows.items():
        place = find_resumed_block(root, section, resume_at)
        if place is None:
            continue
        index, skip = place
        carried = [number for number in flow.passed if number < index]
        while (
            skip is None
            and next_page["break"] == "any"
            and carried
            and carried[-1] == index - 1
            and not is_landscape(section.children[index - 1])
        ):
            index = carried.pop()
        if carried and index != place[0]:  # they keep their order
            index, carried = place[0], [number for number in flow.passed if number < place[0]]
        done = tuple(one for one in (*flow.own, *flow.done) if one >= index and one not in flow.rest)
        if index != place[0]:
            resume_at = _resume_section_at(root, section, resume_at, {index: flow.rest.get(index)})
        if carried or done:
            begun = {number: skip for number, skip in flow.rest.items() if number in carried}
            left[section] = SectionFloats(tuple(carried), done=done, begun=begun)
    return resume_at, left


def find_split_boxes(root: Any, resume_at: Any) -> Iterator[tuple[Any, int, Any]]:
    """Yield the boxes that are split where the next page resumes, from the outermost to the section."""
    box = root
    while resume_at is not None:
        ((index, resume_at),) = resume_at.items()
        yield box, index, resume_at
        child = box.children[index]
        if child.element_tag not in TRUNK or child.element is box.element:
            return
        box = child


def find_resumed_block(root: Any, section: Any, resume_at: Any) -> tuple[int, Any] | None:
    """Return the block that a section resumes with, and where in it; None if it does not."""
    return next(
        ((index, skip) for box, index, skip in find_split_boxes(root, resume_at) if box is section), None
    )


def _resume_section_at(box: Any, section: Any, resume_at: Any, place: Mapping[int, Any]) -> Any:
    if box is section:
        return place
    ((own, below),) = resume_at.items()
    return {own: _resume_section_at(box.children[own], section, below, place)}


@patch("weasyprint.layout.block._in_flow_layout", "c2537262836dd981", upstream=259)
def in_flow_layout(lay_out_one: Callable[..., Any]) -> Callable[..., Any]:
    """Lay out the page floats of a section; report each block that is looked at."""
    lay_out_one = break_boxes_in_flow(lay_out_one)

    def lay_out(context: Any, box: Any, index: int, child: Any, *rest: Any) -> Any:
        if box.element_tag != "section" or not is_marked(box.children[-1], END):
            report_block(context, child)
            return lay_out_one(context, box, index, child, *rest)
        before, page_is_empty, absolute, fixed, margins, bottom, y, skip, *styles, next_page, max_lines = rest

        def lay(number: int, place: _BlockPlace, skip: Any = None, space: float = bottom) -> Any:
            one = box.children[number]
            report_block(context, one)
            one.position_x, one.position_y = child.position_x, place.y
            # fmt: off
            return lay_out_one(
                context, box, number, one, list(place.before), page_is_empty, absolute, fixed,
                list(place.margins), space, place.y, skip, *styles, place.next_page, place.max_lines,
            )
            # fmt: on

        place = _BlockPlace(before, margins, y, next_page, max_lines)
        return _SectionLayout(context, box, lay, context.page_bottom - bottom).lay_out_block(
            index, place, skip
        )

    return lay_out


@dataclass(frozen=True, slots=True)
class _SectionLayout:
    """Lays out a block of a section that has floats; ``lay`` asks the engine, ``bottom`` is the page's."""

    context: Any
    section: Any
    lay: Callable[..., Any]
    bottom: float

    def lay_out_block(self, index: int, place: _BlockPlace, skip: Any) -> Any:
        """Lay out a block, and the floats that come before it."""
        flow = pages_of(self.context).flow(self.section)
        child = self.section.children[index]
        is_end = is_marked(child, END)
        is_first = not any(one.is_in_normal_flow() for one in place.before)
        pages = pages_of(self.context)
        if is_first and not (flow.is_open and index > flow.first):
            flow.begin(index, skip)
            if pages.is_landscape:
                place = self._lay_out_heads(flow, place, is_end)
                if flow.passed or not is_end:
                    return place.result({index: skip})
            elif child.page_values()[0] == self.section.style["page"]:
                place = self._lay_out_heads(flow, place, is_end)
            else:
                flow.passed, flow.rest = [*flow.carried], flow.begun
            if flow.heads and (flow.rest or (not is_end and self._lines_left(place) < _LEAST)):
                return place.result({index: skip})
        if index in flow.own or index in flow.done:
            return place.result()
        if is_end:
            place = self._lay_out_rest(flow, place)
            return self._end_on_next_page(flow, index, place) if flow.passed else self.lay(index, place)
        if not is_marked(child, FLOAT):
            if child.element_tag in HEADINGS and any(self._stays_near(number) for number in flow.passed):
                return place.result({index: None})
            return self._lay_out_text(flow, index, place, skip)
        waits = skip is None and any(self._stays_near(one) == self._stays_near(index) for one in flow.passed)
        if waits or index in flow.deferred or is_landscape(child):
            flow.passed.append(index)
            return place.result()
        with _without_space_before(child, place):
            result = self.lay(index, place, skip)
        if not _is_placed(result, place) and not (is_first and not flow.heads):
            if self._is_led_to(index) and self._lines_left(place) < _LITTLE and not flow.passed:
                return result
            flow.passed.append(index)
            return place.result()
        flow.stay.append(index)
        return result

    def _lay_out_heads(self, flow: SectionFloats, place: _BlockPlace, is_end: bool) -> _BlockPlace:
        """Lay out floats at the head of the page, as many as leave room for some lines, but at least one.

        In a section that begins below another one, even the first may not fit.
        """
        waiting = sorted((*flow.carried, *flow.own))
        turned = pages_of(self.context).is_landscape
        for number in waiting:
            if is_landscape(self.section.children[number]) != turned:
                break
            with _without_space_before(self.section.children[number], place):
                result = self.lay(number, place, flow.begun.get(number))
            placed = _BlockPlace.behind(result)
            leaves_room = self._lines_left(placed) >= _LEAST or self._lines_left(place) < _LEAST
            fits = _is_placed(result, place) and (not flow.heads or is_end or turned or leaves_room)
            if not fits:
                if _is_placed(result, place):
                    self._take_back(result)
                break
            flow.heads.append(number)
            if _is_placed(result, place) and result[1]:
                flow.rest = result[2]
            place = placed
            if flow.rest:
                break
        flow.passed += [*flow.rest, *waiting[len(flow.heads) :]]
        return place

    def _lay_out_rest(self, flow: SectionFloats, place: _BlockPlace) -> _BlockPlace:
        """Lay out what is left at the end of the section, as far as it has room."""
        while flow.passed:
            float_ = self.section.children[flow.passed[0]]
            if is_landscape(float_):
                break
            with _without_space_before(float_, place):
                result = self.lay(flow.passed[0], place)
                if not _is_placed(result, place) and flow.shrinks:
                    result = self._lay_out_smaller(flow.passed[0], place)
            if not _is_placed(result, place):
                break
            place = _BlockPlace.behind(result)
            if result[1]:
                flow.rest = result[2]
                break
            flow.passed.pop(0)
        return place

    def _lay_out_smaller(self, number: int, place: _BlockPlace) -> Any:
        """Lay out a figure with one picture as small as it must be, unless that is too small."""
        result = self.lay(number, place, space=-inf)
        fragment = result[6][-1]
        inner = [box for box in fragment.descendants() if isinstance(box, box_kinds().ReplacedBox)]
        height = inner[0].height if len(inner) == 1 else 0
        room = height - (fragment.border_box_y() + fragment.border_height() - self.bottom) - _ROUNDING
        self._take_back(result)
        if room < _SMALLEST * height or not height:
            return place.result()
        source = self.section.children[number].descendants()
        picture = next(box for box in source if isinstance(box, box_kinds().ReplacedBox))
        style = picture.style
        picture.style = _change_style(
            style, "max_height", style["max_height"]._replace(value=room, unit="px")
        )
        try:
            return self.lay(number, place)
        finally:
            picture.style = style

    def _lay_out_text(self, flow: SectionFloats, index: int, place: _BlockPlace, skip: Any) -> Any:
        """Lay out a block that is no float; headings that would be alone below floats go on."""
        with _with_indent(self.section, index, flow):
            result = self.lay(index, place, skip)
        _, stop, resume_at, *_ = result
        if not stop or not flow.heads:
            return result
        start, (behind, begins) = {flow.first: None}, (_BlockPlace.behind(result), {flow.first: flow.skip})
        texts = behind.before[len(flow.heads) :]
        if texts and all(text.element_tag in HEADINGS for text in texts):
            before = behind.before[: len(flow.heads)]
            return replace(behind, before=before).result(begins)
        return behind.result(begins) if resume_at == start else result

    def _end_on_next_page(self, flow: SectionFloats, index: int, place: _BlockPlace) -> Any:
        """Break before the section's end; headings with only floats after them go along."""
        before, start = list(place.before), index
        while len(before) > 1:
            child = self.section.children[start - 1]
            if start - 1 in flow.passed:
                start -= 1
            elif child.element_tag in HEADINGS and child.element is before[-1].element:
                start, index = start - 1, start - 1
                before.pop()
            else:
                break
        return replace(place, before=before).result({index: None})

    def _is_led_to(self, number: int) -> bool:
        """Whether the line before a float without a caption leads to it."""
        before, float_ = self.section.children[number - 1], self.section.children[number]
        return number > 0 and is_marked(before, LEADS) and float_.element.find("figcaption") is None

    def _stays_near(self, number: int) -> bool:
        return bool(self.section.children[number].element.get(FLOAT))

    def _lines_left(self, place: _BlockPlace) -> float:
        """Return how many lines have room below what is laid out."""
        from weasyprint.layout.block import collapse_margin

        room = self.bottom - place.y - collapse_margin(place.margins)
        return float(room / line_height(self.section) + 0.01)

    def _take_back(self, result: Any) -> None:
        from weasyprint.layout.block import remove_placeholders

        remove_placeholders(self.context, [result[6][-1]], [], [])


def _is_placed(result: Any, place: _BlockPlace) -> bool:
    """Whether WeasyPrint has put a block on the page."""
    return not result[0] and len(result[6]) > len(place.before)


@contextmanager
def _without_space_before(float_: Any, place: _BlockPlace) -> Iterator[None]:
    """Remove the space above a float at the head of a page or below a heading."""
    last = next((one for one in reversed(place.before) if one.is_in_normal_flow()), None)
    style = float_.style
    if last is None or last.element_tag in HEADINGS:
        float_.style = _change_style(style, "margin_top", style["margin_bottom"]._replace(value=0))
    try:
        yield
    finally:
        float_.style = style


@contextmanager
def _with_indent(section: Any, index: int, flow: SectionFloats) -> Iterator[None]:
    """Indent a paragraph whose float went elsewhere as if it followed the block before that float."""
    text, gone = section.children[index], {*flow.heads, *flow.passed, *flow.own, *flow.done}
    styles = [(one, one.style) for one in (text, *text.children)]
    if index - 1 in gone and _is_text(text):
        behind = index - 1
        while behind and is_marked(section.children[behind], FLOAT):
            behind -= 1
        if _is_text(section.children[behind]):
            indents = [one.style["text_indent"] for one in section.children if _is_text(one)]
            for one, style in styles:
                one.style = _change_style(style, "text_indent", max(indents, key=lambda indent: indent.value))
    try:
        yield
    finally:
        for one, style in styles:
            one.style = style


def _change_style(style: Any, name: str, value: Any) -> Any:
    style = style.copy()
    style[name] = value
    return style


def _is_text(box: Any) -> bool:
    return box.element_tag == "p" and not box.element.get("class")


def is_marked(box: Any, mark: str) -> bool:
    """Whether a block is one that ``name_floats`` has marked."""
    return box.element is not None and mark in box.element.attrib


def is_landscape(box: Any) -> bool:
    """Whether a float has a landscape page."""
    return box.element is not None and LANDSCAPE in (box.element.get("class") or "").split()


_LISTENER = "typography_looked_at"  # what is kept with the engine's context


def report_block(context: Any, box: Any) -> None:
    """Tell the listener, if any, that a block is looked at."""
    if listener := getattr(context, _LISTENER, None):
        listener(box)


def report_blocks_to(context: Any, listener: Callable[[Any], None]) -> None:
    """Have a listener called with each block that is looked at from now on."""
    setattr(context, _LISTENER, listener)


def has_block_listener(context: Any) -> bool:
    """Whether there is a listener: a document is then laid out page by page, each of them once."""
    return hasattr(context, _LISTENER)
