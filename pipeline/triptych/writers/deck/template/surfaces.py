"""Choose text colours and panels so that all texts and frames of a slide are legible.

Legible colours of the layout are kept. Other text gets another theme colour and, on an image or a background
of many colours, a panel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from triptych.ooxml.colours import BLACK, WHITE
from triptych.theme.colours import (
    ENHANCED_CONTRAST,
    READABLE_CONTRAST,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    mix_colours,
)
from triptych.writers.deck.fitting.composition import find_bounding_sides
from triptych.writers.deck.fitting.text import Bounds, PlaceholderBox
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.template.backgrounds import BackgroundColours, LayoutColours
from triptych.writers.deck.template.palette import Palette, Tint

CHART_CONTRAST = ENHANCED_CONTRAST
"""The minimum contrast between text and background for charts, which need colours between the two."""
_PANEL_MARGIN = 8.0  # distance in points from content to the edge of its panel
_PANEL_CONTRAST = 9.0  # contrast between text and a panel with a mixed colour
_MIX_STEPS = 20
HEADING_ROLES = frozenset(
    (
        PlaceholderRole.TITLE,
        PlaceholderRole.SUBTITLE,
        PlaceholderRole.KICKER,
        PlaceholderRole.AUTHORS,
        PlaceholderRole.TRACKER,
    )
)
"""Texts outside the slide's content. Each of them may get its own panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """The colours of a text or frame and of its background.

    ``text_colour`` replaces the layout's text colour if that is illegible. ``panel_fill`` is the fill of a
    panel to add behind the text. ``contrast`` is the contrast of the layout's text colour or, for a frame,
    that of the best text colour. ``is_legible`` is true if no panel is needed.
    """

    palette: Palette
    contrast: float
    is_legible: bool
    text_colour: Tint | None = None
    panel_fill: Tint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideText:
    """A text on a slide.

    ``levels`` are its list-level elements, or () for a text box in the muted colour. ``chain`` is the
    placeholder's element and those that it inherits from; the placeholder's fill is part of the background.
    If ``has_panel`` is true, the text has a panel of its own.
    """

    box: PlaceholderBox
    levels: tuple[Any, ...] = ()
    chain: tuple[Any, ...] = ()
    has_panel: bool = False


class Surfaces:
    """The backgrounds behind the texts and frames of a slide.

    ``frames`` maps roles to boxes and minimum contrasts. If the background is unsuitable for content, there
    is a single panel behind all content (``common_panel``). It overlaps neither texts with a role in
    ``heading_roles`` nor ``other_boxes``.
    """

    def __init__(
        self,
        layout_colours: LayoutColours,
        texts: Mapping[PlaceholderRole, SlideText],
        frames: Mapping[PlaceholderRole, tuple[PlaceholderBox, float]],
        other_boxes: Iterable[PlaceholderBox] = (),
        heading_roles: AbstractSet[PlaceholderRole] = HEADING_ROLES,
    ) -> None:
        self._layout_colours = layout_colours
        self._texts = texts
        self._frames = frames
        self._heading_roles = heading_roles
        self._other_boxes = (
            *(text.box for role, text in texts.items() if role in heading_roles),
            *other_boxes,
        )
        self._found: dict[PlaceholderRole, Surface] = {}

    def get_surface(self, role: PlaceholderRole) -> Surface:
        """Return the surface of the text or frame with a role."""
        if role not in self._found:
            board = self.common_panel
            on_board = board is not None and role not in self._heading_roles
            surface = self._find_surface(
                role, (self._get_colour(board),) if board is not None and on_board else None
            )
            if role in self._heading_roles and role in self._texts and not surface.is_legible:
                surface = find_panel_surface(self._layout_colours, self._texts[role])
            self._found[role] = surface
        return self._found[role]

    @cached_property
    def common_panel(self) -> Tint | None:
        """The fill of a panel behind all content, or None if the background is suitable."""
        content = [role for role in (*self._texts, *self._frames) if role not in self._heading_roles]
        if (
            all(self._find_surface(role, None).is_legible for role in content)
            and self._has_matching_panel_texts
        ):
            return None
        levels = (text.levels[0] for role, text in self._texts.items() if role in content and text.levels)
        level = next(levels, None)
        palettes = (
            self._layout_colours.get_theme_colour("tx1")
            if level is None
            else self._layout_colours.get_text_colour(level)
        )
        return choose_panel_fill(self._layout_colours, palettes)

    @property
    def _has_matching_panel_texts(self) -> bool:
        """Whether texts with panels share a text colour, or each of them can have a panel."""
        surfaces = [self._find_surface(role, None) for role, text in self._texts.items() if text.has_panel]
        return len({surface.text_colour for surface in surfaces}) <= 1 or all(
            surface.palette.panel_fill for surface in surfaces
        )

    @cached_property
    def common_panel_bounds(self) -> Bounds:
        """The left, top, width and height in points of the panel behind all content.

        The panel does not overlap other text.
        """
        places = [text.box for role, text in self._texts.items() if role not in self._heading_roles]
        places += [place for place, _ in self._frames.values()]
        left, top, right, bottom = find_bounding_sides(places)
        wide, high = self._layout_colours.slide_size
        sides = [left - _PANEL_MARGIN, top - _PANEL_MARGIN, right + _PANEL_MARGIN, bottom + _PANEL_MARGIN]
        for other in self._other_boxes:
            is_stacked = min(right, other.right) > max(left, other.left)
            is_side_by_side = min(bottom, other.bottom) > max(top, other.top)
            if is_stacked and other.bottom <= top:
                sides[1] = max(sides[1], other.bottom)
            elif is_stacked and other.top >= bottom:
                sides[3] = min(sides[3], other.top)
            elif is_side_by_side and other.right <= left:
                sides[0] = max(sides[0], other.right)
            elif is_side_by_side and other.left >= right:
                sides[2] = min(sides[2], other.left)
        start, end = (max(sides[0], 0), max(sides[1], 0)), (min(sides[2], wide), min(sides[3], high))
        return (*start, end[0] - start[0], end[1] - start[1])

    @cached_property
    def changed_contrasts(self) -> Mapping[PlaceholderRole, float]:
        """The contrast, by role, of texts and frames for which the layout's colours are unsuitable."""
        surfaces = {role: self._find_surface(role, None) for role in (*self._texts, *self._frames)}
        return {
            role: surface.contrast
            for role, surface in surfaces.items()
            if surface.text_colour is not None or not surface.is_legible
        }

    def _find_surface(self, role: PlaceholderRole, background: BackgroundColours | None) -> Surface:
        if role in self._texts:
            return find_text_surface(self._layout_colours, self._texts[role], background)
        place, min_contrast = self._frames[role]
        palette = _make_palette(
            self._layout_colours, background or self._layout_colours.find_frame_background(place)
        )
        contrast = palette.measure_contrast(palette.text_colour)
        if min_contrast and len(palette.background) > 1:  # one word may cross the border between two colours
            min_contrast = max(min_contrast, CHART_CONTRAST)
        return Surface(palette=palette, contrast=contrast, is_legible=contrast >= min_contrast)

    def _get_colour(self, tint: Tint) -> str:
        return _make_palette(self._layout_colours, (WHITE,)).get_colour(tint)


def _make_palette(layout_colours: LayoutColours, background: BackgroundColours) -> Palette:
    return Palette(layout_colours.get_theme_colour, background, layout_colours.text_contrast)


def find_text_surface(
    layout_colours: LayoutColours, text: SlideText, background: BackgroundColours | None = None
) -> Surface:
    """Return the surface of a text without a panel.

    ``background`` defaults to the colours behind the text's box. Results are cached, because slides with the
    same layout share their boxes.
    """
    cached_surfaces = layout_colours.surfaces
    if (text, background) not in cached_surfaces:
        cached_surfaces[text, background] = _compute_text_surface(layout_colours, text, background)
    surface: Surface = cached_surfaces[text, background]
    return surface


def _compute_text_surface(
    layout_colours: LayoutColours, text: SlideText, background: BackgroundColours | None
) -> Surface:
    chain = () if text.has_panel else text.chain  # a panel replaces the placeholder's fill
    if background is None and not text.chain:  # a text box with a few words, which may be in any corner
        background = layout_colours.find_frame_background(text.box)
    elif background is None or layout_colours.has_fill(chain):
        background = layout_colours.find_background(text.box, chain)
    palette = _make_palette(layout_colours, background)
    background_colours = palette.background
    if text.has_panel and palette.panel_fill is not None:
        background_colours = (palette.get_colour(palette.panel_fill),)
    if not text.levels:
        min_contrast = palette.measure_contrast(palette.text_colour)
        return Surface(palette=palette, contrast=min_contrast, is_legible=min_contrast >= READABLE_CONTRAST)
    text_colours = dict.fromkeys(layout_colours.get_text_colour(level) for level in text.levels)
    marked = (mark for level in text.levels for mark in layout_colours.get_highlight(level))
    seen = _make_palette(layout_colours, tuple(dict.fromkeys((*background_colours, *marked))))
    min_contrast = min(
        compute_contrast_ratio(colour, background_colour)
        for colour in text_colours
        for background_colour in seen.background
    )
    if min_contrast >= VISIBLE_CONTRAST:
        return Surface(palette=palette, contrast=min_contrast, is_legible=True)
    is_legible = seen.measure_contrast(seen.text_colour) >= READABLE_CONTRAST
    return Surface(
        palette=palette, contrast=min_contrast, is_legible=is_legible, text_colour=seen.text_colour
    )


def find_panel_surface(layout_colours: LayoutColours, text: SlideText) -> Surface:
    """Return the surface of an illegible text, with a panel that makes it legible.

    To be inconspicuous, the panel has the text's highlight colour or a legible colour of the background, if
    there is one.
    """
    seen = (*layout_colours.get_highlight(text.levels[0]), *layout_colours.find_background(text.box))
    palettes = (_make_palette(layout_colours, (colour,)) for colour in seen)
    blending = next(
        (
            palette.background_tint
            for palette in palettes
            if palette.measure_contrast(palette.text_colour) >= READABLE_CONTRAST
        ),
        None,
    )
    panel = blending or choose_panel_fill(layout_colours, layout_colours.get_text_colour(text.levels[0]))
    surface = find_text_surface(
        layout_colours,
        replace(text, chain=()),
        (_make_palette(layout_colours, (WHITE,)).get_colour(panel),),
    )
    return replace(surface, panel_fill=panel)


def choose_panel_fill(layout_colours: LayoutColours, text_colour: str) -> Tint:
    """Return a plain fill on which a text colour is legible.

    It is a background colour of the theme if possible, and otherwise a mixed colour.
    """
    for slot in ("bg1", "bg2"):
        if compute_contrast_ratio(layout_colours.get_theme_colour(slot), text_colour) >= CHART_CONTRAST:
            return Tint(slot)
    end = max((BLACK, WHITE), key=lambda colour: compute_contrast_ratio(colour, text_colour))
    min_contrast = min(_PANEL_CONTRAST, compute_contrast_ratio(end, text_colour))
    shades = (
        mix_colours(layout_colours.dominant_colour, end, step / _MIX_STEPS) for step in range(_MIX_STEPS + 1)
    )
    return Tint(
        digits=next(
            (shade for shade in shades if compute_contrast_ratio(shade, text_colour) >= min_contrast), end
        )
    )
