"""Test slides with several elements: none is lost, misplaced or outside the slide."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from tests.writers.deck.conftest import (
    SPAN,
    THEME,
    all_places,
    card,
    chart,
    deck,
    opened,
    picture,
    point,
    series,
    shown,
    table,
    text_slide,
)
from triptych.writers.deck.fitting.columns import GAP, PANEL_PADDING, DoesNotFitError, fit_columns
from triptych.writers.deck.fitting.composition import (
    Composition,
    Ornament,
    divide_box,
    find_region,
)
from triptych.writers.deck.fitting.slides import fit_slide
from triptych.writers.deck.fitting.text import MIN_TEXT_SIZE, MIN_UNSPLIT_SIZE
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import (
    CalloutBody,
    ChartBody,
    Column,
    ColumnsBody,
    DeckSlide,
    NumbersBody,
    PictureBody,
    Run,
    SlideKindName,
    TextBody,
    TimelineBody,
)
from triptych.writers.deck.template.opening import open_template
from triptych.writers.deck.writer import write_deck

PLACES = all_places()
LONG = "A point that needs two lines in half of a slide, whatever the face in which it is set"


def text(*points: str) -> Column:
    return Column(body=TextBody(paras=tuple(map(point, points))))


def columns(first: Column, second: Column, **more: Any) -> list[Composition]:
    body = ColumnsBody(columns=(first, second), **more)
    layout = SlideKindName.COMPARISON if first.heading or second.heading else SlideKindName.COLUMNS
    return fit_columns(body, layout, PLACES, THEME, rtl=False)


def left_to_right(slide: Composition) -> list[tuple[float, float]]:
    places = sorted(slide.boxes.values(), key=lambda place: place.left)
    return [(place.left, place.left + place.width) for place in places]


class TestBoxes:
    @pytest.mark.parametrize("rtl", [False, True])
    def test_columns_fill_the_width_with_gaps(self, rtl: bool) -> None:
        boxes = divide_box((10, 20, 330, 50), (1, 2), 30, rtl=rtl)
        assert boxes == (
            [(240, 20, 100, 50), (10, 20, 200, 50)] if rtl else [(10, 20, 100, 50), (140, 20, 200, 50)]
        )

    def test_region_uses_the_space_of_a_missing_source(self) -> None:
        places = PLACES[SlideKindName.NUMBERS]
        low, high = (find_region(places, CARDS, has_source=sourced) for sourced in (True, False))
        source = places[PlaceholderRole.SOURCE]
        assert high[1] + high[3] == pytest.approx(source.top + source.height)
        assert low[3] < high[3] and low[:3] == high[:3]


class TestColumns:
    def test_columns_share_the_width_as_requested(self) -> None:
        (slide,) = columns(text("One"), Column(body=picture()), width_fraction=0.25)
        (a, b), (c, d) = left_to_right(slide)
        assert c - b == pytest.approx(GAP)
        assert (b - a) / (d - c) == pytest.approx(1 / 3)
        assert set(slide.texts) == {PlaceholderRole.FIRST} and set(slide.frames) == {PlaceholderRole.SECOND}

    def test_from_right_to_left_the_first_is_at_the_right(self) -> None:
        body = ColumnsBody(columns=(text("One"), text("Two")))
        (slide,) = fit_columns(body, SlideKindName.COLUMNS, PLACES, THEME, rtl=True)
        assert slide.boxes[PlaceholderRole.FIRST].left > slide.boxes[PlaceholderRole.SECOND].left

    def test_comparison_heading_is_above_its_column(self) -> None:
        first, second = (replace(text("One"), heading=(Run(text=head),)) for head in ("Before", "After"))
        (slide,) = columns(first, second)
        head, body = slide.boxes[PlaceholderRole.FIRST_HEADING], slide.boxes[PlaceholderRole.FIRST]
        assert head.top + head.height < body.top
        (_, panel), _, (_, rule), _ = slide.ornaments
        assert [kind for kind, _ in slide.ornaments] == [*[Ornament.PANEL] * 2, *[Ornament.RULE] * 2]
        assert panel[0] < head.left and head.right < panel[0] + panel[2]
        assert panel[1] < head.top and panel[1] + panel[3] <= body.bottom + PANEL_PADDING
        assert (rule[0], rule[2]) == (head.left, head.width)
        assert head.top + head.height < rule[1] < body.top
        assert shown(slide.texts[PlaceholderRole.SECOND_HEADING].paras) == "After"

    def test_both_texts_are_of_one_size_and_no_larger_than_their_headings(self) -> None:
        first, second = (
            replace(text(*points), heading=(Run(text="Head"),)) for points in (("One", "Two"), [LONG] * 3)
        )
        for slide in columns(first, second):
            sizes = {
                slide.texts[role].scale * slide.boxes[role].text_area.levels[0].size
                for role in (PlaceholderRole.FIRST, PlaceholderRole.SECOND)
                if role in slide.texts
            }
            assert len(sizes) == 1 and max(sizes) <= 20

    def test_overlong_heading_is_reported(self) -> None:
        long = replace(text("One"), heading=(Run(text="word " * 60),))
        with pytest.raises(DoesNotFitError, match="heading"):
            columns(long, text("Two"))

    def test_text_continues_alone_when_the_other_column_ends(self) -> None:
        slides = columns(text(*[LONG] * 12), Column(body=picture()))
        assert [slide.kind for slide in slides][:1] == [SlideKindName.COLUMNS]
        assert {slide.kind for slide in slides[1:]} == {SlideKindName.BULLETS}
        words = "".join(shown(text.paras) for slide in slides for text in slide.texts.values())
        assert words == LONG * 12

    def test_two_long_texts_continue_side_by_side(self) -> None:
        slides = columns(text(*[LONG] * 12), text(*[LONG] * 12))
        assert len(slides) > 1
        assert {slide.kind for slide in slides} == {SlideKindName.COLUMNS}

    def test_a_comparison_is_rather_a_little_smaller_than_on_two_slides(self) -> None:
        (slide,) = columns(text(*[LONG] * 8), text("One", "Two"))
        first = slide.texts[PlaceholderRole.FIRST]
        level = PLACES[SlideKindName.COLUMNS][PlaceholderRole.FIRST].text_area.levels[0]
        assert MIN_UNSPLIT_SIZE <= level.size * first.scale < MIN_TEXT_SIZE

    def test_no_sentence_is_cut_for_the_sake_of_a_column(self) -> None:
        sentence = f"{'A sentence that is too long for half of a slide, and ' * 26}ends."
        slides = columns(text(sentence), text("One", "Two"))
        assert [slide.kind for slide in slides] == [SlideKindName.BULLETS, SlideKindName.BULLETS]
        assert [shown(slide.texts[PlaceholderRole.BODY].paras) for slide in slides] == [sentence, "OneTwo"]

    def test_table_that_fits_in_no_size_is_reported(self) -> None:
        wide = table([f"Extraordinarily{n}" for n in range(9)], [f"Incomprehensible{n}" for n in range(9)])
        slide = DeckSlide(
            kind=SlideKindName.COLUMNS,
            title="T",
            body=ColumnsBody(columns=(Column(body=wide), text("One"))),
            span=SPAN,
        )
        parts, (problem,) = fit_slide(slide, PLACES, THEME)
        assert (parts, problem.code, problem.span) == ([], "DEK001", SPAN)
        assert problem.message == 'the table on slide "T" does not fit'


def photograph(width: float = 900, height: float = 1200, **more: Any) -> PictureBody:
    with io.BytesIO() as data:
        Image.new("RGB", (int(width), int(height)), "#336699").save(data, "JPEG")
        result = replace(picture(), data=data.getvalue(), media_type="image/jpeg", width=width, height=height)
    return replace(result, **more)


def body_of(kind: SlideKindName) -> Any:
    bars = ChartBody(chart=chart("bar", series(1, 2), unit="GW"), alt="Bars", source=(Run(text="A."),))
    return {
        SlideKindName.COLUMNS: ColumnsBody(columns=(text("One", "Two"), Column(body=bars))),
        SlideKindName.COMPARISON: ColumnsBody(
            columns=tuple(replace(text("One"), heading=(Run(text=head),)) for head in ("Before", "After"))
        ),
        SlideKindName.NUMBERS: NumbersBody(cards=(card("602 million"), card("57")), source=(Run(text="A."),)),
        SlideKindName.TIMELINE: TimelineBody(cards=(card("2017", date=2017.5), card("2025", date=2025.5))),
        SlideKindName.CALLOUT: CalloutBody(label="Note", paras=(point("Keep it short.", bullet=False),)),
        SlideKindName.FULL_PICTURE: picture(covers_slide=True),
        SlideKindName.SIDE_PICTURE: photograph(),
    }[kind]


NEW: Mapping[SlideKindName, str] = {
    SlideKindName.COLUMNS: "Two Content",
    SlideKindName.COMPARISON: "Comparison",
    SlideKindName.NUMBERS: "Big Numbers",
    SlideKindName.TIMELINE: "Timeline",
    SlideKindName.CALLOUT: "Callout",
    SlideKindName.FULL_PICTURE: "Full Picture",
    SlideKindName.SIDE_PICTURE: "Picture at the Side",
}


class TestDrawing:
    @pytest.mark.parametrize("kind", NEW)
    def test_each_kind_uses_its_layout_and_only_placeholders(self, kind: SlideKindName) -> None:
        (slide,) = opened(DeckSlide(kind=kind, title="T", body=body_of(kind))).slides
        assert slide.slide_layout.name == NEW[kind]
        free = [shape.name for shape in slide.shapes if not shape.is_placeholder]
        ornaments = {
            SlideKindName.TIMELINE: ["Rule", *["Pole"] * 4, "Dot", "Dot"],
            SlideKindName.COMPARISON: ["Panel", "Panel", "Rule", "Rule"],
        }
        assert free == ornaments.get(kind, [])

    def test_a_card_of_another_template_has_the_insets_that_were_measured(self) -> None:
        with io.BytesIO() as data:
            Presentation().save(data)  # its placeholders have their own insets
            template, _ = open_template(THEME, "en", data.getvalue(), {}, None)
        timeline = DeckSlide(kind=SlideKindName.TIMELINE, title="T", body=body_of(SlideKindName.TIMELINE))
        (slide,) = Presentation(io.BytesIO(write_deck(deck(timeline), THEME, template=template)[0])).slides
        cards = [
            shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text[:2] == "20"
        ]
        assert [(card.text_frame.margin_left, card.text_frame.margin_top) for card in cards] == [(0, 0)] * 2

    def test_ornaments_are_decorative_and_behind_content(self) -> None:
        (slide,) = opened(
            DeckSlide(kind=SlideKindName.TIMELINE, title="T", body=body_of(SlideKindName.TIMELINE))
        ).slides
        first, *_ = slide.shapes
        assert first.name == "Rule"
        marks = [element for element in slide._element.iter() if element.tag.endswith("}decorative")]
        assert len(marks) == 7

    def test_a_picture_that_fills_its_place_is_cropped_on_both_sides(self) -> None:
        wide = replace(picture(covers_slide=True), width=2000, height=400)
        (slide,) = opened(DeckSlide(kind=SlideKindName.FULL_PICTURE, title="T", body=wide)).slides
        (shape,) = (shape for shape in slide.shapes if shape.name == "Picture")
        assert shape.crop_left == pytest.approx(shape.crop_right, abs=1e-4) and shape.crop_left > 0.25
        assert (shape.crop_top, shape.left) == (0, 0)

    def test_full_slide_drawing_keeps_its_colours_on_dark(self) -> None:
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 90"><rect width="200" height="90" fill="#12172f"/></svg>'
        body = replace(picture(covers_slide=True), data=svg, media_type="image/svg+xml", width=200, height=90)
        presentation = opened(DeckSlide(kind=SlideKindName.FULL_PICTURE, title="T", body=body))
        parts = [
            part.blob for part in presentation.part.package.iter_parts() if part.partname.endswith(".svg")
        ]
        assert [b"#12172f" in blob for blob in parts] == [True]

    def test_a_photograph_has_its_side_of_the_slide_and_its_words(self) -> None:
        points = ColumnsBody(columns=(text("One", "Two"), Column(body=photograph())))
        for body in (photograph(source=(Run(text="The bay."),)), points):
            (slide,) = opened(DeckSlide(kind=SlideKindName.PICTURE, title="T", body=body)).slides
            (shape,) = (shape for shape in slide.shapes if shape.name == "Picture")
            assert (shape.top, shape.height) == (0, Pt(540))
            assert shape.left + shape.width == pytest.approx(Pt(960), abs=2)
            assert shape.width / shape.height == pytest.approx(3 / 4, abs=1e-3)
            assert shape.crop_left == pytest.approx(0, abs=1e-3)
            assert shape._element.nvPicPr.cNvPr.get("descr")
            others = [
                placeholder for placeholder in slide.placeholders if placeholder.shape_id != shape.shape_id
            ]
            assert all(other.left + other.width <= shape.left for other in others)

    @pytest.mark.parametrize(
        ("body", "layout"),
        [
            (photograph(1000, 1000), "Picture at the Side"),  # cropped slightly on both sides
            (photograph(1200, 800), "Picture with Caption"),
            (photograph(300, 400), "Picture with Caption"),
            (photograph(width_fraction=0.5), "Picture with Caption"),
            (photograph(media_type="image/png"), "Picture with Caption"),
            (photograph(source=(Run(text="Words. " * 200),)), "Picture with Caption"),
        ],
    )
    def test_only_a_portrait_photograph_is_a_side_picture(self, body: PictureBody, layout: str) -> None:
        (slide,) = opened(DeckSlide(kind=SlideKindName.PICTURE, title="T", body=body)).slides
        assert slide.slide_layout.name == layout

    @pytest.mark.parametrize("more", [{}, {"width_fraction": 1.0}, {"covers_slide": True}])
    def test_small_pictures_are_not_blown_up(self, more: dict[str, Any]) -> None:
        small = replace(picture(), width=12, height=120, **more)
        (slide,) = opened(DeckSlide(kind=SlideKindName.PICTURE, title="T", body=small)).slides
        (shape,) = (shape for shape in slide.shapes if shape.name == "Picture")
        assert shape.height == pytest.approx(Pt(120), abs=2) and shape.width == pytest.approx(Pt(12), abs=2)

    def test_the_words_of_a_small_drawing_are_as_large_as_text(self) -> None:
        drawing = replace(picture(), data=b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 40'/>")
        drawing = replace(drawing, media_type="image/svg+xml", width=160, height=40)
        (slide,) = opened(DeckSlide(kind=SlideKindName.PICTURE, title="T", body=drawing)).slides
        (shape,) = (shape for shape in slide.shapes if shape.name == "Picture")
        assert shape.width == pytest.approx(Pt(160 * 4), abs=2)

    @pytest.mark.parametrize(("line", "left"), [("The title.", False), ("The title (Source 2024)", True)])
    def test_title_is_not_repeated_in_the_text(self, line: str, left: bool) -> None:
        body = replace(picture(), source=(Run(text=line),))
        (slide,) = opened(DeckSlide(kind=SlideKindName.PICTURE, title="The title", body=body)).slides
        assert any(placeholder.name == "Source" for placeholder in slide.placeholders) is left

    def test_numbers_have_explicit_sizes(self) -> None:
        (slide,) = opened(
            DeckSlide(kind=SlideKindName.NUMBERS, title="T", body=body_of(SlideKindName.NUMBERS))
        ).slides
        (head,) = (shape for shape in slide.placeholders if shape.name == "First card")
        number, unit, text = (int(run.get("sz") or 0) for run in head._element.iter(qn("a:rPr")))
        assert number > 2 * unit > 2 * text


class TestOverflow:
    LONG = text_slide("T", *[LONG] * 30)

    def test_text_continues_on_further_slides(self) -> None:
        assert len(fit_slide(self.LONG, PLACES, THEME)[0]) > 1

    def test_or_is_set_smaller_first(self) -> None:
        some = text_slide("T", *[LONG] * 13)
        assert len(fit_slide(some, PLACES, THEME)[0]) > 1
        (slide,), _ = fit_slide(some, PLACES, THEME, overflow="shrink")
        assert 0.45 < slide.texts[PlaceholderRole.BODY].scale < 0.75

    def test_or_is_an_error(self) -> None:
        slides, (problem,) = fit_slide(self.LONG, PLACES, THEME, overflow="error")
        assert (slides, problem.code) == ([], "DEK001")
        assert "needs" in problem.message
