"""Test the boxes of authors' layouts: titles with enough space, and content that uses the free space."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from tests.e2e.deck_templates import python_pptx
from tests.writers.deck.conftest import SPAN, THEME, deck, point
from triptych.diagnostics import Diagnostic
from triptych.writers.deck.fitting.text import Level, PlaceholderBox, TextArea
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import DeckSlide, SlideKindName, TextBody
from triptych.writers.deck.template.areas import order_heading_texts
from triptych.writers.deck.template.opening import open_template
from triptych.writers.deck.template.template import Template
from triptych.writers.deck.writer import write_deck

CONTENT, SECTION = 1, 2  # indices of layouts in python-pptx's template, whose slides have 720 × 540 points
Box = tuple[float, float, float, float]
LONG = "A title that says what the slide shows in so many words that it needs two lines of its own"


def template(title: Box, body: Box, *rules: Box, align: str = "l") -> Template:
    """Open python-pptx's template with moved placeholders and with decoration on its content layout."""

    def change(presentation: Any) -> None:
        layout = presentation.slide_layouts[CONTENT]
        for shape in layout.placeholders:
            if shape.placeholder_format.idx < 2:
                sides = body if shape.placeholder_format.idx else title
                shape.left, shape.top, shape.width, shape.height = map(Pt, sides)
        presentation.slide_master.element.find(f".//{qn('p:titleStyle')}")[0].set("algn", align)
        for number, sides in enumerate(rules):
            tree = layout.shapes._spTree
            tree.add_autoshape(900 + number, "Rule", "rect", *(round(Pt(side)) for side in sides))

    return open_changed(change)


def open_changed(change: Callable[[Any], None]) -> Template:
    presentation = Presentation(io.BytesIO(python_pptx()))
    change(presentation)
    buffer = io.BytesIO()
    presentation.save(buffer)
    opened, findings = open_template(THEME, "en", buffer.getvalue(), {}, SPAN)
    assert opened is not None and not findings
    return opened


def find_boxes(opened: Template) -> tuple[PlaceholderBox, PlaceholderBox]:
    boxes = opened.kind_layouts[SlideKindName.BULLETS].placeholder_boxes
    return boxes[PlaceholderRole.TITLE], boxes[PlaceholderRole.BODY]


def write(opened: Template, *slides: DeckSlide) -> tuple[Any, list[Diagnostic]]:
    data, findings = write_deck(deck(*slides), THEME, template=opened)
    return Presentation(io.BytesIO(data)), findings


STRIP, LINE = (10.0, 6.0, 700.0, 50.0), (0.0, 42.0, 600.0, 1.0)


class TestTitleArea:
    def test_title_moves_below_a_line_that_leaves_it_one_line(self) -> None:
        title, body = find_boxes(template(STRIP, (40, 100, 640, 380), LINE))
        assert title.top >= 43
        assert title.text_area.height >= 2 * 24 * 1.2 - 0.1
        assert (title.left, title.right) == (40, 680)
        assert body.top >= title.bottom + 11.9

    @pytest.mark.parametrize("body_top", [57.0, 66.0])
    def test_title_stays_where_there_is_no_space_below_its_line(self, body_top: float) -> None:
        title, body = find_boxes(template(STRIP, (40, body_top, 640, 480 - body_top), LINE))
        assert (title.top, title.bottom) == (6, 42)
        assert body.top == body_top

    def test_title_starts_at_the_left_edge_of_the_content(self) -> None:
        title, _ = find_boxes(template((10, 20, 700, 90), (40, 126, 640, 350)))
        assert (title.left, title.right) == (40, 710)

    @pytest.mark.parametrize(("left", "align"), [(10.0, "ctr"), (60.0, "l")])
    def test_a_centred_or_indented_title_keeps_its_left_edge(self, left: float, align: str) -> None:
        title, _ = find_boxes(template((left, 20, 640, 90), (40, 126, 640, 350), align=align))
        assert title.left == left


class TestContentArea:
    def test_content_extends_to_the_footers(self) -> None:
        opened = template((36, 20, 648, 90), (36, 126, 648, 250))
        _, body = find_boxes(opened)
        footers = opened.kind_layouts[SlideKindName.BULLETS].footers.values()
        top = min(footer.box.top for footer in footers)
        assert top - 16 <= body.bottom <= top - 12

    def test_content_stops_above_decoration(self) -> None:
        _, body = find_boxes(template((36, 20, 648, 90), (36, 126, 648, 250), (500, 430, 100, 40)))
        assert 414 <= body.bottom <= 418

    def test_almost_full_content_keeps_its_box(self) -> None:
        _, body = find_boxes(template((36, 20, 648, 90), (36, 126, 648, 356)))
        assert body.bottom == 482


def place(left: float, top: float, width: float, height: float) -> PlaceholderBox:
    area = TextArea(width=width, height=height, levels=(Level(size=30, family=THEME.sans),))
    return PlaceholderBox(left=left, top=top, width=width, height=height, text_area=area)


class TestTitleSlides:
    def test_title_is_above_the_text_in_the_larger_area(self) -> None:
        boxes = {
            PlaceholderRole.TITLE: place(11, 306, 700, 50),
            PlaceholderRole.SUBTITLE: place(120, 50, 500, 200),
        }
        ordered = order_heading_texts(boxes)
        title, text = ordered[PlaceholderRole.TITLE], ordered[PlaceholderRole.SUBTITLE]
        assert title.bounds == (120, 50, 500, 112)
        assert (text.left, text.bottom) == (120, 250) and text.top >= title.bottom

    def test_stacked_title_and_text_change_places(self) -> None:
        boxes = {
            PlaceholderRole.TITLE: place(50, 350, 600, 100),
            PlaceholderRole.BODY: place(50, 230, 600, 120),
        }
        ordered = order_heading_texts(boxes)
        assert (ordered[PlaceholderRole.TITLE].top, ordered[PlaceholderRole.BODY].bottom) == (230, 450)
        assert ordered[PlaceholderRole.BODY].height == 120

    def test_title_above_its_text_stays_in_its_place(self) -> None:
        boxes = {
            PlaceholderRole.TITLE: place(50, 100, 600, 100),
            PlaceholderRole.BODY: place(50, 230, 600, 120),
        }
        assert order_heading_texts(boxes) == {}

    def test_closing_words_are_below_the_message(self) -> None:
        closing = DeckSlide(
            title="The message",
            kind=SlideKindName.CLOSING,
            body=TextBody(paras=(point("Thank you", bullet=False),)),
        )
        presentation, _ = write(open_changed(lambda _: None), closing)
        title, text, *_ = presentation.slides[0].placeholders
        assert title.text_frame._txBody.bodyPr.get("anchor") == "b"
        assert title.top + title.height <= text.top


class TestHierarchy:
    def test_lists_are_smaller_than_long_titles(self) -> None:
        points = tuple(point(f"Point {number} with some words") for number in range(4))
        slide = DeckSlide(title=LONG, kind=SlideKindName.BULLETS, body=TextBody(paras=points))
        opened = template((36, 20, 648, 90), (36, 126, 648, 350))
        presentation, _ = write(opened, slide)
        sizes = [
            {run.font.size.pt for para in shape.text_frame.paragraphs for run in para.runs}
            for shape in presentation.slides[0].placeholders
            if shape.placeholder_format.idx < 2
        ]
        assert max(sizes[1]) <= min(sizes[0]) - 2

    def test_closing_words_are_smaller_than_a_message_in_a_low_box(self) -> None:
        closing = DeckSlide(
            title=LONG, kind=SlideKindName.CLOSING, body=TextBody(paras=(point("Thank you", bullet=False),))
        )

        def change(presentation: Any) -> None:
            for shape in presentation.slide_layouts[SECTION].placeholders:
                if shape.placeholder_format.idx < 2:
                    top = 100 if shape.placeholder_format.idx else 20
                    shape.left, shape.top, shape.width, shape.height = map(Pt, (36, top, 648, top * 2))
                    if shape.placeholder_format.idx:
                        level = shape.text_frame._txBody.find(f".//{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
                        level.set("sz", "4000")

        presentation, _ = write(open_changed(change), closing)
        title, text = (
            {run.font.size.pt for para in shape.text_frame.paragraphs for run in para.runs}
            for shape in list(presentation.slides[0].placeholders)[:2]
        )
        assert max(text) < min(title)

    def test_titles_as_small_as_text_are_reported_at_the_template(self) -> None:
        slide = DeckSlide(
            title=LONG, kind=SlideKindName.BULLETS, body=TextBody(paras=(point("One"), point("Two")))
        )
        opened = template((36, 6, 648, 26), (36, 40, 648, 440), (0, 33, 720, 1))
        _, findings = write(opened, slide)
        small = [finding for finding in findings if finding.code == "DTP006"]
        assert [finding.span for finding in small] == [SPAN]
        assert '"Title and Content"' in small[0].message
