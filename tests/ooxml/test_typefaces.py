"""Test the typeface of runs: their own, that of their level, or the body font of the theme."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from triptych.ooxml.inheritance import ThemeFonts, Typeface, TypefaceReader
from triptych.ooxml.xml import A, P

SPACES = f'xmlns:a="{A[1:-1]}" xmlns:p="{P[1:-1]}"'
STYLES = (
    '<a:lvl1pPr><a:defRPr b="1"><a:latin typeface="+mj-lt"/></a:defRPr></a:lvl1pPr>'
    '<a:lvl2pPr><a:defRPr i="1"/></a:lvl2pPr>'
    '<a:lvl9pPr><a:defRPr><a:latin typeface="Ninth"/></a:defRPr></a:lvl9pPr>'
)


def element(text: str) -> Any:
    return etree.fromstring(f"<p:x {SPACES}>{text}</p:x>")


THEME = element(
    "<a:fontScheme><a:majorFont><a:latin typeface='Heads'/></a:majorFont>"
    "<a:minorFont><a:latin typeface='Texts'/></a:minorFont></a:fontScheme>"
)


def shape(paragraphs: str, *, mark: str = "", own: str = "") -> str:
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr id='1' name='n'/><p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:spPr/>"
        f"<p:txBody><a:lstStyle>{own}</a:lstStyle>{paragraphs}</p:txBody></p:sp>"
    )


def run(look: str | None = "", level: int | None = None) -> str:
    """Return a paragraph of one run; ``look`` is the XML of its properties, or None for a run without any."""
    properties = "" if level is None else f'<a:pPr lvl="{level}"/>'
    return f"<a:p>{properties}<a:r>{'' if look is None else look}<a:t>x</a:t></a:r></a:p>"


def reader(theme: Any = THEME) -> TypefaceReader:
    """Return a reader for a master whose body levels 1, 2 and 9 are bold, italic and letter-spaced."""
    master = element(
        f"<p:cSld><p:spTree/></p:cSld><p:txStyles><p:bodyStyle>{STYLES}</p:bodyStyle></p:txStyles>"
    )
    return TypefaceReader(element("<p:cSld><p:spTree/></p:cSld>"), master, theme, None)


def faces(*shapes: str, theme: Any = THEME) -> set[Typeface]:
    return reader(theme).read_slide(element(f"<p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld>"))


BODY = "<p:ph idx='1'/>"


@pytest.mark.parametrize(
    ("level", "look", "face"),
    [
        (None, None, Typeface("Heads", bold=True)),
        (0, None, Typeface("Heads", bold=True)),
        (1, None, Typeface("Texts", italic=True)),
        (2, None, Typeface("Texts")),
        (8, None, Typeface("Ninth")),
        (0, "<a:rPr/>", Typeface("Heads", bold=True)),
        (0, '<a:rPr b="0"/>', Typeface("Heads")),
        (0, '<a:rPr i="true"/>', Typeface("Heads", bold=True, italic=True)),
        (1, '<a:rPr i="false" b="1"><a:latin typeface="Own"/></a:rPr>', Typeface("Own", bold=True)),
        (0, '<a:rPr><a:latin typeface="+mn-lt"/></a:rPr>', Typeface("Texts", bold=True)),
        (0, "<a:rPr><a:latin/></a:rPr>", Typeface("Texts", bold=True)),
    ],
)
def test_run_properties_override_inherited_ones(level: int | None, look: str | None, face: Typeface) -> None:
    assert faces(shape(run(look, level), mark=BODY)) == {face}


def test_list_style_applies_to_its_shape_only() -> None:
    text = '<a:lvl1pPr><a:defRPr i="1"/></a:lvl1pPr>'
    plain, styled = shape(run(), mark=BODY), shape(run(), mark=BODY, own=text)
    bold, both = Typeface("Heads", bold=True), Typeface("Heads", bold=True, italic=True)
    assert faces(styled) == {both}
    assert faces(plain, styled) == faces(styled, plain) == {bold, both}


def test_a_list_style_does_not_apply_to_a_shape_without_one() -> None:
    styled = shape(run(), mark=BODY, own='<a:lvl1pPr><a:defRPr i="1"/></a:lvl1pPr>')
    without = shape(run(), mark=BODY).replace("<a:lstStyle></a:lstStyle>", "")
    expected = {Typeface("Heads", bold=True), Typeface("Heads", bold=True, italic=True)}
    assert faces(styled, without) == faces(without, styled) == expected


def test_two_shapes_keep_separate_list_styles() -> None:
    italic, light = (
        shape(run(), mark=BODY, own=f"<a:lvl1pPr><a:defRPr {style}/></a:lvl1pPr>")
        for style in ('i="1"', 'b="0"')
    )
    assert faces(italic, light) == {Typeface("Heads", bold=True, italic=True), Typeface("Heads")}


def test_shape_without_a_placeholder_uses_the_body_font() -> None:
    assert faces(shape(run())) == {Typeface("Texts")}
    assert faces(shape(run(), mark=BODY), shape(run())) == {Typeface("Heads", bold=True), Typeface("Texts")}
    assert faces("<p:sp/>", shape("<a:p/>")) == set()


@pytest.mark.parametrize("theme", [None, element(""), element("<a:minorFont><a:latin/></a:minorFont>")])
def test_a_theme_that_names_no_font_has_the_usual_one(theme: Any) -> None:
    fonts = ThemeFonts(theme)
    assert fonts.heading_font == fonts.body_font == fonts.resolve_family("+mn-lt") == "Calibri"


def test_fonts_of_the_theme_are_named_by_their_role() -> None:
    fonts = ThemeFonts(THEME)
    assert [fonts.resolve_family(name) for name in ("+mj-lt", "+mn-ea", "Other")] == [
        "Heads",
        "Texts",
        "Other",
    ]


@pytest.mark.parametrize(
    ("properties", "styles"),
    [
        ("", {False}),
        ("<a:tblPr/>", {False}),
        ('<a:tblPr bandRow="1"/>', {False}),
        ('<a:tblPr firstRow="1"/>', {False, True}),
        ('<a:tblPr firstCol="1"/>', {False, True}),
        ('<a:tblPr firstRow="0" firstCol="0"/>', {False}),
    ],
)
def test_heads_of_tables_are_bold(properties: str, styles: set[bool]) -> None:
    cells = "".join(f"<a:tc><a:txBody>{run(None, level)}</a:txBody></a:tc>" for level in (0, 8))
    assert faces(f"<a:tbl>{properties}<a:tr>{cells}</a:tr></a:tbl>") == {
        Typeface("Texts", bold) for bold in styles
    }


def test_chart_fonts_include_all_its_styles() -> None:
    def of(text: str) -> set[Typeface]:
        return reader().read_chart(element(text))

    assert of("") == {Typeface("Texts")}
    assert of('<a:defRPr b="1"/>') == {Typeface("Texts"), Typeface("Texts", bold=True)}
    assert of('<a:rPr i="1"><a:latin typeface="+mj-lt"/></a:rPr><a:latin/>') == {
        Typeface(family, italic=italic) for family in ("Heads", "Texts") for italic in (False, True)
    }
