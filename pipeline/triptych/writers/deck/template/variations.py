"""Variations of a theme for slides: its colours light, dark, or at the contrast of WCAG's level AAA."""

from __future__ import annotations

import colorsys
from dataclasses import replace
from typing import Literal, Protocol, TypeAlias

from triptych.theme.contrast import ENHANCED, READABLE, VISIBLE, contrast
from triptych.theme.neighbours import apart_in_grey
from triptych.theme.oklab import channels, mixed
from triptych.theme.theme import Theme
from triptych.theme.theme_file import Colours

Variation: TypeAlias = Literal["light", "dark", "high-contrast"]

_STEPS = 50  # of lightness
_BLACK, _WHITE = "000000", "ffffff"
_DARKER = 0.45  # how far the ground of dark slides is from the theme's deep colour to black


def varied(theme: Theme, variation: Variation) -> Theme:
    """The theme as slides of a variation take it; "light" is the theme itself.

    In a dark one ``paper`` is a ground darker than the theme's deep colour, which is its ``panel``, and
    ``deep`` is what titles are written in.
    """
    if variation == "dark":
        return replace(theme, colours=_dark(theme.colours))
    return replace(theme, colours=_contrasting(theme.colours)) if variation == "high-contrast" else theme


def is_dark(colours: Colours) -> bool:
    """Whether text is lighter than its ground."""
    return contrast(colours.background, _BLACK) < contrast(colours.background, _WHITE)


def _dark(colours: Colours) -> Colours:
    ink, paper, panel = colours.background, mixed(colours.dark, _BLACK, _DARKER), colours.dark

    def text(colour: str, least: float = READABLE) -> str:
        return _stepped(colour, 1.0, (paper, panel), least)

    return replace(
        _with_code(colours, text),
        foreground=ink,
        background=paper,
        panel=panel,
        dark=colours.panel,
        muted=text(colours.muted),
        rule=mixed(paper, ink, 0.3),
        accent=text(colours.accent),
        link=text(colours.link),
        highlight=mixed(colours.accent, paper, 0.6),
        code_highlight=mixed(colours.accent, paper, 0.7),
        # Words of code take them as well.
        series=apart_in_grey(tuple(map(text, colours.series)), (paper, panel), READABLE),
    )


def _contrasting(colours: Colours) -> Colours:
    paper, panel = _WHITE, mixed(_WHITE, _BLACK, 0.05)

    def text(colour: str, least: float = ENHANCED) -> str:
        return _stepped(colour, 0.0, (paper, panel), least)

    return replace(
        _with_code(colours, text),
        foreground=_BLACK,
        background=paper,
        panel=panel,
        dark=text(colours.dark, 15),
        muted=text(colours.muted),
        rule=text(colours.rule, VISIBLE),
        accent=text(colours.accent),
        link=text(colours.link),
        series=apart_in_grey(tuple(map(text, colours.series)), (paper, panel), ENHANCED),
    )


class _Text(Protocol):
    """A colour → one as near as can be read."""

    def __call__(self, colour: str, least: float = ...) -> str: ...


def _with_code(colours: Colours, text: _Text) -> Colours:
    return replace(
        colours,
        keyword=text(colours.keyword),
        string=text(colours.string),
        comment=text(colours.comment),
        number=text(colours.number),
    )


def _stepped(colour: str, end: float, grounds: tuple[str, ...], least: float) -> str:
    """A colour of the same hue whose lightness goes towards an end, 0 black and 1 white, until it stands out
    from all grounds.
    """
    hue, start, saturation = colorsys.rgb_to_hls(*(value / 255 for value in channels(colour)))
    tint = colour
    for step in range(_STEPS + 1):
        lightness = start + (end - start) * step / _STEPS
        shares = colorsys.hls_to_rgb(hue, lightness, saturation)
        tint = "".join(f"{round(share * 255):02x}" for share in shares)
        if min(contrast(tint, ground) for ground in grounds) >= least:
            break
    return tint
