"""Subset fonts for embedding, and find the fonts that a document's characters need."""

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

# fontTools' warnings, for example about a font's date, do not affect rendering.
logging.getLogger("fontTools").setLevel(logging.CRITICAL)

# Features for small capitals and figure styles, which HarfBuzz does not keep by default.
_STYLE_FEATURES = ("smcp", "c2sc", "onum", "lnum", "pnum", "tnum")
# Features that programs without OpenType settings apply.
_DEFAULT_FEATURES = ("ccmp", "kern", "liga", "locl", "mark", "mkmk")

_CJK = re.compile(f"[{UNSPACED}\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff]")  # includes Hangul
# Sequences that Unicode normalisation may change. ASCII occurs only as the first character.
_BEYOND_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_SUPPLEMENTARY_SCRIPT = "Cyrl"  # script whose faces supplement the sans-serif family


def subset_font(
    face: FontFace,
    characters: frozenset[str],
    *,
    keep_glyph_ids: bool = False,
    only_default_features: bool = False,
) -> bytes:
    """Subset a face to ``characters``, and return it as a static font file.

    If ``keep_glyph_ids`` is true, glyph IDs do not change. If ``only_default_features`` is true, the font
    keeps only the OpenType features that are on by default. A font whose licence forbids subsetting is
    returned unsubsetted.
    """
    if face.project_file and face.project_file.forbids_subsetting:
        return convert_to_static(face)
    subset_input = hb.SubsetInput()
    # Glyphs of CFF fonts must be renumbered, because PDF uses the new glyph IDs.
    subset_input.flags = (
        hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.NOTDEF_OUTLINE
        | hb.SubsetFlags.DOWNGRADE_CFF2
        | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    )
    if keep_glyph_ids:
        subset_input.flags |= hb.SubsetFlags.RETAIN_GIDS
    subset_input.unicode_set.update(map(ord, characters))
    if only_default_features:
        subset_input.layout_feature_tag_set.clear()
    features = _DEFAULT_FEATURES if only_default_features else _STYLE_FEATURES
    subset_input.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in features)
    return _instantiate_font(face, subset_input)


def convert_to_static(face: FontFace) -> bytes:
    """Return a face with all its glyphs as a static font file without CFF2 outlines.

    PDF does not support CFF2 outlines (ISO 32000-2, 9.9), which static fonts may have as well.
    """
    hb_face = open_face(face)
    if not hb_face.axis_infos and "CFF2" not in hb_face.table_tags:
        return face.path.read_bytes()
    subset_input = hb.SubsetInput()
    subset_input.keep_everything()
    subset_input.flags |= hb.SubsetFlags.DOWNGRADE_CFF2
    return _instantiate_font(face, subset_input)


def _instantiate_font(face: FontFace, subset_input: hb.SubsetInput) -> bytes:
    hb_face = open_face(face)
    if hb_face.axis_infos:
        subset_input.pin_all_axes_to_default(hb_face)
        subset_input.pin_axis_location(hb_face, "wght", face.weight)
    instance = hb.subset(hb_face, subset_input)
    data = bytes(instance.blob.data)
    # HarfBuzz converts CFF2 outlines only in variable fonts.
    return _downgrade_cff2(data) if "CFF2" in instance.table_tags else data


def _downgrade_cff2(data: bytes) -> bytes:
    from fontTools.cffLib.CFF2ToCFF import convertCFF2ToCFF  # slow to import, and rarely needed

    with _open_for_editing(data) as font:
        convertCFF2ToCFF(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def align_line_metrics(face: FontFace, data: bytes) -> bytes:
    """Set the line metrics of the font file ``data`` to those of a bundled face.

    This makes lines with both fonts evenly spaced.
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


@cache
def get_postscript_name(face: FontFace) -> str:
    """Return the PostScript name of a face; ``rename_font`` gives it to faces of the project."""
    if face.project_file:
        return face.name.rpartition(".")[0]
    return str(open_face(face).get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or "")


def rename_font(data: bytes, face: FontFace) -> bytes:
    """Set the names, weight and slope of the font file ``data`` to those of a face."""
    with _open_for_editing(data) as font:
        names, metrics = font["name"], font["OS/2"]
        names.names = []
        style = " ".join((str(face.weight), *(("Italic",) if face.italic else ())))
        named = (
            (1, face.family),
            (2, style),
            (4, f"{face.family} {style}"),
            (6, get_postscript_name(face)),
        )
        for number, text in named:
            names.setName(text, number, 3, 1, 0x409)
        metrics.usWeightClass = face.weight
        metrics.fsSelection = metrics.fsSelection & ~0x21 | int(face.italic)
        font["head"].macStyle = int(face.italic) << 1
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _open_for_editing(data: bytes) -> TTFont:
    """Open a font for changes to tables other than outlines, so that bounding boxes are not recalculated."""
    return TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)


def select_script_characters(script: Script, text: str) -> frozenset[str]:
    """Return the characters of ``text`` that may be set in the faces of a script."""
    if script.name == _SUPPLEMENTARY_SCRIPT:
        return frozenset(
            character for character in set(text) if character.isspace() or _is_greek_or_cyrillic(character)
        )
    return select_characters_beyond_latin(text)


@lru_cache(maxsize=8)  # called with the whole text of a book for each face
def select_characters_beyond_latin(text: str) -> frozenset[str]:
    """Return the characters of ``text`` except ASCII and Latin, Greek and Cyrillic letters.

    Spaces are included, because layout engines do not change the face for them. Normalisation forms are
    included, because HarfBuzz composes and decomposes characters.
    """
    extended = "".join(_BEYOND_ASCII.findall(text))
    forms = set[str]().union(*(unicodedata.normalize(form, extended) for form in ("NFC", "NFD", "NFKD")))
    return frozenset(
        character
        for character in forms.union(set(text))
        if character.isspace() or not (ord(character) < 0x80 or _is_latin_greek_or_cyrillic(character))
    )


def _is_greek_or_cyrillic(character: str) -> bool:
    """Return whether a character is Greek or Cyrillic; the sans-serif family has no such letters."""
    return "\u0370" <= character <= "\u1fff" and unicodedata.name(character, "").startswith(
        ("GREEK", "CYRILLIC")
    )


def _is_latin_greek_or_cyrillic(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK", "CYRILLIC"))


def open_face(face: FontFace) -> hb.Face:
    """Open a face's font file for HarfBuzz."""
    return hb.Face(hb.Blob.from_file_path(str(face.path)), face.index)


def measure_x_height(face: FontFace) -> float:
    """Measure a face's x-height in em from the glyph x, because font tables are often wrong.

    Return 0.5 if the face has no x.
    """
    font = hb.Font(open_face(face))
    glyph = font.get_nominal_glyph(ord("x"))
    extents = font.get_glyph_extents(glyph) if glyph is not None else None
    return float(extents.y_bearing / font.face.upem) if extents and extents.height else 0.5


def measure_descent(face: FontFace) -> float:
    """Return the distance in em from the baseline to the bottom of a face's lines."""
    font = hb.Font(open_face(face))
    return -float(font.get_font_extents("ltr").descender / font.face.upem)


@cache
def load_code_points(path: Path, index: int = 0) -> frozenset[int]:
    """Return the code points that have glyphs in a font file."""
    return frozenset(hb.Face(hb.Blob.from_file_path(str(path)), index).unicodes)


@cache
def _collect_code_points(faces: tuple[FontFace, ...]) -> frozenset[int]:
    return frozenset[int]().union(*(load_code_points(face.path, face.index) for face in faces))


def find_missing_characters(text: str, theme: Theme) -> str:
    """Return the characters of ``text`` that are in no bundled face, each once, in order of appearance.

    A face has an accented letter if it has the composed or the decomposed form (Unicode Standard Annex #15).
    """
    unsupported = _find_characters_beyond_text_faces(text, theme)
    _, left = _divide_characters_by_script(unsupported, theme.scripts)
    return "".join(character for character in unsupported if _is_control(character) or character in left)


def find_missing_cjk_characters(characters: Iterable[str]) -> list[str]:
    """Return the CJK characters in ``characters``, or [] if the extra ``cjk`` is installed."""
    cjk_characters = [character for character in characters if _CJK.match(character)]
    return [] if not cjk_characters or is_installed("cjk") else cjk_characters


def find_scripts(text: str, languages: Iterable[str], theme: Theme) -> tuple[Script, ...]:
    """Return the scripts that a document needs: first those of its languages, then those of its text.

    Each script is reduced to those of its languages that are in ``languages`` (RFC 4647, 3.3.1), because
    style sheet rules for all its languages would be slow.
    """
    tags = [tag.lower() for tag in languages]
    scripts_of_tags = [script for tag in tags if (script := theme.find_script(tag))]
    unsupported = _find_characters_beyond_text_faces(text, theme)
    guessed_scripts = (
        [script for tag in _guess_languages(unsupported) if (script := theme.find_script(tag))]
        if unsupported
        else []
    )
    order = tuple(dict.fromkeys((*scripts_of_tags, *guessed_scripts, *theme.scripts)))
    required, _ = _divide_characters_by_script(unsupported, order)
    if any(map(_is_greek_or_cyrillic, set(text))):
        required |= {script for script in theme.scripts if script.name == _SUPPLEMENTARY_SCRIPT}
    return tuple(
        replace(
            script,
            languages=tuple(
                language for language in script.languages if _includes_language(language.lower(), tags)
            ),
        )
        for script in order
        if script in required or script in scripts_of_tags
    )


def find_project_code_points(theme: Theme) -> frozenset[int]:
    """Return the code points that have glyphs in the project's own fonts."""
    return _collect_code_points(tuple(face for face in theme.faces if face.project_file))


def find_fallback_characters(text: str, theme: Theme, role: str) -> frozenset[str]:
    """Return the characters of ``text`` that are missing in the font family of a role.

    Return an empty set if the theme has no fallback family for the role.
    """
    if role not in theme.fallback_families:
        return frozenset()
    code_points = load_code_points(theme.select_face(getattr(theme, role)).path)
    return frozenset(
        character
        for character in set(text)
        if not (_is_invisible(character) or _has_glyph(code_points, character))
    )


def _includes_language(language: str, tags: Iterable[str]) -> bool:
    return any(tag == language or tag.startswith(f"{language}-") for tag in tags)


def _find_characters_beyond_text_faces(text: str, theme: Theme) -> str:
    """Return the characters of ``text`` missing from the text faces, each once, in order of appearance."""
    code_points = _collect_code_points(theme.faces)
    characters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(
        character
        for character in characters
        if _is_control(character) or not (_is_invisible(character) or _has_glyph(code_points, character))
    )


def _guess_languages(characters: str) -> list[str]:
    """Return a list with "ja" if the characters include kana, and "ko" if they include Hangul."""
    names = {unicodedata.name(character, "").partition(" ")[0] for character in characters}
    return [tag for name, tag in (("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko")) if name in names]


def _divide_characters_by_script(
    characters: str, scripts: Iterable[Script]
) -> tuple[set[Script], frozenset[str]]:
    """Return the scripts whose faces cover some of the characters, and the characters left uncovered."""
    required, left = set(), frozenset(characters)
    parts = {character: set(map(ord, unicodedata.normalize("NFD", character))) for character in left}
    for script in scripts if left else ():
        code_points = _collect_code_points(script.faces)
        covered = {
            character
            for character in left
            if ord(character) in code_points or parts[character] <= code_points
        }
        if covered:
            required.add(script)
        left -= covered
    return required, left


def _has_glyph(code_points: frozenset[int], character: str) -> bool:
    return ord(character) in code_points or all(
        ord(part) in code_points for part in unicodedata.normalize("NFD", character)
    )


def _is_control(character: str) -> bool:
    """Return whether layout engines look up a control character in fonts."""
    return "\x7f" <= character <= "\x9f"


def _is_invisible(character: str) -> bool:
    """Return whether a character needs no glyph, like spaces, controls, joiners and variation selectors."""
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf", "Zs", "Zl", "Zp") or "\ufe00" <= character <= "\ufe0f"
