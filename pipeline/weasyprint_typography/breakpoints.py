"""Find the breakpoints of a paragraph: between words, at hyphens, and in words longer than a line."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from weasyprint_typography.actual_text import is_combining_mark
from weasyprint_typography.eastern_text import get_end_overhang, get_start_overhang
from weasyprint_typography.engine import patch
from weasyprint_typography.line_breaking import HYPHEN, NAME_HYPHEN, OWN_HYPHEN, Breakpoint
from weasyprint_typography.measuring import get_character_width, measure_advances, measure_text

OBJECT = "\ufffc"  # represents an image in a line
_SOFT_HYPHEN, _HYPHENS = "\u00ad", "-\u2010"
_OPTION = re.compile(r"(?<!\S)[-\u2010]+(?=\w)")  # hyphens as in --release, after which lines never end
_RANGE_DASH = re.compile(r"(?<=\d)—(?=\d)")  # as in 2020—2024, which starts no line in Chinese (CLREQ)
# The dot of a name such as .class. UAX 14 forbids a break before it, even after a space (LB13).
_DOT = re.compile(r"(?<= )\.(?=\w|\Z)")
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\w+://\S+")
_URL_JOINTS = re.compile(r"[/\\._?&=#%\-\u2010](?=\w)")  # URLs and file names may be broken after these
FORMULA_PENALTY = "data-penalty"  # attribute of an element around a space within a formula
_TOLERANCE = 0.01
_MAX_CHARACTER_WIDTH = 1.0  # em; an upper bound for the width of most characters
_MAX_LENGTH_ATTRIBUTE = "typography_longest"  # attribute of a line box

BoxPath = tuple[int, ...]


class ParagraphText(NamedTuple):
    """A text box of a paragraph.

    ``start`` is the index in the paragraph of the first character of the box. ``path`` is the path of child
    indices from the line box to ``box``. ``advances`` are the advances of the characters, without the
    margins, borders and padding of enclosing inline boxes.
    """

    start: int
    box: Any
    path: BoxPath
    advances: Sequence[float]


class BreakFinder:
    """Finds the breakpoints of a paragraph, including its start and its end."""

    def __init__(
        self, context: Any, text: str, advances: list[float], texts: Sequence[ParagraphText], style: Any
    ) -> None:
        self._context, self._text, self._texts, self._style = context, text, texts, style
        self._edges = [0.0, *accumulate(advances)]
        pictures = (width * (sign == OBJECT) for sign, width in zip(text, advances, strict=True))
        self._image_widths = [0.0, *accumulate(pictures)]
        self._spaces = [0, *accumulate(character in " \u00a0" for character in text)]
        self._starts = [text.start for text in texts]
        self._hangs_punctuation = style["direction"] == "ltr" and style["text_align_all"] == "justify"
        self._breakpoints: dict[int, Breakpoint] = {}
        self._is_complete = False

    def find_word_breaks(self) -> list[Breakpoint]:
        """Return the breakpoints between words, including those after a hyphen in the text."""
        text, breakpoints = self._text, self._breakpoints
        start = len(text) - len(text.lstrip(" "))
        breakpoints[start] = self._make_breakpoint(start, start)
        for place in find_breaks(text, self._style["lang"]):
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
                line_break = self._make_breakpoint(
                    end, place, hyphen_cost=cost, is_mandatory=text[place - 1] == "\n"
                )
                penalty = self._find_formula_penalty(place - 1)
                breakpoints[place] = replace(line_break, formula_penalty=penalty) if penalty else line_break
        breakpoints[len(text)] = self._make_breakpoint(len(text.rstrip(" \n")), len(text), is_mandatory=True)
        return [breakpoints[place] for place in sorted(breakpoints)]

    def find_all_breaks(self) -> list[Breakpoint]:
        """Return all breakpoints, including those at which a word is hyphenated."""
        if not self._is_complete:
            for text in self._texts:
                for offset, width, cost in _find_hyphenation_points(self._context, text.box):
                    place = text.start + offset
                    if place not in self._breakpoints:
                        self._breakpoints[place] = self._make_breakpoint(place, place, width, cost)
            self._is_complete = True
        return [self._breakpoints[place] for place in sorted(self._breakpoints)]

    def _make_breakpoint(
        self,
        end: int,
        index: int,
        hyphen_width: float = 0.0,
        hyphen_cost: float = 0.0,
        *,
        is_mandatory: bool = False,
    ) -> Breakpoint:
        text = self._text
        end_hangs = begin_hangs = 0.0
        if self._hangs_punctuation:
            if hyphen_width:
                end_hangs = hyphen_width * get_end_overhang("-")
            elif end and (overhang := get_end_overhang(text[end - 1])):
                end_hangs = overhang * get_character_width(text[end - 1], self._style_at(end - 1))
            if index < len(text) and (overhang := get_start_overhang(text[index])):
                begin_hangs = overhang * get_character_width(text[index], self._style_at(index))
        return Breakpoint(
            index,
            self._edges[end] + self._measure_removed_kerning(end) + hyphen_width - end_hangs,
            self._edges[index] + begin_hangs,
            self._spaces[end],
            self._spaces[index],
            end_hangs,
            begin_hangs,
            hyphen_cost,
            is_mandatory,
            self._image_widths[end],
            adds_hyphen=hyphen_width > 0,
        )

    def _measure_removed_kerning(self, end: int) -> float:
        """Return the width that the last character gains if a line break at ``end`` removes its kerning."""
        index = bisect_left(self._starts, end) - 1
        if index < 0:
            return 0.0
        start, box, _, widths = self._texts[index]
        last = end - 1 - start
        if last >= len(widths) - 1 or box.text[last + 1] in " \n" or is_combining_mark(box.text[last]):
            return 0.0
        if last and widths[last] == widths[last - 1]:  # both may be parts of a ligature
            return 0.0
        return get_character_width(box.text[last], box.style) - widths[last]

    def _style_at(self, offset: int) -> Any:
        index = bisect_right(self._starts, offset) - 1
        return self._texts[index].box.style if index >= 0 else self._style

    def _find_formula_penalty(self, offset: int) -> int:
        """Return the penalty of a break after a space within a formula, or 0 for any other character."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or self._text[offset] != " ":
            return 0
        element = self._texts[index].box.element
        return int(element.get(FORMULA_PENALTY, 0)) if element is not None else 0


def find_breaks(text: str, language: str) -> list[int]:
    """Return the indices of the characters in ``text`` that may begin a line (UAX 14)."""
    from weasyprint.text.line_break import get_log_attrs

    attributes = get_log_attrs(_DOT.sub("n", text.replace(OBJECT, "\u2e80")), language)
    forbidden = {match.end() for match in _OPTION.finditer(text)}
    forbidden |= {match.start() for match in _RANGE_DASH.finditer(text)}
    return [
        place for place in range(1, len(text)) if attributes[place].is_line_break and place not in forbidden
    ]


@patch("weasyprint.text.line_break.can_break_text", "4f3fb5ef1c239df9", all_modules=True)
def can_break_text(can_break: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Allow a break before the leading dot of a name such as .class, like ``find_breaks``."""

    def decide(text: str, language: str) -> bool:
        return can_break(_DOT.sub("n", text), language)

    return decide


def _find_hyphenation_points(context: Any, box: Any) -> Iterator[tuple[int, float, float]]:
    """Yield the positions at which a text box can be hyphenated, each with the hyphen's width and cost.

    If the text contains soft hyphens, only these are used, as in WeasyPrint.
    """
    style, text = box.style, box.text
    if style["hyphens"] == "none" or style["white_space"] == "nowrap":
        return
    width = get_character_width(style["hyphenate_character"], style)
    if _SOFT_HYPHEN in text:
        for place, character in enumerate(text[:-1], 1):
            if character == _SOFT_HYPHEN:
                yield place, width, HYPHEN
        return
    from weasyprint.text.line_break import pyphen  # or its replacement

    language = style["lang"] and pyphen.language_fallback(style["lang"])
    if style["hyphens"] != "auto" or not language:
        return
    total, left, right = style["hyphenate_limit_chars"]
    key = (language, left, right, total)  # as in WeasyPrint
    if key not in context.dictionaries:
        context.dictionaries[key] = pyphen.Pyphen(lang=language, left=left, right=right)
    dictionary = context.dictionaries[key]
    names = hasattr(pyphen, "capitals_are_names") and pyphen.capitals_are_names(language)
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    for word in _WORD.finditer(text):
        if text[word.start() - 1 : word.start()] == "\u00a0":
            continue  # a unit after a number
        if any(first <= word.start() < last for first, last in addresses):
            continue  # readers would type the hyphen
        if word.end() - word.start() >= total:
            cost = NAME_HYPHEN if names and word[0][0].isupper() else HYPHEN
            for place in dictionary.positions(word[0]):
                if place.data is None:  # otherwise, hyphenation would change the spelling
                    yield word.start() + place, width, cost


def width_for_overlong_word(context: Any, line: Any, available_width: float, skip_stack: Any) -> float | None:
    """Return the width of a line that begins with a word longer than the line, or None for other lines.

    If the word is a URL or a file name, the line ends after the last separator that fits. Otherwise, the
    result is ``available_width``.
    """
    if (
        line.style["overflow_wrap"] == "normal"
        or _measure_max_unbreakable_length(line, available_width)
        * _MAX_CHARACTER_WIDTH
        * line.style["font_size"]
        < available_width
    ):
        return None
    text, edges = "", [0.0]
    for box, start in _iter_text_boxes(line, skip_stack):
        remaining = box.text.encode()[start:].decode()
        text += remaining
        if remaining:
            advances = measure_advances(remaining, box.style) if start else measure_text(context, box)
            edges += accumulate(advances, initial=edges.pop())
        if edges[-1] > available_width and " " in remaining:
            break
    start_of_word = len(text) - len(text.lstrip())
    if "\n" in text[:start_of_word]:
        return None
    end = next((place for place in find_breaks(text, line.style["lang"]) if place > start_of_word), len(text))
    if edges[len(text[:end].rstrip())] - edges[start_of_word] <= available_width:
        return None
    if line.style["white_space"] != "normal":  # code, whose indentation is part of the line
        return available_width
    joints = (
        edges[match.end()] - edges[start_of_word] for match in _URL_JOINTS.finditer(text, start_of_word, end)
    )
    return max(
        (width + _TOLERANCE for width in joints if width + _TOLERANCE <= available_width),
        default=available_width,
    )


def _measure_max_unbreakable_length(line: Any, available_width: float) -> int:
    """Return an upper bound for the number of characters in a line's longest unbreakable text."""
    longest: int | None = getattr(line, _MAX_LENGTH_ATTRIBUTE, None)
    if longest is None:
        text = "".join(box.text for box, _ in _iter_text_boxes(line, None))
        longest = max(map(len, text.split()), default=0)
        if (
            longest * _MAX_CHARACTER_WIDTH * line.style["font_size"] >= available_width
        ):  # always in scripts without spaces
            places = [0, *find_breaks(text, line.style["lang"]), len(text)]
            longest = max(after - before for before, after in pairwise(places))
        setattr(line, _MAX_LENGTH_ATTRIBUTE, longest)
    return longest


def _iter_text_boxes(parent: Any, skip_stack: Any) -> Iterator[tuple[Any, int]]:
    """Yield the text boxes in ``parent``, starting at the resume position ``skip_stack``.

    Each box comes with the byte offset at which its text resumes, which is 0 except in the first box.
    """
    first, inner = next(iter(skip_stack.items())) if skip_stack else (0, None)
    if hasattr(parent, "text"):
        yield parent, first
        return
    for index, child in enumerate(getattr(parent, "children", ())[first:]):
        yield from _iter_text_boxes(child, None if index else inner)
