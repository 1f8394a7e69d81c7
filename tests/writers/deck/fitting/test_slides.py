"""Test that storyboard slides are split into slides that fit; overfull content is reported, never shrunk."""

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
from triptych.writers.deck.fitting.text import Level, TextArea, measure_text_height
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
    make_plain_para,
)

LONG = "Energy that arrives without being asked. " * 40


def fit(slide: DeckSlide) -> tuple[list[FittedSlide], list[Diagnostic]]:
    here = places(choose_kind(slide))
    parts, result = fit_slide(slide, all_places(), THEME)
    for part in parts:
        for index, text in part.texts.items():
            area = part.boxes.get(index, here[index]).text_area
            height = measure_text_height(text.paras, area, THEME, text.scale, text.spacing)
            assert height <= area.height + 1e-6
    return parts, result


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
    def test_body_has_a_separate_layout(self, body: object, layout: SlideKindName) -> None:
        slide = DeckSlide(kind=SlideKindName.CHART, title="x", body=body)  # type: ignore[arg-type]
        assert choose_kind(slide) is layout

    @pytest.mark.parametrize("layout", [SlideKindName.TITLE, SlideKindName.DIVIDER, SlideKindName.CLOSING])
    def test_text_may_be_on_a_dark_slide(self, layout: SlideKindName) -> None:
        assert choose_kind(DeckSlide(kind=layout, title="x", body=TextBody(paras=()))) is layout


class TestTitles:
    @pytest.mark.parametrize(
        "layout", [SlideKindName.TITLE, SlideKindName.DIVIDER, SlideKindName.BULLETS, SlideKindName.CLOSING]
    )
    def test_a_title_that_does_not_fit_is_an_error_with_its_place(self, layout: SlideKindName) -> None:
        parts, (finding,) = fit(DeckSlide(kind=layout, title=LONG, span=SPAN))
        assert parts == []
        assert (finding.code, finding.severity, finding.span) == ("DEK001", Severity.ERROR, SPAN)
        assert "title" in finding.message

    def test_a_title_of_a_few_words_more_is_set_smaller(self) -> None:
        (short,), _ = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One"))
        (longer,), _ = fit(
            DeckSlide(
                kind=SlideKindName.BULLETS, title="What the wind and the sun gave in each of the years " * 2
            )
        )
        assert longer.texts[PlaceholderRole.TITLE].scale <= short.texts[PlaceholderRole.TITLE].scale

    def test_parts_are_numbered_in_their_titles(self) -> None:
        body = TextBody(paras=tuple(point(LONG[:200]) for _ in range(9)))
        parts, result = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One", body=body))
        assert result == []
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
        (part,), result = fit(chart_slide("Source: A."))
        assert shown(part.texts[PlaceholderRole.SOURCE].paras) == "Source: A."
        assert (part.moved_to_notes, result) == ((), [])

    def test_source_line_has_two_lines_before_it_is_cut(self) -> None:
        whole = f"Source: {', '.join(f'Agency {number}' for number in range(15))}"
        (part,), _ = fit(chart_slide(whole))
        text = part.texts[PlaceholderRole.SOURCE]
        assert (shown(text.paras), text.scale, part.moved_to_notes) == (whole, 1.0, ())

        names = [f"Agency {number}" for number in range(60)]
        (part,), _ = fit(chart_slide(f"Source: {', '.join(names)}"))
        line = shown(part.texts[PlaceholderRole.SOURCE].paras)
        area = places(SlideKindName.CHART)[PlaceholderRole.SOURCE].text_area
        scale = part.texts[PlaceholderRole.SOURCE].scale
        one, shown_height = (
            measure_text_height((make_plain_para(text),), area, THEME, scale) for text in ("A", line)
        )
        assert line.startswith("Source: Agency 0, Agency 1") and line.endswith(", …")
        assert shown_height == 2 * one
        assert scale == pytest.approx(11 / 12)

    def test_years_are_dropped_before_names(self) -> None:
        names = [f"Agency {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
        dated = ", ".join(f"{name}\u00a02021–2025" for name in names)
        (part,), _ = fit(chart_slide(f"Source: {dated}"))
        assert shown(part.texts[PlaceholderRole.SOURCE].paras) == f"Source: {', '.join(names)}"

    def test_years_are_dropped_if_the_line_then_is_the_only_one(self) -> None:
        names = [f"Agency {letter}" for letter in "ABCDEFGHIJ"]
        dated = ", ".join(f"{name}\u00a02025" for name in names)
        (part,), _ = fit(chart_slide(f"Source: {dated}"))
        assert shown(part.texts[PlaceholderRole.SOURCE].paras) == f"Source: {', '.join(names)}"

    @pytest.mark.parametrize(("mark", "end"), [(", ", ", …"), ("、", "、…")])
    def test_ellipsis_follows_a_space_except_after_ideographic_punctuation(self, mark: str, end: str) -> None:
        (part,), _ = fit(chart_slide(mark.join(f"Agency {number}" for number in range(60))))
        assert shown(part.texts[PlaceholderRole.SOURCE].paras).endswith(end)

    def test_source_line_without_years_is_cut_after_more_names(self) -> None:
        names = [f"Agency {number}" for number in range(60)]
        undated, dated = (
            f"Source: {', '.join(name + years for name in names)}" for years in ("", "\u00a02021–2025")
        )
        lines = []
        for line in (undated, dated):
            (part,), _ = fit(chart_slide(line))
            lines.append(shown(part.texts[PlaceholderRole.SOURCE].paras))
            assert part.moved_to_notes == (line,)
        assert lines[0] == lines[1]

    def test_caption_that_is_not_shown_is_in_the_notes(self) -> None:
        slide = chart_slide("Source: A")
        assert slide.body is not None
        for remark, notes in (("By hand.", ("By hand.",)), ("A chart.", ())):
            (part,), _ = fit(replace(slide, body=replace(slide.body, remark=remark)))  # type: ignore[call-arg]
            assert part.moved_to_notes == notes

    def test_long_source_is_split_between_entries_and_complete_in_notes(self) -> None:
        names = [f"Agency number {number} for Energy Statistics, 2024" for number in range(20)]
        text = "; ".join(names)
        (part,), result = fit(chart_slide(text))
        line = shown(part.texts[PlaceholderRole.SOURCE].paras)
        assert line.endswith("; …")
        kept = line.removesuffix("; …").split("; ")
        assert kept == names[: len(kept)]
        assert 1 <= len(kept) < len(names)
        assert part.moved_to_notes == (text,)
        assert result == []

    def test_caption_that_does_not_fit_is_only_in_notes(self) -> None:
        caption = f"Agencies, {'by the number of words in their reports, ' * 9}"
        slide = chart_slide(caption)
        assert isinstance(slide.body, ChartBody)
        (part,), result = fit(replace(slide, body=replace(slide.body, is_caption=True)))
        assert PlaceholderRole.SOURCE not in part.texts
        assert (part.moved_to_notes, result) == ((caption,), [])

    def test_overlong_single_source_is_only_in_notes(self) -> None:
        text = "words " * 200
        (part,), result = fit(chart_slide(text))
        assert PlaceholderRole.SOURCE not in part.texts
        assert part.moved_to_notes == (text,)
        assert result == []

    def test_frame_replaces_a_missing_placeholder(self) -> None:
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
    """Return the built-in layouts with a given height for the text of the last slide, at 20 points."""
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
    def test_summary_that_does_not_fit_moves_to_notes_with_a_warning(self) -> None:
        (part,), (finding,) = fit(divider(subtitle=LONG))
        assert PlaceholderRole.BODY not in part.texts
        assert part.moved_to_notes == (LONG,)
        assert (finding.code, finding.severity, finding.span) == ("DEK002", Severity.WARNING, SPAN)

    def test_a_summary_that_fits_is_shown(self) -> None:
        (part,), result = fit(divider(subtitle="A summary."))
        assert (shown(part.texts[PlaceholderRole.BODY].paras), part.moved_to_notes, result) == (
            "A summary.",
            (),
            [],
        )

    def test_book_subtitle_that_does_not_fit_moves_to_notes(self) -> None:
        (part,), (finding,) = fit(DeckSlide(kind=SlideKindName.TITLE, title="A book", subtitle=LONG))
        assert (part.moved_to_notes, finding.code) == ((LONG,), "DEK002")

    def test_number_is_large_and_a_word_smaller(self) -> None:
        places = all_places()
        boxes = places[SlideKindName.DIVIDER]
        level = Level(size=96.0, family=THEME.sans)
        area = TextArea(width=800, height=130, levels=(level,))
        kicker = replace(boxes[PlaceholderRole.KICKER], height=130, text_area=area)
        places = {**places, SlideKindName.DIVIDER: {**boxes, PlaceholderRole.KICKER: kicker}}
        (number,), _ = fit_slide(divider(kicker="12"), places, THEME)
        (word,), _ = fit_slide(divider(kicker="Chapter 12"), places, THEME)
        assert number.texts[PlaceholderRole.KICKER].scale == 1.0
        assert (
            word.texts[PlaceholderRole.KICKER].scale
            == KINDS[SlideKindName.DIVIDER].get_slot(PlaceholderRole.KICKER).max_long_size / 96
        )

    def test_kicker_that_does_not_fit_moves_to_notes(self) -> None:
        (slide,), (finding,) = fit(divider(kicker=LONG))
        assert (finding.code, finding.span) == ("DEK002", SPAN)
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
    def test_text_that_is_not_a_list_shares_lines_before_it_is_omitted(
        self, height: float, lines: list[str]
    ) -> None:
        said = ("The whole title of the book", "A press, 2026", "ISBN 1", "Thank you")
        paras = tuple(replace(point(text), bullet=False) for text in said)
        slide = DeckSlide(kind=SlideKindName.CLOSING, title="Remember this.", body=TextBody(paras=paras))
        (part,), result = fit_slide(slide, low_closing(height), THEME)
        assert ([shown([para]) for para in part.texts[PlaceholderRole.BODY].paras], result) == (lines, [])
        assert part.moved_to_notes == ()

    def test_list_keeps_its_lines(self) -> None:
        body = TextBody(paras=(point("One."), point("Two."), point("Three.")))
        slide = DeckSlide(kind=SlideKindName.CLOSING, title="Remember this.", body=body)
        (part,), (finding,) = fit_slide(slide, low_closing(30.0), THEME)
        assert (finding.code, part.moved_to_notes) == ("DEK002", ("One. Two. Three.",))


class TestQuotations:
    def test_the_longer_the_smaller(self) -> None:
        (short,), _ = fit(quote("Be brief."))
        (longer,), result = fit(quote("Energy that arrives without being asked. " * 6))
        assert result == []
        assert (
            longer.texts[PlaceholderRole.QUOTATION].scale
            < short.texts[PlaceholderRole.QUOTATION].scale
            == 1.0
        )

    def test_one_that_does_not_fit_is_an_error_with_its_place(self) -> None:
        _, (finding,) = fit(quote(LONG))
        assert (finding.code, finding.span) == ("DEK001", SPAN)
        assert "quotation" in finding.message

    def test_an_attribution_that_does_not_fit_is_an_error(self) -> None:
        _, (finding,) = fit(quote("Be brief.", who=LONG))
        assert (finding.code, "attribution" in finding.message) == ("DEK001", True)


class TestBodies:
    def test_single_point_has_no_bullet(self) -> None:
        body = TextBody(paras=(point("The sun is enough."),))
        (part,), _ = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One", body=body))
        assert not part.texts[PlaceholderRole.BODY].paras[0].bullet

    def test_a_table_that_fits_at_no_size_is_an_error(self) -> None:
        slide = DeckSlide(kind=SlideKindName.TABLE, title="Wide", body=table(["x" * 90] * 3), span=SPAN)
        parts, (finding,) = fit(slide)
        assert parts == []
        assert (finding.code, finding.span) == ("DEK001", SPAN)

    @pytest.mark.parametrize("body", [None, TextBody(paras=()), CodeBody(text="\n\n")])
    def test_a_slide_without_content_has_its_title(self, body: TextBody | CodeBody | None) -> None:
        parts, result = fit(DeckSlide(kind=SlideKindName.BULLETS, title="One", body=body))
        assert ([part.title for part in parts], result) == (["One"], [])

    def test_a_picture_is_one_slide(self) -> None:
        (part,), result = fit(DeckSlide(kind=SlideKindName.PICTURE, title="One", body=picture()))
        assert isinstance(part.frames[PlaceholderRole.OBJECT].content, PictureBody)
        assert result == []


def test_all_parts_of_a_slide_have_a_title_of_the_same_size() -> None:
    body = TextBody(paras=tuple(point("A sentence of some length. " * 12) for _ in range(40)))
    for length in range(44, 60):
        parts, _ = fit(DeckSlide(kind=SlideKindName.BULLETS, title="n" * length, body=body))
        assert len(parts) >= 10
        assert len({part.texts[PlaceholderRole.TITLE].scale for part in parts}) == 1


@pytest.mark.parametrize(
    ("words", "cards"),
    [(("One", "Two"), 2), (("One", "Two", "Three"), 3), (("One", ""), 0), (tuple("ABCDE"), 0)],
)
def test_a_few_short_points_are_on_cards_unless_one_is_empty(words: tuple[str, ...], cards: int) -> None:
    paras = tuple(point(word) if word else replace(point("x"), runs=()) for word in words)
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="Points", body=TextBody(paras=paras), span=SPAN)
    (part,), _ = fit_slide(slide, all_places(), THEME)
    assert len(part.panels) == cards


def test_text_of_a_closing_slide_is_legible_where_the_size_of_the_layout_is_not() -> None:
    boxes = dict(places(SlideKindName.CLOSING))
    body = boxes[PlaceholderRole.BODY]
    levels = tuple(replace(level, size=12.0) for level in body.text_area.levels)
    boxes[PlaceholderRole.BODY] = replace(body, text_area=replace(body.text_area, levels=levels))
    text = TextBody(paras=(point("Questions are welcome", bullet=False),))
    slide = DeckSlide(kind=SlideKindName.CLOSING, title="Thank you", body=text)
    (part,), findings = fit_slide(slide, {**all_places(), SlideKindName.CLOSING: boxes}, THEME)
    assert findings == []
    assert part.texts[PlaceholderRole.BODY].scale * 12 == pytest.approx(20)
