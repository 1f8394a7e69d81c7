"""Picture files: what they really are, how large, and whether they are safe to pass on."""

from __future__ import annotations

import re

from lxml import etree
from PIL import UnidentifiedImageError

from triptych.media.pictures.errors import UnusablePicture, check_shape
from triptych.media.pictures.pdf_pages import PDF, is_pdf, measure_page
from triptych.media.pictures.svg_names import drop_unused
from triptych.media.pictures.svg_weight import check_weight
from triptych.media.raster import DAMAGES, MEDIA_TYPES, PictureTooLarge, open_picture
from triptych.media.xml_names import SVG, explain_xml_error, parsed
from triptych.settings.limits import USUAL, ReadingLimits

ORIENTATION = 0x0112  # the EXIF tag
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
}
# First bytes of formats that are refused by name.
OTHER_FORMATS = {
    "BMP": rb"BM",
    "TIFF": rb"II\*\x00|MM\x00\*",
    "ICO": rb"\x00\x00\x01\x00",
    "PPM": rb"P[1-6]\s",
    "PostScript": rb"%!PS|\xc5\xd0\xd3\xc6",
    "Photoshop": rb"8BPS",
    "AVIF": rb"....ftypavi[fs]",
    "HEIC": rb"....ftyp(?:hei|mif|msf)",
    "JPEG 2000": rb"\0\0\0\x0cjP|\xff\x4f\xff\x51",
}
# Within the picture, or a picture of dots that stands in the address itself.
_INNER_ADDRESS = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_SHOWING = ("image", "use", "feImage")  # elements that show what an address leads to
_ACTIVE = {"script", "foreignObject", "animate", "animateMotion", "animateTransform", "set", "handler"}
NUMBER = re.compile(r"[-+]?(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?")
_QUOTED = 40  # characters of a wrong value in a message
_LENGTH = re.compile(rf"^\s*({NUMBER.pattern})\s*(px|pt|mm|cm|in|em)?\s*$")
_LEAST_SIDE, _MOST_SIDE = 1e-6, 1e12  # CSS pixels
_PIXELS = {"px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}


def measure(data: bytes, page: int = 1, limits: ReadingLimits = USUAL) -> tuple[str, float, float]:
    """A picture's media type and its width and height in CSS pixels, from its content, never its name.

    ``page`` counts those of a PDF. Raises ``UnusablePicture``.
    """
    if is_svg(data):
        check_weight(parse_svg(data), limits.svg_elements)
        return measure_svg(data)
    if is_pdf(data):
        return PDF, *measure_page(data, page)
    try:
        with open_picture(data, limits.image_pixels) as image:
            if image.format not in MEDIA_TYPES:
                raise UnusablePicture(f"{image.format} images are not supported")
            width, height = image.size
            check_shape(width, height)
            image.load()  # a file that was cut off is found out here, not on a page
            # EXIF orientations 5 to 8 lie on their side.
            if image.getexif().get(ORIENTATION, 1) >= 5:
                width, height = height, width
            return MEDIA_TYPES[image.format], float(width), float(height)
    except PictureTooLarge as error:
        raise UnusablePicture(str(error)) from None
    except UnidentifiedImageError:
        for name, first in OTHER_FORMATS.items():
            if re.match(first, data, re.DOTALL):
                raise UnusablePicture(f"{name} images are not supported") from None
        raise UnusablePicture("the file is not a PNG, JPEG, GIF, WebP, SVG or PDF image") from None
    except DAMAGES as error:
        raise UnusablePicture(f"the file is damaged: {error}") from None


def is_moving(data: bytes, media_type: str) -> bool:
    """Whether a picture that was measured is an animation. Raises ``UnusablePicture``."""
    if media_type not in MEDIA_TYPES.values() or media_type == "image/jpeg":
        return False
    try:
        with open_picture(data) as image:
            return bool(getattr(image, "is_animated", False))
    except DAMAGES as error:
        raise UnusablePicture(f"the file is damaged: {error}") from None


def is_svg(data: bytes) -> bool:
    """Whether a file looks like XML of the SVG kind, in whatever encoding."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "<svg" in data[: 1 << 16].decode("utf-16", "ignore")
    return head.startswith(b"<") and re.search(rb"<(?:[\w-]+:)?svg[\s/>]|<svg$", data) is not None


def parse_svg(data: bytes) -> etree._Element:
    """An SVG's root element, parsed without entities or network. Raises ``UnusablePicture``."""
    try:
        root = parsed(data)
    except etree.XMLSyntaxError as error:
        raise UnusablePicture(f"the SVG is malformed: {explain_xml_error(error)}") from None
    if root.tag != f"{SVG}svg":
        raise UnusablePicture("the file is not an SVG image")
    return root


def measure_svg(data: bytes) -> tuple[str, float, float]:
    """An SVG's media type and size in CSS pixels, from its width and height or its view box."""
    root = parse_svg(data)
    for name in ("width", "height"):
        written = root.get(name, "auto").strip()
        if not (_LENGTH.match(written) or written == "auto" or written.endswith("%")):
            raise UnusablePicture(f'the SVG has an invalid {name}: "{written[:_QUOTED]}"')
    sizes = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    box = [float(part) for part in NUMBER.findall(root.get("viewBox", ""))]
    if all(sizes):
        width, height = (float(m.group(1)) * _PIXELS[m.group(2) or "px"] for m in sizes if m)
    elif len(box) == 4:
        width, height = box[2], box[3]
    else:
        width, height = 300.0, 150.0  # what CSS says of a replaced element without a size
    if min(width, height) < _LEAST_SIDE:
        raise UnusablePicture("the SVG has zero width or height")
    if not max(width, height) <= _MOST_SIDE:
        raise UnusablePicture(f"the SVG is too large ({width:g} × {height:g} pixels)")
    return "image/svg+xml", width, height


def safe_svg(data: bytes) -> bytes:
    """An SVG without scripts, event handlers, foreign content, unused names and anything that loads a file.

    Elements of other namespaces go; so does a style sheet that hides what it asks for behind escapes.
    """
    root = parse_svg(data)
    for element in list(root.iter()):
        if isinstance(element, etree._Comment):
            continue
        foreign = not isinstance(element.tag, str) or not str(element.tag).startswith(SVG)
        if foreign or etree.QName(element).localname in _ACTIVE:
            _take_out(element)
            continue
        for name, value in [(str(name), str(value)) for name, value in element.attrib.items()]:
            local = etree.QName(name).localname.lower()
            loads = local == "href" and not _INNER_ADDRESS.match(value)
            if local.startswith("on") or loads or _asks_for_files(value):
                del element.attrib[name]
        if etree.QName(element).localname in _SHOWING and not _has_address(element):
            _take_out(element)  # layout engines stop at one that shows nothing
            continue
        if etree.QName(element).localname == "style":
            del element[:]  # it holds text alone
            if element.text and _asks_for_files(element.text):
                element.text = ""
    drop_unused(root)
    return etree.tostring(root)


def _has_address(element: etree._Element) -> bool:
    return any(etree.QName(str(name)).localname == "href" for name in element.attrib)


def _take_out(element: etree._Element) -> None:
    """Remove an element and keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _asks_for_files(css: str) -> bool:
    """Whether CSS imports anything or names an address other than one within the picture."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    addresses = re.findall(r"url\(\s*['\"]?\s*(.)", css, flags=re.IGNORECASE)
    return "\\" in css or "@import" in css.lower() or any(first != "#" for first in addresses)
