"""Slides with several things on them: each in its place, nothing lost, nothing over the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import (
    SPAN,
    THEME,
    all_places,
    card,
    chart,
    opened,
    picture,
    point,
    series,
    shown,
    table,
    text_slide,
)
from triptych.model.charts import ChartKind
from triptych.writers.deck.fitting.columns import GAP, Unfitting, fit_columns
from triptych.writers.deck.fitting.composition import (
    Composition,
    region,
    side_by_side,
)
from triptych.writers.deck.fitting.slides import fit_slide
from triptych.writers.deck.fitting.text import LEAST_WHOLE, SMALLEST_TEXT
from triptych.writers.deck.kinds import CARDS, Role
from triptych.writers.deck.slides import (
    CalloutBody,
    ChartBody,
    Column,
    ColumnsBody,
    DeckSlide,
    Layout,
    NumbersBody,
    Run,
    TextBody,
    TimelineBody,
)

PLACES = all_places()
LONG = "A point that needs two lines in half of a slide, whatever the face in which it is set"


def text(*points: str) -> Column:
    return Column(body=TextBody(paras=tuple(map(point, points))))


def columns(first: Column, second: Column, **more: Any) -> list[Composition]:
    body = ColumnsBody(columns=(first, second), **more)
    layout = Layout.COMPARISON if first.head or second.head else Layout.COLUMNS
    return fit_columns(body, layout, PLACES, THEME, rtl=False)


def left_to_right(slide: Composition) -> list[tuple[float, float]]:
    places = sorted(slide.places.values(), key=lambda place: place.left)
    return [(place.left, place.left + place.width) for place in places]


class TestBoxes:
    @pytest.mark.parametrize("rtl", [False, True])
    def test_side_by_side_they_fill_the_whole_with_gaps(self, rtl: bool) -> None:
        boxes = side_by_side((10, 20, 330, 50), (1, 2), 30, rtl=rtl)
        assert boxes == (
            [(240, 20, 100, 50), (10, 20, 200, 50)] if rtl else [(10, 20, 100, 50), (140, 20, 200, 50)]
        )

    def test_a_region_takes_the_place_of_a_missing_source(self) -> None:
        places = PLACES[Layout.NUMBERS]
        low, high = (region(places, CARDS, sourced=sourced) for sourced in (True, False))
        source = places[Role.SOURCE]
        assert high[1] + high[3] == pytest.approx(source.top + source.height)
        assert low[3] < high[3] and low[:3] == high[:3]


class TestColumns:
    def test_they_share_the_width_as_asked(self) -> None:
        (slide,) = columns(text("One"), Column(body=picture()), share=0.25)
        (a, b), (c, d) = left_to_right(slide)
        assert c - b == pytest.approx(GAP)
        assert (b - a) / (d - c) == pytest.approx(1 / 3)
        assert set(slide.texts) == {Role.FIRST} and set(slide.frames) == {Role.SECOND}

    def test_from_right_to_left_the_first_is_at_the_right(self) -> None:
        body = ColumnsBody(columns=(text("One"), text("Two")))
        (slide,) = fit_columns(body, Layout.COLUMNS, PLACES, THEME, rtl=True)
        assert slide.places[Role.FIRST].left > slide.places[Role.SECOND].left

    def test_what_is_compared_stands_over_its_column(self) -> None:
        first, second = (replace(text("One"), head=(Run(text=head),)) for head in ("Before", "After"))
        (slide,) = columns(first, second)
        head, body = slide.places[Role.FIRST_HEAD], slide.places[Role.FIRST]
        assert head.top + head.height <= body.top
        assert shown(slide.texts[Role.SECOND_HEAD].paras) == "After"

    def test_a_heading_that_is_too_long_is_told(self) -> None:
        long = replace(text("One"), head=(Run(text="word " * 60),))
        with pytest.raises(Unfitting, match="heading"):
            columns(long, text("Two"))

    def test_text_goes_on_alone_when_the_other_is_done(self) -> None:
        slides = columns(text(*[LONG] * 12), Column(body=picture()))
        assert [slide.layout for slide in slides][:1] == [Layout.COLUMNS]
        assert {slide.layout for slide in slides[1:]} == {Layout.BULLETS}
        words = "".join(shown(text.paras) for slide in slides for text in slide.texts.values())
        assert words == LONG * 12

    def test_two_long_texts_go_on_side_by_side(self) -> None:
        slides = columns(text(*[LONG] * 12), text(*[LONG] * 12))
        assert len(slides) > 1
        assert {slide.layout for slide in slides} == {Layout.COLUMNS}

    def test_a_comparison_is_rather_a_little_smaller_than_on_two_slides(self) -> None:
        (slide,) = columns(text(*[LONG] * 7), text("One", "Two"))
        first = slide.texts[Role.FIRST]
        level = PLACES[Layout.COLUMNS][Role.FIRST].text.levels[0]
        assert LEAST_WHOLE <= level.size * first.scale < SMALLEST_TEXT

    def test_no_sentence_is_cut_for_the_sake_of_a_column(self) -> None:
        sentence = f"{'A sentence that is too long for half of a slide, and ' * 26}ends."
        slides = columns(text(sentence), text("One", "Two"))
        assert [slide.layout for slide in slides] == [Layout.BULLETS, Layout.BULLETS]
        assert [shown(slide.texts[Role.BODY].paras) for slide in slides] == [sentence, "OneTwo"]

    def test_a_table_that_fits_in_no_size_is_told(self) -> None:
        wide = table([f"Extraordinarily{n}" for n in range(9)], [f"Incomprehensible{n}" for n in range(9)])
        slide = DeckSlide(
            layout=Layout.COLUMNS,
            title="T",
            body=ColumnsBody(columns=(Column(body=wide), text("One"))),
            span=SPAN,
        )
        parts, (problem,) = fit_slide(slide, PLACES, THEME)
        assert (parts, problem.code, problem.span) == ([], "DEK001", SPAN)
        assert problem.message == 'the table of the slide "T" does not fit on it'


def body_of(kind: Layout) -> Any:
    bars = ChartBody(
        chart=chart(ChartKind.BAR, series(1, 2), unit="GW"), alt="Bars", source=(Run(text="A."),)
    )
    return {
        Layout.COLUMNS: ColumnsBody(columns=(text("One", "Two"), Column(body=bars))),
        Layout.COMPARISON: ColumnsBody(
            columns=tuple(replace(text("One"), head=(Run(text=head),)) for head in ("Before", "After"))
        ),
        Layout.NUMBERS: NumbersBody(cards=(card("602 million"), card("57")), source=(Run(text="A."),)),
        Layout.TIMELINE: TimelineBody(cards=(card("2017", when=2017.5), card("2025", when=2025.5))),
        Layout.CALLOUT: CalloutBody(label="Note", paras=(point("Keep it short.", bullet=False),)),
        Layout.FULL_PICTURE: picture(full=True),
    }[kind]


NEW: Mapping[Layout, str] = {
    Layout.COLUMNS: "Two Content",
    Layout.COMPARISON: "Comparison",
    Layout.NUMBERS: "Big Numbers",
    Layout.TIMELINE: "Timeline",
    Layout.CALLOUT: "Callout",
    Layout.FULL_PICTURE: "Full Picture",
}


class TestDrawing:
    @pytest.mark.parametrize("kind", NEW)
    def test_each_kind_takes_its_layout_and_only_placeholders(self, kind: Layout) -> None:
        (slide,) = opened(DeckSlide(layout=kind, title="T", body=body_of(kind))).slides
        assert slide.slide_layout.name == NEW[kind]
        free = [s.name for s in slide.shapes if not s.is_placeholder]
        ornaments = ["Rule", *["Pole"] * 4, "Dot", "Dot"]
        assert free == (ornaments if kind is Layout.TIMELINE else [])

    def test_ornaments_are_decoration_and_lie_behind(self) -> None:
        (slide,) = opened(DeckSlide(layout=Layout.TIMELINE, title="T", body=body_of(Layout.TIMELINE))).slides
        first, *_ = slide.shapes
        assert first.name == "Rule"
        marks = [element for element in slide._element.iter() if element.tag.endswith("}decorative")]
        assert len(marks) == 7

    def test_a_picture_that_fills_its_place_is_cropped_on_both_sides(self) -> None:
        wide = replace(picture(full=True), width=400, height=20)
        (slide,) = opened(DeckSlide(layout=Layout.FULL_PICTURE, title="T", body=wide)).slides
        (shape,) = (shape for shape in slide.shapes if shape.name == "Picture")
        assert shape.crop_left == pytest.approx(shape.crop_right, abs=1e-4) and shape.crop_left > 0.3
        assert (shape.crop_top, shape.left) == (0, 0)

    def test_numbers_say_their_sizes(self) -> None:
        (slide,) = opened(DeckSlide(layout=Layout.NUMBERS, title="T", body=body_of(Layout.NUMBERS))).slides
        (head,) = (shape for shape in slide.placeholders if shape.name == "First card")
        sizes = [run.get("sz") for run in head._element.iter(qn("a:rPr"))]
        assert len(sizes) == 2 and int(sizes[0] or 0) > 2 * int(sizes[1] or 0)


class TestOverflow:
    LONG = text_slide("T", *[LONG] * 30)

    def test_text_goes_on_further_slides(self) -> None:
        assert len(fit_slide(self.LONG, PLACES, THEME)[0]) > 1

    def test_or_is_set_smaller_first(self) -> None:
        some = text_slide("T", *[LONG] * 13)
        assert len(fit_slide(some, PLACES, THEME)[0]) > 1
        (slide,), _ = fit_slide(some, PLACES, THEME, overflow="shrink")
        assert 0.45 < slide.texts[Role.BODY].scale < 0.75

    def test_or_is_an_error(self) -> None:
        slides, (problem,) = fit_slide(self.LONG, PLACES, THEME, overflow="error")
        assert (slides, problem.code) == ([], "DEK001")
        assert "needs" in problem.message
