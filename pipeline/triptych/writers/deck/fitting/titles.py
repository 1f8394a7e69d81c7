"""Fit slide titles: one size for a deck, and more room for titles that need more lines than their placeholder
has.

A title that is too high grows into the space below it first, then takes some of the height of the content.
All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import Places, move_place
from triptych.writers.deck.fitting.text import FittedText, Place, fit_size, list_sizes, measure_text
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import Layout, Para, make_plain_para

COMFORTABLE = 24.0
"""A title of this size can be read from the last row; larger ones must not cost content any height."""
SMALLEST_TITLE, SMALLEST_DISPLAYED = 12.0, 14.0
_STEPS = (24.0, 22.0, 20.0, 18.0, 16.0)  # sizes for a deck in which titles may grow
_DISPLAYED = (Layout.TITLE, Layout.DIVIDER, Layout.CLOSING)  # their titles are not those of content
_GAP = 6.0  # between a larger title and its neighbours
_KEPT, _LEAST_KEPT = 0.75, 0.5  # of the height of content: for the size of the deck, and for one slide
_TOLERANCE = 0.01  # so that what was measured fits when it is measured again
_MOST_LINES = 4  # of a title that grows
_TITLES_PER_OUTLIER = 10  # of so many titles one may be smaller than the others


def find_title_size(titles: Sequence[tuple[str, Layout, Places]], theme: Theme) -> float | None:
    """Return the largest size at which the titles of all content slides fit, None where there are none.

    Each title comes with the kind of its slide and the places there. One title in ten may not fit. A layout
    for quotations may set its title as a small label, which does not limit the others.
    """
    shown = [
        (title, places)
        for title, kind, places in titles
        if kind not in _DISPLAYED
        and not (kind is Layout.QUOTE and places[PlaceholderRole.TITLE].text.levels[0].size < COMFORTABLE)
    ]
    if not shown:
        return None
    own = min(places[PlaceholderRole.TITLE].text.levels[0].size for _, places in shown)

    def misses(size: float, kept: float) -> int:
        return sum(
            _enlarge_title((make_plain_para(title),), places, size, theme, kept) is None
            for title, places in shown
        )

    comfortable = [size for size in list_sizes(own, COMFORTABLE) if size >= COMFORTABLE]
    smaller = [size for size in _STEPS if size <= own] or [own]
    tried = [(size, 1.0, 0) for size in comfortable]
    for some in ([s for s in smaller if s >= 20.0], [s for s in smaller if s < 20.0]):
        tried += [(size, _KEPT, missed) for missed in (0, len(shown) // _TITLES_PER_OUTLIER) for size in some]
    return next((size for size, kept, missed in tried if misses(size, kept) <= missed), smaller[-1])


@dataclass(slots=True)
class TitledPlaces(Mapping[Layout, Places]):
    """The places of each kind of slide with room for a title, computed on first use.

    ``size`` is that of the titles of the deck; without one a title is as large as its layout allows.
    """

    title: str
    places: Mapping[Layout, Places]
    theme: Theme
    size: float | None = None
    _made: dict[Layout, Places] = field(default_factory=dict)

    def __getitem__(self, kind: Layout) -> Places:
        return {**self.places[kind], **self.find_changes(kind)}

    def __iter__(self) -> Iterator[Layout]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def find_changes(self, kind: Layout) -> Places:
        """Return the places that change on a kind of slide, so that the title fits."""
        if kind not in self._made:
            paras, places = (make_plain_para(self.title),), self.places[kind]
            if self._fits_smaller(paras, kind, places[PlaceholderRole.TITLE]):
                self._made[kind] = {}
                return {}
            grown = (
                _enlarge_title(paras, places, s, self.theme, _LEAST_KEPT) for s in self._list_sizes(kind)
            )
            self._made[kind] = next((found for found in grown if found is not None), {})
        return self._made[kind]

    def replace_places(self, kind: Layout, changed: Places) -> TitledPlaces:
        """Return the same places, of which more change on one kind of slide."""
        made = {**self._made, kind: {**self.find_changes(kind), **changed}}
        return replace(self, _made=made) if changed else self

    def fit(self, title: str, kind: Layout) -> FittedText | None:
        """Return a title in its place: at the deck's size, else at the largest that fits; None if none."""
        paras, area = (make_plain_para(title),), self[kind][PlaceholderRole.TITLE].text
        scale = fit_size(paras, area, self.theme, self._list_sizes(kind))
        return None if scale is None else FittedText(paras=paras, scale=scale)

    def has_room(self, title: str, kind: Layout) -> bool:
        """Return whether another title fits at the size of the title of these places."""
        if title == self.title:
            return True
        own, other = self.fit(self.title, kind), self.fit(title, kind)
        return own is not None and other is not None and other.scale == own.scale

    def is_small(self, title: FittedText, kind: Layout) -> bool:
        """Return whether a title is smaller than the others of the deck."""
        own = self.places[kind][PlaceholderRole.TITLE].text.levels[0].size
        return (
            bool(self.size) and kind not in _DISPLAYED and title.scale * own < min(own, self.size or 0) - 0.1
        )

    def _fits_smaller(self, paras: Sequence[Para], kind: Layout, place: Place) -> bool:
        """Return whether a title whose size is independent of others fits at an allowed size."""
        least = KINDS[kind].get_slot(PlaceholderRole.TITLE).least
        sizes = list_sizes(place.text.levels[0].size, least)
        free = kind in _DISPLAYED or self.size is None
        return free and fit_size(paras, place.text, self.theme, sizes) is not None

    def _list_sizes(self, kind: Layout) -> tuple[float, ...]:
        area, slot = (
            self.places[kind][PlaceholderRole.TITLE].text,
            KINDS[kind].get_slot(PlaceholderRole.TITLE),
        )
        own = area.levels[0].size
        first = min(own, self.size) if self.size and kind not in _DISPLAYED else own
        sizes = list_sizes(own, slot.least)
        usual = tuple(size for size in sizes if size <= first)
        if first not in usual:
            usual = (first, *usual)
        least = SMALLEST_DISPLAYED if kind in _DISPLAYED else SMALLEST_TITLE
        return (*usual, *(size for size in list_sizes(own, least) if least <= size < usual[-1]))


def _enlarge_title(
    paras: Sequence[Para], places: Places, size: float, theme: Theme, kept: float
) -> dict[PlaceholderRole, Place] | None:
    """Return the places that change so that a title has room at a size, none where it has it already.

    None where it has too long a word, or what is next to it would keep less than a share of its height.
    """
    title = places[PlaceholderRole.TITLE]
    if fit_size(paras, title.text, theme, (size,)) is not None:
        return {}
    _, over, _, under = title.insets
    scale = size / title.text.levels[0].size
    high = measure_text(paras, title.text, theme, scale)
    height = high + over + under + _TOLERANCE
    most = measure_text((Para(runs=(), bullet=False),) * _MOST_LINES, title.text, theme, scale)
    if kept == 1.0 or high > most or not 0 < height - title.height <= title.grows:
        return None
    foot = title.bottom
    near = {role: place for role, place in places.items() if _is_in_line(place, title, role)}
    middle = title.top + title.height / 2
    below = {role: place for role, place in near.items() if place.top >= middle}
    above = {role: place for role, place in near.items() if place.bottom <= middle}
    if above and not below:
        top = foot - height
        changed = _move_edges(above, top, title.top, kept, up=True)
        box = (title.left, top, title.width, height)
    else:
        end = max((place.bottom for place in places.values()), default=foot)
        if not below and title.top + height > end:
            return None
        changed = _move_edges(below, title.top + height, foot, kept, up=False)
        box = (title.left, title.top, title.width, height)
    return None if changed is None else {PlaceholderRole.TITLE: move_place(title, box), **changed}


def _is_in_line(place: Place, title: Place, role: PlaceholderRole) -> bool:
    beside = min(place.right, title.right) - max(place.left, title.left)
    return role is not PlaceholderRole.TITLE and beside > 0


def _move_edges(
    near: Mapping[PlaceholderRole, Place], edge: float, before: float, kept: float, *, up: bool
) -> dict[PlaceholderRole, Place] | None:
    """Return the places that must give way to an edge that was at ``before``; None if one loses too much."""
    changed: dict[PlaceholderRole, Place] = {}
    for role, place in near.items():
        top, foot = place.top, place.bottom
        if up:
            foot = min(foot, edge - min(_GAP, max(0.0, before - foot)))
        else:
            top = max(top, edge + min(_GAP, max(0.0, top - before)))
        if foot - top < kept * place.height:
            return None
        if (top, foot) != (place.top, place.bottom):
            changed[role] = move_place(place, (place.left, top, place.width, foot - top))
    return changed
