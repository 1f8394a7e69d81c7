"""What pages are painted with: fonts, pictures, graphics states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from triptych.media.inks import Inks
from triptych.theme.theme import fonts_folder
from triptych.writers.print.painting.overprint import overprint_states
from triptych.writers.print.quire import Glyphs, Template, Thing
from weasyprint_typography.content_stream import content_stream, no_resources, objects_of
from weasyprint_typography.page_boxes import POINTS, Area
from weasyprint_typography.readings import glyph_texts

_INKED = "device-cmyk"  # as WeasyPrint calls it


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
        for font in self.fonts.values():
            font.to_unicode = {}
        self.images = {}
        self.resources = no_resources({} if self.inks == "rgb" else overprint_states())

    def stream(self, area: Area, tags: dict[Any, Any] | None) -> Any:
        """An empty content stream for a page; ``tags`` will say what is marked in it."""
        left, bottom, right, top = (edge / POINTS for edge in area)
        rectangle = (left, bottom, right - left, top - bottom)
        intent = None if self.inks == "rgb" else _INKED
        return content_stream(self.fonts, rectangle, self.resources, self.images, tags, intent)

    def glyphs(self) -> dict[str, Glyphs]:
        """What was used of each font, by its name among the resources.

        A no-break space has done what it is for when lines are set, and is copied and searched as any other.
        """
        found: dict[str, Glyphs] = {}
        for font in self.fonts.values():
            texts = {glyph: " " if text == "\u00a0" else text for glyph, text in font.to_unicode.items()}
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
        raise StrangeFace(f"the font {font.family} is not a font of the book")

    def things(self) -> tuple[tuple[Thing, ...], dict[tuple[str, str], int]]:
        """The objects that pages use, and the place of each by kind and name."""
        objects, named = objects_of(self.resources, self.images)
        return tuple(Thing(Template(one.syntax, one.places), one.stream) for one in objects), named


def _told(texts: dict[int, str], font: Any) -> dict[int, str]:
    """Each of several glyphs of one letter with what it stands for.

    The engine has the first of them stand for the whole letter and the others for nothing, which a
    character map must not say (ISO 14289-1, 7.21.7); what has no text at all is a space without width.
    """
    file_texts = glyph_texts(font.file_content)
    return {glyph: file_texts.get(glyph, text) or "\u200b" for glyph, text in texts.items()}
