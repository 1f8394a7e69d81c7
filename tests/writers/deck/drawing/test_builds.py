"""Points that appear one after another: the steps, and what PowerPoint reads of them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import point
from tests.writers.epub.conftest import Write, write
from triptych.writers.deck.drawing.builds import steps

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
    assert steps([point("x", click=bool(click)) for click in clicks]) == expected


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
