"""Convert sRGB colours in style sheets, drawings and images to printing inks.

Colours are converted to CMYK with the ICC profile of offset printing on coated or uncoated paper, relative to
the paper white and within the total ink limit. Greys and near-greys are printed with black ink only, so that
text remains sharp if the plates are misregistered, and greys have no tint. For black-only printing, every
colour becomes the grey of the same luminance.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote_to_bytes

import tinycss2.color4
from lxml import etree
from PIL import Image, ImageChops, ImageCms, ImageMath

from triptych.folders import get_templates_folder
from triptych.media.raster_images import iter_strips, open_picture, reserve_memory
from triptych.media.xml_parsing import XLINK_HREF, get_local_name, parse_untrusted_xml, remove_element
from triptych.template_views import template_function
from triptych.theme.colours import compute_relative_luminance, encode_channel
from triptych.theme.theme import Theme

# The colour space: sRGB, CMYK or black only, for coated or uncoated paper. A number replaces the total ink
# limit of the printing condition, in percent.
ColourSpace: TypeAlias = Literal[
    "rgb", "cmyk", "grey", "cmyk-uncoated", "grey-uncoated", "cmyk-240", "cmyk-uncoated-240"
]
Cmyk: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PrintingCondition:
    """A printing condition from the ICC registry, for a PDF's output intent (ISO 15930-7, 6.2.2).

    ``profile`` is the file name of an ICC profile in ``templates/colour/``. ``total_ink_limit`` is in
    percent.
    """

    name: str
    description: str
    profile: str
    total_ink_limit: int

    @property
    def path(self) -> Path:
        """The path of the ICC profile, a version 2 output profile."""
        return get_templates_folder() / "colour" / self.profile


_COATED = PrintingCondition(
    "FOGRA39", "Offset printing on coated paper, ISO 12647-2:2004/Amd 1", "FOGRA39L_coated.icc", 300
)
_UNCOATED = PrintingCondition(
    "FOGRA47", "Offset printing on uncoated white paper, ISO 12647-2:2004/Amd 1", "FOGRA47L_uncoated.icc", 260
)
PRINTING_CONDITIONS: Mapping[ColourSpace, PrintingCondition] = {
    "cmyk": _COATED,
    "grey": _COATED,
    "cmyk-uncoated": _UNCOATED,
    "grey-uncoated": _UNCOATED,
    "cmyk-240": replace(_COATED, total_ink_limit=240),
    "cmyk-uncoated-240": replace(_UNCOATED, total_ink_limit=240),
}
ICC_REGISTRY = "http://www.color.org"


def is_black_only(colour_space: ColourSpace) -> bool:
    """Return whether a colour space has only black ink."""
    return colour_space in ("grey", "grey-uncoated")


_MAX_GREY_DIFFERENCE = 24  # maximum difference between the channels of a near-grey, out of 255
_GREYS = ("484848", "929292", "6b6b6b")
_MIN_COLOUR_DIFFERENCE = 9  # minimum difference between the channels of a visibly coloured pixel, out of 255
_QUALITY = 92
_LUMINANCE = (0.2126, 0.7152, 0.0722, 0)  # weights of the sRGB channels
_COLOUR_PROPERTIES = ("fill", "stroke", "stop-color", "color", "flood-color", "lighting-color")
_COLOUR_DECLARATION = re.compile(rf"(?<![\w-])((?:{'|'.join(_COLOUR_PROPERTIES)})\s*:\s*)([^;}}!]+)")
# Elements that layout engines always blend in RGB.
_BLENDED_ELEMENTS = frozenset(("linearGradient", "radialGradient", "filter", "mask"))
_DATA_URL = re.compile(r"\s*data:(image/[a-z+]+)(;base64)?,(.*)", re.S)
_SIGNATURES = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}
_INVISIBLE = re.compile(r"(?<![\w-])opacity\s*:\s*0*(?:\.0*)?%?\s*(?:;|!|$)")
_TRANSPARENT = re.compile(
    rb"opacity\s*[:=]\s*[\"']?\s*(?:0*\.\d|\d?\d(?:\.\d*)?%|0\b)|device-cmyk\([^)]*/"  # below 1 or 100 %
)


def make_colour_writer(colour_space: ColourSpace) -> Callable[[str], str]:
    """Return a template function that formats six hexadecimal digits as a colour of a colour space."""
    return template_function(partial(format_css_colour, colour_space=colour_space))


@lru_cache(maxsize=8)
def get_chart_theme(theme: Theme, colour_space: ColourSpace) -> Theme:
    """Return the theme for charts. For black-only printing, the colours of its series are distinct greys."""
    if not is_black_only(colour_space):
        return theme
    return replace(theme, colours=replace(theme.colours, series=_GREYS))


def format_css_colour(colour: str, colour_space: ColourSpace) -> str:
    """Format a colour of six hexadecimal digits for CSS.

    The result is a hexadecimal colour such as ``#1c2024`` in sRGB, and ``device-cmyk()`` in other colour
    spaces (CSS Color Module Level 5).
    """
    if colour_space == "rgb":
        return f"#{colour}"
    red, green, blue = (int(colour[start : start + 2], 16) for start in (0, 2, 4))
    shares = convert_to_inks((red, green, blue), colour_space)
    return f"device-cmyk({' '.join(f'{ink:g}' for ink in shares)})"


@lru_cache(maxsize=4096)
def convert_to_inks(rgb: tuple[int, int, int], colour_space: ColourSpace) -> Cmyk:
    """Return the cyan, magenta, yellow and black of an sRGB colour.

    The values are between 0 and 1, rounded to two decimal places.
    """
    if is_black_only(colour_space) or max(rgb) - min(rgb) <= _MAX_GREY_DIFFERENCE:
        return (
            0.0,
            0.0,
            0.0,
            _round_fraction(_load_black_table(PRINTING_CONDITIONS[colour_space].path)[_find_grey_level(rgb)]),
        )
    cyan, magenta, yellow, black = _convert_image_to_cmyk(
        Image.new("RGB", (1, 1), rgb), PRINTING_CONDITIONS[colour_space]
    ).tobytes()
    return (_round_fraction(cyan), _round_fraction(magenta), _round_fraction(yellow), _round_fraction(black))


def _round_fraction(value: int) -> float:
    return round(value / 255, 2)


def _find_grey_level(rgb: tuple[int, int, int]) -> int:
    """Return the grey level, 0 to 255, with the same luminance as an sRGB colour (IEC 61966-2-1)."""
    return round(255 * encode_channel(compute_relative_luminance(*rgb)))


def _convert_image_to_cmyk(image: Image.Image, condition: PrintingCondition) -> Image.Image:
    converted = ImageCms.applyTransform(image, _load_press_transform(condition.path))
    assert converted is not None
    return limit_ink(converted, condition.total_ink_limit)


def limit_ink(image: Image.Image, total_ink_limit: int) -> Image.Image:
    """Scale all inks except black so that a CMYK image is within a total ink limit, in percent."""
    limited = Image.new("CMYK", image.size)
    for top, strip in iter_strips(image):
        limited.paste(_limit_strip_ink(strip, total_ink_limit), (0, top))
    return limited


def _limit_strip_ink(image: Image.Image, total_ink_limit: int) -> Image.Image:
    max_ink = total_ink_limit * 255 // 100
    cyan, magenta, yellow, black = image.split()

    def reduce_channel(ink: Image.Image) -> Image.Image:
        def share(values: Any) -> Any:
            sum_of_colours = values["c"] + values["m"] + values["y"]
            remaining_ink = max_ink - values["k"]
            limited = values["min"](
                values["ink"] * remaining_ink / values["max"](sum_of_colours, 1), values["ink"]
            )
            return values["convert"](limited, "L")

        reduced_channel: Image.Image = ImageMath.lambda_eval(
            share, c=cyan, m=magenta, y=yellow, k=black, ink=ink
        )
        return reduced_channel

    return Image.merge("CMYK", (reduce_channel(cyan), reduce_channel(magenta), reduce_channel(yellow), black))


@cache
def _load_press_transform(profile: Path) -> ImageCms.ImageCmsTransform:
    """Return the relative colorimetric transform from sRGB to CMYK, with black point compensation."""
    return ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        str(profile),
        "RGB",
        "CMYK",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


@cache
def _load_black_table(profile: Path) -> bytes:
    """Return the black ink, 0 to 255, for each sRGB grey level. The darkest greys become solid black."""
    ramp = Image.frombytes("CMYK", (256, 1), b"".join(bytes((0, 0, 0, black)) for black in range(256)))
    seen = _convert_cmyk_to_srgb(ramp, profile, ImageCms.Intent.RELATIVE_COLORIMETRIC)
    greys = [_find_grey_level((red, green, blue)) for red, green, blue in _list_pixels(seen)]
    white = max(greys)
    return bytes(
        min(range(256), key=lambda black: (abs(greys[black] * 255 / white - grey), black))
        if grey > min(greys)
        else 255
        for grey in range(256)
    )


def _list_pixels(image: Image.Image) -> list[tuple[int, int, int]]:
    data = image.convert("RGB").tobytes()
    return [(data[offset], data[offset + 1], data[offset + 2]) for offset in range(0, len(data), 3)]


def convert_image_file(data: bytes, media_type: str, colour_space: ColourSpace) -> tuple[bytes, str]:
    """Convert an image file to printing inks; return the new file and its media type.

    Return the file unchanged if it is neither PNG, JPEG nor SVG, or if it is an SVG that must be rasterised
    first.
    """
    if media_type == "image/svg+xml":
        return convert_svg(data, colour_space) or data, media_type
    for kind, signature in _SIGNATURES.items():
        if data.startswith(signature):
            return convert_picture(data, kind, colour_space)
    return data, media_type


# --- Drawings -------------------------------------------------------------------------------------


def convert_svg(data: bytes, colour_space: ColourSpace) -> bytes | None:
    """Convert the colours of a drawing to printing inks.

    Return None if the drawing must be rasterised first, because it has gradients, masks or filters, which
    layout engines blend in RGB.
    """
    if colour_space == "rgb":
        return data
    root = parse_untrusted_xml(data, huge_tree=True)
    if any(get_local_name(element) in _BLENDED_ELEMENTS for element in root.iter()):
        return None
    for element in list(root.iter(etree.Element)):
        if _INVISIBLE.search(f"opacity:{element.get('opacity', '1')};{element.get('style', '')}"):
            remove_element(element)  # even an invisible element would count as transparency
        elif get_local_name(element) == "image":
            _convert_embedded_picture(element, colour_space)
    convert_colours(root, partial(_convert_colour_value, colour_space=colour_space))
    return etree.tostring(root)


def is_transparent(svg: bytes) -> bool:
    """Return whether a drawing converted by ``convert_svg`` has semi-transparent elements."""
    return _TRANSPARENT.search(svg) is not None


def convert_colours(root: etree._Element, convert: Callable[[str], str]) -> None:
    """Convert all colours of a drawing, including the default fill, with ``convert``."""
    for element in root.iter(etree.Element):
        for name in _COLOUR_PROPERTIES:
            if name in element.attrib:
                element.set(name, convert(element.get(name, "")))
        if style := element.get("style"):
            element.set("style", _convert_css(style, convert))
        if get_local_name(element) == "style" and element.text:
            element.text = _convert_css(element.text, convert)
    if "fill" not in root.attrib:  # the default fill is black
        root.set("fill", convert("black"))


def _convert_css(css: str, convert: Callable[[str], str]) -> str:
    return _COLOUR_DECLARATION.sub(lambda match: match[1] + convert(match[2]), css)


def _convert_colour_value(value: str, colour_space: ColourSpace) -> str:
    """Convert a CSS colour to ``device-cmyk()``, or to ``none`` if it is fully transparent.

    Keywords such as ``none`` and unknown colours are returned unchanged.
    """
    colour: Any = tinycss2.color4.parse_color(value.strip())
    if colour is None or colour == "currentcolor":
        return value
    if colour.alpha == 0:
        return "none"  # ``none`` does not count as transparency
    red, green, blue = (min(255, max(0, round(channel * 255))) for channel in colour.to("srgb").coordinates)
    shares = " ".join(f"{ink:g}" for ink in convert_to_inks((red, green, blue), colour_space))
    return f"device-cmyk({shares}{f' / {colour.alpha:g}' if colour.alpha < 1 else ''})"


def _convert_embedded_picture(element: etree._Element, colour_space: ColourSpace) -> None:
    """Convert an image that a drawing embeds as a data URL to printing inks."""
    for name in ("href", XLINK_HREF):
        match = _DATA_URL.match(element.get(name, ""))
        if match and match[1] in ("image/png", "image/jpeg"):
            data = base64.b64decode("".join(match[3].split())) if match[2] else unquote_to_bytes(match[3])
            converted, media_type = convert_picture(data, match[1], colour_space)
            element.set(name, f"data:{media_type};base64,{base64.b64encode(converted).decode()}")


# --- Pictures -------------------------------------------------------------------------------------


def convert_picture(data: bytes, media_type: str, colour_space: ColourSpace) -> tuple[bytes, str]:
    """Convert a PNG or JPEG to printing inks, ignoring its profile; return the file and its media type.

    Transparency becomes white, and grey images use only black ink.
    """
    if colour_space == "rgb":
        return data, media_type
    with open_picture(data) as image, reserve_memory(image):
        return _convert_open_picture(data, image, media_type, colour_space)


def _convert_open_picture(
    data: bytes, image: Image.Image, media_type: str, colour_space: ColourSpace
) -> tuple[bytes, str]:
    condition = PRINTING_CONDITIONS[colour_space]
    if image.mode == "CMYK" and not is_black_only(colour_space):
        return _limit_picture_ink(data, image, media_type, condition.total_ink_limit)
    image.load()
    photograph = image.format == "JPEG"
    if image.mode == "CMYK":
        colours = _convert_cmyk_to_srgb(image, _COATED.path, ImageCms.Intent.PERCEPTUAL)
    else:
        colours = _flatten_on_white(image)
    if is_black_only(colour_space) or _is_grey(colours):
        grey_image = colours if colours.mode == "L" else colours.convert("L", _LUMINANCE)
        grey = grey_image.point(_load_grey_table(condition.path))
        return encode_picture(grey, "JPEG", quality=_QUALITY) if photograph else encode_picture(grey, "PNG")
    converted = _convert_image_to_cmyk(colours, condition)
    # PDF engines read CMYK only from JPEG. Lossless images keep their full chroma resolution.
    return encode_picture(converted, "JPEG", quality=_QUALITY, subsampling=2 if photograph else 0)


def _limit_picture_ink(
    data: bytes, image: Image.Image, media_type: str, total_ink_limit: int
) -> tuple[bytes, str]:
    """Reduce a CMYK image file to a total ink limit, in percent; return the file and its media type.

    The file is encoded again only if the image exceeds the limit.
    """
    image.load()
    limited = limit_ink(image, total_ink_limit)
    if limited.tobytes() == image.tobytes():
        return data, media_type
    return encode_picture(limited, "JPEG", quality=_QUALITY, subsampling=2)


def _flatten_on_white(image: Image.Image) -> Image.Image:
    """Convert an image to greyscale or RGB without transparency, on a white background."""
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("RGB")
    return image if image.mode == "L" else image.convert("L" if image.mode == "1" else "RGB")


def _convert_cmyk_to_srgb(image: Image.Image, profile: Path, intent: ImageCms.Intent) -> Image.Image:
    """Convert a CMYK image to sRGB."""
    screen = ImageCms.createProfile("sRGB")
    seen = ImageCms.profileToProfile(image, str(profile), screen, intent, outputMode="RGB")
    assert seen is not None
    return seen


def _is_grey(image: Image.Image) -> bool:
    """Return whether an image has no visibly coloured pixel."""
    if image.mode == "L":
        return True
    red, green, blue = image.split()
    pairs = ((red, green), (green, blue), (red, blue))
    return all(not any(ImageChops.difference(*pair).histogram()[_MIN_COLOUR_DIFFERENCE:]) for pair in pairs)


@cache
def _load_grey_table(profile: Path) -> list[int]:
    """Return the PDF grey level for each sRGB grey level; 0 is full black ink (ISO 32000-1, 8.6.4.2)."""
    return [255 - black for black in _load_black_table(profile)]


def encode_picture(
    image: Image.Image, image_format: Literal["JPEG", "PNG"], **options: int
) -> tuple[bytes, str]:
    """Encode an image with a small file size; return the file and its media type."""
    with io.BytesIO() as out:
        image.save(out, image_format, optimize=True, **options)
        return out.getvalue(), f"image/{image_format.lower()}"
