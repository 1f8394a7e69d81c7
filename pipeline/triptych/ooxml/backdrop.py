"""Paint a coarse image of a slide's background, to measure text contrast without a renderer.

The image includes pictures, gradients and the shapes of layout and master. Shape outlines are polygons in the
unit square (ECMA-376 Part 1, 20.1.9).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from PIL import Image, ImageChops, ImageDraw

from triptych.ooxml.colours import BLACK, WHITE, Colour, ColourScheme, find_fill
from triptych.ooxml.inheritance import Box, find_placeholder, has_visible_master
from triptych.ooxml.xml import EMU_PER_POINT, A, P, R, parse_percentage
from triptych.theme.colours import parse_rgb

ReadPicture: TypeAlias = Callable[[Any, str], Image.Image | None]
"""A function that reads the image of a relationship id in a part, and returns None on failure."""

WIDTH = 320  # width of the backdrop in pixels
_IGNORED, _IGNORED_ON_LINE = 0.1, 0.03  # fractions of an area to ignore, such as thin lines
_LINE = 40 * EMU_PER_POINT  # maximum height in EMU of an area with one line of text
_CELL, _IGNORED_IN_CELL = 12, 0.25  # cell size in pixels; fraction of a cell to ignore
_BINS = 16  # step of channel values (0 to 255) that count as similar
MAX_PICTURE_SIZE = 640
"""The maximum size of the longer side of images in pixels."""
_ANGLE = 60_000  # units per degree
_LIGHT, _HALF, _DENSE = 0.25, 0.5, 0.75  # fraction of a pattern fill that has the foreground colour
_HAIRLINE = 9525  # default line width in EMU


class _Transform(NamedTuple):
    """An affine transform from a shape's unit square to pixels: x = a·u + b·v + c, y = d·u + e·v + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def map_point(self, u: float, v: float) -> tuple[float, float]:
        return self.a * u + self.b * v + self.c, self.d * u + self.e * v + self.f

    def compose(self, inner: _Transform) -> _Transform:
        (a, b, c, d, e, f) = inner
        return _Transform(
            self.a * a + self.b * d,
            self.a * b + self.b * e,
            self.a * c + self.b * f + self.c,
            self.d * a + self.e * d,
            self.d * b + self.e * e,
            self.d * c + self.e * f + self.f,
        )


@dataclass(frozen=True, slots=True)
class _PartSource:
    """The XML root of an OOXML part, with its colour scheme and the function that reads its images."""

    tree: Any
    colours: ColourScheme
    read_picture: ReadPicture


class Backdrop:
    """A coarse image of a slide's background. ``size`` is the slide's width and height in EMU."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._scale = WIDTH / size[0]
        self._image = Image.new("RGB", (WIDTH, max(1, round(size[1] * self._scale))), f"#{WHITE}")

    def copy(self) -> Backdrop:
        """Return an independent copy of the backdrop."""
        other = object.__new__(Backdrop)
        other._scale, other._image = self._scale, self._image.copy()
        return other

    def paint_background(
        self, trees: Sequence[Any], colours: ColourScheme, read_picture: ReadPicture
    ) -> None:
        """Paint the background of a slide, or the colour bg1 if no background is defined.

        ``trees`` are the slide, its layout and its master, each of which may be None. The first one that
        defines a background determines it (19.3.1.1 and 19.3.1.2).
        """
        plain = Colour(colours.get_theme_colour("bg1") or WHITE)
        self._image.paste(f"#{plain.digits}", (0, 0, *self._image.size))
        for tree in trees:
            background = None if tree is None else tree.find(f"{P}cSld/{P}bg")
            if background is None:
                continue
            owner, fill, theme_colour = tree, find_fill(background.find(f"{P}bgPr")), None
            if (reference := background.find(f"{P}bgRef")) is not None:
                owner, fill, theme_colour = colours.theme, *colours.resolve_fill_reference(reference)
                if fill is None and theme_colour:
                    self._image.paste(f"#{theme_colour}", (0, 0, *self._image.size))
            if fill is not None:
                transform = _Transform(self._image.width, 0, 0, 0, self._image.height, 0)
                self._paint_area(
                    fill, Outline(), transform, _PartSource(owner, colours, read_picture), theme_colour
                )
            return

    def paint_shapes(self, tree: Any, colours: ColourScheme, read_picture: ReadPicture) -> None:
        """Paint all shapes of a layout or master except placeholders."""
        shapes = tree.find(f"{P}cSld/{P}spTree")
        for shape in () if shapes is None else _iter_shapes(shapes):
            if find_placeholder(shape) is None:
                self.paint_shape(shape, tree, colours, read_picture)

    def paint_shape(self, shape: Any, tree: Any, colours: ColourScheme, read_picture: ReadPicture) -> None:
        """Paint a shape or group, but not its text."""
        transform = _Transform(self._scale, 0, 0, 0, self._scale, 0)
        self._paint_shape_tree([shape], transform, _PartSource(tree, colours, read_picture), None)

    def paint_fill(
        self, chain: Sequence[Any], box: Box, colours: ColourScheme, read_picture: ReadPicture
    ) -> None:
        """Fill ``box`` with the fill of the first shape in ``chain`` that has one.

        ``chain`` is a shape followed by the placeholders it inherits from.
        """
        for element in chain:
            fill = find_fill(element.find(f"{P}spPr"))
            if fill is not None:
                sides = (box.right - box.left, 0, box.left, 0, box.bottom - box.top, box.top)
                placing = _Transform(*(side * self._scale for side in sides))
                layer = _PartSource(element.getroottree().getroot(), colours, read_picture)
                self._paint_area(fill, Outline(), placing, layer, None)
                return

    def find_colours(self, box: Box) -> tuple[str, ...]:
        """Return the colours in ``box`` (in EMU), most frequent first.

        Colours of only a small part of the box are omitted.
        """
        low = box.bottom - box.top <= _LINE
        return tuple(self._group_colours(box, _IGNORED_ON_LINE if low else _IGNORED).values())

    def _group_colours(self, box: Box, ignored_fraction: float) -> dict[tuple[int, ...], str]:
        """Group similar colours in ``box``, and map each group's key to its most frequent colour.

        The largest group comes first. The smallest groups, which together cover at most ``ignored_fraction``
        of the box, are omitted.
        """
        sides = (
            math.ceil(box.left * self._scale),
            math.ceil(box.top * self._scale),
            math.floor(box.right * self._scale),
            math.floor(box.bottom * self._scale),
        )
        wide, high = self._image.size
        left, top = min(max(sides[0], 0), wide - 1), min(max(sides[1], 0), high - 1)
        right, bottom = min(max(sides[2], left + 1), wide), min(max(sides[3], top + 1), high)
        part = self._image.crop((left, top, right, bottom))
        pixel_counts: Any = part.getcolors(part.width * part.height)
        groups: dict[tuple[int, ...], Counter[bytes]] = {}
        for count, pixel in pixel_counts:
            key = tuple(channel // _BINS for channel in pixel)
            groups.setdefault(key, Counter())[bytes(pixel)] += count
        sized = sorted((-sum(group.values()), key) for key, group in groups.items())
        ignorable = ignored_fraction * part.width * part.height
        while len(sized) > 1 and -sized[-1][0] <= ignorable:
            ignorable += sized.pop()[0]
        return {key: groups[key].most_common(1)[0][0].hex() for _, key in sized}

    def find_colours_in_cells(self, box: Box) -> tuple[str, ...]:
        """Return the colours in each cell of a grid over ``box``, since a chart may have text in any cell."""
        step = round(_CELL / self._scale)
        if len(colours := self._group_colours(box, 0.0)) == 1:
            return tuple(colours.values())
        colours = self._group_colours(box, _IGNORED)
        for left in range(box.left, box.right, step):
            for top in range(box.top, box.bottom, step):
                cell = Box(left, top, min(left + step, box.right), min(top + step, box.bottom))
                colours = {**self._group_colours(cell, _IGNORED_IN_CELL), **colours}
        return tuple(colours.values())

    def _paint_shape_tree(
        self, shapes: Iterable[Any], outer: _Transform, source: _PartSource, group_fill: Any
    ) -> None:
        for shape in shapes:
            if shape.tag == f"{P}grpSp":
                properties = shape.find(f"{P}grpSpPr")
                shape_fill = find_fill(properties)
                inner = _read_group_transform(properties)
                fill = group_fill if shape_fill is None or shape_fill.tag == f"{A}grpFill" else shape_fill
                self._paint_shape_tree(
                    _iter_shapes(shape), outer.compose(inner) if inner else outer, source, fill
                )
            else:
                self._paint_single_shape(shape, outer, source, group_fill)

    def _paint_single_shape(
        self, shape: Any, outer: _Transform, source: _PartSource, group_fill: Any
    ) -> None:
        properties = shape.find(f"{P}spPr")
        if properties is None or (inner := _read_transform(properties.find(f"{A}xfrm"))) is None:
            return
        placing, outline = outer.compose(inner), read_outline(properties)
        fill, theme_colour = shape.find(f"{P}blipFill"), None
        if fill is None:
            fill = find_fill(properties)
        if properties.find(f"{A}grpFill") is not None:
            fill = group_fill
        reference = shape.find(f"{P}style/{A}fillRef")
        if fill is None and reference is not None:
            fill, theme_colour = source.colours.resolve_fill_reference(reference)
        if fill is not None and not outline.is_open:
            self._paint_area(fill, outline, placing, source, theme_colour)
        self._paint_line(shape, properties, outline, placing, source)

    def _paint_line(
        self, shape: Any, properties: Any, outline: Outline, transform: _Transform, source: _PartSource
    ) -> None:
        line = properties.find(f"{A}ln")
        fill = find_fill(line)
        colour = None
        if fill is not None:
            colour = source.colours.resolve_colour(fill) if fill.tag == f"{A}solidFill" else None
        elif (reference := shape.find(f"{P}style/{A}lnRef")) is not None and reference.get("idx") != "0":
            colour = source.colours.resolve_colour(reference)
        if colour is None or not outline.is_exact:
            return
        width = int((line.get("w") if line is not None else None) or _HAIRLINE) * self._scale
        mask = Image.new("L", self._image.size)
        for polygon in outline.polygons:
            points = [transform.map_point(*point) for point in polygon]
            closed = points if outline.is_open else [*points, points[0]]
            ImageDraw.Draw(mask).line(closed, fill=round(255 * min(1.0, width)), width=max(1, round(width)))
        self._blend_image(Image.new("RGBA", self._image.size, _to_rgba(colour)), mask, (0, 0))

    def _paint_area(
        self,
        fill: Any,
        outline: Outline,
        transform: _Transform,
        source: _PartSource,
        placeholder_colour: str | None,
    ) -> None:
        """Paint a fill inside ``outline``.

        ``placeholder_colour`` replaces ``phClr`` in a fill defined in the theme.
        """
        corners = [transform.map_point(*point) for point in ((0, 0), (1, 0), (1, 1), (0, 1))]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        right = min(self._image.width, math.ceil(max(xs)))
        bottom = min(self._image.height, math.ceil(max(ys)))
        if left >= right or top >= bottom:
            return
        size = right - left, bottom - top
        transform = transform._replace(c=transform.c - left, f=transform.f - top)
        paint = _draw_fill(fill, size, transform, source, placeholder_colour)
        if paint is not None:
            self._blend_image(paint, _draw_mask(outline, size, transform), (left, top))

    def _blend_image(self, paint: Image.Image, mask: Image.Image, position: tuple[int, int]) -> None:
        self._image.paste(paint.convert("RGB"), position, ImageChops.multiply(mask, paint.getchannel("A")))


def paint_backdrop(
    size: tuple[int, int], trees: Sequence[Any], colours: ColourScheme, read_picture: ReadPicture
) -> Backdrop:
    """Return a backdrop with a slide's background and the shapes of its layout and master.

    ``trees`` are the slide, its layout and its master, each of which may be None.
    """
    backdrop = Backdrop(size)
    backdrop.paint_background(trees, colours, read_picture)
    *above, master = trees
    if master is not None and has_visible_master(above):
        backdrop.paint_shapes(master, colours, read_picture)
    if above and above[-1] is not None:
        backdrop.paint_shapes(above[-1], colours, read_picture)
    return backdrop


def _iter_shapes(tree: Any) -> Iterator[Any]:
    """Yield the shapes directly below ``tree``.

    An ``mc:AlternateContent`` counts as the first shape in it.
    """
    tags = [f"{P}{name}" for name in ("sp", "pic", "grpSp", "cxnSp")]
    for item in tree:
        if item.tag in tags:
            yield item
        elif str(item.tag).endswith("}AlternateContent"):
            yield from (shape for shape in [next(item.iter(*tags), None)] if shape is not None)


def _read_transform(transform: Any) -> _Transform | None:
    """Return the transform from a shape's unit square to its slide or group (20.1.7.6).

    If the position or the size is missing, return None.
    """
    offset = None if transform is None else transform.find(f"{A}off")
    extent = None if transform is None else transform.find(f"{A}ext")
    if offset is None or extent is None:
        return None
    left, top = int(offset.get("x")), int(offset.get("y"))
    wide, high = int(extent.get("cx")), int(extent.get("cy"))
    angle = math.radians(int(transform.get("rot", "0")) / _ANGLE)
    cos, sin = math.cos(angle), math.sin(angle)
    signed_width = -wide if transform.get("flipH") in ("1", "true") else wide
    signed_height = -high if transform.get("flipV") in ("1", "true") else high
    a, b, d, e = cos * signed_width, -sin * signed_height, sin * signed_width, cos * signed_height
    centre = left + wide / 2, top + high / 2
    return _Transform(a, b, centre[0] - (a + b) / 2, d, e, centre[1] - (d + e) / 2)


def _read_group_transform(properties: Any) -> _Transform | None:
    """Return the transform from a group's child coordinates to its parent's coordinates.

    If a position or a size is missing, or the group's child extent is zero, return None.
    """
    transform = None if properties is None else properties.find(f"{A}xfrm")
    if transform is None or (outer := _read_transform(transform)) is None:
        return None
    offset, extent = transform.find(f"{A}chOff"), transform.find(f"{A}chExt")
    if offset is None or extent is None:
        return None
    wide, high = int(extent.get("cx")), int(extent.get("cy"))
    if not wide or not high:
        return None
    left, top = int(offset.get("x")), int(offset.get("y"))
    return outer.compose(_Transform(1 / wide, 0, -left / wide, 0, 1 / high, -top / high))


def _draw_mask(outline: Outline, size: tuple[int, int], transform: _Transform) -> Image.Image:
    """Return a mask of an outline's area, by the even-odd rule.

    The mask of an inexact outline is a checkerboard.
    """
    mask = Image.new("1", size)
    for polygon in outline.polygons:
        polygon_mask = Image.new("1", size)
        ImageDraw.Draw(polygon_mask).polygon([transform.map_point(*point) for point in polygon], fill=1)
        mask = ImageChops.logical_xor(mask, polygon_mask)
    mask = mask.convert("L")
    return mask if outline.is_exact else ImageChops.multiply(mask, _draw_checkerboard(size))


def _draw_checkerboard(size: tuple[int, int]) -> Image.Image:
    """Return a checkerboard mask, which shows parts of both a shape and its background."""
    tile = Image.new("L", (2, 2))
    tile.putpixel((0, 0), 255)
    tile.putpixel((1, 1), 255)
    return _repeat_tile(tile, size)


def _repeat_tile(tile: Image.Image, size: tuple[int, int]) -> Image.Image:
    repeated = Image.new(tile.mode, size)
    for left in range(0, size[0], tile.width):
        repeated.paste(tile, (left, 0))
    strip = repeated.crop((0, 0, size[0], min(tile.height, size[1])))
    for top in range(tile.height, size[1], tile.height):
        repeated.paste(strip, (0, top))
    return repeated


def _draw_fill(
    fill: Any,
    size: tuple[int, int],
    transform: _Transform,
    source: _PartSource,
    placeholder_colour: str | None,
) -> Image.Image | None:
    """Return an RGBA image of a fill, or None if nothing is filled."""
    match str(fill.tag).rpartition("}")[2]:
        case "solidFill":
            colour = source.colours.resolve_colour(fill, placeholder_colour)
            return None if colour is None else Image.new("RGBA", size, _to_rgba(colour))
        case "gradFill":
            return _draw_gradient(fill, size, transform, source, placeholder_colour)
        case "pattFill":
            fore, background = (
                source.colours.resolve_colour(part, placeholder_colour)
                if (part := fill.find(f"{A}{name}")) is not None
                else None
                for name in ("fgClr", "bgClr")
            )
            stops = [(0.0, background or Colour(WHITE, 0)), (1.0, fore or Colour(BLACK))]
            return Image.new(
                "RGBA", size, _interpolate_colour(stops, _estimate_coverage(fill.get("prst", "")))
            )
        case "blipFill":
            return _draw_picture(fill, size, transform, source)
    return None


def _estimate_coverage(pattern: str) -> float:
    """Estimate the fraction of a preset pattern (20.1.10.51) that has the foreground colour."""
    if pattern.startswith("pct"):
        return int(pattern[3:]) / 100
    light = ("lt", "lg", "dot", "nar", "horz", "vert", "dash", "dn", "up", "cross", "diagCross")
    return _DENSE if pattern.startswith("dk") else _LIGHT if pattern.startswith(light) else _HALF


def _draw_gradient(
    fill: Any,
    size: tuple[int, int],
    transform: _Transform,
    source: _PartSource,
    placeholder_colour: str | None,
) -> Image.Image | None:
    stops = [
        (parse_percentage(stop.get("pos", "0")), colour)
        for stop in fill.iter(f"{A}gs")
        if (colour := source.colours.resolve_colour(stop, placeholder_colour)) is not None
    ]
    stops.sort(key=lambda stop: stop[0])  # two stops at the same position are a hard edge in this order
    if not stops:
        return None
    path = fill.find(f"{A}path")
    positions = (
        _draw_linear_gradient(fill, size, transform) if path is None else _draw_radial_gradient(path, size)
    )
    lookup = [_interpolate_colour(stops, step / 255) for step in range(256)]
    return Image.merge("RGBA", [positions.point([colour[band] for colour in lookup]) for band in range(4)])


def _draw_linear_gradient(fill: Any, size: tuple[int, int], transform: _Transform) -> Image.Image:
    """Return an image with each pixel's position along a linear gradient, from 0 to 255."""
    corners = [transform.map_point(*point) for point in ((0, 0), (1, 0), (1, 1), (0, 1))]
    line = fill.find(f"{A}lin")
    angle = math.radians(int(line.get("ang", "0")) / _ANGLE) if line is not None else 0.0
    cos, sin = math.cos(angle), math.sin(angle)
    projections = [x * cos + y * sin for x, y in corners]
    scale = 256 / max(max(projections) - min(projections), 1.0)
    ramp = Image.new("L", (3 * 256, 1))
    ramp.putdata([*[0] * 256, *range(256), *[255] * 256])  # before the gradient, on it, after it
    terms = (cos * scale, sin * scale, 256 - min(projections) * scale, 0, 0, 0.5)
    return ramp.transform(size, Image.Transform.AFFINE, terms, Image.Resampling.NEAREST)


def _draw_radial_gradient(path: Any, size: tuple[int, int]) -> Image.Image:
    """Return an image with each pixel's distance from a gradient's centre.

    The values range from 0 to 255 at the farthest edge.
    """
    inner = path.find(f"{A}fillToRect")
    sides = _read_relative_box(inner) if inner is not None else (0.5,) * 4
    centre = (sides[0] + 1 - sides[2]) / 2 * size[0], (sides[1] + 1 - sides[3]) / 2 * size[1]
    radii = [
        max(coordinate, extent - coordinate, 1.0) for coordinate, extent in zip(centre, size, strict=True)
    ]
    rings = Image.radial_gradient("L").resize((round(2 * radii[0]), round(2 * radii[1])))
    left, top = round(radii[0] - centre[0]), round(radii[1] - centre[1])
    return rings.crop((left, top, left + size[0], top + size[1]))


def _interpolate_colour(stops: Sequence[tuple[float, Colour]], position: float) -> tuple[int, ...]:
    before = [stop for stop in stops if stop[0] <= position] or [stops[0]]
    after = [stop for stop in stops if stop[0] >= position] or [stops[-1]]
    (start, start_colour), (end, other) = before[-1], after[0]
    part = (position - start) / (end - start) if end > start else 0.0
    return tuple(
        round(start_channel + (end_channel - start_channel) * part)
        for start_channel, end_channel in zip(_to_rgba(start_colour), _to_rgba(other), strict=True)
    )


def _draw_picture(
    fill: Any, size: tuple[int, int], transform: _Transform, source: _PartSource
) -> Image.Image:
    """Return an RGBA image of a picture fill, stretched or tiled.

    An unreadable picture is drawn as a black and white checkerboard.
    """
    blip = fill.find(f"{A}blip")
    identifier = None if blip is None else blip.get(f"{R}embed")
    picture = source.read_picture(source.tree, identifier) if identifier else None
    if picture is None:
        return Image.composite(
            Image.new("RGBA", size, f"#{BLACK}"),
            Image.new("RGBA", size, f"#{WHITE}"),
            _draw_checkerboard(size),
        )
    picture = picture.convert("RGBA")
    crop = fill.find(f"{A}srcRect")
    if crop is not None:
        picture = picture.crop(_compute_crop(crop, picture.size))
    if fill.find(f"{A}tile") is not None:
        # Tiles are 96 ppi images, which are about four times as large as on the backdrop.
        tile = max(1, picture.width // 4), max(1, picture.height // 4)
        paint = _repeat_tile(picture.resize(tile), size)
    else:
        inner = fill.find(f"{A}stretch/{A}fillRect")
        box = (0.0, 0.0, 1.0, 1.0)
        if inner is not None:
            left, top, right, bottom = (parse_percentage(inner.get(name, "0")) for name in "ltrb")
            box = (left, top, 1 - right, 1 - bottom)
        paint = _stretch_picture(picture, size, transform, box)
    alpha = next((blip.iter(f"{A}alphaModFix")), None)
    if alpha is not None:
        faded = paint.getchannel("A").point(
            lambda value: value * parse_percentage(alpha.get("amt", "100000"))
        )
        paint.putalpha(faded)
    return paint


def _read_relative_box(element: Any) -> tuple[float, ...]:
    """Return a relative rectangle as left, top, right and bottom insets, limited to ±1 for Pillow."""
    return tuple(min(max(parse_percentage(element.get(name, "0")), -1.0), 1.0) for name in "ltrb")


def _compute_crop(crop: Any, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the pixel box of an ``a:srcRect`` (20.1.8.55) as left, top, right and bottom.

    The box is at least one pixel wide and high.
    """
    left, top, right, bottom = _read_relative_box(crop)
    wide, high = size
    start = round(left * wide), round(top * high)
    end = max(start[0] + 1, round((1 - right) * wide)), max(start[1] + 1, round((1 - bottom) * high))
    return (*start, *end)


def _stretch_picture(
    picture: Image.Image, size: tuple[int, int], transform: _Transform, box: tuple[float, float, float, float]
) -> Image.Image:
    left, top, right, bottom = box
    transform = transform.compose(_Transform(right - left, 0, left, 0, bottom - top, top))
    extent = math.hypot(transform.a, transform.d), math.hypot(transform.b, transform.e)
    small = tuple(min(MAX_PICTURE_SIZE, max(1, round(side))) for side in extent)
    picture = picture.resize((small[0], small[1]), Image.Resampling.BOX)
    determinant = transform.a * transform.e - transform.b * transform.d
    if not determinant:
        return Image.new("RGBA", size)
    wide, high = picture.width / determinant, picture.height / determinant
    a, b = transform.e * wide, -transform.b * wide
    d, e = -transform.d * high, transform.a * high
    terms = (a, b, -(a * transform.c + b * transform.f), d, e, -(d * transform.c + e * transform.f))
    return picture.transform(size, Image.Transform.AFFINE, terms, Image.Resampling.NEAREST)


def _to_rgba(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue = parse_rgb(colour.digits)
    return red, green, blue, round(255 * colour.opacity)


Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]

_CURVE_STEPS, _ARC_STEPS = 8, 24
_BOX: Polygon = ((0, 0), (1, 0), (1, 1), (0, 1))
_ELLIPSE: Polygon = tuple(
    (0.5 + math.cos(step * math.tau / 48) / 2, 0.5 + math.sin(step * math.tau / 48) / 2) for step in range(48)
)
# Preset geometries as approximate polygons, with default adjustments.
_PRESETS: Mapping[str, Polygon] = {
    **dict.fromkeys(
        "rect roundRect round1Rect round2SameRect round2DiagRect snip1Rect snip2SameRect snip2DiagRect "
        "snipRoundRect flowChartProcess flowChartAlternateProcess".split(),
        _BOX,
    ),
    **dict.fromkeys(("ellipse", "flowChartConnector"), _ELLIPSE),
    "triangle": ((0.5, 0), (1, 1), (0, 1)),
    "rtTriangle": ((0, 0), (1, 1), (0, 1)),
    "diamond": ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    "parallelogram": ((0.25, 0), (1, 0), (0.75, 1), (0, 1)),
    "trapezoid": ((0.25, 0), (0.75, 0), (1, 1), (0, 1)),
    "homePlate": ((0, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0, 1)),
    "chevron": ((0, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0, 1), (0.25, 0.5)),
    "hexagon": ((0.25, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0.25, 1), (0, 0.5)),
    "flowChartDocument": (
        *((0, 0), (1, 0), (1, 0.80), (0.75, 0.81)),
        *((0.55, 0.87), (0.4, 0.94), (0.2, 0.99), (0, 0.93)),
    ),
}
_LINES = ("line", "straightConnector1")


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a shape, as polygons. A polygon inside another is a hole.

    If ``is_exact`` is False, the shape covers an unknown part of its bounding box. If ``is_open`` is True,
    the outline is a line that does not enclose an area.
    """

    polygons: tuple[Polygon, ...] = (_BOX,)
    is_exact: bool = True
    is_open: bool = False


def read_outline(properties: Any) -> Outline:
    """Return the outline defined by shape properties, or else the whole bounding box."""
    if properties is None:
        return Outline()
    preset = properties.find(f"{A}prstGeom")
    if preset is not None:
        name = str(preset.get("prst", "rect"))
        if name in _LINES:
            return Outline((((0, 0), (1, 1)),), is_open=True)
        if name.startswith(("bentConnector", "curvedConnector")):
            return Outline((((0, 0), (0.5, 0), (0.5, 1), (1, 1)),), is_open=True)
        return Outline((_PRESETS[name],)) if name in _PRESETS else Outline(is_exact=False)
    custom = properties.find(f"{A}custGeom")
    if custom is None:
        return Outline()
    extent = properties.find(f"{A}xfrm/{A}ext")
    try:
        polygons = [
            polygon
            for path in custom.iter(f"{A}path")
            if path.get("fill") != "none"
            for polygon in _iter_polygons(path, extent)
        ]
    except (ValueError, ZeroDivisionError, OverflowError):
        return Outline(is_exact=False)  # the path uses formulas or has no size
    return Outline(tuple(polygons), is_exact=bool(polygons))


def _iter_polygons(path: Any, extent: Any) -> Iterator[Polygon]:
    """Yield the closed subpaths of a path (20.1.9.15), with curves flattened to line segments."""
    wide, high = (
        int(path.get(name) or 0) or int(extent.get(side))
        for name, side in (("w", "cx"), ("h", "cy"))
        if extent is not None or path.get(name)
    )
    points: list[Point] = []
    for command in path:
        points_of_command = [
            (int(point.get("x")) / wide, int(point.get("y")) / high) for point in command.iter(f"{A}pt")
        ]
        match str(command.tag).rpartition("}")[2]:
            case "moveTo":
                if len(points) > 2:
                    yield tuple(points)
                points = points_of_command
            case "lnTo":
                points += points_of_command
            case "cubicBezTo" | "quadBezTo" if points:
                points += _flatten_curve([points[-1], *points_of_command])
            case "arcTo" if points:
                points += _flatten_arc(command, points[-1], (wide, high))
    if len(points) > 2:
        yield tuple(points)


def _flatten_curve(controls: Sequence[Point]) -> Iterator[Point]:
    for step in range(1, _CURVE_STEPS + 1):
        fraction, level = step / _CURVE_STEPS, list(controls)
        while len(level) > 1:
            level = [
                (left[0] + (right[0] - left[0]) * fraction, left[1] + (right[1] - left[1]) * fraction)
                for left, right in pairwise(level)
            ]
        yield level[0]


def _flatten_arc(command: Any, start: Point, size: tuple[int, int]) -> Iterator[Point]:
    """Yield points on an elliptical arc (20.1.9.4), whose angles are in 60,000ths of a degree."""
    wide, high = (int(command.get(name)) / side for name, side in zip(("wR", "hR"), size, strict=True))
    start_angle, sweep = (math.radians(int(command.get(name)) / 60_000) for name in ("stAng", "swAng"))
    centre = start[0] - wide * math.cos(start_angle), start[1] - high * math.sin(start_angle)
    for step in range(1, _ARC_STEPS + 1):
        angle = start_angle + sweep * step / _ARC_STEPS
        yield centre[0] + wide * math.cos(angle), centre[1] + high * math.sin(angle)
