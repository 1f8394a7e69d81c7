"""Match each slide kind to a layout of the template, and the roles of the kind to placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from triptych.ooxml.inheritance import TITLE_TYPES
from triptych.ooxml.xml import parse_flag
from triptych.writers.deck.fitting.text import Level, PlaceholderBox
from triptych.writers.deck.kinds import (
    KINDS,
    Edge,
    PlaceholderCombination,
    PlaceholderRole,
    Placement,
    SlideKind,
    Slot,
    Strip,
)
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.placeholders import LayoutPlaceholder, create_placeholder_box

_SAME_AREA_FRACTION = 0.9  # fraction of the largest area; reading order decides among larger ones
_LINE_TOLERANCE = 20.0  # tolerance in points for placeholders on the same line
_MAX_STRIP_FRACTION = 0.25  # maximum fraction of a placeholder's height for a strip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """A text box for a role without a placeholder. ``levels`` are the list-level elements to copy to it."""

    strip: Strip
    levels: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """The roles of a slide kind on a layout: the box of each role, and its placeholder or text box."""

    placeholder_boxes: Mapping[PlaceholderRole, PlaceholderBox]
    placeholders: Mapping[PlaceholderRole, LayoutPlaceholder]
    text_boxes: Mapping[PlaceholderRole, TextBox]

    @property
    def moved_roles(self) -> frozenset[PlaceholderRole]:
        """The roles whose boxes differ from the layout's placeholders."""
        return frozenset(
            role
            for role, placeholder in self.placeholders.items()
            if placeholder.is_moved or self.placeholder_boxes[role] != placeholder.box
        )

    def get_area_fraction(self, role: PlaceholderRole, slide_size: tuple[float, float]) -> float:
        """Return the fraction of the slide's area that a role covers.

        ``slide_size`` is in points. If the second column is a text box inside the first, the first column
        counts as half of its area.
        """
        place = self.placeholder_boxes[role]
        owners = 2 if role is PlaceholderRole.FIRST and PlaceholderRole.SECOND in self.text_boxes else 1
        return place.width * place.height / (slide_size[0] * slide_size[1]) / owners


def assign_roles(kind: SlideKind, placeholders: Sequence[LayoutPlaceholder]) -> RoleAssignment | None:
    """Assign placeholders to the roles of a slide kind; return None if a required one is missing."""
    assigned: dict[PlaceholderRole, LayoutPlaceholder] = {}
    for slot in kind.slots:  # placeholders with the name of a role are assigned first
        named_placeholders = (
            placeholder
            for placeholder in _iter_free_placeholders(placeholders, assigned, slot)
            if placeholder.bare_name == slot.role.value
        )
        if placeholder := next(named_placeholders, None):
            assigned[slot.role] = placeholder
    for slot in kind.slots:
        if slot.role not in assigned and (
            placeholder := _find_largest_placeholder(slot, placeholders, assigned)
        ):
            assigned[slot.role] = placeholder
        if slot.is_required and slot.role not in assigned:
            return None
    places = {role: placeholder.box for role, placeholder in assigned.items()}
    boxes: dict[PlaceholderRole, TextBox] = {}
    for slot in kind.slots:
        if slot.role not in assigned and slot.strip:
            boxes[slot.role] = _create_text_box(slot.role, slot.strip, places, assigned)
    return RoleAssignment(placeholder_boxes=places, placeholders=assigned, text_boxes=boxes)


def find_missing_roles(kind: SlideKind, placeholders: Sequence[LayoutPlaceholder]) -> list[PlaceholderRole]:
    """Return the required roles without a suitable placeholder on a layout."""
    return [
        slot.role
        for slot in kind.slots
        if slot.is_required and not any(_iter_free_placeholders(placeholders, {}, slot))
    ]


def _iter_free_placeholders(
    placeholders: Iterable[LayoutPlaceholder],
    assigned_placeholders: Mapping[PlaceholderRole, LayoutPlaceholder],
    slot: Slot,
) -> Iterator[LayoutPlaceholder]:
    assigned_indices = {placeholder.index for placeholder in assigned_placeholders.values()}
    kinds = {kind for group in slot.type_groups for kind in group}
    return (
        placeholder
        for placeholder in placeholders
        if placeholder.kind in kinds and placeholder.index not in assigned_indices
    )


def _find_largest_placeholder(
    slot: Slot,
    placeholders: Sequence[LayoutPlaceholder],
    assigned_placeholders: Mapping[PlaceholderRole, LayoutPlaceholder],
) -> LayoutPlaceholder | None:
    free = list(_iter_free_placeholders(placeholders, assigned_placeholders, slot))
    if slot.position:
        position, role = slot.position
        free = [
            placeholder
            for placeholder in free
            if role in assigned_placeholders
            and _has_placement(placeholder.box, position, assigned_placeholders[role].box)
        ]
    for group in slot.type_groups:
        if able := [placeholder for placeholder in free if placeholder.kind in group]:
            min_area = max(placeholder.area for placeholder in able) * _SAME_AREA_FRACTION
            return min(
                (placeholder for placeholder in able if placeholder.area >= min_area),
                key=_get_reading_order_key,
            )
    return None


def _get_reading_order_key(placeholder: LayoutPlaceholder) -> tuple[int, float]:
    """Return a sort key for reading order: first by line, then from the side where text starts."""
    line = round(placeholder.box.top / _LINE_TOLERANCE)
    is_rtl = placeholder.levels[0].get("rtl") if placeholder.levels else None
    return line, -placeholder.box.left if parse_flag(is_rtl) else placeholder.box.left


def _has_placement(box: PlaceholderBox, placement: Placement, other_box: PlaceholderBox) -> bool:
    common_width = min(box.right, other_box.right) - max(box.left, other_box.left)
    if common_width < box.width / 2:
        return False
    match placement:
        case Placement.ABOVE:
            return box.bottom <= other_box.top + 1
        case Placement.BELOW:
            low = box.height <= other_box.height / 2
            return low and box.top >= other_box.bottom - 1
        case Placement.NAMED:
            return False


def _create_text_box(
    role: PlaceholderRole,
    strip: Strip,
    boxes: dict[PlaceholderRole, PlaceholderBox],
    assigned_placeholders: Mapping[PlaceholderRole, LayoutPlaceholder],
) -> TextBox:
    """Create a text box inside another role's box, which shrinks if ``strip.shrinks_host`` is true."""
    host_box, levels = boxes[strip.host_role], assigned_placeholders[strip.host_role].levels
    box = host_box.bounds
    insets = host_box.insets
    if strip.edge is Edge.BOTTOM:
        high = min(strip.extent, host_box.height * _MAX_STRIP_FRACTION)
        box = (host_box.left, host_box.bottom - high, host_box.width, high)
        insets = (host_box.insets[0], 0.0, host_box.insets[2], 0.0)
    elif strip.edge is Edge.RIGHT:
        box = (host_box.right - strip.extent, host_box.top, strip.extent, host_box.height)
        insets = (0.0, 0.0, host_box.insets[2], 0.0)
    if strip.shrinks_host:
        area = replace(host_box.text_area, height=host_box.text_area.height - box[3])
        boxes[strip.host_role] = replace(host_box, height=host_box.height - box[3], text_area=area)
    levels_of_host = host_box.text_area.levels
    if strip.size is not None:
        levels_of_host = (Level(size=strip.size, family=levels_of_host[0].family),)
        levels = ()
    boxes[role] = create_placeholder_box(box, insets, levels_of_host)
    return TextBox(strip=strip, levels=levels)


class MatchMethod(StrEnum):
    """The way in which a layout was matched to a slide kind. The values are used in messages."""

    REQUESTED = "named in the manifest"
    TYPE = "by type"
    NAME = "by name"
    PLACEHOLDERS = "by placeholders"
    OTHER = "as a fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutView:
    """A layout with its placeholders.

    ``clutter`` is the amount of decoration behind the placeholders; 0 means none.
    """

    name: str
    type: str
    placeholders: Sequence[LayoutPlaceholder]
    native: Any = None
    clutter: float = 0.0


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """The layout that a slide kind uses, with its roles and the method by which it was matched."""

    kind: SlideKindName
    layout: LayoutView
    assignment: RoleAssignment
    method: MatchMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsuitableLayout:
    """A layout that the author requested, but without a placeholder for a required role."""

    kind: SlideKindName
    name: str
    missing_roles: tuple[str, ...]


def match_layouts(
    layouts: Sequence[LayoutView], slide_size: tuple[float, float], requested_names: Mapping[str, str]
) -> tuple[Mapping[SlideKindName, LayoutChoice], list[UnsuitableLayout]]:
    """Match slide kinds to layouts; also return requested layouts that are unsuitable.

    ``slide_size`` is in points, and ``requested_names`` maps slide kinds to layout names. A slide kind in
    ``requested_names`` uses only the requested layout. For all others, the order of preference is: layouts
    with the right type, name or placeholders; layouts of similar slide kinds; any layout with the required
    placeholders. Among several such layouts, the least cluttered one is used. For content, an uncluttered
    layout of another type is preferred to a cluttered one of the right type. Slide kinds without a match are
    omitted.
    """
    choices: dict[SlideKindName, LayoutChoice] = {}
    unfit: list[UnsuitableLayout] = []
    for key, kind in KINDS.items():
        candidates = list(_iter_usable_layouts(kind, layouts))
        name = requested_names.get(key.value)
        if name is not None:
            requested_choice = next((choice for choice in candidates if choice[0].name == name), None)
            if requested_choice is None:
                placeholders_of_layout = (view.placeholders for view in layouts if view.name == name)
                missing_roles = [
                    role
                    for own_places in placeholders_of_layout
                    for role in find_missing_roles(kind, own_places)
                ]
                unfit.append(
                    UnsuitableLayout(kind=key, name=name, missing_roles=tuple(dict.fromkeys(missing_roles)))
                )
            else:
                choices[key] = LayoutChoice(key, *requested_choice, MatchMethod.REQUESTED)
            continue
        roomy = [
            choice
            for choice in candidates
            if choice[1].get_area_fraction(kind.main_role, slide_size) >= kind.min_area_fraction
        ]
        if kind.min_area_fraction:
            wide = _MIN_TITLE_FRACTION * slide_size[0]
            roomy = [
                candidate
                for candidate in roomy
                if candidate[1].placeholder_boxes[PlaceholderRole.TITLE].width >= wide
            ] or roomy
        if (
            PlaceholderRole.SECOND in {slot.role for slot in kind.slots if slot.position is None}
            and kind.layout_types
        ):
            # Many layouts of this type have only one content placeholder.
            roomy = [choice for choice in roomy if PlaceholderRole.SECOND in choice[1].placeholders]
        match = _match_kind(kind, roomy)
        if kind.min_area_fraction and (clean := _find_uncluttered_layout(roomy, match)):
            # Other content uses the layout for text, so that slides look alike.
            match = (clean, MatchMethod.PLACEHOLDERS) if key is SlideKindName.BULLETS else None
        if match:
            choices[key] = LayoutChoice(key, *match[0], match[1])
    for key, kind in KINDS.items():
        if key not in choices and key.value not in requested_names:
            requested_choice = _find_layout_of_similar_kind(kind, choices) or _find_largest_layout(
                kind, layouts, slide_size
            )
            if requested_choice:
                choices[key] = LayoutChoice(key, *requested_choice, MatchMethod.OTHER)
    return choices, unfit


# Clutter above which another layout is preferred, and rounding step for comparing clutter.
_MAX_CLUTTER, _CLUTTER_STEP = 0.1, 0.05
_MIN_TITLE_FRACTION = 0.4  # minimum title width as a fraction of the slide's width
_OPENING_TYPES = ("title", "secHead")
# Types that are less reliable than names, because LibreOffice writes them for layouts of all kinds.
_VAGUE_TYPES = ("", "cust", "tx", "titleOnly", "blank")
_Candidate = tuple[LayoutView, RoleAssignment]


def _iter_usable_layouts(kind: SlideKind, layouts: Sequence[LayoutView]) -> Iterator[_Candidate]:
    for view in layouts:
        if roles := assign_roles(kind, view.placeholders):
            yield view, roles


def _match_kind(kind: SlideKind, candidates: Sequence[_Candidate]) -> tuple[_Candidate, MatchMethod] | None:
    def first(test: Callable[[LayoutView], bool]) -> _Candidate | None:
        able = [candidate for candidate in candidates if test(candidate[0])]
        if not kind.min_area_fraction:  # title slides and similar slides may be decorated
            return next(iter(able), None)
        return min(able, key=_round_clutter, default=None)

    for layout_type in kind.layout_types:
        if view_match := first(lambda view, layout_type=layout_type: view.type == layout_type):  # type: ignore[misc]
            return view_match, MatchMethod.TYPE
    # For a slide kind with layout types, a type is more reliable than a name.
    if view_match := first(
        lambda view: kind.matches_name(view.name) and not (kind.layout_types and _has_specific_type(view))
    ):
        return view_match, MatchMethod.NAME
    test = _COMBINATION_TESTS.get(kind.placeholder_combination) if kind.placeholder_combination else None
    if test and (view_match := first(lambda view: not _has_specific_type(view) and test(view))):
        return view_match, MatchMethod.PLACEHOLDERS
    return None


def _round_clutter(candidate: _Candidate) -> float:
    """Round a layout's clutter, so that small differences do not matter."""
    return round(candidate[0].clutter / _CLUTTER_STEP)


def _find_uncluttered_layout(
    candidates: Sequence[_Candidate], match: tuple[_Candidate, MatchMethod] | None
) -> _Candidate | None:
    """Return a layout that is much less cluttered than the matched one, or None if there is none.

    Only layouts with a title and one content placeholder are considered.
    """
    if match is None or match[0][0].clutter <= _MAX_CLUTTER:
        return None
    able = [
        candidate
        for candidate in candidates
        if candidate[0].type not in _OPENING_TYPES
        and sum(placeholder.kind not in TITLE_TYPES for placeholder in candidate[0].placeholders) == 1
        and candidate[0].clutter <= match[0][0].clutter - _MAX_CLUTTER
    ]
    return min(able, key=_round_clutter, default=None)


def _has_specific_type(view: LayoutView) -> bool:
    return view.type not in _VAGUE_TYPES


def _has_title_slide_placeholders(view: LayoutView) -> bool:
    return any(placeholder.kind in ("ctrTitle", "subTitle") for placeholder in view.placeholders)


def _has_single_content_placeholder(view: LayoutView) -> bool:
    """Return whether a layout has a title and one content placeholder, disregarding text placeholders."""
    return sorted(placeholder.kind for placeholder in view.placeholders if placeholder.kind != "body") == [
        "obj",
        "title",
    ]


_COMBINATION_TESTS = {
    PlaceholderCombination.OPENING: _has_title_slide_placeholders,
    PlaceholderCombination.CONTENT: _has_single_content_placeholder,
}


def _find_layout_of_similar_kind(
    kind: SlideKind, choices: Mapping[SlideKindName, LayoutChoice]
) -> _Candidate | None:
    for other in kind.fallback_kinds:
        if other in choices and (roles := assign_roles(kind, choices[other].layout.placeholders)):
            return choices[other].layout, roles
    return None


def _find_largest_layout(
    kind: SlideKind, layouts: Sequence[LayoutView], slide_size: tuple[float, float]
) -> _Candidate | None:
    candidates = _iter_usable_layouts(kind, layouts)
    return max(
        candidates,
        key=lambda candidate: candidate[1].get_area_fraction(kind.main_role, slide_size),
        default=None,
    )
