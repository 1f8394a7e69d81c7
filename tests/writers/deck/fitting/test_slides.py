"""One slide of the storyboard becomes those on which it fits; what cannot fit is named, never shrunk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.writers.deck.conftest import (
    SPAN,
    THEME,
    all_places,
    chart,
    picture,
    places,
    point,
    series,
    shown,
    table,
)
from triptych.diagnostics import Diagnostic, Severity
from triptych.writers.deck.fitting.composition import PlaceholderBoxes
from triptych.writers.deck.fitting.slides import (
    FittedSlide,
    choose_kind,
    fit_slide,
    get_frame_height,
)
from triptych.writers.deck.fitting.text import measure_text_height
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import (
    ChartBody,
    CodeBody,
    DeckSlide,
    PictureBody,
    QuoteBody,
    Run,
    SlideKindName,
    TextBody,
)

LONG = "Energy that arrives without being asked. " * 40


def fit(slide: DeckSlide) -> tuple[list[FittedSlide], list[Diagnostic]]:
    here = places(choose_kind(slide))
    parts, found = fit_slide(slide, all_places(), THEME)
    for part in parts:
        for index, text in part.texts.items():
            area = part.boxes.get(index, here[index]).text_area
            height = measure_text_height(text.paras, area, THEME, text.scale, text.spacing)
            assert height <= area.height + 1e-6
    return parts, found


def chart_slide(source: str) -> DeckSlide:
    body = ChartBody(chart=chart("bar", series(1, 2)), alt="Bars", source=(Run(text=source),))
    return DeckSlide(kind=SlideKindName.CHART, title="A chart", body=body, span=SPAN)


def quote(text: str, who: str = "") -> DeckSlide:
    body = QuoteBody(text=(Run(text=text),), attribution=(Run(text=who),) if who else ())
    return DeckSlide(kind=SlideKindName.QUOTE, title="Words", body=body, span=SPAN)


def divider(**more: str) -> DeckSlide:
    return DeckSlide(kind=SlideKindName.DIVIDER, title="One", span=SPAN, **more)  # type: ignore[arg-type]


class TestLayouts:
    @pytest.mark.parametrize(
        ("body", "layout"),
        [
            (TextBody(paras=(point("x"),)), SlideKindName.BULLETS),
            (ChartBody(chart=chart("bar", series(1)), alt="x"), SlideKindName.CHART),
            (table(("A",), ("1",)), SlideKindName.TABLE),
            (picture(), SlideKindName.PICTURE),
            (QuoteBody(text=()), SlideKindName.QUOTE),
            (CodeBody(text="x"), SlideKindName.CODE),
        ],
    )
    def test_a_body_has_its_own_layout(self, body: object, layout: SlideKindName) -> None:
        slide = DeckSlide(kind=SlideKindName.CHART, title="x", body=body)  # type: ignore[arg-type]
        assert choose_kind(slide) is layout

    @pytest.mark.parametrize("layout", [SlideKindName.TITLE, SlideKindName.DIVIDER, SlideKindName.CLOSING])
    def test_text_may_stand_on_a_dark_slide(self, layout: SlideKindName) -> None:
        assert choose_kind(DeckSlide(kind=layout, title="x", body=TextBody(paras=()))) is layout


class TestTitles:
    @pytest.mark.parametrize(
        "layout", [SlideKindName.TITLE, SlideKindName.DIVIDER, SlideKindName.BULLETS, SlideKindName.CLOSING]
    )
    def test_a_title_that_does_not_fit_is_an_error_with_its_place(self, layout: SlideKindName) -> None:
        parts, (found,) = fit(DeckSlide(kind=layout, title=LONG, span=SPAN))
        assert parts == []
        assert (found.code, found.severity, found.span) == ("DEK001", Severity.ERROR, SPAN)
        assert "title" in found.message

    def test_a_title_of_a_few_words_more_is_set_smaller(self) -> None:
        (short,), _ = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One"))
        (longer,), _ = fit(
            DeckSlide(
                kind=SlideKindName.BULLETS, title="What the wind and the sun gave in each of the years " * 2
            )
        )
        assert longer.texts[PlaceholderRole.TITLE].scale <= short.texts[PlaceholderRole.TITLE].scale

    def test_parts_are_counted_in_their_titles(self) -> None:
        body = TextBody(paras=tuple(point(LONG[:200]) for _ in range(9)))
        parts, found = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One", body=body))
        assert found == []
        count = len(parts)
        assert count > 1
        assert [part.title for part in parts] == [
            f"One ({n}\u00a0of\u00a0{count})" for n in range(1, count + 1)
        ]
        assert [part.part_number for part in parts] == list(range(1, count + 1))
        assert [shown(part.texts[PlaceholderRole.TITLE].paras) for part in parts] == [
            part.title for part in parts
        ]


class TestSourceLines:
    def test_a_short_one_is_shown(self) -> None:
        (part,), found = fit(chart_slide("Source: A."))
        assert shown(part.texts[PlaceholderRole.SOURCE].paras) == "Source: A."
        assert (part.moved_to_notes, found) == ((), [])

    def test_one_of_a_few_lines_more_takes_them_from_the_chart(self) -> None:
        text = "; ".join(f"Agency number {number} for Energy Statistics, 2024" for number in range(9))
        (short,), (part,) = fit(chart_slide("Source: A."))[0], fit(chart_slide(text))[0]
        assert shown(part.texts[PlaceholderRole.SOURCE].paras) == text and part.moved_to_notes == ()
        assert short.boxes == {}
        frame, line = part.boxes[PlaceholderRole.OBJECT], part.boxes[PlaceholderRole.SOURCE]
        here = places(SlideKindName.CHART)
        assert frame.top + frame.height <= line.top
        assert (
            line.top + line.height == here[PlaceholderRole.SOURCE].top + here[PlaceholderRole.SOURCE].height
        )
        assert 0.8 * here[PlaceholderRole.OBJECT].height < frame.height < here[PlaceholderRole.OBJECT].height

    def test_a_long_one_is_cut_between_sources_and_said_in_full(self) -> None:
        names = [f"Agency number {number} for Energy Statistics, 2024" for number in range(20)]
        text = "; ".join(names)
        (part,), found = fit(chart_slide(text))
        line = shown(part.texts[PlaceholderRole.SOURCE].paras)
        assert line.endswith("; …")
        kept = line.removesuffix("; …").split("; ")
        assert kept == names[: len(kept)]
        assert 1 <= len(kept) < len(names)
        assert part.moved_to_notes == (text,)
        assert found == []

    def test_one_source_too_long_is_said_only(self) -> None:
        text = "words " * 200
        (part,), found = fit(chart_slide(text))
        assert PlaceholderRole.SOURCE not in part.texts
        assert part.moved_to_notes == (text,)
        assert found == []

    def test_a_frame_takes_the_place_of_a_missing_one(self) -> None:
        here = places(SlideKindName.CHART)
        with_source, without = chart_slide("A."), chart_slide("A.")
        assert without.body is not None
        without = replace(without, body=replace(without.body, source=()))  # type: ignore[call-arg]
        assert (
            get_frame_height(with_source, here)
            == here[PlaceholderRole.OBJECT].height
            < get_frame_height(without, here)
        )


def low_closing(height: float) -> dict[SlideKindName, PlaceholderBoxes]:
    """Our layouts, with so much height for the text of the last slide, at 20 points."""
    here = places(SlideKindName.CLOSING)
    level = replace(
        here[PlaceholderRole.BODY].text_area.levels[0],
        size=20.0,
        line_spacing=1.0,
        space_before=8.0,
        exact_line_spacing=0.0,
    )
    area = replace(here[PlaceholderRole.BODY].text_area, width=700.0, height=height, levels=(level,))
    body = replace(here[PlaceholderRole.BODY], width=700.0, height=height, text_area=area)
    return {**all_places(), SlideKindName.CLOSING: {**here, PlaceholderRole.BODY: body}}


class TestSmallTexts:
    def test_a_summary_that_does_not_fit_is_said_and_a_warning(self) -> None:
        (part,), (found,) = fit(divider(subtitle=LONG))
        assert PlaceholderRole.BODY not in part.texts
        assert part.moved_to_notes == (LONG,)
        assert (found.code, found.severity, found.span) == ("DEK002", Severity.WARNING, SPAN)

    def test_a_summary_that_fits_is_shown(self) -> None:
        (part,), found = fit(divider(subtitle="A summary."))
        assert (shown(part.texts[PlaceholderRole.BODY].paras), part.moved_to_notes, found) == (
            "A summary.",
            (),
            [],
        )

    def test_a_subtitle_of_the_book_that_does_not_fit_is_said(self) -> None:
        (part,), (found,) = fit(DeckSlide(kind=SlideKindName.TITLE, title="A book", subtitle=LONG))
        assert (part.moved_to_notes, found.code) == ((LONG,), "DEK002")

    def test_a_number_stands_large_and_a_word_smaller(self) -> None:
        (number,), _ = fit(divider(kicker="12"))
        (word,), _ = fit(divider(kicker="Chapter 12"))
        assert number.texts[PlaceholderRole.KICKER].scale == 1.0
        assert (
            word.texts[PlaceholderRole.KICKER].scale
            == KINDS[SlideKindName.DIVIDER].get_slot(PlaceholderRole.KICKER).long / 96
        )

    def test_a_kicker_that_does_not_fit_is_said(self) -> None:
        (slide,), (found,) = fit(divider(kicker=LONG))
        assert (found.code, found.span) == ("DEK002", SPAN)
        assert PlaceholderRole.KICKER not in slide.texts
        assert slide.moved_to_notes == (LONG.strip(),) or LONG in slide.moved_to_notes

    @pytest.mark.parametrize(
        ("height", "lines"),
        [
            (400.0, ["The whole title of the book", "A press, 2026", "ISBN 1", "Thank you"]),
            (60.0, ["The whole title of the book", "A press, 2026 · ISBN 1 · Thank you"]),
            (30.0, ["The whole title of the book · A press, 2026 · ISBN 1 · Thank you"]),
        ],
    )
    def test_what_is_no_list_shares_lines_before_it_is_left_off(
        self, height: float, lines: list[str]
    ) -> None:
        said = ("The whole title of the book", "A press, 2026", "ISBN 1", "Thank you")
        paras = tuple(replace(point(text), bullet=False) for text in said)
        slide = DeckSlide(kind=SlideKindName.CLOSING, title="Remember this.", body=TextBody(paras=paras))
        (part,), found = fit_slide(slide, low_closing(height), THEME)
        assert ([shown([para]) for para in part.texts[PlaceholderRole.BODY].paras], found) == (lines, [])
        assert part.moved_to_notes == ()

    def test_a_list_keeps_its_lines(self) -> None:
        body = TextBody(paras=(point("One."), point("Two."), point("Three.")))
        slide = DeckSlide(kind=SlideKindName.CLOSING, title="Remember this.", body=body)
        (part,), (found,) = fit_slide(slide, low_closing(30.0), THEME)
        assert (found.code, part.moved_to_notes) == ("DEK002", ("One. Two. Three.",))


class TestQuotations:
    def test_the_longer_the_smaller(self) -> None:
        (short,), _ = fit(quote("Be brief."))
        (longer,), found = fit(quote("Energy that arrives without being asked. " * 6))
        assert found == []
        assert (
            longer.texts[PlaceholderRole.QUOTATION].scale
            < short.texts[PlaceholderRole.QUOTATION].scale
            == 1.0
        )

    def test_one_that_does_not_fit_is_an_error_with_its_place(self) -> None:
        _, (found,) = fit(quote(LONG))
        assert (found.code, found.span) == ("DEK001", SPAN)
        assert "quotation" in found.message

    def test_an_attribution_that_does_not_fit_is_an_error(self) -> None:
        _, (found,) = fit(quote("Be brief.", who=LONG))
        assert (found.code, "attribution" in found.message) == ("DEK001", True)


class TestBodies:
    def test_a_single_point_loses_its_mark(self) -> None:
        body = TextBody(paras=(point("The sun is enough."),))
        (part,), _ = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One", body=body))
        assert not part.texts[PlaceholderRole.BODY].paras[0].bullet

    def test_a_table_that_fits_at_no_size_is_an_error(self) -> None:
        slide = DeckSlide(kind=SlideKindName.TABLE, title="Wide", body=table(["x" * 90] * 3), span=SPAN)
        parts, (found,) = fit(slide)
        assert parts == []
        assert (found.code, found.span) == ("DEK001", SPAN)

    @pytest.mark.parametrize("body", [None, TextBody(paras=()), CodeBody(text="\n\n")])
    def test_a_slide_without_content_has_its_title(self, body: TextBody | CodeBody | None) -> None:
        parts, found = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One", body=body))
        assert ([part.title for part in parts], found) == (["One"], [])

    def test_a_picture_is_one_slide(self) -> None:
        (part,), found = fit(DeckSlide(kind=SlideKindName.PICTURE, title="One", body=picture()))
        assert isinstance(part.frames[PlaceholderRole.OBJECT].content, PictureBody)
        assert found == []


def test_all_parts_of_a_slide_have_a_title_of_the_same_size() -> None:
    body = TextBody(paras=tuple(point("A sentence of some length. " * 12) for _ in range(40)))
    for length in range(44, 60):
        parts, _ = fit(DeckSlide(kind=SlideKindName.BULLETS, title="n" * length, body=body))
        assert len(parts) >= 10
        assert len({part.texts[PlaceholderRole.TITLE].scale for part in parts}) == 1
