"""What the layouts of a template offer to the kinds of slides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from triptych.theme.contrast import VISIBLE, contrast
from triptych.writers.deck.fitting.text import MARK_MARGIN, Level, Place
from triptych.writers.deck.kinds import KINDS, Role
from triptych.writers.deck.pptx.terms import SlideLayout
from triptych.writers.deck.slides import Layout
from triptych.writers.deck.template.backgrounds import Scheme
from triptych.writers.deck.template.matching import Choice
from triptych.writers.deck.template.palette import Palette
from triptych.writers.deck.template.placeholders import Spot
from triptych.writers.deck.template.roles import TextBox

# Where lists are written.
_OF_POINTS = {
    Layout.BULLETS: (Role.BODY,),
    Layout.COLUMNS: (Role.FIRST, Role.SECOND),
    Layout.COMPARISON: (Role.FIRST, Role.SECOND),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a layout offers to a kind of slide: where each role is, in which placeholder or text box, and the
    colours that are seen where its content goes. ``moved`` are roles whose places slides must tell,
    ``pale`` those whose text can hardly be told from what is behind it, with their contrast.
    """

    choice: Choice
    layout: SlideLayout
    places: Mapping[Role, Place]
    placeholders: Mapping[int, Role]
    boxes: Mapping[Role, TextBox]
    moved: frozenset[Role]
    pale: Mapping[Role, float]
    palette: Palette


class Offers(Mapping[Layout, Offer]):
    """What layouts offer to the kinds of slides, each looked at where it is asked for."""

    def __init__(self, choices: Mapping[Layout, Choice]) -> None:
        self._choices = choices
        self._made: dict[Layout, Offer] = {}

    def __getitem__(self, kind: Layout) -> Offer:
        if kind not in self._made:
            self._made[kind] = offer_of(self._choices[kind])
        return self._made[kind]

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)


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


def offer_of(choice: Choice) -> Offer:
    """What the layout that was chosen for a kind of slide offers to it."""
    kind, roles, layout = KINDS[choice.kind], choice.cast, choice.layout.native
    places = dict(roles.places)
    for role in _OF_POINTS.get(choice.kind, ()):
        if role in places:
            places[role] = _with_marks(places[role])
    scheme = Scheme(layout)
    chain = roles.spots[kind.main].chain
    return Offer(
        choice=choice,
        layout=layout,
        places=places,
        placeholders={spot.index: role for role, spot in roles.spots.items()},
        boxes=roles.boxes,
        moved=roles.moved,
        pale={
            role: least for role, spot in roles.spots.items() if (least := _contrast(scheme, spot)) < VISIBLE
        },
        palette=Palette(scheme.slot, scheme.ground(places[kind.main], chain)),
    )


def _contrast(scheme: Scheme, spot: Spot) -> float:
    """That of the text of a placeholder with the part of its ground that is most like it."""
    written = scheme.written(spot.levels[0])
    return min(contrast(written, behind) for behind in scheme.ground(spot.place, spot.chain))


def _with_marks(place: Place) -> Place:
    """Points get bullets where the layout sets them as plain text."""
    levels = place.text.levels
    if levels[0].marked or levels[0].margin:
        return place
    marked = tuple(_marked(level, number) for number, level in enumerate(levels, 1))
    return replace(place, text=replace(place.text, levels=marked))


def _marked(level: Level, number: int) -> Level:
    return replace(level, margin=MARK_MARGIN * number, adds_mark=True)
