"""Draw a cover image for a book without one.

The design follows the title page (``print/title-page.css.j2``), with the same fonts in larger sizes.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass

import pyphen
from PIL import Image

from triptych.languages.labels import Labels
from triptych.languages.language_tags import get_text_direction
from triptych.media.fonts.fonts import find_scripts
from triptych.media.raster_images import open_picture
from triptych.media.svg_rendering import render_svg
from triptych.media.text_outlines import FittedText, FontSettings, TextBoxLimits, fit_text, outline_line
from triptych.model.book import Metadata
from triptych.theme.print_design import TextStyle
from triptych.theme.theme import FontFace, Script, Theme

COVER_SIZE = (1600, 2560)  # pixels, as required by bookshops
_MARGIN = 160  # pixels
_EMBLEM_TOP = 300  # distance of the emblem from the top edge, in pixels
_TITLE_SIZE = 240  # font size of the title in pixels
_MAX_TITLE_SIZE = 320  # maximum font size of a short title in pixels
_MIN_BAND_HEIGHT = 560  # minimum height in pixels of the colour band at the bottom of a light cover
_LONG_WORD = re.compile(r"[^\W\d_]{19,}")
_COLOUR_COUNT = 128  # enough for a flat design with antialiased text
# The minimum line height in em, by script, since many scripts are taller than Latin.
_LINE_HEIGHTS = {"Aran": 2.0}
_DEFAULT_LINE_HEIGHT = 1.4
_SCRIPTS_LIKE_LATIN = frozenset("Cyrl Zsym Zmth Zsye Hans Hant Jpan Kore Armn Geor".split())


@dataclass(frozen=True, slots=True)
class CoverText:
    """The text on a cover, with soft hyphens in long words and no-break spaces in names."""

    title: str
    subtitle: str
    people: str
    imprint: str
    language: str


@dataclass(frozen=True, slots=True)
class _CoverTextStyle:
    """A text style with its colour and its letter spacing in em."""

    style: TextStyle
    colour: str
    letter_spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class _TextBlock:
    """Text broken into lines.

    ``line_height`` is in em. ``baseline_offset`` is the distance from the top of a line to its baseline, in
    em.
    """

    text: FittedText
    settings: FontSettings
    colour: str
    line_height: float
    baseline_offset: float

    @property
    def height(self) -> float:
        return len(self.text.lines) * self.line_height * self.text.font_size


def make_cover_text(metadata: Metadata, labels: Labels) -> CoverText:
    """Make the text of a cover from a book's metadata."""
    names = [name.replace(" ", "\u00a0") for name in metadata.maker.names]
    year = str(metadata.date.year) if metadata.date else ""
    return CoverText(
        title=_add_soft_hyphens(metadata.title, metadata.language),
        subtitle=_add_soft_hyphens(metadata.subtitle, metadata.language),
        people=labels.credited(metadata.maker.role, names) if names else "",
        imprint=" · ".join(filter(None, (metadata.publisher, year))),
        language=metadata.language,
    )


def draw_cover(cover: CoverText, theme: Theme) -> bytes:
    """Draw a cover as an sRGB PNG of ``COVER_SIZE`` without transparency."""
    with open_picture(render_svg(draw_cover_svg(cover, theme))) as rendered, io.BytesIO() as out:
        dots = rendered.convert("RGB").quantize(_COLOUR_COUNT, dither=Image.Dither.NONE)
        dots.save(out, "PNG")
        return out.getvalue()


def draw_cover_svg(cover: CoverText, theme: Theme) -> str:
    """Draw a cover as an SVG of rectangles and outlines. A user unit is a pixel."""
    kinds, colours = theme.print.type, theme.colours
    panel = theme.print.title_page == "panel"
    setter = _CoverTypesetter(cover, theme)
    unit = _TITLE_SIZE / kinds.book_title.size
    measure = COVER_SIZE[0] - 2 * _MARGIN
    above = colours.background if panel else colours.dark

    title = setter.typeset_block(
        cover.title,
        _CoverTextStyle(kinds.book_title, above, -0.01),
        TextBoxLimits(measure, 860, _MAX_TITLE_SIZE),
    )
    max_size = 0.62 * title.text.font_size  # maximum font size of other text
    lower_blocks = [
        setter.typeset_block(
            words, kind, TextBoxLimits(measure, height, min(kind.style.size * unit, max_size))
        )
        for words, kind, height in (
            (cover.people, _CoverTextStyle(kinds.book_authors, colours.background), 300),
            (cover.imprint, _CoverTextStyle(kinds.book_publisher, colours.emblem[1], 0.03), 150),
        )
        if words
    ]
    low = sum(block.height for block in lower_blocks) + 8 * unit * (len(lower_blocks) - 1)

    parts = [_draw_rectangle(0, 0, *COVER_SIZE, colours.dark if panel else colours.background)]
    y = float(_EMBLEM_TOP)
    for x, width, colour in _list_emblem_rectangles(theme, unit, measure, panel):
        left = COVER_SIZE[0] - _MARGIN - x - width if setter.is_right_to_left else _MARGIN + x
        parts.append(_draw_rectangle(left, y, width, (5 if panel else 6) * unit, colour))
    y += (29 if panel else 24) * unit
    parts += _draw_block(title, y)
    y += title.height
    if cover.subtitle:
        y += max(12, 20 * title.text.font_size / _TITLE_SIZE) * unit
        subtitle = _CoverTextStyle(kinds.book_subtitle, colours.background if panel else colours.foreground)
        limits = TextBoxLimits(measure, 300, min(subtitle.style.size * unit, max_size))
        parts += _draw_block(setter.typeset_block(cover.subtitle, subtitle, limits), y)
    if not panel:
        band = max(math.ceil(low) + 2 * _MARGIN, _MIN_BAND_HEIGHT)
        parts.append(_draw_rectangle(0, COVER_SIZE[1] - band, COVER_SIZE[0], band, colours.dark))
    y = COVER_SIZE[1] - _MARGIN - low
    for block in lower_blocks:
        parts += _draw_block(block, y)
        y += block.height + 8 * unit
    size = f'viewBox="0 0 {COVER_SIZE[0]} {COVER_SIZE[1]}" width="{COVER_SIZE[0]}" height="{COVER_SIZE[1]}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


class _CoverTypesetter:
    """Sets the text of one cover.

    The scripts in the cover's text determine the fonts and the line height of all its text.
    """

    def __init__(self, cover: CoverText, theme: Theme) -> None:
        words = "".join((cover.title, cover.subtitle, cover.imprint, cover.people))
        self.theme = theme
        self.language = cover.language
        self.is_right_to_left = get_text_direction(cover.language) == "rtl"
        self.scripts = find_scripts(words, (cover.language,), theme)
        others = [script.name for script in self.scripts if script.name not in _SCRIPTS_LIKE_LATIN]
        self.min_line_height = max(
            (_LINE_HEIGHTS.get(name, _DEFAULT_LINE_HEIGHT) for name in others), default=1.0
        )

    def typeset_block(self, text: str, cover_style: _CoverTextStyle, box: TextBoxLimits) -> _TextBlock:
        """Break text into lines at the largest font size that fits into ``box``."""
        line = max(cover_style.style.line / cover_style.style.size, self.min_line_height)
        rise = 0.8 + 0.6 * max(self.min_line_height - cover_style.style.line / cover_style.style.size, 0)
        settings = FontSettings(
            faces=self._list_faces(cover_style.style),
            language=self.language,
            is_right_to_left=self.is_right_to_left,
            letter_spacing=0.0 if self.scripts else cover_style.letter_spacing,
            cjk_punctuation=self.theme.find_script(self.language) is not None,
        )
        return _TextBlock(fit_text(text, settings, line, box), settings, cover_style.colour, line, rise)

    def _list_faces(self, style: TextStyle) -> tuple[FontFace, ...]:
        """Return the face for a style, then fallback faces, starting with the script of the language."""
        theme = self.theme
        families = (
            getattr(theme, style.family),
            *(script.serif if style.family == "serif" else script.sans for script in self.scripts),
            *theme.families(style.family),
            theme.serif,
        )
        return tuple(dict.fromkeys(_find_nearest_face(theme, self.scripts, name, style) for name in families))


def _find_nearest_face(theme: Theme, scripts: tuple[Script, ...], family: str, style: TextStyle) -> FontFace:
    """Return the face of a font family that is closest to a style.

    The light weight of a bundled family may be used even if it is not among the theme's faces.
    """
    all_faces = (*theme.faces, *(face for script in scripts for face in script.faces))
    faces = [face for face in all_faces if face.family == family]
    light = FontFace(family=family, file=f"{family.replace(' ', '')}-Light.ttf", weight=300)
    if not any(face.project_file for face in faces) and light.path.is_file():
        faces.append(light)
    return min(
        faces, key=lambda face: (face.italic != style.italic, abs(face.weight - style.weight), face.file)
    )


def _list_emblem_rectangles(
    theme: Theme, unit: float, text_width: float, has_panel: bool
) -> list[tuple[float, float, str]]:
    """Return the x position, width and colour of each rectangle in the emblem above the title."""
    if has_panel:
        return [
            (place * 25.2 * unit, 22.6 * unit, colour)
            for place, colour in enumerate(theme.colours.emblem[:3])
        ]
    short_width = 0.22 * text_width
    return [
        (0, short_width, theme.colours.accent),
        (short_width, text_width - short_width, theme.colours.dark),
    ]


def _draw_rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="#{colour}"/>'


def _draw_block(block: _TextBlock, top: float) -> list[str]:
    """Draw a text block as SVG paths, with the top of its first line at ``top``."""
    size = block.text.font_size
    parts = []
    for number, line in enumerate(block.text.lines):
        outlines, width = outline_line(line, block.settings)
        left = COVER_SIZE[0] - _MARGIN - width * size if block.settings.is_right_to_left else _MARGIN
        y = top + (number * block.line_height + block.baseline_offset) * size
        for outline in outlines:
            scale = size / outline.units_per_em
            place = f"translate({left + outline.x * size:.2f} {y:.2f}) scale({scale:.6f} {-scale:.6f})"
            parts.append(f'<path transform="{place}" fill="#{block.colour}" d="{outline.path}"/>')
    return parts


def _add_soft_hyphens(text: str, language: str) -> str:
    """Add soft hyphens to words that are too long for a cover."""
    if dictionary := pyphen.language_fallback(language.replace("-", "_")):
        hyphens = pyphen.Pyphen(lang=dictionary, left=5, right=5)
        return _LONG_WORD.sub(lambda word: hyphens.inserted(word.group(), "\u00ad"), text)
    return text
