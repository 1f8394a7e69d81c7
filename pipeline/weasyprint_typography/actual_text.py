"""Find glyphs whose text PDF readers would extract wrongly, and the text of each glyph.

A PDF reader maps each glyph to text with the ToUnicode map of its font, in the order in which glyphs are
shown (ISO 32000-1, 9.10.2). This fails for scripts that reorder vowels, join letters, or compose a letter
from several glyphs. Such glyphs need an ``ActualText`` (ISO 32000-1, 14.9.4). All other glyphs do without it,
which keeps files small.
"""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from weasyprint_typography.measuring import RunGlyphs

EMPTY = 0x0FFFFFFF  # Pango's glyph for invisible characters
NO_TEXT = "\u200b"  # for glyphs that do not represent text
_JOINERS = "\u200c\u200d"  # zero-width joiner and non-joiner, which are part of the spelling
# Spaces and hyphens with the same glyph as the ordinary ones, which readers would not search for.
_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_EQUIVALENT = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys("\u2010\u2011", "-"))
_MAX_SPAN_LENGTH = 20  # characters per ``ActualText`` in text without spaces
_CHARACTERS = "typography_characters"  # attribute of a font


class GlyphSpan(NamedTuple):
    """The glyphs of a run from index ``first`` up to, but excluding, ``end``, and their text."""

    first: int
    end: int
    text: str


def find_misread_glyphs(font: Any, glyphs: RunGlyphs, text: bytes, *, rtl: bool) -> Sequence[GlyphSpan]:
    """Return the spans of a run that need an ``ActualText``, and extend the font's ToUnicode map.

    ``text`` is the text of the run in UTF-8.
    """
    texts_by_glyph: dict[int, str] = font.to_unicode
    marked = any(glyphs.y_offsets) or any(glyphs.x_offsets)
    if not marked and (not rtl or len(glyphs.glyph_ids) == len(text.decode())):
        try:
            if (
                "".join([texts_by_glyph[glyph] for glyph in glyphs.glyph_ids[:: -1 if rtl else 1]]).encode()
                == text
            ):
                return ()
        except KeyError:
            pass
    misread: list[GlyphSpan] = []
    clusters = _find_clusters(glyphs, text, rtl)
    for first, end, words in clusters:
        visible_glyphs = [glyph for glyph in glyphs.glyph_ids[first:end] if glyph != EMPTY]
        if not visible_glyphs:
            continue
        _map_glyphs(font, visible_glyphs, words)
        reading = "".join([texts_by_glyph[glyph] for glyph in visible_glyphs[:: -1 if rtl else 1]])
        # PDF readers extract a combining mark with an offset as a separate word or line.
        is_offset = end - first > 1 and (any(glyphs.x_offsets[first:end]) or any(glyphs.y_offsets[first:end]))
        joined = rtl and len(visible_glyphs) == 1 < len(words)
        is_other = reading != words and reading.translate(_EQUIVALENT) != words.translate(_EQUIVALENT)
        if is_offset or joined or is_other:
            misread.append(GlyphSpan(first, end, words))
    return misread if rtl else _extend_to_words(misread, clusters)


def _find_clusters(glyphs: RunGlyphs, text: bytes, rtl: bool) -> list[GlyphSpan]:
    """Return the clusters of a run with their text, in visual order.

    Combining marks and joiners belong to the preceding letter. A no-break space becomes a plain space, since
    it has no purpose in lines that are already broken.
    """
    starts = list(dict.fromkeys(glyphs.clusters))
    counts = Counter(glyphs.clusters)
    stops = [len(text), *starts[:-1]] if rtl else [*starts[1:], len(text)]
    result: list[GlyphSpan] = []
    end = 0
    for start, stop in zip(starts, stops, strict=True):
        first, end = end, end + counts[start]
        result.append(GlyphSpan(first, end, text[start:stop].decode().replace("\u00a0", " ")))
    if result[-1].end == len(text):  # one glyph per letter
        return result
    merged: list[GlyphSpan] = []
    for span in reversed(result) if rtl else result:
        if merged and span.text and is_combining_mark(span.text[0]):
            last = merged.pop()
            first, end = min(last.first, span.first), max(last.end, span.end)
            span = GlyphSpan(first, end, last.text + span.text)
        merged.append(span)
    return merged[::-1] if rtl else merged


def is_combining_mark(character: str) -> bool:
    """Return whether a character is a combining mark or a joiner, which belongs to the preceding letter."""
    return character in _JOINERS or unicodedata.category(character).startswith("M")


def _extend_to_words(misread_spans: list[GlyphSpan], clusters: list[GlyphSpan]) -> list[GlyphSpan]:
    """Extend the spans of misread glyphs to whole words, since people search for words.

    Text without spaces is divided into parts of about ``_MAX_SPAN_LENGTH`` clusters. A word includes the
    following space, since combining marks of its last letter may begin there.
    """
    result: list[GlyphSpan] = []
    misread, word = set(misread_spans), list[GlyphSpan]()
    for span in clusters:
        word.append(span)
        is_long = len(word) >= _MAX_SPAN_LENGTH and span not in misread
        if span.text == " " or is_long or span is clusters[-1]:
            if not misread.isdisjoint(word):
                result.append(GlyphSpan(word[0].first, span.end, "".join(part.text for part in word)))
            word = []
    return result


def _map_glyphs(font: Any, glyphs: Sequence[int], text: str) -> None:
    """Add glyphs to a font's ToUnicode map. ``text`` is the text that they represent together."""
    texts_by_glyph: dict[int, str] = font.to_unicode
    if all(glyph in texts_by_glyph for glyph in glyphs):
        return
    characters = getattr(font, _CHARACTERS, None)
    if characters is None:
        characters = _collect_glyph_characters(font.file_content)
        setattr(font, _CHARACTERS, characters)
    for glyph in glyphs:
        if glyph in texts_by_glyph:
            continue
        if (character := characters.get(glyph)) is not None:
            texts_by_glyph[glyph] = character
        elif len(glyphs) == 1:
            texts_by_glyph[glyph] = text or NO_TEXT
        else:
            texts_by_glyph[glyph] = _normalise_glyph_texts(font.file_content).get(glyph) or NO_TEXT


def map_blank_glyph(font: Any) -> int | None:
    """Add a font's space glyph to the ToUnicode map, and return it; return None if the font has none."""
    glyph = _find_space_glyph(font.file_content)
    if glyph:
        font.to_unicode.setdefault(glyph, " ")
    return glyph


def map_letter_glyphs(font: Any, letters: str) -> list[int]:
    """Add the isolated glyph of each letter to the font's ToUnicode map, and return the glyphs.

    If a letter has no glyph, or its glyph represents another text, return an empty list.
    """
    nominal = hb.Font(hb.Face(font.file_content)).get_nominal_glyph
    glyphs = [nominal(ord(letter)) or 0 for letter in letters]
    if not all(
        glyph and font.to_unicode.setdefault(glyph, letter) == letter
        for glyph, letter in zip(glyphs, letters, strict=True)
    ):
        return []
    return glyphs


@lru_cache(maxsize=64)
def _find_space_glyph(data: bytes) -> int | None:
    return hb.Font(hb.Face(data)).get_nominal_glyph(0x20) or None


@lru_cache(maxsize=64)
def _collect_glyph_characters(data: bytes) -> dict[int, str]:
    """Map glyph ids to characters, without compatibility characters (normal form KC)."""
    face = hb.Face(data)
    font = hb.Font(face)
    characters_by_glyph: dict[int, str] = {}
    for code in sorted(face.unicodes):
        character = chr(code)
        if unicodedata.normalize("NFKC", character) == character and (glyph := font.get_nominal_glyph(code)):
            characters_by_glyph.setdefault(glyph, character)
    return characters_by_glyph


@lru_cache(maxsize=32)
def _normalise_glyph_texts(data: bytes) -> dict[int, str]:
    return {glyph: unicodedata.normalize("NFKC", text) for glyph, text in collect_glyph_texts(data).items()}


_MAX_SUBSTITUTION_DEPTH = 8  # nested substitutions


def collect_glyph_texts(data: bytes) -> dict[int, str]:
    """Map the glyph ids of characters and of GSUB substitutions to text."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        texts = {name: chr(code) for code, name in sorted(font.getBestCmap().items(), reverse=True)}
        steps = list(_find_substitutions(font)) if "GSUB" in font else []
        for _ in range(_MAX_SUBSTITUTION_DEPTH):
            texts_by_name: dict[str, str] = {}
            for parts, result_glyph in steps:
                if result_glyph not in texts and all(part in texts for part in parts):
                    # A glyph that replaces several sequences represents the longest text.
                    texts_by_name[result_glyph] = max(
                        texts_by_name.get(result_glyph, ""), "".join(texts[part] for part in parts), key=len
                    )
            if not texts_by_name:
                break
            texts |= texts_by_name
        return {font.getGlyphID(name): text for name, text in texts.items()}


def _find_substitutions(font: TTFont) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each GSUB substitution: a sequence of glyph names, and the first glyph name that replaces it."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            match table.LookupType:
                case 1:
                    yield from (((old,), new) for old, new in table.mapping.items())
                case 2:
                    yield from (((old,), new[0]) for old, new in table.mapping.items() if new)
                case 3:
                    yield from (
                        ((old,), new) for old, alternates in table.alternates.items() for new in alternates
                    )
                case 4:
                    for first, ligatures in table.ligatures.items():
                        yield from (
                            ((first, *ligature.Component), ligature.LigGlyph) for ligature in ligatures
                        )
