"""Test templates of authors: they are repaired, cleared of slides, or rejected with a reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from tests.e2e.deck_templates import dark_by_paint, odd_placeholders, pandoc, python_pptx
from tests.e2e.odd_templates import ODD
from tests.writers.deck.conftest import SPAN, THEME, deck, everything, point
from triptych.checks.deck import check_deck
from triptych.writers.deck.fitting.text import measure_text_height
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import (
    Card,
    DeckSlide,
    NumbersBody,
    Para,
    Run,
    SlideKindName,
    TextBody,
    make_plain_para,
)
from triptych.writers.deck.template.opening import is_template_error, open_built_in_template, open_template
from triptych.writers.deck.template.template import Template
from triptych.writers.deck.writer import write_deck


def taken(data: bytes, **requested: str) -> Template:
    template, result = open_template(THEME, "en", data, requested, SPAN)
    assert result == [] and template is not None
    return template


def changed(change: Callable[[Any], None]) -> bytes:
    presentation = Presentation(io.BytesIO(python_pptx()))
    change(presentation)
    with io.BytesIO() as buffer:
        presentation.save(buffer)
        return buffer.getvalue()


def keep_title_slide(presentation: Any) -> None:
    for layout in list(presentation.slide_layouts)[1:]:
        presentation.slide_layouts.remove(layout)


class TestOpening:
    @pytest.mark.parametrize("kind", ["template", "slideshow"])
    def test_a_potx_and_a_show_are_opened_as_presentations(self, kind: str) -> None:
        with io.BytesIO() as buffer:
            with (
                zipfile.ZipFile(io.BytesIO(pandoc())) as old,
                zipfile.ZipFile(buffer, "w") as new,
            ):
                for name in old.namelist():
                    content = old.read(name)
                    if name == "[Content_Types].xml":
                        content = content.replace(b"presentation.main+xml", f"{kind}.main+xml".encode())
                    new.writestr(name, content)
            data = buffer.getvalue()
        output, result = write_deck(deck(*everything()), THEME, template=taken(data))
        assert result == []
        assert check_deck(output) == []
        assert b"presentation.main+xml" in zipfile.ZipFile(io.BytesIO(output)).read("[Content_Types].xml")

    def test_no_slide_of_the_template_is_left(self) -> None:
        template = taken(pandoc())
        assert len(template.presentation.slides) == 0
        output, _ = write_deck(
            deck(DeckSlide(kind=SlideKindName.TITLE, title="A book")), THEME, template=template
        )
        names = zipfile.ZipFile(io.BytesIO(output)).namelist()
        assert [name for name in names if name.startswith("ppt/slides/slide")] == ["ppt/slides/slide1.xml"]
        assert check_deck(output) == []

    def test_built_in_template_takes_the_same_path(self) -> None:
        own = open_built_in_template(THEME, "en")
        assert (own.direction, own.theme) == ("ltr", THEME)
        assert own.report_substitutes(set(SlideKindName)) == []
        assert open_built_in_template(THEME, "ar").direction == "rtl"

    def test_text_is_set_in_the_font_of_the_template(self) -> None:
        assert taken(pandoc()).theme.sans == "Calibri"


class TestContent:
    def test_master_placeholder_becomes_a_layout_if_none_has_space(self) -> None:
        data = changed(keep_title_slide)
        template = taken(data)
        slide_master = Presentation(io.BytesIO(python_pptx())).slide_master
        [body] = [
            shape for shape in slide_master.placeholders if shape.placeholder_format.type.name == "BODY"
        ]
        place = template.kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.BODY]
        assert (place.left, place.top, place.width) == (body.left.pt, body.top.pt, body.width.pt)
        output, findings = write_deck(deck(*everything()), THEME, template=template)
        assert {problem.code for problem in findings} <= {"DTP003"}
        assert check_deck(output) == []
        layouts = Presentation(io.BytesIO(output)).slide_layouts
        assert [layout.name for layout in layouts] == ["Title Slide", "Title and Content"]

    def test_template_with_content_space_gets_no_extra_layout(self) -> None:
        known = [layout.name for layout in Presentation(io.BytesIO(pandoc())).slide_layouts]
        assert [view.name for view in taken(pandoc()).views] == known

    def test_text_area_ends_above_the_footer(self) -> None:
        def lower(presentation: Any) -> None:
            layout = presentation.slide_layouts[1]
            [body] = [shape for shape in layout.placeholders if shape.placeholder_format.idx == 1]
            body.left, body.top, body.width, body.height = Pt(36), Pt(126), Pt(648), Pt(414)

        template = taken(changed(lower))
        kind_layout = template.kind_layouts[SlideKindName.BULLETS]
        place = kind_layout.placeholder_boxes[PlaceholderRole.BODY]
        [footer] = [
            shape
            for shape in template.presentation.slide_master.placeholders
            if shape.placeholder_format.type.name == "FOOTER"
        ]
        assert place.top + place.height <= footer.top.pt + 1
        assert PlaceholderRole.BODY in kind_layout.moved_roles
        slide = DeckSlide(
            kind=SlideKindName.BULLETS, title="Text", body=TextBody(paras=(point("A point"),) * 8)
        )
        output, result = write_deck(deck(slide), THEME, template=template)
        assert result == []
        shapes = Presentation(io.BytesIO(output)).slides[0].placeholders
        [body] = [shape for shape in shapes if shape.placeholder_format.idx == 1]
        assert abs(body.top.pt + body.height.pt - place.top - place.height) < 0.1

    def test_rotated_title_is_straightened_within_the_slide(self) -> None:
        def slant(presentation: Any) -> None:
            title = presentation.slide_layouts[1].placeholders[0]
            title.left, title.top, title.width, title.height = Pt(36), Pt(-20), Pt(648), Pt(90)
            title.rotation = -7

        template = taken(changed(slant))
        assert PlaceholderRole.TITLE in template.kind_layouts[SlideKindName.BULLETS].moved_roles
        slide = DeckSlide(
            kind=SlideKindName.BULLETS, title="Text", body=TextBody(paras=(point("A point"),) * 3)
        )
        output, _ = write_deck(deck(slide), THEME, template=template)
        [title] = [
            shape
            for shape in Presentation(io.BytesIO(output)).slides[0].placeholders
            if shape.placeholder_format.type.name == "TITLE"
        ]
        assert title.rotation == 0
        assert 0 <= title.top < title.top + title.height <= Pt(70)

    def test_footer_without_space_is_omitted_and_reported_once(self) -> None:
        def narrow(presentation: Any) -> None:
            for owner in (presentation.slide_master, presentation.slide_layouts[1]):
                for shape in owner.placeholders:
                    if shape.placeholder_format.type.name == "FOOTER":
                        shape.left, shape.top, shape.width, shape.height = Pt(300), Pt(500), Pt(60), Pt(20)

        shown, messages = footed(python_pptx())
        assert "The name of a book" in shown and messages == []
        shown, messages = footed(changed(narrow))
        assert "The name of a book" not in shown
        text = 'does not fit on layout "Title and Content" and was omitted'
        assert messages == [f'the footer "The name of a book" {text}']

    def test_a_footer_without_a_placeholder_is_reported(self) -> None:
        def without(presentation: Any) -> None:
            for owner in (presentation.slide_master, *presentation.slide_layouts):
                for shape in list(owner.placeholders):
                    if shape.placeholder_format.type.name == "FOOTER":
                        shape._element.getparent().remove(shape._element)

        _, [message] = footed(changed(without))
        assert "no layout in use has a footer placeholder" in message

    def test_content_keeps_a_distance_from_decoration(self) -> None:
        place = (
            taken(python_pptx()).kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.BODY]
        )
        right, foot = place.left + place.width, place.top + place.height

        def decorate(presentation: Any) -> None:
            paint(presentation, 0, 0, place.left, 540)
            paint(presentation, 0, foot - 12, 720, 12)

        kind_layout = taken(changed(decorate)).kind_layouts[SlideKindName.BULLETS]
        cleared = kind_layout.placeholder_boxes[PlaceholderRole.BODY]
        assert 8 <= cleared.left - place.left <= 12
        assert 20 <= foot - cleared.top - cleared.height <= 24
        assert cleared.left + cleared.width == pytest.approx(right) and cleared.top == place.top
        assert PlaceholderRole.BODY in kind_layout.moved_roles

    def test_title_keeps_a_distance_from_decoration_at_its_side(self) -> None:
        whole = taken(python_pptx()).kind_layouts[SlideKindName.BULLETS].placeholder_boxes
        title = whole[PlaceholderRole.TITLE]
        decorated = taken(changed(lambda presentation: paint(presentation, title.left, 40, 20, 16)))
        cleared = decorated.kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.TITLE]
        assert title.left + 28 <= cleared.left <= title.left + 32
        assert (cleared.right, cleared.top) == (title.right, title.top)

    def test_content_covers_decoration_that_would_take_too_much_space(self) -> None:
        place = (
            taken(python_pptx()).kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.BODY]
        )

        def decorate(presentation: Any) -> None:
            paint(presentation, 0, place.top, place.left + place.width * 0.2, 40)
            paint(presentation, 0, place.top, place.left + place.width * 0.2, 400)

        assert (
            taken(changed(decorate))
            .kind_layouts[SlideKindName.BULLETS]
            .placeholder_boxes[PlaceholderRole.BODY]
            == place
        )

    def test_justified_text_is_ragged_where_its_lines_are_short(self) -> None:
        def justify(presentation: Any) -> None:
            styles = presentation.slide_master._element.find(f"{qn('p:txStyles')}/{qn('p:bodyStyle')}")
            for level in styles:
                level.set("algn", "just")

        cards = NumbersBody(
            cards=tuple(Card(heading=(Run(text=str(n)),), paras=(point("of them"),)) for n in (1, 2, 3))
        )
        slides = (
            DeckSlide(
                kind=SlideKindName.BULLETS, title="Text", body=TextBody(paras=(point("A point"),) * 14)
            ),
            DeckSlide(kind=SlideKindName.NUMBERS, title="Numbers", body=cards),
        )
        output, _ = write_deck(deck(*slides), THEME, template=taken(changed(justify)))
        alignments = [
            {
                para._p.get_or_add_pPr().get("algn")
                for shape in slide.shapes
                if shape.has_text_frame and shape != slide.shapes.title
                for para in shape.text_frame.paragraphs
                if para.text in ("A point", "of them")
            }
            for slide in Presentation(io.BytesIO(output)).slides
        ]
        assert alignments[0] == {None} and alignments[-1] == {"l"}


def footed(data: bytes) -> tuple[set[str], list[str]]:
    """Return the placeholders of a slide with a footer, and the findings."""
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="A", body=TextBody(paras=(point("A point"),) * 3))
    whole = replace(deck(slide, slide), footer="The name of a book")
    output, findings = write_deck(whole, THEME, template=taken(data))
    placeholders = Presentation(io.BytesIO(output)).slides[0].placeholders
    return {shape.text_frame.text for shape in placeholders}, [item.message for item in findings]


def paint(presentation: Any, *box: float) -> None:
    """Draw a dark rectangle, in points, on the layout for content."""
    tree = presentation.slide_layouts[1]._element.cSld.spTree
    shape = tree.add_autoshape(90 + len(tree), "Decoration", "rect", *map(Pt, box))
    shape.remove(shape.find(qn("p:style")))
    shape.spPr.append(parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="203040"/></a:solidFill>'))


class TestRefusals:
    @pytest.mark.parametrize("name", ["only-titles", "without-titles", "without-placeholders"])
    def test_template_without_a_content_layout_gets_one(self, name: str) -> None:
        template, findings = open_template(THEME, "en", ODD[name](), {}, SPAN)
        assert template is not None and findings == []
        (problem,) = [
            substitute
            for substitute in template.report_substitutes({SlideKindName.CHART})
            if "a layout was added" in substitute.message
        ]
        assert (problem.code, problem.span) == ("DTP003", SPAN)
        places = template.kind_layouts[SlideKindName.BULLETS].placeholder_boxes
        title, body = places[PlaceholderRole.TITLE], places[PlaceholderRole.BODY]
        assert title.top + title.height <= body.top + 1 and min(title.width, body.width) > 500

    def test_template_without_layouts_is_rejected(self) -> None:
        def without_layouts(presentation: Any) -> None:
            for layout in list(presentation.slide_layouts):
                presentation.slide_layouts.remove(layout)

        template, (problem,) = open_template(THEME, "en", changed(without_layouts), {}, SPAN)
        assert template is None
        assert (problem.code, problem.span) == ("DTP001", SPAN)
        assert "text, charts" in problem.message

    def test_layout_unsuitable_for_its_kind_is_rejected(self) -> None:
        template, (problem,) = open_template(THEME, "en", pandoc(), {"chart": "Title Only"}, SPAN)
        assert template is None
        assert (problem.code, problem.span) == ("DTP002", SPAN)
        assert problem.message == (
            'the layout "Title Only" has no placeholder for the object and cannot be used for charts'
        )

    def test_low_contrast_text_is_reported_where_used(self) -> None:
        def pale(presentation: Any) -> None:
            layout = presentation.slide_layouts[1]
            layout.background.fill.solid()
            layout.background.fill.fore_color.rgb = RGBColor(0x22, 0x22, 0x22)

        template = taken(changed(pale))
        assert template.report_low_contrast({SlideKindName.TITLE}) == []
        (problem,) = template.report_low_contrast({SlideKindName.BULLETS, SlideKindName.CHART})
        assert (problem.code, problem.span) == ("DTP004", SPAN)
        assert problem.message == (
            'layout "Title and Content": the contrast between the title and the text and the background is only 1.3:1; '
            "the text was recoloured or placed on a panel"
        )

    def test_background_picture_is_examined_at_the_text_position(self) -> None:
        with io.BytesIO() as buffer:
            picture = Image.new("RGB", (720, 540), "white")
            picture.paste("black", (0, 0, 720, 120))  # the position of the title
            picture.save(buffer, "PNG")
            background = buffer.getvalue()

        def pictured(presentation: Any) -> None:
            layout = presentation.slide_layouts[1]
            _, relation = layout.part.get_or_add_image_part(io.BytesIO(background))
            fill = parse_xml(
                f'<p:bg {nsdecls("p", "a", "r")}><p:bgPr><a:blipFill><a:blip r:embed="{relation}"/><a:stretch/>'
                "</a:blipFill><a:effectLst/></p:bgPr></p:bg>"
            )
            layout._element.cSld.insert(0, fill)

        (problem,) = taken(changed(pictured)).report_low_contrast({SlideKindName.BULLETS})
        assert "the contrast between the title and the background is only 1.0:1" in problem.message

    def test_substitute_layout_is_reported_where_used(self) -> None:
        def without_columns(presentation: Any) -> None:
            for layout in list(presentation.slide_layouts):
                if layout.name in ("Two Content", "Comparison"):
                    presentation.slide_layouts.remove(layout)

        data = changed(without_columns)
        template = taken(data)
        assert template.report_substitutes({SlideKindName.TITLE, SlideKindName.CHART}) == []
        (problem,) = template.report_substitutes({SlideKindName.COLUMNS, SlideKindName.COMPARISON})
        assert problem.message == (
            'the template has no layout for two-column slides and comparisons; using "Title and Content"'
        )
        named = taken(data, columns="Title and Content", comparison="Title and Content")
        assert named.report_substitutes({SlideKindName.COLUMNS, SlideKindName.COMPARISON}) == []

    def test_usual_powerpoint_omissions_are_not_reported(self) -> None:
        assert taken(python_pptx()).report_substitutes(set(SlideKindName)) == []


class TestMending:
    def test_duplicate_ids_and_indices_are_made_unique(self) -> None:
        def repeat(presentation: Any) -> None:
            for shape in presentation.slide_layouts[1].placeholders:
                next(shape._element.iter(qn("p:cNvPr"))).set("id", "7")
                next(shape._element.iter(qn("p:ph"))).set("idx", "0")

        template = taken(changed(repeat))
        layout = template.kind_layouts[SlideKindName.BULLETS].layout
        for tag, name in (("p:cNvPr", "id"), ("p:ph", "idx")):
            numbers = [element.get(name) for element in layout._element.iter(qn(tag))]
            assert len(set(numbers)) == len(numbers)

    @pytest.mark.parametrize("written", [None, "+7", "-0", "4294967295"])
    def test_ids_become_unique_numbers(self, written: str | None) -> None:
        def change(presentation: Any) -> None:
            for shape in presentation.slide_layouts[1].placeholders:
                element = next(shape._element.iter(qn("p:cNvPr")))
                element.attrib.pop("id") if written is None else element.set("id", written)

        layout = taken(changed(change)).kind_layouts[SlideKindName.BULLETS].layout
        ids = [element.get("id") for element in layout._element.iter(qn("p:cNvPr"))]
        assert len(set(ids)) == len(ids)
        assert all(number.isdigit() and int(number) < 2**32 for number in ids)

    @pytest.mark.parametrize("kind", [b"officedocument", b"officeDocument"])
    def test_core_properties_with_another_relationship_are_not_duplicated(self, kind: bytes) -> None:
        """Test core properties with a relationship type that LibreOffice writes and python-pptx ignores."""
        usual = b"schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        other = usual.replace(b"package", kind)
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(io.BytesIO(python_pptx())) as old, zipfile.ZipFile(buffer, "w") as new:
                assert usual in old.read("_rels/.rels")
                for name in old.namelist():
                    new.writestr(name, old.read(name).replace(usual, other))
            data = buffer.getvalue()
        output, _ = write_deck(deck(*everything()), THEME, template=taken(data))
        with zipfile.ZipFile(io.BytesIO(output)) as archive:
            names, relations = archive.namelist(), archive.read("_rels/.rels")
        assert [name for name in names if "core" in name.lower()] == ["docProps/core.xml"]
        assert (relations.count(usual), relations.count(other)) == (1, 0)
        assert check_deck(output) == []

    def test_core_properties_that_are_none_are_left_out(self) -> None:
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(io.BytesIO(python_pptx())) as old, zipfile.ZipFile(buffer, "w") as new:
                for name in old.namelist():
                    content = b"<properties/>" if name == "docProps/core.xml" else old.read(name)
                    new.writestr(name, content)
            data = buffer.getvalue()
        output, _ = write_deck(deck(*everything()), THEME, template=taken(data))
        assert check_deck(output) == []
        assert Presentation(io.BytesIO(output)).core_properties.language == deck().language

    def test_core_properties_of_another_type_are_left_out(self) -> None:
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(io.BytesIO(python_pptx())) as old, zipfile.ZipFile(buffer, "w") as new:
                for name in old.namelist():
                    content = old.read(name)
                    if name == "[Content_Types].xml":
                        content = re.sub(rb"<Override [^>]*core\.xml[^>]*/>", b"", content)
                    new.writestr(name, content)
            data = buffer.getvalue()
        output, _ = write_deck(deck(*everything()), THEME, template=taken(data))
        assert check_deck(output) == []
        assert Presentation(io.BytesIO(output)).core_properties.language == deck().language

    def test_a_text_has_a_paragraph(self) -> None:
        def empty(presentation: Any) -> None:
            for body in presentation.slide_layouts[1]._element.iter(qn("p:txBody")):
                for paragraph in body.findall(qn("a:p")):
                    body.remove(paragraph)

        output, _ = write_deck(deck(*everything()), THEME, template=taken(changed(empty)))
        assert check_deck(output) == []

    def test_parts_of_a_text_in_the_wrong_order_are_sorted(self) -> None:
        def disorder(presentation: Any) -> None:
            for body in presentation.slide_master._element.iter(qn("p:txBody")):
                body.append(body.find(qn("a:lstStyle")))

        output, _ = write_deck(deck(*everything()), THEME, template=taken(changed(disorder)))
        assert check_deck(output) == []

    def test_attributes_in_the_wrong_place_are_removed(self) -> None:
        template = taken(
            changed(lambda presentation: presentation.slide_layouts[1]._element.cSld.set("showMasterSp", "0"))
        )
        [layout] = [
            layout for layout in template.presentation.slide_layouts if layout.name == "Title and Content"
        ]
        assert dict(layout._element.cSld.attrib) == {"name": "Title and Content"}

    def test_footers_without_placeholders_are_reported(self) -> None:
        def empty(presentation: Any) -> None:
            for owner in (presentation.slide_master, *presentation.slide_layouts):
                for shape in owner._element.iter(qn("p:sp")):
                    kind = shape.find(f"{qn('p:nvSpPr')}/{qn('p:nvPr')}/{qn('p:ph')}")
                    if kind is not None and kind.get("type") in ("ftr", "dt", "sldNum"):
                        shape.remove(shape.find(qn("p:txBody")))

        reported = replace(deck(*everything()), footer="Always the same")
        output, _ = write_deck(reported, THEME, template=taken(changed(empty)))
        assert check_deck(output) == []
        with zipfile.ZipFile(io.BytesIO(output)) as archive:
            assert b"Always the same" in archive.read("ppt/slides/slide2.xml")

    def test_prompt_style_applies_to_its_level(self) -> None:
        def write_on_prompt(presentation: Any) -> None:
            [body] = [
                placeholder
                for placeholder in presentation.slide_layouts[1].placeholders
                if placeholder.placeholder_format.idx == 1
            ]
            text = body._element.txBody
            text.remove(text.find(qn("a:lstStyle")))
            run = text.find(f"{qn('a:p')}/{qn('a:r')}")
            old = run.find(qn("a:rPr"))
            if old is not None:
                run.remove(old)
            run.insert(
                0, parse_xml(f'<a:rPr {nsdecls("a")} sz="1900" b="1"><a:latin typeface="Corbel"/></a:rPr>')
            )

        level = (
            taken(changed(write_on_prompt))
            .boxes_by_kind[SlideKindName.BULLETS][PlaceholderRole.BODY]
            .text_area.levels[0]
        )
        assert (level.size, level.bold, level.family) == (19, True, "Corbel")


class TestLooks:
    def test_capitals_wide_letters_and_exact_lines_are_measured(self) -> None:
        places = taken(odd_placeholders()).boxes_by_kind[SlideKindName.BULLETS]
        title, text = (
            places[PlaceholderRole.TITLE].text_area.levels[0],
            places[PlaceholderRole.BODY].text_area.levels[0],
        )
        assert title.is_all_caps and title.letter_spacing == pytest.approx(3 / 32)
        assert text.exact_line_spacing == 42
        assert measure_text_height([point("One")], places[PlaceholderRole.BODY].text_area, THEME) == 42
        assert measure_text_height([point("One")], places[PlaceholderRole.BODY].text_area, THEME, 0.5) == 21

    def test_exact_line_spacing_scales_with_the_text(self) -> None:
        template = taken(odd_placeholders())
        level = template.boxes_by_kind[SlideKindName.BULLETS][PlaceholderRole.BODY].text_area.levels[0]
        paras = tuple(
            point(f"Point {number}, which takes more than one line of this text.") for number in range(7)
        )
        slide = DeckSlide(kind=SlideKindName.BULLETS, title="T", body=TextBody(paras=paras))
        output, result = write_deck(deck(slide), THEME, template=template)
        (made,) = Presentation(io.BytesIO(output)).slides
        (body,) = [shape for shape in made.placeholders if shape.placeholder_format.idx == 1]
        size = body.text_frame.paragraphs[0].runs[0].font.size.pt
        distances = {para.line_spacing.pt for para in body.text_frame.paragraphs}
        assert size < level.size and result == []
        assert distances == {round(level.exact_line_spacing * size / level.size, 2)}

    def test_a_painted_ground_is_seen(self) -> None:
        kind_layout = taken(dark_by_paint()).kind_layouts[SlideKindName.CHART]
        assert kind_layout.palette.background == ("10243a",)
        assert kind_layout.palette.is_dark and not kind_layout.palette.has_legible_links

    def test_points_have_bullets_where_the_layout_has_none(self) -> None:
        def plain(presentation: Any) -> None:
            styles = presentation.slide_master._element.find(f"{qn('p:txStyles')}/{qn('p:bodyStyle')}")
            for level in styles:
                level.set("marL", "0")
                level.set("indent", "0")
                for mark in (*level.findall(qn("a:buChar")), *level.findall(qn("a:buFont"))):
                    level.remove(mark)

        body = TextBody(paras=(point("One"),) * 8)
        slide = DeckSlide(kind=SlideKindName.BULLETS, title="T", body=body)
        output, _ = write_deck(deck(slide), THEME, template=taken(changed(plain)))
        text = zipfile.ZipFile(io.BytesIO(output)).read("ppt/slides/slide1.xml").decode()
        assert text.count('<a:buChar char="•"/>') == 8

    def test_misplaced_level_properties_are_removed(self) -> None:
        def add(presentation: Any) -> None:
            for level in presentation.slide_master._element.iter(qn("a:lvl1pPr")):
                level.insert(0, parse_xml(f"<p:sldMasterIdLst {nsdecls('p')}/>"))
                level.insert(0, etree.Comment("a word"))

        output, _ = write_deck(deck(*everything()), THEME, template=taken(changed(add)))
        assert b"sldMasterIdLst" not in zipfile.ZipFile(io.BytesIO(output)).read("ppt/slides/slide2.xml")

    @pytest.mark.parametrize("number", ["2147483648", "12", ""])
    def test_masters_and_layouts_have_unique_ids(self, number: str) -> None:
        def share(presentation: Any) -> None:
            for layout in presentation.slide_master._element.iter(qn("p:sldLayoutId")):
                layout.set("id", number)
                if not number:
                    del layout.attrib["id"]

        output, _ = write_deck(deck(*everything()), THEME, template=taken(changed(share)))
        assert check_deck(output) == []


def test_badly_damaged_template_is_reported() -> None:
    """Test a template without a presentation part, which the checks do not look for."""
    contents = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(python_pptx())) as before, zipfile.ZipFile(contents, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(
                name, data.replace(b'/officeDocument"', b'/other"') if name == "_rels/.rels" else data
            )
    result, (finding,) = open_template(THEME, "en", contents.getvalue(), {}, SPAN)
    assert result is None
    assert (finding.code, finding.span) == ("DTP001", SPAN)
    assert "no relationship" in finding.message


def test_duplicate_part_is_reported_at_the_template() -> None:
    """Test duplicate core properties in a template, which are read only when the deck is written."""
    contents = io.BytesIO()
    content = rb'\g<0><Relationship Id="rIdTwice" Type="\1" Target="docProps/core.xml"/>'
    with zipfile.ZipFile(io.BytesIO(python_pptx())) as before, zipfile.ZipFile(contents, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "_rels/.rels":
                data = re.sub(rb'<Relationship [^>]*Type="([^"]*/core-properties)"[^>]*/>', content, data)
            after.writestr(name, data)
    with pytest.raises(ValueError, match="multiple relationships") as caught:
        write_deck(deck(*everything()), THEME, template=taken(contents.getvalue()))
    assert is_template_error(caught.value)
    with pytest.raises(ValueError, match="ours") as own:
        raise ValueError("ours")
    assert not is_template_error(own.value)


@pytest.mark.parametrize("part", ["spPr", "bodyPr"])
def test_shapes_without_required_properties_are_repaired(part: str) -> None:
    def leave_out(presentation: Any) -> None:
        for layout in presentation.slide_layouts:
            for element in list(layout._element.iter(qn(f"p:{part}"), qn(f"a:{part}"))):
                element.getparent().remove(element)

    data, _ = write_deck(deck(*everything()), THEME, template=taken(changed(leave_out)))
    assert check_deck(data) == []


def test_titles_keep_the_margin_of_the_template() -> None:
    def indent_titles(presentation: Any) -> None:
        for style in presentation.slide_master._element.iter(qn("p:titleStyle")):
            style.find(qn("a:lvl1pPr")).set("marL", "254000")

    slide = DeckSlide(
        kind=SlideKindName.BULLETS, title="Parts", body=TextBody(paras=(point("A"), point("B")))
    )
    template = taken(changed(indent_titles))
    area = template.kind_layouts[SlideKindName.BULLETS].placeholder_boxes[PlaceholderRole.TITLE].text_area
    assert area.get_indent(make_plain_para("Parts")) == 20
    output, _ = write_deck(deck(slide), THEME, template=template)
    [shown] = Presentation(io.BytesIO(output)).slides
    properties = shown.shapes.title._element.find(f".//{qn('a:pPr')}")
    assert (dict(properties.attrib), list(properties)) == ({}, [])


def test_bullets_without_an_indent_get_one_and_keep_their_character() -> None:
    def remove_indents(presentation: Any) -> None:
        for style in presentation.slide_master._element.iter(qn("p:bodyStyle")):
            for level in style:
                level.set("marL", "0")
                level.set("indent", "0")

    body = TextBody(paras=tuple(map(point, "ABCDE")))
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="Parts", body=body)
    output, _ = write_deck(deck(slide), THEME, template=taken(changed(remove_indents)))
    [shown] = Presentation(io.BytesIO(output)).slides
    properties = list(shown.placeholders[1]._element.iter(qn("a:pPr")))
    assert {item.get("indent") for item in properties} == {str(-20 * 12_700)}
    assert {item.get("marL") for item in properties} == {str(20 * 12_700)}
    assert not any(item.findall(qn("a:buChar")) for item in properties)


def test_big_numbers_have_the_accent_colour_of_the_template() -> None:
    cards = tuple(
        Card(heading=(Run(text=number),), paras=(Para(runs=(Run(text="of output"),), bullet=False),))
        for number in ("7%", "9%")
    )
    slide = DeckSlide(kind=SlideKindName.NUMBERS, title="Shares", body=NumbersBody(cards=cards))
    output, _ = write_deck(deck(slide), THEME, template=taken(python_pptx()))
    [shown] = Presentation(io.BytesIO(output)).slides
    colours = {
        run.text: [colour.get("val") for colour in run._r.iter(qn("a:schemeClr"))]
        for shape in shown.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    }
    assert (colours["7%"], colours["9%"], colours["of output"]) == (["accent1"], ["accent1"], [])
