"""Subset bundled fonts for embedding, and find the fonts that a document's characters need."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from triptych.engine.extras import is_installed
from triptych.languages.language_tags import UNSPACED
from triptych.theme.theme import FontFace, Script, Theme

# fontTools' warnings, such as about a font's date, do not concern the rendering.
logging.getLogger("fontTools").setLevel(logging.CRITICAL)

# Features used by styles that HarfBuzz does not keep by default: small capitals and figure styles.
_STYLE_FEATURES = ("smcp", "c2sc", "onum", "lnum", "pnum", "tnum")
# Features that programs without OpenType settings apply.
_DEFAULT_FEATURES = ("ccmp", "kern", "liga", "locl", "mark", "mkmk")

_CJK = re.compile(f"[{UNSPACED}\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff]")  # with Hangul
# Sequences that Unicode normalisation may change; ASCII occurs only as their first character.
_BEYOND_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_SUPPLEMENTARY_SCRIPT = "Cyrl"  # the script whose faces supplement the sans-serif family


def subset_font(
    face: FontFace,
    characters: frozenset[str],
    *,
    keep_glyph_ids: bool = False,
    only_default_features: bool = False,
) -> bytes:
    """Subset a face to ``characters``, and return it as a static font file.

    If ``keep_glyph_ids`` is set, the glyphs keep their IDs. If ``only_default_features`` is set, the font
    keeps only the OpenType features that are on by default. A font whose licence forbids subsetting is
    returned unsubsetted.
    """
    if face.project_file and face.project_file.forbids_subsetting:
        return convert_to_static(face)
    wanted = hb.SubsetInput()
    # Renumber the glyphs of CFF fonts, because PDF uses the new glyph IDs.
    wanted.flags = (
        hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.NOTDEF_OUTLINE
        | hb.SubsetFlags.DOWNGRADE_CFF2
        | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    )
    if keep_glyph_ids:
        wanted.flags |= hb.SubsetFlags.RETAIN_GIDS
    wanted.unicode_set.update(map(ord, characters))
    if only_default_features:
        wanted.layout_feature_tag_set.clear()
    features = _DEFAULT_FEATURES if only_default_features else _STYLE_FEATURES
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in features)
    return _instantiate_font(face, wanted)


def convert_to_static(face: FontFace) -> bytes:
    """Return a face with all its glyphs as a static font file, whose outlines are not CFF2.

    PDF has no CFF2 outlines (ISO 32000-2, 9.9), which static fonts may have as well.
    """
    opened = open_face(face)
    if not opened.axis_infos and "CFF2" not in opened.table_tags:
        return face.path.read_bytes()
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    wanted.flags |= hb.SubsetFlags.DOWNGRADE_CFF2
    return _instantiate_font(face, wanted)


def _instantiate_font(face: FontFace, subset_input: hb.SubsetInput) -> bytes:
    opened = open_face(face)
    if opened.axis_infos:
        subset_input.pin_all_axes_to_default(opened)
        subset_input.pin_axis_location(opened, "wght", face.weight)
    made = hb.subset(opened, subset_input)
    data = bytes(made.blob.data)
    # HarfBuzz downgrades CFF2 outlines only of variable fonts.
    return _downgrade_cff2(data) if "CFF2" in made.table_tags else data


def _downgrade_cff2(data: bytes) -> bytes:
    from fontTools.cffLib.CFF2ToCFF import convertCFF2ToCFF  # a slow import for a rare kind of font

    with _open_for_editing(data) as font:
        convertCFF2ToCFF(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def align_line_metrics(face: FontFace, data: bytes) -> bytes:
    """Set the line metrics of the font file ``data`` to those of a bundled face.

    Lines that contain both fonts are then evenly spaced.
    """
    with TTFont(face.path, lazy=True) as model, _open_for_editing(data) as font:
        scale = font["head"].unitsPerEm / model["head"].unitsPerEm
        ascent, descent = (round(size * scale) for size in (model["hhea"].ascent, model["hhea"].descent))
        lines, metrics = font["hhea"], font["OS/2"]
        lines.ascent, lines.descent, lines.lineGap = ascent, descent, 0
        metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = ascent, descent, 0
        metrics.usWinAscent, metrics.usWinDescent = ascent, -descent
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def rename_font(data: bytes, face: FontFace) -> bytes:
    """Set the names, weight and slope of the font file ``data`` to those of a face."""
    with _open_for_editing(data) as font:
        names, metrics = font["name"], font["OS/2"]
        names.names = []
        style = " ".join((str(face.weight), *(("Italic",) if face.italic else ())))
        postscript = f"{''.join(face.family.split())}-{style.replace(' ', '')}"
        for number, text in ((1, face.family), (2, style), (4, f"{face.family} {style}"), (6, postscript)):
            names.setName(text, number, 3, 1, 0x409)
        metrics.usWeightClass = face.weight
        metrics.fsSelection = metrics.fsSelection & ~0x21 | int(face.italic)
        font["head"].macStyle = int(face.italic) << 1
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _open_for_editing(data: bytes) -> TTFont:
    """Open a font to change its tables but not its outlines, so that bounding boxes are not recalculated."""
    return TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)


def select_script_characters(script: Script, text: str) -> frozenset[str]:
    """Return the characters of ``text`` that may be set in a script's faces."""
    if script.name == _SUPPLEMENTARY_SCRIPT:
        return frozenset(c for c in set(text) if c.isspace() or _is_greek_or_cyrillic(c))
    return select_characters_beyond_latin(text)


@lru_cache(maxsize=8)  # called with the whole text of a book once per face
def select_characters_beyond_latin(text: str) -> frozenset[str]:
    """Return the characters of ``text`` except ASCII and Latin, Greek and Cyrillic letters.

    Spaces are included, because layout engines do not change the face for them. The characters' normalisation
    forms are included, because HarfBuzz composes and decomposes characters.
    """
    beyond = "".join(_BEYOND_ASCII.findall(text))
    forms = set[str]().union(*(unicodedata.normalize(form, beyond) for form in ("NFC", "NFD", "NFKD")))
    return frozenset(
        c
        for c in forms.union(set(text))
        if c.isspace() or not (ord(c) < 0x80 or _is_latin_greek_or_cyrillic(c))
    )


def _is_greek_or_cyrillic(character: str) -> bool:
    """Return whether a character is a Greek or Cyrillic letter, which the sans-serif family lacks."""
    return "\u0370" <= character <= "\u1fff" and unicodedata.name(character, "").startswith(
        ("GREEK", "CYRILLIC")
    )


def _is_latin_greek_or_cyrillic(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK", "CYRILLIC"))


def open_face(face: FontFace) -> hb.Face:
    """Open a face's font file for HarfBuzz."""
    return hb.Face(hb.Blob.from_file_path(str(face.path)), face.index)


@cache
def load_code_points(path: Path, index: int = 0) -> frozenset[int]:
    """Return the code points for which a font file has glyphs."""
    return frozenset(hb.Face(hb.Blob.from_file_path(str(path)), index).unicodes)


@cache
def _collect_code_points(faces: tuple[FontFace, ...]) -> frozenset[int]:
    return frozenset[int]().union(*(load_code_points(face.path, face.index) for face in faces))


def find_missing_characters(text: str, theme: Theme) -> str:
    """Return the characters of ``text`` that are in no bundled face, each once, in order of appearance.

    A face has an accented letter if it has the composed or the decomposed form (Unicode Standard Annex #15).
    """
    beyond = _find_characters_beyond_text_faces(text, theme)
    _, left = _divide_characters_by_script(beyond, theme.scripts)
    return "".join(c for c in beyond if _is_control(c) or c in left)


def find_missing_cjk_characters(characters: Iterable[str]) -> list[str]:
    """Return the CJK characters among ``characters``, or [] if the extra ``cjk`` is installed."""
    wanting = [character for character in characters if _CJK.match(character)]
    return [] if not wanting or is_installed("cjk") else wanting


def find_scripts(text: str, languages: Iterable[str], theme: Theme) -> tuple[Script, ...]:
    """Return the scripts that a document needs: those of its languages, then those of its text.

    Each script lists only those of its languages that are in ``languages`` (RFC 4647, 3.3.1), because style
    sheet rules for all its languages would be slow.
    """
    tags = [tag.lower() for tag in languages]
    named = [script for tag in tags if (script := theme.find_script(tag))]
    beyond = _find_characters_beyond_text_faces(text, theme)
    guessed = (
        [script for tag in _guess_languages(beyond) if (script := theme.find_script(tag))] if beyond else []
    )
    order = tuple(dict.fromkeys((*named, *guessed, *theme.scripts)))
    needed, _ = _divide_characters_by_script(beyond, order)
    if any(map(_is_greek_or_cyrillic, set(text))):
        needed |= {script for script in theme.scripts if script.name == _SUPPLEMENTARY_SCRIPT}
    return tuple(
        replace(
            script,
            languages=tuple(
                language for language in script.languages if _includes_language(language.lower(), tags)
            ),
        )
        for script in order
        if script in needed or script in named
    )


def find_project_code_points(theme: Theme) -> frozenset[int]:
    """Return the code points for which the project's own fonts have glyphs."""
    return _collect_code_points(tuple(face for face in theme.faces if face.project_file))


def find_fallback_characters(text: str, theme: Theme, role: str) -> frozenset[str]:
    """Return the characters of ``text`` that the font family of a role lacks.

    Return an empty set if the theme has no fallback family for the role.
    """
    if role not in theme.fallback_families:
        return frozenset()
    code_points = load_code_points(theme.select_face(getattr(theme, role)).path)
    return frozenset(c for c in set(text) if not (_is_invisible(c) or _has_glyph(code_points, c)))


def _includes_language(language: str, tags: Iterable[str]) -> bool:
    return any(tag == language or tag.startswith(f"{language}-") for tag in tags)


def _find_characters_beyond_text_faces(text: str, theme: Theme) -> str:
    """Return the characters of ``text`` that the text faces lack, each once, in order of appearance."""
    code_points = _collect_code_points(theme.faces)
    characters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(
        c for c in characters if _is_control(c) or not (_is_invisible(c) or _has_glyph(code_points, c))
    )


def _guess_languages(characters: str) -> list[str]:
    """Return the tag "ja" if the characters include kana, and "ko" if they include Hangul."""
    names = {unicodedata.name(character, "").partition(" ")[0] for character in characters}
    return [tag for name, tag in (("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko")) if name in names]


def _divide_characters_by_script(
    characters: str, scripts: Iterable[Script]
) -> tuple[set[Script], frozenset[str]]:
    """Return the scripts whose faces have any of the characters, and the characters that no face has."""
    needed, left = set(), frozenset(characters)
    parts = {character: set(map(ord, unicodedata.normalize("NFD", character))) for character in left}
    for script in scripts if left else ():
        code_points = _collect_code_points(script.faces)
        taken = {one for one in left if ord(one) in code_points or parts[one] <= code_points}
        if taken:
            needed.add(script)
        left -= taken
    return needed, left


def _has_glyph(code_points: frozenset[int], character: str) -> bool:
    return ord(character) in code_points or all(
        ord(part) in code_points for part in unicodedata.normalize("NFD", character)
    )


def _is_control(character: str) -> bool:
    """Return whether a character is a control character that layout engines look up in fonts."""
    return "\x7f" <= character <= "\x9f"


def _is_invisible(character: str) -> bool:
    """Return whether a character needs no glyph: a space, control, joiner or variation selector."""
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf", "Zs", "Zl", "Zp") or "\ufe00" <= character <= "\ufe0f"
