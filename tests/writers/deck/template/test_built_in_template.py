"""The generated template: complete, readable, the same each time."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import get_args

import pytest
from pptx import Presentation

from triptych.checks.deck import check_deck
from triptych.settings.format_options import SlideKind
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


def test_the_same_theme_gives_the_same_bytes(theme: Theme) -> None:
    assert build_template(theme) == build_template.__wrapped__(theme)


def test_another_theme_gives_another_look(theme: Theme) -> None:
    other = replace(theme, colours=replace(theme.colours, dark="2a1a3a"))
    assert build_template(other) != build_template(theme)


def test_the_template_is_sound(theme: Theme) -> None:
    assert check_deck(build_template(theme)) == []


def test_each_layout_says_what_it_is(theme: Theme) -> None:
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


def test_the_manifest_the_house_template_and_the_writer_know_the_same_kinds() -> None:
    named = set(get_args(SlideKind))
    assert named == {layout.value for layout in KINDS}
    assert named == set(LAYOUTS) - {"title-only", "blank"}


@pytest.mark.parametrize("layout", list(SlideKindName))
def test_each_layout_has_the_placeholders_that_are_fitted(layout: SlideKindName, theme: Theme) -> None:
    choice = open_built_in_template(theme, "en").kind_layouts[layout].choice
    assert choice.method is not MatchMethod.OTHER
    assert set(choice.assignment.text_boxes) <= {
        PlaceholderRole.SECOND
    }  # what is cut off another place, such as an output's
    for slot in KINDS[layout].slots:
        text = choice.assignment.placeholder_boxes[slot.role].text_area
        level = text.levels[0]
        line = get_face_with_fallbacks(theme, level.family, bold=level.bold, italic=level.italic).line_height
        assert level.size * line * level.line_spacing <= text.height


def test_each_kind_of_slide_takes_its_own_layout(theme: Theme) -> None:
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
    assert (title.size, title.family, title.bold) == (28, theme.sans, True)


def test_text_can_be_read_on_its_ground(theme: Theme) -> None:
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
        (lighten_accent(colours.accent, colours.dark, colours.background), colours.dark),
        *((colours.series[index], colours.panel) for index in (0, 1, 4)),  # highlighted code
    ]
    assert {
        pair: round(compute_contrast_ratio(*pair), 2) for pair in pairs if compute_contrast_ratio(*pair) < 4.5
    } == {}
