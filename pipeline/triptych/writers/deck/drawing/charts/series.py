"""The lines, bars, areas, points and slices of native charts, in the theme's series colours.

What an author highlights keeps its colour and the rest is grey, as series and as points of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from triptych.charts.kind import ColourRole, SeriesMark, get_kind, get_plot_kind
from triptych.charts.kinds.pies import HOLE
from triptych.charts.plan import format_bar_value
from triptych.charts.styles import find_colour_index
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.theme.colours import APART, READABLE, contrast_ratio
from triptych.writers.deck.drawing.charts.number_formats import find_format_code
from triptych.writers.deck.drawing.charts.setting import Setting, choose_gap_width
from triptych.writers.deck.drawing.charts.words import label_point, write_label
from triptych.writers.deck.drawing.text import add_child, add_colour
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.pptx.terms import (
    MSO_LINE_DASH_STYLE,
    MSO_PATTERN_TYPE,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    NativeChart,
    Pt,
)
from triptych.writers.deck.template.palette import ACCENTS, Palette, Tint, set_tint

MOST_MARKED_POINTS = 24

_WITHOUT_BARS = (XL_CHART_TYPE.LINE, XL_CHART_TYPE.LINE_MARKERS)
_TICK = 16  # points, of the dash that marks a median
_LIGHT = "20000"  # thousandths of a percent of an area's ink, so that others are seen through it


def style_series(
    native: NativeChart, chart: Chart, setting: Setting, *, shows_values: bool, gap: int | None
) -> None:
    """Colour all series of a chart with axes, and label its bars where they are few."""
    plot, kind = native.plots[0], get_plot_kind(chart)
    drawn = (series for plot in native.plots for series in plot.series)
    for series, (column, mark, data) in zip(drawn, kind.list_native_series(chart), strict=False):
        if isinstance(data, ColourRole):
            _style_by_role(series, column, mark, data, chart, setting)
            continue
        look = get_native_key_look(chart, setting, data)
        if mark in (SeriesMark.BOX, SeriesMark.TICK):
            series.format.line.fill.background()
            series.marker.style = XL_MARKER_STYLE.NONE if mark is SeriesMark.BOX else XL_MARKER_STYLE.DASH
            if mark is SeriesMark.TICK:
                series.marker.size = _TICK
                series.marker.format.fill.solid()
                set_tint(series.marker.format.fill.fore_color, look.tint)
                series.marker.format.line.fill.background()
            continue
        if mark is SeriesMark.LINE:
            style_line(series, look, data, setting)
            style_width(series, look, chart)
        elif mark is SeriesMark.DOTS:
            series.format.line.fill.background()
            style_marker(series.marker, look, 9, setting)
        else:
            fill(series.format, look, setting)
            is_apart = chart.stacked or mark is SeriesMark.BUBBLE
            if is_apart and look.pattern is None and not look.rim:
                set_apart_from_neighbours(series.format, setting)
            if mark in (SeriesMark.BAR, SeriesMark.BUBBLE):
                # Without it some programs draw bars below zero upwards, or without their colour.
                series.invert_if_negative = False
            elif not chart.stacked and len(chart.data.series) > 1:
                _lighten(series, look)
        _highlight_points(series, chart, data, setting, mark)
    if kind.has_slots and native.chart_type not in _WITHOUT_BARS:
        is_single = len(chart.data.series) - chart.data.lines == 1 or chart.stacked
        plot.gap_width = gap or (choose_gap_width(chart) if is_single else 70)
        plot.overlap = 100 if chart.stacked or gap else -5
        if shows_values:
            _label_bars(native, chart, setting)
    elif chart.data.edges:
        plot.gap_width = 0
        line = plot.series[0].format.line
        set_tint(line.color, setting.palette.paper)
        line.width = Pt(1)


def draw_boxes(native: NativeChart, chart: Chart, setting: Setting, cluster_fraction: float) -> None:
    """Turn the lines of a chart into the boxes and whiskers of a stock chart (21.2.2.198).

    It comes last: python-pptx does not know such charts.
    """
    lines = get_element(native.plots[0])
    look = get_native_key_look(chart, setting, chart.data.series[0])
    for tag in ("c:grouping", "c:varyColors", "c:marker", "c:smooth"):
        for element in lines.findall(qn(tag)):
            lines.remove(element)
    axis = lines.find(qn("c:axId"))
    whiskers, boxes = add_child(lines, "c:hiLowLines"), add_child(lines, "c:upDownBars")
    line = add_child(add_child(whiskers, "c:spPr"), "a:ln", w="12700")
    add_colour(add_child(line, "a:solidFill"), setting.palette.muted)
    add_child(boxes, "c:gapWidth", val=str(round(100 * (1 - cluster_fraction) / cluster_fraction)))
    for tag in ("c:upBars", "c:downBars"):
        body = add_child(add_child(boxes, tag), "c:spPr")
        add_colour(add_child(body, "a:solidFill"), setting.palette.paper)
        add_colour(add_child(add_child(body, "a:ln", w="12700"), "a:solidFill"), look.tint)
    axis.addprevious(whiskers)
    axis.addprevious(boxes)
    lines.tag = qn("c:stockChart")


def style_round(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Colour the slices, which have their words beside them and need no legend."""
    plot = native.plots[0]
    plot.vary_by_categories = True
    for index in range(len(chart.data.categories)):
        point = plot.series[0].points[index]
        fill(point.format, get_native_look(chart, setting, chart.data.series[0], index), setting)
        set_tint(point.format.line.color, setting.palette.paper)
        point.format.line.width = Pt(1.5)
    if native.chart_type is XL_CHART_TYPE.DOUGHNUT:
        hole = get_element(plot).find(qn("c:holeSize"))
        if hole is None:
            hole = add_child(get_element(plot), "c:holeSize")
        hole.set("val", str(round(100 * HOLE)))


def _style_by_role(
    series: Any, column: Series, mark: SeriesMark, role: ColourRole, chart: Chart, setting: Setting
) -> None:
    """Style bars of a colour, what they stand on, or the lines that join them."""
    if mark is SeriesMark.HIDDEN:
        series.invert_if_negative = False
        series.format.fill.background()
    elif mark is SeriesMark.BAR:
        series.invert_if_negative = False
        fill(series.format, get_accent_look(role, setting.palette), setting)
        for index, value in enumerate(column.values):
            if value is not None and chart.stands_back(chart.data.series[0], index):
                fill(series.points[index].format, get_look_behind(role, setting.palette), setting)
    else:
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        set_tint(series.format.line.color, setting.palette.muted)
        series.format.line.width = Pt(0.75)
        if mark is SeriesMark.WORDS:
            series.format.line.fill.background()


def _label_bars(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Write each value at the outer end of its bar, in bold where it is highlighted."""
    if get_kind(chart).list_native_series(chart)[-1].mark is SeriesMark.WORDS:
        words = list(native.plots[1].series)[-1]
        for index, step in enumerate(chart.data.steps):
            if step is not None:
                at = XL_LABEL_POSITION.BELOW if step[1] < step[0] else XL_LABEL_POSITION.ABOVE
                write_label(words, index, (format_bar_value(chart, chart.data, 0, index),), setting, at)
        return
    for place, (series, data) in enumerate(zip(native.plots[0].series, chart.data.series, strict=False)):
        known = [(index, value) for index, value in enumerate(data.values) if value is not None]
        words = [format_bar_value(chart, chart.data, place, index) for index, _ in known]
        code = find_format_code([value for _, value in known], words, chart.language) if known else None
        lit = [bool(chart.highlight) and not chart.stands_back(data, index) for index, _ in known]
        if code is not None:
            labels = series.data_labels
            labels.number_format, labels.number_format_is_linked = code, False
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            labels.font.size = Pt(setting.size)
            set_tint(labels.font.color, setting.palette.ink)
            labels.show_value = True
        for (index, value), text, bold in zip(known, words, lit, strict=True):
            if code is None or bold:
                at = XL_LABEL_POSITION.OUTSIDE_END
                label_point(series, index, (value, text), setting, at, setting.palette.ink, bold=bold)


def _highlight_points(series: Any, chart: Chart, data: Series, setting: Setting, mark: SeriesMark) -> None:
    """Bars and dots whose look is not that of their series (``c:dPt``, ECMA-376 Part 1, 21.2.2.52)."""
    whole = get_native_key_look(chart, setting, data)
    if mark is SeriesMark.BAND:
        return
    for index, value in enumerate(data.values):
        look = get_native_look(chart, setting, data, index)
        if value is None or look == whole:
            continue
        point = series.points[index]
        if mark in (SeriesMark.LINE, SeriesMark.DOTS):
            style_marker(point.marker, look, 11 if mark is SeriesMark.LINE else 9, setting)
            if mark is SeriesMark.LINE:
                point.format.fill.solid()  # some programs take the colour of a dot from here
                set_tint(point.format.fill.fore_color, look.tint)
        else:
            fill(point.format, look, setting)
            # A point that says nothing of it is drawn as its program likes below zero.
            for own in get_element(series).findall(qn("c:dPt")):
                if (
                    own.find(qn("c:idx")).get("val") == str(index)
                    and own.find(qn("c:invertIfNegative")) is None
                ):
                    own.find(qn("c:idx")).addnext(add_child(own, "c:invertIfNegative", val="0"))


def set_apart_from_neighbours(look: Any, setting: Setting) -> None:
    """Add a rim in the colour of the paper, which separates adjacent surfaces in grey too."""
    set_tint(look.line.color, setting.palette.paper)
    look.line.width = Pt(1.25)


def fill(format_: Any, look: MarkLook, setting: Setting) -> None:
    """Fill a surface with the colour of a series, with a pattern beyond the theme's colours."""
    if look.pattern is None:
        format_.fill.solid()
        set_tint(format_.fill.fore_color, look.tint)
        if look.rim or look.back:
            set_tint(format_.line.color, setting.palette.ink if look.rim else setting.palette.paper)
            format_.line.width = Pt(0.75)
        return
    format_.fill.patterned()
    format_.fill.pattern = look.pattern
    set_tint(format_.fill.fore_color, look.tint)
    set_tint(format_.fill.back_color, setting.palette.paper)
    set_tint(format_.line.color, look.tint)
    format_.line.width = Pt(0.75)


def _lighten(series: Any, look: MarkLook) -> None:
    """Make a surface transparent, so that the others are seen through it."""
    properties = get_element(series).find(qn("c:spPr"))
    fill = properties.find(f"{qn('a:solidFill')}/{qn('a:schemeClr')}")
    if fill is not None:
        add_child(fill, "a:alpha", val=_LIGHT)
    set_tint(series.format.line.color, look.tint)
    series.format.line.width = Pt(2.5)


def style_width(series: Any, look: MarkLook, chart: Chart) -> None:
    """Set the width of a line by whether it is highlighted."""
    series.format.line.width = Pt(2.5 if not chart.highlight else 1.75 if look.back else 3.5)


def style_line(series: Any, look: MarkLook, data: Series, setting: Setting) -> None:
    """Style a line and its markers, with dashes beyond the theme's colours."""
    series.smooth = False
    set_tint(series.format.line.color, look.tint)
    if look.dash is not None:
        series.format.line.dash_style = look.dash
    if len(data.values) <= MOST_MARKED_POINTS or _has_isolated_point(data.values):
        style_marker(series.marker, look, 7, setting)
    else:
        series.marker.style = XL_MARKER_STYLE.NONE


def style_marker(marker: Any, look: MarkLook, size: int, setting: Setting) -> None:
    """Style a filled marker with a rim, or a hollow one beyond the theme's colours."""
    paper = setting.palette.paper
    marker.style = look.marker
    marker.size = size
    marker.format.fill.solid()
    set_tint(marker.format.fill.fore_color, paper if look.hollow else look.tint)
    set_tint(marker.format.line.color, look.tint if look.hollow else paper)


def _has_isolated_point(values: tuple[float | None, ...]) -> bool:
    """Return whether a value stands between gaps, where a line alone would not show it."""
    padded = (None, *values, None)
    triples = zip(padded, padded[1:], padded[2:], strict=False)
    return any(value is not None and before is None and after is None for before, value, after in triples)


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


def get_native_look(chart: Chart, setting: Setting, series: Series, index: int | None = None) -> MarkLook:
    """Return the look of a series of a chart, or of its mark at a category."""
    palette = setting.palette
    place = chart.data.labels.index(series.label)
    if chart.data.is_whole and index is not None:
        place = index
    colour = find_colour_index(chart, series, index)
    quiet = replace(get_accent_look(0, palette), tint=palette.receding[0])
    look = quiet if colour is None else get_accent_look(colour, palette)
    if not chart.highlight:
        return look
    behind = get_look_behind(place, palette)
    if not chart.stands_back(series, index):
        near = contrast_ratio(palette.get_colour(look.tint), palette.get_colour(behind.tint)) < APART
        return replace(look, rim=near)
    return replace(behind, pattern=None) if chart.data.is_whole else behind


def get_look_behind(place: int, palette: Palette) -> MarkLook:
    """Return the look that a series has instead where it stands back."""
    greys = palette.receding
    pattern = _PATTERNS[place // len(greys) % len(_PATTERNS)]
    return replace(
        get_accent_look(place, palette), tint=greys[place % len(greys)], pattern=pattern, back=True
    )


def get_accent_look(place: int, palette: Palette) -> MarkLook:
    """Return the look that the place of a series in its chart gives."""
    turn = place // len(ACCENTS) % len(_DASHES)
    return MarkLook(
        tint=palette.accents[place % len(ACCENTS)],
        marker=_MARKERS[place % len(_MARKERS)],
        dash=_DASHES[turn],
        pattern=_PATTERNS[turn],
        hollow=turn > 0,
    )


def get_native_key_look(chart: Chart, setting: Setting, series: Series) -> MarkLook:
    """Return the look of a series of bars or dots as a whole, which the legend shows.

    It is that of its highlighted values where there is a legend, else that of values which people add.
    """
    lit = [i for i, name in enumerate(chart.data.categories) if name in chart.highlight]
    legend = len(chart.data.labels) > 1 and not get_kind(chart).connects_values
    return get_native_look(chart, setting, series, lit[0] if lit and legend else None)


def get_words_tint(chart: Chart, setting: Setting, series: Series) -> Tint:
    """Return the colour of words about a series: its own where it can be read."""
    look = get_native_look(chart, setting, series)
    if look.back or look.tint.slot not in ACCENTS:
        return setting.palette.muted
    return setting.palette.make_visible(look.tint.slot, READABLE)


def find_last_value(series: Series) -> int:
    """Return the index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)
