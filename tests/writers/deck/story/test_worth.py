"""Which slides of a chapter are seen where it has more than a talk shows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.model import nodes
from triptych.writers.deck.slides import CodeBody, Layout, TableBody
from triptych.writers.deck.story.evidence import (
    Evidence,
    _get_worth,
    _lacks_explanation,
    limit_evidence,
    rank_evidence,
)


def item(layout: Layout = Layout.CODE, **more: Any) -> Evidence:
    return Evidence(
        layout=layout, title="T", body=CodeBody(text="x"), **{"requested": False, "asserted": True, **more}
    )


def seen(*evidence: Evidence, most: int) -> list[int]:
    return [place for place, one in enumerate(limit_evidence(evidence, most)) if not one.hidden]


def test_without_a_limit_all_are_seen() -> None:
    assert seen(*[item()] * 12, most=0) == list(range(12))


def test_no_more_are_seen_than_the_limit_and_each_section_comes_first() -> None:
    chapter = [item(section=section) for section in (1, 1, 1, 2, 3)]
    assert seen(*chapter, most=3) == [0, 3, 4]


def test_what_an_author_asked_for_is_seen_beside_them() -> None:
    assert seen(item(requested=True), item(), item(), most=1) == [0, 1]


def test_a_chart_is_worth_more_than_a_listing() -> None:
    assert seen(item(), item(Layout.CHART, section=0), most=1) == [1]


def test_of_listings_whose_titles_say_nothing_a_few_are_seen() -> None:
    mute = item(asserted=False)
    assert seen(*[mute] * 6, most=8) == [0, 1, 2]
    assert seen(*[mute] * 2, *[item()] * 4, most=8) == [2, 3, 4, 5]


def test_a_picture_with_a_caption_needs_no_statement() -> None:
    picture = nodes.Figure(images=(), caption=(nodes.Text(text="A cat"),))
    shown = [item(Layout.PICTURE, asserted=False, shown=(picture,))] * 5
    assert seen(*shown, most=8) == [0, 1, 2, 3, 4]


def test_a_table_for_readers_is_not_seen() -> None:
    long = TableBody(rows=((),) * 20, aligns=(), alt="")
    table = Evidence(layout=Layout.TABLE, title="T", body=long, requested=False)
    assert seen(table, item(), most=8) == [1]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from(list(Layout)), st.booleans(), st.integers(0, 4)), max_size=25))
def test_each_next_one_is_the_best_of_those_that_are_left(slides: list[tuple[Layout, bool, int]]) -> None:
    """Against a choice among all that looks at each of them every time."""
    evidence = [item(layout, asserted=said, section=section) for layout, said, section in slides]
    left, of_section, order = list(range(len(evidence))), Counter[int](), []
    while left:

        def counts(place: int) -> tuple[float, int]:
            return _get_worth(evidence[place]) * 0.5 ** of_section[evidence[place].section], -place

        best = max([place for place in left if not _lacks_explanation(evidence[place])] or left, key=counts)
        order.append((best, counts(best)[0]))
        left.remove(best)
        of_section[evidence[best].section] += 1
    assert rank_evidence(evidence) == order
