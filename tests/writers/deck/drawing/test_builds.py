"""Points that appear one after another: the steps, and what PowerPoint reads of them."""

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
    """For each slide the paragraphs that each click shows."""
    found = []
    for slide in Presentation(io.BytesIO(data)).slides:
        shown = [(int(one.get("st")), int(one.get("end"))) for one in slide._element.iter(qn("p:pRg"))]
        found.append(shown)
    return found


def written(data: bytes) -> tuple[Any, list[tuple[int, int]]]:
    """The slide that the author wrote, with its clicks."""
    slides = list(Presentation(io.BytesIO(data)).slides)
    place = next(n for n, one in enumerate(slides) if one.shapes.title.text == "Title")
    return slides[place], ranges(data)[place]


@pytest.mark.parametrize(
    ("clicks", "expected"),
    [([], []), ([0, 0], []), ([1, 0, 1], [(0, 1), (2, 2)]), ([0, 1, 0, 0], [(1, 3)])],
)
def test_a_step_lasts_until_the_next_one(clicks: list[int], expected: list[tuple[int, int]]) -> None:
    assert find_animation_steps([point("x", click=bool(click)) for click in clicks]) == expected


def test_points_of_an_incremental_list_come_with_what_is_below_them(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "Before.\n\n::: incremental\n- one\n- two\n    - below\n- three\n:::")
    slide, clicks = written(data)
    assert clicks == [(1, 1), (2, 3), (4, 4)]
    (body,) = [shape for shape in slide.placeholders if shape.placeholder_format.idx == 1]
    assert {int(one.get("spid")) for one in slide._element.iter(qn("p:spTgt"))} == {body.shape_id}
    (build,) = slide._element.iter(qn("p:bldP"))
    assert (build.get("spid"), build.get("build")) == (str(body.shape_id), "p")
    names = [one.tag for one in slide._element]
    assert names.index(qn("p:timing")) > names.index(qn("p:clrMapOvr"))


def test_a_pause_parts_a_slide(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "One.\n\n. . .\n\nTwo.\n\nThree.\n\n. . .\n\nFour.")
    slide, clicks = written(data)
    assert clicks == [(1, 2), (3, 3)]
    assert [p.text for p in slide.placeholders[1].text_frame.paragraphs] == [
        "One.",
        "Two.",
        "Three.",
        "Four.",
    ]


def test_ids_of_times_are_unique(write: Write) -> None:
    data, _ = write("pptx", SLIDE % "::: incremental\n- one\n- two\n:::")
    slide, _ = written(data)
    ids = [one.get("id") for one in slide._element.iter(qn("p:cTn"))]
    assert len(set(ids)) == len(ids)


def test_the_manifest_may_ask_for_it_everywhere(write: Write) -> None:
    takeaways = "---\ntakeaways: [One, Two]\n---\nText.\n"
    plain, _ = write("pptx", takeaways)
    assert not any(ranges(plain))
    data, _ = write("pptx", takeaways, more="format:\n  pptx: {incremental: true}\n")
    assert [(0, 0), (1, 1)] in ranges(data)


def test_in_the_book_a_pause_is_nothing(write: Write) -> None:
    data, _ = write("pptx", "Text.\n")
    assert ranges(data) and not any(ranges(data))


CHART = '::: {{.chart data="d.csv" x=Year y="A, B" type=line {}}}\nA caption.\n:::\n'
DATA = {"source/d.csv": "Year,A,B\n2020,1,2\n2021,,\n2022,3,4\n"}


def charted(write: Write, attributes: str) -> Any:
    """The slide of a chart."""
    data, _ = write("pptx", CHART.format(attributes), files=DATA)
    slides = Presentation(io.BytesIO(data)).slides
    return next(slide for slide in slides if any(shape.has_chart for shape in slide.shapes))


def parts(slide: Any) -> list[list[tuple[str, str]]]:
    """For each click the series and the category that it shows; "-4" stands for all."""
    found: list[list[tuple[str, str]]] = []
    for effect in slide._element.iter(qn("p:cTn")):
        kind = effect.get("nodeType", "")
        if kind.endswith("Effect"):
            part = next(effect.iter(qn("a:chart")))
            found += [[]] if kind == "clickEffect" else []
            found[-1].append((part.get("seriesIdx"), part.get("categoryIdx")))
    return found


def test_a_chart_appears_series_by_series_on_axes_that_are_there(write: Write) -> None:
    slide = charted(write, "type=line build=series")
    (frame,) = [shape for shape in slide.shapes if shape.has_chart]
    assert parts(slide) == [[("0", "-4")], [("1", "-4")]]
    assert {int(one.get("spid")) for one in slide._element.iter(qn("p:spTgt"))} == {frame.shape_id}
    (build,) = slide._element.iter(qn("a:bldChart"))
    assert (build.get("bld"), build.get("animBg")) == ("series", "0")


def test_no_click_shows_a_category_without_values(write: Write) -> None:
    slide = charted(write, "type=bar build=category")
    assert parts(slide) == [[("-4", "0")], [("-4", "1"), ("-4", "2")]]


def test_a_line_at_a_value_comes_with_the_last_series(write: Write) -> None:
    slide = charted(write, 'type=bar build=series reference-line="3: a limit"')
    assert parts(slide) == [[("0", "-4")], [("1", "-4"), ("2", "-4")]]


def test_charts_are_whole_unless_asked(write: Write) -> None:
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
    kinds = [one.tag.rpartition("}")[2] for one in timing.iter(qn("a:chart"), qn("p:pRg"))]
    assert clicks == [(0, 0), (1, 1)]
    assert kinds == ["chart"] * 4 + ["pRg"] * 2  # each part of a chart is made visible, and faded in


@pytest.mark.parametrize("name", ["fade", "push", "morph"])
def test_all_slides_change_in_the_same_way(write: Write, name: str) -> None:
    data, _ = write("pptx", "Text.\n", more=f"format:\n  pptx: {{transition: {name}}}\n")
    for slide in Presentation(io.BytesIO(data)).slides:
        (transition, *fallback) = slide._element.iter(qn("p:transition"))
        assert transition[0].tag.rpartition("}")[2] == name
        assert [one[0].tag for one in fallback] == ([qn("p:fade")] if name == "morph" else [])
        tags = [one.tag for one in slide._element]
        whole = slide._element[tags.index(qn("p:clrMapOvr")) + 1]
        assert transition in list(whole.iter())


def test_slides_change_at_once_unless_asked(write: Write) -> None:
    data, _ = write("pptx", "Text.\n")
    assert not [
        one for s in Presentation(io.BytesIO(data)).slides for one in s._element.iter(qn("p:transition"))
    ]
