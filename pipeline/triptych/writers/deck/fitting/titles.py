"""Fit slide titles at one size for the whole deck, and enlarge the boxes of long titles.

A title too tall for its placeholder first uses the space below it, then some of the content's height. All
lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import PlaceholderBoxes, move_box
from triptych.writers.deck.fitting.text import (
    FittedText,
    PlaceholderBox,
    find_fitting_scale,
    list_sizes,
    measure_text_height,
)
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import HEADING_KINDS, Para, SlideKindName, make_plain_para

COMFORTABLE_SIZE = 24.0
"""A title of this size can be read from the last row; larger ones must not cost content any height."""
MIN_TITLE_SIZE, MIN_DISPLAY_SIZE = 12.0, 14.0
_TITLE_SIZES = (24.0, 22.0, 20.0, 18.0, 16.0)  # sizes to try for a deck in which title boxes may grow
_GAP = 6.0  # minimum distance between an enlarged title and its neighbours
_MIN_CONTENT_FRACTION, _MIN_FRACTION_ON_ONE_SLIDE = (
    0.75,
    0.5,
)  # fractions of the content's height to keep: usually; on one slide
_TOLERANCE = 0.01  # tolerance when text is measured again
_MAX_LINES = 4  # maximum number of lines of a title whose box grows
_TITLES_PER_OUTLIER = 10  # one in ten titles may be smaller than the others


def find_title_size(
    titles: Sequence[tuple[str, SlideKindName, PlaceholderBoxes]], theme: Theme
) -> float | None:
    """Return the largest size at which the titles of content slides fit, or None if there are no such slides.

    ``titles`` has the title, slide kind and boxes of each slide. One title in ten need not fit. A small title
    on quotation slides, which is only a label, does not limit the others.
    """
    shown = [
        (title, places)
        for title, kind, places in titles
        if kind not in HEADING_KINDS
        and not (
            kind is SlideKindName.QUOTE
            and places[PlaceholderRole.TITLE].text_area.levels[0].size < COMFORTABLE_SIZE
        )
    ]
    if not shown:
        return None
    own = min(places[PlaceholderRole.TITLE].text_area.levels[0].size for _, places in shown)

    def misses(size: float, kept: float) -> int:
        return sum(
            _enlarge_title((make_plain_para(title),), places, size, theme, kept) is None
            for title, places in shown
        )

    comfortable = [size for size in list_sizes(own, COMFORTABLE_SIZE) if size >= COMFORTABLE_SIZE]
    smaller = [size for size in _TITLE_SIZES if size <= own] or [own]
    tried = [(size, 1.0, 0) for size in comfortable]
    for some in ([s for s in smaller if s >= 20.0], [s for s in smaller if s < 20.0]):
        tried += [
            (size, _MIN_CONTENT_FRACTION, missed)
            for missed in (0, len(shown) // _TITLES_PER_OUTLIER)
            for size in some
        ]
    return next((size for size, kept, missed in tried if misses(size, kept) <= missed), smaller[-1])


@dataclass(slots=True)
class TitledBoxes(Mapping[SlideKindName, PlaceholderBoxes]):
    """Maps slide kinds to placeholder boxes, which are changed so that the title fits.

    The boxes are computed on first use. ``size`` is the title size in the deck; if it is None, titles have
    the size of their layout.
    """

    title: str
    layout_boxes: Mapping[SlideKindName, PlaceholderBoxes]
    theme: Theme
    size: float | None = None
    _changed_boxes: dict[SlideKindName, PlaceholderBoxes] = field(default_factory=dict)

    def __getitem__(self, kind: SlideKindName) -> PlaceholderBoxes:
        return {**self.layout_boxes[kind], **self.find_changed_boxes(kind)}

    def __iter__(self) -> Iterator[SlideKindName]:
        return iter(self.layout_boxes)

    def __len__(self) -> int:
        return len(self.layout_boxes)

    def find_changed_boxes(self, kind: SlideKindName) -> PlaceholderBoxes:
        """Return the boxes that must change on slides of a kind so that the title fits."""
        if kind not in self._changed_boxes:
            paras, places = (make_plain_para(self.title),), self.layout_boxes[kind]
            fits = self._can_have_own_size(paras, kind, places[PlaceholderRole.TITLE])
            sizes = () if fits else self._list_sizes(kind)
            grown = (
                _enlarge_title(paras, places, size, self.theme, _MIN_FRACTION_ON_ONE_SLIDE) for size in sizes
            )
            self._changed_boxes[kind] = next((found for found in grown if found is not None), {})
        return self._changed_boxes[kind]

    def replace_boxes(self, kind: SlideKindName, changed_boxes: PlaceholderBoxes) -> TitledBoxes:
        """Return a copy in which ``changed_boxes`` replace the boxes of one slide kind."""
        made = {**self._changed_boxes, kind: {**self.find_changed_boxes(kind), **changed_boxes}}
        return replace(self, _changed_boxes=made) if changed_boxes else self

    def fit_title(self, title: str, kind: SlideKindName) -> FittedText | None:
        """Fit a title at the deck's size, or else at the largest size that fits.

        Return None if no size fits.
        """
        paras, area = (make_plain_para(title),), self[kind][PlaceholderRole.TITLE].text_area
        scale = find_fitting_scale(paras, area, self.theme, self._list_sizes(kind))
        return None if scale is None else FittedText(paras=paras, scale=scale)

    def has_room_for_title(self, title: str, kind: SlideKindName) -> bool:
        """Return whether another title fits at the size of this title, in the same box."""
        if title == self.title:
            return True
        own, other = self.fit_title(self.title, kind), self.fit_title(title, kind)
        return own is not None and other is not None and other.scale == own.scale

    def is_small_title(self, title: FittedText, kind: SlideKindName) -> bool:
        """Return whether a title is smaller than the deck's other titles."""
        own = self.layout_boxes[kind][PlaceholderRole.TITLE].text_area.levels[0].size
        usual = min(own, self.size or 0.0)
        return kind not in HEADING_KINDS and title.scale * own < usual - 0.1

    def _can_have_own_size(self, paras: Sequence[Para], kind: SlideKindName, box: PlaceholderBox) -> bool:
        """Return whether a title may have its own size, and fits at a size that its slide kind permits."""
        least = KINDS[kind].get_slot(PlaceholderRole.TITLE).least
        sizes = list_sizes(box.text_area.levels[0].size, least)
        free = kind in HEADING_KINDS or self.size is None
        return free and find_fitting_scale(paras, box.text_area, self.theme, sizes) is not None

    def _list_sizes(self, kind: SlideKindName) -> tuple[float, ...]:
        own = self.layout_boxes[kind][PlaceholderRole.TITLE].text_area.levels[0].size
        first = min(own, self.size) if self.size and kind not in HEADING_KINDS else own
        sizes = list_sizes(own, KINDS[kind].get_slot(PlaceholderRole.TITLE).least)
        usual = tuple(size for size in sizes if size <= first)
        if first not in usual:
            usual = (first, *usual)
        least = MIN_DISPLAY_SIZE if kind in HEADING_KINDS else MIN_TITLE_SIZE
        return (*usual, *(size for size in list_sizes(own, least) if least <= size < usual[-1]))


def _enlarge_title(
    paras: Sequence[Para], boxes: PlaceholderBoxes, size: float, theme: Theme, min_fraction: float
) -> dict[PlaceholderRole, PlaceholderBox] | None:
    """Return the boxes to change so that a title fits at ``size``, or {} if it fits already.

    Return None if a word is too wide, if the title needs too many lines, or if a neighbouring box would keep
    less than ``min_fraction`` of its height.
    """
    title = boxes[PlaceholderRole.TITLE]
    if find_fitting_scale(paras, title.text_area, theme, (size,)) is not None:
        return {}
    _, over, _, under = title.insets
    scale = size / title.text_area.levels[0].size
    high = measure_text_height(paras, title.text_area, theme, scale)
    height = high + over + under + _TOLERANCE
    most = measure_text_height((Para(runs=(), bullet=False),) * _MAX_LINES, title.text_area, theme, scale)
    if min_fraction == 1.0 or high > most or not 0 < height - title.height <= title.max_growth:
        return None
    foot = title.bottom
    near: dict[PlaceholderRole, PlaceholderBox] = {
        role: place
        for role, place in boxes.items()
        if role is not PlaceholderRole.TITLE and min(place.right, title.right) > max(place.left, title.left)
    }
    middle = title.top + title.height / 2
    below = {role: place for role, place in near.items() if place.top >= middle}
    above = {role: place for role, place in near.items() if place.bottom <= middle}
    if above and not below:
        top = foot - height
        changed = _shrink_neighbours(above, top, title.top, min_fraction, moves_up=True)
        box = (title.left, top, title.width, height)
    else:
        end = max((place.bottom for place in boxes.values()), default=foot)
        if not below and title.top + height > end:
            return None
        changed = _shrink_neighbours(below, title.top + height, foot, min_fraction, moves_up=False)
        box = (title.left, title.top, title.width, height)
    return None if changed is None else {PlaceholderRole.TITLE: move_box(title, box), **changed}


def _shrink_neighbours(
    neighbours: Mapping[PlaceholderRole, PlaceholderBox],
    new_edge: float,
    old_edge: float,
    min_fraction: float,
    *,
    moves_up: bool,
) -> dict[PlaceholderRole, PlaceholderBox] | None:
    """Return the boxes that shrink, by role, if an edge of a title moves towards its neighbours.

    ``old_edge`` and ``new_edge`` are y positions of the title's top edge if ``moves_up`` is true, otherwise
    of its bottom edge. Return None if a box would keep less than ``min_fraction`` of its height.
    """
    changed: dict[PlaceholderRole, PlaceholderBox] = {}
    for role, place in neighbours.items():
        top, foot = place.top, place.bottom
        if moves_up:
            foot = min(foot, new_edge - min(_GAP, max(0.0, old_edge - foot)))
        else:
            top = max(top, new_edge + min(_GAP, max(0.0, top - old_edge)))
        if foot - top < min_fraction * place.height:
            return None
        if (top, foot) != (place.top, place.bottom):
            changed[role] = move_box(place, (place.left, top, place.width, foot - top))
    return changed
