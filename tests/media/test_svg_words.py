"""Test that text in authors' drawings uses fonts of the theme, as text or as outlines, in all outputs."""

from __future__ import annotations

import pytest
from lxml import etree

from triptych.media.picture_files import sanitise_svg
from triptych.media.svg_text import explain_text_not_outlined, set_text_fonts
from triptych.theme.theme import load_theme

THEME = load_theme()
SVG = "{http://www.w3.org/2000/svg}"


def drawing(inner: str, more: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"{more}>{inner}</svg>'.encode()


def families(inner: str) -> list[str]:
    root = etree.fromstring(set_text_fonts(drawing(inner), THEME, as_outlines=False))
    return [
        e.get("style", "").rpartition("font-family:")[2].strip("'")
        for e in root.iter(f"{SVG}text", f"{SVG}tspan")
    ]


def outlined(inner: str) -> etree._Element:
    return etree.fromstring(set_text_fonts(drawing(inner), THEME, as_outlines=True))


@pytest.mark.parametrize(
    ("look", "family"),
    [
        ('font-family="sans-serif"', THEME.sans),
        ('font-family="serif"', THEME.serif),
        ('font-family="monospace"', THEME.mono),
        ('style="font-family:Helvetica, Arial, sans-serif"', THEME.sans),
        ("style=\"font-family: 'Times New Roman', serif; fill: red\"", THEME.serif),
        ('style="font: italic bold 12px/1.2 Courier New, monospace"', THEME.mono),
        ('class="a"', THEME.mono),
        ("", THEME.sans),
    ],
)
def test_families_are_replaced_by_theme_families(look: str, family: str) -> None:
    sheet = "<style>.a { font: 12px monospace }</style>"
    assert families(f"{sheet}<text {look}>Words</text>") == [family]


def test_a_family_is_inherited_and_changed_within_a_text() -> None:
    inner = '<g font-family="serif"><text>One <tspan font-family="monospace">two</tspan></text></g>'
    assert families(inner) == [THEME.serif, THEME.mono]


def test_other_styles_are_kept() -> None:
    root = etree.fromstring(
        set_text_fonts(drawing('<text style="fill:red;font-family:serif">A</text>'), THEME, as_outlines=False)
    )
    assert root[0].get("style") == f"fill:red;font-family:'{THEME.serif}'"


def test_outlines_have_the_position_of_the_text() -> None:
    root = outlined(
        '<rect/><g id="g"><text id="t" x="3" y="4" transform="scale(2)" class="c">Ab</text>tail</g>'
    )
    assert not list(root.iter(f"{SVG}text"))
    group = root[1][0]
    assert (group.get("id"), group.get("class"), group.get("transform")) == ("t", "c", "scale(2)")
    assert group.tail == "tail"
    assert group[0].get("transform", "").startswith("translate(3.000 4.000)")
    assert len(group[0].get("d", "")) > 50


def test_families_of_different_kinds_have_different_outlines() -> None:
    shapes = {
        outlined(f'<text font-family="{kind}">g</text>')[0][0].get("d")
        for kind in ("serif", "sans-serif", "monospace")
    }
    assert len(shapes) == 3


def test_content_other_than_text_is_unchanged() -> None:
    sheet = "<style>rect { mix-blend-mode: multiply }</style>"
    root = outlined(f'{sheet}<rect style="fill:url(#a)"/><text>A</text>')
    assert root[0].text == "rect { mix-blend-mode: multiply }"
    assert root[1].get("style") == "fill:url(#a)"


def test_style_sheet_text_is_not_text() -> None:
    inner = "<style>.a{fill:red}<text>A</text></style><text class='a' y='9'>B</text>"
    result = etree.fromstring(set_text_fonts(sanitise_svg(drawing(inner)), THEME, as_outlines=True))
    assert [element.tag for element in result] == [f"{SVG}style", f"{SVG}g"]


def test_drawing_without_text_keeps_its_bytes() -> None:
    svg = drawing("<rect/>")
    assert set_text_fonts(svg, THEME, as_outlines=True) is svg


WAYS = {
    '<text><textPath href="#p">Round</textPath></text>': "follows a path",
    "<text>\u0634\u0645\u0633</text>": "from right to left",
    '<text x="1 2 3">abc</text>': "one by one",
    '<text style="letter-spacing: 2px">abc</text>': "spacing",
    '<g stroke="red"><text>abc</text></g>': "a stroke",
    '<clipPath id="c"><text>abc</text></clipPath>': "a clipping path",
    '<text textLength="20">abc</text>': "spacing",
}


@pytest.mark.parametrize("inner", WAYS)
def test_text_that_cannot_be_outlined_is_kept_and_reported(inner: str) -> None:
    assert WAYS[inner] in explain_text_not_outlined(drawing(inner))
    root = outlined(inner)
    (text,) = root.iter(f"{SVG}text")
    assert f"'{THEME.sans}', sans-serif" in text.get("style", "")


@pytest.mark.parametrize(
    "style",
    ["letter-spacing:0px;word-spacing:0px", "letter-spacing: normal", "stroke:none;writing-mode:lr-tb"],
)
def test_default_properties_of_drawing_programs_do_not_prevent_outlining(style: str) -> None:
    assert explain_text_not_outlined(drawing(f'<text style="{style}">abc</text>')) == ""
