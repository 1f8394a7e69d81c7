"""Builds: what appears one after another, with a click each (ECMA-376 Part 1, 19.5).

Paragraphs have PowerPoint's entrance effect "Appear", parts of charts its "Fade". A list of builds tells it
which shapes are shown in parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias, assert_never

from triptych.model.charts import Build, ChartData
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import BaseShape, Slide
from triptych.writers.deck.slides import Para

_ALL_OF_THEM = "-4"  # what PowerPoint writes for all series or all categories
_FADING = 500  # thousandths of a second
_APPEAR, _FADE = "1", "10"  # numbers of PowerPoint's effects


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """A range of paragraphs of a shape, both ends counted in."""

    shape: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A series or a category of a chart, by its place."""

    shape: int
    by: Build
    place: int


Part: TypeAlias = Paragraphs | ChartPart
Click: TypeAlias = tuple[Part, ...]
"""What one click shows."""


def steps(paras: Sequence[Para]) -> list[tuple[int, int]]:
    """The first and the last paragraph of each step; what stands before the first is there from the start."""
    starts = [place for place, para in enumerate(paras) if para.click]
    ends = [*(start - 1 for start in starts[1:]), len(paras) - 1]
    return list(zip(starts, ends, strict=True)) if starts else []


def clicks_of_text(shape: BaseShape, paras: Sequence[Para]) -> list[Click]:
    """A shape's paragraphs in their steps."""
    return [(Paragraphs(shape.shape_id, first, last),) for first, last in steps(paras)]


def clicks_of_charts(frames: Sequence[Any], chart: Chart) -> list[Click]:
    """A chart by its parts, its panels all at once. Its axes are there from the start."""
    if chart.build is Build.NONE:
        return []
    shown: dict[int, list[Part]] = {}
    for frame, panel in zip(frames, chart.data.panels or ("",), strict=True):
        own = chart.data.of_panel(panel)
        steps = _series(frame, own) if chart.build is Build.SERIES else _categories(frame)
        for step, place in steps:
            shown.setdefault(step, []).append(ChartPart(frame.shape_id, chart.build, place))
    return [tuple(shown[step]) for step in sorted(shown)]


def _series(frame: Any, data: ChartData) -> Iterator[tuple[int, int]]:
    """The click of each series, and its place. What is drawn besides the data comes with the last of them."""
    order = [data.labels.index(series.label) for series in data.series]
    for place, _ in enumerate(element_of(frame.chart).iter(qn("c:ser"))):
        yield order[place] if place < len(order) else max(order), place


def _categories(frame: Any) -> Iterator[tuple[int, int]]:
    """The click of each category, and its place; one without a value comes with the next."""
    found = [(_counted(one), one) for one in element_of(frame.chart).iter(qn("c:val"), qn("c:yVal"))]
    filled = {int(point.get("idx")) for _, one in found for point in one.iter(qn("c:pt"))}
    for place in range(max((number for number, _ in found), default=0)):
        yield min((one for one in filled if one >= place), default=max(filled, default=0)), place


def _counted(values: Any) -> int:
    return next((int(one.get("val")) for one in values.iter(qn("c:ptCount"))), 0)


def add_builds(slide: Slide, clicks: Iterable[Click]) -> None:
    """Let what clicks show appear one after another, shapes in their order on the slide."""
    order = [shape.shape_id for shape in slide.shapes]
    clicks = sorted(clicks, key=lambda click: order.index(click[0].shape))
    if not clicks:
        return
    numbers = count(1)
    timing = child(element_of(slide), "p:timing")
    root = _time(child(child(timing, "p:tnLst"), "p:par"), numbers, dur="indefinite", restart="never")
    root.set("nodeType", "tmRoot")
    sequence = child(child(root, "p:childTnLst"), "p:seq", concurrent="1", nextAc="seek")
    main = child(_time(sequence, numbers, dur="indefinite", nodeType="mainSeq"), "p:childTnLst")
    for click in clicks:
        _show(main, numbers, click)
    for name, event in (("p:prevCondLst", "onPrev"), ("p:nextCondLst", "onNext")):
        condition = child(child(sequence, name), "p:cond", evt=event, delay="0")
        child(child(condition, "p:tgtEl"), "p:sldTgt")
    builds = child(timing, "p:bldLst")
    for part in {part.shape: part for click in clicks for part in click}.values():
        _announce(builds, part)


def _announce(builds: Any, part: Part) -> None:
    """Say of a shape that it is shown in parts."""
    match part:
        case Paragraphs(shape=shape):
            child(builds, "p:bldP", spid=str(shape), grpId="0", build="p")
        case ChartPart(shape=shape, by=by):
            graphic = child(builds, "p:bldGraphic", spid=str(shape), grpId="0")
            child(child(graphic, "p:bldSub"), "a:bldChart", bld=str(by), animBg="0")
        case _:
            assert_never(part)


def _show(main: Any, numbers: Iterator[int], click: Click) -> None:
    """A click: within the step, its beginning, and in that the effects."""
    step = _holding(main, numbers, "indefinite")
    beginning = _holding(step, numbers, "0")
    for place, part in enumerate(click):
        fades = isinstance(part, ChartPart)
        effect = _time(child(beginning, "p:par"), numbers, presetID=_FADE if fades else _APPEAR)
        effect.attrib.update({"presetClass": "entr", "presetSubtype": "0", "fill": "hold", "grpId": "0"})
        effect.set("nodeType", "withEffect" if place else "clickEffect")
        _starts(effect, "0")
        changes = child(effect, "p:childTnLst")
        change = child(changes, "p:set")
        behaviour = child(change, "p:cBhvr")
        _starts(_time(behaviour, numbers, dur="1", fill="hold"), "0")
        _target(behaviour, part)
        child(child(behaviour, "p:attrNameLst"), "p:attrName").text = "style.visibility"
        child(child(change, "p:to"), "p:strVal", val="visible")
        if fades:
            fading = child(child(changes, "p:animEffect", transition="in", filter="fade"), "p:cBhvr")
            _time(fading, numbers, dur=str(_FADING))
            _target(fading, part)


def _target(behaviour: Any, part: Part) -> None:
    target = child(child(behaviour, "p:tgtEl"), "p:spTgt", spid=str(part.shape))
    match part:
        case Paragraphs(first=first, last=last):
            child(child(target, "p:txEl"), "p:pRg", st=str(first), end=str(last))
        case ChartPart(by=by, place=place):
            places = {"seriesIdx": _ALL_OF_THEM, "categoryIdx": _ALL_OF_THEM}
            places["seriesIdx" if by is Build.SERIES else "categoryIdx"] = str(place)
            child(child(target, "p:graphicEl"), "a:chart", **places, bldStep=str(by))
        case _:
            assert_never(part)


def _holding(parent: Any, numbers: Iterator[int], delay: str) -> Any:
    """What happens after a delay, and stays → the list of that."""
    time = _time(child(parent, "p:par"), numbers, fill="hold")
    _starts(time, delay)
    return child(time, "p:childTnLst")


def _time(parent: Any, numbers: Iterator[int], **attributes: str) -> Any:
    return child(parent, "p:cTn", id=str(next(numbers)), **attributes)


def _starts(time: Any, delay: str) -> None:
    child(child(time, "p:stCondLst"), "p:cond", delay=delay)
