"""A picture file as one output takes it: upright, no larger than it is shown, in a format that is read there.

What needs nothing keeps its bytes, but for its metadata. Colours become sRGB, without a profile, as soon as
anything is done to them or they are of another space: e-readers and PowerPoint do not look at profiles, and
in a PDF a JPEG's own is not looked at either. CMYK stays where it is printed.
"""

from __future__ import annotations

import base64
import io
import math
import re
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import get_sampling

from triptych.media.inks import is_see_through, picture_in_inks, saved, svg_in_inks
from triptych.media.picture_files import ORIENTATION, PDF, draw_page, safe_svg, without_metadata
from triptych.media.pictures.sizes import Room
from triptych.media.preparation.svg_to_dots import rasterise
from triptych.media.raster import DAMAGES, MEDIA_TYPES, UnusablePicture, open_picture
from triptych.media.svg_text import set_words
from triptych.model.nodes import Picture
from triptych.settings.values import USUAL
from triptych.theme.theme import Theme

SVG = "image/svg+xml"
_QUALITY = 88
_HELD = re.compile(rb"data:image/[a-z]+;base64,([A-Za-z0-9+/=\s]+)")
_SLACK = 1.2  # times too wide; up to here a picture is sharper as it is than it would be scaled
_MOST_PAGE_DOTS = 16_000_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is put into an output."""

    data: bytes
    media_type: str

    def packed(self) -> bytes:
        """As one string of bytes."""
        return self.media_type.encode() + b"\n" + self.data

    @classmethod
    def unpacked(cls, stored: bytes) -> Prepared:
        """From such a string. Raises ValueError for another."""
        media_type, _, data = stored.partition(b"\n")
        if not media_type.startswith(b"image/"):
            raise ValueError("not a prepared picture")
        return cls(data, media_type.decode("ascii"))


def prepare(data: bytes, picture: Picture, width: float, room: Room, theme: Theme) -> Prepared:
    """A picture's file, shown ``width`` CSS pixels wide, as the room takes it.

    Raises ``UnusablePicture`` for a page that cannot be drawn.
    """
    try:
        prepared = _prepared(data, picture, width, room, theme)
    except UnusablePicture as error:
        error.path = picture.path
        raise
    return prepared if room.inks == "rgb" else _inked(prepared, picture, width, room)


def _inked(prepared: Prepared, picture: Picture, width: float, room: Room) -> Prepared:
    """The picture in the inks of a press; a drawing that has no colours of inks becomes dots, and so does one
    that is see-through where nothing may be.
    """
    if prepared.media_type == SVG:
        drawn = svg_in_inks(prepared.data, room.inks)
        if drawn is not None and not (room.opaque and is_see_through(drawn)):
            return Prepared(drawn, SVG)
        dots = width * room.dpi / 96
        made = rasterise(prepared.data, round(dots), round(dots * picture.height / picture.width))
        if made is None:
            return prepared
        prepared = Prepared(made, "image/png")
    return Prepared(*picture_in_inks(prepared.data, prepared.media_type, room.inks))


def _prepared(data: bytes, picture: Picture, width: float, room: Room, theme: Theme) -> Prepared:
    if picture.media_type == SVG:
        drawing = set_words(safe_svg(data), theme, outlined=not room.faces)
        return _drawing(_with_plain_dots(drawing, room), picture, width, room)
    most = math.sqrt(room.most_dots / (picture.width * picture.height)) if room.most_dots else math.inf
    wanted = width * room.dpi / 96
    if picture.media_type == PDF:
        largest = math.sqrt(_MOST_PAGE_DOTS / (picture.width * picture.height))
        dots = min(wanted, picture.width * min(most, largest))
        return Prepared(draw_page(data, picture.page, max(1, round(dots))), "image/png")
    if picture.moving and room.motion:
        return Prepared(without_metadata(data, picture.media_type) or data, picture.media_type)
    with open_picture(data) as image:
        must = min(1.0, most)
        may = wanted / picture.width if wanted * _SLACK < picture.width else 1.0
        sound = _needs_nothing(image, data, picture, room)
        original = without_metadata(data, picture.media_type) if sound and must == 1 else None
        if original is not None and may == 1:
            return Prepared(original, picture.media_type)
        made = _made(image, data, min(must, may), room)
    # Few colours pack better than many dots: a drawing scaled down may be the larger file.
    if original is not None and len(original) <= len(made.data):
        return Prepared(original, picture.media_type)
    return made


def _drawing(svg: bytes, picture: Picture, width: float, room: Room) -> Prepared:
    """A drawing as it is, or as dots where they are asked for and it can be drawn."""
    dots = width * room.dpi / 96
    size = round(dots), round(dots * picture.height / picture.width)
    png = rasterise(svg, *size, white=True, longest=room.longest) if room.in_dots else None
    return Prepared(png, "image/png") if png else Prepared(svg, SVG)


def _with_plain_dots(svg: bytes, room: Room) -> bytes:
    """A drawing whose own pictures have eight bits a channel, as all programs read them."""

    def plain(match: re.Match[bytes]) -> bytes:
        with suppress(*DAMAGES):
            data = base64.b64decode(match[1])
            with open_picture(data, USUAL.image_pixels) as image:
                if _is_deep(image, data):
                    made = _made(image, data, 1.0, room)
                    return f"data:{made.media_type};base64,".encode() + base64.b64encode(made.data)
        return match[0]

    return _HELD.sub(plain, svg) if b";base64," in svg else svg


def _needs_nothing(image: Image.Image, data: bytes, picture: Picture, room: Room) -> bool:
    """Whether an output shows a picture rightly as it is."""
    other_space = image.mode not in ("L", "LA", "1", "CMYK") and _profile(image) is not None
    return (
        MEDIA_TYPES[image.format or ""] in room.media_types
        and not picture.moving
        and image.getexif().get(ORIENTATION, 1) == 1
        and (image.mode != "CMYK" or room.cmyk)
        and not _is_deep(image, data)
        and not other_space
        and not (room.opaque and image.has_transparency_data)
    )


def _is_deep(image: Image.Image, data: bytes) -> bool:
    """Whether a picture has sixteen bits a channel, which nobody sees and some programs do not read."""
    return image.mode.startswith(("I", "F")) or (image.format == "PNG" and data[24] == 16)


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The colour profile of a picture, unless it says what is taken for granted anyway."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        name = ImageCms.getProfileDescription(profile)
    except (KeyError, OSError, TypeError, ImageCms.PyCMSError):
        return None
    return None if "srgb" in name.lower() else profile


def _made(image: Image.Image, data: bytes, scale: float, room: Room) -> Prepared:
    """The first frame drawn anew."""
    photograph = _is_photograph(image, data)
    subsampling = get_sampling(image) if image.format == "JPEG" else 0
    keeps_cmyk = image.mode == "CMYK" and room.cmyk
    drawn = image.copy() if keeps_cmyk else _in_srgb(image)
    drawn = ImageOps.exif_transpose(drawn)
    if scale < 1:
        size = tuple(max(1, math.ceil(side * scale)) for side in drawn.size)
        drawn = drawn.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    if room.opaque and drawn.has_transparency_data:
        ground = Image.new("RGBA", drawn.size, "white")
        drawn = Image.alpha_composite(ground, drawn.convert("RGBA")).convert("RGB")
    drawn.info = {}
    if photograph and drawn.mode in ("RGB", "L", "CMYK"):
        chroma = subsampling if subsampling in (0, 1, 2) else 2
        return Prepared(*saved(drawn, "JPEG", quality=_QUALITY, subsampling=chroma))
    return Prepared(*saved(drawn, "PNG"))


def _is_photograph(image: Image.Image, data: bytes) -> bool:
    """Whether a picture was stored with losses, as photographs are."""
    return image.format == "JPEG" or (image.format == "WEBP" and b"VP8 " in data[:64])


def _in_srgb(image: Image.Image) -> Image.Image:
    """A picture in grey or sRGB with eight bits a channel, and its transparency."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return image.convert("L")
    profile = _profile(image)
    colours = image if image.mode == "CMYK" else image.convert("RGB")
    if profile is not None and image.mode != "LA":
        # A profile may be for other colours than the picture's.
        with suppress(OSError, ValueError, ImageCms.PyCMSError):
            target = ImageCms.createProfile("sRGB")
            colours = ImageCms.profileToProfile(colours, profile, target, outputMode="RGB") or colours
    made = colours.convert("RGB")
    if image.has_transparency_data:
        made.putalpha(image.convert("RGBA").getchannel("A"))
    return made
