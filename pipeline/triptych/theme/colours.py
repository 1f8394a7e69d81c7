"""Compute colours: Oklab, contrast, colour vision deficiencies, and palettes based on an accent colour.

A colour is a string of six hexadecimal digits. Oklab has a lightness from 0 to 1 and two colour axes; see
https://bottosson.github.io/posts/oklab/.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise, permutations
from typing import TypeAlias

from triptych.model.tables import STEPS
from triptych.template_views import template_view
from triptych.theme.theme_file import Colours

Matrix: TypeAlias = tuple[tuple[float, ...], ...]
Oklab: TypeAlias = tuple[float, float, float]

# Linear RGB to cone responses, cube roots of cone responses to Oklab, and the inverses of both.
_TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_OKLAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_TO_ROOTS: Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_TO_LINEAR_RGB: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
_DESATURATION_STEPS = 24  # for colours outside sRGB


def parse_rgb(colour: str) -> list[int]:
    """Return the red, green and blue of a colour, from 0 to 255."""
    return [int(colour[start : start + 2], 16) for start in (0, 2, 4)]


def format_hex_colour(channels: Iterable[float]) -> str:
    """Format red, green and blue as a colour. The channels are clipped to the range from 0 to 1."""
    return "".join(f"{min(255, max(0, round(fraction * 255))):02x}" for fraction in channels)


def mix_colours(colour: str, other: str, fraction: float) -> str:
    """Mix two colours. ``fraction``, from 0 to 1, is the proportion of ``other``."""
    pairs = zip(parse_rgb(colour), parse_rgb(other), strict=True)
    return "".join(f"{round(first + (second - first) * fraction):02x}" for first, second in pairs)


def linearise_channel(channel: float) -> float:
    """Convert an sRGB channel to linear light, both from 0 to 1 (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def encode_channel(linear: float) -> float:
    """Convert linear light to an sRGB channel, both from 0 to 1."""
    return linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def convert_to_oklab(colour: str) -> Oklab:
    """Convert a colour to Oklab."""
    lightness, green_red, blue_yellow = convert_linear_rgb_to_oklab(_linearise_colour(colour))
    return lightness, green_red, blue_yellow


def convert_linear_rgb_to_oklab(linear_rgb: Sequence[float]) -> list[float]:
    """Convert linear RGB, from 0 to 1, to Oklab."""
    return multiply_matrix(_TO_OKLAB, [cone ** (1 / 3) for cone in multiply_matrix(_TO_CONES, linear_rgb)])


def convert_from_oklab(lightness: float, green_red: float, blue_yellow: float) -> str:
    """Convert Oklab to a colour. Colours outside sRGB are desaturated with the same hue and lightness."""
    for step in range(_DESATURATION_STEPS + 1):
        fraction = 1 - step / _DESATURATION_STEPS
        roots = multiply_matrix(_TO_ROOTS, (lightness, green_red * fraction, blue_yellow * fraction))
        light = multiply_matrix(_TO_LINEAR_RGB, [root**3 for root in roots])
        if all(-0.0005 <= part <= 1.0005 for part in light):
            break
    return format_hex_colour(encode_channel(min(max(part, 0.0), 1.0)) for part in light)


def multiply_matrix(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    """Multiply a matrix by a vector."""
    return [sum(factor * component for factor, component in zip(row, vector, strict=True)) for row in matrix]


# Minimum contrast ratios of WCAG 2.2: 1.4.6 (AAA) and 1.4.3 (AA) for text, 1.4.11 for graphics.
ENHANCED_CONTRAST = 7.0
READABLE_CONTRAST = 4.5
VISIBLE_CONTRAST = 3.0
_LARGE_TEXT_SIZE, _LARGE_BOLD_TEXT_SIZE = 18.0, 14.0  # points


@lru_cache(maxsize=4096)
def compute_contrast_ratio(colour: str, background: str) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21."""
    return compute_luminance_contrast(
        compute_relative_luminance(*parse_rgb(colour)), compute_relative_luminance(*parse_rgb(background))
    )


def compute_colour_difference(colour: str, other: str) -> float:
    """Return the Oklab distance of two colours for the type of vision with which they look most similar.

    The distance from black to white is 1.
    """
    return min(
        math.dist(_simulate_vision(colour, matrix), _simulate_vision(other, matrix))
        for matrix in _VISIONS.values()
    )


@lru_cache(maxsize=4096)
def compute_relative_luminance(red: int, green: int, blue: int) -> float:
    """Return the relative luminance of an sRGB colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).

    The channels are from 0 to 255, and the luminance is from 0 to 1.
    """
    return (
        0.2126 * linearise_channel(red / 255)
        + 0.7152 * linearise_channel(green / 255)
        + 0.0722 * linearise_channel(blue / 255)
    )


def is_large_text(size: float, *, bold: bool) -> bool:
    """Return whether text of ``size`` points is large as defined in WCAG 1.4.3."""
    return size >= (_LARGE_BOLD_TEXT_SIZE if bold else _LARGE_TEXT_SIZE)


def compute_luminance_contrast(luminance: float, other: float) -> float:
    """Return the WCAG contrast ratio of two relative luminances, from 1 to 21."""
    darker, lighter = sorted((luminance, other))
    return (lighter + 0.05) / (darker + 0.05)


def compute_perceived_lightness(colour: str) -> float:
    """Return a colour's CIE L* lightness, from 0 to 100 (ISO/CIE 11664-4)."""
    light = compute_relative_luminance(*parse_rgb(colour))
    return 116 * math.cbrt(light) - 16 if light > 216 / 24389 else light * 24389 / 27


def _linearise_colour(colour: str) -> list[float]:
    return [linearise_channel(value / 255) for value in parse_rgb(colour)]


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
_VISIONS: Mapping[str, Matrix] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@lru_cache(maxsize=4096)
def _simulate_vision(colour: str, vision: Matrix) -> list[float]:
    """Return the Oklab coordinates of a colour as seen with the type of colour vision ``vision``."""
    return convert_linear_rgb_to_oklab(
        [min(max(channel, 0.0), 1.0) for channel in multiply_matrix(vision, _linearise_colour(colour))]
    )


_MIN_HUE_FRACTION, _MAX_HUE_FRACTION = 0.06, 0.92  # fraction of the hue in the first and the last shade
_FILLS_PER_STEP = 10  # number of fills to try for each step of a colour scale
_HUE_FRACTION_STEP = 0.02  # reduction of the fraction until text on the fill is readable


@template_view("name")
@dataclass(frozen=True, slots=True)
class Shade:
    """A shade in a colour scale: its step (negative for the first hue), its fill and its text colour."""

    step: int
    fill: str
    ink: str

    @property
    def name(self) -> str:
        """The CSS class of table cells with this shade."""
        return get_shade_class(self.step)


def get_text_contrast(colours: Colours) -> float:
    """Return the contrast ratio of all text in a theme: 7 if secondary text has it, otherwise 4.5."""
    muted = compute_contrast_ratio(colours.muted, colours.background)
    return ENHANCED_CONTRAST if muted >= ENHANCED_CONTRAST else READABLE_CONTRAST


def get_shade_class(step: int) -> str:
    """Return the CSS class of a table cell, given its step from -9 to 9."""
    return f"shade-{step}" if step > 0 else f"shade-below-{-step}"


def list_shades(steps: Iterable[int], colours: Colours) -> tuple[Shade, ...]:
    """Return the shades of these steps in a theme's colours, without step 0."""
    hues = colours.series[0], colours.series[1]
    return tuple(
        Shade(
            step,
            *find_shade_colours(
                step, hues, colours.foreground, colours.background, get_text_contrast(colours)
            ),
        )
        for step in sorted(set(steps))
        if step
    )


def find_shade_colours(
    step: int,
    hues: tuple[str, str],
    foreground: str,
    background: str,
    min_contrast: float = READABLE_CONTRAST,
) -> tuple[str, str]:
    """Return a step's fill and text colour. ``hues`` are the hues of negative and of positive steps.

    The steps are evenly distributed over the fills on which text has the contrast ratio ``min_contrast``.
    """
    fills = _list_legible_fills(hues[1 if step > 0 else 0], foreground, background, min_contrast)
    fill = fills[round((len(fills) - 1) * (abs(step) - 1) / (STEPS - 1))]
    return fill, choose_text_colour(fill, foreground, background)


@cache
def _list_legible_fills(hue: str, foreground: str, background: str, min_contrast: float) -> tuple[str, ...]:
    """Return mixtures of a hue and ``background`` on which text is legible, those with least hue first."""
    count = (STEPS - 1) * _FILLS_PER_STEP
    fractions = (
        _MIN_HUE_FRACTION + (_MAX_HUE_FRACTION - _MIN_HUE_FRACTION) * number / count
        for number in range(count + 1)
    )
    fills = tuple(mix_colours(background, hue, fraction) for fraction in fractions)
    return (
        tuple(
            fill
            for fill in fills
            if max(compute_contrast_ratio(ink, fill) for ink in (foreground, background)) >= min_contrast
        )
        or fills[:1]
    )


def choose_text_colour(fill: str, foreground: str, background: str) -> str:
    """Return ``foreground`` or ``background``, whichever has more contrast with ``fill``."""
    return max((foreground, background), key=lambda colour: compute_contrast_ratio(colour, fill))


def find_readable_fill(
    hue: str, foreground: str, background: str, min_contrast: float = READABLE_CONTRAST
) -> tuple[str, str]:
    """Mix a hue into ``background``; return this fill and the colour of text on it.

    The text colour is ``foreground`` or ``background``. The proportion of the hue is reduced until text on
    the fill has the contrast ratio ``min_contrast``. All outputs use this function for tints, so that a
    category has the same colour in each output.
    """
    fraction = 1.0
    while True:
        fill = mix_colours(background, hue, max(fraction, 0.0))
        best = choose_text_colour(fill, foreground, background)
        if compute_contrast_ratio(best, fill) >= min_contrast or fraction <= 0:
            return fill, best
        fraction -= _HUE_FRACTION_STEP


MIN_NEIGHBOUR_DIFFERENCE = 12.0  # minimum difference in CIE L* (0 to 100); 2 is just noticeable side by side
_GREY_LEVELS = 40  # number of lightness levels to try
_MIN_GREY_DIFFERENCE = 0.1  # Oklab distance; closer colours may be confused
_BEAM_WIDTH = 40  # beam width of the search
_CONFUSION_PENALTY = 1000.0  # penalty for two colours that may be confused, in squares of lightness

_PartialSelection = tuple[float, tuple[str, ...]]


def separate_colours_in_grey(
    colours: Sequence[str], backgrounds: Sequence[str], min_contrast: float
) -> tuple[str, ...]:
    """Lighten or darken colours as little as possible, until neighbours differ in greyscale.

    The last and the first colour are also neighbours. Each changed colour has at least the contrast ratio
    ``min_contrast`` with all ``backgrounds``. If the lightness allows, the colours remain distinct for
    colour-blind readers.
    """
    selections: list[_PartialSelection] = [(0.0, tuple(colours[:1]))]
    for place, colour in enumerate(colours[1:], 1):
        last = place == len(colours) - 1
        shades = [
            variant
            for variant in _list_lightness_variants(colour)
            if find_lowest_contrast(variant, backgrounds) >= min_contrast
        ]
        longer = [
            (cost + _rate_grey_variant(shade, colour, selected), (*selected, shade))
            for cost, selected in selections
            for shade in shades
            if all(
                compute_grey_difference(shade, other) >= MIN_NEIGHBOUR_DIFFERENCE
                for other in _list_neighbours(selected, is_last=last)
            )
        ]
        candidates = longer or [
            (cost + _CONFUSION_PENALTY, (*selected, colour)) for cost, selected in selections
        ]
        selections = sorted(candidates)[:_BEAM_WIDTH]
    return selections[0][1]


def order_by_alternate_greys(colours: Sequence[str]) -> tuple[str, ...]:
    """Reorder colours so that neighbours differ in greyscale. The first colour remains first."""

    def find_lowest_difference(order: tuple[str, ...]) -> float:
        return min(
            MIN_NEIGHBOUR_DIFFERENCE,
            *(compute_grey_difference(*pair) for pair in pairwise((*order, order[0]))),
        )

    first, *rest = colours
    return max(
        ((first, *order) for order in permutations(rest)), key=find_lowest_difference
    )  # the first of several equally good ones


def compute_grey_difference(colour: str, other: str) -> float:
    """Return the difference between two colours in greyscale, in CIE L*."""
    return abs(compute_perceived_lightness(colour) - compute_perceived_lightness(other))


def _list_neighbours(selected: tuple[str, ...], *, is_last: bool) -> tuple[str, ...]:
    return (selected[-1], selected[0]) if is_last else selected[-1:]


def _rate_grey_variant(shade: str, colour: str, selected: tuple[str, ...]) -> float:
    closeness = (
        max(0.0, 1 - compute_colour_difference(shade, other) / _MIN_GREY_DIFFERENCE) for other in selected
    )
    return (
        compute_grey_difference(shade, colour) ** 2
        + sum(fraction**2 for fraction in closeness) * _CONFUSION_PENALTY
    )


def _list_lightness_variants(colour: str) -> list[str]:
    """Return a colour and its variants with different lightness."""
    hue, _, saturation = colorsys.rgb_to_hls(*(value / 255 for value in parse_rgb(colour)))
    levels = (colorsys.hls_to_rgb(hue, step / _GREY_LEVELS, saturation) for step in range(1, _GREY_LEVELS))
    return [colour, *map(format_hex_colour, levels)]


# Contrast of unhighlighted bars or lines with the background: two ratios, for adjacent ones.
RECEDING_CONTRASTS = (VISIBLE_CONTRAST * 1.03, VISIBLE_CONTRAST * 1.35)
MIN_LIGHTNESS_CONTRAST = 1.4  # minimum contrast of two colours that differ only in lightness
_MIXING_STEPS = 200


@cache
def mix_receding_colours(foreground: str, background: str) -> tuple[str, ...]:
    """Return the palest mixture of two colours for each contrast ratio in ``RECEDING_CONTRASTS``.

    The contrast is measured on ``background``.
    """
    shades = [
        mix_colours(foreground, background, step / _MIXING_STEPS) for step in range(_MIXING_STEPS, -1, -1)
    ]
    return tuple(
        next(
            (shade for shade in shades if compute_contrast_ratio(shade, background) >= min_contrast),
            foreground,
        )
        for min_contrast in RECEDING_CONTRASTS
    )


@cache
def darken_until_readable(colour: str, foreground: str, background: str) -> str:
    """Mix ``foreground`` into a colour until text in the result is readable on ``background``."""
    shades = (mix_colours(colour, foreground, step / 20) for step in range(21))
    return next(
        (shade for shade in shades if compute_contrast_ratio(shade, background) >= READABLE_CONTRAST),
        foreground,
    )


TEXT_EMBLEM_INDEX = 1
"""The index of the emblem colour that is also used for text on the dark title page and cover."""
_MIN_COLOUR_DIFFERENCE = (0.1, 0.09, 0.08, 0.07, 0.06)  # Oklab distances to try, in order
_LIGHTNESS_STEPS = 20
# Colours derived from an accent: hue rotation in degrees and chroma factor, most similar first.
_DERIVATIONS = ((0, 1.0), (-45, 0.9), (45, 0.9), (0, 0.25), (-75, 0.7), (75, 0.7))
# Oklab lightness. The darkest levels have little colour and are tried last.
_LIGHTNESSES = tuple([level / 100 for level in levels] for levels in (range(88, 34, -2), range(34, 18, -2)))


def derive_colours_from_accent(colours: Colours, set_by_theme: Container[str]) -> Colours:
    """Derive series and emblem colours from the accent colour.

    Emblem colours are adapted to be visible on the dark background. Colours in ``set_by_theme``, which the
    theme file sets, are unchanged.
    """
    if "accent" in set_by_theme and "series" not in set_by_theme:
        series = _derive_series(colours.accent, len(colours.series), (colours.background, colours.panel))
        colours = replace(colours, series=order_by_alternate_greys(series))
    if "emblem" not in set_by_theme:
        first = colours.accent if "accent" in set_by_theme else colours.emblem[0]
        # The publisher's name has one of the emblem colours.
        leasts = (
            READABLE_CONTRAST if place == TEXT_EMBLEM_INDEX else VISIBLE_CONTRAST
            for place in range(len(colours.emblem))
        )
        pairs = zip((first, *colours.emblem[1:]), leasts, strict=True)
        if "accent" in set_by_theme or "dark" in set_by_theme:
            emblem = tuple(
                _find_contrasting_variant(colour, (colours.dark,), min_contrast)
                for colour, min_contrast in pairs
            )
            colours = replace(colours, emblem=emblem)
    return colours


def _derive_series(accent: str, count: int, backgrounds: Sequence[str]) -> tuple[str, ...]:
    """Return the accent and colours with similar hues that colour-blind readers can distinguish."""
    first = _find_contrasting_variant(accent, backgrounds)
    _, green_red, blue_yellow = convert_to_oklab(accent)
    chroma, hue = math.hypot(green_red, blue_yellow), math.atan2(blue_yellow, green_red)
    pool = [
        shade
        for levels in _LIGHTNESSES
        for hue_shift, fraction in _DERIVATIONS
        for lightness in levels
        if find_lowest_contrast(
            shade := _convert_from_lch(lightness, chroma * fraction, hue + math.radians(hue_shift)),
            backgrounds,
        )
        >= VISIBLE_CONTRAST
    ]
    for min_difference in _MIN_COLOUR_DIFFERENCE:
        selected = [first]
        for colour in pool:
            if len(selected) < count and _find_lowest_difference(colour, selected) >= min_difference:
                selected.append(colour)
        if len(selected) == count:
            return tuple(selected)
    while len(selected) < count:
        selected.append(max(pool, key=lambda colour: _find_lowest_difference(colour, selected)))
    return tuple(selected)


def _convert_from_lch(lightness: float, chroma: float, hue: float) -> str:
    return convert_from_oklab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))


def _find_lowest_difference(colour: str, other_colours: Iterable[str]) -> float:
    return min(compute_colour_difference(colour, other) for other in other_colours)


def find_lowest_contrast(colour: str, backgrounds: Iterable[str]) -> float:
    """Return the lowest contrast ratio of a colour with any of the ``backgrounds``."""
    return min(compute_contrast_ratio(colour, background) for background in backgrounds)


def _find_contrasting_variant(
    colour: str, backgrounds: Sequence[str], min_contrast: float = VISIBLE_CONTRAST
) -> str:
    """Return the closest lighter or darker variant of a colour that contrasts with all ``backgrounds``.

    If no variant has the contrast ratio ``min_contrast``, return the colour unchanged.
    """
    return next(
        (
            shade
            for shade in _iter_lightness_variants(colour)
            if find_lowest_contrast(shade, backgrounds) >= min_contrast
        ),
        colour,
    )


def _iter_lightness_variants(colour: str) -> Iterator[str]:
    """Yield a colour and its variants with different lightness, closest first."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in parse_rgb(colour)))
    yield colour
    for step in range(1, _LIGHTNESS_STEPS + 1):
        for other in (lightness - step / _LIGHTNESS_STEPS, lightness + step / _LIGHTNESS_STEPS):
            if 0 <= other <= 1:
                yield format_hex_colour(colorsys.hls_to_rgb(hue, other, saturation))
