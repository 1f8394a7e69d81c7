"""Match each kind of slide to a layout of the template, and the roles of the kind to placeholders."""

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

_ALIKE = 0.9  # of the largest area: what has so much is as large, and the first that is read is taken
_LINE = 20.0  # points by which the tops of one line may differ
_LOWEST_STRIP = 0.25  # of the place that it is cut from: more would not leave enough


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """A text box for a role without a placeholder; ``levels`` are text properties to copy."""

    strip: Strip
    levels: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """The roles of a kind of slide on a layout, each with its place and its placeholder or text box."""

    places: Mapping[PlaceholderRole, Place]
    placeholders: Mapping[PlaceholderRole, LayoutPlaceholder]
    boxes: Mapping[PlaceholderRole, TextBox]

    @property
    def moved(self) -> frozenset[PlaceholderRole]:
        """Roles that are not where the layout has their placeholders, or take less of it."""
        return frozenset(
            role
            for role, placeholder in self.placeholders.items()
            if placeholder.moved or self.places[role] != placeholder.place
        )

    def get_share(self, role: PlaceholderRole, slide: tuple[float, float]) -> float:
        """Return the share of a slide, given in points, that a role covers; a column without its own place
        has half.
        """
        place = self.places[role]
        owners = 2 if role is PlaceholderRole.FIRST and PlaceholderRole.SECOND in self.boxes else 1
        return place.width * place.height / (slide[0] * slide[1]) / owners


def assign_roles(kind: SlideKind, placeholders: Sequence[LayoutPlaceholder]) -> RoleAssignment | None:
    """Assign placeholders to the roles of a kind, or return None if a required role has none."""
    found: dict[PlaceholderRole, LayoutPlaceholder] = {}
    for slot in kind.slots:  # placeholders named like a role come first
        if placeholder := next(
            (s for s in _iter_free(placeholders, found, slot) if s.bare_name == slot.role.value), None
        ):
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
    kinds = {kind for group in slot.takes for kind in group}
    return (
        placeholder
        for placeholder in placeholders
        if placeholder.kind in kinds and placeholder.index not in taken
    )


def _find_largest(
    slot: Slot, placeholders: Sequence[LayoutPlaceholder], found: Mapping[PlaceholderRole, LayoutPlaceholder]
) -> LayoutPlaceholder | None:
    free = list(_iter_free(placeholders, found, slot))
    if slot.where:
        where, role = slot.where
        free = [
            placeholder
            for placeholder in free
            if role in found and _is_placed(placeholder.place, where, found[role].place)
        ]
    for group in slot.takes:
        if able := [placeholder for placeholder in free if placeholder.kind in group]:
            enough = max(placeholder.area for placeholder in able) * _ALIKE
            return min(
                (placeholder for placeholder in able if placeholder.area >= enough), key=_reading_order_key
            )
    return None


def _reading_order_key(placeholder: LayoutPlaceholder) -> tuple[int, float]:
    """Return a sort key in reading order: by line, from the side where lines begin."""
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
    """Create a text box within the place of another role, which may become smaller."""
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
    """How a layout was matched; the value is part of messages."""

    REQUESTED = "named in the manifest"
    TYPE = "by type"
    NAME = "by name"
    PLACEHOLDERS = "by placeholders"
    OTHER = "as a fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutView:
    """A layout with its placeholders; ``clutter`` is the share of its places that decoration covers."""

    name: str
    type: str
    placeholders: Sequence[LayoutPlaceholder]
    native: Any = None
    clutter: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutChoice:
    """The layout that a kind of slide uses, and the roles of its placeholders."""

    kind: Layout
    layout: LayoutView
    assignment: RoleAssignment
    method: MatchMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsuitableLayout:
    """A layout named by the author that lacks placeholders for its kind."""

    kind: Layout
    name: str
    lacks: tuple[str, ...]


def match_layouts(
    layouts: Sequence[LayoutView], slide: tuple[float, float], requested: Mapping[str, str]
) -> tuple[Mapping[Layout, LayoutChoice], list[UnsuitableLayout]]:
    """Match a layout to each kind that some layout can show; ``slide`` is the size of slides in points.

    Layouts named by the author come first, then those with the right type, name or placeholders, then those
    of other kinds, and last any layout that can hold the content. The least cluttered layout is used, and for
    content a clean one of another type before a cluttered one of the right type.
    """
    choices: dict[Layout, LayoutChoice] = {}
    unfit: list[UnsuitableLayout] = []
    for key, kind in KINDS.items():
        candidates = list(_iter_usable(kind, layouts))
        name = requested.get(key.value)
        if name is not None:
            own = next((choice for choice in candidates if choice[0].name == name), None)
            if own is None:
                lacks = [
                    role
                    for view in layouts
                    if view.name == name
                    for role in find_missing_roles(kind, view.placeholders)
                ]
                unfit.append(UnsuitableLayout(kind=key, name=name, lacks=tuple(dict.fromkeys(lacks))))
                continue
            choices[key] = LayoutChoice(
                kind=key, layout=own[0], assignment=own[1], method=MatchMethod.REQUESTED
            )
            continue
        roomy = [choice for choice in candidates if choice[1].get_share(kind.main, slide) >= kind.share]
        if kind.share:
            roomy = [choice for choice in roomy if _is_wide(choice[1], slide)] or roomy
        if PlaceholderRole.SECOND in {slot.role for slot in kind.slots if slot.where is None} and kind.types:
            # Many layouts of this type have one content place, and are no better than others.
            roomy = [choice for choice in roomy if PlaceholderRole.SECOND in choice[1].placeholders]
        found = _match_own(kind, roomy)
        if kind.share and (clean := _find_clean(roomy, found)):
            # Other content goes where text does: one look is better than several.
            found = (clean, MatchMethod.PLACEHOLDERS) if key is Layout.BULLETS else None
        if found:
            choices[key] = LayoutChoice(kind=key, layout=found[0][0], assignment=found[0][1], method=found[1])
    for key, kind in KINDS.items():
        if key not in choices and key.value not in requested:
            own = _match_other_kinds(kind, choices) or _match_largest(kind, layouts, slide)
            if own:
                choices[key] = LayoutChoice(
                    kind=key, layout=own[0], assignment=own[1], method=MatchMethod.OTHER
                )
    return choices, unfit


# Clutter that is worth another layout, and steps in which layouts are compared.
_CLUTTERED, _STEP = 0.1, 0.05
_WIDE_TITLE = 0.4  # of a slide
_OPENINGS = ("title", "secHead")
# Types that say less than a name: LibreOffice gives them to layouts of all kinds.
_VAGUE = ("", "cust", "tx", "titleOnly", "blank")
_Candidate = tuple[LayoutView, RoleAssignment]


def _iter_usable(kind: SlideKind, layouts: Sequence[LayoutView]) -> Iterator[_Candidate]:
    for view in layouts:
        if roles := assign_roles(kind, view.placeholders):
            yield view, roles


def _match_own(kind: SlideKind, candidates: Sequence[_Candidate]) -> tuple[_Candidate, MatchMethod] | None:
    def first(test: Callable[[LayoutView], bool]) -> _Candidate | None:
        able = [candidate for candidate in candidates if test(candidate[0])]
        if not kind.share:  # decoration is what opens and ends a deck
            return next(iter(able), None)
        return min(able, key=_round_clutter, default=None)

    for wanted in kind.types:
        if found := first(lambda view, wanted=wanted: view.type == wanted):  # type: ignore[misc]
            return found, MatchMethod.TYPE
    # A type says more than a name, where there is a type for the kind at all.
    if found := first(lambda view: kind.is_called(view.name) and not (kind.types and _is_typed(view))):
        return found, MatchMethod.NAME
    test = _SHAPES.get(kind.shape) if kind.shape else None
    if test and (found := first(lambda view: not _is_typed(view) and test(view))):
        return found, MatchMethod.PLACEHOLDERS
    return None


def _is_wide(roles: RoleAssignment, slide: tuple[float, float]) -> bool:
    return roles.places[PlaceholderRole.TITLE].width >= _WIDE_TITLE * slide[0]


def _round_clutter(candidate: _Candidate) -> float:
    """Round clutter to steps: small differences do not matter."""
    return round(candidate[0].clutter / _STEP)


def _find_clean(
    candidates: Sequence[_Candidate], found: tuple[_Candidate, MatchMethod] | None
) -> _Candidate | None:
    """Return a layout with a title and one content place that is much less cluttered, or None."""
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
    return bool({"ctrTitle", "subTitle"} & {placeholder.kind for placeholder in view.placeholders})


def _holds_one_thing(view: LayoutView) -> bool:
    """Return whether a layout has a title and one place for any content."""
    return sorted(placeholder.kind for placeholder in view.placeholders if placeholder.kind != "body") == [
        "obj",
        "title",
    ]


_SHAPES = {LayoutShape.OPENING: _has_opening_shape, LayoutShape.CONTENT: _holds_one_thing}


def _match_other_kinds(kind: SlideKind, choices: Mapping[Layout, LayoutChoice]) -> _Candidate | None:
    for other in kind.others:
        if other in choices and (roles := assign_roles(kind, choices[other].layout.placeholders)):
            return choices[other].layout, roles
    return None


def _match_largest(
    kind: SlideKind, layouts: Sequence[LayoutView], slide: tuple[float, float]
) -> _Candidate | None:
    candidates = [(view, roles) for view in layouts if (roles := assign_roles(kind, view.placeholders))]
    return max(candidates, key=lambda candidate: candidate[1].get_share(kind.main, slide), default=None)
