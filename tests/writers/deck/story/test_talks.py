"""Test the opening, the transitions and the end of talks, for books that were not written for a talk."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.writers.deck.conftest import said
from tests.writers.deck.story.conftest import Tell
from tests.writers.deck.story.test_storyboard import evidence, words
from triptych.writers.deck.slides import (
    CodeBody,
    ColumnsBody,
    Deck,
    DeckSlide,
    Para,
    Run,
    SlideKindName,
    TextBody,
    number_slides,
    order_slides,
)
from triptych.writers.deck.story.content_slides import ContentSlide
from triptych.writers.deck.story.derived_talks import adapt_slide, choose_takeaways
from triptych.writers.deck.story.statements import StatementFinder
from triptych.writers.deck.story.talk_timing import TalkTiming

LESSON = """\
---
title: Ownership
---

Ownership keeps memory safe without a collector.

## Moves

A **move** gives the value of `s1` to a new name.

```rust
let s1 = String::from("a");
let s2 = s1;
println!("{s2}");
let s3 = s2;
println!("{s3}");
```

The name `s1` has no value after a move.

## References

A *reference* such as `r` points to a value.

```rust
let s1 = String::from("a");
let r = &s1;
println!("{r}");
let r2 = &s1;
println!("{r2}");
```

## Slices

A *slice* refers to a part of a collection.

## Exercises

Write a program:

- print a line
- count the words
- find the longest

## Summary

Ownership, borrowing and slices make programs safe at compile time.
"""


SUMMARY = "---\nsummary: It is so.\n---\n\n"


def lesson(number: int) -> str:
    return LESSON.replace("title: Ownership", f"title: Ownership {number}")


def chapters(*names: str) -> str:
    return f"  chapters: [{', '.join(f'{name}.md' for name in names)}]\n"


def seen(deck: Deck) -> list[DeckSlide]:
    return [slide for slide in deck.slides if not slide.hidden]


def by_id(deck: Deck, name: str) -> DeckSlide:
    return next(slide for slide in deck.slides if slide.id == name)


class TestSummary:
    def test_the_first_takeaway_of_the_book_is_borne_out_by_the_others(self, tell_chapters: Tell) -> None:
        manifest = "  takeaways: [China leads., One is so., Two is so., Three is so.]\n"
        deck = tell_chapters(manifest + chapters("a"), a="Text.")
        summary = deck.slides[1]
        assert (summary.id, summary.title, summary.tracker) == ("summary", "China leads", "In brief")
        assert words(summary) == ["One is so.", "Two is so.", "Three is so."]

    def test_chinese_claim_has_no_full_stop(self, tell_chapters: Tell) -> None:
        head = "book:\n  title: 书\n  lang: zh-Hans\n  takeaways: [中国领先。, 其一。, 其二。, 其三。]\n"
        deck = tell_chapters("", files={"source/book.yaml": head + chapters("a")}, a="正文。")
        assert deck.slides[1].title == "中国领先"

    def test_few_takeaways_are_below_their_heading(self, tell_chapters: Tell) -> None:
        deck = tell_chapters("  takeaways: [One is so., Two is so.]\n" + chapters("a"), a="Text.")
        assert (deck.slides[1].title, words(deck.slides[1])) == ("In brief", ["One is so.", "Two is so."])

    def test_summary_without_takeaways_uses_the_first_of_each_chapter(self, tell_chapters: Tell) -> None:
        texts = {n: f"---\ntakeaways: [{n} is so., More.]\n---\nText." for n in "abcdefgh"}
        deck = tell_chapters(chapters(*texts), **texts)
        lines = words(by_id(deck, "summary"))
        assert len(lines) == 6 and (lines[0], lines[-1]) == ("a is so.", "h is so.")

    def test_book_without_takeaways_ends_neutrally_and_has_no_summary(self, tell_chapters: Tell) -> None:
        deck = tell_chapters(chapters("a", "b"), a=LESSON, b=LESSON)
        assert not any(slide.id == "summary" for slide in deck.slides)
        assert (deck.slides[-1].title, deck.slides[-1].subtitle) == ("Thank you", "A book")

    @pytest.mark.parametrize(("role", "last"), [("", "Thank you"), ("role: conclusion", "So it ends.")])
    def test_the_last_slide_does_not_repeat_the_title_of_the_summary(
        self, tell_chapters: Tell, role: str, last: str
    ) -> None:
        takeaways = "  takeaways: [One is so., Two is so., Three is so., Four is so.]\n"
        text = f"---\ntakeaways: [So it ends.]\n{role}\n---\n\nText."
        deck = tell_chapters(takeaways + chapters("a"), a=text)
        assert (deck.slides[1].title, deck.slides[-1].title) == ("One is so", last)

    def test_the_last_slide_has_the_message_and_where_the_book_is_found(self, tell_chapters: Tell) -> None:
        manifest = "  takeaways: [China leads., One is so.]\n  publisher: A press\n  date: 2026-01-02\n"
        identifier = "  identifier: https://example.org/book\n"
        last = tell_chapters(manifest + identifier + chapters("a"), a="Text.").slides[-1]
        assert (last.kind, last.title, last.kicker) == ("closing", "China leads.", "Thank you")
        assert words(last) == ["A press, 2026", "https://example.org/book"]
        assert isinstance(last.body, TextBody)
        assert last.body.paras[-1].runs[0].href == "https://example.org/book"
        assert said(last) == ()


class TestDividers:
    FRONT = "---\nsummary: It is so. There is more to it.\n---\n"

    @pytest.mark.parametrize(("way", "sentence"), [("summary", "It is so."), ("title", "")])
    def test_dividers_have_a_title_and_at_most_one_sentence(
        self, way: str, sentence: str, tell_chapters: Tell
    ) -> None:
        deck = tell_chapters(chapters("a"), a=f"{self.FRONT}Text.", more={"dividers": way})
        (divider,) = (slide for slide in deck.slides if slide.kind is SlideKindName.DIVIDER)
        assert divider.subtitle == sentence
        assert said(divider)[0] == "It is so. There is more to it."

    def test_chapters_without_dividers_start_with_their_content(self, tell_chapters: Tell) -> None:
        table = "| A | B |\n|---|---|\n| 1 | 2 |\n"
        text = f"{self.FRONT}{table}"
        deck = tell_chapters(chapters("a", "b", "c"), a=text, b=text, c="Prose.", more={"dividers": "none"})
        dividers = [slide.title for slide in deck.slides if slide.kind is SlideKindName.DIVIDER]
        assert len(dividers) == 1  # a slide of its own, since it shows nothing
        first = next(slide for slide in deck.slides if slide.kind is SlideKindName.TABLE)
        assert said(first)[0] == "It is so. There is more to it."

    def test_agenda_links_to_the_first_slide_of_each_chapter(self, tell_chapters: Tell) -> None:
        table = "| A | B |\n|---|---|\n| 1 | 2 |\n"
        text = f": A caption {{#tbl-x}}\n\n{table}"
        texts = {name: SUMMARY + text for name, text in (("a", table), ("b", text), ("c", "Prose."))}
        for way in ("summary", "none"):
            deck = tell_chapters(chapters(*texts), **texts, more={"dividers": way})
            agenda = by_id(deck, "agenda").body
            assert isinstance(agenda, TextBody)
            targets = [para.runs[0].slide for para in agenda.paras]
            firsts = [slide.id for slide in deck.slides if slide.section and slide.chapter]
            assert targets == firsts and all(targets)


class TestTracker:
    def test_tracker_shows_the_chapter_and_their_number(self, tell_chapters: Tell) -> None:
        deck = tell_chapters(chapters("a", "b"), a=lesson(1), b=lesson(2))
        trackers = dict.fromkeys(slide.tracker for slide in seen(deck) if slide.tracker)
        assert list(trackers) == ["Ownership 1 · 1\u00a0of\u00a02", "Ownership 2 · 2\u00a0of\u00a02"]

    def test_a_single_chapter_has_none(self, tell: Tell) -> None:
        assert not any(slide.tracker for slide in tell(LESSON.partition("---\n\n")[2]).slides)


class TestAgenda:
    def test_long_agenda_continues(self, tell_chapters: Tell) -> None:
        names = [f"c{number}" for number in range(40)]
        deck = tell_chapters(chapters(*names), **{name: f"{SUMMARY}# Chapter {name}\n" for name in names})
        agenda = [slide for slide in deck.slides if slide.title.startswith("Contents")]
        assert [slide.title for slide in agenda] == [
            "Contents (1\u00a0of\u00a02)",
            "Contents (2\u00a0of\u00a02)",
        ]
        texts = [
            para.runs[0].text
            for slide in agenda
            if isinstance(slide.body, ColumnsBody)
            for column in slide.body.columns
            if isinstance(column.body, TextBody)
            for para in column.body.paras
        ]
        assert texts == [f"Chapter {name}" for name in names]

    def test_long_title_is_shortened_at_its_colon(self, tell_chapters: Tell) -> None:
        long = "Fundamentals of asynchronous programming: promises, futures and streams"
        texts = {"a": f"{SUMMARY}# {long}\n", "b": f"{SUMMARY}# Short: and sweet\n", "c": f"{SUMMARY}# C\n"}
        agenda = by_id(tell_chapters(chapters(*texts), **texts), "agenda")
        assert words(agenda) == ["Fundamentals of asynchronous programming", "Short: and sweet", "C"]


class TestPlainBooks:
    @pytest.fixture
    def deck(self, tell_chapters: Tell) -> Deck:
        return tell_chapters(
            chapters("a") + "  appendices: [keywords.md]\n",
            a=LESSON,
            keywords=lesson(2),
            more={"max_chapter_slides": 8},
        )

    def test_titles_state_the_message_of_the_content(self, deck: Deck) -> None:
        assert [slide.title for slide in seen(deck) if slide.chapter] == [
            "Ownership",
            "A move gives the value of s1 to a new name",
            "A reference such as r points to a value",
        ]

    def test_listings_have_points_next_to_them(self, deck: Deck) -> None:
        slide = next(slide for slide in seen(deck) if slide.title.startswith("A move"))
        assert slide.kind is SlideKindName.COLUMNS and isinstance(slide.body, ColumnsBody)
        text, code = (column.body for column in slide.body.columns)
        assert isinstance(text, TextBody) and isinstance(code, CodeBody)
        assert ["".join(run.text for run in para.runs) for para in text.paras] == [
            "The name s1 has no value after a move"
        ]

    def test_exercises_are_hidden(self, deck: Deck) -> None:
        slides = [slide for slide in deck.slides if isinstance(slide.body, TextBody)]
        assert [slide.hidden for slide in slides if "count the words" in words(slide)] == [True, True]

    def test_an_appendix_is_for_readers(self, deck: Deck) -> None:
        slides = [slide for slide in deck.slides if slide.chapter == "sec-keywords"]
        assert slides and all(slide.hidden for slide in slides)

    def test_hidden_slides_come_last_and_others_are_numbered_without_gaps(self, deck: Deck) -> None:
        order = [slide.hidden for slide in order_slides(deck)]
        assert order == sorted(order) and any(order)
        visible = [n for n, slide in zip(number_slides(deck), deck.slides, strict=True) if not slide.hidden]
        assert visible == list(range(1, len(visible) + 1))

    def test_visible_slides_do_not_exceed_the_maximum(self, tell_chapters: Tell) -> None:
        sections = "".join(
            f"## Part {n}\n\nA *part* with `a{n}` is a piece of the whole.\n\n```\na{n}\nb\nc\nd\ne\n```\n\n"
            for n in range(20)
        )
        for most in (4, 8):
            deck = tell_chapters(chapters("a"), a=sections, more={"max_chapter_slides": most})
            assert len([slide for slide in seen(deck) if slide.chapter]) == most

    def test_titles_have_no_counter(self, deck: Deck) -> None:
        assert not [slide.title for slide in deck.slides if re.search(r"\(\d+\)$", slide.title)]


KINDS = ("Small", "Large", "Shared")
TOPICS = ("Moves", "Locks", "Slices", "Traits")


def tell_topics(tell_chapters: Tell, *, text: str = "", more: object = None, manifest: str = "") -> Deck:
    """Return the deck of a book that has a chapter without a written talk for each topic."""
    texts = {
        topic.lower(): f"# {topic}\n\n{topic} keep the memory of programs safe.\n\n{text.format(topic)}"
        for topic in TOPICS
    }
    return tell_chapters(manifest or chapters(*texts), more=more, **texts)


class TestDerivedTalks:
    def test_only_chapters_with_three_slides_have_dividers(self, tell_chapters: Tell) -> None:
        table = ": Table {0}\n\n| A | B | C |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 5
        for count, limit, divided in ((2, 8, False), (3, 8, True), (3, 3, False)):
            text = "".join(f"## Part {n}\n\n{table.format(n)}\n" for n in range(count))
            deck = tell_topics(
                tell_chapters, text=text.replace("{", "{{"), more={"max_chapter_slides": limit}
            )
            slides = [slide for slide in seen(deck) if slide.chapter]
            kinds = [slide.kind for slide in slides if slide.chapter == slides[0].chapter]
            assert kinds == [SlideKindName.DIVIDER] * divided + [SlideKindName.TABLE] * count

    def test_sentences_of_the_sections_are_shown_if_there_is_no_other_slide(
        self, tell_chapters: Tell
    ) -> None:
        sections = "".join(
            f"## {name} values\n\nA *{name.lower()} value* has one owner.\n\n" for name in KINDS
        )
        slides = [slide for slide in seen(tell_topics(tell_chapters, text=sections)) if slide.chapter]
        assert {slide.kind for slide in slides} == {SlideKindName.BULLETS}
        assert slides[0].title == "Moves keep the memory of programs safe"
        assert words(slides[0]) == [f"A {name.lower()} value has one owner" for name in KINDS]

    def test_listing_without_a_sentence_gives_way_to_sentences_of_the_sections(
        self, tell_chapters: Tell
    ) -> None:
        listing = "```\na\nb\nc\nd\ne\nf\n```\n\n"
        sections = "".join(
            f"## {name} values\n\nA *{name.lower()} value* has one owner.\n\nText.\n\n- item\n\n{listing}"
            for name in KINDS
        )
        deck = tell_topics(tell_chapters, text=sections, more={"max_chapter_slides": None})
        assert {slide.kind for slide in seen(deck) if slide.chapter} == {SlideKindName.BULLETS}

    @pytest.mark.parametrize("language", ["python", "console"])
    def test_output_without_its_program_is_hidden(self, language: str, tell_chapters: Tell) -> None:
        listing = (
            f"## Owners\n\nThe list of owners names each value:\n\n```{language}\n" + "list\n" * 6 + "```\n"
        )
        slides = [slide for slide in seen(tell_topics(tell_chapters, text=listing)) if slide.chapter]
        assert bool(slides) is (language == "python")

    def test_summary_has_the_messages_of_the_chapters(self, tell_chapters: Tell) -> None:
        listed = "## Rules\n\n" + "".join(f"- Point {number} is a rule\n" for number in range(5))
        summary = by_id(tell_topics(tell_chapters, text=listed), "summary")
        assert words(summary) == [f"{topic} keep the memory of programs safe" for topic in TOPICS]

    def test_list_of_a_summary_is_shown_instead_of_other_slides(self, tell_chapters: Tell) -> None:
        listed = "".join(f"- Rule {number} is *safe*. More of it.\n" for number in range(3))
        table = ": A table\n\n| A | B | C |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 5
        text = f"## TL;DR\n\n{listed}\n## Table\n\n{table}".replace("{", "{{")
        deck = tell_topics(tell_chapters, text=text, more={"max_chapter_slides": 1})
        slides = [slide for slide in seen(deck) if slide.chapter]
        assert [slide.kind for slide in slides] == [SlideKindName.BULLETS] * len(TOPICS)
        assert " ".join((slides[0].title, *words(slides[0]))).count("is safe") == 3

    def test_key_sentence_that_repeats_the_summary_is_not_a_takeaway(self) -> None:
        conclusions = ["Locks protect data", "Threads share memory", "Channels move messages"]
        keys = ["The data in a program has locks that protect them", "Atomics keep counters safe"]
        takeaways, claim = choose_takeaways(
            conclusions, lambda minimum: keys, "", StatementFinder.from_language("en")
        )
        assert keys[0] not in (claim, *takeaways) and keys[1] in (claim, *takeaways)

    @pytest.mark.parametrize(
        ("points", "shown"),
        [
            (("Locks protect data", "These block threads", "Cells hold values"), 2),
            (("Locks protect data", "These block threads", "It waits for others"), 0),  # most are unclear
            (("mutual exclusion", "and the use of channels", "atomic values"), 0),  # completes a sentence
            (("[Locks](https://example.org)", "[Cells](https://example.org)"), 0),  # links
            (tuple(f"Lock {number} protects data {'very ' * 30}well" for number in range(9)), 3),  # too long
        ],
    )
    def test_only_points_that_make_sense_without_the_text_are_shown(
        self, tell_chapters: Tell, points: tuple[str, ...], shown: int
    ) -> None:
        body = TextBody(
            paras=tuple(Para(runs=(Run(text=point, href=point.partition("(")[2]),)) for point in points)
        )
        slide = ContentSlide(layout=SlideKindName.BULLETS, title="Rules", body=body, is_requested=False)
        adapted = adapt_slide(slide, ("Rules",), StatementFinder.from_language("en"))
        assert isinstance(adapted.body, TextBody)
        assert (0 if adapted.hidden else len(adapted.body.paras)) == shown

    def test_sentence_on_another_slide_is_not_a_takeaway(self, tell_chapters: Tell) -> None:
        sections = "".join(
            f"## {name} values\n\nA *{name.lower()} value* has one owner.\n\n" for name in KINDS
        )
        listing = "```\nvalue = small\nb\nc\nd\ne\nf\n```\n\n"
        deck = tell_topics(tell_chapters, text=sections.replace("owner.\n\n", f"owner.\n\n{listing}", 1))
        texts = [
            words(slide) for slide in seen(deck) if slide.chapter and slide.kind is SlideKindName.BULLETS
        ]
        assert texts == []

    def test_chapter_with_nothing_to_show_is_hidden(self, tell_chapters: Tell) -> None:
        texts = {name: f"# {name}\n\n![A picture](a.png){{.slide}}\n" for name in TOPICS} | {
            "bare": "# Bare\n\nBare chapters keep memory safe."
        }
        deck = tell_chapters(chapters(*texts), **texts)
        assert [slide.hidden for slide in deck.slides if slide.chapter == "sec-bare"] == [True]
        assert words(by_id(deck, "agenda")) == list(TOPICS)

    def test_title_of_one_word_has_the_chapter_title_before_it(self, tell_chapters: Tell) -> None:
        listed = "## Rules\n\n" + "".join(f"- Point {number} is a rule\n" for number in range(5))
        titles = [slide.title for slide in seen(tell_topics(tell_chapters, text=listed))]
        assert "Moves: Rules" in titles and "Rules" not in titles

    def test_heading_in_the_chapter_title_is_not_repeated_in_slide_titles(self, tell_chapters: Tell) -> None:
        listed = "## {0}\n\n" + "".join(f"- Point {number} is a rule\n" for number in range(5))
        titles = [slide.title for slide in seen(tell_topics(tell_chapters, text=listed))]
        assert "Moves" in titles and "Moves: Moves" not in titles

    @pytest.mark.parametrize(("count", "most"), [(4, 3), (30, 2), (61, 1)])
    def test_chapters_have_at_most_three_slides_and_fewer_in_a_long_book(
        self, count: int, most: int, tell_chapters: Tell
    ) -> None:
        listings = "".join(
            f"## Part {n}\n\nA *part* with `a{n}` is a piece.\n\n```\na{n}\nb\nc\nd\ne\nf\n```\n\n"
            for n in range(5)
        )
        texts = {f"c{number}": f"# Topic {number}\n\n{listings}" for number in range(count)}
        deck = tell_chapters(chapters(*texts), more={"max_chapter_slides": None}, **texts)
        shown = Counter(slide.chapter for slide in seen(deck) if slide.chapter)
        assert set(shown.values()) == {most} and len(shown) == count

    def test_agenda_of_many_chapters_lists_the_parts(self, tell_chapters: Tell) -> None:
        names = [f"c{number}" for number in range(24)]
        parts = "".join(
            f"    - part: Part {part}\n      chapters: [{', '.join(f'{n}.md' for n in names[part * 6 : part * 6 + 6])}]\n"
            for part in range(4)
        )
        deck = tell_chapters(f"  chapters:\n{parts}", **{name: f"{SUMMARY}# {name}\n" for name in names})
        assert words(by_id(deck, "agenda")) == [f"Part\u00a0{part}" for part in range(4)]


def test_output_is_next_to_its_listing(tell: Tell) -> None:
    text = "A loop counts.\n\n```python\nfor i in range(2):\n    print(i)\n\n```\n\nIt prints:\n\n```output\n0\n1\n\n```\n"
    (slide,) = evidence(tell(text))
    assert isinstance(slide.body, ColumnsBody)
    assert [type(column.body) for column in slide.body.columns] == [CodeBody, CodeBody]


# --- Talks of named slides ------------------------------------------------------------------------------

HAND = """\
---
title: Part {0}
summary: What {0} is about.
takeaways: [A point of {0}, Another of {0}]
slides: {{mode: MODE}}
---

Prose of {0} that nobody has to say.

::: {{#fig-{0} .chart MORE data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="Chart of {0}"}}
Caption
:::

::: {{.slide #sld-{0} title="Own of {0}"}}
- A point

::: notes
Words to {0}.
:::
:::

More prose of {0}, which is beside the slide.
"""
BOOK = "  takeaways: [The message, A reason, Another]\n  chapters: [one.md, two.md]\n"


def by_hand(
    tell_chapters: Tell, mode: str = "auto", more: str = "", manifest: str = "", **how: object
) -> Deck:
    text = HAND.replace("MODE", mode).replace("MORE", more)
    files = {"one": text.format("one"), "two": text.format("two")}
    return tell_chapters(BOOK + manifest, more={"timing": TalkTiming(minutes=30), **how}, **files)


@pytest.mark.parametrize(
    ("mode", "more"), [("auto", ""), ("explicit", ""), ("none", ".backup"), ("auto", ".no-slide")]
)
def test_talk_shows_listed_slides_in_order(tell_chapters: Tell, mode: str, more: str) -> None:
    names = ["fig-two", "sld-one", "fig-one"]
    deck = by_hand(tell_chapters, mode, more, f"talk: {{slides: [{', '.join(names)}]}}\n", visible_ids=names)
    assert [slide.title for slide in deck.slides if not slide.hidden] == [
        "A book",
        "In brief",
        "Chart of two",
        "Own of one",
        "Chart of one",
        "The message",
    ]
    hidden = [slide for slide in deck.slides if slide.hidden]
    assert deck.slides[-len(hidden) :] == tuple(hidden)
    (other,) = [slide for slide in hidden if slide.id == "sld-two"]
    assert said(other) == ("Words to two.",)
    assert {slide.tracker for slide in deck.slides if slide.chapter} <= {"Part one", "Part two", ""}


def test_excluded_chapter_is_omitted_from_a_talk_with_listed_slides(
    tell_chapters: Tell,
) -> None:
    deck = by_hand(tell_chapters, "none", "", "talk: {slides: [fig-two]}\n", visible_ids=["fig-two"])
    assert not [slide.title for slide in deck.slides if "one" in slide.title]


def test_author_notes_replace_those_from_the_book(tell_chapters: Tell) -> None:
    deck = by_hand(tell_chapters, "explicit", dividers="none")
    slides = [slide for slide in deck.slides if slide.title.startswith("Own")]
    assert [said(slide) for slide in slides] == [("Words to one.",), ("Words to two.",)]


def test_framing_slides_have_notes_from_the_manifest_or_none(tell_chapters: Tell) -> None:
    deck = by_hand(
        tell_chapters, framing_notes={"title": "Good morning.", "summary": "In short.", "closing": "Thanks."}
    )
    around = {slide.title: said(slide) for slide in deck.slides if not slide.chapter}
    assert around["A book"] == ("Good morning.",)
    assert around["In brief"] == ("In short.",)
    assert around["The message"] == ("Thanks.",)
    bare = by_hand(tell_chapters, framing_switches={"summary": False, "closing": False})
    assert [slide.title for slide in bare.slides if not slide.chapter] == ["A book"]


@pytest.mark.parametrize("own", [True, False])
def test_part_is_mentioned_without_author_notes(tell_chapters: Tell, own: bool) -> None:
    chapters = "  chapters:\n    - {part: Energy, chapters: [one.md, two.md]}\n"
    text = HAND.replace("MODE", "explicit").replace("MORE", "")
    item = text.format("one")
    if not own:
        item = item.replace("::: notes\nWords to one.\n:::\n", "")
    delivery = {"timing": TalkTiming(minutes=30), "dividers": "none"}
    deck = tell_chapters(chapters, more=delivery, one=item, two=text.format("two"))
    (slide,) = [slide for slide in deck.slides if slide.id == "sld-one"]
    assert said(slide)[0] == ("Words to one." if own else "Part\u00a0I: Energy")
