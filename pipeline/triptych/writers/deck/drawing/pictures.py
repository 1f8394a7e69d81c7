"""Insert images and displayed formulas into placeholders as large as possible, without distortion."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from lxml import etree
from PIL import Image

from triptych.media.diagrams import MAX_SLIDE_SCALE
from triptych.media.output_pictures import SVG_MEDIA_TYPE
from triptych.media.picture_sizes import PictureTarget
from triptych.media.svg_styles import raise_contrast, recolour_for_dark_background, replace_colours
from triptych.media.xml_parsing import parse_untrusted_xml
from triptych.ooxml.inheritance import find_placeholder
from triptych.ooxml.xml import qn
from triptych.theme.colours import ENHANCED_CONTRAST
from triptych.theme.theme import Theme
from triptych.theme.theme_file import Colours
from triptych.writers.deck.drawing.office_math import create_alternate_content, resolve_alternate_content
from triptych.writers.deck.drawing.text import (
    TextContext,
    TextStyle,
    add_child,
    add_extension,
    remove_forbidden_characters,
    set_text,
)
from triptych.writers.deck.fitting.composition import PlaceholderBoxes
from triptych.writers.deck.fitting.frames import FittedEquation
from triptych.writers.deck.fitting.slides import get_whole_frame
from triptych.writers.deck.fitting.text import PlaceholderBox
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.pptx.exports import RELATIONSHIP_TYPE, BaseShape, Part, Pt, Slide
from triptych.writers.deck.pptx.package import create_part, get_element, get_text_body, remove_shape
from triptych.writers.deck.slides import EquationBody, Para, PictureBody, Run, SlideKindName
from triptych.writers.deck.template.palette import Palette

# Converts an SVG to a PNG with a width and height in pixels; returns None on failure.
Rasterise: TypeAlias = Callable[[bytes, int, int], bytes | None]

PIXELS_PER_POINT = 2 * 96 / 72  # resolution of rasterised SVGs, sharp on any screen
# Maximum points per pixel of raster images, and of those that fill a slide.
MAX_ENLARGEMENT, _MAX_FULL_SLIDE_ENLARGEMENT = 1.0, 1.5
_PLAIN_IMAGE_WIDTH = 960  # width in pixels
_DECORATIVE = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
_SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"


def insert_picture(
    slide: Slide,
    placeholder: BaseShape,
    picture: PictureBody,
    box: PlaceholderBox,
    theme: Theme,
    palette: Palette,
    svg_parts: dict[str, Part],
    rasterise: Rasterise,
    *,
    has_own_template: bool = False,
) -> Any:
    """Replace a placeholder with an image, and return its shape.

    The image is centred in ``box``. A full-slide image with sufficient resolution is cropped to fill the box.
    ``svg_parts`` maps SHA-256 digests of SVG files to their package parts. If ``has_own_template`` is true,
    theme colours in drawings become those of the author's template.
    """
    if picture.media_type == SVG_MEDIA_TYPE:
        picture = replace(picture, data=_recolour_svg(picture, theme, palette, has_own_template))
    scale, fills = _choose_scale(picture, box)
    width, drawn_height = picture.width * scale, picture.height * scale
    left = box.left + (box.width - width) / 2
    top = box.top + (box.height - drawn_height) / 2
    data: bytes | None = picture.data
    if picture.media_type == SVG_MEDIA_TYPE:
        data = rasterise(
            picture.data, round(width * PIXELS_PER_POINT), round(drawn_height * PIXELS_PER_POINT)
        )
    data = data or _make_plain_image(picture, theme)
    shape = slide.shapes.add_picture(io.BytesIO(data), Pt(left), Pt(top), Pt(width), Pt(drawn_height))
    if picture.media_type == SVG_MEDIA_TYPE:
        _link_svg(slide, shape, picture.data, svg_parts)
    if fills:
        shape.crop_left = shape.crop_right = (width - box.width) / width / 2
        shape.crop_top = shape.crop_bottom = (drawn_height - box.height) / drawn_height / 2
        shape.left, shape.top, shape.width, shape.height = map(Pt, box.bounds)
    replace_placeholder(shape, placeholder)
    return shape


def _recolour_svg(picture: PictureBody, theme: Theme, palette: Palette, has_own_template: bool) -> bytes:
    """Adapt the colours of an SVG to a dark background, to high contrast or to the author's template.

    Full-slide SVGs get a white background instead.
    """
    svg, paper = picture.data, palette.background[0]
    if picture.covers_slide:
        return add_white_background(svg)
    if palette.is_dark:
        return recolour_for_dark_background(
            svg, palette.get_colour(palette.text_colour), paper
        ) or add_white_background(svg)
    if palette.text_contrast >= ENHANCED_CONTRAST:
        return raise_contrast(svg, paper, ENHANCED_CONTRAST)
    return replace_colours(svg, _map_theme_colours(theme.colours, palette)) if has_own_template else svg


def _map_theme_colours(colours: Colours, palette: Palette) -> dict[str, str]:
    """Map the colours of the book's theme to those of a template with the same function."""
    tints = {
        **dict(zip(colours.series, palette.accents, strict=False)),
        colours.accent: palette.accents[0],
        colours.panel: palette.panel_fill or palette.background_tint,
        colours.background: palette.background_tint,
        colours.muted: palette.muted_colour,
        colours.dark: palette.make_visible_tint("tx2", palette.text_contrast),
        colours.foreground: palette.text_colour,
    }
    return {colour: palette.get_colour(tint) for colour, tint in tints.items()}


def _choose_scale(picture: PictureBody, box: PlaceholderBox) -> tuple[float, bool]:
    """Return the scale in points per pixel, and whether the image is cropped to fill its box.

    Raster images are not enlarged beyond their resolution.
    """
    x_scale, y_scale = box.width / picture.width, box.height / picture.height
    vector = picture.media_type == SVG_MEDIA_TYPE
    if picture.covers_slide and (vector or max(x_scale, y_scale) <= _MAX_FULL_SLIDE_ENLARGEMENT):
        return max(x_scale, y_scale), True
    limits = [x_scale, y_scale, *([x_scale * picture.width_fraction] if picture.width_fraction else [])]
    if not vector:
        limits.append(MAX_ENLARGEMENT)
    elif not picture.width_fraction:
        limits.append(MAX_SLIDE_SCALE)
    return min(limits), False


def add_white_background(svg: bytes) -> bytes:
    """Add a white background to an SVG whose colours cannot be adapted."""
    root: Any = parse_untrusted_xml(svg)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    left, top, width, height = box if len(box) == 4 else ("0", "0", "100%", "100%")
    namespace = etree.QName(root).namespace
    tag = f"{{{namespace}}}rect" if namespace else "rect"
    root.insert(0, root.makeelement(tag, x=left, y=top, width=width, height=height, fill="#ffffff"))
    return etree.tostring(root)


def set_alt_text(shape: BaseShape, alt: str, *, name: str, decorative: bool = False) -> None:
    """Set the name and alt text of a shape, or mark the shape as decorative."""
    properties = next(get_element(shape).iter(qn("p:cNvPr")))
    properties.set("name", name)
    properties.set("descr", "" if decorative else remove_forbidden_characters(alt))
    if decorative:
        mark_as_decorative(shape)


def mark_as_decorative(shape: BaseShape) -> None:
    """Mark a shape as decorative, so that screen readers skip it ([MS-ODRAWXML] 2.3.1.2)."""
    properties = next(get_element(shape).iter(qn("p:cNvPr")))
    extension = add_child(add_child(properties, "a:extLst"), "a:ext", uri=_DECORATIVE)
    add_extension(extension, "adec:decorative", val="1")


def _make_plain_image(picture: PictureBody, theme: Theme) -> bytes:
    """Return a PNG of one colour, as the fallback for an SVG that cannot be rasterised."""
    height = max(1, round(_PLAIN_IMAGE_WIDTH * picture.height / picture.width))
    with io.BytesIO() as buffer:
        Image.new("RGB", (_PLAIN_IMAGE_WIDTH, height), f"#{theme.colours.panel}").save(buffer, "PNG")
        return buffer.getvalue()


def _link_svg(slide: Slide, shape: BaseShape, data: bytes, svg_parts: dict[str, Part]) -> None:
    """Add a link from the raster fallback of an SVG to the SVG (``asvg:svgBlip``, [MS-ODRAWXML] 2.3.1.1)."""
    digest = hashlib.sha256(data).hexdigest()
    if digest not in svg_parts:
        name = f"/ppt/media/drawing{len(svg_parts) + 1}.svg"
        svg_parts[digest] = create_part(slide.part, name, SVG_MEDIA_TYPE, data)
    relation = slide.part.relate_to(svg_parts[digest], RELATIONSHIP_TYPE.IMAGE)
    blip = get_element(shape).find(f".//{qn('a:blip')}")
    extension = add_child(add_child(blip, "a:extLst"), "a:ext", uri=_SVG_BLIP)
    add_extension(extension, "asvg:svgBlip").set(qn("r:embed"), relation)


# Placeholder types that allow content other than text.
_OBJECT_TYPES = {"obj", "chart", "tbl", "pic", "dgm", "media", "clipArt"}


def replace_placeholder(shape: BaseShape, placeholder: BaseShape) -> None:
    """Replace a placeholder with a shape, at the same position in the reading order.

    If the placeholder type allows it, the shape is linked to the placeholder (ECMA-376 Part 1, 19.3.1.36), so
    that it moves when the layout changes.
    """
    reference = find_placeholder(get_element(placeholder))
    if reference is not None and reference.get("type", "obj") in _OBJECT_TYPES:
        properties = next(get_element(shape).iter(qn("p:nvPr")))
        properties.insert(0, reference)
    identifier = next(get_element(placeholder).iter(qn("p:cNvPr"))).get("id")
    next(get_element(shape).iter(qn("p:cNvPr"))).set("id", identifier)
    get_element(placeholder).addprevious(get_element(shape))
    remove_shape(placeholder)


_CSS_PIXELS_PER_POINT = 4 / 3  # CSS pixels per point


def make_picture_target(dpi: int, boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes]) -> PictureTarget:
    """Return the maximum size of images on slides in CSS pixels, and the supported media types."""
    frame = get_whole_frame(SlideKindName.PICTURE, boxes_by_kind[SlideKindName.PICTURE], False)
    side = boxes_by_kind[SlideKindName.SIDE_PICTURE][PlaceholderRole.OBJECT]
    return PictureTarget(
        width=frame.width * _CSS_PIXELS_PER_POINT,
        wide=frame.width * _CSS_PIXELS_PER_POINT,
        height=max(frame.height, side.height) * _CSS_PIXELS_PER_POINT,
        dpi=dpi,
        natural=MAX_ENLARGEMENT * _CSS_PIXELS_PER_POINT,
        media_types=frozenset(("image/png", "image/jpeg", "image/gif")),
    )


def insert_equation(
    slide: Slide,
    placeholder: BaseShape,
    fitted_equation: FittedEquation,
    body: EquationBody,
    context: TextContext,
    palette: Palette,
    rasterise: Rasterise,
) -> None:
    """Insert a formula into a text placeholder, as Office Math or as an image.

    Office Math has the image as its fallback.
    """
    shape, words = get_element(placeholder), get_text_body(placeholder)
    set_alt_text(placeholder, body.alt, name="Equation")
    # The template may anchor text at the top, with insets that fitting did not consider.
    properties = words.find(qn("a:bodyPr"))
    properties.set("anchor", "ctr")
    for name in ("lIns", "tIns", "rIns", "bIns"):
        properties.set(name, "0")
    formula = Run(text=body.text, formula=body.native if body.native.omml else None)
    text_style = TextStyle(size=fitted_equation.size, align="ctr")
    set_text(words, [(Para(runs=(formula,), bullet=False), text_style)], slide.part, context)
    picture = _add_formula_picture(slide, fitted_equation, body, palette, rasterise)
    if picture is None:
        return  # older programs show the formula's plain text
    picture_element = get_element(picture)
    set_alt_text(picture, body.alt, name="Equation")
    if not body.native.omml:
        shape.getparent().replace(shape, picture_element)
        return
    # Programs read either the formula or the image, so both have the same id.
    next(picture_element.iter(qn("p:cNvPr"))).set("id", next(shape.iter(qn("p:cNvPr"))).get("id"))
    resolve_alternate_content(shape)
    parent, position = shape.getparent(), shape.getparent().index(shape)
    parent.insert(position, create_alternate_content(shape, picture_element))


def _add_formula_picture(
    slide: Slide, fitted_equation: FittedEquation, body: EquationBody, palette: Palette, rasterise: Rasterise
) -> Any | None:
    """Add a formula's image at the centre of its region, and return its shape.

    Return None if the formula cannot be drawn.
    """
    drawing, region = body.drawing, fitted_equation.region
    if drawing is None or not drawing.width or not drawing.height:
        return None
    scale = min(fitted_equation.size, region.width / drawing.width, region.height / drawing.height)
    width, height = drawing.width * scale, drawing.height * scale
    svg = drawing.svg.replace(b"#000000", f"#{palette.get_colour(palette.text_colour)}".encode())
    png = rasterise(svg, round(width * PIXELS_PER_POINT), round(height * PIXELS_PER_POINT))
    if png is None:
        return None
    left = region.left + (region.width - width) / 2
    top = region.top + (region.height - height) / 2
    return slide.shapes.add_picture(io.BytesIO(png), Pt(left), Pt(top), Pt(width), Pt(height))
