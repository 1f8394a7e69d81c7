"""Test that overlapping shapes are reported, except for shapes that may overlap."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.checks.deck.conftest import Parts, packed
from tests.checks.deck.damages import changed, drop, first
from tests.checks.deck.slides.test_accessibility import DECORATION, SLIDE, add_boxes, box, text_box
from triptych.checks.deck.examination import examine_deck
from triptych.checks.findings import OutputFinding
from triptych.ooxml.xml import A, P


def over(parts: Parts) -> list[OutputFinding]:
    return [finding for finding in examine_deck(packed(parts)).findings if finding.code == "CHK020"]


def test_overlapping_frames_are_reported(sound: Parts) -> None:
    boxes = add_boxes((0, 3_000_000, 300_000, 127_000), (100_000, 3_050_000, 300_000, 127_000))
    (finding,) = over(changed(SLIDE.format(2), boxes)(sound))
    assert (finding.file, finding.text) == ("slide 2", "Box 1")
    assert finding.message == '"Box" and "Box" overlap by 16 × 6 pt'


@pytest.mark.parametrize(
    "place",
    [(300_000, 3_000_000, 100_000, 127_000), (0, 3_120_000, 300_000, 127_000)],
    ids=["beside", "under"],
)
def test_adjacent_frames_do_not_overlap(place: tuple[int, ...], sound: Parts) -> None:
    assert over(changed(SLIDE.format(2), add_boxes((0, 3_000_000, 300_000, 127_000), place))(sound)) == []


def test_shape_over_a_title_is_reported_on_hidden_slides_too(sound: Parts) -> None:
    def change(tree: etree._Element) -> None:
        tree.set("show", "0")
        text_box(tree, "Stray", 0, 0, 12_192_000, 6_858_000)

    assert over(changed(SLIDE.format(2), change)(sound)) != []


def test_decoration_may_be_below_other_shapes(sound: Parts) -> None:
    def change(tree: etree._Element) -> None:
        shape = text_box(tree, "", 0, 0, 12_192_000, 6_858_000)
        next(shape.iter(f"{P}cNvPr")).append(etree.fromstring(DECORATION))

    assert over(changed(SLIDE.format(2), change)(sound)) == []


def test_a_picture_that_fills_the_slide_is_its_ground(sound: Parts) -> None:
    def change(tree: etree._Element) -> None:
        for old in first(tree, f"{P}pic").findall(f"{P}spPr/{A}xfrm"):
            drop(old)
        box(first(tree, f"{P}pic"), 0, 0, 12_192_000, 6_858_000)

    assert over(changed(SLIDE.format(6), change)(sound)) == []
