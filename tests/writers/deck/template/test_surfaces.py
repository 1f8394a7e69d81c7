"""Texts and frames are drawn in colours that can be seen on their ground, or on a panel."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from tests.e2e.deck_templates import python_pptx
from tests.writers.deck.conftest import SPAN, THEME, deck, everything, point
from triptych.checks.deck.examination import examine_deck
from triptych.model.nodes import Align
from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.writers.deck.kinds import Role
from triptych.writers.deck.slides import ChartBody, DeckSlide, Layout, Run, TableBody, TableCell, TextBody
from triptych.writers.deck.template.opening import open_template, own_template
from triptych.writers.deck.template.template import Template
from triptych.writers.deck.writer import write_deck

CONTENT = 1  # of the layouts of python-pptx's template


def noise() -> bytes:
    """A picture of black and white squares, on which no text can be read."""
    picture = Image.new("RGB", (64, 48), "white")
    for number in range(64 * 48 // 16):
        x, y = number % 16 * 4, number // 16 * 4
        if (x + y) // 4 % 2:
            picture.paste("black", (x, y, x + 4, y + 4))
    with io.BytesIO() as buffer:
        picture.save(buffer, "PNG")
        return buffer.getvalue()


def plain(colour: str) -> Callable[[Any], None]:
    def paint(presentation: Any) -> None:
        layout = presentation.slide_layouts[CONTENT]
        layout.background.fill.solid()
        layout.background.fill.fore_color.rgb = RGBColor.from_string(colour)

    return paint


def pictured(presentation: Any) -> None:
    layout = presentation.slide_layouts[CONTENT]
    _, relation = layout.part.get_or_add_image_part(io.BytesIO(noise()))
    fill = parse_xml(
        f'<p:bg {nsdecls("p", "a", "r")}><p:bgPr><a:blipFill><a:blip r:embed="{relation}"/><a:stretch/>'
        "</a:blipFill><a:effectLst/></p:bgPr></p:bg>"
    )
    layout._element.cSld.insert(0, fill)


def template(change: Callable[[Any], None]) -> Template:
    presentation = Presentation(io.BytesIO(python_pptx()))
    change(presentation)
    with io.BytesIO() as buffer:
        presentation.save(buffer)
        found, problems = open_template(THEME, "en", buffer.getvalue(), {}, SPAN)
    assert found is not None and problems == []
    return found


def drawn(change: Callable[[Any], None], *slides: DeckSlide) -> tuple[Any, bytes]:
    data, _ = write_deck(replace(deck(*slides), footer="Footer"), THEME, template=template(change))
    return Presentation(io.BytesIO(data)), data


BULLETS = DeckSlide(layout=Layout.BULLETS, title="A title", body=TextBody(paras=(point("A point"),) * 3))


def test_our_own_layouts_are_left_as_they_are() -> None:
    own = own_template(THEME, "en")
    for layout in own.offers:
        surfaces = own.offers[layout].empty
        assert surfaces.changed == {} and surfaces.board is None


def test_text_takes_another_colour_of_the_theme_where_its_own_cannot_be_read() -> None:
    presentation, _ = drawn(plain("222222"), BULLETS)
    shapes = {shape.name: shape for shape in presentation.slides[0].placeholders}
    for shape in (shapes["Title 1"], shapes["Content Placeholder 2"]):
        colour = shape._element.find(f".//{qn('a:lstStyle')}/{qn('a:lvl1pPr')}//{qn('a:schemeClr')}")
        assert colour is not None and colour.get("val") == "bg1", shape.name
    assert not any(shape.name == "Panel" for shape in presentation.slides[0].shapes)


def test_content_on_a_picture_lies_on_one_panel_and_the_title_on_its_own() -> None:
    presentation, data = drawn(pictured, BULLETS)
    [slide] = presentation.slides
    panel, *others = slide.shapes
    assert panel.name == "Panel" and panel.fill.fore_color.theme_color is not None
    title = slide.shapes.title
    assert title.fill.type is not None
    assert title.top + title.height <= panel.top
    [body] = [shape for shape in others if shape.is_placeholder and shape.placeholder_format.idx == 1]
    assert panel.left <= body.left and panel.left + panel.width >= body.left + body.width
    assert panel.top + panel.height >= body.top + body.height
    found = examine_deck(data).found
    # The template's own footers are pale, but can be seen.
    assert {finding.words for finding in found if finding.code in ("CHK015", "CHK020")} <= {"Footer", "‹#›"}


def test_a_panel_is_no_higher_than_the_text_on_it() -> None:
    high = template(pictured).offers[Layout.BULLETS].places[Role.TITLE].height
    presentation, _ = drawn(pictured, BULLETS)
    assert presentation.slides[0].shapes.title.height.pt < high * 0.9


@pytest.mark.parametrize("colour", ["2080a0", "777777", "c06020"])
def test_a_chart_or_shaded_table_on_a_ground_of_middle_lightness_gets_a_panel(colour: str) -> None:
    cells = tuple(replace(TableCell.of((Run(text=f"{step}"),)), shade=step) for step in (1, 5, 9))
    table = TableBody(rows=(cells, cells), aligns=(Align.CENTER,) * 3, alt="Heat")
    presentation, _ = drawn(plain(colour), DeckSlide(layout=Layout.TABLE, title="Heat", body=table))
    assert presentation.slides[0].shapes[0].name == "Panel"
    offer = template(plain(colour)).offers[Layout.CHART]
    assert offer.empty.board is not None
    palette = offer.palette
    assert all(palette.contrast(accent) >= VISIBLE for accent in palette.accents)
    assert palette.contrast(palette.ink) >= READABLE
    assert len({palette.colour(accent) for accent in palette.accents}) == 6


def test_a_panel_takes_the_paper_of_the_theme_or_a_shade_of_the_ground() -> None:
    def white_text(presentation: Any) -> None:
        pictured(presentation)
        master = presentation.slide_master._element
        for level in master.find(f"{qn('p:txStyles')}/{qn('p:bodyStyle')}"):
            run = level.find(qn("a:defRPr"))
            for fill in run.findall(qn("a:solidFill")):
                run.remove(fill)
            run.insert(0, parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="FFFFFF"/></a:solidFill>'))

    dark = template(white_text).offers[Layout.BULLETS].empty.board
    light = template(pictured).offers[Layout.BULLETS].empty.board
    assert light is not None and light.slot == "bg1"
    assert dark is not None and contrast(dark.digits, "ffffff") >= READABLE


def test_charts_have_the_axes_of_the_book_where_the_font_of_the_template_is_unknown() -> None:
    charted = next(slide for slide in everything() if isinstance(slide.body, ChartBody))
    presentation, _ = drawn(plain("ffffff"), charted)
    assert any(shape.has_chart for shape in presentation.slides[0].shapes)


def test_footers_and_numbers_are_mended_too() -> None:
    presentation, data = drawn(plain("777777"), BULLETS)
    numbers = [shape for shape in presentation.slides[0].placeholders if "Number" in shape.name]
    assert numbers
    assert [finding for finding in examine_deck(data).found if finding.code == "CHK015"] == []
