"""Texts that stand whole in their lines: set once, to be measured and for each try of their page."""

from __future__ import annotations

from typing import Any, NamedTuple

from triptych.writers.print.layout.patches.lines.measuring import advances, advances_in

_WHOLE = "triptych_whole"  # what is kept with the engine's texts


class Whole(NamedTuple):
    """What the engine makes of a text that stands in one line."""

    text: str
    style: Any
    pango_layout: Any
    width: float
    height: float
    margin: float
    baseline: float

    @classmethod
    def of(cls, box: Any) -> Whole:
        """What it has made of a text."""
        return cls(box.text, box.style, box.pango_layout, box.width, box.height, box.margin_top, box.baseline)

    def is_of(self, box: Any) -> bool:
        """Whether it would make the same of a text."""
        return self.style is box.style and self.text == box.text

    def stand_for(self, box: Any) -> Any:
        """A text as it stands in its line."""
        new = box.copy()
        new.pango_layout, new.width, new.height = self.pango_layout, self.width, self.height
        new.margin_top = new.margin_bottom = self.margin
        new.baseline = self.baseline
        return new


def whole_of(box: Any, room: float | None) -> Whole | None:
    """How a text stands whole, if it has been set so and has the room; None is all the room there is."""
    whole: Whole | None = getattr(box, _WHOLE, None)
    fits = whole and whole.is_of(box) and (room is None or whole.width <= room)
    return whole if fits else None


def keep_whole(box: Any, new: Any) -> None:
    """Keep what the engine has made of a text, if that is all of it."""
    if new.text == box.text:
        setattr(box, _WHOLE, Whole.of(new))


def measured(context: Any, box: Any) -> list[float]:
    """How far each character of a text moves on; it is set whole for that, which is kept for its line."""
    from weasyprint.layout.inline import split_text_box

    whole, rest, _ = split_text_box(context, box, None, 0)
    if whole is None or rest is not None or whole.text != box.text:  # of a line that ends within it
        return advances(box.text, box.style)
    return advances_in(whole.pango_layout, box.text, box.style)
