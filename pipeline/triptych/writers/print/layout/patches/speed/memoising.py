"""What WeasyPrint 70 works out anew for each box, though it hangs on the box's style alone, is remembered.

Many boxes share a style: of each the lengths in a containing block, the height of an empty line and a
layout of text in its font are made once.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

_VERSION = "70."
_LENGTHS, _STRUT, _BLANK = "triptych_lengths", "triptych_strut", "triptych_blank"  # kept with styles
_SIDES = ("left", "right", "top", "bottom")
_RESOLVED = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_LINES = ("underline_position", "underline_thickness", "strikethrough_position", "strikethrough_thickness")
_SET_UP = frozenset(("first_line_direction", "language", "ascent", *_LINES))


@cache
def patch() -> None:
    """Have WeasyPrint remember it, once in a process."""
    import weasyprint

    if not weasyprint.__version__.startswith(_VERSION):
        return
    _remember_lengths()
    _remember_struts()
    _remember_layouts()


def _replace(name: str, own: Any, new: Any) -> None:
    """Put a function in the place of the engine's own, wherever it was imported to."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith("weasyprint.") and getattr(module, name, None) is own:
            setattr(module, name, new)


def _remember_lengths() -> None:
    from weasyprint.formatting_structure.boxes import Box, PageBox
    from weasyprint.layout import percent

    resolve = percent.resolve_percentages

    def resolve_once(box: Any, containing_block: Any) -> None:
        style = box.style
        if isinstance(containing_block, Box):
            key = containing_block.width, containing_block.height
        else:
            key = tuple(containing_block)
        if isinstance(box, PageBox) or style["border_collapse"] == "collapse":
            resolve(box, containing_block)
            return
        known = style.__dict__.get(_LENGTHS)
        if known is None:
            known = style.__dict__[_LENGTHS] = {}
        if key in known:
            box.__dict__.update(known[key])
            return
        resolve(box, containing_block)
        own = box.__dict__
        known[key] = {name: own[name] for name in _RESOLVED}

    _replace("resolve_percentages", resolve, resolve_once)


def _remember_struts() -> None:
    from weasyprint.text import line_break

    strut = line_break.strut

    def strut_once(style: Any) -> Any:
        known = style.__dict__.get(_STRUT)
        if known is None:
            known = style.__dict__[_STRUT] = strut(style)
        return known

    _replace("strut", strut, strut_once)


def _remember_layouts() -> None:
    from weasyprint.text.ffi import ffi, gobject, pango
    from weasyprint.text.line_break import Layout

    ffi.cdef("PangoLayout *pango_layout_copy (PangoLayout *src);")
    set_up = Layout.setup

    def set_up_once(self: Any, style: Any) -> None:
        blank = style.__dict__.get(_BLANK)
        if blank is None:
            set_up(self, style)
            own = {name: value for name, value in self.__dict__.items() if name in _SET_UP}
            copy = ffi.gc(pango.pango_layout_copy(self.layout), gobject.g_object_unref)
            style.__dict__[_BLANK] = copy, own
        else:
            layout, own = blank
            self.__dict__.update(own)
            self.style = style
            self.layout = ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)

    Layout.setup = set_up_once
