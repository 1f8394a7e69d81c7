"""Where the glyphs of a text can't be read as the text that they stand for, and what is to be read there.

A reader of a PDF takes each glyph for the text that its font's map gives it, in the order in which glyphs are
shown (ISO 32000-1, 9.10.2). Scripts that move a vowel before its consonant, join letters, or build one of
several glyphs can't be read so: those glyphs get an ``ActualText`` (ISO 32000-1, 14.9.4). All others need
none, which keeps files small.
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

EMPTY = 0x0FFFFFFF  # Pango's glyph for what is not seen
_UNSEEN = "\u200b"  # of a glyph that stands for no text
_JOINERS = "\u200c\u200d"  # letters to be joined, or not: words are spelt with them
# Spaces, those of a width too, and hyphens that faces draw alike, which nobody looks for.
_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_ALIKE = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys("\u2010\u2011", "-"))
_LONGEST = 20  # letters that are said at once, where there is no space
_CHARACTERS = "typography_characters"  # what is kept with the engine's fonts


class GlyphSpan(NamedTuple):
    """Glyphs of a run from ``first`` up to ``end``, which are to be read as a text."""

    first: int
    end: int
    text: str


def find_misread(font: Any, glyphs: RunGlyphs, text: bytes, *, from_right: bool) -> Sequence[GlyphSpan]:
    """Return the glyphs of a run that can't be read as they are shown; the font's map learns the others.

    ``text`` is that of the run, ``from_right`` the way that it is written.
    """
    known: dict[int, str] = font.to_unicode
    marked = any(glyphs.rises) or any(glyphs.moves)
    if not marked and (not from_right or len(glyphs.numbers) == len(text.decode())):
        try:
            if (
                "".join([known[glyph] for glyph in glyphs.numbers[:: -1 if from_right else 1]]).encode()
                == text
            ):
                return ()
        except KeyError:
            pass
    wrong: list[GlyphSpan] = []
    clusters = _find_clusters(glyphs, text, from_right)
    for first, end, words in clusters:
        shown = [glyph for glyph in glyphs.numbers[first:end] if glyph != EMPTY]
        if not shown:
            continue
        _learn_glyphs(font, shown, words)
        reading = "".join([known[glyph] for glyph in shown[:: -1 if from_right else 1]])
        # Readers take a mark that is set apart for a word, or a line, of its own.
        apart = end - first > 1 and (any(glyphs.moves[first:end]) or any(glyphs.rises[first:end]))
        joined = from_right and len(shown) == 1 < len(words)
        is_other = reading != words and reading.translate(_ALIKE) != words.translate(_ALIKE)
        if apart or joined or is_other:
            wrong.append(GlyphSpan(first, end, words))
    return wrong if from_right else _words_with(wrong, clusters)


def _find_clusters(glyphs: RunGlyphs, text: bytes, from_right: bool) -> list[GlyphSpan]:
    """Return the glyphs that belong together, in the order in which they are shown, with their text.

    Marks and joiners, which are not seen, belong to the letter before them. A no-break space has done what it
    is for when lines are set, and is copied and searched as any other.
    """
    begins = list(dict.fromkeys(glyphs.clusters))
    counts = Counter(glyphs.clusters)
    stops = [len(text), *begins[:-1]] if from_right else [*begins[1:], len(text)]
    result: list[GlyphSpan] = []
    end = 0
    for begin, stop in zip(begins, stops, strict=True):
        first, end = end, end + counts[begin]
        result.append(GlyphSpan(first, end, text[begin:stop].decode().replace("\u00a0", " ")))
    if result[-1].end == len(text):  # a glyph a letter
        return result
    merged: list[GlyphSpan] = []
    for span in reversed(result) if from_right else result:
        if merged and span.text and is_mark(span.text[0]):
            span = _join_spans(merged.pop(), span)
        merged.append(span)
    return merged[::-1] if from_right else merged


def is_mark(character: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return character in _JOINERS or unicodedata.category(character).startswith("M")


def _join_spans(span: GlyphSpan, following: GlyphSpan) -> GlyphSpan:
    first, end = min(span.first, following.first), max(span.end, following.end)
    return GlyphSpan(first, end, span.text + following.text)


def _words_with(wrong: list[GlyphSpan], clusters: list[GlyphSpan]) -> list[GlyphSpan]:
    """Return the words that misread glyphs are in, as readers search for them; parts of lines without spaces.

    The space behind a word is part of it: marks of its last letter may begin there.
    """
    result: list[GlyphSpan] = []
    misread, word = set(wrong), list[GlyphSpan]()
    for span in clusters:
        word.append(span)
        is_long = len(word) >= _LONGEST and span not in misread
        if span.text == " " or is_long or span is clusters[-1]:
            if not misread.isdisjoint(word):
                result.append(GlyphSpan(word[0].first, span.end, "".join(part.text for part in word)))
            word = []
    return result


def _learn_glyphs(font: Any, shown: Sequence[int], words: str) -> None:
    known: dict[int, str] = font.to_unicode
    if all(glyph in known for glyph in shown):
        return
    characters = getattr(font, _CHARACTERS, None)
    if characters is None:
        characters = _glyph_characters(font.file_content)
        setattr(font, _CHARACTERS, characters)
    for glyph in shown:
        if glyph in known:
            continue
        if (character := characters.get(glyph)) is not None:
            known[glyph] = character
        elif len(shown) == 1:
            known[glyph] = words or _UNSEEN
        else:
            known[glyph] = _normal_glyph_texts(font.file_content).get(glyph) or _UNSEEN


def blank_glyph(font: Any) -> int | None:
    """Return the glyph of a space in a font and mark it as used."""
    glyph = _space_glyph(font.file_content)
    if glyph:
        font.to_unicode.setdefault(glyph, " ")
    return glyph


def letter_glyphs(font: Any, letters: str) -> list[int]:
    """Return the glyphs of letters that stand alone and mark them as used; none if one letter lacks one."""
    nominal = hb.Font(hb.Face(font.file_content)).get_nominal_glyph
    glyphs = [nominal(ord(letter)) or 0 for letter in letters]
    if not all(
        glyph and font.to_unicode.setdefault(glyph, letter) == letter
        for glyph, letter in zip(glyphs, letters, strict=True)
    ):
        return []
    return glyphs


@lru_cache(maxsize=64)
def _space_glyph(data: bytes) -> int | None:
    return hb.Font(hb.Face(data)).get_nominal_glyph(0x20) or None


@lru_cache(maxsize=64)
def _glyph_characters(data: bytes) -> dict[int, str]:
    """Return the character of each glyph that has one; not those that spell others in another form."""
    face = hb.Face(data)
    font = hb.Font(face)
    found: dict[int, str] = {}
    for code in sorted(face.unicodes):
        character = chr(code)
        if unicodedata.normalize("NFKC", character) == character and (glyph := font.get_nominal_glyph(code)):
            found.setdefault(glyph, character)
    return found


@lru_cache(maxsize=32)
def _normal_glyph_texts(data: bytes) -> dict[int, str]:
    return {glyph: unicodedata.normalize("NFKC", text) for glyph, text in glyph_texts(data).items()}


_DEEPEST = 8  # substitutions of substitutions


def glyph_texts(data: bytes) -> dict[int, str]:
    """Return the text of each glyph of a font that a character or a substitution leads to."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        texts = {name: chr(code) for code, name in sorted(font.getBestCmap().items(), reverse=True)}
        steps = list(_find_substitutions(font)) if "GSUB" in font else []
        for _ in range(_DEEPEST):
            found: dict[str, str] = {}
            for parts, made in steps:
                if made not in texts and all(part in texts for part in parts):
                    # What several glyphs can lead to stands for most of them together.
                    found[made] = max(found.get(made, ""), "".join(texts[part] for part in parts), key=len)
            if not found:
                break
            texts |= found
        return {font.getGlyphID(name): text for name, text in texts.items()}


def _find_substitutions(font: TTFont) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield glyphs and the one that replaces them; if several do, the first."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            match table.LookupType:
                case 1:
                    yield from (((old,), new) for old, new in table.mapping.items())
                case 2:
                    yield from (((old,), new[0]) for old, new in table.mapping.items() if new)
                case 3:
                    yield from (((old,), new) for old, several in table.alternates.items() for new in several)
                case 4:
                    for first, ligatures in table.ligatures.items():
                        yield from (
                            ((first, *ligature.Component), ligature.LigGlyph) for ligature in ligatures
                        )
