"""Match each slide kind to a layout of the template, and its roles to placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from triptych.ooxml.inheritance import TITLES
from triptych.ooxml.xml import parse_flag
from triptych.writers.deck.fitting.text import Level, Place
from triptych.writers.deck.kinds import (
    KINDS,
    Edge,
    LayoutShape,
    PlaceholderRole,
    Placement,
    SlideKind,
    Slot,
    Strip,
)
from triptych.writers.deck.slides import Layout
from triptych.writers.deck.template.placeholders import LayoutPlaceholder, create_place

_SAME_AREA = 0.9  # fraction of the largest area above which reading order decides
_LINE = 20.0  # tolerance in points for placeholders on one line
_LOWEST_STRIP = 0.25  # maximum fraction of a placeholder's height for a strip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """A text box for a role without a placeholder; ``levels`` are list-level elements to copy to it."""

    strip: Strip
    levels: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """The roles of a slide kind on a layout: the box of each role, and its placeholder or text box."""

    places: Mapping[PlaceholderRole, Place]
    placeholders: Mapping[PlaceholderRole, LayoutPlaceholder]
    boxes: Mapping[PlaceholderRole, TextBox]

    @property
    def moved(self) -> frozenset[PlaceholderRole]:
        """The roles whose boxes differ from those of their placeholders in the layout."""
        return frozenset(
            role
            for role, placeholder in self.placeholders.items()
            if placeholder.moved or self.places[role] != placeholder.place
        )

    def get_fraction(self, role: PlaceholderRole, slide: tuple[float, float]) -> float:
        """Return the fraction of the slide's area that a role covers.

        ``slide`` is the slide size in points. If the second column has no placeholder, the first column has
        half of the area.
        """
        place = self.places[role]
        owners = 2 if role is PlaceholderRole.FIRST and PlaceholderRole.SECOND in self.boxes else 1
        return place.width * place.height / (slide[0] * slide[1]) / owners


def assign_roles(kind: SlideKind, placeholders: Sequence[LayoutPlaceholder]) -> RoleAssignment | None:
    """Assign placeholders to the roles of a slide kind, or return None if a required one is missing."""
    found: dict[PlaceholderRole, LayoutPlaceholder] = {}
    for slot in kind.slots:  # placeholders with the name of a role are assigned first
        named = (one for one in _iter_free(placeholders, found, slot) if one.bare_name == slot.role.value)
        if placeholder := next(named, None):
            found[slot.role] = placeholder
    for slot in kind.slots:
        if slot.role not in found and (placeholder := _find_largest(slot, placeholders, found)):
            found[slot.role] = placeholder
        if slot.needed and slot.role not in found:
            return None
    places = {role: placeholder.place for role, placeholder in found.items()}
    boxes: dict[PlaceholderRole, TextBox] = {}
    for slot in kind.slots:
        if slot.role not in found and slot.strip:
            boxes[slot.role] = _create_stand_in(slot.role, slot.strip, places, found)
    return RoleAssignment(places=places, placeholders=found, boxes=boxes)


def find_missing_roles(kind: SlideKind, placeholders: Sequence[LayoutPlaceholder]) -> list[PlaceholderRole]:
    """Return the required roles for which a layout has no placeholder."""
    return [slot.role for slot in kind.slots if slot.needed and not any(_iter_free(placeholders, {}, slot))]


def _iter_free(
    placeholders: Iterable[LayoutPlaceholder], found: Mapping[PlaceholderRole, LayoutPlaceholder], slot: Slot
) -> Iterator[LayoutPlaceholder]:
    taken = {placeholder.index for placeholder in found.values()}
    kinds = {kind for group in slot.type_groups for kind in group}
    return (one for one in placeholders if one.kind in kinds and one.index not in taken)


def _find_largest(
    slot: Slot, placeholders: Sequence[LayoutPlaceholder], found: Mapping[PlaceholderRole, LayoutPlaceholder]
) -> LayoutPlaceholder | None:
    free = list(_iter_free(placeholders, found, slot))
    if slot.position:
        where, role = slot.position
        free = [one for one in free if role in found and _is_placed(one.place, where, found[role].place)]
    for group in slot.type_groups:
        if able := [one for one in free if one.kind in group]:
            enough = max(one.area for one in able) * _SAME_AREA
            return min((one for one in able if one.area >= enough), key=_reading_order_key)
    return None


def _reading_order_key(placeholder: LayoutPlaceholder) -> tuple[int, float]:
    """Return a sort key for reading order: by line, then from the side where lines start."""
    line = round(placeholder.place.top / _LINE)
    is_rtl = placeholder.levels[0].get("rtl") if placeholder.levels else None
    return line, -placeholder.place.left if parse_flag(is_rtl) else placeholder.place.left


def _is_placed(place: Place, where: Placement, other: Place) -> bool:
    beside = min(place.right, other.right) - max(place.left, other.left)
    if beside < place.width / 2:
        return False
    match where:
        case Placement.ABOVE:
            return place.bottom <= other.top + 1
        case Placement.BELOW:
            low = place.height <= other.height / 2
            return low and place.top >= other.bottom - 1
        case Placement.NAMED:
            return False


def _create_stand_in(
    role: PlaceholderRole,
    strip: Strip,
    places: dict[PlaceholderRole, Place],
    found: Mapping[PlaceholderRole, LayoutPlaceholder],
) -> TextBox:
    """Create a text box inside the box of another role; that box shrinks if ``strip.cuts`` is true."""
    whole, levels = places[strip.of], found[strip.of].levels
    box = whole.box
    insets = whole.insets
    if strip.edge is Edge.BOTTOM:
        high = min(strip.points, whole.height * _LOWEST_STRIP)
        box = (whole.left, whole.bottom - high, whole.width, high)
        insets = (whole.insets[0], 0.0, whole.insets[2], 0.0)
    elif strip.edge is Edge.RIGHT:
        box = (whole.right - strip.points, whole.top, strip.points, whole.height)
        insets = (0.0, 0.0, whole.insets[2], 0.0)
    if strip.cuts:
        area = replace(whole.text, height=whole.text.height - box[3])
        places[strip.of] = replace(whole, height=whole.height - box[3], text=area)
    look = whole.text.levels
    if strip.size is not None:
        look = (Level(size=strip.size, family=look[0].family),)
        levels = ()
    places[role] = create_place(box, insets, look)
    return TextBox(strip=strip, levels=levels)


class MatchMethod(StrEnum):
    """How a layout was matched to a slide kind; the values are used in messages."""

    REQUESTED = "named in the manifest"
    TYPE = "by type"
    NAME = "by name"
    PLACEHOLDERS = "by placeholders"
    OTHER = "as a fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutView:
    """A layout with its placeholders; ``clutter`` measures the decoration behind them, from 0."""

    name: str
    type: str
    placeholders: Sequence[LayoutPlaceholder]
    native: Any = None
    clutter: float = 0.0


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """The layout that a slide kind uses, the assignment of its roles, and how the layout was matched."""

    kind: Layout
    layout: LayoutView
    assignment: RoleAssignment
    method: MatchMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsuitableLayout:
    """A layout that the author requested, but that has no placeholders for the roles in ``lacks``."""

    kind: Layout
    name: str
    lacks: tuple[str, ...]


def match_layouts(
    layouts: Sequence[LayoutView], slide: tuple[float, float], requested: Mapping[str, str]
) -> tuple[Mapping[Layout, LayoutChoice], list[UnsuitableLayout]]:
    """Match each slide kind to a layout if possible; also return the unsuitable layouts in ``requested``.

    ``slide`` is the slide size in points, and ``requested`` maps slide kinds to layout names. The order of
    preference is: requested layouts, layouts with the right type, name or placeholders, layouts of similar
    slide kinds, and any layout with the required placeholders. The least cluttered layout is used; for
    content, an uncluttered layout of another type is preferred to a cluttered one of the right type.
    """
    choices: dict[Layout, LayoutChoice] = {}
    unfit: list[UnsuitableLayout] = []
    for key, kind in KINDS.items():
        candidates = list(_iter_usable(kind, layouts))
        name = requested.get(key.value)
        if name is not None:
            own = next((choice for choice in candidates if choice[0].name == name), None)
            if own is None:
                named = (view.placeholders for view in layouts if view.name == name)
                lacks = [role for own_places in named for role in find_missing_roles(kind, own_places)]
                unfit.append(UnsuitableLayout(kind=key, name=name, lacks=tuple(dict.fromkeys(lacks))))
            else:
                choices[key] = LayoutChoice(key, *own, MatchMethod.REQUESTED)
            continue
        roomy = [
            choice for choice in candidates if choice[1].get_fraction(kind.main, slide) >= kind.least_fraction
        ]
        if kind.least_fraction:
            wide = _WIDE_TITLE * slide[0]
            roomy = [one for one in roomy if one[1].places[PlaceholderRole.TITLE].width >= wide] or roomy
        if (
            PlaceholderRole.SECOND in {slot.role for slot in kind.slots if slot.position is None}
            and kind.types
        ):
            # Many layouts of this type have only one content placeholder.
            roomy = [choice for choice in roomy if PlaceholderRole.SECOND in choice[1].placeholders]
        found = _match_own(kind, roomy)
        if kind.least_fraction and (clean := _find_clean(roomy, found)):
            # Other content uses the layout for text, so that slides look alike.
            found = (clean, MatchMethod.PLACEHOLDERS) if key is Layout.BULLETS else None
        if found:
            choices[key] = LayoutChoice(key, *found[0], found[1])
    for key, kind in KINDS.items():
        if key not in choices and key.value not in requested:
            own = _match_other_kinds(kind, choices) or _match_largest(kind, layouts, slide)
            if own:
                choices[key] = LayoutChoice(key, *own, MatchMethod.OTHER)
    return choices, unfit


# Clutter above which another layout is preferred, and the step in which clutter is compared.
_CLUTTERED, _STEP = 0.1, 0.05
_WIDE_TITLE = 0.4  # minimum title width as a fraction of the slide's width
_OPENINGS = ("title", "secHead")
# Types less reliable than names, because LibreOffice writes them for layouts of all kinds.
_VAGUE = ("", "cust", "tx", "titleOnly", "blank")
_Candidate = tuple[LayoutView, RoleAssignment]


def _iter_usable(kind: SlideKind, layouts: Sequence[LayoutView]) -> Iterator[_Candidate]:
    for view in layouts:
        if roles := assign_roles(kind, view.placeholders):
            yield view, roles


def _match_own(kind: SlideKind, candidates: Sequence[_Candidate]) -> tuple[_Candidate, MatchMethod] | None:
    def first(test: Callable[[LayoutView], bool]) -> _Candidate | None:
        able = [candidate for candidate in candidates if test(candidate[0])]
        if not kind.least_fraction:  # title slides and the like may be decorated
            return next(iter(able), None)
        return min(able, key=_round_clutter, default=None)

    for wanted in kind.types:
        if found := first(lambda view, wanted=wanted: view.type == wanted):  # type: ignore[misc]
            return found, MatchMethod.TYPE
    # If the slide kind has layout types, a type is more reliable than a name.
    if found := first(lambda view: kind.matches_name(view.name) and not (kind.types and _is_typed(view))):
        return found, MatchMethod.NAME
    test = _SHAPES.get(kind.shape) if kind.shape else None
    if test and (found := first(lambda view: not _is_typed(view) and test(view))):
        return found, MatchMethod.PLACEHOLDERS
    return None


def _round_clutter(candidate: _Candidate) -> float:
    """Return a layout's clutter in steps, so that small differences do not matter."""
    return round(candidate[0].clutter / _STEP)


def _find_clean(
    candidates: Sequence[_Candidate], found: tuple[_Candidate, MatchMethod] | None
) -> _Candidate | None:
    """Return a layout with a title and one content placeholder that is much less cluttered, or None."""
    if found is None or found[0][0].clutter <= _CLUTTERED:
        return None
    able = [
        candidate
        for candidate in candidates
        if candidate[0].type not in _OPENINGS
        and sum(placeholder.kind not in TITLES for placeholder in candidate[0].placeholders) == 1
        and candidate[0].clutter <= found[0][0].clutter - _CLUTTERED
    ]
    return min(able, key=_round_clutter, default=None)


def _is_typed(view: LayoutView) -> bool:
    return view.type not in _VAGUE


def _has_opening_shape(view: LayoutView) -> bool:
    return any(one.kind in ("ctrTitle", "subTitle") for one in view.placeholders)


def _holds_one_thing(view: LayoutView) -> bool:
    """Return whether a layout has a title and one content placeholder, apart from text placeholders."""
    return sorted(one.kind for one in view.placeholders if one.kind != "body") == ["obj", "title"]


_SHAPES = {LayoutShape.OPENING: _has_opening_shape, LayoutShape.CONTENT: _holds_one_thing}


def _match_other_kinds(kind: SlideKind, choices: Mapping[Layout, LayoutChoice]) -> _Candidate | None:
    for other in kind.others:
        if other in choices and (roles := assign_roles(kind, choices[other].layout.placeholders)):
            return choices[other].layout, roles
    return None


def _match_largest(
    kind: SlideKind, layouts: Sequence[LayoutView], slide: tuple[float, float]
) -> _Candidate | None:
    candidates = _iter_usable(kind, layouts)
    return max(candidates, key=lambda candidate: candidate[1].get_fraction(kind.main, slide), default=None)
