"""Charts: their data is in ``model/charts.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.charts import Annotation, Build, ChartData, ChartKind, Mark, Scale
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart from data, the same in all outputs; numbers and dates are written as in its language.

    ``description`` says at length what it shows. ``percent`` stacks shares of a whole; ``y_min`` and
    ``y_max`` are the ends of the value axis where the author set them; ``facet_columns`` is 0 where the
    outputs choose; slides show it by its ``build``; ``note`` and ``source`` stand behind the caption.
    ``value_title`` says what the value axis counts, in ``unit``.
    """

    kind: ChartKind
    data: ChartData
    caption: tuple[Inline, ...]
    alt: str
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
    build: Build = Build.NONE
    annotations: tuple[Annotation, ...] = ()
    marks: tuple[Mark, ...] = ()
    language: str = "en"
    attr: Attr = NO_ATTR
    span: Span | None = None

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
