"""Justified lines of Chinese, Japanese and Thai: the room that is left goes between the characters.

WeasyPrint widens spaces alone (``justify_line`` and ``Layout.set_text``), and these scripts have few
or none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from triptych.languages.customs import UNSPACED
from triptych.writers.print.layout.patches.lines.squeezing import squeeze

_SPREAD = f"{UNSPACED}\u0e01-\u0e4e\u0e81-\u0ecd"  # with Thai and Lao
_RUN = re.compile(f"[{_SPREAD}]+")
_ONE = re.compile(f"[{_SPREAD}]")
_VOWELS_BEHIND = "\u0e33\u0eb3"  # part of the letter before them, as marks over it are
_BEHIND = "triptych_places_behind"  # what is kept with the engine's texts


def places(text: str) -> float:
    """How often a line can be widened in a text: at each space and about each spread character.

    Pango gives half the room on either side of a character, and none at the two ends of a text.
    """
    spaces = text.count(" ") + text.count("\u00a0")
    if not (runs := _RUN.findall(text)):
        return spaces
    spread = sum(not _belongs_to_last(c) for run in runs for c in run)
    return spaces + spread - (_is_spread(text, 0) + _is_spread(text, -1)) / 2


def places_between(text: str, following: str) -> float:
    """How often a line can be widened where two of its texts meet: what Pango leaves out at their ends."""
    return (_is_spread(text, -1) + _is_spread(following, 0)) / 2


def spreads(text: str) -> bool:
    """Whether room goes between the characters of a text."""
    return bool(_RUN.search(text))


def _is_spread(text: str, place: int) -> bool:
    return bool(_ONE.match(text[place]))


def _belongs_to_last(character: str) -> bool:
    return character in _VOWELS_BEHIND or unicodedata.category(character) == "Mn"


def count_expandable_spaces(count_spaces: Callable[[Any], float]) -> Callable[[Any], float]:
    """The places at which such a line can be widened are counted as well."""
    from weasyprint.formatting_structure import boxes

    def count_places(box: Any) -> float:
        if isinstance(box, boxes.TextBox):
            return places(box.text) + getattr(box, _BEHIND, 0.0)
        if isinstance(box, boxes.LineBox | boxes.InlineBox):
            if isinstance(box, boxes.LineBox):
                _open_up(list(_texts(box)))
            return sum(map(count_places, box.children))
        return float(count_spaces(box))

    return count_places


def set_text(set_plain: Callable[..., None]) -> Callable[..., None]:
    """The text of a layout is spaced out where its line is justified, then its marks are squeezed."""

    def set_spaced_text(self: Any, text: str, justify: bool = False) -> None:
        set_plain(self, text, justify)
        if justify and self.justification_spacing and spreads(self.text):
            _space_out(self)
        squeeze(self)

    return set_spaced_text


def _texts(box: Any) -> Iterator[Any]:
    """The texts of a line from left to right: words, references and index marks are each of their own."""
    from weasyprint.formatting_structure import boxes

    for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
        if isinstance(child, boxes.TextBox):
            if child.text:
                yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)


def _open_up(texts: list[Any]) -> None:
    """Give each text of a line the room between it and the next."""
    for box, following in pairwise(texts):
        setattr(box, _BEHIND, places_between(box.text, following.text))


def _space_out(layout: Any) -> None:
    """Give each run of spread characters the layout's justification as letter spacing."""
    from weasyprint.text.ffi import TO_UNITS, ffi, pango

    letter_spacing = layout.style["letter_spacing"]
    spacing = layout.justification_spacing + (0 if letter_spacing == "normal" else letter_spacing)
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for run in _RUN.finditer(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(int(spacing * TO_UNITS))
        attribute.start_index = len(layout.text[: run.start()].encode())
        attribute.end_index = len(layout.text[: run.end()].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)
