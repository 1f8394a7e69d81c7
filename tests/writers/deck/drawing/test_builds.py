"""Test animations that show points one after another: the steps, and their XML."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import point
from tests.writers.epub.conftest import Write, write
from triptych.writers.deck.drawing.animations import find_animation_steps

__all__ = ["write"]  # the fixture

SLIDE = "::: {.slide}\n# Title\n\n%s\n:::\n"


def ranges(data: bytes) -> list[list[tuple[int, int]]]:
    """Return, for each slide, the paragraphs that each click shows."""
    result = []
    for slide in Presentation(io.BytesIO(data)).slides:
        rows = [(int(item.get("st")), int(item.get("end"))) for item in slide._element.iter(qn("p:pRg"))]
        result.append(rows)
    return result


def written(data: bytes) -> tuple[Any, list[tuple[int, int]]]:
    """Return the slide written by the author, with its clicks."""
    slides = list(Presentation(io.BytesIO(data)).slides)
    place = next(n for n, item in enumerate(slides) if item.shapes.title.text == "Title")
    return slides[place], ranges(data)[place]


@pytest.mark.parametrize(
    ("clicks", "expected"),
    [([], []), ([0, 0], []), ([1, 0, 1], [(0, 1), (2, 2)]), ([0, 1, 0, 0], [(1, 3)])],
)
def test_a_step_lasts_until_the_next_one(clicks: list[int], expected: list[tuple[int, int]]) -> None:
    assert find_animation_steps([point("x", click=bool(click)) for click in clicks]) == expected


def test_incremental_list_items_appear_with_their_subitems(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "Before.\n\n::: incremental\n- one\n- two\n    - below\n- three\n:::")
    slide, clicks = written(data)
    assert clicks == [(1, 1), (2, 3), (4, 4)]
    (body,) = [shape for shape in slide.placeholders if shape.placeholder_format.idx == 1]
    assert {int(item.get("spid")) for item in slide._element.iter(qn("p:spTgt"))} == {body.shape_id}
    (build,) = slide._element.iter(qn("p:bldP"))
    assert (build.get("spid"), build.get("build")) == (str(body.shape_id), "p")
    names = [item.tag for item in slide._element]
    assert names.index(qn("p:timing")) > names.index(qn("p:clrMapOvr"))


def test_a_pause_parts_a_slide(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "One.\n\n. . .\n\nTwo.\n\nThree.\n\n. . .\n\nFour.")
    slide, clicks = written(data)
    assert clicks == [(1, 2), (3, 3)]
    assert [paragraph.text for paragraph in slide.placeholders[1].text_frame.paragraphs] == [
        "One.",
        "Two.",
        "Three.",
        "Four.",
    ]


def test_ids_of_times_are_unique(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "::: incremental\n- one\n- two\n:::")
    slide, _ = written(data)
    ids = [item.get("id") for item in slide._element.iter(qn("p:cTn"))]
    assert len(set(ids)) == len(ids)


def test_each_card_of_short_points_appears_as_a_whole(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "- none\n\n::: incremental\n1. one\n2. two\n:::")
    slide, _ = written(data)
    targets = [target.get("spid") for target in slide._element.iter(qn("p:spTgt"))]
    cards = [shape for shape in slide.placeholders if shape.text_frame.text[:1] in ("1", "2")]
    assert [card.text_frame.text for card in cards] == ["1\none", "2\ntwo"]
    assert targets == [str(card.shape_id) for card in cards]
    builds = [(item.get("spid"), item.get("animBg")) for item in slide._element.iter(qn("p:bldP"))]
    assert builds == [(target, "1") for target in targets]
    assert not list(slide._element.iter(qn("p:pRg")))


def test_manifest_may_enable_it_everywhere(write: Write) -> None:
    takeaways = "---\ntakeaways: [One, Two, Three, Four, Five]\n---\nText.\n"
    plain, _ = write("pptx", takeaways)
    assert not any(ranges(plain))
    data, _ = write("pptx", takeaways, more="format:\n  pptx: {incremental: true}\n")
    assert [(index, index) for index in range(5)] in ranges(data)


def test_pause_is_ignored_in_the_book(write: Write) -> None:
    data, _ = write("pptx", "Text.\n")
    assert ranges(data) and not any(ranges(data))


CHART = '::: {{.chart data="d.csv" x=Year y="A, B" type=line {}}}\nA caption.\n:::\n'
DATA = {"source/d.csv": "Year,A,B\n2020,1,2\n2021,,\n2022,3,4\n"}


def charted(write: Write, attributes: str) -> Any:
    """Return the slide of a chart."""
    data, _ = write("pptx", CHART.format(attributes), files=DATA)
    slides = Presentation(io.BytesIO(data)).slides
    return next(slide for slide in slides if any(shape.has_chart for shape in slide.shapes))


def parts(slide: Any) -> list[list[tuple[str, str]]]:
    """Return, for each click, the series and category that it shows; "-4" stands for all."""
    result: list[list[tuple[str, str]]] = []
    for effect in slide._element.iter(qn("p:cTn")):
        kind = effect.get("nodeType", "")
        if kind.endswith("Effect"):
            part = next(effect.iter(qn("a:chart")))
            result += [[]] if kind == "clickEffect" else []
            result[-1].append((part.get("seriesIdx"), part.get("categoryIdx")))
    return result


def test_a_chart_appears_series_by_series_on_axes_that_are_there(write: Write) -> None:
    slide = charted(write, "type=line build=series")
    (frame,) = [shape for shape in slide.shapes if shape.has_chart]
    assert parts(slide) == [[("0", "-4")], [("1", "-4")]]
    assert {int(item.get("spid")) for item in slide._element.iter(qn("p:spTgt"))} == {frame.shape_id}
    (build,) = slide._element.iter(qn("a:bldChart"))
    assert (build.get("bld"), build.get("animBg")) == ("series", "0")


def test_no_click_shows_a_category_without_values(write: Write) -> None:
    slide = charted(write, "type=bar build=category")
    assert parts(slide) == [[("-4", "0")], [("-4", "1"), ("-4", "2")]]


def test_reference_line_appears_with_the_last_series(write: Write) -> None:
    slide = charted(write, 'type=bar build=series reference-line="3: a limit"')
    assert parts(slide) == [[("0", "-4")], [("1", "-4"), ("2", "-4")]]


def test_charts_are_not_animated_by_default(write: Write) -> None:
    assert charted(write, "type=bar")._element.find(qn("p:timing")) is None


def test_text_and_chart_share_one_timing_in_their_order(write: Write) -> None:
    columns = (
        ":::: {.columns}\n::: {.column}\n"
        + CHART.format("type=bar build=series")
        + ":::\n::: {.column}\n::: incremental\n- one\n- two\n:::\n:::\n::::"
    )
    data, _ = write("pptx", SLIDE.replace(":::", ":::::") % columns, files=DATA)
    slide, clicks = written(data)
    (timing,) = slide._element.findall(qn("p:timing"))
    kinds = [item.tag.rpartition("}")[2] for item in timing.iter(qn("a:chart"), qn("p:pRg"))]
    assert clicks == [(0, 0), (1, 1)]
    assert kinds == ["chart"] * 4 + ["pRg"] * 2  # each part of a chart is made visible, and fades in


@pytest.mark.parametrize("name", ["fade", "push", "morph"])
def test_all_slides_change_in_the_same_way(write: Write, name: str) -> None:
    data, _ = write("pptx", "Text.\n", more=f"format:\n  pptx: {{transition: {name}}}\n")
    for slide in Presentation(io.BytesIO(data)).slides:
        (transition, *fallback) = slide._element.iter(qn("p:transition"))
        assert transition[0].tag.rpartition("}")[2] == name
        assert [item[0].tag for item in fallback] == ([qn("p:fade")] if name == "morph" else [])
        tags = [item.tag for item in slide._element]
        whole = slide._element[tags.index(qn("p:clrMapOvr")) + 1]
        assert transition in list(whole.iter())


def test_slides_have_no_transition_by_default(write: Write) -> None:
    data, _ = write("pptx", "Text.\n")
    assert not [
        item
        for slide in Presentation(io.BytesIO(data)).slides
        for item in slide._element.iter(qn("p:transition"))
    ]
