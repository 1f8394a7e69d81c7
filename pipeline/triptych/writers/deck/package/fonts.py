"""Embed the theme's fonts, so that a deck looks the same on computers without these fonts.

ECMA-376 Part 1 defines font parts in 15.2.13 and their list in 19.2.1.9. Each part contains an Embedded
OpenType font.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Literal, TypeAlias

from lxml import etree

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.tasks import OFFICE_FONT, Task
from triptych.media.fonts.office_fonts import (
    EVERYDAY_CHARACTERS,
    FontNotEmbeddableError,
    OfficeStyle,
    make_office_font,
)
from triptych.ooxml.inheritance import Typeface
from triptych.ooxml.xml import qn
from triptych.theme.theme import FontFace, Theme
from triptych.writers.deck.drawing.text import add_child
from triptych.writers.deck.package.finished_parts import UsedText
from triptych.writers.deck.pptx.exports import CONTENT_TYPE, RELATIONSHIP_TYPE, Presentation
from triptych.writers.deck.pptx.package import create_part, get_element

Extent: TypeAlias = Literal["subset", "full", "none"]

_BOLD = 600  # minimum weight of a bold face
_PITCHES = {"serif": "18", "sans": "34", "mono": "49"}
_STYLES = (
    ("p:regular", OfficeStyle()),
    ("p:bold", OfficeStyle(bold=True)),
    ("p:italic", OfficeStyle(italic=True)),
    ("p:boldItalic", OfficeStyle(bold=True, italic=True)),
)
# The elements that follow the embedded font list in p:presentation (19.2.1.26).
_FOLLOWING = "custShowLst photoAlbum custDataLst kinsoku defaultTextStyle modifyVerifier extLst".split()


def embed_fonts(
    presentation: Presentation, theme: Theme, extent: Extent, used_texts: Iterable[UsedText], cache: Cache
) -> list[Diagnostic]:
    """Embed each theme font face that the deck uses, as a subset or in full.

    ``extent`` is "none", "subset" or "full". A subset has the characters in ``used_texts`` and other common
    characters. Families that the template already embeds are skipped. Report FNT004 for each face that cannot
    be embedded.
    """
    if extent == "none":
        return []
    root = get_element(presentation.part)
    characters, used = set(EVERYDAY_CHARACTERS), set[Typeface]()
    for used_text in used_texts:
        characters.update(used_text.characters)
        used.update(Typeface(*face) for face in used_text.faces)
    subset_characters = None if extent == "full" else frozenset(characters)
    findings: list[Diagnostic] = []
    for role, family, faces in _iter_faces_to_embed(presentation, theme, sorted(used)):
        fonts: dict[OfficeStyle, bytes] = {}
        for style, face in faces.items():
            try:
                fonts[style] = _load_font(face, style, subset_characters, cache, is_for_code=role == "mono")
            except FontNotEmbeddableError as problem:
                findings.append(_report_omitted_font(face, *problem.args))
        if fonts:
            _add_font(presentation, family, _PITCHES[role], fonts)
            root.set("embedTrueTypeFonts", "1")
            root.set("saveSubsetFonts", str(int(extent == "subset")))
    return findings


def _load_font(
    face: FontFace,
    style: OfficeStyle,
    characters: frozenset[str] | None,
    cache: Cache,
    *,
    is_for_code: bool,
) -> bytes:
    task = Task.for_step(
        OFFICE_FONT,
        face.name,
        face=repr(face),
        package=version(face.package.replace("_", "-")) if face.package else "",
        style=repr(style),
        characters="all" if characters is None else repr(sorted(characters)),
        code=str(is_for_code),
    )

    def make_font() -> bytes:
        return make_office_font(face, style, characters, is_for_code=is_for_code)

    return cache.get_or_make_unpacked(task, make_font, _check_font)


def _check_font(font: bytes) -> bytes:
    """Return ``font`` unchanged, or raise ValueError if it is not an Embedded OpenType font.

    The check compares the size at the start of the font with its length.
    """
    if int.from_bytes(font[:4], "little") != len(font):
        raise ValueError("not an Embedded OpenType font")
    return font


def _iter_faces_to_embed(
    presentation: Presentation, theme: Theme, used_typefaces: Sequence[Typeface]
) -> Iterator[tuple[str, str, Mapping[OfficeStyle, FontFace]]]:
    """Yield the role, family and used faces of each theme family that the template does not embed."""
    seen = {font.get("typeface", "").lower() for font in get_element(presentation.part).iter(qn("p:font"))}
    for role in _PITCHES:
        family = getattr(theme, role)
        faces = dict(
            _find_face(theme, face) for face in used_typefaces if face.family == family and theme.has(family)
        )
        if faces and family.lower() not in seen:
            yield role, family, faces
        seen.add(family.lower())


def _find_face(theme: Theme, typeface: Typeface) -> tuple[OfficeStyle, FontFace]:
    """Return the theme face for a typeface, and its style.

    If the theme has no bold or italic face, programs synthesise the style.
    """
    face = theme.select_face(typeface.family, bold=typeface.bold, italic=typeface.italic)
    return OfficeStyle(typeface.bold and face.weight >= _BOLD, face.italic), face


def _report_omitted_font(face: FontFace, reason: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code="FNT004",
        span=Span(path=face.file),
        message=f'the font "{face.family}" was not embedded in the deck: {reason}',
        hint=f"{hint}, install the font on the computer used for the presentation, "
        "or set `embed-fonts: none` under `pptx:`",
    )


def _add_font(
    presentation: Presentation, family: str, pitch: str, fonts: Mapping[OfficeStyle, bytes]
) -> None:
    part = presentation.part
    entry = etree.Element(qn("p:embeddedFont"))
    add_child(entry, "p:font", typeface=family, pitchFamily=pitch, charset="0")
    for tag, style in _STYLES:
        if style in fonts:
            name = part.package.next_partname("/ppt/fonts/font%d.fntdata")
            font = create_part(part, name, CONTENT_TYPE.X_FONTDATA, fonts[style])
            add_child(entry, tag).set(qn("r:id"), part.relate_to(font, RELATIONSHIP_TYPE.FONT))
    _get_font_list(get_element(part)).append(entry)


def _get_font_list(root: Any) -> Any:
    font_list = root.find(qn("p:embeddedFontLst"))
    if font_list is None:
        font_list = root.makeelement(qn("p:embeddedFontLst"), {})
        following = [child for name in _FOLLOWING if (child := root.find(qn(f"p:{name}"))) is not None]
        root.insert(root.index(following[0]) if following else len(root), font_list)
    return font_list
