"""What is behind the text of a slide, as it is painted from layout and master."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from triptych.ooxml.backdrop import Backdrop, paint_backdrop
from triptych.ooxml.colours import ColourScheme
from triptych.ooxml.inheritance import Box
from triptych.ooxml.xml import NAMESPACES

SIZE = (3200, 1600)  # ten EMU for each pixel
SPACES = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("a", "p", "r"))
SCHEME = ColourScheme({"lt1": "ffffff", "dk1": "000000", "accent1": "aa0000"}, {"bg1": "lt1", "tx1": "dk1"})
WHOLE = Box(0, 0, *SIZE)


def tree(shapes: str = "", background: str = "", **attributes: str) -> Any:
    ground = f"<p:bg><p:bgPr>{background}</p:bgPr></p:bg>" if background else ""
    named = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return etree.fromstring(
        f"<p:sldLayout {SPACES} {named}><p:cSld>{ground}<p:spTree>{shapes}</p:spTree></p:cSld></p:sldLayout>"
    )


def solid(colour: str, more: str = "") -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}">{more}</a:srgbClr></a:solidFill>'


def shape(box: Sequence[int], fill: str, geometry: str = "", turn: str = "") -> str:
    left, top, wide, high = box
    geometry = geometry or '<a:prstGeom prst="rect"/>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name=""/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm {turn}>'
        f'<a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>{geometry}{fill}</p:spPr></p:sp>'
    )


def painted(*trees: Any, picture: Image.Image | None = None) -> Backdrop:
    return paint_backdrop(SIZE, trees, SCHEME, lambda _, name: picture if name == "rId1" else None)


def test_a_slide_without_a_background_has_the_paper_of_its_theme() -> None:
    assert painted(tree(), tree()).find_colours(WHOLE) == ("ffffff",)


def test_the_background_of_the_layout_goes_before_that_of_the_master() -> None:
    assert painted(tree(background=solid("112233")), tree(background=solid("445566"))).find_colours(
        WHOLE
    ) == ("112233",)


def test_shapes_of_the_layout_lie_over_those_of_the_master_unless_it_hides_them() -> None:
    master = tree(shape((0, 0, *SIZE), solid("111111")))
    layout = shape((0, 0, 1600, 1600), solid("222222"))
    seen = painted(tree(layout), master)
    assert seen.find_colours(Box(0, 0, 1600, 1600)) == ("222222",)
    assert seen.find_colours(Box(1600, 0, 3200, 1600)) == ("111111",)
    assert painted(tree(layout, showMasterSp="0"), master).find_colours(Box(1600, 0, 3200, 1600)) == (
        "ffffff",
    )


def test_placeholders_are_no_part_of_it() -> None:
    filled = shape((0, 0, *SIZE), solid("111111")).replace(
        "<p:nvPr/>", '<p:nvPr><p:ph type="body"/></p:nvPr>'
    )
    assert painted(tree(filled), tree()).find_colours(WHOLE) == ("ffffff",)


def test_half_transparent_fills_are_mixed_with_what_is_behind() -> None:
    glass = solid("000000", '<a:alpha val="50000"/>')
    (colour,) = painted(tree(shape((0, 0, *SIZE), glass)), tree()).find_colours(WHOLE)
    assert colour in ("7f7f7f", "808080")


def test_groups_move_and_scale_their_shapes() -> None:
    group = (
        '<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm><a:off x="1600" y="0"/><a:ext cx="1600" cy="1600"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="100" cy="100"/></a:xfrm></p:grpSpPr>'
        f"{shape((0, 0, 50, 100), solid('123456'))}</p:grpSp>"
    )
    seen = painted(tree(group), tree())
    assert seen.find_colours(Box(1600, 0, 2400, 1600)) == ("123456",)
    assert seen.find_colours(Box(2400, 0, 3200, 1600)) == ("ffffff",)


def test_turned_shapes_are_painted_where_they_lie() -> None:
    upright = shape((800, 700, 1600, 200), solid("123456"), turn='rot="5400000"')
    seen = painted(tree(upright), tree())
    assert seen.find_colours(Box(1510, 100, 1690, 1500)) == ("123456",)
    assert "123456" not in seen.find_colours(Box(800, 700, 1400, 900))


@pytest.mark.parametrize(("angle", "left_colour"), [("0", "000000"), ("10800000", "ffffff")])
def test_gradients_run_along_their_line(angle: str, left_colour: str) -> None:
    stops = "".join(
        f'<a:gs pos="{place}"><a:srgbClr val="{colour}"/></a:gs>'
        for place, colour in ((0, "000000"), (20_000, "000000"), (80_000, "ffffff"), (100_000, "ffffff"))
    )
    fill = f'<a:gradFill><a:gsLst>{stops}</a:gsLst><a:lin ang="{angle}"/></a:gradFill>'
    seen = painted(tree(shape((0, 0, *SIZE), fill)), tree())
    right = "ffffff" if left_colour == "000000" else "000000"
    assert seen.find_colours(Box(0, 0, 600, 1600)) == (left_colour,)
    assert seen.find_colours(Box(2600, 0, 3200, 1600)) == (right,)
    assert len(seen.find_colours(WHOLE)) > 5


def test_polygons_within_others_are_holes() -> None:
    def square(start: int, end: int) -> str:
        points = [(start, start), (end, start), (end, end), (start, end)]
        first, *others = [f'<a:pt x="{x}" y="{y}"/>' for x, y in points]
        lines = "".join(f"<a:lnTo>{point}</a:lnTo>" for point in others)
        return f"<a:moveTo>{first}</a:moveTo>{lines}<a:close/>"

    path = f'<a:path w="100" h="100">{square(0, 100)}{square(25, 75)}</a:path>'
    ring = f"<a:custGeom><a:pathLst>{path}</a:pathLst></a:custGeom>"
    seen = painted(tree(shape((0, 0, 1600, 1600), solid("123456"), ring)), tree())
    assert seen.find_colours(Box(500, 500, 1100, 1100)) == ("ffffff",)
    assert seen.find_colours(Box(0, 0, 1600, 300)) == ("123456",)


def test_a_shape_of_unknown_outline_may_cover_its_box_or_not() -> None:
    cloud = shape((0, 0, *SIZE), solid("123456"), '<a:prstGeom prst="cloud"/>')
    assert set(painted(tree(cloud), tree()).find_colours(WHOLE)) == {"123456", "ffffff"}


def test_a_picture_has_the_colours_that_are_seen_of_it() -> None:
    picture = Image.new("RGB", (100, 50), "#112233")
    picture.paste("#ddeeff", (50, 0, 100, 50))
    fill = '<a:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></a:blipFill>'
    seen = painted(tree(background=fill), tree(), picture=picture)
    assert seen.find_colours(Box(0, 0, 1600, 1600)) == ("112233",)
    assert seen.find_colours(Box(1600, 0, 3200, 1600)) == ("ddeeff",)
    cropped = fill.replace("<a:stretch>", '<a:srcRect l="50000"/><a:stretch>')
    assert painted(tree(background=cropped), tree(), picture=picture).find_colours(WHOLE) == ("ddeeff",)


def test_a_picture_that_cannot_be_read_may_be_black_or_white() -> None:
    fill = '<a:blipFill><a:blip r:embed="rId9"/><a:stretch/></a:blipFill>'
    assert set(painted(tree(background=fill), tree()).find_colours(WHOLE)) == {"000000", "ffffff"}


@pytest.mark.parametrize(
    ("pattern", "seen"), [("pct10", "1a1a1a"), ("lgGrid", "404040"), ("wave", "808080"), ("dkHorz", "bfbfbf")]
)
def test_a_pattern_is_seen_as_the_mean_of_its_colours(pattern: str, seen: str) -> None:
    fill = (
        f'<a:pattFill prst="{pattern}"><a:fgClr><a:srgbClr val="FFFFFF"/></a:fgClr>'
        '<a:bgClr><a:srgbClr val="000000"/></a:bgClr></a:pattFill>'
    )
    assert painted(tree(background=fill), tree()).find_colours(WHOLE) == (seen,)


def test_colours_on_next_to_nothing_do_not_count() -> None:
    dot = shape((0, 0, 100, 100), solid("123456"))
    assert painted(tree(dot), tree()).find_colours(WHOLE) == ("ffffff",)
    assert painted(tree(dot), tree()).find_colours(Box(0, 0, 100, 100)) == ("123456",)


def test_a_theme_fill_takes_the_colour_that_names_it() -> None:
    reference = '<p:bg><p:bgRef idx="0"><a:schemeClr val="accent1"/></p:bgRef></p:bg>'
    layout = tree()
    layout[0].insert(0, etree.fromstring(reference.replace("<p:bg>", f"<p:bg {SPACES}>")))
    assert painted(layout, tree()).find_colours(WHOLE) == ("aa0000",)


def test_a_filled_corner_counts_where_a_word_may_be_in_any() -> None:
    corner = shape((0, 1400, 300, 200), solid("123456"))
    seen = painted(tree(corner), tree())
    assert seen.find_colours(WHOLE) == ("ffffff",)
    assert set(seen.find_colours_in_cells(WHOLE)) == {"ffffff", "123456"}
    assert painted(tree(), tree()).find_colours_in_cells(WHOLE) == ("ffffff",)


@pytest.mark.parametrize(
    "fill",
    [
        '<a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="aa0000"/></a:gs></a:gsLst>'
        '<a:path path="circle"><a:fillToRect l="2000000000" t="2000000000"/></a:path></a:gradFill>',
        '<a:blipFill><a:blip r:embed="r1"/><a:srcRect l="-2000000000" t="-2000000000"/></a:blipFill>',
    ],
    ids=["centre of a gradient", "part of a picture"],
)
def test_places_far_outside_take_no_time_or_memory(fill: str) -> None:
    picture = Image.new("RGBA", (640, 480), "#aa0000")
    found = paint_backdrop(SIZE, (tree(shape((0, 0, *SIZE), fill)), None), SCHEME, lambda *_: picture)
    assert "aa0000" in found.find_colours(WHOLE)
