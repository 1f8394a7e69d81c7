"""Test titles: one type size per deck, and space for titles of several lines."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pptx import Presentation

from tests.e2e.odd_templates import ODD
from tests.writers.deck.conftest import shown
from tests.writers.deck.test_writer import deck_of
from triptych.diagnostics import Span
from triptych.theme.theme import load_theme
from triptych.writers.deck.fitting.composition import PlaceholderBoxes
from triptych.writers.deck.fitting.text import (
    Level,
    PlaceholderBox,
    TextArea,
    drop_reserves,
    lengthen_last_line,
    measure_lines,
)
from triptych.writers.deck.fitting.titles import TitledBoxes, find_title_size
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import DeckSlide, Para, Run, SlideKindName, TextBody, make_plain_para
from triptych.writers.deck.template.opening import open_template
from triptych.writers.deck.writer import write_deck

THEME = load_theme()
SHORT, LONG = "One word", "A title that says what the slide shows in so many words that it needs two lines"


def place(top: float, height: float, size: float = 30.0, width: float = 640.0) -> PlaceholderBox:
    levels = (Level(size=size, family=THEME.sans),)
    area = TextArea(width=width, height=height, levels=levels)
    return PlaceholderBox(left=40, top=top, width=width, height=height, text_area=area)


def places(title: PlaceholderBox, body: PlaceholderBox) -> PlaceholderBoxes:
    return {PlaceholderRole.TITLE: title, PlaceholderRole.BODY: body}


HIGH = places(place(20, 90), place(120, 300))
LOW = places(place(20, 32), place(70, 300))
AT_FOOT = places(place(420, 32), place(40, 360))


def titled(title: str, own: PlaceholderBoxes, size: float | None = 24.0) -> TitledBoxes:
    return TitledBoxes(title, {SlideKindName.BULLETS: own}, THEME, size)


class TestSizeOfADeck:
    def test_titles_that_fit_keep_the_size_of_the_template(self) -> None:
        assert (
            find_title_size(
                [(SHORT, SlideKindName.BULLETS, HIGH), (LONG, SlideKindName.BULLETS, HIGH)], THEME
            )
            == 30.0
        )

    def test_the_longest_title_decides(self) -> None:
        tight = places(place(20, 66), place(120, 300))
        size = find_title_size(
            [(SHORT, SlideKindName.BULLETS, tight), (LONG, SlideKindName.BULLETS, tight)], THEME
        )
        assert size is not None and 24.0 <= size < 30.0

    def test_titles_grow_before_they_are_hard_to_read(self) -> None:
        assert find_title_size([(LONG, SlideKindName.BULLETS, LOW)], THEME) == 24.0

    def test_one_title_in_ten_may_be_too_long(self) -> None:
        some = [(SHORT, SlideKindName.BULLETS, LOW)] * 10
        assert find_title_size([*some, (LONG * 6, SlideKindName.BULLETS, LOW)], THEME) == 24.0
        assert find_title_size([(LONG * 6, SlideKindName.BULLETS, LOW)] * 2, THEME) == 16.0

    def test_the_smallest_size_of_several_layouts_is_that_of_all(self) -> None:
        small = places(place(20, 90, size=26), place(120, 300))
        assert (
            find_title_size(
                [(SHORT, SlideKindName.BULLETS, HIGH), (SHORT, SlideKindName.CHART, small)], THEME
            )
            == 26.0
        )

    def test_quotation_label_does_not_set_the_title_size(self) -> None:
        label = places(place(20, 40, size=18.0), place(120, 300))
        assert (
            find_title_size(
                [(SHORT, SlideKindName.QUOTE, label), (SHORT, SlideKindName.BULLETS, HIGH)], THEME
            )
            == 30.0
        )

    def test_titles_of_title_slides_do_not_count(self) -> None:
        assert (
            find_title_size([(LONG, SlideKindName.TITLE, LOW), (LONG, SlideKindName.CLOSING, LOW)], THEME)
            is None
        )


class TestGrowing:
    def test_title_with_enough_space_changes_nothing(self) -> None:
        assert titled(LONG, HIGH).find_changed_boxes(SlideKindName.BULLETS) == {}

    def test_title_uses_space_below_and_then_that_of_content(self) -> None:
        result = titled(LONG, LOW)[SlideKindName.BULLETS]
        title, body = result[PlaceholderRole.TITLE], result[PlaceholderRole.BODY]
        assert title.height > 32 and title.top == 20
        assert body.top >= title.top + title.height
        assert body.top + body.height == pytest.approx(370)
        assert body.text_area.height == pytest.approx(body.height)
        fitted = titled(LONG, LOW).fit_title(LONG, SlideKindName.BULLETS)
        assert fitted is not None and fitted.scale * 30 == pytest.approx(24)

    def test_a_title_under_the_content_grows_upwards(self) -> None:
        result = titled(LONG, AT_FOOT)[SlideKindName.BULLETS]
        title, body = result[PlaceholderRole.TITLE], result[PlaceholderRole.BODY]
        assert title.top < 420 and title.top + title.height == pytest.approx(452)
        assert body.top == 40 and body.top + body.height <= title.top

    def test_title_stays_on_its_background(self) -> None:
        band = {**LOW, PlaceholderRole.TITLE: replace(LOW[PlaceholderRole.TITLE], max_growth=4.0)}
        result = titled(LONG, band)
        assert result[SlideKindName.BULLETS][PlaceholderRole.TITLE].height <= 36
        fitted = result.fit_title(LONG, SlideKindName.BULLETS)
        assert fitted is not None and fitted.scale * 30 < 24

    def test_title_of_a_title_slide_shrinks_before_it_grows(self) -> None:
        titled_boxes = TitledBoxes("Words enough for two", {SlideKindName.CLOSING: LOW}, THEME, 24.0)
        assert titled_boxes.find_changed_boxes(SlideKindName.CLOSING) == {}


def slides(*titles: str) -> list[DeckSlide]:
    body = TextBody(paras=tuple(Para(runs=(Run(text=word),)) for word in ("One", "Two", "Three")))
    return [DeckSlide(kind=SlideKindName.BULLETS, title=title, body=body) for title in titles]


@pytest.mark.parametrize("name", sorted(ODD))
def test_the_titles_of_a_deck_have_one_size_on_any_template(name: str) -> None:
    template, _ = open_template(THEME, "en", ODD[name](), {}, Span(path="book.yaml"))
    assert template is not None
    data, findings = write_deck(
        deck_of(*slides(SHORT, LONG, f"{SHORT}s", f"{LONG} or three")), THEME, template=template
    )
    assert not [item for item in findings if item.code.startswith("DEK")]
    titles = [slide.shapes.title for slide in Presentation(io.BytesIO(data)).slides]
    sizes = {run.font.size for title in titles for para in title.text_frame.paragraphs for run in para.runs}
    assert len(sizes) == 1
    assert [title.text_frame.text for title in titles][1] == LONG


class TestLastLines:
    AREA = TextArea(width=400, height=64, levels=(Level(size=24.0, family=THEME.serif),))

    def measure(self, title: str) -> list[float]:
        return measure_lines(make_plain_para(title), *drop_reserves(self.AREA, THEME), 1.0)

    def test_a_single_word_on_the_last_line_gets_more_words(self) -> None:
        words = ("share", "market", "of the", "growing")
        titles = (f"{'market ' * count}{word}" for count in range(2, 12) for word in words)
        title = next(
            title
            for title, lines in ((title, self.measure(title)) for title in titles)
            if len(lines) == 2 and lines[1] < 0.3 * lines[0]
        )
        changed = shown([lengthen_last_line(make_plain_para(title), self.AREA, THEME)])
        assert changed.replace("\u00a0", " ") == title
        first, last = self.measure(changed)
        assert last >= 0.3 * first

    @pytest.mark.parametrize(
        "title", ["One line", "A title whose second line is about as long as its first line is here"]
    )
    def test_other_titles_are_unchanged(self, title: str) -> None:
        para = make_plain_para(title)
        assert lengthen_last_line(para, self.AREA, THEME) == para


class TestContentBelowShortTitles:
    @pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
    def test_content_moves_up_by_the_part_of_the_unused_height_below_the_text(self, fraction: float) -> None:
        own = places(replace(HIGH[PlaceholderRole.TITLE], yielded_fraction=fraction), place(120, 300))
        boxes = titled(SHORT, own)[SlideKindName.BULLETS]
        title, body = boxes[PlaceholderRole.TITLE], boxes[PlaceholderRole.BODY]
        unused = 90 - 24 * 1.2
        assert 120 - body.top == pytest.approx(unused * fraction, abs=4)
        assert body.bottom == pytest.approx(420)
        assert body.top - title.bottom == pytest.approx(10, abs=4)

    def test_the_first_line_of_a_title_stays_in_its_place(self) -> None:
        own = places(replace(HIGH[PlaceholderRole.TITLE], yielded_fraction=1.0), place(120, 300))
        assert {
            titled(title, own)[SlideKindName.BULLETS][PlaceholderRole.TITLE].top for title in (SHORT, LONG)
        } == {20.0}

    def test_a_title_that_becomes_longer_on_continued_slides_keeps_its_space(self) -> None:
        own = places(replace(HIGH[PlaceholderRole.TITLE], yielded_fraction=1.0), place(120, 300))
        boxes = titled(SHORT, own)
        assert boxes.has_room_for_title(SHORT, SlideKindName.BULLETS)
        assert not boxes.has_room_for_title(LONG, SlideKindName.BULLETS)

    def test_content_far_below_a_title_stays_in_its_place(self) -> None:
        own = places(replace(HIGH[PlaceholderRole.TITLE], yielded_fraction=1.0), place(170, 250))
        assert titled(SHORT, own)[SlideKindName.BULLETS][PlaceholderRole.BODY].top == 170
