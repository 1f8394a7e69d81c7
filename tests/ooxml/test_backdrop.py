"""Test the background of text on a slide, drawn from layout and master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from triptych.ooxml.backdrop import Backdrop, paint_backdrop
from triptych.ooxml.colours import ColourScheme
from triptych.ooxml.inheritance import Box
from triptych.ooxml.xml import NAMESPACES

SIZE = (3200, 1600)  # ten EMU per pixel
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


def test_slide_without_a_background_uses_the_theme() -> None:
    assert painted(tree(), tree()).find_colours(WHOLE) == ("ffffff",)


def test_layout_background_overrides_that_of_the_master() -> None:
    assert painted(tree(background=solid("112233")), tree(background=solid("445566"))).find_colours(
        WHOLE
    ) == ("112233",)


def test_layout_shapes_cover_those_of_the_master_unless_hidden() -> None:
    master = tree(shape((0, 0, *SIZE), solid("111111")))
    layout = shape((0, 0, 1600, 1600), solid("222222"))
    seen = painted(tree(layout), master)
    assert seen.find_colours(Box(0, 0, 1600, 1600)) == ("222222",)
    assert seen.find_colours(Box(1600, 0, 3200, 1600)) == ("111111",)
    assert painted(tree(layout, showMasterSp="0"), master).find_colours(Box(1600, 0, 3200, 1600)) == (
        "ffffff",
    )


def test_placeholders_are_not_painted() -> None:
    filled = shape((0, 0, *SIZE), solid("111111")).replace(
        "<p:nvPr/>", '<p:nvPr><p:ph type="body"/></p:nvPr>'
    )
    assert painted(tree(filled), tree()).find_colours(WHOLE) == ("ffffff",)


def test_translucent_fills_are_blended() -> None:
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


def test_rotated_shapes_are_painted_at_their_position() -> None:
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


def test_cropped_picture_has_its_visible_colours() -> None:
    picture = Image.new("RGB", (100, 50), "#112233")
    picture.paste("#ddeeff", (50, 0, 100, 50))
    fill = '<a:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></a:blipFill>'
    seen = painted(tree(background=fill), tree(), picture=picture)
    assert seen.find_colours(Box(0, 0, 1600, 1600)) == ("112233",)
    assert seen.find_colours(Box(1600, 0, 3200, 1600)) == ("ddeeff",)
    cropped = fill.replace("<a:stretch>", '<a:srcRect l="50000"/><a:stretch>')
    assert painted(tree(background=cropped), tree(), picture=picture).find_colours(WHOLE) == ("ddeeff",)


def test_unreadable_picture_may_be_black_or_white() -> None:
    fill = '<a:blipFill><a:blip r:embed="rId9"/><a:stretch/></a:blipFill>'
    assert set(painted(tree(background=fill), tree()).find_colours(WHOLE)) == {"000000", "ffffff"}


@pytest.mark.parametrize(
    ("pattern", "seen"), [("pct10", "1a1a1a"), ("lgGrid", "404040"), ("wave", "808080"), ("dkHorz", "bfbfbf")]
)
def test_pattern_is_the_mean_of_its_colours(pattern: str, seen: str) -> None:
    fill = (
        f'<a:pattFill prst="{pattern}"><a:fgClr><a:srgbClr val="FFFFFF"/></a:fgClr>'
        '<a:bgClr><a:srgbClr val="000000"/></a:bgClr></a:pattFill>'
    )
    assert painted(tree(background=fill), tree()).find_colours(WHOLE) == (seen,)


def test_colours_of_tiny_areas_are_ignored() -> None:
    dot = shape((0, 0, 100, 100), solid("123456"))
    assert painted(tree(dot), tree()).find_colours(WHOLE) == ("ffffff",)
    assert painted(tree(dot), tree()).find_colours(Box(0, 0, 100, 100)) == ("123456",)


def test_theme_fill_uses_the_referenced_colour() -> None:
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
def test_distant_shapes_cost_no_time_or_memory(fill: str) -> None:
    picture = Image.new("RGBA", (640, 480), "#aa0000")
    result = paint_backdrop(SIZE, (tree(shape((0, 0, *SIZE), fill)), None), SCHEME, lambda *_: picture)
    assert "aa0000" in result.find_colours(WHOLE)


def colour_of_pixel(backdrop: Backdrop, x: int, y: int) -> str:
    """Return the colour of one pixel of a backdrop that is 320 pixels wide and 160 high."""
    (colour,) = backdrop.find_colours(Box(10 * x - 5, 10 * y - 5, 10 * x, 10 * y))
    return colour


def gradient(direction: str, *stops: tuple[int, str]) -> str:
    listed = "".join(f'<a:gs pos="{at}"><a:srgbClr val="{colour}"/></a:gs>' for at, colour in stops)
    return f"<a:gradFill><a:gsLst>{listed}</a:gsLst>{direction}</a:gradFill>"


def preset(name: str) -> str:
    return f'<a:prstGeom prst="{name}"/>'


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("triangle", [(80, 10), (10, 155), (150, 155)], [(30, 60), (130, 60)]),
        ("rtTriangle", [(5, 20), (5, 150), (140, 155)], [(100, 60), (155, 140)]),
        ("diamond", [(80, 5), (155, 80), (80, 155), (5, 80)], [(20, 20), (140, 20), (20, 140), (140, 140)]),
        ("parallelogram", [(42, 5), (155, 5), (115, 155), (5, 155)], [(10, 40), (150, 120)]),
        ("trapezoid", [(42, 5), (118, 5), (153, 155), (7, 155)], [(10, 40), (150, 40)]),
        ("homePlate", [(5, 5), (118, 5), (155, 80), (118, 155), (5, 155)], [(150, 20), (150, 140)]),
        ("chevron", [(10, 5), (118, 5), (155, 80), (118, 155), (10, 155)], [(10, 80), (150, 20), (150, 140)]),
        (
            "hexagon",
            [(42, 5), (118, 5), (155, 80), (118, 155), (42, 155), (5, 80)],
            [(10, 20), (10, 140), (150, 20), (150, 140)],
        ),
        ("flowChartDocument", [(5, 5), (155, 5), (155, 120), (40, 150), (5, 140)], [(140, 145), (100, 155)]),
        ("ellipse", [(80, 5), (155, 80), (80, 155), (5, 80)], [(10, 10), (150, 10), (10, 150), (150, 150)]),
        ("roundRect", [(80, 5), (155, 80), (80, 155), (5, 80)], []),
    ],
)
def test_a_preset_shape_fills_its_outline_only(
    name: str, inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    seen = painted(tree(shape((0, 0, 1600, 1600), solid("123456"), preset(name))), tree())
    assert [colour_of_pixel(seen, *point) for point in inside] == ["123456"] * len(inside)
    assert [colour_of_pixel(seen, *point) for point in outside] == ["ffffff"] * len(outside)


@pytest.mark.parametrize(
    ("flip", "empty_corner"),
    [("", (150, 10)), ('flipH="1"', (10, 10)), ('flipV="1"', (150, 150)), ('flipH="1" flipV="1"', (10, 150))],
)
def test_a_flipped_shape_is_mirrored_in_its_box(flip: str, empty_corner: tuple[int, int]) -> None:
    seen = painted(tree(shape((0, 0, 1600, 1600), solid("123456"), preset("rtTriangle"), flip)), tree())
    corner, opposite = empty_corner, (160 - empty_corner[0], 160 - empty_corner[1])
    assert (colour_of_pixel(seen, *corner), colour_of_pixel(seen, *opposite)) == ("ffffff", "123456")


@pytest.mark.parametrize(
    ("angle", "before", "after"),
    [("0", (159, 80), (160, 80)), ("5400000", (160, 79), (160, 80)), ("16200000", (160, 80), (160, 79))],
    ids=["to the right", "downwards", "upwards"],
)
def test_a_hard_stop_in_the_middle_divides_the_shape_in_halves(
    angle: str, before: tuple[int, int], after: tuple[int, int]
) -> None:
    fill = gradient(
        f'<a:lin ang="{angle}"/>', (0, "aa0000"), (49_900, "aa0000"), (50_100, "0000aa"), (100_000, "0000aa")
    )
    seen = painted(tree(shape((0, 0, *SIZE), fill)), tree())
    assert (colour_of_pixel(seen, *before), colour_of_pixel(seen, *after)) == ("aa0000", "0000aa")


@pytest.mark.parametrize(
    ("centre", "first", "last"),
    [
        ('l="50000" t="50000" r="50000" b="50000"', (160, 80), (2, 2)),
        ('r="100000" b="100000"', (2, 2), (317, 157)),
        ('l="100000" t="100000"', (317, 157), (2, 2)),
        ('l="100000" b="100000"', (317, 2), (2, 157)),
    ],
    ids=["middle", "top left", "bottom right", "top right"],
)
def test_radial_gradient_starts_at_its_centre(
    centre: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    path = f'<a:path path="circle"><a:fillToRect {centre}/></a:path>'
    fill = gradient(path, (0, "000000"), (20_000, "000000"), (90_000, "ffffff"), (100_000, "ffffff"))
    seen = painted(tree(shape((0, 0, *SIZE), fill)), tree())
    assert (colour_of_pixel(seen, *first), colour_of_pixel(seen, *last)) == ("000000", "ffffff")


def test_radial_gradient_on_a_hairline_mixes_centre_and_edge_colours() -> None:
    fill = gradient('<a:path path="circle"/>', (0, "000000"), (100_000, "ffffff"))
    seen = painted(tree(shape((0, 800, 3200, 10), fill)), tree())
    assert 0x40 <= int(colour_of_pixel(seen, 160, 80)[:2], 16) <= 0xC0


def test_line_has_no_fill() -> None:
    line = f'{solid("aa0000")}<a:ln w="60">{solid("123456")}</a:ln>'
    seen = painted(tree(shape((0, 0, *SIZE), line, preset("line"))), tree())
    assert [colour_of_pixel(seen, x, y) for x, y in ((40, 20), (160, 80), (280, 140))] == ["123456"] * 3
    assert [colour_of_pixel(seen, x, y) for x, y in ((40, 140), (280, 20))] == ["ffffff"] * 2


def test_a_border_runs_around_the_whole_shape() -> None:
    line = f'<a:ln w="60">{solid("123456")}</a:ln>'
    seen = painted(tree(shape((400, 400, 1600, 800), line)), tree())
    sides = [(120, 40), (200, 80), (120, 120), (40, 80)]
    assert [colour_of_pixel(seen, *side) for side in sides] == ["123456"] * 4
    assert [colour_of_pixel(seen, x, y) for x, y in ((120, 80), (20, 80))] == ["ffffff"] * 2


def test_an_arc_is_part_of_the_outline() -> None:
    # The upper half of a circle: from the left over the top to the right.
    path = (
        '<a:path w="100" h="100"><a:moveTo><a:pt x="0" y="50"/></a:moveTo>'
        '<a:arcTo wR="50" hR="50" stAng="10800000" swAng="10800000"/><a:close/></a:path>'
    )
    dome = f"<a:custGeom><a:pathLst>{path}</a:pathLst></a:custGeom>"
    seen = painted(tree(shape((0, 0, 1600, 1600), solid("123456"), dome)), tree())
    assert [colour_of_pixel(seen, x, y) for x, y in ((80, 5), (10, 75), (150, 75))] == ["123456"] * 3
    assert [colour_of_pixel(seen, x, y) for x, y in ((10, 10), (150, 10), (80, 90))] == ["ffffff"] * 3


def test_a_curve_passes_between_its_control_points() -> None:
    # A quadratic Bézier curve reaches half the height of its control point.
    path = (
        '<a:path w="100" h="100"><a:moveTo><a:pt x="0" y="100"/></a:moveTo>'
        '<a:quadBezTo><a:pt x="50" y="0"/><a:pt x="100" y="100"/></a:quadBezTo><a:close/></a:path>'
    )
    hill = f"<a:custGeom><a:pathLst>{path}</a:pathLst></a:custGeom>"
    seen = painted(tree(shape((0, 0, 1600, 1600), solid("123456"), hill)), tree())
    assert [colour_of_pixel(seen, x, y) for x, y in ((80, 85), (25, 145), (135, 145))] == ["123456"] * 3
    assert [colour_of_pixel(seen, x, y) for x, y in ((80, 75), (10, 120), (150, 120))] == ["ffffff"] * 3


def test_a_tiled_picture_repeats_across_the_shape() -> None:
    picture = Image.new("RGB", (160, 80), "#112233")
    picture.paste("#ddeeff", (80, 0, 160, 80))
    fill = '<a:blipFill><a:blip r:embed="rId1"/><a:tile/></a:blipFill>'
    seen = painted(tree(background=fill), tree(), picture=picture)
    # A tile is 40 pixels wide on the backdrop.
    assert [colour_of_pixel(seen, x, 150) for x in (10, 30, 170, 190, 290, 310)] == ["112233", "ddeeff"] * 3


def test_a_faded_picture_is_mixed_with_the_background() -> None:
    blip = '<a:blip r:embed="rId1"><a:alphaModFix amt="25000"/></a:blip>'
    fill = f"<a:blipFill>{blip}<a:stretch><a:fillRect/></a:stretch></a:blipFill>"
    picture = Image.new("RGB", (100, 50), "#000000")
    seen = painted(tree(shape((0, 0, *SIZE), fill)), tree(), picture=picture)
    assert int(colour_of_pixel(seen, 160, 80)[:2], 16) == pytest.approx(191, abs=2)


def test_stretched_picture_keeps_fill_rectangle_margins() -> None:
    rectangle = '<a:fillRect l="25000" t="10000" r="50000" b="20000"/>'
    fill = f'<a:blipFill><a:blip r:embed="rId1"/><a:stretch>{rectangle}</a:stretch></a:blipFill>'
    picture = Image.new("RGB", (100, 50), "#123456")
    seen = painted(tree(shape((0, 0, *SIZE), fill)), tree(), picture=picture)
    inside, outside = [(84, 20), (156, 124)], [(76, 20), (164, 124), (84, 12), (156, 132)]
    assert [colour_of_pixel(seen, *place) for place in inside] == ["123456"] * 2
    assert [colour_of_pixel(seen, *place) for place in outside] == ["ffffff"] * 4


@pytest.mark.parametrize(
    ("turn", "dark", "light"),
    [
        ("5400000", (160, 20), (160, 140)),
        ("16200000", (160, 140), (160, 20)),
        ("10800000", (220, 80), (100, 80)),
        ("2700000", (130, 50), (190, 110)),
    ],
    ids=["clockwise", "anticlockwise", "upside down", "diagonal"],
)
def test_a_picture_turns_with_its_shape(turn: str, dark: tuple[int, int], light: tuple[int, int]) -> None:
    picture = Image.new("RGB", (100, 100), "#112233")
    picture.paste("#ddeeff", (50, 0, 100, 100))
    fill = '<a:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></a:blipFill>'
    turned = shape((800, 0, 1600, 1600), fill, turn=f'rot="{turn}"')
    seen = painted(tree(turned), tree(), picture=picture)
    assert (colour_of_pixel(seen, *dark), colour_of_pixel(seen, *light)) == ("112233", "ddeeff")


@pytest.mark.parametrize(("first", "second"), [("0000aa", "aa0000"), ("aa0000", "0000aa")])
def test_second_colour_starts_exactly_at_a_hard_stop(first: str, second: str) -> None:
    fill = gradient('<a:lin ang="0"/>', (0, first), (20_000, first), (20_000, second), (100_000, second))
    seen = painted(tree(shape((0, 0, *SIZE), fill)), tree())
    assert [colour_of_pixel(seen, x, 80) for x in (63, 64, 66)] == [first, second, second]


def find_edges(backdrop: Backdrop, *, row: int = -1, column: int = -1) -> list[int]:
    """Return the pixels of a row or column whose colours differ from those of the preceding pixels."""
    count = 320 if row >= 0 else 160
    colours = [
        colour_of_pixel(backdrop, place, row) if row >= 0 else colour_of_pixel(backdrop, column, place)
        for place in range(count)
    ]
    return [place for place in range(1, count) if colours[place] != colours[place - 1]]


def paint_one(box: Sequence[int], fill: str, geometry: str = "", turn: str = "", **more: Any) -> Backdrop:
    return painted(tree(shape(box, fill, geometry, turn)), tree(), **more)


def custom_path(commands: str) -> str:
    path = f'<a:path w="160" h="160">{commands}<a:close/></a:path>'
    return f"<a:custGeom><a:pathLst>{path}</a:pathLst></a:custGeom>"


def picture_fill(how: str, crop: str = "") -> str:
    return f'<a:blipFill><a:blip r:embed="rId1"/>{crop}{how}</a:blipFill>'


STRETCH = "<a:stretch><a:fillRect/></a:stretch>"
SQUARE = (0, 0, 1600, 1600)


def test_shape_edges_are_those_of_its_box() -> None:
    seen = paint_one((400, 200, 1600, 800), solid("123456"))
    assert (find_edges(seen, row=50), find_edges(seen, column=100)) == ([40, 200], [20, 100])


def test_a_group_maps_its_child_coordinates_to_its_box() -> None:
    frame = (
        '<a:off x="1600" y="200"/><a:ext cx="800" cy="600"/>'
        '<a:chOff x="100" y="50"/><a:chExt cx="200" cy="300"/>'
    )
    child = shape((150, 100, 50, 150), solid("123456"))
    group = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm>{frame}</a:xfrm></p:grpSpPr>{child}</p:grpSp>"
    seen = painted(tree(group), tree())
    assert (find_edges(seen, row=50), find_edges(seen, column=190)) == ([180, 200], [30, 60])


def test_a_quarter_turn_swaps_the_sides_of_a_shape() -> None:
    seen = paint_one((800, 700, 1600, 200), solid("123456"), turn='rot="5400000"')
    assert (find_edges(seen, row=80), find_edges(seen, column=140)) == ([150, 170], [])


def test_an_eighth_of_a_turn_puts_a_square_on_its_corner() -> None:
    seen = paint_one((1200, 400, 800, 800), solid("123456"), turn='rot="2700000"')
    half = 40 * 2**0.5
    assert find_edges(seen, row=80) == pytest.approx([160 - half, 160 + half], abs=1)
    assert find_edges(seen, column=160) == pytest.approx([80 - half, 80 + half], abs=1)


@pytest.mark.parametrize(
    ("box", "row", "column"),
    [
        ((-800, -400, 2400, 1600), 40, 40),  # outside the left and the upper edge
        ((1600, 800, 2400, 1600), 280, 160),
        ((-100, -100, 3400, 1800), 160, 80),
    ],
)
def test_a_gradient_runs_across_the_whole_shape_even_beyond_the_slide(
    box: tuple[int, ...], row: int, column: int
) -> None:
    stops = ((0, "0000aa"), (50_000, "0000aa"), (50_000, "aa0000"), (100_000, "aa0000"))
    across = paint_one(box, gradient('<a:lin ang="0"/>', *stops))
    left, top, wide, high = (side // 10 for side in box)
    place = [left + wide // 2] if left + wide // 2 < 320 else []
    inside = [edge for edge in (left, left + wide) if 0 < edge < 320]
    assert find_edges(across, row=max(top, 0) + 20) == sorted([*place, *inside])
    down = paint_one(box, gradient('<a:lin ang="5400000"/>', *stops))
    place = [top + high // 2] if top + high // 2 < 160 else []
    inside = [edge for edge in (top, top + high) if 0 < edge < 160]
    assert find_edges(down, column=max(left, 0) + 20) == sorted([*place, *inside])


@pytest.mark.parametrize(
    ("angle", "row_40", "row_120"),
    [(2_700_000, 120, 40), (8_100_000, 40, 120), (13_500_000, 120, 40), (18_900_000, 40, 120)],
)
def test_a_diagonal_gradient_runs_from_corner_to_corner(angle: int, row_40: int, row_120: int) -> None:
    stops = ((0, "0000aa"), (50_000, "0000aa"), (50_000, "aa0000"), (100_000, "aa0000"))
    seen = paint_one(SQUARE, gradient(f'<a:lin ang="{angle}"/>', *stops))
    assert find_edges(seen, row=40) == pytest.approx([row_40, 160], abs=1)
    assert find_edges(seen, row=120) == pytest.approx([row_120, 160], abs=1)


def test_shape_fill_overrides_its_style() -> None:
    style = '<p:style><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef></p:style></p:sp>'
    fills = "<a:fillStyleLst><a:solidFill><a:schemeClr val='phClr'/></a:solidFill></a:fillStyleLst>"
    scheme = replace(SCHEME, theme=etree.fromstring(f"<a:theme {SPACES}>{fills}</a:theme>"))
    for fill, expected in (("", "aa0000"), (solid("123456"), "123456"), ("<a:noFill/>", "ffffff")):
        styled = shape((0, 0, *SIZE), fill).replace("</p:sp>", style)
        seen = paint_backdrop(SIZE, (tree(styled), tree()), scheme, lambda *_: None)
        assert seen.find_colours(WHOLE) == (expected,)


def test_a_gradient_mixes_the_colours_of_the_stops_around_a_place() -> None:
    stops = ((20_000, "ff0000"), (60_000, "00ff00"), (80_000, "0000ff"))
    seen = paint_one((0, 0, *SIZE), gradient('<a:lin ang="0"/>', *stops))
    for x, expected in ((10, (255, 0, 0)), (128, (128, 128, 0)), (224, (0, 128, 128)), (300, (0, 0, 255))):
        results = [int(colour_of_pixel(seen, x, 80)[n : n + 2], 16) for n in (0, 2, 4)]
        assert results == pytest.approx(expected, abs=4)


@pytest.mark.parametrize("row", [20, 40, 80, 120])
def test_an_ellipse_is_as_wide_as_its_chords(row: int) -> None:
    half = (80**2 - (80 - row) ** 2) ** 0.5
    result = [0, *find_edges(paint_one(SQUARE, solid("123456"), preset("ellipse")), row=row)]
    assert result[-2:] == pytest.approx([80 - half, 80 + half], abs=1.5)


def test_cubic_curve_reaches_three_quarters_of_its_control_points() -> None:
    commands = (
        '<a:moveTo><a:pt x="0" y="160"/></a:moveTo><a:cubicBezTo><a:pt x="0" y="0"/><a:pt x="160" y="0"/>'
        '<a:pt x="160" y="160"/></a:cubicBezTo>'
    )
    seen = paint_one(SQUARE, solid("123456"), custom_path(commands))
    assert find_edges(seen, column=80) == pytest.approx([40], abs=1)
    assert find_edges(seen, row=70) == pytest.approx([25, 135], abs=1)  # at a quarter of the curve


@pytest.mark.parametrize(
    ("start", "sweep", "first_point", "inside", "outside"),
    [
        (0, 5_400_000, (150, 60), [(118, 98), (133, 80)], [(70, 60), (110, 40), (130, 110)]),
        (10_800_000, 5_400_000, (30, 60), [(53, 24), (42, 37)], [(110, 40), (110, 80), (40, 15)]),
        (5_400_000, -5_400_000, (90, 120), [(127, 91), (105, 110)], [(70, 60), (75, 80), (140, 110)]),
    ],
)
def test_an_arc_starts_at_its_angle_and_sweeps_around_its_centre(
    start: int,
    sweep: int,
    first_point: tuple[int, int],
    inside: list[tuple[int, int]],
    outside: list[tuple[int, int]],
) -> None:
    commands = (
        f'<a:moveTo><a:pt x="{first_point[0]}" y="{first_point[1]}"/></a:moveTo>'
        f'<a:arcTo wR="60" hR="60" stAng="{start}" swAng="{sweep}"/>'
    )
    seen = paint_one(SQUARE, solid("123456"), custom_path(commands))
    assert [colour_of_pixel(seen, *place) for place in inside] == ["123456"] * len(inside)
    assert [colour_of_pixel(seen, *place) for place in outside] == ["ffffff"] * len(outside)


def test_a_path_with_several_parts_fills_each() -> None:
    def triangle(left: int) -> str:
        points = "".join(
            f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in ((left + 40, 0), (left + 40, 160))
        )
        return f'<a:moveTo><a:pt x="{left}" y="0"/></a:moveTo>{points}'

    lonely = '<a:moveTo><a:pt x="150" y="0"/></a:moveTo><a:lnTo><a:pt x="150" y="160"/></a:lnTo>'
    seen = paint_one(SQUARE, solid("123456"), custom_path(triangle(0) + triangle(80) + lonely))
    assert find_edges(seen, row=80) == pytest.approx([20, 41, 100, 121], abs=1)


@pytest.mark.parametrize(
    ("width", "edges"), [(60, [37, 43, 157, 163]), (40, [38, 42, 158, 162]), (10, [40, 41, 160, 161])]
)
def test_a_border_has_its_width(width: int, edges: list[int]) -> None:
    line = f'<a:ln w="{width}">{solid("123456")}</a:ln>'
    assert find_edges(paint_one((400, 400, 1200, 800), line), row=80) == pytest.approx(edges, abs=1)


def test_border_is_centred_on_the_box_edges() -> None:
    line = f'<a:ln w="20">{solid("123456")}</a:ln>'
    seen = paint_one((400, 400, 800, 800), line)
    assert (find_edges(seen, row=80), find_edges(seen, column=80)) == ([39, 41, 120, 122], [40, 42, 119, 121])


@pytest.mark.parametrize(("width", "grey"), [(5, 0x80), (2, 0xCC), (10, 0)])
def test_a_border_thinner_than_a_pixel_is_mixed_with_the_background(width: int, grey: int) -> None:
    line = f'<a:ln w="{width}">{solid("000000")}</a:ln>'
    seen = paint_one((400, 400, 1200, 800), line)
    assert int(colour_of_pixel(seen, 40, 80)[:2], 16) == pytest.approx(grey, abs=1)


def test_a_border_without_a_width_is_three_quarters_of_a_point_wide() -> None:
    size = (320 * 12_700, 160 * 12_700)  # a point per pixel
    line = f"<a:ln>{solid('000000')}</a:ln>"
    box = (40 * 12_700, 40 * 12_700, 100 * 12_700, 80 * 12_700)
    seen = paint_backdrop(size, (tree(shape(box, line)), tree()), SCHEME, lambda *_: None)
    (colour,) = seen.find_colours(Box(40 * 12_700, 80 * 12_700, 41 * 12_700, 81 * 12_700))
    assert int(colour[:2], 16) == pytest.approx(0x40, abs=1)


@pytest.mark.parametrize("side", [2, 4, 7])
def test_a_tile_is_at_least_a_pixel_wide_and_high(side: int) -> None:
    picture = Image.new("RGB", (side, side), "#000000")
    picture.paste("#ffffff", (0, 0, side // 2, side))
    seen = painted(tree(background=picture_fill("<a:tile/>")), tree(), picture=picture)
    assert find_edges(seen, row=80) == find_edges(seen, column=160) == []
    assert colour_of_pixel(seen, 160, 80) not in ("000000", "ffffff")


def test_tiles_repeat_at_a_quarter_of_their_pixel_size() -> None:
    picture = Image.new("RGB", (160, 80), "#112233")
    picture.paste("#ddeeff", (80, 0, 160, 80))
    picture.paste("#000000", (0, 40, 80, 80))
    seen = painted(tree(background=picture_fill("<a:tile/>")), tree(), picture=picture)
    for row in range(16):
        colour_of_pixels = [colour_of_pixel(seen, 20 * column + 10, 10 * row + 5) for column in range(16)]
        assert colour_of_pixels == ["000000" if row % 2 else "112233", "ddeeff"] * 8


@pytest.mark.parametrize(
    ("crop", "row", "column"),
    [
        ("", [80, 160, 240], [40, 80, 120]),
        ('<a:srcRect l="25000" r="50000"/>', [], [40, 80, 120]),
        ('<a:srcRect t="50000"/>', [80, 160, 240], [80]),
        ('<a:srcRect l="50000" b="75000"/>', [160], []),
        ('<a:srcRect r="100000" b="100000"/>', [], []),
    ],
)
def test_a_cropped_picture_is_stretched_to_the_whole_shape(
    crop: str, row: list[int], column: list[int]
) -> None:
    picture = Image.new("RGB", (40, 40))
    for x in range(4):
        for y in range(4):
            picture.paste((60 * x, 60 * y, 0), (10 * x, 10 * y, 10 * x + 10, 10 * y + 10))
    seen = paint_one((0, 0, *SIZE), picture_fill(STRETCH, crop), picture=picture)
    assert (find_edges(seen, row=10), find_edges(seen, column=10)) == (row, column)


POINT = 12_700
SLIDE = (320 * 10 * POINT, 160 * 10 * POINT)


@pytest.mark.parametrize(
    ("height", "wide", "colours"),
    [
        (40, 3, ("ffffff",)),
        (40, 4, ("ffffff", "123456")),
        (50, 4, ("ffffff",)),
        (50, 10, ("ffffff",)),
        (50, 11, ("ffffff", "123456")),
        (50, 50, ("123456", "ffffff")),
        (50, 90, ("123456",)),
    ],
)
def test_colours_on_three_percent_of_a_line_or_a_tenth_of_a_higher_area_are_left_out(
    height: int, wide: int, colours: tuple[str, ...]
) -> None:
    bar = tree(shape((0, 0, wide * 10 * POINT, SLIDE[1]), solid("123456")))
    seen = paint_backdrop(SLIDE, (bar, tree()), SCHEME, lambda *_: None)
    assert seen.find_colours(Box(0, 0, 1000 * POINT, height * POINT)) == colours


@pytest.mark.parametrize(
    ("one", "other", "colours"),
    [
        ("000000", "0f0f0f", 1),
        ("000000", "101010", 2),
        ("101010", "1f1f1f", 1),
        ("f0f0f0", "ffffff", 1),
        ("efefef", "ffffff", 2),
        ("000000", "000010", 2),
    ],
)
def test_colours_in_the_same_sixteenth_of_each_channel_are_similar(
    one: str, other: str, colours: int
) -> None:
    halves = shape((0, 0, 1600, 1600), solid(one)) + shape((1600, 0, 1600, 1600), solid(other))
    assert len(painted(tree(halves), tree()).find_colours(WHOLE)) == colours


@pytest.mark.parametrize(("side", "colours"), [(30, 1), (40, 2), (120, 2)])
def test_a_colour_on_more_than_a_quarter_of_a_cell_counts(side: int, colours: int) -> None:
    """Test a colour on more than a quarter of a cell.

    Cells are 12 pixels wide; the shape is in the left part of one of them.
    """
    seen = paint_one((1200, 480, side, 120), solid("123456"))
    assert len(seen.find_colours_in_cells(WHOLE)) == colours
