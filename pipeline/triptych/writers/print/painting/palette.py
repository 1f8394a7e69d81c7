"""What pages are painted with: fonts, pictures, graphics states, and the content stream that uses them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import uharfbuzz as hb

from triptych.media.fonts.glyph_texts import glyph_texts
from triptych.media.inks import Inks
from triptych.theme.theme import fonts_folder
from triptych.writers.print.layout.patches.lines.line_ends import finish, gap
from triptych.writers.print.quire import FONTS, Area, Glyphs, Template, Thing

POINTS = 0.75  # in a CSS pixel
_INTENT = {"rgb": None, "cmyk": "device-cmyk", "grey": "device-cmyk"}  # as WeasyPrint calls it
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")


class StrangeFace(Exception):
    """The layout engine took a font of the machine's, or found none."""


@dataclass(slots=True)
class Palette:
    """What pages are painted with, and what they have used: fonts, pictures, graphics states.

    ``faces`` leads from a font's bytes to its name on the resources; ``inks`` says what colours are made of.
    """

    faces: Mapping[bytes, str]
    inks: Inks = "rgb"
    fonts: dict[Any, Any] = field(default_factory=dict)
    images: dict[str, Any] = field(default_factory=dict)
    resources: Any = None

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin anew, with the same fonts: opening them takes longer than painting a running head."""
        import pydyf

        for font in self.fonts.values():
            font.to_unicode = {}
        self.images = {}
        kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
        self.resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in kinds})

    def stream(self, area: Area, tags: dict[Any, Any] | None) -> Any:
        """An empty content stream for a page; ``tags`` will say what is marked in it."""
        left, bottom, right, top = (edge / POINTS for edge in area)
        rectangle = (left, bottom, right - left, top - bottom)
        return _stream_class()(
            self.fonts, rectangle, self.resources, self.images, tags, {}, _INTENT[self.inks]
        )

    def glyphs(self) -> dict[str, Glyphs]:
        """What was used of each font, by its name among the resources."""
        found: dict[str, Glyphs] = {}
        for font in self.fonts.values():
            texts = dict(font.to_unicode)
            if "" in texts.values():
                texts = _told(texts, font)
            if font.hash in found:
                found[font.hash].texts.update(texts)
            else:
                found[font.hash] = Glyphs(
                    self._face(font),
                    font.name[1:].decode("ascii", "replace"),
                    font.family,
                    font.flags,
                    font.ascent,
                    font.descent,
                    texts,
                )
        return found

    def _face(self, font: Any) -> str:
        """The name of a face; fontconfig may also take one that no style sheet names."""
        data = font.file_content
        if data in self.faces:
            return self.faces[data]
        for file in sorted(fonts_folder().iterdir()):
            if file.suffix == ".ttf" and file.read_bytes() == data:
                return file.name
        raise StrangeFace(f"a font that is none of the book's, {font.family}, would stand in it")

    def things(self) -> tuple[tuple[Thing, ...], dict[tuple[str, str], int]]:
        """The objects that pages use, and the place of each by kind and name."""
        import pydyf
        from weasyprint.pdf import _use_references

        pdf = pydyf.PDF()
        first = len(pdf.objects)
        fonts = pydyf.Dictionary()
        pdf.add_object(fonts)
        resources = self.resources
        resources["Font"] = fonts.reference
        _use_references(pdf, resources, self.images, {})
        for item in (*resources["ExtGState"].values(), *resources["ColorSpace"].values()):
            pdf.add_object(item)
        places = {item.number: place for place, item in enumerate(pdf.objects[first + 1 :])}
        places[fonts.number] = FONTS
        named = {
            (kind, name): places[_number(item)]
            for kind in ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
            for name, item in resources[kind].items()
        }
        return tuple(_thing(item, places) for item in pdf.objects[first + 1 :]), named


@cache
def _stream_class() -> Any:
    """WeasyPrint's content stream, which knows what box it paints and ends lines as text."""
    from tinycss2.color4 import D50, D65
    from weasyprint.pdf.stream import Stream

    whites = {"lab-d50": D50, "lab-d65": D65}

    class Content(Stream):  # type: ignore[misc]
        box: Any = None
        font: Any = None

        @contextmanager
        def marked(self, box: Any, tag: str) -> Iterator[None]:
            self.box = box
            with super().marked(box, tag):
                yield
            self.box = None

        def clone(self, **own: Any) -> Any:
            """Groups are such streams as well."""
            made = super().clone(**own)
            made.__class__ = Content
            return made

        def set_color_space(self, space: str, stroke: bool = False) -> None:
            """Colours of eyes and not of screens are named where they are used (ISO 32000-1, 8.6.5.4)."""
            if space in whites:
                self._resources["ColorSpace"].setdefault(space, _lab(whites[space]))
            super().set_color_space(space, stroke)

        def add_font(self, pango_font: Any) -> Any:
            self.font, size = super().add_font(pango_font)
            return self.font, size

        def end_text(self) -> None:
            if isinstance(self.box, TextBox):
                if not self.box.text.strip():
                    self._leave_gap(self.box)
                elif self.box.ends_with_space or self.box.ends_with_hyphen:
                    shown = self.stream.pop()
                    self.stream += finish(self.box, shown, _space(self.font))
            super().end_text()

        def _leave_gap(self, box: Any) -> None:
            """Show the space between elements, in the font of the text before it."""
            count = gap(box)
            space = _space(self.font) if count and self.font else None
            if space:
                self.set_font_size(self.font.hash, box.style["font_size"])
                self.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
                self.stream.append(b"<%s> Tj" % (b"%04x" % space[0] * count))

    from weasyprint.formatting_structure.boxes import TextBox

    return Content


def _lab(white: Sequence[float]) -> Any:
    import pydyf

    array = pydyf.Array
    return array(
        ("/Lab", pydyf.Dictionary({"WhitePoint": array(white), "Range": array((-125, 125, -125, 125))}))
    )


def _space(font: Any) -> tuple[int, int] | None:
    """The glyph of a space in a font, which is then one of those in use, and its width."""
    space = _space_of(font.file_content)
    if space:
        font.to_unicode.setdefault(space[0], " ")
    return space


@lru_cache(maxsize=32)
def _space_of(data: bytes) -> tuple[int, int] | None:
    face = hb.Face(data)
    font = hb.Font(face)
    glyph = font.get_nominal_glyph(0x20)
    return (glyph, round(font.get_glyph_h_advance(glyph) * 1000 / face.upem)) if glyph else None


def _number(item: Any) -> int:
    """The number of an object, or of one that is named by a reference."""
    return int(item.split()[0]) if isinstance(item, bytes) else int(item.number)


def _thing(item: Any, places: Mapping[int, int]) -> Thing:
    import pydyf

    if not isinstance(item, pydyf.Stream):
        return Thing(_template(item.data, places), None)
    extra = pydyf.Dictionary(item.extra)
    extra.pop("Interpolate", None)  # which archives do not allow (ISO 19005-3, 6.2.8)
    content = joined(item)
    if "Filter" not in extra:
        content = zlib.compress(content)
        extra["Filter"] = "/FlateDecode"
    return Thing(_template(extra.data[2:-2], places), content)


def joined(stream: Any) -> bytes:
    """The content of a stream as bytes."""
    import pydyf

    return b"\n".join(map(pydyf._to_bytes, stream.stream))


def _template(data: bytes, places: Mapping[int, int]) -> Template:
    found: list[int] = []

    def take(match: re.Match[bytes]) -> bytes:
        found.append(places[int(match[1])])
        return b"%d 0 R"

    return Template(_REFERENCE.sub(take, data.replace(b"%", b"%%")), tuple(found))


def _told(texts: dict[int, str], font: Any) -> dict[int, str]:
    """Each of several glyphs of one letter with what it stands for.

    The engine has the first of them stand for the whole letter and the others for nothing, which a
    character map must not say (ISO 14289-1, 7.21.7); what has no text at all is a space without width.
    """
    known = glyph_texts(font.file_content)
    return {glyph: known.get(glyph, text) or "\u200b" for glyph, text in texts.items()}
