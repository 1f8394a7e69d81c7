"""Fit slide titles at one size for the whole deck, and enlarge the boxes of long titles.

A title too tall for its placeholder first uses the space below it, then some of the content's height. All
lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import Places, move_place
from triptych.writers.deck.fitting.text import FittedText, Place, fit_size, list_sizes, measure_text
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import HEADING_LAYOUTS, Layout, Para, make_plain_para

COMFORTABLE = 24.0
"""A title of this size can be read from the last row; larger ones must not cost content any height."""
SMALLEST_TITLE, SMALLEST_DISPLAYED = 12.0, 14.0
_STEPS = (24.0, 22.0, 20.0, 18.0, 16.0)  # sizes to try for a deck in which title boxes may grow
_GAP = 6.0  # minimum distance between an enlarged title and its neighbours
_KEPT, _LEAST_KEPT = 0.75, 0.5  # fractions of the content's height to keep: usually; on one slide
_TOLERANCE = 0.01  # tolerance when text is measured again
_MOST_LINES = 4  # maximum number of lines of a title whose box grows
_TITLES_PER_OUTLIER = 10  # one in ten titles may be smaller than the others


def find_title_size(titles: Sequence[tuple[str, Layout, Places]], theme: Theme) -> float | None:
    """Return the largest size at which the titles of content slides fit, or None if there are no such slides.

    ``titles`` has the title, slide kind and boxes of each slide. One title in ten need not fit. A small title
    on quotation slides, which is only a label, does not limit the others.
    """
    shown = [
        (title, places)
        for title, kind, places in titles
        if kind not in HEADING_LAYOUTS
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
    """Maps slide kinds to placeholder boxes, which are changed so that the title fits.

    The boxes are computed on first use. ``size`` is the title size in the deck; if it is None, titles have
    the size of their layout.
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
        """Return the boxes that must change on slides of a kind so that the title fits."""
        if kind not in self._made:
            paras, places = (make_plain_para(self.title),), self.places[kind]
            fits = self._fits_smaller(paras, kind, places[PlaceholderRole.TITLE])
            sizes = () if fits else self._list_sizes(kind)
            grown = (_enlarge_title(paras, places, size, self.theme, _LEAST_KEPT) for size in sizes)
            self._made[kind] = next((found for found in grown if found is not None), {})
        return self._made[kind]

    def replace_places(self, kind: Layout, changed: Places) -> TitledPlaces:
        """Return a copy in which the boxes of one slide kind are replaced by ``changed``."""
        made = {**self._made, kind: {**self.find_changes(kind), **changed}}
        return replace(self, _made=made) if changed else self

    def fit(self, title: str, kind: Layout) -> FittedText | None:
        """Fit a title at the deck's size, or else at the largest size that fits, or return None."""
        paras, area = (make_plain_para(title),), self[kind][PlaceholderRole.TITLE].text
        scale = fit_size(paras, area, self.theme, self._list_sizes(kind))
        return None if scale is None else FittedText(paras=paras, scale=scale)

    def has_room(self, title: str, kind: Layout) -> bool:
        """Return whether another title fits at the size of this title, in the same box."""
        if title == self.title:
            return True
        own, other = self.fit(self.title, kind), self.fit(title, kind)
        return own is not None and other is not None and other.scale == own.scale

    def is_small(self, title: FittedText, kind: Layout) -> bool:
        """Return whether a title is smaller than the deck's other titles."""
        own = self.places[kind][PlaceholderRole.TITLE].text.levels[0].size
        usual = min(own, self.size or 0.0)
        return kind not in HEADING_LAYOUTS and title.scale * own < usual - 0.1

    def _fits_smaller(self, paras: Sequence[Para], kind: Layout, place: Place) -> bool:
        """Return whether a title may have its own size, and fits at a size that its slide kind permits."""
        least = KINDS[kind].get_slot(PlaceholderRole.TITLE).least
        sizes = list_sizes(place.text.levels[0].size, least)
        free = kind in HEADING_LAYOUTS or self.size is None
        return free and fit_size(paras, place.text, self.theme, sizes) is not None

    def _list_sizes(self, kind: Layout) -> tuple[float, ...]:
        own = self.places[kind][PlaceholderRole.TITLE].text.levels[0].size
        first = min(own, self.size) if self.size and kind not in HEADING_LAYOUTS else own
        sizes = list_sizes(own, KINDS[kind].get_slot(PlaceholderRole.TITLE).least)
        usual = tuple(size for size in sizes if size <= first)
        if first not in usual:
            usual = (first, *usual)
        least = SMALLEST_DISPLAYED if kind in HEADING_LAYOUTS else SMALLEST_TITLE
        return (*usual, *(size for size in list_sizes(own, least) if least <= size < usual[-1]))


def _enlarge_title(
    paras: Sequence[Para], places: Places, size: float, theme: Theme, kept: float
) -> dict[PlaceholderRole, Place] | None:
    """Return the boxes that change so that a title fits at ``size``, or {} if it fits already.

    Return None if a word is too wide, or if a neighbouring box would keep less than the fraction ``kept`` of
    its height.
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
    near: dict[PlaceholderRole, Place] = {
        role: place
        for role, place in places.items()
        if role is not PlaceholderRole.TITLE and min(place.right, title.right) > max(place.left, title.left)
    }
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


def _move_edges(
    near: Mapping[PlaceholderRole, Place], edge: float, before: float, kept: float, *, up: bool
) -> dict[PlaceholderRole, Place] | None:
    """Return the boxes that shrink if a title's edge moves from ``before`` to ``edge`` (y positions).

    Return None if a box would keep less than the fraction ``kept`` of its height.
    """
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
