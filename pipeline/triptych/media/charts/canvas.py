"""A sheet measured in points from its top left corner: shapes and text on it become SVG."""

from __future__ import annotations

import importlib
import io
import os
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from triptych.engine.temporary_files import scratch
from triptych.media.charts.series_styles import Look
from triptych.media.fonts.chart_fonts import chart_font
from triptych.theme.print_design import CHART_LETTERS
from triptych.theme.theme import Theme

SIZE = CHART_LETTERS
LINE = 9.6  # points, from line to line
APART = 0.8  # points, of the line of paper between surfaces that touch

Point = tuple[float, float]
Across = Literal["left", "center", "right"]
Along = Literal["top", "center", "bottom", "baseline"]


class Canvas:
    """Draws with the theme's inks; the first of two shapes lies under the second."""

    def __init__(self, width: float, height: float, theme: Theme) -> None:
        _load()
        import matplotlib
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        self.width, self.height, self.theme = width, height, theme
        settings: Any = {
            "svg.fonttype": "path",
            "svg.hashsalt": "triptych",
            "text.parse_math": False,  # a dollar sign is a dollar sign
            "hatch.linewidth": 0.7,
        }
        self._settings = matplotlib.rc_context(settings)
        self._settings.__enter__()
        self._figure = Figure(figsize=(width / 72, height / 72))
        FigureCanvasSVG(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.set_axis_off()
        self._depth = 0

    def svg(self) -> bytes:
        """SVG 1.1, the same bytes each time. The canvas is done with."""
        out = io.BytesIO()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of characters without a font, which a pass reports
                metadata: Any = {"Date": None, "Creator": None}
                self._figure.savefig(out, format="svg", transparent=True, metadata=metadata)
        finally:
            self._settings.__exit__(None, None, None)
        # A blank's outline has no path data, which SVG requires.
        return re.sub(rb'(<path id="[^"]*")( transform="[^"]*")?/>', rb'\1\2 d="M0 0"/>', out.getvalue())

    def text(
        self,
        at: Point,
        words: str,
        *,
        ink: str = "",
        bold: bool = False,
        across: Across = "left",
        along: Along = "center",
        turned: float = 0.0,
    ) -> None:
        """A line of text; ``turned`` in degrees, about its place."""
        self._axes.text(
            *at,
            words,
            color=_hash(ink or self.theme.colours.ink),
            fontproperties=chart_font(self.theme, words, bold=bold, size=SIZE),
            ha=across,
            va="center_baseline" if along == "center" else along,
            rotation=turned,
            rotation_mode="anchor",
            zorder=self._next(),
            clip_on=False,
        )

    def lines(self, at: Point, lines: Sequence[str], *, turned: float = 0.0, **how: Any) -> None:
        """Several lines of text under each other, or beside each other where they are turned."""
        x, y = at
        for index, words in enumerate(lines):
            place = (x + index * LINE, y) if turned else (x, y + index * LINE)
            self.text(place, words, turned=turned, **how)

    def line(self, points: Iterable[Point], ink: str, width: float, dash: Sequence[float] = ()) -> None:
        """A line through points."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        style: Any = (0, tuple(dash)) if dash else "-"
        line = Line2D(
            xs,
            ys,
            color=_hash(ink),
            linewidth=width,
            linestyle=style,
            solid_joinstyle="round",
            solid_capstyle="butt",
            zorder=self._next(),
        )
        self._axes.add_line(line)

    def polygon(self, points: Sequence[Point], look: Look, *, light: bool = False) -> None:
        """A filled shape; ``light`` lets what is under it shine through."""
        from matplotlib.patches import Polygon

        self._add(Polygon(list(points), closed=True, **self._fill(look)), light=light)

    def box(
        self, left: float, top: float, width: float, height: float, look: Look, *, apart: bool = False
    ) -> None:
        """A filled rectangle; ``apart`` from what it touches by a line of paper."""
        from matplotlib.patches import Rectangle

        fill = self._fill(look)
        if apart and not look.hatch:
            fill |= {"edgecolor": _hash(self.theme.colours.paper), "linewidth": APART}
        self._add(Rectangle((left, top), width, height, **fill))

    def wedge(self, centre: Point, radius: float, hole: float, start: float, end: float, look: Look) -> None:
        """A slice, clockwise from ``start`` to ``end`` in degrees from the top; ``hole`` is a radius too."""
        from matplotlib.patches import Wedge

        width = radius - hole if hole else None
        paper = {"edgecolor": _hash(self.theme.colours.paper), "linewidth": 1.0}
        fill = {**self._fill(look), **({} if look.hatch else paper)}
        self._add(Wedge(centre, radius, start - 90, end - 90, width=width, **fill))

    def dots(self, points: Sequence[Point], look: Look, size: float) -> None:
        """Markers of one look, ``size`` points across."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        dots = Line2D(
            xs,
            ys,
            linestyle="",
            marker=look.marker,
            markersize=size,
            markerfacecolor=_hash(self.theme.colours.paper if look.hollow else look.ink),
            markeredgecolor=_hash(look.ink),
            markeredgewidth=0.9 if look.hollow else 0.0,
            zorder=self._next(),
            clip_on=False,
        )
        self._axes.add_line(dots)

    def _fill(self, look: Look) -> dict[str, Any]:
        if look.hatch:
            paper = _hash(self.theme.colours.paper)
            return {"facecolor": paper, "edgecolor": _hash(look.ink), "hatch": look.hatch, "linewidth": 0.7}
        if look.rim or look.back:
            edge = self.theme.colours.ink if look.rim else self.theme.colours.paper
            return {"facecolor": _hash(look.ink), "edgecolor": _hash(edge), "linewidth": 0.5}
        return {"facecolor": _hash(look.ink), "linewidth": 0.0}

    def _add(self, patch: Any, *, light: bool = False) -> None:
        patch.set_zorder(self._next())
        if light:
            patch.set_alpha(0.16)
        self._axes.add_patch(patch)

    def _next(self) -> int:
        self._depth += 1
        return self._depth


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures text as it will be drawn."""

    theme: Theme

    def width(self, words: str) -> float:
        """The width of a line of text in points."""
        return _width(self.theme, words, False)

    def bold(self, words: str) -> float:
        """The width of a bold line of text in points."""
        return _width(self.theme, words, True)

    def widest(self, lines: Iterable[str]) -> float:
        """The width of the widest line."""
        return max(map(self.width, lines), default=0.0)


def _hash(colour: str) -> str:
    return f"#{colour}"


@lru_cache(maxsize=4096)
def _width(theme: Theme, words: str, bold: bool) -> float:
    if not words:
        return 0.0
    _load()
    from matplotlib.textpath import TextToPath

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        font = chart_font(theme, words, bold=bold, size=SIZE)
        width, _, _ = TextToPath().get_text_width_height_descent(words, font, ismath=False)
    return float(width)


@cache
def _load() -> None:
    """Load Matplotlib without its search for the machine's fonts, which takes long and is of no use here.

    It keeps its list in a folder: in one of ours.
    """
    own = {"MPLCONFIGDIR": str(scratch()), "MPL_IGNORE_SYSTEM_FONTS": "1"}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        importlib.import_module("matplotlib.font_manager")
    finally:
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value
