"""Fit slide titles at one size for the whole deck, and enlarge the boxes of long titles.

A title too tall for its placeholder first uses the space below the placeholder, then some of the content's
height. Content below a short title moves up to it. All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import PlaceholderBoxes, move_box
from triptych.writers.deck.fitting.text import (
    MIN_TEXT_SIZE,
    FittedText,
    PlaceholderBox,
    find_fitting_scale,
    list_sizes,
    measure_text_height,
)
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import HEADING_KINDS, Para, SlideKindName, make_plain_para

COMFORTABLE_SIZE = 24.0
"""A title of this size is legible from the last row. Larger titles must not reduce the content's height."""
MIN_TITLE_SIZE, MIN_DISPLAY_SIZE = 12.0, 14.0
_TITLE_SIZES = (24.0, 22.0, 20.0, 18.0, 16.0)  # sizes to try for a deck in which title boxes may grow
_MAX_DISTANCE = 48.0  # maximum distance below a title of boxes that move up to it
_GAP = 6.0  # minimum distance between an enlarged title and the neighbouring boxes
# Fractions of the content's height to keep: usually, and to keep the slide in one piece.
_MIN_CONTENT_FRACTION, _MIN_FRACTION_ON_ONE_SLIDE = 0.75, 0.5
_MIN_SIZE_DIFFERENCE = 2.0  # minimum difference between the sizes of titles and running text
_TOLERANCE = 0.01  # tolerance for repeated measurements
_MAX_LINES = 4  # maximum number of lines of a title whose box grows
_FIXED_ROLES = (PlaceholderRole.SOURCE, PlaceholderRole.TRACKER)  # roles that do not move up to a short title
_TITLES_PER_OUTLIER = 10  # one in ten titles may be smaller than the others


def find_title_size(
    titles: Sequence[tuple[str, SlideKindName, PlaceholderBoxes]], theme: Theme
) -> float | None:
    """Return the largest size at which the content slides' titles fit, or None without such slides.

    ``titles`` has the title, slide kind and boxes of each slide. One title in ten need not fit. Small titles
    on quotation slides, which are mere labels, do not limit the others.
    """
    titles_with_boxes = [
        (title, places)
        for title, kind, places in titles
        if kind not in HEADING_KINDS
        and not (
            kind is SlideKindName.QUOTE
            and places[PlaceholderRole.TITLE].text_area.levels[0].size < COMFORTABLE_SIZE
        )
    ]
    if not titles_with_boxes:
        return None
    layout_size = min(
        places[PlaceholderRole.TITLE].text_area.levels[0].size for _, places in titles_with_boxes
    )

    def count_misfits(size: float, min_fraction: float) -> int:
        return sum(
            _enlarge_title((make_plain_para(title),), places, size, theme, min_fraction) is None
            for title, places in titles_with_boxes
        )

    comfortable = [size for size in list_sizes(layout_size, COMFORTABLE_SIZE) if size >= COMFORTABLE_SIZE]
    smaller = [size for size in _TITLE_SIZES if size <= layout_size] or [layout_size]
    trials = [(size, 1.0, 0) for size in comfortable]
    for size_group in ([size for size in smaller if size >= 20.0], [size for size in smaller if size < 20.0]):
        trials += [
            (size, _MIN_CONTENT_FRACTION, missed)
            for missed in (0, len(titles_with_boxes) // _TITLES_PER_OUTLIER)
            for size in size_group
        ]
    return next(
        (size for size, min_fraction, missed in trials if count_misfits(size, min_fraction) <= missed),
        smaller[-1],
    )


@dataclass(slots=True)
class TitledBoxes(Mapping[SlideKindName, PlaceholderBoxes]):
    """Maps slide kinds to placeholder boxes that have been changed to fit a title.

    The boxes are computed on first use. ``size`` is the title size of the deck; if it is None, each layout's
    size is used.
    """

    title: str
    layout_boxes: Mapping[SlideKindName, PlaceholderBoxes]
    theme: Theme
    size: float | None = None
    _changed_boxes: dict[SlideKindName, PlaceholderBoxes] = field(default_factory=dict)

    def __getitem__(self, kind: SlideKindName) -> PlaceholderBoxes:
        boxes = {**self.layout_boxes[kind], **self.find_changed_boxes(kind)}
        max_size = self._find_max_text_size(kind, boxes[PlaceholderRole.TITLE])
        return {
            role: replace(box, text_area=replace(box.text_area, max_size=max_size))
            for role, box in boxes.items()
        }

    def _find_max_text_size(self, kind: SlideKindName, title_box: PlaceholderBox) -> float:
        """Return the maximum size of running text, which is smaller than the title, in points."""
        size = self.size
        if kind in HEADING_KINDS:
            paras, area = (make_plain_para(self.title),), title_box.text_area
            scale = find_fitting_scale(paras, area, self.theme, self._list_sizes(kind))
            size = None if scale is None else scale * area.levels[0].size
        return inf if size is None else max(MIN_TEXT_SIZE, size - _MIN_SIZE_DIFFERENCE)

    def __iter__(self) -> Iterator[SlideKindName]:
        return iter(self.layout_boxes)

    def __len__(self) -> int:
        return len(self.layout_boxes)

    def find_changed_boxes(self, kind: SlideKindName) -> PlaceholderBoxes:
        """Return the boxes of a slide kind that must change for the title to fit."""
        if kind not in self._changed_boxes:
            paras, places = (make_plain_para(self.title),), self.layout_boxes[kind]
            fits = self._can_have_own_size(paras, kind, places[PlaceholderRole.TITLE])
            sizes = () if fits else self._list_sizes(kind)
            candidates = (
                _enlarge_title(paras, places, size, self.theme, _MIN_FRACTION_ON_ONE_SLIDE) for size in sizes
            )
            enlarged = next((candidate for candidate in candidates if candidate is not None), {})
            self._changed_boxes[kind] = enlarged or self._shrink_title(paras, kind)
        return self._changed_boxes[kind]

    def fit_title(self, title: str, kind: SlideKindName) -> FittedText | None:
        """Fit a title at the deck's size, or else at the largest size that fits.

        Return None if no size fits.
        """
        paras, area = (make_plain_para(title),), self[kind][PlaceholderRole.TITLE].text_area
        scale = find_fitting_scale(paras, area, self.theme, self._list_sizes(kind))
        return None if scale is None else FittedText(paras=paras, scale=scale)

    def has_room_for_title(self, title: str, kind: SlideKindName) -> bool:
        """Return whether another title fits in this title's box at the same size."""
        if title == self.title:
            return True
        fitted, other = self.fit_title(self.title, kind), self.fit_title(title, kind)
        return fitted is not None and other is not None and other.scale == fitted.scale

    def is_small_title(self, title: FittedText, kind: SlideKindName) -> bool:
        """Return whether a title is smaller than the other titles of the deck."""
        layout_size = self.layout_boxes[kind][PlaceholderRole.TITLE].text_area.levels[0].size
        normal_size = min(layout_size, self.size or 0.0)
        return kind not in HEADING_KINDS and title.scale * layout_size < normal_size - 0.1

    def _shrink_title(
        self, paras: Sequence[Para], kind: SlideKindName
    ) -> dict[PlaceholderRole, PlaceholderBox]:
        """Return the boxes to change so that the content starts directly below a short title."""
        boxes = self.layout_boxes[kind]
        title = boxes[PlaceholderRole.TITLE]
        area = title.text_area
        scale = (
            find_fitting_scale(paras, area, self.theme, self._list_sizes(kind))
            if title.yielded_fraction
            else None
        )
        if scale is None:
            return {}
        moved = {
            role: box
            for role, box in boxes.items()
            if min(box.right, title.right) > max(box.left, title.left)
            and -1.0 <= box.top - title.bottom <= _MAX_DISTANCE
            and role not in _FIXED_ROLES
        }
        height = measure_text_height(paras, area, self.theme, scale) + _TOLERANCE
        unused = area.height - height
        shift = unused * title.yielded_fraction
        if shift < 1.0:
            return {}
        # The text stays in its place: a title at the middle of its box becomes lower at both ends.
        bounds = (title.left, title.top + (unused - shift), title.width, title.height - unused)
        return {
            PlaceholderRole.TITLE: move_box(title, bounds),
            **{
                role: move_box(box, (box.left, box.top - shift, box.width, box.height + shift))
                for role, box in moved.items()
            },
        }

    def _can_have_own_size(self, paras: Sequence[Para], kind: SlideKindName, box: PlaceholderBox) -> bool:
        """Return whether a title may have its own size and fits at a size allowed for its slide kind."""
        min_size = KINDS[kind].get_slot(PlaceholderRole.TITLE).min_size
        sizes = list_sizes(box.text_area.levels[0].size, min_size)
        free = kind in HEADING_KINDS or self.size is None
        return free and find_fitting_scale(paras, box.text_area, self.theme, sizes) is not None

    def _list_sizes(self, kind: SlideKindName) -> tuple[float, ...]:
        layout_size = self.layout_boxes[kind][PlaceholderRole.TITLE].text_area.levels[0].size
        first = min(layout_size, self.size) if self.size and kind not in HEADING_KINDS else layout_size
        sizes = list_sizes(layout_size, KINDS[kind].get_slot(PlaceholderRole.TITLE).min_size)
        normal_sizes = tuple(size for size in sizes if size <= first)
        if first not in normal_sizes:
            normal_sizes = (first, *normal_sizes)
        min_size = MIN_DISPLAY_SIZE if kind in HEADING_KINDS else MIN_TITLE_SIZE
        return (
            *normal_sizes,
            *(size for size in list_sizes(layout_size, min_size) if min_size <= size < normal_sizes[-1]),
        )


def _enlarge_title(
    paras: Sequence[Para], boxes: PlaceholderBoxes, size: float, theme: Theme, min_fraction: float
) -> dict[PlaceholderRole, PlaceholderBox] | None:
    """Return the boxes to change so that a title fits at ``size``, or {} if it already fits.

    Return None if a word is too wide, if the title needs too many lines, or if a neighbouring box would keep
    less than ``min_fraction`` of its height.
    """
    title = boxes[PlaceholderRole.TITLE]
    if find_fitting_scale(paras, title.text_area, theme, (size,)) is not None:
        return {}
    _, top_inset, _, bottom_inset = title.insets
    scale = size / title.text_area.levels[0].size
    high = measure_text_height(paras, title.text_area, theme, scale)
    height = high + top_inset + bottom_inset + _TOLERANCE
    max_height = measure_text_height(
        (Para(runs=(), bullet=False),) * _MAX_LINES, title.text_area, theme, scale
    )
    if min_fraction == 1.0 or high > max_height or not 0 < height - title.height <= title.max_growth:
        return None
    bottom = title.bottom
    neighbours: dict[PlaceholderRole, PlaceholderBox] = {
        role: place
        for role, place in boxes.items()
        if role is not PlaceholderRole.TITLE and min(place.right, title.right) > max(place.left, title.left)
    }
    middle = title.top + title.height / 2
    below = {role: place for role, place in neighbours.items() if place.top >= middle}
    above = {role: place for role, place in neighbours.items() if place.bottom <= middle}
    if above and not below:
        top = bottom - height
        shrunk = _shrink_neighbours(above, top, title.top, min_fraction, moves_up=True)
        box = (title.left, top, title.width, height)
    else:
        end = max((place.bottom for place in boxes.values()), default=bottom)
        if not below and title.top + height > end:
            return None
        shrunk = _shrink_neighbours(below, title.top + height, bottom, min_fraction, moves_up=False)
        box = (title.left, title.top, title.width, height)
    return None if shrunk is None else {PlaceholderRole.TITLE: move_box(title, box), **shrunk}


def _shrink_neighbours(
    neighbours: Mapping[PlaceholderRole, PlaceholderBox],
    new_edge: float,
    old_edge: float,
    min_fraction: float,
    *,
    moves_up: bool,
) -> dict[PlaceholderRole, PlaceholderBox] | None:
    """Return the boxes that shrink, by role, if an edge of a title is moved towards its neighbours.

    ``old_edge`` and ``new_edge`` are y positions: of the title's top edge if ``moves_up`` is true, otherwise
    of its bottom edge. Return None if a box would keep less than ``min_fraction`` of its height.
    """
    shrunk: dict[PlaceholderRole, PlaceholderBox] = {}
    for role, place in neighbours.items():
        top, bottom = place.top, place.bottom
        if moves_up:
            bottom = min(bottom, new_edge - min(_GAP, max(0.0, old_edge - bottom)))
        else:
            top = max(top, new_edge + min(_GAP, max(0.0, top - old_edge)))
        if bottom - top < min_fraction * place.height:
            return None
        if (top, bottom) != (place.top, place.bottom):
            shrunk[role] = move_box(place, (place.left, top, place.width, bottom - top))
    return shrunk
