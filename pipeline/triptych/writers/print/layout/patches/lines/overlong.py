"""Words that are longer than their lines, and where these may break them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

from triptych.writers.print.layout.patches.lines.break_places import break_places
from triptych.writers.print.layout.patches.lines.measuring import advances
from triptych.writers.print.layout.patches.lines.whole_texts import measured

_JOINTS = re.compile(r"[/\\._?&=#%\-\u2010](?=\w)")  # of addresses and names of files
_SLACK = 0.01
_WIDE = 1.0  # em: hardly a letter is wider
_LONGEST = "triptych_longest"  # what is kept with the engine's lines


def overlong_room(context: Any, line: Any, room: float, skip: Any) -> float | None:
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
            its = advances(more, box.style) if start else measured(context, box)
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
