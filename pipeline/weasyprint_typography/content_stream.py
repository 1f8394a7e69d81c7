"""Create content streams of pages, and collect the PDF objects to which the streams refer.

The streams extend those of WeasyPrint and pydyf. They write spaces and hyphens at line ends as text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
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


def new_stream(
    fonts: dict[Any, Any],
    rectangle: tuple[float, float, float, float],
    resources: Any,
    images: dict[str, Any],
    tags: dict[Any, Any] | None,
    intent: str | None,
) -> Any:
    """Return an empty content stream for a page.

    ``rectangle`` is the paintable area in CSS pixels: left, bottom, width, height. ``intent`` is WeasyPrint's
    name of the colour space to which colours are converted. Painting adds entries to the other parameters.
    """
    return _make_stream_class()(fonts, rectangle, resources, images, tags, {}, intent)


def paint_boxes(stream: Any, page: Any) -> None:
    """Paint the boxes of a page without the page's own background and borders."""
    from weasyprint.draw import draw_stacking_context
    from weasyprint.stacking import StackingContext

    for box in page._page_box.children:
        draw_stacking_context(stream, StackingContext.from_box(box, page._page_box))


def new_resources(states: Mapping[str, Mapping[str, Any]]) -> Any:
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
    named = {
        (kind, name): references[_get_object_number(item)]
        for kind in _KINDS
        for name, item in resources[kind].items()
    }
    return tuple(_make_pdf_object(item, references) for item in pdf.objects[first + 1 :]), named


def write_number(value: float) -> bytes:
    """Return ``value`` as a PDF number with at most three decimal places."""
    if not value % 1:
        return b"%d" % value
    written = f"{value:.3f}".rstrip("0").rstrip(".")
    return b"0" if written == "-0" else written.encode()


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
            self.box = box
            with super().marked(box, tag):
                yield
            self.box = None

        def clone(self, **own: Any) -> Any:
            """Return a new stream of this class for nested content, such as a transparency group."""
            made = super().clone(**own)
            made.__class__ = Content
            return made

        def set_color_space(self, space: str, stroke: bool = False) -> None:
            """Set the colour space; add it to the resources if it is a Lab space (ISO 32000-1, 8.6.5.4)."""
            if space in whites:
                self._resources["ColorSpace"].setdefault(space, _make_lab_colour_space(whites[space]))
            super().set_color_space(space, stroke)

        def add_font(self, pango_font: Any) -> Any:
            self.font, size = super().add_font(pango_font)
            return self.font, size

        def begin_text(self) -> None:
            super().begin_text()
            if track := get_tracking(self.box):
                self.stream.append(b"%g Tc" % track)

        def end_text(self) -> None:
            if isinstance(self.box, TextBox):
                if not self.box.text.strip():
                    self._show_spaces(self.box)
                elif has_altered_line_end(self.box):
                    self._show_line_end(self.box)
                self.text_begins = None
            if get_tracking(self.box):
                self.stream.append(b"0 Tc")
            super().end_text()

        def _show_line_end(self, box: Any) -> None:
            if box.style["direction"] == "rtl" and self.text_begins:
                place, font = self.text_begins
                # The line ends on the left, where the first glyph is shown.
                if has_lost_space(box) and (space := map_blank_glyph(font)) is not None:
                    self.stream.insert(
                        place, b"[%d<%04x>] TJ" % (_get_glyph_width(font.file_content, space), space)
                    )
            else:
                self.stream += write_line_end(box, self.stream.pop(), map_blank_glyph(self.font))

        def _show_spaces(self, box: Any) -> None:
            """Show the spaces of a white-space text box, in the font of the preceding text."""
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
    found: list[int] = []

    def take(match: re.Match[bytes]) -> bytes:
        found.append(references[int(match[1])])
        return b"%d 0 R"

    return _REFERENCE.sub(take, data.replace(b"%", b"%%")), tuple(found)
