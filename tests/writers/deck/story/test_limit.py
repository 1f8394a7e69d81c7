"""Test the maximum number of slides: the least important slides are omitted."""

from __future__ import annotations

from typing import Any

from tests.conftest import ReadBook, pictures_of
from tests.writers.deck.story.conftest import FILES
from tests.writers.deck.story.test_worth import item
from triptych.languages.labels import load_labels
from triptych.theme.templating import load_page_templates
from triptych.writers.deck.slides import Run, SlideKindName
from triptych.writers.deck.story.chapter_views import ChapterView
from triptych.writers.deck.story.content_slides import ContentSlide
from triptych.writers.deck.story.runs import AuthorNote
from triptych.writers.deck.story.storyboard import StoryOptions, limit_slides, make_storyboard
from triptych.writers.deck.story.talk_timing import TalkTiming


def view(*evidence: ContentSlide, **more: Any) -> ChapterView:
    plain: dict[str, Any] = {
        "name": "",
        "message": "",
        "divided": True,
        "hidden": False,
        "takeaways": (),
        "opening": (),
        "notes": (),
        "span": None,
    }
    return ChapterView(id="a", title="A", evidence=evidence, **{**plain, **more})


def left(most: int, **views: ChapterView) -> dict[str, list[SlideKindName]]:
    kept, _ = limit_slides(views, most, 1)
    return {name: [item.layout for item in view.evidence] for name, view in kept.items()}


CHART, CODE = item(SlideKindName.CHART), item()


def test_nothing_is_omitted_without_or_below_the_limit() -> None:
    for most in (0, 4):
        assert left(most, a=view(CODE, CHART)) == {"a": [SlideKindName.CODE, SlideKindName.CHART]}
        assert limit_slides({"a": view(CODE, CHART)}, most, 1)[1] == []


def test_hidden_slides_are_removed_first_then_the_lowest_scores_from_the_end() -> None:
    hidden = item(SlideKindName.CHART, hidden=True)
    assert left(5, a=view(CODE, hidden), b=view(CHART)) == {
        "a": [SlideKindName.CODE],
        "b": [SlideKindName.CHART],
    }
    assert left(4, a=view(CODE, hidden), b=view(CHART)) == {"a": [], "b": [SlideKindName.CHART]}
    assert left(4, a=view(CODE), b=view(CODE)) == {"a": [SlideKindName.CODE], "b": []}


def test_slides_with_author_notes_are_kept() -> None:
    text = item(notes=(AuthorNote((Run(text="Said."),)),))
    assert left(4, a=view(CODE, text, CODE), b=view(item(author_notes=((Run(text="Said."),),)))) == {
        "a": [SlideKindName.CODE],
        "b": [SlideKindName.CODE],
    }


def test_requested_slides_count_towards_the_limit() -> None:
    _, (finding,) = limit_slides({"a": view(*[CODE] * 9)}, 4, 1)
    assert finding.code == "DEK008" and finding.message.endswith("; 7 slides were omitted")


def test_requested_slides_are_kept() -> None:
    requested = item(is_requested=True)
    assert left(1, a=view(requested, CHART)) == {"a": [SlideKindName.CODE]}
    _, (finding,) = limit_slides({"a": view(*[requested] * 5, CHART)}, 3, 1)
    assert finding.message == (
        "the deck is limited to 3 slides, but 7 slides are required; 1 slide was omitted"
    )
    _, (finding,) = limit_slides({"a": view(*[requested] * 5)}, 3, 1)
    assert finding.message == "the deck is limited to 3 slides, but 7 slides are required"
    assert finding.hint == "raise `max-slides` (0 for no limit), or mark less content with `{.slide}`"


def test_chapters_with_least_content_are_removed_last_except_with_notes() -> None:
    text = view(notes=(AuthorNote(()),))
    assert list(left(3, a=view(CODE), b=view(CHART), c=text)) == ["b", "c"]
    assert list(left(1, a=view(CODE), b=view(CHART), c=text)) == ["c"]


def test_chapter_without_evidence_gets_a_divider() -> None:
    text = view(CODE, divided=False, notes=(AuthorNote(()),))
    kept, _ = limit_slides({"a": text}, 1, 1)
    assert not kept["a"].evidence and kept["a"].divided


def test_deck_keeps_the_limit_and_the_book_has_the_rest(read_book_of: ReadBook) -> None:
    listings = "".join(f"## H{n}\n\nText.\n\n```c\na\nb\n{n}\n```\n\n" for n in range(20))
    chart = "::: {#fig-a .chart .slide data=data.csv x=year y=gw type=line fig-alt=A}\nChart\n:::\n\n![B](a.png){fig-alt=B}\n"
    book, _ = read_book_of(listings + chart, files=FILES)
    deck, findings = make_storyboard(
        book,
        load_labels("en"),
        load_page_templates(),
        StoryOptions(max_slides=8, timing=TalkTiming()),
        pictures=pictures_of(book),
    )
    assert 4 < len(deck.slides) <= 8 and any(slide.id == "fig-a" for slide in deck.slides)
    assert [finding.code for finding in findings] == ["DEK008"]
