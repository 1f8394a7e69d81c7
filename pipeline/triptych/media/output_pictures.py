"""Prepare image files for one output: upright, no larger than displayed, and in a supported format.

If no other change is needed, only metadata is removed. Other colour spaces are converted to sRGB without a
profile, because e-readers, PowerPoint and (for JPEG) the PDF engine ignore profiles. CMYK is kept for print.
"""

from __future__ import annotations

import base64
import io
import math
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageFilter, ImageOps
from PIL.JpegImagePlugin import get_sampling

from triptych.media.inks import convert_picture, convert_svg, encode_picture, is_transparent
from triptych.media.picture_files import (
    ORIENTATION,
    PDF_MEDIA_TYPE,
    remove_metadata,
    render_pdf_page,
    sanitise_svg,
)
from triptych.media.picture_sizes import PictureTarget
from triptych.media.raster_images import (
    DECODING_ERRORS,
    MEDIA_TYPES,
    UnusablePictureError,
    is_large,
    iter_strips,
    open_picture,
    reserve_memory,
)
from triptych.media.svg_rendering import rasterise_svg
from triptych.media.svg_text import set_text_fonts
from triptych.model.nodes import Picture
from triptych.theme.colours import VISIBLE_CONTRAST, compute_colour_difference, compute_contrast_ratio
from triptych.theme.theme import Theme

SVG_MEDIA_TYPE = "image/svg+xml"
_QUALITY = 88
_DATA_URL = re.compile(rb"data:image/[a-z]+;base64,([A-Za-z0-9+/=\s]+)")
_MAX_EXCESS_SIZE = 1.2  # an image that exceeds its size by less is not resampled, which would only blur it
_MAX_PAGE_PIXELS = 16_000_000
_STRIP_ROWS = 500
_MAX_PREPARED_PIXELS = 40_000_000  # maximum pixels of a colour image; layout engines decode it again


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """An image file ready to be embedded in an output."""

    data: bytes
    media_type: str

    def to_bytes(self) -> bytes:
        """Serialise the image for the cache."""
        return self.media_type.encode() + b"\n" + self.data

    @classmethod
    def from_bytes(cls, stored: bytes) -> PreparedPicture:
        """Deserialise an image written by ``to_bytes``. Raise ``ValueError`` for any other bytes."""
        media_type, _, data = stored.partition(b"\n")
        if not media_type.startswith(b"image/"):
            raise ValueError("not a prepared picture")
        return cls(data, media_type.decode("ascii"))


def prepare_picture(
    data: bytes, picture: Picture, width: float, target: PictureTarget, theme: Theme
) -> PreparedPicture:
    """Prepare an image for an output that displays it ``width`` CSS pixels wide.

    Raise ``UnusablePictureError`` if this is impossible, for example if a PDF page cannot be rendered.
    """
    try:
        prepared_picture = _prepare_rgb_picture(data, picture, width, target, theme)
    except UnusablePictureError as error:
        error.path = picture.path
        raise
    return (
        prepared_picture
        if target.inks == "rgb"
        else _convert_picture_to_inks(prepared_picture, picture, width, target)
    )


def _convert_picture_to_inks(
    prepared_picture: PreparedPicture, picture: Picture, width: float, target: PictureTarget
) -> PreparedPicture:
    """Convert an image to printing inks.

    A drawing with gradients, filters, masks or transparency is first rasterised.
    """
    if prepared_picture.media_type == SVG_MEDIA_TYPE:
        converted = convert_svg(prepared_picture.data, target.inks)
        if converted is not None and not (target.opaque and is_transparent(converted)):
            return PreparedPicture(converted, SVG_MEDIA_TYPE)
        dots = width * target.dpi / 96
        raster = rasterise_svg(
            prepared_picture.data, round(dots), round(dots * picture.height / picture.width)
        )
        if raster is None:
            return prepared_picture
        prepared_picture = PreparedPicture(raster, "image/png")
    return PreparedPicture(*convert_picture(prepared_picture.data, prepared_picture.media_type, target.inks))


def _prepare_rgb_picture(
    data: bytes, picture: Picture, width: float, target: PictureTarget, theme: Theme
) -> PreparedPicture:
    if picture.media_type == SVG_MEDIA_TYPE:
        drawing = set_text_fonts(sanitise_svg(data), theme, as_outlines=not target.faces)
        return _prepare_drawing(_flatten_embedded_pictures(drawing, target), picture, width, target)
    max_scale = (
        math.sqrt(target.most_dots / (picture.width * picture.height)) if target.most_dots else math.inf
    )
    wanted_width = width * target.dpi / 96
    if picture.media_type == PDF_MEDIA_TYPE:
        largest = math.sqrt(_MAX_PAGE_PIXELS / (picture.width * picture.height))
        dots = min(wanted_width, picture.width * min(max_scale, largest))
        return PreparedPicture(render_pdf_page(data, picture.page, max(1, round(dots))), "image/png")
    if picture.moving and target.motion:
        return PreparedPicture(remove_metadata(data, picture.media_type) or data, picture.media_type)
    with open_picture(data) as image:
        if is_large(image):
            max_scale = min(max_scale, math.sqrt(_MAX_PREPARED_PIXELS / (image.width * image.height)))
        min_scale = min(1.0, max_scale)
        may = wanted_width / picture.width if wanted_width * _MAX_EXCESS_SIZE < picture.width else 1.0
        is_usable = _is_usable_as_is(image, data, picture, target)
        original = remove_metadata(data, picture.media_type) if is_usable and min_scale == 1 else None
        if original is not None and may == 1:
            return PreparedPicture(original, picture.media_type)
        encoded = _reencode_image(image, data, min(min_scale, may), target)
    # A PNG with few colours compresses well. Scaled down, it has more colours and may be a larger file.
    if original is not None and len(original) <= len(encoded.data):
        return PreparedPicture(original, picture.media_type)
    return encoded


def _prepare_drawing(svg: bytes, picture: Picture, width: float, target: PictureTarget) -> PreparedPicture:
    """Return a drawing as SVG, or rasterised if the output does not support SVG.

    A drawing that cannot be rendered remains an SVG.
    """
    dots = width * target.dpi / 96
    size = round(dots), round(dots * picture.height / picture.width)
    png = rasterise_svg(svg, *size, on_white=True, max_side=target.longest) if target.in_dots else None
    return PreparedPicture(png, "image/png") if png else PreparedPicture(svg, SVG_MEDIA_TYPE)


def _flatten_embedded_pictures(svg: bytes, target: PictureTarget) -> bytes:
    """Convert images embedded in a drawing to 8 bits per channel, and reduce large ones.

    Not all programs support more bits per channel.
    """

    def flatten_picture(match: re.Match[bytes]) -> bytes:
        with suppress(*DECODING_ERRORS):
            data = base64.b64decode(match[1])
            with open_picture(data) as image:
                if _has_high_bit_depth(image, data) or is_large(image):
                    excess = image.width * image.height / _MAX_PAGE_PIXELS if is_large(image) else 1.0
                    encoded = _reencode_image(image, data, min(1.0, excess**-0.5), target)
                    return f"data:{encoded.media_type};base64,".encode() + base64.b64encode(encoded.data)
        return match[0]

    return _DATA_URL.sub(flatten_picture, svg) if b";base64," in svg else svg


def _is_usable_as_is(image: Image.Image, data: bytes, picture: Picture, target: PictureTarget) -> bool:
    """Return whether an output can display an image correctly without encoding it again."""
    other_space = image.mode not in ("L", "LA", "1", "CMYK") and _find_profile(image) is not None
    return (
        MEDIA_TYPES[image.format or ""] in target.media_types
        and not picture.moving
        and image.getexif().get(ORIENTATION, 1) == 1
        and (image.mode != "CMYK" or target.cmyk)
        and not _has_high_bit_depth(image, data)
        and not other_space
        and not (target.opaque and image.has_transparency_data)
    )


def _has_high_bit_depth(image: Image.Image, data: bytes) -> bool:
    """Return whether an image has more than 8 bits per channel, which some programs do not support."""
    return image.mode.startswith(("I", "F")) or (image.format == "PNG" and data[24] == 16)


def _find_profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """Return the colour profile of an image, or None for sRGB and images without a profile."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        name = ImageCms.getProfileDescription(profile)
    except (KeyError, OSError, TypeError, ImageCms.PyCMSError):
        return None
    return None if "srgb" in name.lower() else profile


def _reencode_image(image: Image.Image, data: bytes, scale: float, target: PictureTarget) -> PreparedPicture:
    """Encode an image's first frame again, scaled and upright, in the output's colour space."""
    with reserve_memory(image):
        return _reencode_open_image(image, data, scale, target)


def _reencode_open_image(
    image: Image.Image, data: bytes, scale: float, target: PictureTarget
) -> PreparedPicture:
    photograph = _is_photograph(image, data)
    subsampling = get_sampling(image) if image.format == "JPEG" else 0
    keeps_cmyk = image.mode == "CMYK" and target.cmyk
    if is_large(image):
        resampled, scale = _shrink_large_image(image, scale, keeps_cmyk), 1.0
    else:
        resampled = image.copy() if keeps_cmyk else _convert_to_srgb(image)
    resampled = ImageOps.exif_transpose(resampled)
    if scale < 1:
        size = tuple(max(1, math.ceil(side * scale)) for side in resampled.size)
        resampled = resampled.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    if target.opaque and resampled.has_transparency_data:
        background = Image.new("RGBA", resampled.size, "white")
        resampled = Image.alpha_composite(background, resampled.convert("RGBA")).convert("RGB")
    resampled.info = {}
    if photograph and resampled.mode in ("RGB", "L", "CMYK"):
        chroma = subsampling if subsampling in (0, 1, 2) else 2
        return PreparedPicture(*encode_picture(resampled, "JPEG", quality=_QUALITY, subsampling=chroma))
    return PreparedPicture(*encode_picture(resampled, "PNG"))


def _shrink_large_image(image: Image.Image, scale: float, keeps_cmyk: bool) -> Image.Image:
    """Convert a large image to sRGB and scale it, strip by strip, so that it is in memory only once.

    Strips are first scaled to at least twice the final size, and the result is then resampled.
    """
    width, height = (max(1, math.ceil(side * scale)) for side in image.size)
    image.draft(None, (2 * width, 2 * height))
    factor = max(1, min(image.width // (2 * width), image.height // (2 * height)))
    canvas = None
    for top, strip in iter_strips(image, factor):
        part = (strip if keeps_cmyk else _convert_to_srgb(strip)).reduce(factor)
        if canvas is None:
            canvas = Image.new(part.mode, (part.width, math.ceil(image.height / factor)))
        canvas.paste(part, (0, top // factor))
    assert canvas is not None
    if canvas.size != (width, height):
        canvas = _resize_in_strips(canvas, width, height)
    canvas.info = dict(image.info)
    return canvas


def _resize_in_strips(image: Image.Image, width: int, height: int) -> Image.Image:
    """Resample an image without copying all its pixels, as Pillow would for transparent images."""
    resized = Image.new(image.mode, (width, height))
    ratio = image.height / height
    margin = math.ceil(3 * ratio) + 1  # the radius of the Lanczos filter
    rows = max(1, round(_STRIP_ROWS / ratio))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        first = max(0, math.floor(top * ratio) - margin)
        strip = image.crop((0, first, image.width, min(image.height, math.ceil(bottom * ratio) + margin)))
        box = (0, top * ratio - first, image.width, min(bottom * ratio - first, strip.height))
        resized.paste(strip.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box), (0, top))
    return resized


def _is_photograph(image: Image.Image, data: bytes) -> bool:
    """Return whether an image file has lossy compression, which is typical of photographs."""
    return image.format == "JPEG" or (image.format == "WEBP" and b"VP8 " in data[:64])


def _convert_to_srgb(image: Image.Image) -> Image.Image:
    """Convert an image to greyscale or sRGB with 8 bits per channel, keeping its transparency."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return image.convert("L")
    profile = _find_profile(image)
    colours = image if image.mode == "CMYK" else image.convert("RGB")
    if profile is not None and image.mode != "LA":
        # The profile may be for another colour space than the image's.
        with suppress(OSError, ValueError, ImageCms.PyCMSError):
            target = ImageCms.createProfile("sRGB")
            colours = ImageCms.profileToProfile(colours, profile, target, outputMode="RGB") or colours
    converted = colours.convert("RGB")
    if image.has_transparency_data:
        converted.putalpha(image.convert("RGBA").getchannel("A"))
    return converted


MAX_LOGO_SIDE = 240.0  # CSS pixels; the largest logo in any output
_SAMPLE_SIZE = (96, 96)  # pixels; logos are analysed at this size
_MIN_OPAQUE_ALPHA = 128  # of 255; more transparent pixels do not belong to the logo
_MIN_CONTRAST = 1.8  # : 1; a logo with less contrast is invisible on its background
_MIN_COLOUR_DIFFERENCE = 0.24  # with low contrast, closer colours are indistinguishable
_MAX_INVISIBLE_OUTLINE = 0.15  # fraction of a logo's outline that is allowed to be invisible
_MIN_OPAQUE_FRACTION = 0.98  # a logo with a larger fraction of opaque pixels has its own background


def fit_logo(picture: Picture, width: float, height: float) -> tuple[float, float]:
    """Return the largest width and height of an image within these limits, keeping its aspect ratio."""
    scale = min(width / picture.width, height / picture.height)
    return picture.width * scale, picture.height * scale


def choose_logo_background(data: bytes, background: str, candidates: Iterable[str]) -> str:
    """Return the first of the candidate colours on which a logo's outline is visible.

    ``data`` is a PNG or JPEG. If the outline is invisible on all candidates, return the best one if it is
    much better than ``background``, or else "". Also return "" if the outline is visible on ``background``,
    or if the logo has its own background.
    """
    with open_picture(data) as picture:
        mark = picture.convert("RGBA")
    mark.thumbnail(_SAMPLE_SIZE, Image.Resampling.BOX)
    opaque = mark.getchannel("A").point(lambda value: 255 * (value >= _MIN_OPAQUE_ALPHA))
    if opaque.histogram()[255] >= _MIN_OPAQUE_FRACTION * mark.width * mark.height:
        return ""
    edge = _count_outline_colours(mark, opaque)
    pixel_count = sum(edge.values())
    if not pixel_count:
        return ""

    def measure_invisible_share(plate_colour: str) -> float:
        return (
            sum(count for colour, count in edge.items() if _is_invisible_on(colour, plate_colour))
            / pixel_count
        )

    missing = measure_invisible_share(background)
    if missing <= _MAX_INVISIBLE_OUTLINE:
        return ""
    shares = {other: measure_invisible_share(other) for other in candidates}
    served = next(
        (other for other, invisible_share in shares.items() if invisible_share <= _MAX_INVISIBLE_OUTLINE), ""
    )
    best = min(shares, key=shares.__getitem__, default="")
    return served or (best if best and shares[best] <= missing / 2 else "")


def _count_outline_colours(logo: Image.Image, opaque_pixels: Image.Image) -> Counter[str]:
    """Count the colours of the pixels on a logo's outline."""
    padded_logo = Image.new("L", (logo.width + 2, logo.height + 2))
    padded_logo.paste(opaque_pixels, (1, 1))
    inner = padded_logo.filter(ImageFilter.MinFilter(3)).crop((1, 1, logo.width + 1, logo.height + 1))
    border = ImageChops.subtract(opaque_pixels, inner)
    logo = logo.copy()
    logo.putalpha(border)
    pixel_counts: Any = logo.getcolors(logo.width * logo.height)
    counts: Counter[str] = Counter()
    for count, pixel in pixel_counts:
        if pixel[3]:
            counts[bytes(pixel[:3]).hex()] += count
    return counts


def _is_invisible_on(colour: str, background: str) -> bool:
    """Return whether a colour has low contrast with a background, or moderate contrast and a similar hue."""
    ratio = compute_contrast_ratio(colour, background)
    return ratio < _MIN_CONTRAST or (
        ratio < VISIBLE_CONTRAST and compute_colour_difference(colour, background) < _MIN_COLOUR_DIFFERENCE
    )
