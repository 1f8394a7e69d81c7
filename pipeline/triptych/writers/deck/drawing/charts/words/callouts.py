"""Words within native charts, at places that are measured as in the drawing: callouts, names of series.

What is no data label is a user shape (ECMA-376 Part 1, 21.3), as PowerPoint makes them where a chart is
chosen: it moves and scales with the chart, and people edit it. For these places the inner plot is fixed, and
where they depend on values the ends of axes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from triptych.languages.numerals import format_number
from triptych.media.charts.axes.places import GAP
from triptych.media.charts.axes.scales import ValueScale
from triptych.media.charts.canvas import LINE, SIZE, Ruler
from triptych.media.charts.layout.callouts import box_of, with_callouts, with_point_names
from triptych.media.charts.layout.geometry import (
    LEADER_FROM,
    category_place,
    end_of,
    end_places,
    first_values,
    is_led,
    value_place,
)
from triptych.media.charts.layout.horizontal import plan_lying
from triptych.media.charts.layout.plan import PlacedCallout, Plan, Share
from triptych.media.charts.layout.vertical import plan_standing
from triptych.model.nodes import Chart
from triptych.ooxml.names import NAMESPACES, qn
from triptych.ooxml.values import emu
from triptych.writers.deck.drawing.charts.labels import amount_format, labels_bars, unit_format
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.words.ends import is_named, last, words_tint
from triptych.writers.deck.drawing.charts.words.points import show_value
from triptych.writers.deck.drawing.text import child, cleaned, colour
from triptych.writers.deck.pptx.elements import element_of, new_part
from triptych.writers.deck.pptx.terms import XL_LABEL_POSITION, NativeChart
from triptych.writers.deck.template.palette import Tint

_PART = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
_GAPS = (0.55, 0.7)  # of a bar, between categories of one series and of several
_ROOM = 1.12  # of the words' width, since programs measure text differently
_BOLD = 1.08
_GROWTH = {"left": 0.0, "center": 0.5, "right": 1.0}  # the share of words that turn out wider on their left
_ALIGNED = {"left": "l", "center": "ctr", "right": "r"}


@dataclass(frozen=True, slots=True)
class _SlideRuler(Ruler):
    """Measures the text of a slide in the units of the drawing, whose text has a size of its own."""

    setting: Setting

    @property
    def scale(self) -> float:
        """Points of the slide for a point of the drawing."""
        return self.setting.size / SIZE

    def width(self, words: str) -> float:
        """The width of a line of text."""
        return self.setting.text_width(words) / self.scale

    def bold(self, words: str) -> float:
        """The width of a bold line of text."""
        return self.width(words) * _BOLD


@dataclass(frozen=True, slots=True)
class NativePlan:
    """The plan of a native chart; ``top`` are the points over it, which unit and legend take."""

    plan: Plan
    setting: Setting
    top: float

    @property
    def names_all(self) -> bool:
        """Whether each series is named where it ends."""
        return {end.series for end in self.plan.ends} >= set(range(len(self.plan.data.series)))

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """The inner plot: left, top, width, height in shares of the frame."""
        left, top = self.share((0.0, 0.0))
        right, bottom = self.share((self.plan.width, self.plan.height))
        return left, top, right - left, bottom - top

    @property
    def ends(self) -> ValueScale | None:
        """The ends of the value axis where words hang on them; None where a program may choose them."""
        plan = self.plan
        boxed = plan.ends and not plan.chart.kind.traits.lines
        moved = any(is_led(plan, *place) for place in end_places(plan))
        if not (plan.callouts or plan.point_names or boxed or moved or first_values(plan, self.ruler)):
            return None
        if not plan.chart.percent:
            return plan.scale
        return replace(plan.scale, high=1.0, ticks=tuple(tick / 100 for tick in plan.scale.ticks))

    @property
    def ruler(self) -> Ruler:
        """Measures what is written in the chart."""
        return _SlideRuler(self.setting.theme, self.setting)

    def share(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the plot in shares of the frame."""
        scale = self.setting.size / SIZE
        x, y = (self.plan.left + point[0]) * scale, self.top + (self.plan.top + point[1]) * scale
        return x / self.setting.width, y / self.setting.height


def is_planned(chart: Chart, setting: Setting) -> bool:
    """Whether there are words in a chart whose places must be known."""
    if setting.panel or chart.kind.traits.round or chart.kind.traits.own_form:
        return False
    return bool(chart.callouts or chart.data.x_values) or is_named(chart) or chart.kind.traits.lines


def native_plan(
    chart: Chart, setting: Setting, heads: tuple[float, float], ends: ValueScale | None
) -> NativePlan:
    """Lay out a chart in its frame.

    ``heads`` are the points over the plot without and with a legend; ``ends`` are those that the axis has for
    other reasons.
    """
    planned = _planned(chart, setting, heads[0], ends)
    if len(chart.data.series) == 1 or planned.names_all:
        return planned
    return _planned(replace(chart, direct_labels=False), setting, heads[1], ends)


def _planned(chart: Chart, setting: Setting, top: float, ends: ValueScale | None) -> NativePlan:
    ruler = _SlideRuler(setting.theme, setting)
    high = (setting.height - top) / ruler.scale
    share = Share(height=high, labelled=labels_bars(chart))
    for _ in range(3):  # what callouts take over the plot depends on its height
        plan = _laid_out(chart, setting, ruler, share, ends)
        share = replace(share, height=max(high * 0.3, share.height + high - plan.whole_height))
    return NativePlan(_laid_out(chart, setting, ruler, share, ends), setting, top)


def _laid_out(
    chart: Chart, setting: Setting, ruler: _SlideRuler, share: Share, ends: ValueScale | None
) -> Plan:
    own = chart
    if ends is not None and not chart.percent:
        own = replace(chart, annotations=(), y_min=ends.low, y_max=ends.high)
    room = setting.width / ruler.scale
    plan = (plan_lying if own.lying else plan_standing)(own, own.data, room, ruler, share)
    bars = 1 if own.stacked else len(own.data.series)
    cluster = bars / (bars + _GAPS[bars > 1])
    more = _written_out(plan, ruler)
    plan = replace(plan, height=share.height, cluster=cluster, thickest=room)
    plan = replace(plan, left=plan.left + more, width=plan.width - more)
    notes: tuple[tuple[float, float, float, float], ...] = ()
    if chart.annotations and not chart.lying:  # over all data stand words with lines down
        top = value_place(plan, max(plan.data.numbers)) if not chart.stacked else 0.0
        notes = ((0.0, 0.0, plan.width, max(0.0, top - LINE)),)
    return with_point_names(with_callouts(plan, ruler, notes), ruler, notes)


def _written_out(plan: Plan, ruler: Ruler) -> float:
    """By how much names on the axis are longer than in the drawing, whose units format codes may not know."""
    names = plan.scale.names(plan.chart.language)
    unit = plan.scale.unit(plan.chart.language)
    if plan.lying or plan.labelled or unit is None or unit_format(unit, 0) is not None:
        return 0.0
    long = [format_number(tick, 0, plan.chart.language) for tick in plan.scale.ticks]
    return max(0.0, ruler.widest(long) - ruler.widest(names))


def draw_words(native: NativeChart, chart: Chart, planned: NativePlan) -> None:
    """Label lines at their ends, and put text boxes and leaders into a part of the chart's own."""
    plan, palette = planned.plan, planned.setting.palette
    drawn, scale = _Shapes(planned), planned.setting.size / SIZE
    for end, target, centre in end_places(plan):
        if end.series < 0:
            continue
        series = chart.data.series[end.series]
        tint = words_tint(chart, planned.setting, series)
        bold = not chart.stands_back(series)
        if is_led(plan, end, target, centre):
            stop = end_of(plan, end)
            drawn.leader(((stop + 3, target), (plan.width + 2 * GAP - 2, centre)))
        if chart.kind.traits.lines:
            own = list(native.plots[0].series)[end.series]
            across = (plan.width - end_of(plan, end)) * scale
            moved = (across + GAP * scale, (centre - target) * scale)
            led = abs(centre - target) > LEADER_FROM or across > 1
            box = None
            if len(end.lines) > 1:
                wide = max(map(planned.ruler.bold, end.lines)) * scale
                box = (wide * _ROOM, len(end.lines) * LINE * scale)
            show_value(
                own,
                last(series),
                amount_format(chart, series.decimals),
                planned.setting,
                XL_LABEL_POSITION.RIGHT,
                tint,
                named=len(chart.data.series) > 1,
                bold=bold,
                moved=moved if led else (0.0, 0.0),
                box=box,
            )
            continue
        top = centre - len(end.lines) * LINE / 2
        drawn.text_box(PlacedCallout(lines=end.lines, left=plan.width + 2 * GAP, top=top), tint, bold=bold)
    for one in first_values(plan, planned.ruler):
        series = chart.data.series[one.series]
        tint = words_tint(chart, planned.setting, series)
        start = category_place(plan, one.category)
        above = one.box[1] < value_place(plan, series.values[one.category] or 0.0)
        show_value(
            list(native.plots[0].series)[one.series],
            one.category,
            amount_format(chart, series.decimals),
            planned.setting,
            XL_LABEL_POSITION.ABOVE if above else XL_LABEL_POSITION.BELOW,
            tint,
            named=False,
            bold=True,
            moved=((one.box[0] + planned.ruler.bold(one.words) / 2 - start) * scale, 0.0),
        )
    for name in plan.point_names:
        drawn.text_box(name.words, palette.muted if name.is_back else palette.ink)
    for words in plan.callouts:
        if words.leader:
            drawn.leader(words.leader)
        drawn.text_box(words, palette.ink)
    drawn.add_to(native)


class _Shapes:
    """The user shapes of one chart; lengths are those of its plan."""

    def __init__(self, planned: NativePlan) -> None:
        self._planned = planned
        self._root = etree.Element(qn("c:userShapes"), nsmap={n: NAMESPACES[n] for n in ("c", "a", "cdr")})
        self._number = 1

    def add_to(self, native: NativeChart) -> None:
        """Write them into a part of the chart, where there are any."""
        if not len(self._root):
            return
        chart_part = native.part
        name = str(chart_part.partname).replace("/charts/chart", "/drawings/drawing")
        data = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        relation = chart_part.relate_to(new_part(chart_part, name, _PART, data), _RELATION)
        child(element_of(native), "c:userShapes").set(qn("r:id"), relation)

    def text_box(self, words: PlacedCallout, tint: Tint, *, bold: bool = False) -> None:
        """Words without a frame, which may turn out wider than measured on the side that is free."""
        self._number += 1
        _text_box(self._root, self._number, words, self._planned, tint, bold=bold)

    def leader(self, line: Sequence[tuple[float, float]]) -> None:
        """A thin line."""
        self._number += 1
        _leader(self._root, self._number, line, self._planned)


def _anchored(root: Any, start: tuple[float, float], end: tuple[float, float]) -> Any:
    """An anchor from one corner to another, in shares of the chart."""
    anchor = child(root, "cdr:relSizeAnchor")
    for tag, (x, y) in (("cdr:from", start), ("cdr:to", end)):
        corner = child(anchor, tag)
        for axis, share in (("cdr:x", x), ("cdr:y", y)):
            child(corner, axis).text = f"{min(max(share, 0.0), 1.0):.5f}"
    return anchor


def _text_box(
    root: Any, number: int, words: PlacedCallout, planned: NativePlan, tint: Tint, *, bold: bool
) -> None:
    left, top, right, bottom = box_of(words, planned.ruler)
    more = (right - left) * (_ROOM - 1)
    left, right = left - more * _GROWTH[words.across], right + more * (1 - _GROWTH[words.across])
    setting = planned.setting
    anchor = _anchored(root, planned.share((left, top)), planned.share((right, bottom)))
    shape = child(anchor, "cdr:sp", macro="", textlink="")
    named = child(shape, "cdr:nvSpPr")
    child(named, "cdr:cNvPr", id=str(number), name=f"Words {number}")
    child(named, "cdr:cNvSpPr", txBox="1")
    _outline(child(shape, "cdr:spPr"), planned, anchor)
    body = child(shape, "cdr:txBody")
    insets = dict.fromkeys(("lIns", "tIns", "rIns", "bIns"), "0")
    child(body, "a:bodyPr", vertOverflow="overflow", wrap="none", anchor="t", **insets)
    child(body, "a:lstStyle")
    for line in words.lines:
        paragraph = child(body, "a:p")
        spacing = child(child(paragraph, "a:pPr", algn=_ALIGNED[words.across]), "a:lnSpc")
        child(spacing, "a:spcPts", val=str(round(LINE * setting.size / SIZE * 100)))
        run = child(paragraph, "a:r")
        size = str(round(setting.size * 100))
        look = child(run, "a:rPr", lang=setting.language, sz=size, b=str(int(bold)))
        colour(child(look, "a:solidFill"), tint)
        child(look, "a:latin", typeface="+mn-lt")
        child(run, "a:t").text = cleaned(line)


def _outline(properties: Any, planned: NativePlan, anchor: Any) -> None:
    """The geometry of a rectangle without fill; the anchor says where it is."""
    _transform(properties, planned, anchor)
    child(child(properties, "a:prstGeom", prst="rect"), "a:avLst")
    child(properties, "a:noFill")


def _transform(properties: Any, planned: NativePlan, anchor: Any, **flips: str) -> None:
    """The place that the anchor gives, once more in EMU, as programs write it."""
    frame = planned.setting
    (left, top), (right, bottom) = (
        [float(value.text) * size for value, size in zip(corner, (frame.width, frame.height), strict=True)]
        for corner in (anchor[0], anchor[1])
    )
    transform = child(properties, "a:xfrm", **flips)
    child(transform, "a:off", x=emu(left), y=emu(top))
    child(transform, "a:ext", cx=emu(right - left), cy=emu(bottom - top))


def _leader(root: Any, number: int, line: Sequence[tuple[float, float]], planned: NativePlan) -> None:
    (x, y), (end_x, end_y) = (planned.share(point) for point in line)
    anchor = _anchored(root, (min(x, end_x), min(y, end_y)), (max(x, end_x), max(y, end_y)))
    shape = child(anchor, "cdr:cxnSp", macro="")
    named = child(shape, "cdr:nvCxnSpPr")
    child(named, "cdr:cNvPr", id=str(number), name=f"Leader {number}")
    child(named, "cdr:cNvCxnSpPr")
    properties = child(shape, "cdr:spPr")
    rises = (x <= end_x) != (y <= end_y)
    _transform(properties, planned, anchor, **({"flipV": "1"} if rises else {}))
    child(child(properties, "a:prstGeom", prst="line"), "a:avLst")
    look = child(properties, "a:ln", w=emu(0.75))
    colour(child(look, "a:solidFill"), planned.setting.palette.muted)
