"""Test that the generated template is complete, legible and reproducible."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import get_args

import pytest
from pptx import Presentation

from triptych.checks.deck import check_deck
from triptych.ooxml.xml import qn
from triptych.settings.format_options import SLIDE_SIZES, SlideKind, SlideSize
from triptych.theme.colours import compute_contrast_ratio
from triptych.theme.theme import Theme, load_theme
from triptych.writers.deck.fitting.line_breaking import get_face_with_fallbacks
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.built_in_template import LAYOUTS, build_template
from triptych.writers.deck.template.matching import MatchMethod
from triptych.writers.deck.template.opening import open_built_in_template
from triptych.writers.deck.template.palette import lighten_accent


@pytest.fixture(scope="module")
def theme() -> Theme:
    return load_theme()


def test_same_theme_has_the_same_bytes(theme: Theme) -> None:
    assert build_template(theme) == build_template.__wrapped__(theme)


def test_other_theme_has_another_appearance(theme: Theme) -> None:
    other = replace(theme, colours=replace(theme.colours, dark="2a1a3a"))
    assert build_template(other) != build_template(theme)


def test_built_in_template_is_valid(theme: Theme) -> None:
    assert check_deck(build_template(theme)) == []


def test_each_layout_has_its_type(theme: Theme) -> None:
    presentation = Presentation(io.BytesIO(build_template(theme)))
    kinds = [layout._element.get("type") for layout in presentation.slide_layouts]
    assert dict(zip(LAYOUTS, kinds, strict=True)) == {
        "title": "title",
        "divider": "secHead",
        "bullets": "obj",
        "columns": "twoObj",
        "chart": "chart",
        "table": "tbl",
        "picture": "picTx",
        "quote": "cust",
        "code": "cust",
        "equation": "cust",
        "callout": "cust",
        "numbers": "cust",
        "timeline": "cust",
        "comparison": "twoTxTwoObj",
        "full-picture": "cust",
        "side-picture": "cust",
        "closing": "cust",
        "title-only": "titleOnly",
        "blank": "blank",
    }
    assert (presentation.slide_width.inches, presentation.slide_height.inches) == (
        pytest.approx(13.333, abs=1e-3),
        7.5,
    )


def test_guides_are_at_the_margins_columns_titles_and_content(theme: Theme) -> None:
    presentation = Presentation(io.BytesIO(build_template(theme)))
    master = presentation.slide_master
    guides = list(master._element.iter("{http://schemas.microsoft.com/office/powerpoint/2012/main}guide"))
    across = [int(guide.get("pos")) / 8 for guide in guides if guide.get("orient") is None]
    down = [int(guide.get("pos")) / 8 for guide in guides if guide.get("orient") == "horz"]
    title, body = list(master.placeholders)[:2]
    columns = presentation.slide_layouts.get_by_name("Two Content").placeholders
    first, second = (column for column in columns if column.placeholder_format.idx in (1, 2))
    edges = [first.left, first.left + first.width, second.left, second.left + second.width]
    assert across == pytest.approx([edge / 12_700 for edge in edges], abs=0.1)
    assert (title.left, title.left + title.width) == (edges[0], edges[3])
    assert down[1:] == [body.top / 12_700, (body.top + body.height) / 12_700]
    assert title.top < down[0] * 12_700 < title.top + title.height


def test_content_of_all_layouts_starts_at_one_height_below_the_title(theme: Theme) -> None:
    kind_layouts = open_built_in_template(theme, "en").kind_layouts
    others = {SlideKindName.QUOTE, SlideKindName.CALLOUT, SlideKindName.SIDE_PICTURE}
    tops = {
        kind: layout.placeholder_boxes[KINDS[kind].main_role].top
        for kind, layout in kind_layouts.items()
        if layout.placeholder_boxes[PlaceholderRole.TITLE].top == 32 and kind not in others
        if KINDS[kind].main_role is not PlaceholderRole.TITLE
    }
    first = {SlideKindName.COMPARISON: PlaceholderRole.FIRST_HEADING}
    for kind, role in first.items():
        tops[kind] = kind_layouts[kind].placeholder_boxes[role].top
    assert len(tops) >= 9 and set(tops.values()) == {126.0}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", ["4x3", "a4"])
def test_layouts_of_another_slide_size_are_scaled_in_width_only(
    theme: Theme, size: SlideSize, language: str
) -> None:
    data = build_template(theme, language, size=size)
    assert check_deck(data) == []
    narrow, wide = Presentation(io.BytesIO(data)), Presentation(io.BytesIO(build_template(theme, language)))
    assert (narrow.slide_width.pt, narrow.slide_height.pt) == SLIDE_SIZES[size]
    ratio = narrow.slide_width / wide.slide_width
    pairs = [
        (first, second)
        for owners in zip(
            [narrow.slide_master, *narrow.slide_layouts],
            [wide.slide_master, *wide.slide_layouts],
            strict=True,
        )
        for first, second in zip(*(owner.shapes for owner in owners), strict=True)
    ]
    assert len(pairs) > 60
    for first, second in pairs:
        assert (first.left, first.width) == pytest.approx((second.left * ratio, second.width * ratio), abs=2)
        assert (first.top, first.height) == (second.top, second.height)


@pytest.mark.parametrize("size", get_args(SlideSize))
def test_notes_pages_show_the_slide_undistorted(theme: Theme, size: SlideSize) -> None:
    presentation = Presentation(io.BytesIO(build_template(theme, size=size)))
    width, height = presentation.part._element.find(qn("p:notesSz")).attrib.values()
    assert (int(width), int(height)) == (540 * 12_700, 720 * 12_700)
    image = next(
        shape
        for shape in presentation.notes_master.placeholders
        if "SLIDE_IMAGE" in str(shape.placeholder_format.type)
    )
    assert image.width / image.height == pytest.approx(presentation.slide_width / presentation.slide_height)
    assert image.left + image.width / 2 == pytest.approx(int(width) / 2, abs=2)


def test_handouts_have_a_master_with_its_own_theme(theme: Theme) -> None:
    part = Presentation(io.BytesIO(build_template(theme))).part
    children = [child.tag.rpartition("}")[2] for child in part._element]
    position = children.index("handoutMasterIdLst")
    assert children[position - 1 : position + 2] == ["notesMasterIdLst", "handoutMasterIdLst", "sldIdLst"]
    (identifier,) = part._element[position]
    master = part.related_part(identifier.get(qn("r:id")))
    assert master.partname == "/ppt/handoutMasters/handoutMaster1.xml"
    names = {relation.target_part.partname for relation in master.rels.values()}
    assert names == {"/ppt/theme/theme3.xml"}
    kinds = re.findall(rb'<p:ph type="(\w+)"', master.blob)
    assert kinds == [b"hdr", b"dt", b"ftr", b"sldNum"]


def test_manifest_built_in_template_and_writer_know_the_same_kinds() -> None:
    args = set(get_args(SlideKind))
    assert args == {layout.value for layout in KINDS}
    assert args == set(LAYOUTS) - {"title-only", "blank"}


@pytest.mark.parametrize("layout", list(SlideKindName))
def test_each_layout_has_the_placeholders_that_are_fitted(layout: SlideKindName, theme: Theme) -> None:
    choice = open_built_in_template(theme, "en").kind_layouts[layout].choice
    assert choice.method is not MatchMethod.OTHER
    assert set(choice.assignment.text_boxes) <= {
        PlaceholderRole.SECOND
    }  # truncates another position, such as that of an output
    for slot in KINDS[layout].slots:
        text = choice.assignment.placeholder_boxes[slot.role].text_area
        level = text.levels[0]
        line = get_face_with_fallbacks(theme, level.family, bold=level.bold, italic=level.italic).line_height
        assert level.size * line * level.line_spacing <= text.height


def test_each_kind_of_slide_has_a_separate_layout(theme: Theme) -> None:
    kind_layouts = open_built_in_template(theme, "en").kind_layouts
    assert {kind.value: kind_layouts[kind].layout.name for kind in SlideKindName} == {
        "title": "Title Slide",
        "divider": "Section Header",
        "bullets": "Title and Content",
        "chart": "Title and Chart",
        "table": "Title and Table",
        "picture": "Picture with Caption",
        "quote": "Quote",
        "code": "Code",
        "equation": "Equation",
        "callout": "Callout",
        "numbers": "Big Numbers",
        "timeline": "Timeline",
        "columns": "Two Content",
        "comparison": "Comparison",
        "full-picture": "Full Picture",
        "side-picture": "Picture at the Side",
        "closing": "Closing",
    }


def test_a_master_placeholder_hands_its_look_down(theme: Theme) -> None:
    title = (
        open_built_in_template(theme, "en")
        .boxes_by_kind[SlideKindName.BULLETS][PlaceholderRole.TITLE]
        .text_area.levels[0]
    )
    assert (title.size, title.family, title.bold) == (34, theme.serif, False)


def test_text_is_readable_on_its_background(theme: Theme) -> None:
    colours = theme.colours
    pairs = [
        (colours.foreground, colours.background),
        (colours.muted, colours.background),
        (colours.muted, colours.panel),
        (colours.dark, colours.background),
        (colours.dark, colours.panel),
        (colours.link, colours.background),
        (colours.background, colours.dark),
        (colours.panel, colours.dark),
        (lighten_accent(colours.accent, colours.dark, colours.background, 4.5), colours.dark),
        *((colours.series[index], colours.panel) for index in (0, 1, 4)),  # highlighted code
    ]
    assert {
        pair: round(compute_contrast_ratio(*pair), 2) for pair in pairs if compute_contrast_ratio(*pair) < 4.5
    } == {}
