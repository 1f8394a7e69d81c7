"""Which placeholder of a layout plays which role in a kind of slide, and what stands in for a missing one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from triptych.ooxml.values import is_on
from triptych.writers.deck.fitting.text import Level, Place
from triptych.writers.deck.kinds import Edge, Kind, Role, Slot, Strip, Where
from triptych.writers.deck.template.placeholders import Spot, placed

_ALIKE = 0.9  # of the largest area: what has so much is as large, and the first that is read is taken
_LINE = 20.0  # points by which the tops of what stands side by side may differ
_LOWEST_STRIP = 0.25  # of the place that it is cut from: more would not leave enough


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """What a role without a placeholder is drawn as; ``levels`` are properties of text to take over."""

    strip: Strip
    levels: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The roles of a kind of slide on one layout: where each is, and in which placeholder or text box."""

    places: Mapping[Role, Place]
    spots: Mapping[Role, Spot]
    boxes: Mapping[Role, TextBox]

    @property
    def moved(self) -> frozenset[Role]:
        """Roles that are not where the layout has their placeholders, or take less of it."""
        return frozenset(
            role for role, spot in self.spots.items() if spot.moved or self.places[role] != spot.place
        )

    def share(self, role: Role, slide: tuple[float, float]) -> float:
        """The part of a slide, whose width and height are given, that a role has.

        That of a column is half of its place where the other has none of its own.
        """
        place = self.places[role]
        owners = 2 if role is Role.FIRST and Role.SECOND in self.boxes else 1
        return place.width * place.height / (slide[0] * slide[1]) / owners


def cast(kind: Kind, spots: Sequence[Spot]) -> Cast | None:
    """The roles of a kind on a layout with these placeholders; None where a needed one finds none."""
    found: dict[Role, Spot] = {}
    for slot in kind.slots:  # what is called like a role plays it
        if spot := next((s for s in _free(spots, found, slot) if s.bare_name == slot.role.value), None):
            found[slot.role] = spot
    for slot in kind.slots:
        if slot.role not in found and (spot := _largest(slot, spots, found)):
            found[slot.role] = spot
        if slot.needed and slot.role not in found:
            return None
    places = {role: spot.place for role, spot in found.items()}
    boxes: dict[Role, TextBox] = {}
    for slot in kind.slots:
        if slot.role not in found and slot.strip:
            boxes[slot.role] = _stand_in(slot.role, slot.strip, places, found)
    return Cast(places=places, spots=found, boxes=boxes)


def missing(kind: Kind, spots: Sequence[Spot]) -> list[Role]:
    """The needed roles for which a layout has nothing."""
    return [slot.role for slot in kind.slots if slot.needed and not any(_free(spots, {}, slot))]


def _free(spots: Iterable[Spot], found: Mapping[Role, Spot], slot: Slot) -> Iterator[Spot]:
    taken = {spot.index for spot in found.values()}
    kinds = {kind for group in slot.takes for kind in group}
    return (spot for spot in spots if spot.kind in kinds and spot.index not in taken)


def _largest(slot: Slot, spots: Sequence[Spot], found: Mapping[Role, Spot]) -> Spot | None:
    free = list(_free(spots, found, slot))
    if slot.where:
        where, role = slot.where
        free = [spot for spot in free if role in found and _lies(spot.place, where, found[role].place)]
    for group in slot.takes:
        if able := [spot for spot in free if spot.kind in group]:
            enough = max(spot.area for spot in able) * _ALIKE
            return min((spot for spot in able if spot.area >= enough), key=_reading_place)
    return None


def _reading_place(spot: Spot) -> tuple[int, float]:
    """Where a placeholder comes when a slide is read: line by line, from the side on which lines begin."""
    line = round(spot.place.top / _LINE)
    way = spot.levels[0].get("rtl") if spot.levels else None
    return line, -spot.place.left if is_on(way) else spot.place.left


def _lies(place: Place, where: Where, other: Place) -> bool:
    beside = min(place.left + place.width, other.left + other.width) - max(place.left, other.left)
    if beside < place.width / 2:
        return False
    match where:
        case Where.ABOVE:
            return place.top + place.height <= other.top + 1
        case Where.BELOW:
            low = place.height <= other.height / 2
            return low and place.top >= other.top + other.height - 1
        case Where.NAMED:
            return False


def _stand_in(role: Role, strip: Strip, places: dict[Role, Place], found: Mapping[Role, Spot]) -> TextBox:
    """A text box within the place of another role, which it may make smaller."""
    whole, levels = places[strip.of], found[strip.of].levels
    box = (whole.left, whole.top, whole.width, whole.height)
    insets = whole.insets
    if strip.edge is Edge.BOTTOM:
        high = min(strip.points, whole.height * _LOWEST_STRIP)
        box = (whole.left, whole.top + whole.height - high, whole.width, high)
        insets = (whole.insets[0], 0.0, whole.insets[2], 0.0)
    elif strip.edge is Edge.RIGHT:
        box = (whole.left + whole.width - strip.points, whole.top, strip.points, whole.height)
        insets = (0.0, 0.0, whole.insets[2], 0.0)
    if strip.cuts:
        area = replace(whole.text, height=whole.text.height - box[3])
        places[strip.of] = replace(whole, height=whole.height - box[3], text=area)
    look = whole.text.levels
    if strip.size is not None:
        look = (Level(size=strip.size, family=look[0].family),)
        levels = ()
    places[role] = placed(box, insets, look)
    return TextBox(strip=strip, levels=levels)
