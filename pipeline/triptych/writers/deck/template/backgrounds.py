"""The colours of a template: what its slots are, and on which ground each place of a layout lies.

A ground is one or more colours: a gradient has several, and what stands on it must be seen on all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from triptych.media.raster import DAMAGES, open_picture
from triptych.ooxml.colours import INK, PAPER, ColourScheme, fill_in
from triptych.ooxml.inheritance import background, colour_map, shows_master
from triptych.ooxml.names import qn
from triptych.ooxml.values import EMU_PER_POINT
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import BaseShape, SlideLayout
from triptych.writers.deck.template.placeholders import theme_of

Ground: TypeAlias = tuple[str, ...]

_COVERS = 0.7  # of a place: what lies under so much of it is its ground
_STEPS = 4  # of a picture's colours, each way
_MOST_PIXELS = 50_000_000

_Part: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom as shares of the whole."""
_WHOLE = (0.0, 0.0, 1.0, 1.0)


class Scheme:
    """The colour slots of a layout, and what lies behind its places."""

    def __init__(self, layout: SlideLayout) -> None:
        self.layout = layout
        self.master = layout.slide_master
        self._trees = (element_of(layout), element_of(self.master))
        self._colours = ColourScheme.of(theme_of(self.master), colour_map(self._trees))

    def slot(self, name: str) -> str:
        """The colour of a slot such as tx1 or accent3, as six hexadecimal digits."""
        known = self._colours.names.get(name, name)
        return self._colours.slot(name) or (INK if known.startswith(("dk", "accent")) else PAPER)

    def ground(self, place: Place, chain: Sequence[Any] = ()) -> Ground:
        """What lies behind a place of the layout; ``chain`` are the elements of a placeholder there."""
        for element in chain:
            if found := self._seen_in(fill_in(element.find(qn("p:spPr"))), self.layout, _WHOLE):
                return found
        ground = self._background(place)
        for owner in (self.master, self.layout) if shows_master(self._trees[:1]) else (self.layout,):
            for shape in owner.shapes:
                if not shape.is_placeholder and _covers(shape, place):
                    ground = self._shape_fill(shape, owner, place) or ground
        return ground

    def written(self, level: Any) -> str:
        """The colour of text with the properties of a level, as six hexadecimal digits."""
        fill = fill_in(level.find(qn("a:defRPr")))
        return next(iter(() if fill is None else self._colours.seen_in(fill)), self.slot("tx1"))

    def _background(self, place: Place) -> Ground:
        colours, fill, tree = background(self._trees, self._colours)
        owner = self.layout if tree is self._trees[0] else self.master
        presentation = self.master.part.package.presentation_part.presentation
        wide, high = (side / EMU_PER_POINT for side in (presentation.slide_width, presentation.slide_height))
        part = _part_of(place, 0, 0, wide, high)
        return colours or self._seen_in(fill, owner, part) or (self.slot("bg1"),)

    def _shape_fill(self, shape: BaseShape, owner: Any, place: Place) -> Ground:
        element = element_of(shape)
        own = element.find(qn("p:blipFill"))
        sides = (side / EMU_PER_POINT for side in (shape.left, shape.top, shape.width, shape.height))
        part = _part_of(place, *sides)
        return self._seen_in(own if own is not None else fill_in(element.find(qn("p:spPr"))), owner, part)

    def _seen_in(self, fill: Any, owner: Any, part: _Part) -> Ground:
        """The colours of a part of a fill; ``owner`` has the pictures that it names."""
        if fill is None:
            return ()
        return self._colours.seen_in(fill) or _picture_colours(fill, owner, part)


def _covers(shape: Any, place: Place) -> bool:
    if shape.left is None or shape.width is None:
        return False
    left, top = shape.left / EMU_PER_POINT, shape.top / EMU_PER_POINT
    right, bottom = left + shape.width / EMU_PER_POINT, top + shape.height / EMU_PER_POINT
    width = min(right, place.left + place.width) - max(left, place.left)
    height = min(bottom, place.top + place.height) - max(top, place.top)
    return bool(width > 0 < height and width * height >= _COVERS * place.width * place.height)


def _part_of(place: Place, left: float, top: float, width: float, height: float) -> _Part:
    """Where a place lies on something, as shares of its width and height."""

    def share(at: float, start: float, size: float) -> float:
        return min(1.0, max(0.0, (at - start) / size)) if size else 0.0

    part = (
        share(place.left, left, width),
        share(place.top, top, height),
        share(place.left + place.width, left, width),
        share(place.top + place.height, top, height),
    )
    return part if part[0] < part[2] and part[1] < part[3] else _WHOLE


def _picture_colours(fill: Any, owner: Any, shown: _Part) -> Ground:
    """The colours of a part of a picture, coarsely; none for one that cannot be read."""
    blip = fill.find(qn("a:blip"))
    part = getattr(owner, "part", None)
    if blip is None or part is None or blip.get(qn("r:embed")) is None:
        return ()
    try:
        with open_picture(part.related_part(blip.get(qn("r:embed"))).blob, _MOST_PIXELS) as image:
            wide, high = image.size
            box = (shown[0] * wide, shown[1] * high, shown[2] * wide, shown[3] * high)
            small = image.convert("RGBA").resize((_STEPS, _STEPS), box=box)
    except DAMAGES:
        return ()
    pixels = [small.getpixel((x, y)) for x in range(_STEPS) for y in range(_STEPS)]
    seen = [pixel[:3] for pixel in pixels if isinstance(pixel, tuple) and pixel[3] > 127]
    return tuple(dict.fromkeys("".join(f"{part:02x}" for part in pixel) for pixel in seen))


def all_slots(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """The slots that text and charts may take, and their colours."""
    for name in ("tx1", "bg1", "tx2", "bg2", *(f"accent{number}" for number in range(1, 7)), "hlink"):
        yield name, scheme.slot(name)
