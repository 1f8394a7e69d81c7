"""Pictures in their placeholder: whole, undistorted, as large as their pixels allow or the author asks."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree
from PIL import Image, ImageDraw, ImageFont

from triptych.media.drawings.recolouring import at_contrast, on_dark
from triptych.media.xml_names import parsed
from triptych.ooxml.names import qn
from triptych.theme.contrast import ENHANCED, contrast
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.graphic_frames import take_place
from triptych.writers.deck.drawing.text import child, cleaned, extended
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.elements import element_of, new_part
from triptych.writers.deck.pptx.terms import RELATIONSHIP_TYPE, BaseShape, Part, Pt, Slide
from triptych.writers.deck.slides import PictureBody
from triptych.writers.deck.template.palette import Palette

SVG = "image/svg+xml"
# SVG, width and height in pixels → PNG, or None: see media/rasters.py.
Rasterise: TypeAlias = Callable[[bytes, int, int], bytes | None]

PIXELS = 2 * 96 / 72  # of a drawing for each point on the slide, so that it is sharp on any screen
# Points for each pixel: of a picture made of dots, of one that fills a place, and of a drawing, whose text is
# then as large as that of lists.
LARGEST_ENLARGEMENT, _LARGEST_FILLING, _LARGEST_DRAWING = 1.0, 1.5, 2.4
_DECORATIVE = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
_SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"


def insert_picture(
    slide: Slide,
    placeholder: BaseShape,
    picture: PictureBody,
    place: Place,
    theme: Theme,
    palette: Palette,
    svg_parts: dict[str, Part],
    rasterise: Rasterise,
) -> Any:
    """Put a picture into a placeholder, centred in its place; a full-slide one covers it, in its own colours.

    ``svg_parts`` are the drawings already in the package, by the hash of their bytes.
    """
    if picture.media_type == SVG:
        seen = _seen(picture.data, theme, palette) if not picture.full else on_paper(picture.data)
        picture = replace(picture, data=seen)
    scale, fills = _scale(picture, place)
    width, drawn_height = picture.width * scale, picture.height * scale
    left = place.left + (place.width - width) / 2
    top = place.top + (place.height - drawn_height) / 2
    data = _raster(picture, width, drawn_height, theme, rasterise)
    shape = slide.shapes.add_picture(io.BytesIO(data), Pt(left), Pt(top), Pt(width), Pt(drawn_height))
    if picture.media_type == SVG:
        _add_svg(slide, shape, picture.data, svg_parts)
    if fills:
        _crop(shape, place, width, drawn_height)
    take_place(shape, placeholder)
    return shape


def _seen(svg: bytes, theme: Theme, palette: Palette) -> bytes:
    """A drawing as it is seen on the slide: on dark ground, and where the theme's second ink is strong."""
    paper = palette.ground[0]
    if palette.is_dark:
        return on_dark(svg, palette.colour(palette.ink), paper) or on_paper(svg)
    if contrast(theme.colours.muted, theme.colours.background) >= ENHANCED:
        return at_contrast(svg, paper, ENHANCED)
    return svg


def _scale(picture: PictureBody, place: Place) -> tuple[float, bool]:
    """Points for each pixel of a picture, and whether it fills its place, which may cut some of it off.

    No picture of dots is so large that its dots are seen, whatever size is asked for.
    """
    across, down = place.width / picture.width, place.height / picture.height
    vector = picture.media_type == SVG
    if picture.full and (vector or max(across, down) <= _LARGEST_FILLING):
        return max(across, down), True
    limits = [across, down, *([across * picture.share] if picture.share else [])]
    if not vector:
        limits.append(LARGEST_ENLARGEMENT)
    elif not picture.share:
        limits.append(_LARGEST_DRAWING)
    return min(limits), False


def _crop(shape: Any, place: Place, width: float, height: float) -> None:
    """Cut off what of a picture reaches over its place, from both sides alike."""
    shape.crop_left = shape.crop_right = (width - place.width) / width / 2
    shape.crop_top = shape.crop_bottom = (height - place.height) / height / 2
    shape.left, shape.top = Pt(place.left), Pt(place.top)
    shape.width, shape.height = Pt(place.width), Pt(place.height)


def on_paper(svg: bytes) -> bytes:
    """A drawing on white: it is made for it, and its colours cannot be changed."""
    root: Any = parsed(svg)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    left, top, width, height = box if len(box) == 4 else ("0", "0", "100%", "100%")
    namespace = etree.QName(root).namespace
    tag = f"{{{namespace}}}rect" if namespace else "rect"
    root.insert(0, root.makeelement(tag, x=left, y=top, width=width, height=height, fill="#ffffff"))
    return etree.tostring(root)


def describe(shape: BaseShape, alt: str, *, name: str, decorative: bool = False) -> None:
    """Name a shape and give it its alternative text, or mark it as decoration."""
    properties = next(element_of(shape).iter(qn("p:cNvPr")))
    properties.set("name", name)
    properties.set("descr", "" if decorative else cleaned(alt))
    if decorative:
        mark_as_decoration(shape)


def mark_as_decoration(shape: BaseShape) -> None:
    """Say that a shape means nothing to who does not see it ([MS-ODRAWXML] 2.3.1.2)."""
    properties = next(element_of(shape).iter(qn("p:cNvPr")))
    extension = child(child(properties, "a:extLst"), "a:ext", uri=_DECORATIVE)
    extended(extension, "adec:decorative", val="1")


def _raster(picture: PictureBody, width: float, height: float, theme: Theme, rasterise: Rasterise) -> bytes:
    """The bytes of a format that all programs show. Width and height are those on the slide, in points."""
    if picture.media_type != SVG:
        return picture.data
    drawn = rasterise(picture.data, round(width * PIXELS), round(height * PIXELS))
    return drawn or _stand_in(picture, theme)


def _stand_in(picture: PictureBody, theme: Theme) -> bytes:
    """What stands for an SVG that cannot be drawn as pixels: the alternative text on a panel."""
    width = 960
    height = max(1, round(width * picture.height / picture.width))
    image = Image.new("RGB", (width, height), f"#{theme.colours.panel}")
    font = ImageFont.truetype(_face(theme), 28)
    lines = _wrapped(picture.alt, font, width - 96)
    ImageDraw.Draw(image).multiline_text(
        (width / 2, height / 2), lines, f"#{theme.colours.foreground}", font, anchor="mm", align="center"
    )
    with io.BytesIO() as buffer:
        image.save(buffer, "PNG")
        return buffer.getvalue()


def _face(theme: Theme) -> Path:
    """The file of the deck's font, or of what stands in for a template's."""
    return theme.face(theme.sans).path if theme.has(theme.sans) else theme.slide_fallbacks[0].path


def _wrapped(text: str, font: Any, width: float) -> str:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _add_svg(slide: Slide, shape: BaseShape, data: bytes, svg_parts: dict[str, Part]) -> None:
    """Name the SVG beside its stand-in ([MS-ODRAWXML] 2.3.1.1, asvg:svgBlip)."""
    digest = hashlib.sha256(data).hexdigest()
    if digest not in svg_parts:
        name = f"/ppt/media/drawing{len(svg_parts) + 1}.svg"
        svg_parts[digest] = new_part(slide.part, name, SVG, data)
    relation = slide.part.relate_to(svg_parts[digest], RELATIONSHIP_TYPE.IMAGE)
    blip = element_of(shape).find(f".//{qn('a:blip')}")
    extension = child(child(blip, "a:extLst"), "a:ext", uri=_SVG_BLIP)
    extended(extension, "asvg:svgBlip").set(qn("r:embed"), relation)
