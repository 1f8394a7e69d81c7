"""The publisher's mark on the slide master and on layouts of our own template."""

from __future__ import annotations

from dataclasses import replace

from triptych.build_context import BuildContext
from triptych.media.pictures.sizes import Room
from triptych.media.preparation.logos import SIDE, fitted
from triptych.media.preparation.pictures import SVG
from triptych.model.nodes import Picture
from triptych.theme.theme_file import Colours
from triptych.writers.deck.template.generated import Logo
from triptych.writers.deck.template.variations import is_dark

_DPI = 220
_TYPES = frozenset(("image/png", "image/jpeg"))


def template_logo(picture: Picture, alt: str, context: BuildContext, colours: Colours) -> Logo:
    """A logo as a template takes it: dots for all programs, and its drawing for those that know SVG."""
    dots = Room(width=SIDE, wide=SIDE, height=SIDE, dpi=_DPI, media_types=_TYPES, in_dots=True)
    shown = context.logo(picture, dots)
    drawn = context.logo(picture, replace(dots, in_dots=False)) if picture.media_type == SVG else None
    night = is_dark(colours)
    deep = colours.panel if night else colours.dark
    light = colours.foreground if night else colours.background
    return Logo(
        data=shown.data,
        media_type=shown.media_type,
        svg=drawn.data if drawn and drawn.media_type == SVG else b"",
        alt=alt,
        size=fitted(picture, 1, 1),
        plate=context.logo_plate(picture, colours.background, light, deep),
        deep_plate=context.logo_plate(picture, deep, light, colours.background),
    )
