"""Pages that are some lines longer or shorter than the style sheet says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from triptych.writers.print.layout.boxes import line_height

_CHANGED = "triptych_lengths"  # what is kept with the engine's context
_NOW = "triptych_longer"


@contextmanager
def changed(context: Any, lines: Mapping[int, int]) -> Iterator[None]:
    """Have pages so many lines longer for a time."""
    change(context, lines)
    try:
        yield
    finally:
        change(context, {})


def change(context: Any, lines: Mapping[int, int]) -> None:
    """Have pages so many lines longer from now on, by their numbers from 0, and all others as they are."""
    setattr(context, _CHANGED, lines)


def begin(context: Any, root: Any, number: int) -> None:
    """Tell that a page is made next; ``number`` is its number from 1."""
    lines = getattr(context, _CHANGED, {}).get(number - 1, 0)
    setattr(context, _NOW, lines and lines * line_height(_text(root)))


def page_height(lay_out: Callable[..., object]) -> Callable[..., None]:
    """What a page is longer is taken from the margin at its foot."""

    def lay_out_longer(page: Any, context: Any, height: Any) -> None:
        lay_out(page, context, height)
        more = getattr(context, _NOW, 0)
        page.height += more
        page.margin_bottom -= more

    return lay_out_longer


def _text(root: Any) -> Any:
    """The section, whose lead counts."""
    box = root
    while box.element_tag in ("html", "body") and box.children:
        box = box.children[-1]
    return box
