"""Test that text and frames contrast with the background, or get a panel."""

from __future__ import annotations

import gc
import io
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from tests.e2e.deck_templates import python_pptx
from tests.writers.deck.conftest import SPAN, THEME, deck, everything, make_cell, point
from triptych.checks.deck.examination import examine_deck
from triptych.model.nodes import Align
from triptych.theme.colours import READABLE_CONTRAST, VISIBLE_CONTRAST, compute_contrast_ratio
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import (
    Card,
    ChartBody,
    DeckSlide,
    NumbersBody,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
    TimelineBody,
)
from triptych.writers.deck.template.opening import open_built_in_template, open_template
from triptych.writers.deck.template.template import Template
from triptych.writers.deck.writer import write_deck

CONTENT = 1  # indices of layouts in python-pptx's template


def noise() -> bytes:
    """Return a picture of black and white squares, on which text is illegible."""
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
        result, problems = open_template(THEME, "en", buffer.getvalue(), {}, SPAN)
    assert result is not None and problems == []
    return result


def drawn(change: Callable[[Any], None], *slides: DeckSlide) -> tuple[Any, bytes]:
    data, _ = write_deck(replace(deck(*slides), footer="Footer"), THEME, template=template(change))
    return Presentation(io.BytesIO(data)), data


BULLETS = DeckSlide(kind=SlideKindName.BULLETS, title="A title", body=TextBody(paras=(point("A point"),) * 3))


def test_built_in_layouts_are_unchanged() -> None:
    own = open_built_in_template(THEME, "en")
    for layout in own.kind_layouts:
        surfaces = own.kind_layouts[layout].default_surfaces
        assert surfaces.changed_contrasts == {} and surfaces.common_panel is None


def test_unreadable_text_uses_another_theme_colour() -> None:
    presentation, _ = drawn(plain("222222"), BULLETS)
    shapes = {shape.name: shape for shape in presentation.slides[0].placeholders}
    for shape in (shapes["Title 1"], shapes["Content Placeholder 2"]):
        colour = shape._element.find(f".//{qn('a:lstStyle')}/{qn('a:lvl1pPr')}//{qn('a:schemeClr')}")
        assert colour is not None and colour.get("val") == "bg1", shape.name
    assert not any(shape.name == "Panel" for shape in presentation.slides[0].shapes)


def test_content_on_a_picture_has_one_panel_and_the_title_another() -> None:
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
    findings = examine_deck(data).findings
    # The footers of the template are pale but visible.
    assert {finding.text for finding in findings if finding.code in ("CHK015", "CHK020")} <= {"Footer", "‹#›"}


def test_panel_is_no_higher_than_its_text() -> None:
    high = (
        template(pictured).kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.TITLE].height
    )
    presentation, _ = drawn(pictured, BULLETS)
    assert presentation.slides[0].shapes.title.height.pt < high * 0.9


@pytest.mark.parametrize("colour", ["2080a0", "777777", "c06020"])
def test_chart_or_shaded_table_on_a_mid_tone_gets_a_panel(colour: str) -> None:
    cells = tuple(replace(make_cell(Run(text=f"{step}")), shade=step) for step in (1, 5, 9))
    table = TableBody(rows=(cells, cells), alignments=(Align.CENTER,) * 3, alt="Heat")
    presentation, _ = drawn(plain(colour), DeckSlide(kind=SlideKindName.TABLE, title="Heat", body=table))
    assert presentation.slides[0].shapes[0].name == "Panel"
    kind_layout = template(plain(colour)).kind_layouts[SlideKindName.CHART]
    assert kind_layout.default_surfaces.common_panel is not None
    palette = kind_layout.palette
    assert all(palette.measure_contrast(accent) >= VISIBLE_CONTRAST for accent in palette.accents)
    assert palette.measure_contrast(palette.text_colour) >= READABLE_CONTRAST
    assert len({palette.get_colour(accent) for accent in palette.accents}) == 6


@pytest.mark.parametrize(("second", "panelled"), [("3098c0", True), ("2a83a5", False)])
def test_table_on_a_two_colour_background_gets_a_panel(second: str, panelled: bool) -> None:
    def striped(presentation: Any) -> None:
        plain("2a83a5")(presentation)
        tree = presentation.slide_layouts[CONTENT]._element.cSld.spTree
        for number in range(30):
            stripe = tree.add_autoshape(90 + number, "Stripe", "rect", 0, Pt(18 * number), Pt(720), Pt(9))
            fill = f'<a:solidFill {nsdecls("a")}><a:srgbClr val="{second}"/></a:solidFill>'
            stripe.spPr.append(parse_xml(fill))
            stripe.remove(stripe.find(qn("p:style")))

    cells = (make_cell(Run(text="A cell")),) * 3
    table = TableBody(rows=(cells, cells), alignments=(Align.LEFT,) * 3, alt="Cells")
    presentation, _ = drawn(striped, DeckSlide(kind=SlideKindName.TABLE, title="Cells", body=table))
    assert (presentation.slides[0].shapes[0].name == "Panel") is panelled


def test_panel_uses_the_theme_background_or_a_shade() -> None:
    def white_text(presentation: Any) -> None:
        pictured(presentation)
        master = presentation.slide_master._element
        for level in master.find(f"{qn('p:txStyles')}/{qn('p:bodyStyle')}"):
            run = level.find(qn("a:defRPr"))
            for fill in run.findall(qn("a:solidFill")):
                run.remove(fill)
            run.insert(0, parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="FFFFFF"/></a:solidFill>'))

    dark = template(white_text).kind_layouts[SlideKindName.BULLETS].default_surfaces.common_panel
    light = template(pictured).kind_layouts[SlideKindName.BULLETS].default_surfaces.common_panel
    assert light is not None and light.slot == "bg1"
    assert dark is not None and compute_contrast_ratio(dark.digits, "ffffff") >= READABLE_CONTRAST


def test_charts_have_the_axes_of_the_book_where_the_font_of_the_template_is_unknown() -> None:
    charted = next(slide for slide in everything() if isinstance(slide.body, ChartBody))
    presentation, _ = drawn(plain("ffffff"), charted)
    assert any(shape.has_chart for shape in presentation.slides[0].shapes)


def test_footers_and_numbers_are_mended_too() -> None:
    presentation, data = drawn(plain("777777"), BULLETS)
    numbers = [shape for shape in presentation.slides[0].placeholders if "Number" in shape.name]
    assert numbers
    assert [finding for finding in examine_deck(data).findings if finding.code == "CHK015"] == []


def stripes(across: bool) -> Callable[[Any], None]:
    """Return a picture that is black on the left and white on the right, or has narrow stripes of both."""

    def paint(presentation: Any) -> None:
        layout = presentation.slide_layouts[CONTENT]
        width, high = presentation.slide_width, presentation.slide_height
        count = 40 if across else 2
        for number in range(0, count, 2):
            sides = width * number // count, 0, width // count, high
            shape = layout.shapes._spTree.add_autoshape(900 + number, "Stripe", "rect", *sides)
            shape.spPr.append(
                parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="000000"/></a:solidFill>')
            )

    return paint


def furniture_of(presentation: Any) -> dict[str, Any]:
    shapes = presentation.slides[0].placeholders
    return {shape.placeholder_format.type.name: shape for shape in shapes}


def test_number_needs_no_panel_for_the_rest_of_its_placeholder() -> None:
    def half(presentation: Any) -> None:
        stripes(False)(presentation)
        master = presentation.slide_master
        for shape in master.placeholders:  # the placeholder is on both halves, its number on the right one
            if shape.placeholder_format.type.name == "SLIDE_NUMBER":
                shape.left, shape.width = presentation.slide_width // 4, presentation.slide_width // 2
                colour = shape._element.find(f".//{qn('a:lstStyle')}//{qn('a:solidFill')}")
                colour.getparent().replace(
                    colour,
                    parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="FFFFFF"/></a:solidFill>'),
                )

    presentation, _ = drawn(half, BULLETS)
    number = furniture_of(presentation)["SLIDE_NUMBER"]
    assert number._element.spPr.find(qn("a:solidFill")) is None


def test_a_panel_of_footers_is_as_wide_as_their_words_and_of_a_colour_that_is_there() -> None:
    presentation, _ = drawn(stripes(True), BULLETS)
    layout = presentation.slides[0].slide_layout
    wide = {shape.placeholder_format.type.name: shape.width for shape in layout.placeholders}
    for kind, shape in furniture_of(presentation).items():
        if kind in ("SLIDE_NUMBER", "FOOTER"):
            assert shape.width < wide[kind] * 0.6, kind
            assert shape.fill.fore_color.theme_color.name in ("BACKGROUND_1", "TEXT_1"), kind


def test_ornaments_are_above_their_panel() -> None:
    cards = tuple(
        Card(heading=(Run(text=f"{year}"),), paras=(point("A step"),), date=year) for year in (2017, 2025)
    )
    presentation, _ = drawn(
        pictured, DeckSlide(kind=SlideKindName.TIMELINE, title="T", body=TimelineBody(cards=cards))
    )
    names = [shape.name for shape in presentation.slides[0].shapes]
    assert names[0] == "Panel"
    assert {"Rule", "Dot", "Pole"} & set(names[1:])


def test_every_number_has_a_panel_if_the_placeholder_is_filled() -> None:
    def half_filled(presentation: Any) -> None:
        pictured(presentation)
        [body] = [
            shape
            for shape in presentation.slide_layouts[CONTENT].placeholders
            if shape.placeholder_format.idx == 1
        ]
        body.fill.solid()
        body.fill.fore_color.rgb = RGBColor.from_string("FFFFFF")
        colour = body._element.spPr.find(f".//{qn('a:srgbClr')}")
        colour.append(parse_xml(f'<a:alpha {nsdecls("a")} val="50000"/>'))

    cards = tuple(Card(heading=(Run(text=f"{number}"),), paras=(point("A share"),)) for number in (57, 62))
    presentation, _ = drawn(
        half_filled, DeckSlide(kind=SlideKindName.NUMBERS, title="T", body=NumbersBody(cards=cards))
    )
    boxes = [
        shape
        for shape in presentation.slides[0].shapes
        if shape.name != "Panel" and shape.has_text_frame and shape.text_frame.text[:1].isdigit()
    ]
    assert len(boxes) == 2
    assert boxes[0].fill.fore_color.theme_color == boxes[1].fill.fore_color.theme_color


def test_title_does_not_grow_beyond_its_band() -> None:
    def band(presentation: Any) -> None:
        plain("ffffff")(presentation)
        layout = presentation.slide_layouts[CONTENT]
        title = next(shape for shape in layout.placeholders if shape.placeholder_format.idx == 0)
        high = title.top + title.height + 12 * 12700
        shape = layout.shapes._spTree.add_autoshape(900, "Band", "rect", 0, 0, presentation.slide_width, high)
        shape.spPr.append(parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="30A0D0"/></a:solidFill>'))

    assert template(band).kind_layouts[SlideKindName.BULLETS].placeholder_boxes[
        PlaceholderRole.TITLE
    ].max_growth == pytest.approx(12, abs=3)


@pytest.mark.parametrize(("share", "kept"), [(0.9, 0.9), (1.2, 1.0)])
def test_a_title_ends_over_a_line_through_its_foot(share: float, kept: float) -> None:
    def lined(presentation: Any) -> None:
        layout = presentation.slide_layouts[CONTENT]
        title = next(shape for shape in layout.placeholders if shape.placeholder_format.idx == 0)
        sides = 0, title.top + round(title.height * share), presentation.slide_width, 12700
        layout.shapes._spTree.add_autoshape(900, "Rule", "rect", *sides)

    placeholder_box = (
        template(plain("ffffff")).kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.TITLE]
    )
    kind_layout = template(lined).kind_layouts[SlideKindName.BULLETS]
    assert kind_layout.placeholder_boxes[PlaceholderRole.TITLE].height == pytest.approx(
        placeholder_box.height * kept, abs=0.1
    )
    assert kind_layout.placeholder_boxes[PlaceholderRole.TITLE].max_growth == pytest.approx(
        placeholder_box.height * (share - kept), abs=6
    )
    presentation, _ = drawn(lined, BULLETS)
    assert presentation.slides[0].shapes.title.height.pt == pytest.approx(
        placeholder_box.height * kept, abs=0.1
    )


def test_a_footer_too_long_for_its_line_is_set_smaller_or_left_out() -> None:
    def narrow(share: float) -> Callable[[Any], None]:
        def change(presentation: Any) -> None:
            for owner in (presentation.slide_master, presentation.slide_layouts[CONTENT]):
                for shape in owner.placeholders:
                    if shape.placeholder_format.type.name == "FOOTER":
                        shape.left, shape.top = 0, presentation.slide_height - 20 * 12700
                        shape.width, shape.height = round(presentation.slide_width * share), 40 * 12700

        return change

    def sizes(share: float) -> list[Any]:
        text = "A footer of quite a few words that go on one line"
        result = replace(deck(BULLETS), footer=text)
        data, _ = write_deck(result, THEME, template=template(narrow(share)))
        footer = furniture_of(Presentation(io.BytesIO(data))).get("FOOTER")
        return [] if footer is None else [run.font.size for run in footer.text_frame.paragraphs[0].runs]

    assert sizes(0.8) == [None]
    [smaller] = sizes(0.42)
    assert smaller is not None and 11 <= smaller.pt < 12
    assert sizes(0.2) == []


def test_cards_with_different_text_colours_share_a_panel() -> None:
    """Test cards that need different text colours: they share a panel.

    The number in the placeholder is legible in white; the others are text boxes with text in any corner.
    """

    def spotted(presentation: Any) -> None:
        plain("2080A0")(presentation)
        layout = presentation.slide_layouts[CONTENT]
        for number in range(8):
            left = presentation.slide_width * number // 8
            placeholder = layout.shapes._spTree.add_autoshape(
                900 + number, "Spot", "rect", left, presentation.slide_height // 2, 400_000, 400_000
            )
            placeholder.spPr.append(
                parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="D0F0FF"/></a:solidFill>')
            )
        master = presentation.slide_master._element
        for level in master.find(f"{qn('p:txStyles')}/{qn('p:bodyStyle')}"):
            run = level.find(qn("a:defRPr"))
            run.find(qn("a:solidFill")).getparent().replace(
                run.find(qn("a:solidFill")),
                parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="FFFFFF"/></a:solidFill>'),
            )

    cards = tuple(Card(heading=(Run(text=f"{number}"),), paras=(point("A share"),)) for number in (57, 62))
    slide = DeckSlide(kind=SlideKindName.NUMBERS, title="T", body=NumbersBody(cards=cards))
    presentation, _ = drawn(spotted, slide)
    assert presentation.slides[0].shapes[0].name == "Panel"


def test_cached_surfaces_are_pickled_with_the_template() -> None:
    stream = template(plain("ffffff"))
    schemes = [
        weakref.ref(kind_layout.layout_colours)
        for kind_layout in stream.kind_layouts.values()
        if kind_layout.palette
    ]
    del stream
    gc.collect()
    assert not any(scheme() for scheme in schemes)


@pytest.mark.parametrize(("anchor", "fraction"), [("t", 1.0), ("ctr", 0.5), ("b", 0.0)])
@pytest.mark.parametrize("has_rule", [False, True])
def test_short_titles_yield_space_by_their_anchor_unless_a_line_is_below(
    anchor: str, fraction: float, has_rule: bool
) -> None:
    def change(presentation: Any) -> None:
        plain("ffffff")(presentation)
        layout = presentation.slide_layouts[CONTENT]
        title = next(shape for shape in layout.placeholders if shape.placeholder_format.idx == 0)
        title._element.txBody.bodyPr.set("anchor", anchor)
        if has_rule:
            sides = title.left, title.top + title.height, 720000, 12700
            layout.shapes._spTree.add_autoshape(900, "Rule", "rect", *sides)

    boxes = template(change).kind_layouts[SlideKindName.BULLETS].placeholder_boxes
    assert boxes[PlaceholderRole.TITLE].yielded_fraction == (0.0 if has_rule else fraction)


def test_unused_levels_of_titles_are_not_reported() -> None:
    def white_titles_on_black(presentation: Any) -> None:
        for layout in presentation.slide_layouts:
            layout.background.fill.solid()
            layout.background.fill.fore_color.rgb = RGBColor(0, 0, 0)
            for shape in layout.placeholders:
                styles = shape._element.find(f".//{qn('a:lstStyle')}")
                for child in list(styles):
                    styles.remove(child)
                for level in range(1, 3 if shape.placeholder_format.type not in (1, 3) else 2):
                    styles.append(
                        parse_xml(
                            f'<a:lvl{level}pPr {nsdecls("a")}><a:defRPr><a:solidFill><a:srgbClr val="FFFFFF"/>'
                            f"</a:solidFill></a:defRPr></a:lvl{level}pPr>"
                        )
                    )

    kinds = {SlideKindName.BULLETS, SlideKindName.CLOSING, SlideKindName.TITLE}
    assert template(white_titles_on_black).report_low_contrast(kinds) == []
