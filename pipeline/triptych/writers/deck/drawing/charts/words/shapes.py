"""User shapes of a native chart, words and lines over its plot (ECMA-376 Part 1, 21.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lxml import etree

from triptych.media.charts.canvas import LINE, SIZE
from triptych.media.charts.layout.callouts import box_of
from triptych.media.charts.layout.plan import PlacedCallout
from triptych.ooxml.names import NAMESPACES, qn
from triptych.ooxml.values import emu
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.sizes.ruler import SlideRuler
from triptych.writers.deck.drawing.text import child, cleaned, colour
from triptych.writers.deck.pptx.elements import element_of, new_part
from triptych.writers.deck.pptx.terms import NativeChart
from triptych.writers.deck.template.palette import Tint

_PART = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
ROOM = 1.12  # of the words' width, since programs measure text differently
GROWTH = {"left": 0.0, "center": 0.5, "right": 1.0}  # the share of words that turn out wider on their left
_ALIGNED = {"left": "l", "center": "ctr", "right": "r"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """The frame of a chart, and the point in it from which lengths of a plan count."""

    setting: Setting
    origin: tuple[float, float]

    @property
    def ruler(self) -> SlideRuler:
        return SlideRuler(self.setting.theme, self.setting)

    def share(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the plan in shares of the frame."""
        scale = self.setting.size / SIZE
        x, y = self.origin[0] + point[0] * scale, self.origin[1] + point[1] * scale
        return x / self.setting.width, y / self.setting.height


class ChartShapes:
    """The user shapes of one chart; lengths are those of its plan, from an origin in points."""

    def __init__(self, setting: Setting, origin: tuple[float, float]) -> None:
        self._frame = _Frame(setting, origin)
        self._root = etree.Element(qn("c:userShapes"), nsmap={n: NAMESPACES[n] for n in ("c", "a", "cdr")})
        self._number = 1

    def add_to(self, native: NativeChart) -> None:
        """Write them into a part of the chart, where there are any."""
        if not len(self._root):
            return
        chart_part = native.part
        name = str(chart_part.partname).replace("/charts/chart", "/drawings/drawing")
        data = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        relation = chart_part.relate_to(new_part(chart_part, name, _PART, data), _RELATION)
        child(element_of(native), "c:userShapes").set(qn("r:id"), relation)

    def text_box(self, words: PlacedCallout, tint: Tint, *, bold: bool = False) -> None:
        """Words without a frame, which may turn out wider than measured on the side that is free."""
        self._number += 1
        _text_box(self._root, self._number, words, self._frame, tint, bold=bold)

    def square(self, corner: tuple[float, float], side: float, tint: Tint) -> None:
        """A filled square, such as a legend has."""
        self._number += 1
        end = (corner[0] + side, corner[1] + side)
        anchor = _anchored(self._root, self._frame.share(corner), self._frame.share(end))
        shape = child(anchor, "cdr:sp", macro="", textlink="")
        named = child(shape, "cdr:nvSpPr")
        child(named, "cdr:cNvPr", id=str(self._number), name=f"Key {self._number}")
        child(named, "cdr:cNvSpPr")
        properties = child(shape, "cdr:spPr")
        _transform(properties, self._frame, anchor)
        child(child(properties, "a:prstGeom", prst="rect"), "a:avLst")
        colour(child(properties, "a:solidFill"), tint)
        child(child(properties, "a:ln"), "a:noFill")

    def line(
        self, line: Sequence[tuple[float, float]], tint: Tint, *, dash: str = "solid", width: float = 0.75
    ) -> None:
        """A thin line through some points."""
        for ends in pairwise(line):
            self._number += 1
            _line(self._root, self._number, ends, self._frame, tint, dash=dash, width=width)


def _anchored(root: Any, start: tuple[float, float], end: tuple[float, float]) -> Any:
    """An anchor from one corner to another, in shares of the chart."""
    anchor = child(root, "cdr:relSizeAnchor")
    for tag, (x, y) in (("cdr:from", start), ("cdr:to", end)):
        corner = child(anchor, tag)
        for axis, share in (("cdr:x", x), ("cdr:y", y)):
            child(corner, axis).text = f"{min(max(share, 0.0), 1.0):.5f}"
    return anchor


def _text_box(root: Any, number: int, words: PlacedCallout, frame: _Frame, tint: Tint, *, bold: bool) -> None:
    left, top, right, bottom = box_of(words, frame.ruler)
    more = (right - left) * (ROOM - 1)
    left, right = left - more * GROWTH[words.across], right + more * (1 - GROWTH[words.across])
    setting = frame.setting
    anchor = _anchored(root, frame.share((left, top)), frame.share((right, bottom)))
    shape = child(anchor, "cdr:sp", macro="", textlink="")
    named = child(shape, "cdr:nvSpPr")
    child(named, "cdr:cNvPr", id=str(number), name=f"Words {number}")
    child(named, "cdr:cNvSpPr", txBox="1")
    _outline(child(shape, "cdr:spPr"), frame, anchor)
    body = child(shape, "cdr:txBody")
    insets = dict.fromkeys(("lIns", "tIns", "rIns", "bIns"), "0")
    child(body, "a:bodyPr", vertOverflow="overflow", wrap="none", anchor="t", **insets)
    child(body, "a:lstStyle")
    for line in words.lines:
        paragraph = child(body, "a:p")
        spacing = child(child(paragraph, "a:pPr", algn=_ALIGNED[words.across]), "a:lnSpc")
        child(spacing, "a:spcPts", val=str(round(LINE * setting.size / SIZE * 100)))
        run = child(paragraph, "a:r")
        size = str(round(setting.size * 100))
        look = child(run, "a:rPr", lang=setting.language, sz=size, b=str(int(bold)))
        colour(child(look, "a:solidFill"), tint)
        child(look, "a:latin", typeface="+mn-lt")
        child(run, "a:t").text = cleaned(line)


def _outline(properties: Any, frame: _Frame, anchor: Any) -> None:
    """The geometry of a rectangle without fill; the anchor says where it is."""
    _transform(properties, frame, anchor)
    child(child(properties, "a:prstGeom", prst="rect"), "a:avLst")
    child(properties, "a:noFill")


def _transform(properties: Any, frame: _Frame, anchor: Any, **flips: str) -> None:
    """The place that the anchor gives, once more in EMU, as programs write it."""
    setting = frame.setting
    (left, top), (right, bottom) = (
        [
            float(value.text) * size
            for value, size in zip(corner, (setting.width, setting.height), strict=True)
        ]
        for corner in (anchor[0], anchor[1])
    )
    transform = child(properties, "a:xfrm", **flips)
    child(transform, "a:off", x=emu(left), y=emu(top))
    child(transform, "a:ext", cx=emu(right - left), cy=emu(bottom - top))


def _line(
    root: Any,
    number: int,
    line: Sequence[tuple[float, float]],
    frame: _Frame,
    tint: Tint,
    *,
    dash: str,
    width: float,
) -> None:
    (x, y), (end_x, end_y) = (frame.share(point) for point in line)
    anchor = _anchored(root, (min(x, end_x), min(y, end_y)), (max(x, end_x), max(y, end_y)))
    shape = child(anchor, "cdr:cxnSp", macro="")
    named = child(shape, "cdr:nvCxnSpPr")
    child(named, "cdr:cNvPr", id=str(number), name=f"Line {number}")
    child(named, "cdr:cNvCxnSpPr")
    properties = child(shape, "cdr:spPr")
    rises = (x <= end_x) != (y <= end_y)
    _transform(properties, frame, anchor, **({"flipV": "1"} if rises else {}))
    child(child(properties, "a:prstGeom", prst="line"), "a:avLst")
    look = child(properties, "a:ln", w=emu(width))
    colour(child(look, "a:solidFill"), tint)
    if dash != "solid":
        child(look, "a:prstDash", val=dash)
