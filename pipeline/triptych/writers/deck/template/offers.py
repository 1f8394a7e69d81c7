"""What the layouts of a template offer to the kinds of slides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from PIL import Image

from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.writers.deck.fitting.composition import moved
from triptych.writers.deck.fitting.text import MARK_MARGIN, Level, Place
from triptych.writers.deck.kinds import KINDS, Role
from triptych.writers.deck.pptx.terms import Part, SlideLayout
from triptych.writers.deck.slides import Layout
from triptych.writers.deck.template.backgrounds import Ground, Scheme, line_below
from triptych.writers.deck.template.matching import Choice
from triptych.writers.deck.template.palette import Palette
from triptych.writers.deck.template.placeholders import LayoutReader, Spot
from triptych.writers.deck.template.roles import TextBox
from triptych.writers.deck.template.surfaces import (
    COLOURFUL,
    HEADS,
    Surface,
    Surfaces,
    Text,
    text_on_panel,
    text_surface,
)

_STRIP, _MOST_GROWTH = 6, 96  # points: what is below a title is looked at in strips
_EDGE = 1.3  # contrast of two grounds between which an edge is seen
# Where lists are written.
_OF_POINTS = {
    Layout.BULLETS: (Role.BODY,),
    Layout.COLUMNS: (Role.FIRST, Role.SECOND),
    Layout.COMPARISON: (Role.FIRST, Role.SECOND),
}


_OF_HEADS = (Layout.TITLE, Layout.DIVIDER, Layout.CLOSING)
_LEVELS = 2  # of a text, whose colours are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a layout offers to a kind of slide: where each role is, in which placeholder or text box, and the
    colours that are seen there. ``moved`` are roles whose places slides must tell; ``furniture`` are footer,
    date and number.
    """

    choice: Choice
    layout: SlideLayout
    places: Mapping[Role, Place]
    placeholders: Mapping[int, Role]
    boxes: Mapping[Role, TextBox]
    moved: frozenset[Role]
    scheme: Scheme
    furniture: Mapping[str, Spot]

    def surfaces(
        self,
        texts: Mapping[Role, Place],
        frames: Mapping[Role, tuple[Place, float]],
        panels: AbstractSet[Role] = frozenset(),
    ) -> Surfaces:
        """The surfaces of a slide with texts and frames in these places, each frame with the contrast that
        it needs.
        """
        known = {role: self._text(role, place, panel=role in panels) for role, place in texts.items()}
        others = [spot.place for spot in self.furniture.values()]
        heads = set(texts) if self.choice.kind in _OF_HEADS else HEADS
        return Surfaces(self.scheme, known, frames, others, heads)

    @property
    def empty(self) -> Surfaces:
        """The surfaces where everything is in the layout's own place."""
        kind, main = self.choice.kind, KINDS[self.choice.kind].main
        texts = {role: self.places[role] for role in self.choice.cast.spots}
        frames: dict[Role, tuple[Place, float]] = {}
        if main is Role.OBJECT:
            frames[main] = (texts.pop(main), COLOURFUL if kind is Layout.CHART else READABLE)
        return self.surfaces(texts, frames, {main} if kind is Layout.NUMBERS else set())

    @property
    def palette(self) -> Palette:
        """The colours that are seen where the content goes."""
        return self.empty.of(KINDS[self.choice.kind].main).palette

    def furniture_surface(self, kind: str, place: Place) -> Surface:
        """The surface of a footer, a date or a number whose words take this place."""
        spot = self.furniture[kind]
        text = Text(place=place, levels=tuple(spot.levels), chain=tuple(spot.chain))
        found = text_surface(self.scheme, text)
        return found if found.serves else text_on_panel(self.scheme, text)

    def _text(self, role: Role, place: Place, *, panel: bool) -> Text:
        if (spot := self.choice.cast.spots.get(role)) is not None:
            levels, chain = tuple(spot.levels[:_LEVELS]), tuple(spot.chain)
            return Text(place=place, levels=levels, chain=chain, panel=panel)
        return Text(place=place, levels=tuple(self.boxes[role].levels[:_LEVELS]), panel=panel)


class Schemes:
    """The schemes of a presentation's layouts, each made once."""

    def __init__(self) -> None:
        self._pictures: dict[Part, Image.Image | None] = {}
        self._made: dict[Part, Scheme] = {}

    def of(self, layout: SlideLayout) -> Scheme:
        """The scheme of a layout."""
        if layout.part not in self._made:
            self._made[layout.part] = Scheme(layout, self._pictures)
        return self._made[layout.part]


class Offers(Mapping[Layout, Offer]):
    """What layouts offer to the kinds of slides, each looked at where it is asked for."""

    def __init__(self, choices: Mapping[Layout, Choice], reader: LayoutReader, schemes: Schemes) -> None:
        self._choices = choices
        self._reader = reader
        self._schemes = schemes
        self._made: dict[Layout, Offer] = {}

    def __getitem__(self, kind: Layout) -> Offer:
        if kind not in self._made:
            self._made[kind] = self.offer(self._choices[kind])
        return self._made[kind]

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    def offer(self, choice: Choice) -> Offer:
        """What the layout that was chosen for a kind of slide offers to it."""
        layout, roles = choice.layout.native, choice.cast
        places = dict(roles.places)
        for role in _OF_POINTS.get(choice.kind, ()):
            if role in places:
                places[role] = _with_marks(places[role])
        scheme = self._schemes.of(layout)
        changed = set(roles.moved)
        if title := roles.spots.get(Role.TITLE):
            place, line = places[Role.TITLE], line_below(layout, title.place)
            if line < place.top + place.height:
                place = moved(place, (place.left, place.top, place.width, line - place.top))
                changed.add(Role.TITLE)
            places[Role.TITLE] = replace(place, grows=_growth(scheme, title, line))
        return Offer(
            choice=choice,
            layout=layout,
            places=places,
            placeholders={spot.index: role for role, spot in roles.spots.items()},
            boxes=roles.boxes,
            moved=frozenset(changed),
            scheme=scheme,
            furniture=self._reader.furniture(layout),
        )


class PlacesOf(Mapping[Layout, Mapping[Role, Place]]):
    """The places of all offers."""

    def __init__(self, offers: Mapping[Layout, Offer]) -> None:
        self._offers = offers

    def __getitem__(self, kind: Layout) -> Mapping[Role, Place]:
        return self._offers[kind].places

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._offers)

    def __len__(self) -> int:
        return len(self._offers)


def _growth(scheme: Scheme, title: Spot, line: float) -> float:
    """How many points a title may grow downwards: as far as the next line, as it lies on the same ground, and
    as it can be read.
    """
    place, written = title.place, scheme.written(title.levels[0])
    room = max(0.0, line - place.top - place.height)
    if scheme.is_filled(title.chain):
        return room  # its own ground grows with it
    own = scheme.ground(place)
    least = min(VISIBLE, _least(written, own))
    for grown in range(0, _MOST_GROWTH, _STRIP):
        strip = replace(place, top=place.top + place.height + grown, height=float(_STRIP))
        below = scheme.ground(strip)
        if _least(written, below) < least or _least(below[0], own) > _EDGE:
            return min(room, float(grown))
    return room


def _least(written: str, ground: Ground) -> float:
    return min(contrast(written, behind) for behind in ground)


def _with_marks(place: Place) -> Place:
    """Points get bullets where the layout sets them as plain text."""
    levels = place.text.levels
    if levels[0].marked or levels[0].margin:
        return place
    marked = tuple(_marked(level, number) for number, level in enumerate(levels, 1))
    return replace(place, text=replace(place.text, levels=marked))


def _marked(level: Level, number: int) -> Level:
    return replace(level, margin=MARK_MARGIN * number, adds_mark=True)
