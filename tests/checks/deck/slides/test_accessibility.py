"""Test the accessibility checks of decks: barriers are reported, and accessible slides are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from tests.checks.deck.conftest import Parts, packed
from tests.checks.deck.damages import changed, drop, first, slide_with
from triptych.checks.deck.examination import examine_deck
from triptych.checks.findings import OutputFinding
from triptych.ooxml.xml import A, P

SLIDE = "ppt/slides/slide{}.xml"
DECORATION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{C183D7F6-B498-43B3-948B-'
    '1728B52AA6E4}"><adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" '
    'val="1"/></a:ext></a:extLst>'
)


def found(parts: Parts) -> list[OutputFinding]:
    return [finding for finding in examine_deck(packed(parts)).findings if finding.code != "CHK020"]


def title_of(tree: Any) -> Any:
    return next(shape for shape in tree.iter(f"{P}sp") if shape.find(f".//{P}ph[@type='title']") is not None)


def say(shape: Any, text: str) -> None:
    for item in shape.iter(f"{A}t"):
        item.text = text


def box(shape: Any, left: int, top: int, width: int, height: int) -> None:
    for old in shape.findall(f"{P}spPr/{A}xfrm"):
        drop(old)
    frame = etree.Element(f"{A}xfrm")
    etree.SubElement(frame, f"{A}off", x=str(left), y=str(top))
    etree.SubElement(frame, f"{A}ext", cx=str(width), cy=str(height))
    shape.find(f"{P}spPr").insert(0, frame)


def text_box(tree: Any, text: str, *place: int) -> Any:
    """Add a text box, last in reading order."""
    shape = etree.SubElement(tree.find(f"{P}cSld/{P}spTree"), f"{P}sp")
    names = etree.SubElement(shape, f"{P}nvSpPr")
    etree.SubElement(names, f"{P}cNvPr", id="77", name="Box")
    etree.SubElement(names, f"{P}cNvSpPr")
    etree.SubElement(names, f"{P}nvPr")
    etree.SubElement(shape, f"{P}spPr")
    body = etree.SubElement(shape, f"{P}txBody")
    etree.SubElement(body, f"{A}bodyPr")
    run = etree.SubElement(etree.SubElement(body, f"{A}p"), f"{A}r")
    etree.SubElement(run, f"{A}rPr", lang="en-GB", sz="1400")
    etree.SubElement(run, f"{A}t").text = text
    box(shape, *place)
    return shape


def add_boxes(*places: tuple[int, ...]) -> Callable[[Any], None]:
    def change(tree: Any) -> None:
        for number, place in enumerate(places):
            shape = text_box(tree, f"Box {number}", *place)
            next(shape.iter(f"{P}cNvPr")).set("id", str(70 + number))

    return change


def _undressed(pictured: Any) -> None:
    next(pictured.iter(f"{P}cNvPr")).attrib.pop("descr")


def _decorated(pictured: Any) -> None:
    next(pictured.iter(f"{P}cNvPr")).append(etree.fromstring(DECORATION))


def _without_language(run: Any) -> None:
    run.attrib.pop("lang")


def _title_last(tree: Any) -> None:
    title = title_of(tree)
    title.getparent().append(title)


def test_valid_deck_has_no_barriers(sound: Parts) -> None:
    assert found(sound) == []


BARRIERS: dict[str, tuple[str, Callable[[Parts], Parts]]] = {
    "the slide has no title": ("slide 2", changed(SLIDE.format(2), lambda tree: say(title_of(tree), ""))),
    'the title "Points" is already used on slide 2': (
        "slide 3",
        changed(SLIDE.format(3), lambda tree: say(title_of(tree), "Points")),
    ),
    'the title comes after "Content" in the reading order': ("slide 2", changed(SLIDE.format(2), _title_last)),
    '"Chart" has no alt text': ("slide 4", changed(SLIDE.format(4), lambda t: _undressed(first(t, f"{P}graphicFrame")))),
    '"Table" has no alt text': ("slide 3", changed(SLIDE.format(3), lambda t: _undressed(first(t, f"{P}graphicFrame")))),
    '"Picture" has no alt text': ("slide 6", changed(SLIDE.format(6), lambda t: _undressed(first(t, f"{P}pic")))),
    'the alt text "a.png" is a file name': (
        "slide 6",
        changed(SLIDE.format(6), lambda t: next(first(t, f"{P}pic").iter(f"{P}cNvPr")).set("descr", "a.png")),
    ),
    '"Picture" is marked as decorative but has the alt text "A grey square"': (
        "slide 6",
        changed(SLIDE.format(6), lambda t: _decorated(first(t, f"{P}pic"))),
    ),
    'no language is set for "The Book"': ("slide 1", slide_with(f"{A}rPr", _without_language)),
    '"The Book" has an invalid language tag: "en_GB"': (
        "slide 1",
        slide_with(f"{A}rPr", lambda run: run.set("lang", "en_GB")),
    ),
    '"The Book" is only 9 pt; the minimum is 11 pt': ("slide 1", slide_with(f"{A}rPr", lambda run: run.set("sz", "900"))),
    "the table has no header row or header column": (
        "slide 3",
        changed(SLIDE.format(3), lambda tree: first(tree, f"{A}tblPr").attrib.pop("firstRow")),
    ),
    'the placeholder "Content" is empty': (
        "slide 2",
        changed(SLIDE.format(2), lambda t: say(first(t, f"{P}cNvPr", name="Content").getparent().getparent(), "")),
    ),
    '"Box" comes after "Box" in the reading order but appears before it on the slide': (
        "slide 2",
        changed(SLIDE.format(2), add_boxes((0, 6_500_000, 900_000, 9), (0, 6_300_000, 900_000, 9))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("message", BARRIERS)
def test_a_barrier_is_found(message: str, sound: Parts) -> None:
    slide, corrupt = BARRIERS[message]
    damaged = corrupt(sound)
    (finding,) = [item for item in found(damaged) if item.rule != "contrast"]
    assert (finding.code, finding.file, finding.message) == ("CHK014", slide, message)


def test_decoration_needs_no_alt_text(sound: Parts) -> None:
    def change(tree: Any) -> None:
        picture = first(tree, f"{P}pic")
        _undressed(picture)
        _decorated(picture)

    assert found(changed(SLIDE.format(6), change)(sound)) == []


@pytest.mark.parametrize(
    "places",
    [
        ((0, 6_500_000, 90_000, 90_000), (10, 6_500_100, 90_000, 90_000)),  # they overlap
        ((0, 6_500_000, 500_000, 90_000), (600_000, 6_500_000, 90_000, 90_000)),  # in one row
        ((0, 6_500_000, 500_000, 9), (600_000, 6_250_000, 9, 400_000)),  # beside a tall shape
        ((0, 6_500_000, 500_000, 90_000), (600_000, 6_250_000, 90_000, 90_000)),  # in another column
    ],
    ids=["over", "row", "tall", "column"],
)
def test_boxes_that_follow_each_other_are_in_order(places: tuple[tuple[int, ...], ...], sound: Parts) -> None:
    assert found(changed(SLIDE.format(2), add_boxes(*places))(sound)) == []


# Cards below, above and below the line; the second is horizontally offset from its date.
CARDS = ((100_000, 5_600_000, 900_000, 300_000), (150_000, 4_900_000, 900_000, 300_000))
LAST = (1_500_000, 5_600_000, 900_000, 300_000)
LINE = (100_000, 5_400_000, 3_000_000, 19_000)
DOTS = tuple((left, 5_340_000, 140_000, 140_000) for left in (100_000, 180_000, 1_500_000))


def _timeline(
    cards: tuple[tuple[int, ...], ...], drawn: tuple[tuple[int, ...], ...]
) -> Callable[[Any], None]:
    def change(tree: Any) -> None:
        add_boxes(*drawn, *cards)(tree)
        for shape in list(tree.iter(f"{P}sp"))[-len(drawn) - len(cards) :][: len(drawn)]:
            drop(shape.find(f"{P}txBody"))
            _decorated(shape)

    return change


def test_timeline_cards_are_read_by_date(sound: Parts) -> None:
    """Test that timeline cards, alternately above and below the line, are read by date.

    Otherwise, the visual order decides.
    """
    cards = (*CARDS, LAST)
    assert found(changed(SLIDE.format(2), _timeline(cards, (LINE, *DOTS)))(sound)) == []
    for shown, drawing in (
        (cards, (LINE,)),
        (cards, DOTS),
        ((LAST, CARDS[1], CARDS[0]), (LINE, *DOTS)),
    ):
        (finding,) = found(changed(SLIDE.format(2), _timeline(shown, drawing))(sound))
        assert finding.rule == "reading order"


def test_right_to_left_slides_are_read_from_the_right(sound: Parts) -> None:
    boxes = add_boxes((600_000, 6_500_000, 90_000, 90_000), (0, 6_500_000, 500_000, 90_000))
    (finding,) = found(changed(SLIDE.format(2), boxes)(sound))
    assert "comes after" in finding.message

    def from_right(tree: Any) -> None:
        boxes(tree)
        for paragraph in tree.iter(f"{A}p"):
            if paragraph.find(f"{A}pPr") is None:
                paragraph.insert(0, etree.Element(f"{A}pPr"))
            paragraph.find(f"{A}pPr").set("rtl", "1")

    assert found(changed(SLIDE.format(2), from_right)(sound)) == []


def test_many_similar_barriers_are_limited(sound: Parts) -> None:
    def change(tree: Any) -> None:
        for run in tree.iter(f"{A}rPr"):
            run.attrib.pop("lang", None)

    damaged = sound
    for number in (1, 2, 3, 4, 6):
        damaged = changed(SLIDE.format(number), change)(damaged)
    findings = [item for item in found(damaged) if item.rule == "language"]
    assert len(findings) == 5
    assert "more like this" in findings[-1].message
