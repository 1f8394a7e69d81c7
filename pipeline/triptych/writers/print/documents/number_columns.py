"""How wide the column of numbers is in contents and in lists of figures.

Titles stand under each other, whatever their numbers, so that "10.10" touches its title no more than "1.1".
"""

from __future__ import annotations

from collections.abc import Iterable

from triptych.markup.outline import Entry
from triptych.template_views import given_objects, template_function

# Advances in em, of the widest bundled text face (Work Sans, semibold) with a little to spare.
_NARROW, _FIGURE, _LETTER = 0.3, 0.64, 0.72
_GAP = 0.75  # between the widest number and its title


@template_function
@given_objects
def column(numbers: Iterable[str]) -> str:
    """The width of a column of numbers, as a length in CSS; "0" where there is none."""
    widest = max((sum(map(_advance, number)) for number in numbers), default=0.0)
    return f"{widest + _GAP:.2f}em" if widest else "0"


def numbers_at(level: int, entries: Iterable[Entry]) -> list[str]:
    """The numbers of a level of the contents, however deep it lies."""
    found: list[str] = []
    for entry in entries:
        found += [entry.number] if entry.level == level and entry.number else []
        found += numbers_at(level, entry.children)
    return found


def _advance(character: str) -> float:
    if character.isdecimal():
        return _FIGURE
    return _NARROW if character in ".,:()I" else _LETTER
