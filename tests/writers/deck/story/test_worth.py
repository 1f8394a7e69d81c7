"""Which slides of a chapter are seen where it has more than a talk shows."""

from __future__ import annotations

from typing import Any

from triptych.model import nodes
from triptych.writers.deck.slides import CodeBody, Layout, TableBody
from triptych.writers.deck.story.evidence import Evidence
from triptych.writers.deck.story.worth import within


def item(layout: Layout = Layout.CODE, **more: Any) -> Evidence:
    return Evidence(
        layout=layout, title="T", body=CodeBody(text="x"), **{"asked": False, "asserted": True, **more}
    )


def seen(*evidence: Evidence, most: int) -> list[int]:
    return [place for place, one in enumerate(within(evidence, most)) if not one.hidden]


def test_without_a_limit_all_are_seen() -> None:
    assert seen(*[item()] * 12, most=0) == list(range(12))


def test_no_more_are_seen_than_the_limit_and_each_section_comes_first() -> None:
    chapter = [item(section=section) for section in (1, 1, 1, 2, 3)]
    assert seen(*chapter, most=3) == [0, 3, 4]


def test_what_an_author_asked_for_is_seen_beside_them() -> None:
    assert seen(item(asked=True), item(), item(), most=1) == [0, 1]


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
    table = Evidence(layout=Layout.TABLE, title="T", body=long, asked=False)
    assert seen(table, item(), most=8) == [1]
