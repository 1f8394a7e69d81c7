"""Justified paragraphs broken as a whole, with optical margins, within the layout engine.

WeasyPrint 70 fills each line as far as it goes and looks at no other. Here a paragraph's best lines are found
first (``paragraphs``); then each line is given just the room that has the engine end it where it should.
A line that begins where none was planned is planned anew from there, and what can't be planned (text beside a
float, boxes in a line, scripts without spaces) is left to the engine, as all is with another version of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Any

from triptych.languages import UNSPACED
from triptych.writers.print.hanging import hangs_at_end, hangs_at_start
from triptych.writers.print.paragraphs import SHRINK, STRETCH, WIDEN, Measure, Stop, best_lines

_VERSION = "70."
_UNPLANNED = re.compile(f"[\t\u00ad\u0e01-\u0ecd{UNSPACED}]")
_WORD = re.compile(r"[^\W\d_]+")
_SPACE = re.compile("[ \u00a0]")
_OBJECT = "\ufffc"  # stands for a picture in a line
_SLACK = 0.01
_PLAN, _WIDENED = "triptych_plan", "triptych_widened"  # what is kept with lines and their texts

Path = tuple[int, ...]


class _Unplannable(Exception):
    """A line that is left to the engine."""


@dataclass(slots=True)
class Plan:
    """How a paragraph is to be broken.

    ``text`` is all that it says, ``starts`` the first character of each box by its path in the line box,
    ``rooms`` the width for the line that begins with a character.
    """

    text: str
    starts: dict[Path, tuple[int, Any]]
    stops: list[Stop]
    measure: Measure
    rooms: dict[int, float] = field(default_factory=dict)

    def room(self, skip_stack: Any) -> float | None:
        """The width for the line that begins at ``skip_stack``, None where the engine shall see for itself."""
        place = self._place(skip_stack)
        if place is not None and place not in self.rooms:
            self._plan(place)
        return None if place is None else self.rooms.get(place)

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
        """The rooms of the lines from one on, up to the next that must end."""
        first = next((n for n, stop in enumerate(self.stops) if stop.place == place), len(self.stops) - 1)
        last = next((n for n in range(first + 1, len(self.stops)) if self.stops[n].final), None)
        if last is None:
            return
        stops = self.stops[first : last + 1]
        width = self.measure.width
        measure = self.measure if first == 0 else Measure(width, width, self.measure.space)
        start = 0
        for end in best_lines(stops, measure):
            begin = stops[start].begin - stops[start].begin_hangs
            its = stops[end].end + stops[end].end_hangs - begin
            beyond = its + width
            if end + 1 < len(stops):
                beyond = stops[end + 1].end + stops[end + 1].end_hangs - begin
            # Wide enough for this line, too narrow for one that ends at the next stop.
            self.rooms[stops[start].place] = max((its + beyond) / 2, its + _SLACK)
            start = end


def plan(context: Any, linebox: Any, containing_block: Any) -> Plan:
    """Measure a paragraph and find where it can be broken. Raises _Unplannable."""
    characters: list[str] = []
    widths: list[float] = []
    texts: list[tuple[int, Any]] = []
    starts: dict[Path, tuple[int, Any]] = {}
    edge = 0.0
    for path, box, left, right in _leaves(linebox, containing_block, ()):
        starts[path] = (len(widths), box if isinstance(box, _boxes().TextBox) else None)
        for length in range(len(path)):
            starts.setdefault(path[:length], (len(widths), None))
        edge += left
        if isinstance(box, _boxes().TextBox) and box.text:
            texts.append((len(widths), box))
            its = advances(box.text, box.style)
            characters.append(box.text)
        elif isinstance(box, _boxes().ReplacedBox):
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
    stops = list(_stops(context, text, widths, texts, style))
    width = containing_block.width
    space = character_width(" ", style)
    measure = Measure(width - linebox.text_indent, width, space)
    return Plan(text=text, starts=starts, stops=stops, measure=measure)


def _leaves(parent: Any, block: Any, path: Path) -> Iterator[tuple[Path, Any, float, float]]:
    """Text and pictures of a line with their paths, and the edges of the boxes around them."""
    from weasyprint.layout.percent import resolve_percentages

    boxes = _boxes()
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
    own = getattr(box, f"padding_{side}") + getattr(box, f"border_{side}_width")
    return float(own + (0 if margin == "auto" else margin))


def _picture_width(box: Any, block: Any) -> float:
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.replaced import inline_replaced_box_layout

    box = box.copy()
    resolve_percentages(box, block)
    inline_replaced_box_layout(box, block)
    return float(box.margin_width())


def _stops(
    context: Any, text: str, widths: list[float], texts: list[tuple[int, Any]], style: Any
) -> Iterator[Stop]:
    """All places where a line can end, with the start of the paragraph and its end."""
    edges = [0.0, *accumulate(widths)]
    spaces = [0, *accumulate(character in " \u00a0" for character in text)]
    styles = [box.style for _, box in texts]
    begins = [start for start, _ in texts]
    style_of = _lookup(begins, styles, style)
    ltr = style["direction"] == "ltr"

    def stop(end: int, begin: int, *, hyphen: float = 0.0, final: bool = False) -> Stop:
        end_hangs = begin_hangs = 0.0
        if ltr and hyphen:
            end_hangs = hyphen * hangs_at_end("-")
        elif ltr and end and (share := hangs_at_end(text[end - 1])):
            end_hangs = share * character_width(text[end - 1], style_of(end - 1))
        if ltr and begin < len(text) and (share := hangs_at_start(text[begin])):
            begin_hangs = share * character_width(text[begin], style_of(begin))
        return Stop(
            place=begin,
            end=edges[end] + hyphen - end_hangs,
            begin=edges[begin] + begin_hangs,
            spaces_before=spaces[end],
            spaces_after=spaces[begin],
            end_hangs=end_hangs,
            begin_hangs=begin_hangs,
            hyphen=bool(hyphen),
            final=final,
        )

    start = len(text) - len(text.lstrip(" "))
    found = {start: stop(start, start)}
    for place in _break_places(text, style["lang"]):
        white = style_of(place - 1)["white_space"]
        if white == "nowrap" and white == style_of(place)["white_space"]:
            continue
        before = text[:place]
        mandatory = before.endswith("\n")
        end = len(before.rstrip(" \n"))
        if end > start:
            found[place] = stop(end, place, final=mandatory)
    for begin, box in texts:
        for place, hyphen in _hyphens(context, box):
            if begin + place not in found:
                found[begin + place] = stop(begin + place, begin + place, hyphen=hyphen)
    found[len(text)] = stop(len(text.rstrip(" \n")), len(text), final=True)
    yield from (found[place] for place in sorted(found))


def _lookup(begins: list[int], styles: list[Any], default: Any) -> Any:
    from bisect import bisect_right

    def style_of(place: int) -> Any:
        index = bisect_right(begins, place) - 1
        return styles[index] if index >= 0 else default

    return style_of


def _break_places(text: str, language: str) -> list[int]:
    """Before which characters a line can begin (UAX 14)."""
    from weasyprint.text.line_break import get_log_attrs

    attributes = get_log_attrs(text.replace(_OBJECT, "\u2e80"), language)
    return [place for place in range(1, len(text)) if attributes[place].is_line_break]


def _hyphens(context: Any, box: Any) -> Iterator[tuple[int, float]]:
    """Where words of a text can be hyphenated, and the width of the hyphen."""
    import pyphen

    style = box.style
    language = style["lang"] and pyphen.language_fallback(style["lang"])
    if style["hyphens"] != "auto" or not language or style["white_space"] == "nowrap":
        return
    total, left, right = style["hyphenate_limit_chars"]
    key = (language, left, right, total)  # as the engine keeps them
    if key not in context.dictionaries:
        context.dictionaries[key] = pyphen.Pyphen(lang=language, left=left, right=right)
    dictionary = context.dictionaries[key]
    width = character_width(style["hyphenate_character"], style)
    for word in _WORD.finditer(box.text):
        if word.end() - word.start() >= total:
            for place in dictionary.positions(word[0]):
                if place.data is None:  # else the spelling changes there
                    yield word.start() + place, width


def character_width(character: str, style: Any) -> float:
    """The width of a character in a style, in CSS pixels."""
    from weasyprint.text.line_break import _font_style_cache_key

    key = character, _font_style_cache_key(style), style["font_size"]
    if key not in _WIDTHS:
        _WIDTHS[key] = sum(advances(character, style))
    return _WIDTHS[key]


_WIDTHS: dict[tuple[str, str, float], float] = {}


def advances(text: str, style: Any) -> list[float]:
    """How far each character of a line of text moves on, in CSS pixels.

    The parts of a ligature get equal shares of it.
    """
    from weasyprint.text.ffi import FROM_UNITS, ffi
    from weasyprint.text.line_break import Layout

    layout = Layout(style)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    clusters: dict[int, int] = {}
    run = line.runs
    while run != ffi.NULL:
        item = run[0].data
        offset, glyphs = item.item.offset, item.glyphs
        count = glyphs.num_glyphs
        for glyph, place in zip(glyphs.glyphs[0:count], glyphs.log_clusters[0:count], strict=True):
            clusters[offset + place] = clusters.get(offset + place, 0) + glyph.geometry.width
        run = run[0].next
    result: list[float] = []
    byte = 0
    members = 0
    width = 0.0
    for character in text:
        if byte in clusters:
            result += [width / members] * members if members else []
            width, members = clusters[byte] * FROM_UNITS, 0
        members += 1
        byte += len(character.encode())
    return result + ([width / members] * members if members else [])


def _boxes() -> Any:
    from weasyprint.formatting_structure import boxes

    return boxes


@cache
def mend() -> None:
    """Have WeasyPrint break paragraphs so, once in a process."""
    import weasyprint
    from weasyprint.draw import text as drawn
    from weasyprint.layout import inline
    from weasyprint.matrix import Matrix

    if not weasyprint.__version__.startswith(_VERSION):
        return
    split, align, draw = inline.split_inline_box, inline.text_align, drawn.draw_first_line

    def split_planned(context: Any, box: Any, x: float, max_x: float, bottom: float, skip: Any,
                      block: Any, *rest: Any) -> Any:  # fmt: skip
        if isinstance(box, _boxes().LineBox):
            room = _room(context, box, max_x - x, skip, block)
            max_x = max_x if room is None else x + room
        return split(context, box, x, max_x, bottom, skip, block, *rest)

    def align_between_edges(context: Any, line: Any, available: float, last: bool) -> float:
        if line.style["text_align_all"] != "justify":
            return float(align(context, line, available, last))
        before, after = _hanging(line) if line.style["direction"] == "ltr" else (0.0, 0.0)
        wide = available + before + after
        if getattr(line, _PLAN, None) and (not last or line.width > wide) and _fill(context, line, wide):
            return -before
        return float(align(context, line, wide, last)) - before

    def draw_widened(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        if share := getattr(box, _WIDENED, 0.0):
            matrix = Matrix(1 + share) @ matrix
        return draw(stream, box, overflow, ellipsis, matrix)

    inline.split_inline_box, inline.text_align = split_planned, align_between_edges
    drawn.draw_first_line = draw_widened


def _fill(context: Any, line: Any, wide: float) -> bool:
    """Make a line as long as it has room, by its spaces and a little by its letters; whether it could be."""
    from weasyprint.layout.inline import add_word_spacing, count_expandable_spaces

    gaps = count_expandable_spaces(line)
    if not gaps:
        return False
    letters = sum(box.width for box in line.descendants() if isinstance(box, _boxes().TextBox))
    room = wide - line.width
    space = character_width(" ", line.style)
    if room < 0 and -room > SHRINK * space * gaps + WIDEN * letters + _SLACK:
        return False
    most = (SHRINK if room < 0 else STRETCH) * space * gaps + WIDEN * letters
    share = round(WIDEN * max(-1.0, min(room / most, 1.0)), 4)
    add_word_spacing(context, line, ((letters + room) / (1 + share) - letters) / gaps, 0)
    _widen(line, share, 0.0)
    return True


def _widen(box: Any, share: float, advance: float) -> float:
    """Widen the letters of a line, and move what comes behind them."""
    boxes = _boxes()
    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        advance += box.width * share
        box.width *= 1 + share
        setattr(box, _WIDENED, share)
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += advance
        start = advance
        for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
            if child.is_in_normal_flow():
                advance = _widen(child, share, advance)
        box.width += advance - start
    else:
        box.translate(advance, 0)
    return advance


def _room(context: Any, box: Any, available: float, skip: Any, block: Any) -> float | None:
    """The room for a line, None where it is not planned."""
    style = box.style
    if style["text_align_all"] != "justify" or style["white_space"] != "normal":
        return None
    if abs(available + box.text_indent - block.width) > _SLACK:
        return None  # beside a float
    known = getattr(box, _PLAN, None)
    if known is None or (skip is None):
        try:
            known = plan(context, box, block)
        except _Unplannable:
            known = False
        setattr(box, _PLAN, known)
    return known.room(skip) if known else None


def _hanging(line: Any) -> tuple[float, float]:
    """How far the marks at the two ends of a line hang over its edges."""
    boxes = _boxes()
    found = []
    for side, share in ((0, hangs_at_start), (-1, hangs_at_end)):
        box = line
        while isinstance(box, boxes.ParentBox) and box.children:
            inflow = [child for child in box.children if child.is_in_normal_flow()]
            if not inflow:
                break
            box = inflow[side]
        text = box.text if isinstance(box, boxes.TextBox) else ""
        mark = text[side] if text else ""
        width = share(mark) if mark else 0.0
        found.append(width * character_width(mark, box.style) if width else 0.0)
    return found[0], found[1]
