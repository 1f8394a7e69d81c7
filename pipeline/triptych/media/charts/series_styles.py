"""How series are told apart: by colour, and beyond the theme's colours by line, marker and pattern."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.theme.theme import Theme

_MARKERS = "osD^vP"
# Dashes in line widths and patterns of surfaces, round after round of the colours.
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 1.6), (1, 1.4), (6, 1.6, 1, 1.6))
# The series whose looks a waterfall's bars have: far apart in lightness too, so that they differ in grey.
FALL, RISE, TOTAL = 0, 1, 5
_HATCHES = ("", "/////", ".....", "xxxxx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One series' ink, in six hexadecimal digits, with its dashes, marker and pattern."""

    ink: str
    marker: str = "o"
    dash: tuple[float, ...] = ()
    hatch: str = ""
    hollow: bool = False


def look_of(index: int, theme: Theme) -> Look:
    """The look of the series at an index."""
    colours = theme.colours.series
    turn = index // len(colours) % len(_DASHES)
    place = index % len(colours)
    return Look(
        ink=colours[place],
        marker=_MARKERS[place % len(_MARKERS)],
        dash=_DASHES[turn],
        hatch=_HATCHES[turn],
        hollow=turn > 0,
    )


def step_look(change: float | None, theme: Theme) -> Look:
    """The look of a bar of a waterfall: a rise, a fall, or a total, which is no change."""
    return look_of(TOTAL if change is None else RISE if change >= 0 else FALL, theme)
