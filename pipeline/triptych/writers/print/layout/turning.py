"""Pages that were laid out for one side of the book, on the other: whether they can stand there, and where.

Nothing in a text knows on which side of the book it is: page rules alone do (CSS Paged Media 3, 4.2), and
mostly they say no more of it than that the margins at the spine and at the edge change places. What was laid
out is right for both sides then, and moves between them as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from triptych.writers.print.paper import POINTS, paper_of
from triptych.writers.print.quire import OTHER_SIDE

_SIDES = frozenset(("left", "right", "recto", "verso"))
_ROUNDING = 0.001  # CSS pixels


def moves(pages: Sequence[Any], html: Any, context: Any) -> list[float | None]:
    """How far the content of each page moves to the right if it is bound on the other side of the book, in
    points of its paper; None where it would be laid out in another way.

    ``pages`` are those that the context has made last.
    """
    compare = _Comparison(html, context)
    return [compare.move(page._page_box) for page in pages]


class _Comparison:
    """Compares pages of a document with such pages on the other side, which have other page rules."""

    def __init__(self, html: Any, context: Any) -> None:
        self._html, self._context = html, context
        self._known: dict[tuple[int, int, bool], float | None] = {}

    def move(self, page: Any) -> float | None:
        kind = page.page_type
        if kind.index and self._context.page_maker[kind.index][1]["break"] in _SIDES:
            return None  # whether a blank page comes before it hangs on the sides
        if page.style["bleed_right"] != "auto" and page.style["bleed_right"].value:
            return None  # what reaches over an edge is cut there, or is told
        other = self._on_other_side(kind)
        turned = paper_of(page).turned
        styles = page.style, self._context.style_for(other)
        key = id(styles[0]), id(styles[1]), turned
        if key not in self._known:
            same = _alike(*self._footnote_areas(kind, other))
            self._known[key] = _move(*styles, turned=turned) if same else None
        found = self._known[key]
        return None if found and _is_painted(page) else found

    def _on_other_side(self, kind: Any) -> Any:
        """The kind of a page on the other side; the engine knows its styles then."""
        from weasyprint.layout.page import (
            _standardize_page_based_counters,
            set_page_type_computed_styles,
        )

        other = kind._replace(side=OTHER_SIDE[kind.side])
        set_page_type_computed_styles(other, self._html, self._context.style_for)
        _standardize_page_based_counters(self._context.style_for(other), None)  # as those of laid-out pages
        return other

    def _footnote_areas(self, *kinds: Any) -> Iterator[Any]:
        return (self._context.style_for(kind, "@footnote") for kind in kinds)


def _is_painted(page: Any) -> bool:
    """Whether there is more on a page than what stands between its margins."""
    grounds = [ground for ground in (page.background, page.canvas_background) if ground is not None]
    return bool(page.style["marks"]) or any(
        ground.color.alpha > 0
        or ground.style["box_shadow"]
        or any(layer.image is not None for layer in ground.layers)
        for ground in grounds
    )


def _move(style: Any, other: Any, *, turned: bool) -> float | None:
    """How far the content of a page is moved by another style that differs in margins, else None."""
    begin, end = ("margin_top", "margin_bottom") if turned else ("margin_left", "margin_right")
    margins = [one[side] for one in (style, other) for side in (begin, end)]
    if not _alike(style, other, but=(begin, end)) or any(getattr(m, "unit", "") != "px" for m in margins):
        return None
    first, second, other_first, other_second = (margin.value for margin in margins)
    if abs(first + second - other_first - other_second) > _ROUNDING:
        return None
    return float(other_first - first) * POINTS


def _alike(style: Any, other: Any, but: Sequence[str] = ()) -> bool:
    """Whether two styles, or none, say the same of all properties but some."""
    from weasyprint.css.properties import INITIAL_VALUES

    if style is other or style is None or other is None:
        return style is other
    own = (name for one in (style, other) for name in one.cascaded if name.startswith("__"))
    return all(name in but or style[name] == other[name] for name in chain(INITIAL_VALUES, own))
