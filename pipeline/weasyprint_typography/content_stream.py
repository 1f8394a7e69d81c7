"""Create content streams of pages, and collect the PDF objects to which the streams refer.

The streams extend those of WeasyPrint and pydyf. They write spaces and hyphens at line ends as text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import md5
from typing import Any

import uharfbuzz as hb

from weasyprint_typography.actual_text import map_blank_glyph
from weasyprint_typography.justification import get_tracking
from weasyprint_typography.line_ends import count_spaces, has_altered_line_end, has_lost_space, write_line_end

FONTS = -1  # the index of the font resources, which all pages of a book share
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_KINDS = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")


@dataclass(frozen=True, slots=True)
class PdfObject:
    """A PDF object that pages use, such as an image, a pattern or a graphics state.

    ``syntax`` has ``%d`` for the number of each referenced object; ``references`` are the indices of these
    objects in the list of all objects, or ``FONTS``. For a stream, ``stream`` is its data and ``syntax`` its
    dictionary without angle brackets and length.
    """

    syntax: bytes
    references: tuple[int, ...]
    stream: bytes | None


def create_stream(
    fonts: dict[Any, Any],
    rectangle: tuple[float, float, float, float],
    resources: Any,
    images: dict[str, Any],
    tags: dict[Any, Any] | None,
    intent: str | None,
    read_face: Callable[[str], bytes] | None = None,
) -> Any:
    """Return an empty content stream for a page.

    ``rectangle`` is the paintable area in CSS pixels: left, bottom, width, height. ``intent`` is WeasyPrint's
    name of the colour space to which colours are converted. ``read_face`` returns the data of a font face
    whose glyphs a drawing shows. Painting adds entries to the other parameters.
    """
    stream = _make_stream_class()(fonts, rectangle, resources, images, tags, {}, intent)
    stream.read_face = read_face
    return stream


class FaceFont:
    """A font face whose glyphs drawings show by their ids; it can take the place of WeasyPrint's ``Font``."""

    flags = 4  # symbolic: it has characters beyond those of Latin alphabets (ISO 32000-1, 9.8.2)

    def __init__(self, face: str, data: bytes) -> None:
        self.face, self.file_content = face, data
        opened = hb.Face(data)
        self._font = hb.Font(opened)
        self._scale = 1000 / opened.upem
        digest = md5(face.encode(), usedforsecurity=False).digest()
        letters = "".join(chr(65 + byte % 26) for byte in digest[:6])
        self.hash = letters.lower()  # the resource name, which sorts after the names of WeasyPrint's fonts
        self.family = opened.get_name(hb.OTNameIdPredefined.FONT_FAMILY) or face
        name = opened.get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or face
        self.name = f"/{letters}+{name}".encode()
        extents = self._font.get_font_extents("ltr")
        self.ascent = round(extents.ascender * self._scale)
        self.descent = round(extents.descender * self._scale)
        self.to_unicode: dict[int, str] = {}
        self._widths: dict[int, float] = {}

    def get_width(self, glyph: int) -> float:
        """Return the advance width of a glyph in thousandths of an em."""
        if glyph not in self._widths:
            self._widths[glyph] = self._font.get_glyph_h_advance(glyph) * self._scale
        return self._widths[glyph]


def paint_boxes(stream: Any, page: Any) -> None:
    """Paint the boxes of a page without the page's own background and borders."""
    from weasyprint.draw import draw_stacking_context
    from weasyprint.stacking import StackingContext

    for box in page._page_box.children:
        draw_stacking_context(stream, StackingContext.from_box(box, page._page_box))


@contextmanager
def painted_in_flow(page_box: Any, block_class: str, inline_class: str) -> Iterator[None]:
    """Paint positioned boxes of two classes in their places in the text, while the context is open.

    Positioned boxes are painted after the text of the page (CSS 2.2, Appendix E), but text is copied in the
    order of painting. Boxes of ``inline_class`` are in a line of text or between blocks.
    """
    from weasyprint.formatting_structure.boxes import InlineBlockBox, InlineBox, LineBox
    from weasyprint.layout.absolute import AbsolutePlaceholder

    changed = []
    for parent in page_box.descendants(placeholders=True):
        is_inline = isinstance(parent, (LineBox, InlineBox))
        for child in parent.children:
            box = child._box if isinstance(child, AbsolutePlaceholder) else child
            if box.style["position"] == "static" or box.element is None:
                continue
            names = (box.element.get("class") or "").split()
            if block_class in names or inline_class in names:
                changed.append((box, box.style, box.__class__))
                box.style = box.style.copy()
                box.style["position"] = "static"
                if inline_class in names and is_inline:
                    box.__class__ = InlineBlockBox  # is painted as a whole between the text around it
    yield
    for box, style, box_class in changed:
        box.style, box.__class__ = style, box_class


def create_resources(states: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a resource dictionary with the named graphics states ``states`` (ISO 32000-1, 7.8.3)."""
    import pydyf

    resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in _KINDS})
    for name, entries in states.items():
        resources["ExtGState"][name] = pydyf.Dictionary(entries)
    return resources


def collect_objects(
    resources: Any, images: dict[str, Any]
) -> tuple[tuple[PdfObject, ...], dict[tuple[str, str], int]]:
    """Return the PDF objects to which ``resources`` refer.

    Also return a mapping from the resource category and name of each object to its index.
    """
    import pydyf
    from weasyprint.pdf import _use_references

    pdf = pydyf.PDF()
    first = len(pdf.objects)
    fonts = pydyf.Dictionary()
    pdf.add_object(fonts)
    resources["Font"] = fonts.reference
    _use_references(pdf, resources, images, {})
    for item in (*resources["ExtGState"].values(), *resources["ColorSpace"].values()):
        pdf.add_object(item)
    references = {item.number: place for place, item in enumerate(pdf.objects[first + 1 :])}
    references[fonts.number] = FONTS
    named_references = {
        (kind, name): references[_get_object_number(item)]
        for kind in _KINDS
        for name, item in resources[kind].items()
    }
    return tuple(_make_pdf_object(item, references) for item in pdf.objects[first + 1 :]), named_references


def write_number(value: float) -> bytes:
    """Return ``value`` as a PDF number with at most three decimal places."""
    if not value % 1:
        return b"%d" % value
    digits = f"{value:.3f}".rstrip("0").rstrip(".")
    return b"0" if digits == "-0" else digits.encode()


def serialise_stream(stream: Any) -> bytes:
    """Return the content of a stream as bytes."""
    import pydyf

    return b"\n".join(map(pydyf._to_bytes, stream.stream))


@cache
def _make_stream_class() -> Any:
    """Return a ``Stream`` subclass that keeps track of the current box and writes line ends as text."""
    from tinycss2.color4 import D50, D65
    from weasyprint.formatting_structure.boxes import TextBox
    from weasyprint.pdf.stream import Stream

    whites = {"lab-d50": D50, "lab-d65": D65}

    class Content(Stream):  # type: ignore[misc]
        box: Any = None
        font: Any = None
        text_begins: tuple[int, Any] | None = None  # the index of the text's first operator, and its font

        @contextmanager
        def marked(self, box: Any, tag: str) -> Iterator[None]:
            if isinstance(box, TextBox) and box.style["visibility"] != "visible":
                yield
                return
            self.box = box
            with super().marked(box, tag):
                yield
            self.box = None

        read_face: Callable[[str], bytes]

        def clone(self, **kwargs: Any) -> Any:
            """Return a new stream of this class for nested content, such as a transparency group."""
            copied = super().clone(**kwargs)
            copied.__class__ = Content
            copied.read_face = self.read_face
            return copied

        def add_face(self, face: str) -> FaceFont:
            """Return the font for glyphs of a font face that are shown by their ids."""
            if face not in self._fonts:
                self._fonts[face] = FaceFont(face, self.read_face(face))
            font: FaceFont = self._fonts[face]
            return font

        def set_color_space(self, space: str, stroke: bool = False) -> None:
            """Set the colour space; add it to the resources if it is a Lab space (ISO 32000-1, 8.6.5.4)."""
            if space in whites:
                self._resources["ColorSpace"].setdefault(space, _make_lab_colour_space(whites[space]))
            super().set_color_space(space, stroke)

        def add_font(self, pango_font: Any) -> Any:
            self.font, size = super().add_font(pango_font)
            return self.font, size

        def set_text_matrix(self, *matrix: float) -> None:
            """Set the text matrix; round its position to thousandths, since more digits do not compress."""
            super().set_text_matrix(*matrix[:4], *(round(value, 3) for value in matrix[4:]))

        def begin_text(self) -> None:
            super().begin_text()
            if track := get_tracking(self.box):
                self.stream.append(b"%g Tc" % track)

        def end_text(self) -> None:
            if isinstance(self.box, TextBox):
                if not self.box.text.strip():
                    self._emit_spaces(self.box)
                elif has_altered_line_end(self.box):
                    self._emit_line_end(self.box)
                self.text_begins = None
            if get_tracking(self.box):
                self.stream.append(b"0 Tc")
            super().end_text()

        def _emit_line_end(self, box: Any) -> None:
            if box.style["direction"] == "rtl" and self.text_begins:
                place, font = self.text_begins
                # The line ends on the left, where the first glyph is shown.
                if has_lost_space(box) and (space := map_blank_glyph(font)) is not None:
                    self.stream.insert(
                        place, b"[%d<%04x>] TJ" % (_get_glyph_width(font.file_content, space), space)
                    )
            else:
                self.stream += write_line_end(box, self.stream.pop(), map_blank_glyph(self.font))

        def _emit_spaces(self, box: Any) -> None:
            """Write the spaces of a white-space text box, in the font of the preceding text."""
            count = count_spaces(box)
            space = map_blank_glyph(self.font) if count and self.font else None
            if space is not None:
                self.set_font_size(self.font.hash, box.style["font_size"])
                self.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
                self.stream.append(b"<%s> Tj" % (b"%04x" % space * count))

    return Content


def _make_lab_colour_space(white: Sequence[float]) -> Any:
    import pydyf

    array = pydyf.Array
    return array(
        ("/Lab", pydyf.Dictionary({"WhitePoint": array(white), "Range": array((-125, 125, -125, 125))}))
    )


@lru_cache(maxsize=32)
def _get_glyph_width(data: bytes, glyph: int) -> int:
    """Return the advance width of a glyph in thousandths of an em."""
    face = hb.Face(data)
    width: int = round(hb.Font(face).get_glyph_h_advance(glyph) * 1000 / face.upem)
    return width


def _get_object_number(item: Any) -> int:
    return int(item.split()[0]) if isinstance(item, bytes) else int(item.number)


def _make_pdf_object(item: Any, references: Mapping[int, int]) -> PdfObject:
    import pydyf

    if not isinstance(item, pydyf.Stream):
        return PdfObject(*_split_references(item.data, references), None)
    extra = pydyf.Dictionary(item.extra)
    extra.pop("Interpolate", None)  # not allowed in PDF/A (ISO 19005-3, 6.2.8)
    content = serialise_stream(item)
    if "Filter" not in extra:
        content = zlib.compress(content)
        extra["Filter"] = "/FlateDecode"
    return PdfObject(*_split_references(extra.data[2:-2], references), content)


def _split_references(data: bytes, references: Mapping[int, int]) -> tuple[bytes, tuple[int, ...]]:
    references_found: list[int] = []

    def replace_reference(match: re.Match[bytes]) -> bytes:
        references_found.append(references[int(match[1])])
        return b"%d 0 R"

    return _REFERENCE.sub(replace_reference, data.replace(b"%", b"%%")), tuple(references_found)
