"""Test that the contrast of text with its background is checked, whatever defines the colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from tests.checks.deck.conftest import Parts, packed
from tests.checks.deck.damages import CHART, MASTER, changed, drop, first
from tests.checks.deck.slides.test_accessibility import SLIDE, text_box, title_of
from triptych.checks.deck.examination import examine_deck
from triptych.checks.findings import OutputFinding
from triptych.ooxml.xml import A, C, P, R
from triptych.writers.deck.drawing.text import keep_text_colour

THEME = "ppt/theme/theme1.xml"
HALF = (0, 0, 9_000_000, 900_000)


def pale(parts: Parts) -> list[OutputFinding]:
    return [finding for finding in examine_deck(packed(parts)).findings if finding.code == "CHK015"]


def fill(element: Any, colour: str, kind: str = "srgbClr") -> None:
    """Set the fill of a shape, or the colour of a run."""
    for old in element.findall(f"{A}solidFill"):
        drop(old)
    solid = etree.Element(f"{A}solidFill")
    etree.SubElement(solid, f"{A}{kind}", val=colour)
    element.insert(1 if element.find(f"{A}xfrm") is not None else 0, solid)


def coloured_title(colour: str, kind: str = "srgbClr") -> Callable[[Parts], Parts]:
    return changed(SLIDE.format(2), lambda tree: fill(next(title_of(tree).iter(f"{A}rPr")), colour, kind))


def test_run_with_a_colour_is_compared_with_the_background(sound: Parts) -> None:
    (finding,) = pale(coloured_title("cccccc")(sound))
    assert finding.located_message == (
        'deck, slide 2: the contrast of "Points" (#cccccc on #ffffff) is only 1.6:1; large text requires at least 3:1'
    )
    assert finding.hint == "change one of the two colours in the theme or the PowerPoint template"


def test_a_colour_of_the_theme_is_looked_up_by_way_of_the_master(sound: Parts) -> None:
    (finding,) = pale(coloured_title("bg2", "schemeClr")(sound))
    assert "(#f3f1ec on #ffffff)" in finding.message
    turned = changed(MASTER, lambda tree: first(tree, f"{P}clrMap").set("bg2", "dk1"))
    findings = pale(coloured_title("bg2", "schemeClr")(turned(sound)))
    assert "Points" not in {finding.text for finding in findings}


def test_a_theme_that_makes_titles_pale_is_found_on_all_slides(sound: Parts) -> None:
    def change(tree: Any) -> None:
        first(tree, f"{A}dk2")[0].set("val", "eeeeee")

    assert {finding.file for finding in pale(changed(THEME, change)(sound))} >= {"slide 2", "slide 3"}


def test_large_text_needs_less(sound: Parts) -> None:
    def change(tree: Any) -> None:
        shape = text_box(tree, "Grey", *HALF)
        fill(next(shape.iter(f"{A}rPr")), "808080")

    (finding,) = pale(changed(SLIDE.format(2), change)(sound))
    assert "is only 3.9" in finding.message

    def large(tree: Any) -> None:
        change(tree)
        list(tree.iter(f"{A}rPr"))[-1].set("sz", "1800")

    assert pale(changed(SLIDE.format(2), large)(sound)) == []


def test_text_is_compared_with_its_shape_or_the_shape_below(sound: Parts) -> None:
    def in_dark(tree: Any) -> None:
        shape = text_box(tree, "Night", *HALF)
        fill(shape.find(f"{P}spPr"), "111111")

    (finding,) = pale(changed(SLIDE.format(2), in_dark)(sound))
    assert "on #111111" in finding.message

    def on_dark(tree: Any) -> None:
        background = text_box(tree, " ", *HALF)
        fill(background.find(f"{P}spPr"), "111111")
        shape = text_box(tree, "Night", *HALF)
        next(shape.iter(f"{P}cNvPr")).set("id", "78")

    (finding,) = pale(changed(SLIDE.format(2), on_dark)(sound))
    assert "on #111111" in finding.message


@pytest.mark.parametrize(("keeps", "colours"), [(False, ["eeeeee"]), (True, [])])
def test_link_uses_the_link_colour_unless_it_keeps_the_text_colour(
    sound: Parts, keeps: bool, colours: list[str]
) -> None:
    def change(tree: Any) -> None:
        run = next(text_box(tree, "Linked", *HALF).iter(f"{A}rPr"))
        fill(run, "111111")
        link = etree.SubElement(run, f"{A}hlinkClick")
        link.set(f"{R}id", "")
        if keeps:
            keep_text_colour(link)

    pale_links = changed(THEME, lambda tree: first(tree, f"{A}hlink")[0].set("val", "eeeeee"))
    findings = pale(changed(SLIDE.format(2), change)(pale_links(sound)))
    assert [item.message.partition("#")[2][:6] for item in findings if item.text == "Linked"] == colours


def test_highlighted_text_is_compared_with_the_highlight(sound: Parts) -> None:
    def change(tree: Any) -> None:
        run = next(text_box(tree, "Marked", *HALF).iter(f"{A}rPr"))
        mark = etree.SubElement(run, f"{A}highlight")
        etree.SubElement(mark, f"{A}srgbClr", val="222222")

    (finding,) = pale(changed(SLIDE.format(2), change)(sound))
    assert "on #222222" in finding.message


def test_text_on_a_picture_is_compared_with_its_colours(sound: Parts) -> None:
    def change(tree: Any) -> None:
        frame = first(tree, f"{P}pic").find(f"{P}spPr/{A}xfrm")
        left, top = (int(frame.find(f"{A}off").get(key)) for key in "xy")
        shape = text_box(tree, "Pale", left + 300_000, top + 300_000, 90_000, 90_000)
        fill(next(shape.iter(f"{A}rPr")), "fefefe")

    (finding,) = pale(changed(SLIDE.format(6), change)(sound))
    assert "on #ffffff" in finding.message


def test_cells_use_the_colours_of_the_table_style(sound: Parts) -> None:
    def change(tree: Any) -> None:
        head = first(tree, f"{A}firstRow")
        fill(head.find(f"{A}tcStyle/{A}fill"), "16324a")

    findings = pale(changed("ppt/tableStyles.xml", change)(sound))
    assert [finding.text for finding in findings] == ["Name", "TWh"]
    assert all("(#16324a on #16324a)" in finding.message for finding in findings)


def test_the_text_around_a_chart_is_compared_with_the_slide(sound: Parts) -> None:
    def change(tree: Any) -> None:
        fill(first(tree, f"{C}catAx").find(f"{C}txPr/{A}p/{A}pPr/{A}defRPr"), "bbbbbb")

    (finding,) = pale(changed(CHART, change)(sound))
    assert finding.located_message.startswith(
        "deck, slide 4: the contrast of axis labels (#bbbbbb on #ffffff)"
    )
    assert finding.text == "Bars"

    def on_dark(tree: Any) -> None:
        change(tree)
        background = etree.Element(f"{C}spPr")
        tree.find(f"{C}chart").addnext(background)
        fill(background, "111111")

    assert [item.message.split(" has ")[0] for item in pale(changed(CHART, on_dark)(sound))] == []
