"""Test text in a box: nothing is lost, and the height is not underestimated."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import THEME, area, point, shown, shown_on
from triptych.writers.deck.fitting.line_breaking import break_lines
from triptych.writers.deck.fitting.text import (
    MAX_FILLED_FRACTION,
    MAX_SPACING,
    MAX_SPARSE_GAP,
    FittedText,
    TextArea,
    TextSizes,
    find_fitting_scale,
    fit_text,
    make_pieces,
    measure_line_spacing,
    measure_text_height,
    split_paragraph,
)
from triptych.writers.deck.slides import Para, Run

FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SENTENCE = "The sun delivers more energy in an hour than people use in a year. "
HALF_LINE = "Energy that arrives without being asked"

WORDS = st.lists(
    st.sampled_from(
        ["sun", "energy ", "the ", "wind. ", "“So!” ", "漢字。", "x" * 30, " ", "a-b ", "é\u0301"]
    ),
    min_size=1,
    max_size=60,
).map("".join)
RUNS = st.builds(Run, text=WORDS, bold=st.booleans(), code=st.booleans(), italic=st.booleans())
PARAS = st.builds(
    Para,
    runs=st.lists(RUNS, min_size=1, max_size=2).map(tuple),
    level=st.integers(0, 4),
    bullet=st.booleans(),
    number=st.one_of(st.none(), st.integers(1, 30)),
)


def size(fitted: FittedText, box: TextArea) -> float:
    return round(fitted.scale * box.levels[0].size, 6)


def height(fitted: FittedText, box: TextArea) -> float:
    return measure_text_height(fitted.paras, box, THEME, fitted.scale, fitted.spacing)


@FEW
@given(st.lists(PARAS, max_size=8), st.sampled_from([(866.4, 366.0), (420.0, 366.0), (300.0, 120.0)]))
def test_no_text_is_lost_and_the_height_limit_is_kept(paras: list[Para], box: tuple[float, float]) -> None:
    here = area(*box)
    fitted = fit_text(paras, here, THEME)
    assert shown_on(fitted) == shown(paras)
    assert all(height(slide, here) <= here.height + 1e-6 for slide in fitted)


@FEW
@given(PARAS, st.integers(1, 80))
def test_split_paragraph_keeps_its_characters_and_styles(para: Para, most: int) -> None:
    def fits(paras: Sequence[Para]) -> bool:
        return len(shown(paras)) <= most

    parts = split_paragraph(para, fits)
    assert shown(parts) == shown([para])
    assert all(fits([part]) for part in parts)
    looks = [(c, run.bold, run.code) for run in para.runs for c in run.text]
    assert [(c, run.bold, run.code) for part in parts for run in part.runs for c in run.text] == looks


class TestSizes:
    def test_a_full_slide_is_set_in_the_largest_size_that_fits(self) -> None:
        here = area()
        sizes = []
        for count in range(5, 14):
            fitted = fit_text([point(HALF_LINE) for _ in range(count)], here, THEME)
            sizes += [size(slide, here) for slide in fitted if len(fitted) == 1]
        assert sizes[0] == 28.0
        assert sizes == sorted(sizes, reverse=True)
        assert set(sizes) <= {28.0, 26.0, 24.0, 22.0, 20.0, 18.0}

    def test_first_fitting_size_is_used(self) -> None:
        assert find_fitting_scale([point("Short")], area(), THEME, (40.0, 20.0)) == pytest.approx(40 / 24)
        assert find_fitting_scale([point(SENTENCE * 9)], area(800, 30), THEME, (40.0, 12.0)) is None

    def test_a_word_wider_than_the_box_does_not_fit(self) -> None:
        assert find_fitting_scale([point("x" * 80)], area(300, 366), THEME, (24.0, 12.0)) is None

    def test_empty_text_needs_one_slide(self) -> None:
        assert fit_text([], area(), THEME) == [FittedText(paras=())]

    def test_the_same_text_is_fitted_the_same(self) -> None:
        paras = [point(SENTENCE) for _ in range(30)]
        assert fit_text(paras, area(), THEME) == fit_text(paras, area(), THEME)


class TestStatement:
    def test_a_paragraph_without_a_mark_is_set_large(self) -> None:
        here = area()
        (fitted,) = fit_text([point("The sun is enough.", bullet=False)], here, THEME)
        assert size(fitted, here) == TextSizes.from_area(area()).statement_sizes[0]

    def test_longer_statement_is_smaller_and_uses_half_of_the_area(self) -> None:
        here = area()
        (fitted,) = fit_text([point(SENTENCE * 2, bullet=False)], here, THEME)
        assert size(fitted, here) in TextSizes.from_area(area()).statement_sizes[1:]
        assert height(fitted, here) <= here.height / 2

    @pytest.mark.parametrize(
        "para", [point("One"), point("One", number=1), point("One", bullet=False, level=1)]
    )
    def test_point_is_not_a_statement(self, para: Para) -> None:
        assert (
            size(fit_text([para], area(), THEME)[0], area()) < TextSizes.from_area(area()).statement_sizes[-1]
        )


class TestSparse:
    def test_few_short_points_are_larger_with_more_space(self) -> None:
        here = area()
        (fitted,) = fit_text([point("One"), point("Two"), point("Three")], here, THEME)
        assert size(fitted, here) == 28.0
        gap = fitted.spacing * here.levels[0].space_before
        assert gap == pytest.approx(MAX_SPARSE_GAP * 28.0)
        assert height(fitted, here) <= here.height * MAX_FILLED_FRACTION + 1e-6

    def test_few_points_are_smaller_if_a_word_would_be_alone_on_a_line(self) -> None:
        paras = [point("Ninety-seven percent of all passengers are back"), point("One")]
        sizes = [size(fit_text(paras, here, THEME)[0], here) for here in (area(625), area(900))]
        assert sizes[0] < sizes[1] == 28.0

    def test_eight_points_are_not_few(self) -> None:
        (fitted,) = fit_text([point("One") for _ in range(8)], area(), THEME)
        assert size(fitted, area()) == 24.0
        assert 1.0 <= fitted.spacing <= MAX_SPACING

    def test_points_with_subpoints_are_not_sparse(self) -> None:
        (fitted,) = fit_text([point("One"), point("Two", level=1)], area(), THEME)
        assert size(fitted, area()) == 24.0

    def test_long_points_are_not_sparse(self) -> None:
        (fitted,) = fit_text([point(SENTENCE * 3) for _ in range(3)], area(), THEME)
        assert size(fitted, area()) <= 24.0


class TestContinued:
    def test_slides_are_about_equally_full(self) -> None:
        fitted = fit_text([point(SENTENCE) for _ in range(14)], area(), THEME)
        counts = [len(slide.paras) for slide in fitted]
        assert len(counts) > 1
        assert max(counts) - min(counts) <= 1
        assert {size(slide, area()) for slide in fitted} == {20.0}

    def test_points_keep_their_subpoints(self) -> None:
        group = [point(SENTENCE), point(SENTENCE, level=1), point(SENTENCE, level=1)]
        fitted = fit_text(group * 5, area(), THEME)
        assert len(fitted) > 1
        assert all(slide.paras[0].level == 0 for slide in fitted)

    def test_text_line_stays_with_the_point_after_it(self) -> None:
        paras = [para for _ in range(8) for para in (point(SENTENCE, bullet=False), point(SENTENCE))]
        fitted = fit_text(paras, area(), THEME)
        assert len(fitted) > 1
        assert all(slide.paras[-1].bullet for slide in fitted)

    def test_numbering_continues(self) -> None:
        fitted = fit_text([point(SENTENCE, number=number) for number in range(1, 15)], area(), THEME)
        assert [para.number for slide in fitted for para in slide.paras] == list(range(1, 15))


class TestOverTall:
    def test_a_paragraph_is_cut_between_sentences(self) -> None:
        fitted = fit_text([point(SENTENCE * 30)], area(), THEME)
        assert len(fitted) > 1
        assert all(shown(slide.paras).endswith(". ") for slide in fitted)

    def test_sentence_in_several_styles_is_not_split_at_style_changes(self) -> None:
        sentence = (Run(text="The "), Run(text="sun", bold=True), Run(text=" sends more power in an hour. "))
        fitted = fit_text([Para(runs=sentence * 60)], area(), THEME)
        assert len(fitted) > 1
        assert all(shown(slide.paras).endswith("hour. ") for slide in fitted)

    def test_text_is_rather_smaller_than_cut_within_a_sentence(self) -> None:
        here = area(400, 150)
        long = "energy " * 45 + "ends. "
        fitted = fit_text([point(long), point(long), point(long)], here, THEME)
        assert len(fitted) == 3
        assert {size(slide, here) for slide in fitted} < set(map(float, range(14, 18)))

    def test_only_the_first_part_has_the_mark(self) -> None:
        fitted = fit_text([point(SENTENCE * 30, number=3)], area(), THEME)
        marks = [(para.bullet, para.number) for slide in fitted for para in slide.paras]
        assert marks[0] == (True, 3)
        assert set(marks[1:]) == {(False, None)}

    def test_a_sentence_is_cut_between_words(self) -> None:
        fitted = fit_text([point("energy " * 400)], area(), THEME)
        assert len(fitted) > 1
        assert all(shown(slide.paras).endswith("energy ") for slide in fitted)

    def test_a_word_is_cut_anywhere(self) -> None:
        text = "x" * 300
        here = area(300, 120)
        fitted = fit_text([point(text)], here, THEME)
        assert len(fitted) > 1
        assert shown_on(fitted) == text
        assert all(height(slide, here) <= here.height for slide in fitted)

    def test_a_text_without_spaces_is_cut_after_its_sentences(self) -> None:
        text = "太陽は一年分より多くの力を一時間で届ける。" * 60
        fitted = fit_text([point(text)], area(), THEME)
        assert len(fitted) > 1
        assert shown_on(fitted) == text
        assert all(shown(slide.paras).endswith("。") for slide in fitted)
        assert all(height(slide, area()) <= area().height for slide in fitted)

    def test_a_link_that_is_cut_is_a_link_on_both_slides(self) -> None:
        para = Para(runs=(Run(text="energy " * 400, href="https://a.example/"),))
        fitted = fit_text([para], area(), THEME)
        assert {run.href for slide in fitted for para in slide.paras for run in para.runs} == {
            "https://a.example/"
        }


class TestMargins:
    def test_a_number_needs_its_margin_on_each_level(self) -> None:
        here = area()
        assert [here.get_indent(point("x", number=1, level=level)) for level in range(3)] == [30, 60, 90]

    def test_text_without_a_bullet_is_not_indented(self) -> None:
        assert area().get_indent(point("x", bullet=False)) == 0
        assert area().get_indent(point("x")) == 22

    def test_deeper_levels_use_the_style_of_the_deepest(self) -> None:
        assert area().get_level(point("x", level=8)) is area().levels[-1]


def test_inline_code_has_the_line_height_of_its_face() -> None:
    level = area().levels[0]
    code = measure_line_spacing([Run(text="a"), Run(text="x", code=True)], level, THEME)
    assert code == max(code, measure_line_spacing([Run(text="a")], level, THEME))
    assert measure_line_spacing([], level, THEME) == measure_line_spacing([Run(text="")], level, THEME)


def test_slide_links_stay_on_one_line_if_some_size_allows() -> None:
    text = "A title of a chapter that takes nearly all"
    link = Para(runs=(Run(text=text, slide="one"),))
    plain = point(text)
    narrow = area(width=430.0)
    (linked,), (unlinked,) = (fit_text([para] * 5, narrow, THEME) for para in (link, plain))
    assert linked.scale < unlinked.scale
    level = narrow.levels[0]
    assert (
        len(break_lines(make_pieces(link.runs, level, THEME, linked.scale), narrow.width - level.indent)) == 1
    )


def test_small_paragraphs_on_further_slides_are_closer_together_than_large_ones() -> None:
    here = area(866.4, 200.0)
    large, *_ = fit_text([point(SENTENCE * 2)] * 20, here, THEME)
    sources = [Para(runs=(Run(text=SENTENCE * 2, small=True),), bullet=False)] * 20
    small, *others = fit_text(sources, here, THEME)
    assert large.spacing == 1.0
    assert others and small.spacing == pytest.approx(0.8 * size(small, here) / here.levels[0].size)
    assert height(small, here) <= here.height
