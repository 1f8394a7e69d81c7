"""Test which slides of a chapter are visible if a talk has too many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import make_cell
from triptych.model import nodes
from triptych.model.nodes import Align
from triptych.writers.deck.slides import (
    CodeBody,
    Column,
    ColumnsBody,
    Para,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
)
from triptych.writers.deck.story.content_slides import (
    ContentSlide,
    _needs_statement_title,
    _score_slide,
    has_legible_listing,
    limit_content_slides,
    rank_content_slides,
)


def item(layout: SlideKindName = SlideKindName.CODE, **more: Any) -> ContentSlide:
    return ContentSlide(
        layout=layout,
        title="T",
        **{"body": CodeBody(text="x\n" * 5), "is_requested": False, "has_statement_title": True, **more},
    )


def seen(*evidence: ContentSlide, most: int | None) -> list[int]:
    return [place for place, item in enumerate(limit_content_slides(evidence, most)) if not item.hidden]


def test_without_a_limit_all_are_seen() -> None:
    assert seen(*[item()] * 12, most=None) == list(range(12))


def test_visible_slides_keep_the_limit_and_each_section_comes_first() -> None:
    chapter = [item(section=section) for section in (1, 1, 1, 2, 3)]
    assert seen(*chapter, most=3) == [0, 3, 4]


def test_requested_slides_are_visible_in_addition() -> None:
    assert seen(item(is_requested=True), item(), item(), most=1) == [0, 1]


def test_chart_scores_higher_than_a_listing() -> None:
    assert seen(item(), item(SlideKindName.CHART, section=0), most=1) == [1]


def test_few_listings_with_plain_titles_are_visible() -> None:
    mute = item(has_statement_title=False)
    assert seen(*[mute] * 6, most=8) == [0, 1, 2]
    assert seen(*[mute] * 2, *[item()] * 4, most=8) == [2, 3, 4, 5]


def test_slides_that_would_be_mostly_empty_are_hidden_unless_they_are_the_only_ones() -> None:
    empty = item(body=CodeBody(text="x\ny"))
    assert seen(empty, item(), empty, most=3) == [1]
    assert seen(empty, empty, most=3) == [0]


def test_a_listing_beside_text_is_as_full_as_the_longer_column() -> None:
    text = TextBody(paras=(Para(runs=(Run(text="word " * 30),)),))
    listing = CodeBody(text="x\ny")

    def columns(*bodies: CodeBody | TextBody) -> ContentSlide:
        first, second = (Column(body=body) for body in bodies)
        return item(SlideKindName.COLUMNS, body=ColumnsBody(columns=(first, second)))

    assert seen(columns(listing, listing), columns(text, listing), most=2) == [1]


def test_no_empty_slide_is_kept_if_the_chapter_has_an_opening() -> None:
    empty = item(body=CodeBody(text="x\ny"))
    assert all(slide.hidden for slide in limit_content_slides([empty, empty], 2, keeps_one=False))


def test_chapter_with_an_opening_shows_no_listing_without_a_sentence_and_no_title_twice() -> None:
    bare = item(has_statement_title=False)
    text = TextBody(paras=(Para(runs=(Run(text="A reference borrows a value"),)),))
    columns = ColumnsBody(columns=(Column(body=text), Column(body=CodeBody(text="x\n" * 5))))
    led = replace(item(SlideKindName.COLUMNS, body=columns, has_statement_title=False), title="Led")
    limited = limit_content_slides([bare, led, led, item()], 8, keeps_one=False)
    assert [slide.hidden for slide in limited] == [True, False, True, False]


@pytest.mark.parametrize(("words", "expected"), [("a word", [True]), ("a whole lot of words", [False])])
def test_list_of_single_words_needs_a_statement(words: str, expected: list[bool]) -> None:
    points = TextBody(paras=(Para(runs=(Run(text=words),)),) * 6)
    bullets = item(SlideKindName.BULLETS, body=points, has_statement_title=False)
    assert [slide.hidden for slide in limit_content_slides([bullets], 8, keeps_one=False)] == expected


@pytest.mark.parametrize(
    ("lines", "width", "is_legible"), [(16, 60, True), (16, 110, False), (30, 60, False)]
)
def test_listing_is_legible_if_it_is_neither_long_nor_wide(
    lines: int, width: int, *, is_legible: bool
) -> None:
    assert has_legible_listing([CodeBody(text="\n".join(["x" * width] * lines))]) is is_legible


@pytest.mark.parametrize(
    ("caption", "count"), [("Sales of bread by month since 2020", 5), ("Execution result", 3)]
)
def test_a_picture_with_a_caption_that_explains_it_needs_no_statement(caption: str, count: int) -> None:
    picture = nodes.Figure(images=(), caption=(nodes.Text(text=caption),))
    shown = [item(SlideKindName.PICTURE, has_statement_title=False, book_blocks=(picture,))] * 5
    assert seen(*shown, most=8) == list(range(count))


def test_a_table_for_readers_is_not_seen() -> None:
    long = TableBody(rows=((),) * 20, alignments=(), alt="")
    table = ContentSlide(layout=SlideKindName.TABLE, title="T", body=long, is_requested=False)
    assert seen(table, item(), most=8) == [1]


@pytest.mark.parametrize(
    ("rows", "shade", "expected"), [(9, 1, [0]), (10, 1, []), (10, 0, [0])], ids=["small", "large", "plain"]
)
def test_a_heat_map_with_many_numbers_is_hidden(rows: int, shade: int, expected: list[int]) -> None:
    cell = replace(make_cell(Run(text="7")), shade=shade)
    body = TableBody(rows=((cell,) * 6,) * rows, alignments=(Align.RIGHT,) * 6, alt="")
    table = ContentSlide(layout=SlideKindName.TABLE, title="T", body=body, is_requested=False)
    assert seen(table, most=8) == expected


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(st.sampled_from(list(SlideKindName)), st.booleans(), st.integers(0, 4)), max_size=25)
)
def test_each_next_one_is_the_best_of_those_that_are_left(
    slides: list[tuple[SlideKindName, bool, int]],
) -> None:
    """Compare the choice of slides with an algorithm that checks all remaining slides each time."""
    evidence = [item(layout, has_statement_title=text, section=section) for layout, text, section in slides]
    left, of_section, order = list(range(len(evidence))), Counter[int](), []
    while left:

        def counts(place: int) -> tuple[float, int]:
            return _score_slide(evidence[place]) * 0.5 ** of_section[evidence[place].section], -place

        best = max(
            [place for place in left if not _needs_statement_title(evidence[place])] or left, key=counts
        )
        order.append((best, counts(best)[0]))
        left.remove(best)
        of_section[evidence[best].section] += 1
    assert rank_content_slides(evidence) == order
