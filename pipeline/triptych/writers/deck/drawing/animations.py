"""Animate slides (ECMA-376 Part 1, 19.5) and add slide transitions (19.3.1.50).

Text appears with PowerPoint's entrance effect "Appear", parts of charts with "Fade". The morph transition is
defined in [MS-PPTX] 2.17.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias, assert_never

from lxml import etree

from triptych.model.charts import ChartAnimation, ChartData
from triptych.model.nodes import Chart
from triptych.ooxml.xml import MC, NAMESPACES, qn
from triptych.writers.deck.drawing.text import add_child
from triptych.writers.deck.pptx.exports import BaseShape, Slide
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.slides import Para

_ALL_ITEMS = "-4"  # value that PowerPoint writes for all series or all categories
_FADE_DURATION = 500  # milliseconds
_APPEAR, _FADE = "1", "10"  # PowerPoint's preset ids of entrance effects


@dataclass(frozen=True, slots=True)
class ParagraphRange:
    """A range of paragraphs in a shape. The indices ``first`` and ``last`` are 0-based and inclusive."""

    shape_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WholeShape:
    """A shape with its fill and text."""

    shape_id: int


@dataclass(frozen=True, slots=True)
class ChartElement:
    """A series or category of a native chart, by index. ``shape_id`` is the id of the chart's frame."""

    shape_id: int
    build: ChartAnimation
    index: int


AnimatedPart: TypeAlias = ParagraphRange | WholeShape | ChartElement
Click: TypeAlias = tuple[AnimatedPart, ...]
"""The parts of a slide that appear with one click."""


def find_animation_steps(paras: Sequence[Para]) -> list[tuple[int, int]]:
    """Return the first and last paragraph index of each animation step.

    Paragraphs before the first step are not animated.
    """
    starts = [index for index, para in enumerate(paras) if para.click]
    ends = [*(start - 1 for start in starts[1:]), len(paras) - 1]
    return list(zip(starts, ends, strict=True)) if starts else []


def list_text_clicks(shape: BaseShape, paras: Sequence[Para]) -> list[Click]:
    """Return the clicks that reveal a shape's text, one for each animation step."""
    return [(ParagraphRange(shape.shape_id, first, last),) for first, last in find_animation_steps(paras)]


def list_card_clicks(shape: BaseShape, paras: Sequence[Para]) -> list[Click]:
    """Return the click that reveals a card with its panel, if a paragraph of the card is animated."""
    return [(WholeShape(shape.shape_id),)] if any(para.click for para in paras) else []


def list_chart_clicks(frames: Sequence[Any], chart: Chart) -> list[Click]:
    """Return the clicks that reveal a chart, one for each series or category.

    In a chart with panels, a click reveals the same series or category in all panels. Axes are always
    visible.
    """
    if chart.animation is ChartAnimation.NONE:
        return []
    parts_by_step: dict[int, list[AnimatedPart]] = {}
    for frame, panel in zip(frames, chart.data.panels or ("",), strict=True):
        panel_data = chart.data.select_panel(panel)
        steps = (
            _iter_series_steps(frame, panel_data)
            if chart.animation is ChartAnimation.SERIES
            else _iter_category_steps(frame)
        )
        for step, place in steps:
            parts_by_step.setdefault(step, []).append(ChartElement(frame.shape_id, chart.animation, place))
    return [tuple(parts_by_step[step]) for step in sorted(parts_by_step)]


def _iter_series_steps(frame: Any, data: ChartData) -> Iterator[tuple[int, int]]:
    """Yield the click number and the index of each native series.

    Native series that do not belong to a data series, such as trend lines, appear with the last series.
    """
    order = [data.labels.index(series.label) for series in data.series]
    for index, _ in enumerate(get_element(frame.chart).iter(qn("c:ser"))):
        yield order[index] if index < len(order) else max(order), index


def _iter_category_steps(frame: Any) -> Iterator[tuple[int, int]]:
    """Yield the click number and the index of each category."""
    values = list(get_element(frame.chart).iter(qn("c:val"), qn("c:yVal")))
    counts = [int(count.get("val")) for element in values for count in element.iter(qn("c:ptCount"))]
    filled_points = {int(point.get("idx")) for element in values for point in element.iter(qn("c:pt"))}
    for index in range(max(counts, default=0)):
        yield (
            min(
                (element for element in filled_points if element >= index),
                default=max(filled_points, default=0),
            ),
            index,
        )


def add_animations(slide: Slide, clicks: Iterable[Click]) -> None:
    """Add the animations of a slide.

    ``clicks`` may be in any order. The animations and the build list follow the stacking order of the shapes.
    """
    order = [shape.shape_id for shape in slide.shapes]
    clicks = sorted(clicks, key=lambda click: order.index(click[0].shape_id))
    if not clicks:
        return
    numbers = count(1)
    timing = add_child(get_element(slide), "p:timing")
    first = add_child(add_child(timing, "p:tnLst"), "p:par")
    root = _add_time_node(first, numbers, dur="indefinite", restart="never")
    root.set("nodeType", "tmRoot")
    sequence = add_child(add_child(root, "p:childTnLst"), "p:seq", concurrent="1", nextAc="seek")
    main = add_child(_add_time_node(sequence, numbers, dur="indefinite", nodeType="mainSeq"), "p:childTnLst")
    for click in clicks:
        _add_click(main, numbers, click)
    for name, event in (("p:prevCondLst", "onPrev"), ("p:nextCondLst", "onNext")):
        condition = add_child(add_child(sequence, name), "p:cond", evt=event, delay="0")
        add_child(add_child(condition, "p:tgtEl"), "p:sldTgt")
    builds = add_child(timing, "p:bldLst")
    for part in {part.shape_id: part for click in clicks for part in click}.values():
        _add_build(builds, part)


def _add_build(builds: Any, part: AnimatedPart) -> None:
    match part:
        case ParagraphRange(shape_id=shape):
            add_child(builds, "p:bldP", spid=str(shape), grpId="0", build="p")
        case WholeShape(shape_id=shape):
            add_child(builds, "p:bldP", spid=str(shape), grpId="0", animBg="1")
        case ChartElement(shape_id=shape, build=build):
            graphic = add_child(builds, "p:bldGraphic", spid=str(shape), grpId="0")
            add_child(add_child(graphic, "p:bldSub"), "a:bldChart", bld=str(build), animBg="0")
        case _:
            assert_never(part)


def _add_click(main_sequence: Any, ids: Iterator[int], click: Click) -> None:
    step = _add_time_container(main_sequence, ids, "indefinite")
    beginning = _add_time_container(step, ids, "0")
    for index, part in enumerate(click):
        fades = isinstance(part, ChartElement)
        effect = _add_time_node(add_child(beginning, "p:par"), ids, presetID=_FADE if fades else _APPEAR)
        effect.attrib.update({"presetClass": "entr", "presetSubtype": "0", "fill": "hold", "grpId": "0"})
        effect.set("nodeType", "withEffect" if index else "clickEffect")
        _set_delay(effect, "0")
        changes = add_child(effect, "p:childTnLst")
        change = add_child(changes, "p:set")
        behaviour = add_child(change, "p:cBhvr")
        _set_delay(_add_time_node(behaviour, ids, dur="1", fill="hold"), "0")
        _add_target(behaviour, part)
        add_child(add_child(behaviour, "p:attrNameLst"), "p:attrName").text = "style.visibility"
        add_child(add_child(change, "p:to"), "p:strVal", val="visible")
        if fades:
            fading = add_child(add_child(changes, "p:animEffect", transition="in", filter="fade"), "p:cBhvr")
            _add_time_node(fading, ids, dur=str(_FADE_DURATION))
            _add_target(fading, part)


def _add_target(behaviour: Any, part: AnimatedPart) -> None:
    target = add_child(add_child(behaviour, "p:tgtEl"), "p:spTgt", spid=str(part.shape_id))
    match part:
        case ParagraphRange(first=first, last=last):
            add_child(add_child(target, "p:txEl"), "p:pRg", st=str(first), end=str(last))
        case WholeShape():
            pass
        case ChartElement(build=build, index=place):
            places = {"seriesIdx": _ALL_ITEMS, "categoryIdx": _ALL_ITEMS}
            places["seriesIdx" if build is ChartAnimation.SERIES else "categoryIdx"] = str(place)
            add_child(add_child(target, "p:graphicEl"), "a:chart", **places, bldStep=str(build))
        case _:
            assert_never(part)


def _add_time_container(parent: Any, ids: Iterator[int], delay: str) -> Any:
    time = _add_time_node(add_child(parent, "p:par"), ids, fill="hold")
    _set_delay(time, delay)
    return add_child(time, "p:childTnLst")


def _add_time_node(parent: Any, ids: Iterator[int], **attributes: str) -> Any:
    return add_child(parent, "p:cTn", id=str(next(ids)), **attributes)


def _set_delay(time: Any, delay: str) -> None:
    add_child(add_child(time, "p:stCondLst"), "p:cond", delay=delay)


_SPEED = "med"


def add_transition(slide: Slide, name: str, direction: str) -> None:
    """Add a transition such as "fade", "push" or "morph" to a slide; "none" adds nothing."""
    if name != "none":
        transition = _create_morph() if name == "morph" else _create_transition(name, direction)
        get_element(slide).find(qn("p:clrMapOvr")).addnext(transition)


def _create_transition(name: str, direction: str) -> Any:
    transition = etree.Element(qn("p:transition"), spd=_SPEED)
    effect = etree.SubElement(transition, qn(f"p:{name}"))
    if name == "push":  # the next slide moves in the reading direction
        effect.set("dir", "l" if direction == "ltr" else "r")
    return transition


def _create_morph() -> Any:
    """Create a morph transition that falls back to a fade in programs without morph."""
    spaces = {"mc": NAMESPACES["mc"], "p": NAMESPACES["p"], "p159": NAMESPACES["p159"]}
    root = etree.Element(f"{MC}AlternateContent", nsmap=spaces)
    choice = etree.SubElement(root, f"{MC}Choice", Requires="p159")
    morphing = etree.SubElement(choice, qn("p:transition"), spd=_SPEED)
    etree.SubElement(morphing, qn("p159:morph"), option="byObject")
    etree.SubElement(root, f"{MC}Fallback").append(_create_transition("fade", "ltr"))
    return root
