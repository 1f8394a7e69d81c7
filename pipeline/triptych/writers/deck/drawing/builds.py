"""Builds: paragraphs that appear one after another, with a click each (ECMA-376 Part 1, 19.5).

PowerPoint writes for each step the entrance effect "Appear" on a range of paragraphs; a list of builds
tells it that the text is shown in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import BaseShape, Slide
from triptych.writers.deck.slides import Para


def steps(paras: Sequence[Para]) -> list[tuple[int, int]]:
    """The first and the last paragraph of each step; what stands before the first is there from the start."""
    starts = [place for place, para in enumerate(paras) if para.click]
    ends = [*(start - 1 for start in starts[1:]), len(paras) - 1]
    return list(zip(starts, ends, strict=True)) if starts else []


def add_builds(slide: Slide, shape: BaseShape, paras: Sequence[Para]) -> None:
    """Let a shape's paragraphs appear in their steps."""
    ranges = steps(paras)
    if not ranges:
        return
    numbers = count(1)
    timing = child(element_of(slide), "p:timing")
    root = _time(child(child(timing, "p:tnLst"), "p:par"), numbers, dur="indefinite", restart="never")
    root.set("nodeType", "tmRoot")
    sequence = child(child(root, "p:childTnLst"), "p:seq", concurrent="1", nextAc="seek")
    main = child(_time(sequence, numbers, dur="indefinite", nodeType="mainSeq"), "p:childTnLst")
    for first, last in ranges:
        _appear(main, numbers, shape.shape_id, first, last)
    for name, event in (("p:prevCondLst", "onPrev"), ("p:nextCondLst", "onNext")):
        condition = child(child(sequence, name), "p:cond", evt=event, delay="0")
        child(child(condition, "p:tgtEl"), "p:sldTgt")
    child(child(timing, "p:bldLst"), "p:bldP", spid=str(shape.shape_id), grpId="0", build="p")


def _appear(main: Any, numbers: Iterator[int], shape: int, first: int, last: int) -> None:
    """A click that shows a range of paragraphs: within the step, its beginning, and that the effect."""
    step = _holding(main, numbers, "indefinite")
    beginning = _holding(step, numbers, "0")
    effect = _time(child(beginning, "p:par"), numbers, presetID="1", presetClass="entr", presetSubtype="0")
    effect.attrib.update({"fill": "hold", "grpId": "0", "nodeType": "clickEffect"})
    _starts(effect, "0")
    change = child(child(effect, "p:childTnLst"), "p:set")
    behaviour = child(change, "p:cBhvr")
    _starts(_time(behaviour, numbers, dur="1", fill="hold"), "0")
    target = child(child(child(behaviour, "p:tgtEl"), "p:spTgt", spid=str(shape)), "p:txEl")
    child(target, "p:pRg", st=str(first), end=str(last))
    child(child(behaviour, "p:attrNameLst"), "p:attrName").text = "style.visibility"
    child(child(change, "p:to"), "p:strVal", val="visible")


def _holding(parent: Any, numbers: Iterator[int], delay: str) -> Any:
    """What happens after a delay, and stays → the list of that."""
    time = _time(child(parent, "p:par"), numbers, fill="hold")
    _starts(time, delay)
    return child(time, "p:childTnLst")


def _time(parent: Any, numbers: Iterator[int], **attributes: str) -> Any:
    return child(parent, "p:cTn", id=str(next(numbers)), **attributes)


def _starts(time: Any, delay: str) -> None:
    child(child(time, "p:stCondLst"), "p:cond", delay=delay)
