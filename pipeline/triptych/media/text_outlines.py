"""Break text into lines that fit a box, and convert lines to outlines.

``fit_text`` returns the lines and the font size. ``outline_line`` returns the outlines of a line: it selects
a font face for each character, shapes runs with HarfBuzz and orders them visually.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import groupby, pairwise

import pyphen
import uharfbuzz as hb
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from triptych.languages.language_tags import UNSPACED
from triptych.media.fonts.fonts import load_code_points
from triptych.media.fonts.shaping import load_shaping_font, order_run_indices, resolve_embedding_levels
from triptych.theme.theme import FontFace

# Punctuation that Chinese and Japanese share with Latin text but set wider (CLREQ 3.1.6, JLREQ 3.1).
_SHARED_PUNCTUATION = frozenset("—‘’“”‥…‧⸺")
_OPENING_PUNCTUATION = frozenset("“‘「『（《〈【〔［｛")  # the left half of these glyphs is empty


@dataclass(frozen=True, slots=True)
class FontSettings:
    """The font faces for a text in order of preference, and its language.

    ``letter_spacing`` is in em. If ``cjk_punctuation`` is true, punctuation that CJK scripts share with Latin
    is set in the fallback faces instead of the first face.
    """

    faces: tuple[FontFace, ...]
    language: str
    is_right_to_left: bool = False
    letter_spacing: float = 0.0
    cjk_punctuation: bool = False


@dataclass(frozen=True, slots=True)
class RunOutline:
    """The outline of a run as SVG path data, with the y axis pointing upwards.

    ``x`` is the run's position on the line in em.
    """

    path: str
    units_per_em: int
    x: float


def outline_line(text: str, settings: FontSettings) -> tuple[tuple[RunOutline, ...], float]:
    """Return the outlines of a line's runs in visual order, and the line's width in em."""
    runs = list(_split_runs(text, settings))
    outlines, x = [], -_measure_leading_blank(text, settings)
    for place in order_run_indices([level for _, level, _ in runs]):
        face, level, letters = runs[place]
        path, units, advance = _outline_run(
            face, letters, bool(level % 2), settings.language, settings.letter_spacing
        )
        if path:
            outlines.append(RunOutline(path, units, x))
        x += advance
    return tuple(outlines), x


@lru_cache(maxsize=20_000)
def measure_line(text: str, settings: FontSettings) -> float:
    """Return the width of a line of text in em."""
    return outline_line(text, settings)[1]


def _measure_leading_blank(text: str, settings: FontSettings) -> float:
    """Return the width in em of the blank space before full-width opening punctuation at the line start."""
    if text[:1] not in _OPENING_PUNCTUATION or settings.is_right_to_left:
        return 0.0
    _, units, advance = _outline_run(_select_face(text[0], settings), text[0], False, settings.language, 0.0)
    return 0.5 if advance >= 1 - 1 / units else 0.0


def split_clusters(text: str) -> Iterator[str]:
    """Yield each character of ``text`` together with its combining marks and joiners.

    This approximates the grapheme clusters of Unicode Standard Annex #29.
    """
    cluster = ""
    for character in text:
        if cluster and not _extends_cluster(character) and cluster[-1] != "\u200d":
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _extends_cluster(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or character in "\u200c\u200d"


def _split_runs(text: str, settings: FontSettings) -> Iterator[tuple[FontFace, int, str]]:
    """Yield the face, the embedding level and the text of each run."""
    text = unicodedata.normalize("NFC", text)
    plain = text.isascii() and not settings.is_right_to_left
    level_of = (
        [0] * len(text) if plain else resolve_embedding_levels(text, right_to_left=settings.is_right_to_left)
    )
    marked, place, select_face = [], 0, cache(partial(_select_face, settings=settings))
    for cluster in split_clusters(text):
        marked.append((select_face(cluster), level_of[place], cluster))
        place += len(cluster)
    for (face, level), entries in groupby(marked, key=lambda mark: mark[:2]):
        yield face, level, "".join(cluster for _, _, cluster in entries)


def _select_face(cluster: str, settings: FontSettings) -> FontFace:
    first, *others = settings.faces
    faces = others if settings.cjk_punctuation and cluster[0] in _SHARED_PUNCTUATION else settings.faces
    required = [
        ord(character)
        for character in cluster
        if unicodedata.category(character) not in ("Cf", "Zs", "Mn") or character == " "
    ]
    marks = [ord(character) for character in cluster if unicodedata.category(character) == "Mn"]
    for code_points in ([*required, *marks], required):
        for face in faces:
            if all(code_point in load_code_points(face.path, face.index) for code_point in code_points):
                return face
    return first


@lru_cache(maxsize=20_000)
def _outline_run(
    face: FontFace, text: str, right_to_left: bool, language: str, letter_spacing: float
) -> tuple[str, int, float]:
    """Return a run's path data, the units per em, and the advance width in em.

    Digits are old-style if the face supports them. Letter-spaced text has no ligatures.
    """
    font, units = load_shaping_font(face)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction = "rtl" if right_to_left else "ltr"
    buffer.guess_segment_properties()
    buffer.language = language
    is_letter_spaced = letter_spacing > 0
    hb.shape(font, buffer, {"onum": True, "liga": not is_letter_spaced, "clig": not is_letter_spaced})
    parts: list[str] = []
    x, last = 0.0, None
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        if info.cluster != last and last is not None:
            x += letter_spacing * units
        last = info.cluster
        pen = SVGPathPen(None, ntos=lambda number: f"{number:.7g}")
        place = (1, 0, 0, 1, x + position.x_offset, position.y_offset)
        font.draw_glyph_with_pen(info.codepoint, TransformPen(pen, place))
        parts.append(pen.getCommands())
        x += position.x_advance
    return "".join(parts), units, x / units + (letter_spacing if text else 0.0)


LINE_ENDS = "\n\v\u2028"
_SPACES = r" \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000" + LINE_ENDS
_CJK = r"\u2e80-\u2fff\u3040-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_NOT_AT_LINE_START = (
    r"、。，．：；？！）］｝」』】〉》〕・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々%,.;:!?)\]}”’"
)
_NOT_AT_LINE_END = r"（［｛「『【〈《〔(\[{“‘"
_BREAK_OPPORTUNITY = re.compile(
    rf"(?<=[{_SPACES}])(?=[^{_SPACES}!?,.:;/)\]}}])"  # after white space, except before closing punctuation
    r"|(?<=[^\s\-][\-\u2010\u2013/])(?=[^\W\d_])"  # after a hyphen, an en dash or a slash before a letter
    r"|(?<=\w\u2014)(?=\w)"  # after an em dash between words
    rf"|(?<=[{_CJK}])(?<![{_NOT_AT_LINE_END}])(?=[^{_SPACES}{_NOT_AT_LINE_START}])"  # after an ideograph
    rf"|(?<=[^{_SPACES}{_NOT_AT_LINE_END}])(?=[{_CJK}])(?![{_NOT_AT_LINE_START}])"  # before an ideograph
)

# URLs and paths count as one word, since programs break them differently.
URL_OR_PATH = re.compile(r"[!-~]*(?::/|/[!-~]*/)[!-~]*")

# Starts of syllables in scripts without spaces between words.
_THAI = re.compile(r"[\u0e00-\u0e7f]+")
_SYLLABLES = re.compile(
    r"(?<=[\u0e80-\u0eff])(?=[\u0ec0-\u0ec4])"  # Lao: before a vowel that is written first
    r"|(?<=[\u1780-\u17d1\u17d3-\u17ff])(?=[\u1780-\u17b3])"  # Khmer: before a base letter
    r"|(?<=[\u1000-\u1038\u103a-\u109f])(?=[\u1000-\u102a\u103f](?![\u1039\u103a]))"  # Burmese: the same
)


@lru_cache(maxsize=20_000)
def split_at_break_opportunities(text: str) -> tuple[str, ...]:
    """Split text at its line break opportunities. Spaces stay at the ends of the units.

    >>> split_at_break_opportunities("a well-known word")
    ('a ', 'well-', 'known ', 'word')
    """
    units: list[str] = []
    for line in re.split(rf"(?<=[{LINE_ENDS}])", text):
        inner_places = {
            place for match in URL_OR_PATH.finditer(line) for place in range(match.start() + 1, match.end())
        }
        places = (match.start() for match in _BREAK_OPPORTUNITY.finditer(line))
        starts = [0, *(place for place in places if place not in inner_places), len(line)]
        units += [line[start:end] for start, end in pairwise(starts) if start < end]
    return tuple(units)


def split_syllables(text: str) -> list[str]:
    """Split Thai, Lao, Khmer and Burmese text into syllables; other text stays whole."""
    parts = _SYLLABLES.split(text)
    return [part for piece in parts for part in _THAI.sub(_split_thai, piece).split("\0") if part]


def _split_thai(match: re.Match[str]) -> str:
    return str(_load_thai_hyphenation().inserted(match.group(), "\0"))


@cache
def _load_thai_hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="th_TH", left=2, right=2)


_SOFT_HYPHEN = "\u00ad"
_UNSPACED_RANGES = (
    rf"{UNSPACED}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # scripts without spaces between words
)
_WORD = re.compile(rf"[^ \u200b{_SOFT_HYPHEN}{_UNSPACED_RANGES}]+")
_LONG_SEQUENCE = re.compile(rf"[^\s{_SOFT_HYPHEN}{_UNSPACED_RANGES}]{{49,}}")
# Short Chinese and Japanese text is kept on one line, since its word boundaries are unknown.
_SHORT_CJK_TEXT = re.compile(r"[\u2e80-\u312f\u31f0-\u9fff\uff0c\uff1aA-Za-zÀ-ɏ0-9·・]{2,10}")
_IDEOGRAPH = r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_IDEOGRAPH_LATIN_BOUNDARY = re.compile(
    rf"(?<={_IDEOGRAPH})(?=[A-Za-zÀ-ɏ0-9])|(?<=[A-Za-zÀ-ɏ0-9])(?={_IDEOGRAPH})"
)
_QUARTER_EM_SPACE = "\u2005"  # em, between ideographs and Latin letters (CLREQ 3.2.2, JLREQ 3.2.6)
_FONT_SIZE_STEP = 0.96
_WIDTH_STEP = 0.98
_MIN_FONT_SIZE = 4.0


@dataclass(frozen=True, slots=True)
class TextBoxLimits:
    """The width and height of a text box, and the maximum font size of its text."""

    width: float
    height: float
    font_size: float


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines of text and their font size, in units of the text box."""

    lines: tuple[str, ...]
    font_size: float


@dataclass(frozen=True, slots=True)
class _UnbreakableText:
    """Text without a line break opportunity, with its widths without and with trailing spaces in em."""

    text: str
    width: float
    width_with_space: float


def fit_text(words: str, settings: FontSettings, line_height: float, box: TextBoxLimits) -> FittedText:
    """Break text into lines at the largest font size that fits a text box.

    ``line_height`` is in em. The last line has at least three characters, and no unbreakable word is wider
    than the box. A sequence of 49 or more characters without a break opportunity may be broken anywhere.
    """
    is_unbreakable = bool(_SHORT_CJK_TEXT.fullmatch(words)) and not words.isascii()
    words = _IDEOGRAPH_LATIN_BOUNDARY.sub(_QUARTER_EM_SPACE, words)
    words = _LONG_SEQUENCE.sub(lambda match: "\u200b".join(split_clusters(match.group())), words)
    units = (
        [_measure_unbreakable_text(words, settings)]
        if is_unbreakable
        else [_measure_unbreakable_text(text, settings) for text in _split_at_all_opportunities(words)]
    )
    longest = (
        _measure_unbreakable_text(text, settings).width
        for text in ([words] if is_unbreakable else _WORD.findall(words))
    )
    min_width = max((*longest, *(unit.width for unit in units)), default=0.0)
    if not units:
        return FittedText((), box.font_size)
    shortened_units = _drop_last_two_characters(units, settings)
    size, narrow = box.font_size, box.width / box.font_size
    while size > _MIN_FONT_SIZE:
        measure = narrow = box.width / size
        lines = _break_lines(units, measure)
        while narrow * _WIDTH_STEP > min_width and len(_break_lines(units, narrow * _WIDTH_STEP)) <= len(
            lines
        ):
            narrow *= _WIDTH_STEP
        fits = min_width <= measure and len(lines) * line_height * size <= box.height
        if fits and len(_break_lines(shortened_units, narrow)) == len(lines):
            break
        size *= _FONT_SIZE_STEP
    return FittedText(tuple(map(_format_line, _break_lines(units, narrow))), size)


def _split_at_all_opportunities(text: str) -> Iterable[str]:
    """Split text at its line break opportunities, including soft hyphens and syllables."""
    for unit in split_at_break_opportunities(text):
        for part in re.split(f"(?<={_SOFT_HYPHEN})", unit):
            yield from split_syllables(part)


def _measure_unbreakable_text(text: str, settings: FontSettings) -> _UnbreakableText:
    ink = _format_line(text)
    spaces = text[len(text.rstrip()) :]
    return _UnbreakableText(
        text,
        measure_line(ink, settings),
        measure_line(_remove_break_characters(text.rstrip()) + spaces, settings),
    )


def _drop_last_two_characters(
    units: Sequence[_UnbreakableText], settings: FontSettings
) -> list[_UnbreakableText]:
    """Return the units without their last two characters; the first character is always kept."""
    out = list(units)
    left = min(2, sum(len(list(split_clusters(unit.text))) for unit in units) - 1)
    while left > 0:
        last = list(split_clusters(out.pop().text))
        if len(last) > left:
            out.append(_measure_unbreakable_text("".join(last[:-left]), settings))
        left = max(0, left - len(last))
    return out


def _break_lines(units: Sequence[_UnbreakableText], max_width: float) -> list[str]:
    """Join unbreakable units greedily into lines up to ``max_width`` em wide."""
    lines: list[str] = []
    used_width = 0.0
    for unit in units:
        if lines and used_width + unit.width <= max_width:
            lines[-1] += unit.text
            used_width += unit.width_with_space
        else:
            lines.append(unit.text)
            used_width = unit.width_with_space
    return lines


def _format_line(line: str) -> str:
    """Replace a soft hyphen at the end of a line with a hyphen, and remove all other soft hyphens."""
    line = line.rstrip()
    return _remove_break_characters(line) + ("-" if line.endswith(_SOFT_HYPHEN) else "")


def _remove_break_characters(text: str) -> str:
    return text.replace(_SOFT_HYPHEN, "").replace("\u200b", "")
