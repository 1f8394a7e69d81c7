"""What WeasyPrint works out anew for each box, though it hangs on the box's style alone, is remembered.

Many boxes share a style: of each the lengths in a containing block, the height of an empty line and a
layout of text in its font are made once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# What is kept with styles, and with boxes.
_LENGTHS, _STRUT, _BLANK, _FIRST = "triptych_lengths", "triptych_strut", "triptych_blank", "triptych_first"
_PAGES = "triptych_pages"
_SIDES = ("left", "right", "top", "bottom")
_RESOLVED = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_LINES = ("underline_position", "underline_thickness", "strikethrough_position", "strikethrough_thickness")
_SET_UP = frozenset(("first_line_direction", "language", "ascent", *_LINES))


def follow(style: Any, first: Any) -> None:
    """Let a style have all from the first of those that say the same, and what is made of it."""
    style.__dict__[_FIRST] = first
    style.__dict__["anonymous_style"] = first.anonymous_style  # where the engine keeps it


def followed(style: Any) -> Any:
    """The style that has all that is to be known of one, or itself."""
    return style.__dict__.get(_FIRST, style)


def resolve_percentages(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The lengths of a style in a containing block are remembered."""
    from weasyprint.formatting_structure.boxes import Box, PageBox

    def resolve_once(box: Any, containing_block: Any) -> None:
        style = followed(box.style)
        if isinstance(containing_block, Box):
            key = containing_block.width, containing_block.height
        else:
            key = tuple(containing_block)
        if isinstance(box, PageBox) or style["border_collapse"] == "collapse":
            resolve(box, containing_block)
            return
        lengths = style.__dict__.get(_LENGTHS)
        if lengths is None:
            lengths = style.__dict__[_LENGTHS] = {}
        if key in lengths:
            box.__dict__.update(lengths[key])
            return
        resolve(box, containing_block)
        resolved = box.__dict__
        lengths[key] = {name: resolved[name] for name in _RESOLVED}

    return resolve_once


def strut(work_out: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The height of an empty line is remembered."""

    def strut_once(style: Any) -> Any:
        style = followed(style)
        height = style.__dict__.get(_STRUT)
        if height is None:
            height = style.__dict__[_STRUT] = work_out(style)
        return height

    return strut_once


def is_in_normal_flow(ask: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether a box is in normal flow is read from its style at once, not by five methods."""
    floats = frozenset(("left", "right", "inline-start", "inline-end", "footnote"))
    away = frozenset(("absolute", "fixed", "running()", "note()"))

    def ask_style(self: Any) -> bool:
        style = self.style
        position = style["position"]
        if position == "static":
            return style["float"] not in floats
        kind = position if isinstance(position, str) else position[0]
        return kind not in away and style["float"] not in floats

    return ask_style


def page_values(find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The pages that the first and the last of a box's content ask for are remembered."""

    def find_once(self: Any) -> Any:
        known = self.__dict__.get(_PAGES)
        if known is None or known[0] is not self.children:
            known = self.__dict__[_PAGES] = self.children, find(self)
        return known[1]

    return find_once


def setup(set_up: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """An empty layout in a style's font is made once, and copied."""
    from weasyprint.text.ffi import ffi, gobject, pango

    ffi.cdef("PangoLayout *pango_layout_copy (PangoLayout *src);")

    def set_up_once(self: Any, style: Any) -> None:
        home = followed(style)
        blank = home.__dict__.get(_BLANK)
        if blank is None:
            set_up(self, style)
            values = {name: value for name, value in self.__dict__.items() if name in _SET_UP}
            copy = ffi.gc(pango.pango_layout_copy(self.layout), gobject.g_object_unref)
            home.__dict__[_BLANK] = copy, values
        else:
            layout, values = blank
            self.__dict__.update(values)
            self.style = style
            self.layout = ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)

    return set_up_once
