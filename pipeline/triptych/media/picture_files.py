"""Inspect and clean image files: detect the format, measure the image, sanitise SVG, remove metadata."""

from __future__ import annotations

import base64
import re
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes

import pypdfium2
from lxml import etree
from PIL import UnidentifiedImageError

from triptych.engine.processes.limits import DRAWING_LIMITS, LimitExceededError, run_with_limits
from triptych.media.inks import encode_picture
from triptych.media.raster_images import (
    DECODING_ERRORS,
    JPEG_MARKER,
    MEDIA_TYPES,
    PictureTooLargeError,
    UnusablePictureError,
    check_dimensions,
    iter_gif_blocks,
    open_picture,
    read_gif_header_size,
)
from triptych.media.svg_files import check_complexity, remove_unused_definitions
from triptych.media.xml_parsing import SVG, XLINK_HREF, explain_xml_error, parse_untrusted_xml
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits

ORIENTATION = 0x0112  # the EXIF tag
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
}
# Signatures of unsupported formats, which are named in error messages.
UNSUPPORTED_FORMATS = {
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
# A reference inside the drawing, or a data URL with a raster image.
_INNER_URL = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_REFERENCING_ELEMENTS = ("image", "use", "feImage")  # elements that display the target of their URL
_ACTIVE_ELEMENTS = {
    "script",
    "foreignObject",
    "animate",
    "animateMotion",
    "animateTransform",
    "set",
    "handler",
}
_EMBEDDED_PICTURE = re.compile(r"\s*data:[^,]*?(;base64)?\s*,(.*)", re.DOTALL | re.IGNORECASE)
# Processor time to draw a PDF page or a drawing at a small size; outputs draw it larger.
_MAX_SECONDS = 5.0
_FREE_SECONDS = 0.2
_TRIAL_SIDE = 400  # pixels
NUMBER = re.compile(r"[-+]?(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?")
_MAX_QUOTED_LENGTH = 40  # characters of an invalid value in a message
_LENGTH = re.compile(rf"^\s*({NUMBER.pattern})\s*(px|pt|mm|cm|in|em)?\s*$")
_MIN_SIDE, _MAX_SIDE = 1e-6, 1e12  # CSS pixels
_PIXELS_PER_UNIT = {"px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}


def inspect_picture(
    data: bytes,
    page: int = 1,
    limits: ReadingLimits = DEFAULT_LIMITS,
    drawing_time: DrawingTime | None = None,
) -> tuple[str, float, float]:
    """Return the media type, and the width and height in CSS pixels, of an image file.

    The format is detected from the content. ``page`` is the page number in a PDF; the time to draw it is
    deducted from ``drawing_time``. Raise ``UnusablePictureError`` if the image is unsupported, damaged or too
    large.
    """
    if is_svg(data):
        root = parse_svg(data)
        check_complexity(root, limits.svg_elements, _count_embedded_pixels(root, limits.image_pixels))
        return inspect_svg(data)
    if is_pdf(data):
        return PDF_MEDIA_TYPE, *measure_pdf_page(data, page, drawing_time)
    try:
        with open_picture(data, limits.image_pixels) as image:
            if image.format not in MEDIA_TYPES:
                raise UnusablePictureError(f"{image.format} images are not supported")
            width, height = image.size
            check_dimensions(width, height)
            image.draft(None, (1, 1))  # decode a JPEG at a fraction of its size
            image.load()  # detect truncated files here instead of in an output
            # EXIF orientations 5 to 8 are rotated by 90 degrees.
            if image.getexif().get(ORIENTATION, 1) >= 5:
                width, height = height, width
            return MEDIA_TYPES[image.format], float(width), float(height)
    except PictureTooLargeError as error:
        raise UnusablePictureError(str(error)) from None
    except UnidentifiedImageError:
        for name, first in UNSUPPORTED_FORMATS.items():
            if re.match(first, data, re.DOTALL):
                raise UnusablePictureError(f"{name} images are not supported") from None
        raise UnusablePictureError("the file is not a PNG, JPEG, GIF, WebP, SVG or PDF image") from None
    except DECODING_ERRORS as error:
        raise UnusablePictureError(f"the file is damaged: {error}") from None


class DrawingTime:
    """The CPU time in seconds that remains for drawing the PDF pages and complex drawings of a book."""

    def __init__(self, limit: float) -> None:
        self._limit = self._left = limit

    def charge(self, seconds: float) -> None:
        """Subtract the time for one image, beyond the short time that every image is allowed.

        Raise ``UnusablePictureError`` if the image takes too long, or if no time is left.
        """
        if seconds > _MAX_SECONDS:
            raise UnusablePictureError(f"drawing it takes too long; the limit is {_MAX_SECONDS:g} s")
        self._left -= max(0.0, seconds - _FREE_SECONDS)
        self.check()

    def check(self) -> None:
        """Raise ``UnusablePictureError`` if no time is left."""
        if self._left < 0:
            raise UnusablePictureError(
                f"drawing the images up to this one takes too long; the limit is {self._limit:g} s for a book"
            )


def _count_embedded_pixels(root: etree._Element, max_pixels: int) -> dict[Any, int]:
    """Map the elements of a drawing that embed a raster image to their numbers of pixels.

    Raise ``UnusablePictureError`` if an image exceeds a limit, or if all images together have more than
    ``max_pixels`` pixels.
    """
    pixels: dict[Any, int] = {}
    sizes: dict[str, int] = {}
    for element in root.iter(*(f"{SVG}{name}" for name in _REFERENCING_ELEMENTS)):
        for url in (element.get(name, "") for name in ("href", XLINK_HREF)):
            if (match := _EMBEDDED_PICTURE.match(url)) is None:
                continue
            if url not in sizes:
                sizes[url] = _count_pixels(match, max_pixels)
            pixels[element] = sizes[url]
    if (total := sum(sizes.values())) > max_pixels:
        raise UnusablePictureError(
            f"the SVG embeds images of {total:,} pixels, which exceed the limit of {max_pixels:,}"
        )
    return pixels


def _count_pixels(url: re.Match[str], max_pixels: int) -> int:
    """Return the number of pixels of the image in a data URL, or 0 if it is damaged and not drawn."""
    try:
        data = base64.b64decode(unquote_to_bytes(url[2])) if url[1] else unquote_to_bytes(url[2])
        with open_picture(data, max_pixels) as image:
            return image.width * image.height
    except PictureTooLargeError as error:
        raise UnusablePictureError(f"an image in the SVG has too many pixels: {error}") from None
    except (*DECODING_ERRORS, UnidentifiedImageError):
        return 0


def is_animated(data: bytes, media_type: str) -> bool:
    """Return whether an image is animated. Raise ``UnusablePictureError`` if it is damaged."""
    if media_type not in MEDIA_TYPES.values() or media_type == "image/jpeg":
        return False
    try:
        with open_picture(data) as image:
            return bool(getattr(image, "is_animated", False))
    except DECODING_ERRORS as error:
        raise UnusablePictureError(f"the file is damaged: {error}") from None


def is_svg(data: bytes) -> bool:
    """Return whether a file looks like an SVG, in UTF-16 or an ASCII-compatible encoding."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "<svg" in data[: 1 << 16].decode("utf-16", "ignore")
    return head.startswith(b"<") and re.search(rb"<(?:[\w-]+:)?svg[\s/>]|<svg$", data) is not None


def parse_svg(data: bytes) -> etree._Element:
    """Parse an untrusted SVG and return its root element.

    Raise ``UnusablePictureError`` if it is not an SVG.
    """
    try:
        root = parse_untrusted_xml(data)
    except etree.XMLSyntaxError as error:
        raise UnusablePictureError(f"the SVG is malformed: {explain_xml_error(error)}") from None
    if root.tag != f"{SVG}svg":
        raise UnusablePictureError("the file is not an SVG image")
    return root


def inspect_svg(data: bytes) -> tuple[str, float, float]:
    """Return an SVG's media type, and its width and height in CSS pixels.

    The size is that of its attributes or its ``viewBox``. Raise ``UnusablePictureError`` if it is invalid.
    """
    root = parse_svg(data)
    for name in ("width", "height"):
        size_text = root.get(name, "auto").strip()
        if not (_LENGTH.match(size_text) or size_text == "auto" or size_text.endswith("%")):
            raise UnusablePictureError(f'the SVG has an invalid {name}: "{size_text[:_MAX_QUOTED_LENGTH]}"')
    sizes = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    box = [float(part) for part in NUMBER.findall(root.get("viewBox", ""))]
    if all(sizes):
        width, height = (float(m.group(1)) * _PIXELS_PER_UNIT[m.group(2) or "px"] for m in sizes if m)
    elif len(box) == 4:
        width, height = box[2], box[3]
    else:
        width, height = 300.0, 150.0  # the default size of a replaced element in CSS
    if min(width, height) < _MIN_SIDE:
        raise UnusablePictureError("the SVG has zero width or height")
    if not max(width, height) <= _MAX_SIDE:
        raise UnusablePictureError(f"the SVG is too large ({width:g} × {height:g} pixels)")
    return "image/svg+xml", width, height


def sanitise_svg(data: bytes) -> bytes:
    """Remove scripts, animations, event handlers, external references and unused IDs from an SVG.

    Elements in other namespaces are removed. Style sheets with escapes are emptied, because escapes could
    hide a URL. Raise ``UnusablePictureError`` if the file is not an SVG.
    """
    root = parse_svg(data)
    for element in list(root.iter()):
        if isinstance(element, etree._Comment):
            continue
        foreign = not isinstance(element.tag, str) or not str(element.tag).startswith(SVG)
        if foreign or etree.QName(element).localname in _ACTIVE_ELEMENTS:
            _remove_and_keep_tail(element)
            continue
        for name, value in [(str(name), str(value)) for name, value in element.attrib.items()]:
            local = etree.QName(name).localname.lower()
            loads = local == "href" and not _INNER_URL.match(value)
            if local.startswith("on") or loads or _has_file_references(value):
                del element.attrib[name]
        if etree.QName(element).localname in _REFERENCING_ELEMENTS and not _has_href(element):
            _remove_and_keep_tail(element)  # without a URL, such elements make layout engines fail
            continue
        if etree.QName(element).localname == "style":
            del element[:]  # a style sheet contains only text
            if element.text and _has_file_references(element.text):
                element.text = ""
    remove_unused_definitions(root)
    return etree.tostring(root)


def _has_href(element: etree._Element) -> bool:
    return any(etree.QName(str(name)).localname == "href" for name in element.attrib)


def _remove_and_keep_tail(element: etree._Element) -> None:
    """Remove an element, but keep its tail text."""
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


def _has_file_references(css: str) -> bool:
    """Return whether CSS contains imports, escapes, or URLs outside the file."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    addresses = re.findall(r"url\(\s*['\"]?\s*(.)", css, flags=re.IGNORECASE)
    return "\\" in css or "@import" in css.lower() or any(first != "#" for first in addresses)


# Chunks that affect the display of a PNG (PNG 3.0, 11); other chunks are metadata.
_PNG_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split()
)
_GIF_LOOP_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # contains the number of repetitions of an animation


def remove_metadata(data: bytes, media_type: str) -> bytes | None:
    """Remove the metadata of an image file; return None if this requires encoding the image again."""
    cleaners: dict[str, Callable[[bytes], Iterator[bytes]]] = {
        "image/png": _filter_png,
        "image/jpeg": _filter_jpeg,
        "image/gif": _filter_gif,
        "image/webp": _filter_webp,
    }
    try:
        return b"".join(cleaners[media_type](data))
    except (IndexError, struct.error, ValueError):
        return None


def _filter_png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    place, kind = 8, b""
    while kind != b"IEND":
        (size,) = struct.unpack_from(">I", data, place)
        kind = data[place + 4 : place + 8]
        if kind in _PNG_CHUNKS:
            yield data[place : place + size + 12]
        place += size + 12


def _filter_jpeg(data: bytes) -> Iterator[bytes]:
    """Yield the segments of a JPEG without metadata, but with JFIF, ICC and Adobe colour transform."""
    yield data[:2]
    place = 2
    while True:
        match = JPEG_MARKER.match(data, place)
        if match is None:
            raise ValueError("no JPEG marker")
        marker = match.group(1)[0]
        if marker == 0xD9:  # end of image
            yield b"\xff\xd9"
            return
        (size,) = struct.unpack_from(">H", data, match.end())
        segment = data[match.end() + 2 : match.end() + size]
        end = match.end() + size
        if marker == 0xDA:  # the image data follow, up to the next marker
            following = JPEG_MARKER.search(data, end)
            if following is None:
                raise ValueError("no JPEG marker")
            end = following.start()
        if _is_kept_segment(marker, segment):
            yield b"\xff" + data[match.end() - 1 : end]
        place = end


def _is_kept_segment(marker: int, segment: bytes) -> bool:
    if marker == 0xE2:
        return segment.startswith(b"ICC_PROFILE\0")
    comment = marker == 0xFE
    application = 0xE0 <= marker <= 0xEF
    return not comment and (not application or marker in (0xE0, 0xEE))


def _filter_gif(data: bytes) -> Iterator[bytes]:
    """Yield the blocks of a GIF without comments and application extensions (GIF89a, 23 to 26).

    Extensions with the number of repetitions of an animation are kept.
    """
    yield data[: read_gif_header_size(data)]
    for start, end in iter_gif_blocks(data):
        label = data[start + 1] if data[start] == 0x21 else None
        if label in (None, 0xF9) or (label == 0xFF and data[start + 3 : start + 14] in _GIF_LOOP_EXTENSIONS):
            yield data[start:end]
    yield b"\x3b"


def _filter_webp(data: bytes) -> Iterator[bytes]:
    """Yield a WebP file without EXIF and XMP chunks, and without the flags for them in the header."""
    chunks = []
    (size,) = struct.unpack_from("<I", data, 4)
    place, end = 12, min(len(data), size + 8)
    while place + 8 <= end:
        kind, (length,) = data[place : place + 4], struct.unpack_from("<I", data, place + 4)
        chunk = data[place : place + 8 + length + length % 2]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if kind not in (b"EXIF", b"XMP "):
            chunks.append(chunk)
        place += len(chunk)
    body = b"".join(chunks)
    yield b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


P = ParamSpec("P")
T = TypeVar("T")

PDF_MEDIA_TYPE = "application/pdf"
_PIXELS_PER_POINT = 96 / 72


def is_pdf(data: bytes) -> bool:
    """Return whether a file has a PDF header, possibly after other bytes (ISO 32000-2, 7.5.2)."""
    return b"%PDF-" in data[:1024]


def measure_pdf_page(
    data: bytes, number: int = 1, drawing_time: DrawingTime | None = None
) -> tuple[float, float]:
    """Return the width and height of a PDF page in CSS pixels, rotated as displayed.

    ``number`` is 1-based. The time to draw the page is deducted from ``drawing_time``. Raise
    ``UnusablePictureError`` if the page does not exist or cannot be rendered.
    """
    clock = drawing_time or DrawingTime(_MAX_SECONDS)
    clock.check()
    width, height, seconds = _run_with_limits(_measure_page, data, number)
    clock.charge(seconds)
    return width, height


def render_pdf_page(data: bytes, number: int, width: int) -> bytes:
    """Render a PDF page on white as a PNG ``width`` pixels wide.

    Raise ``UnusablePictureError`` on failure.
    """
    return _run_with_limits(_render_page, data, number, width)


def _run_with_limits(job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function on a PDF page with time and memory limits, since rendering may never end."""
    try:
        return run_with_limits(DRAWING_LIMITS, job, *args, **kwargs)
    except LimitExceededError as error:
        raise UnusablePictureError(f"the PDF page cannot be rendered: {error}") from None


def _measure_page(data: bytes, number: int) -> tuple[float, float, float]:
    """Return the width and height of a page, and the CPU time in seconds to draw it at a small size."""
    with _open_page(data, number) as page:
        width, height = page.get_size()
        check_dimensions(width, height)
        started = time.process_time()
        page.render(scale=min(1.0, _TRIAL_SIDE / max(width, height)))
        seconds = time.process_time() - started
    return width * _PIXELS_PER_POINT, height * _PIXELS_PER_POINT, seconds


def _render_page(data: bytes, number: int, width: int) -> bytes:
    with _open_page(data, number) as page:
        scale = width / page.get_size()[0]
        bitmap = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255))
        return encode_picture(bitmap.to_pil().convert("RGB"), "PNG")[0]


@contextmanager
def _open_page(data: bytes, number: int) -> Iterator[Any]:
    """Open a page of a PDF; close the page and the document on exit."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnusablePictureError(f"the PDF cannot be opened: {_describe_error(error)}") from None
    try:
        if not 1 <= number <= len(document):
            pages = f"{len(document)} page{'s' * (len(document) != 1)}"
            raise UnusablePictureError(f"page {number} does not exist; the PDF has {pages}")
        page = document[number - 1]
        yield page
        page.close()
    except pypdfium2.PdfiumError as error:
        raise UnusablePictureError(f"the PDF page cannot be rendered: {_describe_error(error)}") from None
    finally:
        document.close()


def _describe_error(error: Exception) -> str:
    text = str(error)
    return "the file is password-protected" if "password" in text.lower() else text.rstrip(".")
