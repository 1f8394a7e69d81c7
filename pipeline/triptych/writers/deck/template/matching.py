"""Which layout of a template each kind of slide takes, and how that was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triptych.ooxml.inheritance import TITLES
from triptych.writers.deck.kinds import KINDS, Kind, Role, Shape
from triptych.writers.deck.slides import Layout
from triptych.writers.deck.template.placeholders import Spot
from triptych.writers.deck.template.roles import Cast, cast, missing


class Way(StrEnum):
    """How a layout was found; the value is said to people."""

    ASKED = "named in the manifest"
    TYPE = "by type"
    NAME = "by name"
    PLACEHOLDERS = "by placeholders"
    OTHER = "as a fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutView:
    """A layout as matching sees it; ``native`` is that of python-pptx, ``clutter`` how much of its places its
    decoration takes.
    """

    name: str
    type: str
    spots: Sequence[Spot]
    native: Any = None
    clutter: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The layout that a kind of slide takes, and the roles of its placeholders."""

    kind: Layout
    layout: LayoutView
    cast: Cast
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A layout that the author names and that has no place for what the kind needs."""

    kind: Layout
    name: str
    lacks: tuple[str, ...]


def match_layouts(
    layouts: Sequence[LayoutView], slide: tuple[float, float], asked: Mapping[str, str]
) -> tuple[Mapping[Layout, Choice], list[Unfit]]:
    """A layout for each kind that some layout can show; ``slide`` is its width and height in points.

    What the author asks for comes first, then layouts of a type, of a name, with the placeholders; then
    those of other kinds, and last any layout that can hold what the kind needs. Of several layouts the least
    cluttered is chosen, and for content a clean one of another type before a cluttered one of the right type.
    """
    choices: dict[Layout, Choice] = {}
    unfit: list[Unfit] = []
    for key, kind in KINDS.items():
        candidates = list(_usable(kind, layouts))
        name = asked.get(key.value)
        if name is not None:
            own = next((choice for choice in candidates if choice[0].name == name), None)
            if own is None:
                lacks = [role for view in layouts if view.name == name for role in missing(kind, view.spots)]
                unfit.append(Unfit(kind=key, name=name, lacks=tuple(dict.fromkeys(lacks))))
                continue
            choices[key] = Choice(kind=key, layout=own[0], cast=own[1], way=Way.ASKED)
            continue
        roomy = [choice for choice in candidates if choice[1].share(kind.main, slide) >= kind.share]
        if kind.share:
            roomy = [choice for choice in roomy if _is_wide(choice[1], slide)] or roomy
        if Role.SECOND in {slot.role for slot in kind.slots if slot.where is None} and kind.types:
            # A type says so of many a layout with one place for content, which is no better than another.
            roomy = [choice for choice in roomy if Role.SECOND in choice[1].spots]
        found = _by_itself(kind, roomy)
        if kind.share and (clean := _clean(roomy, found)):
            # Other content goes where text does: one look is better than several.
            found = (clean, Way.PLACEHOLDERS) if key is Layout.BULLETS else None
        if found:
            choices[key] = Choice(kind=key, layout=found[0][0], cast=found[0][1], way=found[1])
    for key, kind in KINDS.items():
        if key not in choices and key.value not in asked:
            own = _of_others(kind, choices) or _largest(kind, layouts, slide)
            if own:
                choices[key] = Choice(kind=key, layout=own[0], cast=own[1], way=Way.OTHER)
    return choices, unfit


# Clutter that is worth another layout, and steps in which layouts are compared.
_CLUTTERED, _STEP = 0.1, 0.05
_WIDE_TITLE = 0.4  # of a slide
_OPENINGS = ("title", "secHead")
# Types that say less than a name: LibreOffice gives them to layouts of all kinds.
_VAGUE = ("", "cust", "tx", "titleOnly", "blank")
_Candidate = tuple[LayoutView, Cast]


def _usable(kind: Kind, layouts: Sequence[LayoutView]) -> Iterator[_Candidate]:
    for view in layouts:
        if roles := cast(kind, view.spots):
            yield view, roles


def _by_itself(kind: Kind, candidates: Sequence[_Candidate]) -> tuple[_Candidate, Way] | None:
    def first(test: Callable[[LayoutView], bool]) -> _Candidate | None:
        able = [candidate for candidate in candidates if test(candidate[0])]
        if not kind.share:  # decoration is what opens and ends a deck
            return next(iter(able), None)
        return min(able, key=_clutter, default=None)

    for wanted in kind.types:
        if found := first(lambda view, wanted=wanted: view.type == wanted):  # type: ignore[misc]
            return found, Way.TYPE
    # A type says more than a name, where there is a type for the kind at all.
    if found := first(lambda view: kind.is_called(view.name) and not (kind.types and _is_typed(view))):
        return found, Way.NAME
    test = _SHAPES.get(kind.shape) if kind.shape else None
    if test and (found := first(lambda view: not _is_typed(view) and test(view))):
        return found, Way.PLACEHOLDERS
    return None


def _is_wide(roles: Cast, slide: tuple[float, float]) -> bool:
    """Whether a title of more than a few words has room on a layout."""
    return roles.places[Role.TITLE].width >= _WIDE_TITLE * slide[0]


def _clutter(candidate: _Candidate) -> float:
    """In steps: small differences do not tell."""
    return round(candidate[0].clutter / _STEP)


def _clean(candidates: Sequence[_Candidate], found: tuple[_Candidate, Way] | None) -> _Candidate | None:
    """A layout with a title and one place for content that is much less cluttered than the one found."""
    if found is None or found[0][0].clutter <= _CLUTTERED:
        return None
    able = [
        candidate
        for candidate in candidates
        if candidate[0].type not in _OPENINGS
        and sum(spot.kind not in TITLES for spot in candidate[0].spots) == 1
        and candidate[0].clutter <= found[0][0].clutter - _CLUTTERED
    ]
    return min(able, key=_clutter, default=None)


def _is_typed(view: LayoutView) -> bool:
    return view.type not in _VAGUE


def _opens(view: LayoutView) -> bool:
    return bool({"ctrTitle", "subTitle"} & {spot.kind for spot in view.spots})


def _holds_one_thing(view: LayoutView) -> bool:
    """Whether anything may be put beside the title, and only once."""
    return sorted(spot.kind for spot in view.spots if spot.kind != "body") == ["obj", "title"]


_SHAPES = {Shape.OPENING: _opens, Shape.CONTENT: _holds_one_thing}


def _of_others(kind: Kind, choices: Mapping[Layout, Choice]) -> _Candidate | None:
    for other in kind.others:
        if other in choices and (roles := cast(kind, choices[other].layout.spots)):
            return choices[other].layout, roles
    return None


def _largest(kind: Kind, layouts: Sequence[LayoutView], slide: tuple[float, float]) -> _Candidate | None:
    """The layout with the most room for the kind's content; of several the first."""
    candidates = [(view, roles) for view in layouts if (roles := cast(kind, view.spots))]
    return max(candidates, key=lambda candidate: candidate[1].share(kind.main, slide), default=None)
