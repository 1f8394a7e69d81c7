"""How series and marks of native charts are told apart, as in the drawing.

By the template's accents, and beyond these by dashes, hollow markers and patterns; what is not highlighted
stands back in grey.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.theme.contrast import contrast
from triptych.theme.receding import APART
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.pptx.terms import MSO_LINE_DASH_STYLE, MSO_PATTERN_TYPE, XL_MARKER_STYLE
from triptych.writers.deck.template.palette import ACCENTS, Palette, Tint

_MARKERS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
)
_DASHES = (
    None,
    MSO_LINE_DASH_STYLE.DASH,
    MSO_LINE_DASH_STYLE.ROUND_DOT,
    MSO_LINE_DASH_STYLE.LONG_DASH_DOT,
)
_PATTERNS = (
    None,
    MSO_PATTERN_TYPE.WIDE_UPWARD_DIAGONAL,
    MSO_PATTERN_TYPE.PERCENT_20,
    MSO_PATTERN_TYPE.DIAGONAL_CROSS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLook:
    """One look; ``dash`` and ``pattern`` are None for what is solid, ``back`` and ``rim`` as in drawings."""

    tint: Tint
    marker: XL_MARKER_STYLE
    dash: MSO_LINE_DASH_STYLE | None
    pattern: MSO_PATTERN_TYPE | None
    hollow: bool
    back: bool = False
    rim: bool = False


def mark_look(chart: Chart, setting: Setting, series: Series, index: int | None = None) -> MarkLook:
    """The look of a series of a chart, or of its mark at a category."""
    palette = setting.palette
    place = chart.data.labels.index(series.label)
    if chart.kind.traits.round and index is not None:
        place = index
    colour = chart.colour_place(series, index)
    quiet = replace(accent_look(0, palette), tint=palette.receding[0])
    look = quiet if colour is None else accent_look(colour, palette)
    if not chart.highlight:
        return look
    behind = look_behind(place, palette)
    if not chart.stands_back(series, index):
        near = contrast(palette.colour(look.tint), palette.colour(behind.tint)) < APART
        return replace(look, rim=near)
    return replace(behind, pattern=None) if chart.kind.traits.round else behind


def look_behind(place: int, palette: Palette) -> MarkLook:
    """The look that a series has instead where it stands back."""
    greys = palette.receding
    pattern = _PATTERNS[place // len(greys) % len(_PATTERNS)]
    return replace(accent_look(place, palette), tint=greys[place % len(greys)], pattern=pattern, back=True)


def accent_look(place: int, palette: Palette) -> MarkLook:
    """The look that the place of a series in its chart gives."""
    turn = place // len(ACCENTS) % len(_DASHES)
    return MarkLook(
        tint=palette.accents[place % len(ACCENTS)],
        marker=_MARKERS[place % len(_MARKERS)],
        dash=_DASHES[turn],
        pattern=_PATTERNS[turn],
        hollow=turn > 0,
    )


def key_look(chart: Chart, setting: Setting, series: Series) -> MarkLook:
    """The look of a series of bars or dots as a whole, which the legend shows.

    It is that of its highlighted values where there is a legend, else that of values which people add.
    """
    lit = [i for i, name in enumerate(chart.data.categories) if name in chart.highlight]
    legend = len(chart.data.labels) > 1 and not chart.kind.traits.lines
    return mark_look(chart, setting, series, lit[0] if lit and legend else None)
