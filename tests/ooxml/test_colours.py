"""Test that colours equal those of LibreOffice 7 or later, measured on filled rectangles."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from triptych.ooxml.colours import Colour, ColourScheme, find_fill, transform_colour
from triptych.ooxml.xml import A, P
from triptych.theme.colours import parse_rgb

NEAR = 3  # of 255: LibreOffice approximates the curve of sRGB by a power function

DRAWN = [
    ("c0504d", [("lumMod", "50000")], "632523"),
    ("c0504d", [("lumMod", "60000"), ("lumOff", "40000")], "d99694"),
    ("c0504d", [("satMod", "150000")], "dd3530"),
    ("c0504d", [("satOff", "-20000")], "a86765"),
    ("c0504d", [("tint", "50000")], "e2c2c1"),
    ("c0504d", [("shade", "50%")], "8e3b38"),
    ("808080", [("tint", "40000")], "d7d7d7"),
    ("4472c4", [("tint", "50000"), ("satMod", "300000")], "a4b9ff"),
    ("4472c4", [("satMod", "120000"), ("lumMod", "110000")], "4d7ed6"),
    ("4472c4", [("shade", "93000"), ("satMod", "130000")], "2e69d0"),
    ("4472c4", [("lumMod", "105000"), ("satMod", "103000"), ("tint", "73000")], "9aabd9"),
    ("c0504d", [("hueOff", "3600000")], "bdc04d"),
    ("c0504d", [("hueMod", "50000")], "c04e4d"),
    ("c0504d", [("lum", "30000")], "712a28"),
    ("c0504d", [("sat", "30000")], "ab6462"),
    ("c0504d", [("comp", "")], "4dbdc0"),
    ("c0504d", [("inv", "")], "b9f7f7"),
    ("c0504d", [("gray", "")], "686868"),
    ("c0504d", [("gamma", "")], "e19a97"),
    ("c0504d", [("invGamma", "")], "841110"),
    ("c0504d", [("red", "50000")], "bc4f4c"),
    ("c0504d", [("greenOff", "20000")], "bf904c"),
    ("c0504d", [("blueMod", "50000")], "bf4f38"),
    # The examples of ECMA-376 Part 1, 20.1.2.3.34 and 20.1.2.3.31.
    ("00ff00", [("tint", "50000")], "bcffbc"),
    ("00ff00", [("shade", "50000")], "00bc00"),
]


@pytest.mark.parametrize(("base", "changes", "drawn"), DRAWN)
def test_transformed_colour_matches_the_rendered_one(
    base: str, changes: list[tuple[str, str]], drawn: str
) -> None:
    digits = transform_colour(Colour(base), changes).digits
    assert all(
        abs(item - other) <= NEAR for item, other in zip(parse_rgb(digits), parse_rgb(drawn), strict=True)
    )


def element(text: str) -> Any:
    spaces = f'xmlns:a="{A[1:-1]}" xmlns:p="{P[1:-1]}"'
    return etree.fromstring(f"<a:x {spaces}>{text}</a:x>")


PLAIN = ColourScheme({"dk1": "111111", "accent1": "4472c4"}, {"tx1": "dk1"})


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ('<a:srgbClr val="C0504D"/>', "c0504d"),
        ('<a:sysClr val="windowText" lastClr="0A0B0C"/>', "0a0b0c"),
        ('<a:sysClr val="windowText"/>', "000000"),
        ('<a:sysClr val="window"/>', "ffffff"),
        ('<a:prstClr val="dkOrange"/>', "ff8c00"),
        ('<a:prstClr val="medSeaGreen"/>', "3cb371"),
        ('<a:prstClr val="noColour"/>', None),
        ('<a:scrgbClr r="50000" g="0" b="100000"/>', "bc00ff"),
        ('<a:hslClr hue="7200000" sat="100000" lum="50000"/>', "00ff00"),
        ('<a:schemeClr val="tx1"/>', "111111"),
        ('<a:schemeClr val="accent1"><a:lumMod val="50000"/></a:schemeClr>', "203864"),
        ('<a:schemeClr val="accent2"/>', None),
        ('<a:schemeClr val="phClr"/>', "abcdef"),
        ("<!-- none -->", None),
    ],
)
def test_each_kind_of_colour_is_parsed(text: str, colour: str | None) -> None:
    result = PLAIN.resolve_colour(element(text), "abcdef")
    assert (result and result.digits) == colour


@pytest.mark.parametrize(
    ("change", "opacity"),
    [("alpha", 0.4), ("alphaMod", 0.4), ("alphaOff", 1.0)],
)
def test_translucent_colour_has_its_opacity(change: str, opacity: float) -> None:
    holder = element(f'<a:srgbClr val="808080"><a:{change} val="40000"/></a:srgbClr>')
    colour = PLAIN.resolve_colour(holder)
    assert colour == ("808080", opacity)
    assert PLAIN.resolve_opaque_colour(holder) == ("808080" if opacity == 1 else None)


THEME = element(
    "<a:bgFillStyleLst><a:solidFill><a:schemeClr val='phClr'/></a:solidFill>"
    "<a:gradFill><a:gsLst><a:gs pos='0'><a:schemeClr val='phClr'><a:tint val='40000'/></a:schemeClr></a:gs>"
    "<a:gs pos='100000'><a:schemeClr val='phClr'/></a:gs></a:gsLst></a:gradFill></a:bgFillStyleLst>"
    "<a:fillStyleLst><a:noFill/></a:fillStyleLst>"
)


@pytest.mark.parametrize(
    ("index", "colours"),
    [(1001, ("4472c4",)), (1002, ("cfd5ea", "4472c4")), (1003, None), (1, ())],
)
def test_theme_fill_reference_passes_its_colour(index: int, colours: tuple[str, ...] | None) -> None:
    scheme = ColourScheme({"accent1": "4472c4"}, {}, THEME)
    (reference,) = element(f'<p:bgRef idx="{index}"><a:schemeClr val="accent1"/></p:bgRef>')
    fill, named = scheme.resolve_fill_reference(reference)
    assert named == "4472c4"
    assert (None if fill is None else scheme.list_visible_colours(fill, named)) == colours


def test_a_fill_is_one_colour_several_or_none() -> None:
    solid = element('<a:ln/><a:solidFill><a:srgbClr val="010203"/></a:solidFill>')
    thin = element('<a:solidFill><a:srgbClr val="010203"><a:alpha val="20000"/></a:srgbClr></a:solidFill>')
    none, picture, silent = element("<a:noFill/>"), element("<a:blipFill/>"), element("<a:ln/>")
    assert [PLAIN.resolve_fill_colour(item) for item in (solid, thin, none, picture, None)] == [
        "010203",
        *[None] * 4,
    ]
    assert PLAIN.resolve_first_fill_colour([None, silent, solid]) == "010203"
    assert PLAIN.resolve_first_fill_colour([silent, none, solid]) is None
    assert PLAIN.resolve_first_fill_colour([picture, solid]) == PLAIN.resolve_first_fill_colour([thin]) == ""
    assert PLAIN.list_visible_colours(find_fill(thin)) == ()


def test_all_colours_of_a_pattern_are_seen() -> None:
    pattern = element(
        '<a:pattFill prst="lgGrid"><a:fgClr><a:srgbClr val="3465A4"/></a:fgClr>'
        '<a:bgClr><a:schemeClr val="accent1"/></a:bgClr></a:pattFill>'
    )
    assert PLAIN.list_visible_colours(find_fill(pattern)) == ("3465a4", "4472c4")


@pytest.mark.parametrize(
    ("opacity", "visible"), [(49_999, ()), (50_000, ("010203",)), (100_000, ("010203",))]
)
def test_a_fill_is_visible_from_half_opacity(opacity: int, visible: tuple[str, ...]) -> None:
    colour = f'<a:srgbClr val="010203"><a:alpha val="{opacity}"/></a:srgbClr>'
    fill = find_fill(element(f"<a:solidFill>{colour}</a:solidFill>"))
    assert PLAIN.list_visible_colours(fill) == visible


@pytest.mark.parametrize(
    ("start", "change", "opacity"),
    [
        (0.8, ("alphaMod", "50000"), 0.4),
        (0.8, ("alphaOff", "-30000"), 0.5),
        (0.2, ("alphaOff", "-50000"), 0.0),
    ],
)
def test_opacity_is_scaled_or_shifted_and_never_negative(
    start: float, change: tuple[str, str], opacity: float
) -> None:
    assert transform_colour(Colour("808080", start), [change]).opacity == pytest.approx(opacity)


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (("lumOff", "90000"), "ffffff"),
        (("lumOff", "-90000"), "000000"),
        (("redOff", "100000"), "ff504d"),
        (("redOff", "-100000"), "00504d"),
        (("hueOff", "21600000"), "c0504d"),
        (("hueOff", "-21600000"), "c0504d"),
    ],
)
def test_a_change_beyond_the_range_of_a_channel_stops_at_its_end(
    change: tuple[str, str], result: str
) -> None:
    assert transform_colour(Colour("c0504d"), [change]).digits == result


@pytest.mark.parametrize(
    ("index", "colour"), [(0, None), (1, "111111"), (3, "333333"), (4, None), (1001, "aaaaaa"), (1000, None)]
)
def test_a_fill_reference_counts_from_one(index: int, colour: str | None) -> None:
    def list_fills(*colours: str) -> str:
        return "".join(f'<a:solidFill><a:srgbClr val="{item}"/></a:solidFill>' for item in colours)

    theme = element(
        f"<a:fillStyleLst>{list_fills('111111', '222222', '333333')}</a:fillStyleLst>"
        f"<a:bgFillStyleLst>{list_fills('aaaaaa')}</a:bgFillStyleLst>"
    )
    (reference,) = element(f'<a:fillRef idx="{index}"/>')
    fill, _ = ColourScheme({}, {}, theme).resolve_fill_reference(reference)
    assert (None if fill is None else PLAIN.resolve_fill_colour([fill])) == colour
