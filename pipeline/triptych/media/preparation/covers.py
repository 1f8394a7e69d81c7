"""The cover of a book that brings no picture of its own: what its title page says → a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyphen
from PIL import Image

from triptych.languages.labels import Labels
from triptych.media.fonts.fonts import (
    named_font,
    scripts_of,
    share,
    subset_font,
)
from triptych.media.typst_engine import typeset
from triptych.model.book import Metadata
from triptych.theme.templating import page_templates
from triptych.theme.theme import FontFace, Theme

_TEMPLATE = "epub/cover.typ.j2"
SIZE = (1600, 2560)  # dots: what bookshops ask for
_DOTS = 72  # to an inch: the template has a point for each
_LONG_WORD = re.compile(r"[^\W\d_]{19,}")
_COLOURS = 128  # a flat design with the shades of its letters' edges
# From line to line in sizes of letters, at the least: many scripts reach higher and lower than Latin letters.
_LINES = {"Aran": 2.0}
_USUAL_LINES = 1.4
_AS_LATIN = frozenset("Cyrl Zsym Zmth Zsye Hans Hant Jpan Kore Armn Geor".split())


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover as a Typst document, and the faces that are cut for it by their characters."""

    document: str
    faces: Mapping[FontFace, frozenset[str]]


def cover_of(metadata: Metadata, labels: Labels, theme: Theme) -> Cover:
    """What a book says of itself → its cover.

    A project has no template of its own for it, since documents of Typst may ask for packages on the network.
    """
    maker = labels.credited(metadata.maker.role, metadata.maker.names)
    words = "".join((metadata.title, metadata.subtitle, metadata.publisher, maker))
    scripts = scripts_of(words, (metadata.language,), theme)
    others = [script.name for script in scripts if script.name not in _AS_LATIN]
    tallest = max((_LINES.get(name, _USUAL_LINES) for name in others), default=1.0)
    broken = replace(
        metadata,
        title=_with_breaks(metadata.title, metadata.language),
        subtitle=_with_breaks(metadata.subtitle, metadata.language),
    )
    document = (
        page_templates()
        .get_template(_TEMPLATE)
        .render(meta=broken, labels=labels, theme=theme, scripts=scripts, tallest=tallest)
    )
    # Typst does not see the weights of a variable font, nor faces outside the folder of fonts.
    date = metadata.date.year if metadata.date else ""
    faces = {face: frozenset(f"{words}{date} ·\u00a0,-") for face in theme.faces if face.own}
    faces |= {
        face: share(script, words)
        for script in scripts
        for face in script.faces
        if face.package and not face.italic
    }
    return Cover(document, faces)


def _with_breaks(text: str, language: str) -> str:
    """A text with soft hyphens in the words that are too long to be large."""
    if dictionary := pyphen.language_fallback(language.replace("-", "_")):
        hyphens = pyphen.Pyphen(lang=dictionary, left=5, right=5)
        return _LONG_WORD.sub(lambda word: hyphens.inserted(word.group(), "\u00ad"), text)
    return text


def _as_called(face: FontFace, data: bytes) -> bytes:
    """A font that Typst knows by its face: it goes by the names in the file, where weights have their own."""
    return named_font(data, face) if face.own else data


def draw_cover(cover: Cover) -> bytes:
    """A cover → a PNG of ``SIZE`` in sRGB without transparency; the same bytes each time."""
    files = {
        f"{number}-{face.name}": _as_called(face, subset_font(face, characters))
        for number, (face, characters) in enumerate(cover.faces.items())
    }
    (page, *_), _ = typeset(cover.document, output="png", files=files, ppi=_DOTS)
    with Image.open(io.BytesIO(page)) as drawn, io.BytesIO() as out:
        dots = drawn.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        dots.save(out, "PNG")
        return out.getvalue()
