"""Where a native chart stands, which decides the size of its text."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.lines.metrics import typeface
from triptych.writers.deck.template.palette import Palette


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A frame on a slide in points; ``panel`` names a chart that is one of several, set in smaller text."""

    theme: Theme
    palette: Palette
    language: str
    left: float
    top: float
    width: float
    height: float
    size: float = 14.0
    panel: str = ""

    def text_width(self, text: str) -> float:
        """The width of a text, in points, with the widest of the faces that may stand in."""
        return typeface(self.theme, self.theme.sans).width(text) * self.size
