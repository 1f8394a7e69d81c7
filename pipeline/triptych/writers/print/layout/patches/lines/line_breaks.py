"""Paragraphs broken as a whole, with optical margins, within the layout engine.

WeasyPrint fills each line as far as it goes and looks at no other. Here a paragraph's best lines are found
first (``paragraphs``); then each text is ended where its line should, and where that is between two elements
the engine is given just the room that has it end the line there. A line that begins where none was planned is
planned anew from there, and what can't be planned (text beside a float, boxes in a line, scripts without
spaces) is left to the engine.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple

from triptych.languages.word_division import Pyphen, capitals_are_names, language_fallback
from triptych.writers.print.layout.patches.lines.eastern import Elastic, best_eastern_lines, elastic
from triptych.writers.print.layout.patches.lines.hanging import hangs_at_end, hangs_at_start
from triptych.writers.print.layout.patches.lines.justification import spreads
from triptych.writers.print.layout.patches.lines.line_ends import note_hyphen
from triptych.writers.print.layout.patches.lines.measuring import advances, advances_in, character_width
from triptych.writers.print.layout.patches.lines.paragraphs import (
    HYPHEN,
    NAME_HYPHEN,
    OWN_HYPHEN,
    SHRINK,
    TRACK,
    WIDEN,
    Measure,
    Stop,
    best_lines,
    ragged_lines,
)

_UNPLANNED = re.compile("[\t\u0e01-\u0ecd]")
_SOFT_HYPHEN, _HYPHENS = "\u00ad", "-\u2010"
_OPTION = re.compile(r"(?<!\S)[-\u2010]+(?=\w)")  # the strokes of --release, which belong to what follows
_JOINED = re.compile("[\u0590-\u1dff\ua000-\uffef]")  # letters of scripts that hang together, or may do
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\w+://\S+")
_JOINTS = re.compile(r"[/\\._?&=#%\-\u2010](?=\w)")  # of addresses and names of files
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_RAGGED = _HEADINGS | {"p", "li", "figcaption", "caption"}  # where lines of like lengths are worth it
_OBJECT = "\ufffc"  # stands for a picture in a line
_SLACK = 0.01
_WIDE = 1.0  # em: hardly a letter is wider
_MORE = 0.8  # of a space: no word part with a hyphen is so narrow
_NARROWEST = 6.0  # em, of a line that is worth a plan
# What is kept with the engine's lines and contexts.
_PLAN, _PLANS, _LINE_START = "triptych_plan", "triptych_plans", "triptych_line_start"
_LINE_END = "triptych_line_end"
_WHOLE = "triptych_whole"
_LONGEST, _EXCESS = "triptych_longest", "triptych_excess"

Path = tuple[int, ...]


class _Unplannable(Exception):
    """A line that is left to the engine."""


class _End(NamedTuple):
    """Where a line ends: at a byte amid the text of a box, with a hyphen that is not in the text, or ""."""

    box: Any
    byte: int
    hyphen: str


class _Line(NamedTuple):
    """A line that is planned: a width that the next place to end it is too wide for, and its end.

    A line that ends between two boxes has none: the engine ends it there by its width.
    """

    room: float
    end: _End | None


@dataclass(slots=True)
class Plan:
    """How a paragraph is to be broken.

    ``starts`` holds the first character of each box by its path in the line box, ``texts`` those of texts in
    their order, ``stops`` the places where lines can end without hyphens, ``lines`` the lines by the
    character that each begins with.
    """

    starts: dict[Path, tuple[int, Any]]
    texts: list[tuple[int, Any]]
    stops: list[Stop]
    measure: Measure
    with_hyphens: Callable[[], list[Stop]]
    justified: bool
    heading: bool
    elastic: Elastic | None = None  # of Chinese and Japanese
    lines: dict[int, _Line] = field(default_factory=dict)
    begun_amid: bool = False

    def line(self, skip_stack: Any) -> _Line | None:
        """The line that begins at ``skip_stack``; None: the engine shall see for itself."""
        place = self._place(skip_stack)
        if place is not None and place not in self.lines:
            self._plan(place)
        return None if place is None else self.lines.get(place)

    def _place(self, skip_stack: Any) -> int | None:
        path: Path = ()
        while skip_stack is not None:
            ((index, skip_stack),) = skip_stack.items()
            start, box = self.starts.get(path, (0, None))
            if box is not None:
                return start + len(box.text.encode()[:index].decode())
            path += (index,)
        return self.starts[path][0] if path in self.starts else None

    def _plan(self, place: int) -> None:
        """The lines from one on, up to the next that must end."""
        stops = _stretch(self.stops, place) or _stretch(self.with_hyphens(), place)
        if not stops:
            return
        measure = self.measure
        if place != self.stops[0].place:
            self.begun_amid = True
            measure = replace(measure, first=measure.width)
        if self.elastic:
            lines, are_fine = best_eastern_lines(stops, measure, self.elastic)
            if not are_fine:
                lines, _ = best_eastern_lines(_stretch(self.with_hyphens(), place), measure, self.elastic)
        elif self.justified:
            lines = best_lines(stops, measure, lambda: _stretch(self.with_hyphens(), place))
        else:
            lines = ragged_lines(stops, measure, balanced=self.heading)
        for start, end in pairwise(lines):
            if self._is_overfull(start, end, measure.width if start is not lines[0] else measure.first):
                continue  # a word longer than a line, which the engine may break anywhere
            natural = end.end + end.end_hangs - start.begin + start.begin_hangs
            # A little more than the line needs; for the next place to end it is too little.
            self.lines[start.place] = _Line(natural + _MORE * measure.space, self._end(end))

    def _end(self, stop: Stop) -> _End | None:
        """Where a line ends that ends at a stop, if that is amid a text."""
        index = bisect_left(self.texts, stop.place, key=itemgetter(0)) - 1
        if index < 0 or stop.final:
            return None
        start, box = self.texts[index]
        if stop.place >= start + len(box.text):
            return None
        byte = len(box.text[: stop.place - start].encode())
        return _End(box, byte, box.style["hyphenate_character"] if stop.hyphenated else "")

    def _is_overfull(self, start: Stop, end: Stop, width: float) -> bool:
        """Whether a line is longer than its width, whatever its spaces shrink to."""
        natural = end.end - start.begin
        least = natural
        if self.elastic:
            least -= self.elastic.of(start, end)[1]
        elif self.justified:
            spaces = end.spaces_before - start.spaces_after
            least -= SHRINK * self.measure.space * spaces + self.measure.letters * natural
        return least > width + _SLACK


@dataclass(slots=True)
class _Plans:
    """How a paragraph is to be broken where it stands free, and beside something: by the width of its lines.

    Lines that go on at another width are planned anew from there. What was planned so in an earlier try is
    forgotten when the paragraph begins again, so that a page is the same after any number of tries.
    """

    made_for: object
    free: Plan | None
    beside: dict[float, Plan] = field(default_factory=dict)

    def begin(self) -> None:
        """The paragraph is laid out from its start."""
        self.beside.clear()
        if self.free and self.free.begun_amid:
            self.free = replace(self.free, lines={}, begun_amid=False)

    def of_width(self, width: float) -> Plan | None:
        """The plan for lines so wide."""
        if self.free is None or abs(width - self.free.measure.width) <= _SLACK:
            return self.free
        if width not in self.beside:
            measure = self.free.measure
            narrow = replace(measure, first=measure.first - measure.width + width, width=width)
            self.beside[width] = replace(self.free, measure=narrow, lines={}, begun_amid=False)
        return self.beside[width]


def _stretch(stops: list[Stop], place: int) -> list[Stop]:
    """The stops from one that begins with a character to the next that must end a line."""
    first = next((n for n, stop in enumerate(stops) if stop.place == place), len(stops))
    last = next((n for n in range(first + 1, len(stops)) if stops[n].final), 0)
    return stops[first : last + 1]


def plan(context: Any, linebox: Any, containing_block: Any) -> Plan:
    """Measure a paragraph and find where it can be broken. Raises _Unplannable."""
    from weasyprint.formatting_structure import boxes

    characters: list[str] = []
    widths: list[float] = []
    texts: list[tuple[int, Any]] = []
    starts: dict[Path, tuple[int, Any]] = {}
    edge = 0.0
    for path, box, left, right in _leaves(linebox, containing_block, ()):
        starts[path] = (len(widths), box if isinstance(box, boxes.TextBox) else None)
        for length in range(len(path)):
            starts.setdefault(path[:length], (len(widths), None))
        edge += left
        if isinstance(box, boxes.TextBox) and box.text:
            texts.append((len(widths), box))
            its = _measured(context, box)
            characters.append(box.text)
        elif isinstance(box, boxes.ReplacedBox):
            its = [_picture_width(box, containing_block)]
            characters.append(_OBJECT)
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
    justified, eastern = is_justified(linebox), spreads(text)
    if eastern and not justified:
        raise _Unplannable
    found = _Places(context, text, widths, texts, style)
    width = containing_block.width
    letters = WIDEN if _JOINED.search(text) else WIDEN + TRACK
    measure = Measure(width - linebox.text_indent, width, character_width(" ", style), letters)
    return Plan(
        starts=starts,
        texts=texts,
        stops=found.plain(),
        measure=measure,
        with_hyphens=found.all,
        justified=justified,
        heading=linebox.element_tag in _HEADINGS,
        elastic=elastic(text, style["font_size"]) if eastern else None,
    )


def _measured(context: Any, box: Any) -> list[float]:
    """How far each character of a text moves on; it is set whole for that, which is kept for its line."""
    from weasyprint.layout.inline import split_text_box

    whole, rest, _ = split_text_box(context, box, None, 0)
    if whole is None or rest is not None or whole.text != box.text:  # of a line that ends within it
        return advances(box.text, box.style)
    return advances_in(whole.pango_layout, box.text)


def _leaves(parent: Any, block: Any, path: Path) -> Iterator[tuple[Path, Any, float, float]]:
    """Text and pictures of a line with their paths, and the edges of the boxes around them."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.percent import resolve_percentages

    for index, box in enumerate(parent.children):
        here = (*path, index)
        if isinstance(box, boxes.TextBox):
            if box.style["white_space"] not in ("normal", "nowrap", "pre-line"):
                raise _Unplannable
            yield here, box, 0.0, 0.0
        elif isinstance(box, boxes.InlineBox) and box.is_in_normal_flow() and not box.is_leader:
            resolve_percentages(box, block)
            left = _sum(box, "left")
            right = _sum(box, "right")
            inner = list(_leaves(box, block, here))
            for place, (leaf, child, before, after) in enumerate(inner):
                before += left if place == 0 else 0
                after += right if place == len(inner) - 1 else 0
                yield leaf, child, before, after
        elif isinstance(box, boxes.ReplacedBox) and box.is_in_normal_flow():
            yield here, box, 0.0, 0.0
        else:
            raise _Unplannable


def _sum(box: Any, side: str) -> float:
    margin = getattr(box, f"margin_{side}")
    inside = getattr(box, f"padding_{side}") + getattr(box, f"border_{side}_width")
    return float(inside + (0 if margin == "auto" else margin))


def _picture_width(box: Any, block: Any) -> float:
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.replaced import inline_replaced_box_layout

    box = box.copy()
    resolve_percentages(box, block)
    inline_replaced_box_layout(box, block)
    return float(box.margin_width())


class _Places:
    """All places where a line of a paragraph can end, with its start and its end."""

    def __init__(
        self, context: Any, text: str, widths: list[float], texts: list[tuple[int, Any]], style: Any
    ) -> None:
        self._context, self._text, self._texts, self._style = context, text, texts, style
        self._edges = [0.0, *accumulate(widths)]
        pictures = (width * (sign == _OBJECT) for sign, width in zip(text, widths, strict=True))
        self._rigid = [0.0, *accumulate(pictures)]
        self._spaces = [0, *accumulate(character in " \u00a0" for character in text)]
        self._starts = [start for start, _ in texts]
        self._hanging = style["direction"] == "ltr" and style["text_align_all"] == "justify"
        self._found: dict[int, Stop] = {}
        self._complete = False

    def plain(self) -> list[Stop]:
        """Those between words."""
        text, found = self._text, self._found
        start = len(text) - len(text.lstrip(" "))
        found[start] = self._stop(start, start)
        for place in break_places(text, self._style["lang"]):
            if text[place - 1] == _SOFT_HYPHEN:
                continue
            white = self._style_at(place - 1)["white_space"]
            if white == "nowrap" == self._style_at(place)["white_space"]:
                continue
            end = place
            while end > start and text[end - 1] in " \n":
                end -= 1
            if end > start:
                cost = OWN_HYPHEN if text[end - 1] in _HYPHENS else 0.0
                found[place] = self._stop(end, place, cost=cost, final=text[place - 1] == "\n")
        found[len(text)] = self._stop(len(text.rstrip(" \n")), len(text), final=True)
        return [found[place] for place in sorted(found)]

    def all(self) -> list[Stop]:
        """Those within words too."""
        if not self._complete:
            for start, box in self._texts:
                for place, width, cost in _hyphens(self._context, box):
                    if start + place not in self._found:
                        self._found[start + place] = self._stop(start + place, start + place, width, cost)
            self._complete = True
        return [self._found[place] for place in sorted(self._found)]

    def _stop(
        self, end: int, begin: int, hyphen: float = 0.0, cost: float = 0.0, *, final: bool = False
    ) -> Stop:
        text = self._text
        end_hangs = begin_hangs = 0.0
        if self._hanging:
            if hyphen:
                end_hangs = hyphen * hangs_at_end("-")
            elif end and (share := hangs_at_end(text[end - 1])):
                end_hangs = share * character_width(text[end - 1], self._style_at(end - 1))
            if begin < len(text) and (share := hangs_at_start(text[begin])):
                begin_hangs = share * character_width(text[begin], self._style_at(begin))
        return Stop(
            begin,
            self._edges[end] + hyphen - end_hangs,
            self._edges[begin] + begin_hangs,
            self._spaces[end],
            self._spaces[begin],
            end_hangs,
            begin_hangs,
            cost,
            final,
            self._rigid[end],
            hyphenated=hyphen > 0,
        )

    def _style_at(self, place: int) -> Any:
        index = bisect_right(self._starts, place) - 1
        return self._texts[index][1].style if index >= 0 else self._style


def break_places(text: str, language: str) -> list[int]:
    """Before which characters a line can begin (UAX 14)."""
    from weasyprint.text.line_break import get_log_attrs

    attributes = get_log_attrs(text.replace(_OBJECT, "\u2e80"), language)
    within = {match.end() for match in _OPTION.finditer(text)}
    return [place for place in range(1, len(text)) if attributes[place].is_line_break and place not in within]


def _hyphens(context: Any, box: Any) -> Iterator[tuple[int, float, float]]:
    """Where words of a text can be hyphenated, the width of the hyphen and what it costs.

    Soft hyphens of the author's stand for all others of their text, as they do to the engine.
    """
    style, text = box.style, box.text
    if style["hyphens"] == "none" or style["white_space"] == "nowrap":
        return
    width = character_width(style["hyphenate_character"], style)
    if _SOFT_HYPHEN in text:
        for place, character in enumerate(text[:-1], 1):
            if character == _SOFT_HYPHEN:
                yield place, width, HYPHEN
        return
    language = style["lang"] and language_fallback(style["lang"])
    if style["hyphens"] != "auto" or not language:
        return
    total, left, right = style["hyphenate_limit_chars"]
    key = (language, left, right, total)  # as the engine keeps them
    if key not in context.dictionaries:
        context.dictionaries[key] = Pyphen(lang=language, left=left, right=right)
    dictionary = context.dictionaries[key]
    names = capitals_are_names(language)
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    for word in _WORD.finditer(text):
        if text[word.start() - 1 : word.start()] == "\u00a0":
            continue  # it stands on one line with the number before it
        if any(first <= word.start() < last for first, last in addresses):
            continue  # whoever types it would type the hyphen
        if word.end() - word.start() >= total:
            cost = NAME_HYPHEN if names and word[0][0].isupper() else HYPHEN
            for place in dictionary.positions(word[0]):
                if place.data is None:  # else the spelling changes there
                    yield word.start() + place, width, cost


def _line(context: Any, box: Any, available: float, skip: Any, block: Any) -> _Line | None:
    """How a line is planned, None where it is not."""
    if box.style["white_space"] != "normal" or not (is_justified(box) or box.element_tag in _RAGGED):
        return None
    plans: _Plans | None = getattr(box, _PLANS, None)
    if skip is None:
        texts = tuple(text.text for text in box.descendants() if hasattr(text, "text"))
        made_for = (texts, block.width, box.text_indent)
        if plans is None or plans.made_for != made_for:
            plans = _Plans(made_for, planned(context, box, block))
            setattr(box, _PLANS, plans)
        plans.begin()
    width = available + box.text_indent
    plan = plans.of_width(width) if plans and width > _NARROWEST * box.style["font_size"] else None
    setattr(box, _PLAN, plan)
    return plan.line(skip) if plan else None


def planned(context: Any, box: Any, block: Any) -> Plan | None:
    """How a paragraph may be broken in a block; None where that is left to the engine."""
    try:
        return plan(context, box, block)
    except _Unplannable:
        return None


def _overlong_room(context: Any, line: Any, room: float, skip: Any) -> float | None:
    """The room for a line that begins with more than it holds, up to the first place to break, and may break
    anywhere: as much of it as ends at a joint, such as a stroke or an underscore, if there is any.

    None for all other lines.
    """
    if (
        line.style["overflow_wrap"] == "normal"
        or _longest(line, room) * _WIDE * line.style["font_size"] < room
    ):
        return None
    text, edges = "", [0.0]
    for box, start in _texts(line, skip):
        more = box.text.encode()[start:].decode()
        text += more
        if more:
            its = advances(more, box.style) if start else _measured(context, box)
            edges += accumulate(its, initial=edges.pop())
        if edges[-1] > room and " " in more:
            break
    begin = len(text) - len(text.lstrip())
    if "\n" in text[:begin]:
        return None
    end = next((place for place in break_places(text, line.style["lang"]) if place > begin), len(text))
    if edges[len(text[:end].rstrip())] - edges[begin] <= room:
        return None
    if line.style["white_space"] != "normal":  # code, whose indents are part of the line
        return room
    joints = (edges[match.end()] - edges[begin] for match in _JOINTS.finditer(text, begin, end))
    return max((width + _SLACK for width in joints if width + _SLACK <= room), default=room)


def _longest(line: Any, room: float) -> int:
    """How many characters at most stand between two places to break; more than that where all words fit."""
    longest: int | None = getattr(line, _LONGEST, None)
    if longest is None:
        text = "".join(box.text for box, _ in _texts(line, None))
        longest = max(map(len, text.split()), default=0)
        if longest * _WIDE * line.style["font_size"] >= room:  # as always where words have no spaces
            places = [0, *break_places(text, line.style["lang"]), len(text)]
            longest = max(after - before for before, after in pairwise(places))
        setattr(line, _LONGEST, longest)
    return longest


def _texts(parent: Any, skip: Any) -> Iterator[tuple[Any, int]]:
    """The text boxes from a place on, with the byte of each at which it goes on."""
    first, inner = next(iter(skip.items())) if skip else (0, None)
    if hasattr(parent, "text"):
        yield parent, first
        return
    for index, child in enumerate(getattr(parent, "children", ())[first:]):
        yield from _texts(child, None if index else inner)


def is_justified(line: Any) -> bool:
    """Whether a line shall reach from edge to edge."""
    return bool(line.style["text_align_all"] == "justify")


def planned_for(line: Any) -> Measure | None:
    """What a line was planned for; None: it was not."""
    plan: Plan | None = getattr(line, _PLAN, None)
    return plan.measure if plan else None


def is_eastern(line: Any) -> bool:
    """Whether room goes between the characters of a line."""
    plan: Plan | None = getattr(line, _PLAN, None)
    return bool(plan.elastic) if plan else spreads("".join(box.text for box, _ in _texts(line, None)))


def _fit_beside(line: Any, available: float) -> None:
    """A line that will be squeezed into its room takes no more of it, or would be moved away from a float."""
    if line.width > available:
        setattr(line, _EXCESS, line.width - available)
        line.width = available


def unfit(line: Any) -> None:
    """A line that is to be filled has the width of its text."""
    line.width += line.__dict__.pop(_EXCESS, 0.0)


class _Whole(NamedTuple):
    """What the engine makes of a text that stands in one line."""

    text: str
    style: Any
    pango_layout: Any
    width: float
    height: float
    margin: float
    baseline: float

    @classmethod
    def of(cls, box: Any) -> _Whole:
        """What it has made of a text."""
        return cls(box.text, box.style, box.pango_layout, box.width, box.height, box.margin_top, box.baseline)

    def is_of(self, box: Any) -> bool:
        """Whether it would make the same of a text."""
        return self.style is box.style and self.text == box.text

    def stand_for(self, box: Any) -> Any:
        """A text as it stands in its line."""
        new = box.copy()
        new.pango_layout, new.width, new.height = self.pango_layout, self.width, self.height
        new.margin_top = new.margin_bottom = self.margin
        new.baseline = self.baseline
        return new


def split_inline_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """A line has just the room that its plan has for it."""
    from weasyprint.formatting_structure.boxes import LineBox

    def split_planned(
        context: Any, box: Any, x: float, end: float, bottom: float, skip: Any, block: Any, *rest: Any
    ) -> Any:
        if isinstance(box, LineBox):
            setattr(context, _LINE_END, None)
            overlong = _overlong_room(context, box, end - x, skip)
            setattr(context, _LINE_START, x if overlong is None else inf)
            line = _line(context, box, end - x, skip, block)
            setattr(context, _LINE_END, line and line.end)
            room = line.room if line else None
            if room is None and overlong is not None and overlong < end - x:
                room = overlong
            if room is not None:
                result = split(context, box, x, x + room, bottom, skip, block, *rest)
                _fit_beside(result[0], end - x)
                return result
        return split(context, box, x, end, bottom, skip, block, *rest)

    return split_planned


def split_text_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """Texts end where their line is planned to; else words are broken only where a line begins with them.

    Of a word that is broken ``line_ends`` notes it. What has been set whole is not set again where it stands
    whole in its line, be it that of another try.
    """

    def split_text(context: Any, box: Any, room: float, skip: int, is_line_start: bool = True) -> Any:
        end: _End | None = getattr(context, _LINE_END, None)
        if end and end.box is box and (text := box.text.encode()[skip : end.byte].decode().rstrip(" ")):
            new, *_ = split(context, box.copy_with_text(text + end.hyphen), None, 0)
            note_hyphen(box, skip, new)
            return new, end.byte, False
        whole: _Whole | None = getattr(box, _WHOLE, None)
        if whole and not skip and whole.is_of(box) and (room is None or whole.width <= room):
            return whole.stand_for(box), None, False
        # Any text of an element counts as the start of its line there, and is broken within a word.
        # A word longer than its line has to be, though, be it in one element or in several.
        start = getattr(context, _LINE_START, inf)
        starts = start == inf or (is_line_start and room is not None and box.position_x < start + _SLACK)
        new, rest, is_end = split(context, box, room, skip, is_line_start=starts)
        note_hyphen(box, skip, new)
        if new is not None and not skip and rest is None and new.text == box.text:
            setattr(box, _WHOLE, _Whole.of(new))
        return new, rest, is_end

    return split_text
