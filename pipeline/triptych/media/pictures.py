"""Picture files: what they really are, how large, and whether they are safe to pass on."""

from __future__ import annotations

import io
import re
import warnings

from lxml import etree
from PIL import Image, UnidentifiedImageError

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}
_MOST_PIXELS = 80_000_000
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = {"script", "foreignObject", "animate", "animateMotion", "animateTransform", "set", "handler"}
_LENGTH = re.compile(r"^\s*([\d.]+)\s*(px|pt|mm|cm|in|em)?\s*$")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}


class UnusablePicture(Exception):
    """A file that is no picture, or one that must not go into a book."""


def measure(data: bytes) -> tuple[str, float, float]:
    """A picture's media type and its width and height in CSS pixels, from its content, never its name.

    Raises ``UnusablePicture``.
    """
    if b"<svg" in data[:4096]:
        return measure_svg(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                if image.format not in MEDIA_TYPES:
                    raise UnusablePicture(f"{image.format} pictures are not supported")
                width, height = image.size
                if width * height > _MOST_PIXELS:
                    raise UnusablePicture(f"{width} × {height} pixels are too many")
                # EXIF orientations 5 to 8 lie on their side.
                if image.getexif().get(0x0112, 1) >= 5:
                    width, height = height, width
                return MEDIA_TYPES[image.format], float(width), float(height)
    except (
        UnidentifiedImageError,
        OSError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise UnusablePicture("the file is no PNG, JPEG, GIF, WebP or SVG picture") from error


def parse_svg(data: bytes) -> etree._Element:
    """An SVG's root element, parsed without entities or network. Raises ``UnusablePicture``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnusablePicture(f"malformed SVG: {error.msg}") from None
    if root.tag != f"{_SVG}svg":
        raise UnusablePicture("the file is no SVG picture")
    return root


def measure_svg(data: bytes) -> tuple[str, float, float]:
    """An SVG's media type and size in CSS pixels, from its width and height or its view box."""
    root = parse_svg(data)
    sizes = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    box = [float(part) for part in re.findall(r"-?[\d.]+", root.get("viewBox", ""))]
    if all(sizes):
        width, height = (float(m.group(1)) * _PIXELS[m.group(2) or "px"] for m in sizes if m)
    elif len(box) == 4:
        width, height = box[2], box[3]
    else:
        width, height = 300.0, 150.0  # what CSS says of a replaced element without a size
    if width <= 0 or height <= 0:
        raise UnusablePicture("the SVG has no area")
    return "image/svg+xml", width, height


def safe_svg(data: bytes) -> bytes:
    """An SVG without scripts, event handlers, foreign content and anything that loads a file."""
    root = parse_svg(data)
    for element in list(root.iter()):
        parent = element.getparent()
        if isinstance(element, etree._Comment | etree._Entity | etree._ProcessingInstruction):
            if parent is not None and not isinstance(element, etree._Comment):
                parent.remove(element)
            continue
        if etree.QName(element).localname in _ACTIVE and parent is not None:
            parent.remove(element)
            continue
        for name, value in [(str(name), str(value)) for name, value in element.attrib.items()]:
            local = etree.QName(name).localname.lower()
            external = local == "href" and not value.startswith(("#", "data:image/"))
            if local.startswith("on") or external or re.search(r"url\(\s*['\"]?(?!#)", value):
                del element.attrib[name]
        if etree.QName(element).localname == "style" and element.text:
            element.text = re.sub(r"@import[^;]*;?|url\(\s*['\"]?(?!#)[^)]*\)", "", element.text)
    return etree.tostring(root)
