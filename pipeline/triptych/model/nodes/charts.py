"""Charts: their data is in ``model/charts.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.charts import Annotation, Build, ChartData, ChartKind, Mark, Pointer, Scale, Series
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart from data, the same in all outputs; numbers and dates are written as in its language.

    ``headline`` says over it in books what it shows; ``description`` does so at length. ``percent`` stacks
    shares of a whole; ``y_min`` and ``y_max`` are the ends of the value axis where the author set them;
    ``facet_columns`` is 0 where the outputs choose; slides show it by its ``build``; ``note`` and ``source``
    stand behind the caption. ``value_title`` says what the value axis counts, in ``unit``. ``highlight``
    names series, panels and categories; the rest stands back. ``direct_labels`` name series at their marks
    rather than in a legend. ``colours`` are the places among the theme's colours that the book gives to
    things by their names.
    """

    kind: ChartKind
    data: ChartData
    caption: tuple[Inline, ...]
    alt: str
    headline: str = ""
    description: tuple[Block, ...] = ()
    value_title: str = ""
    unit: str = ""
    note: tuple[Inline, ...] = ()
    source: tuple[Inline, ...] = ()
    stacked: bool = False
    percent: bool = False
    horizontal: bool = False
    x_scale: Scale = Scale.LINEAR
    y_scale: Scale = Scale.LINEAR
    y_min: float | None = None
    y_max: float | None = None
    facet_columns: int = 0
    direct_labels: bool = True
    build: Build = Build.NONE
    annotations: tuple[Annotation, ...] = ()
    marks: tuple[Mark, ...] = ()
    highlight: tuple[str, ...] = ()
    callouts: tuple[Pointer, ...] = ()
    colours: tuple[tuple[str, int], ...] = ()
    language: str = "en"
    attr: Attr = NO_ATTR
    span: Span | None = None

    def colour_place(self, series: Series, index: int | None = None) -> int | None:
        """Which of the theme's colours a series has, or its mark at a category; None for a quiet one.

        What the book names has its colour, and others have those that are left. Where it names some of the
        bars of one series, the others are quiet unless they are highlighted.
        """
        named, data = dict(self.colours), self.data
        names, own = data.labels, series.label
        if self.kind.traits.round and index is not None:
            names, own = data.categories, data.categories[index]
        elif len(names) == 1 and self.kind.traits.bars and not named.keys().isdisjoint(data.categories):
            names, own = self.highlight, "" if index is None else data.categories[index]
            if own not in named and own not in names:
                return None
        if own in named:
            return named[own]
        unnamed = [name for name in names if name not in named]
        taken = set() if names == (series.label,) else set(named.values())
        return [place for place in range(len(unnamed) + len(taken)) if place not in taken][unnamed.index(own)]

    def stands_back(self, series: Series, index: int | None = None) -> bool:
        """Whether something else is highlighted: than a series, or than its value at a category.

        Names of series and panels say which series stand out, those of categories which of their values.
        A series as a whole stands back where only some of its values stand out.
        """
        named = set(self.highlight)
        whole, places = named - set(self.data.categories), named & set(self.data.categories)
        if whole and not whole & {series.label, series.panel}:
            return True
        return bool(places) and (index is None or self.data.categories[index] not in places)

    @property
    def lying(self) -> bool:
        """Whether bars lie: categories stand at the left and values below."""
        return self.horizontal and self.kind.traits.bars and not self.kind.traits.running

    @property
    def in_percent(self) -> bool:
        """Whether the slices of a pie or ring are percentages: by their unit, or since they make 100."""
        if not self.kind.traits.round:
            return False
        made = not self.unit and all(series.makes_hundred for series in self.data.series)
        return made or self.unit.startswith("%")

    @property
    def value_line(self) -> str:
        """What stands over the value axis: its title with the unit, or one of them."""
        unit = "" if self.in_percent and self.unit == "%" else self.unit  # each slice says so
        return f"{self.value_title} ({unit})" if self.value_title and unit else self.value_title or unit
