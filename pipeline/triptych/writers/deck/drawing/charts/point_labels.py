"""Label single points of native charts, and draw text boxes and lines on a chart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from unicodedata import bidirectional

from lxml import etree

from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import FONT_SIZE, LINE_HEIGHT
from triptych.charts.plot_layout import PlacedCallout
from triptych.ooxml.xml import NAMESPACES, qn, to_emu
from triptych.writers.deck.drawing.charts.context import ChartContext, SlideTextRuler
from triptych.writers.deck.drawing.charts.number_formats import find_format_code
from triptych.writers.deck.drawing.text import (
    add_child,
    add_colour,
    add_extension,
    remove_forbidden_characters,
)
from triptych.writers.deck.pptx.exports import PP_ALIGN, XL_LABEL_POSITION, NativeChart, Pt
from triptych.writers.deck.pptx.package import create_part, get_element, get_label_element
from triptych.writers.deck.template.palette import Tint, set_tint

LEADING = 1.3  # line height as a multiple of the text size
_LAYOUT_EXTENSION = "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"


def write_fixed_label(
    series: Any,
    index: int,
    lines: Sequence[str],
    context: ChartContext,
    position: XL_LABEL_POSITION,
    tint: Tint | None = None,
    *,
    bold: bool = False,
) -> None:
    """Label a point with fixed text, which does not change with the value in the workbook."""
    label = series.points[index].data_label
    frame = label.text_frame
    frame.word_wrap = False
    frame.text = "\n".join(map(remove_forbidden_characters, lines))
    for paragraph in frame.paragraphs:
        if position is XL_LABEL_POSITION.LEFT:
            paragraph.alignment = PP_ALIGN.RIGHT
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(context.size), bold
            set_tint(run.font.color, tint or context.palette.text_colour)
            get_element(run.font).set("lang", context.language)
    label.position = position


def label_point(
    series: Any,
    index: int,
    value: tuple[float, str],
    context: ChartContext,
    position: XL_LABEL_POSITION,
    tint: Tint,
    *,
    name: str = "",
    bold: bool = False,
    offset: tuple[float, float] = (0.0, 0.0),
    box: tuple[float, float] | None = None,
) -> None:
    """Label a point with its value, preceded by the series ``name`` unless that is empty.

    ``value`` is a number and its formatted text. If a number format gives this text, the label follows
    changes in the workbook; otherwise it is fixed text. ``offset`` moves the label to the right and downwards
    from ``position``, in points. ``box`` is the width and height in points of a label with several lines.
    """
    number, words = value
    code = find_format_code([number], [words], context.language)
    if code is None:
        write_fixed_label(series, index, (f"{name} {words}".strip(),), context, position, tint, bold=bold)
        element = get_label_element(series.points[index].data_label)
        body = element.find(f"{qn('c:tx')}/{qn('c:rich')}/{qn('a:bodyPr')}")
    else:
        element = _show_value(
            series, index, code, context, position, tint, shows_series_name=bool(name), bold=bold
        )
        body = element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}")
    body.set("wrap", "square" if box else "none")
    if max(map(abs, offset)) > 0.1:
        move_label(element, offset[0] / context.width, offset[1] / context.height)
    if box:
        extension = add_child(add_child(element, "c:extLst"), "c:ext", uri=_LAYOUT_EXTENSION)
        inner = add_child(add_extension(extension, "c15:layout"), "c:manualLayout")
        add_child(inner, "c:w", val=f"{box[0] / context.width:.4f}")
        add_child(inner, "c:h", val=f"{box[1] / context.height:.4f}")


def _show_value(
    series: Any,
    index: int,
    code: str,
    context: ChartContext,
    position: XL_LABEL_POSITION,
    tint: Tint,
    *,
    shows_series_name: bool,
    bold: bool,
) -> Any:
    """Label a point with its value in a number format, and return the label's element."""
    label = series.points[index].data_label
    label.font.size, label.font.bold = Pt(context.size), bold
    set_tint(label.font.color, tint)
    label.position = position
    element = get_label_element(label)
    tag_values = {
        "c:showVal": "1",
        "c:showSerName": "1" if shows_series_name else "0",
        "c:showLegendKey": "0",
    }
    for tag, tag_value in tag_values.items():
        element.find(qn(tag)).set("val", tag_value)
    form = add_child(element, "c:numFmt", formatCode=code, sourceLinked="0")
    next(e for tag in ("c:spPr", "c:txPr") if (e := element.find(qn(tag))) is not None).addprevious(form)
    if shows_series_name:
        separator = add_child(element, "c:separator")
        separator.text = " "
        element.find(qn("c:showBubbleSize")).addnext(separator)
    return element


def move_label(label: Any, x_offset: float = 0.0, y_offset: float = 0.0) -> None:
    """Move a label to the right and down. The offsets are fractions of the chart's width and height."""
    layout = label.find(qn("c:layout"))
    if layout is None:
        layout = add_child(label, "c:layout")
        label.find(qn("c:idx")).addnext(layout)
    manual = add_child(layout, "c:manualLayout")
    add_child(manual, "c:x", val=f"{x_offset:.4f}")
    add_child(manual, "c:y", val=f"{y_offset:.4f}")


_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
_RELATIONSHIP_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
WIDTH_RESERVE = 1.12  # factor for text widths, because programs measure text differently
GROWTH_TO_LEFT = {"left": 0.0, "center": 0.5, "right": 1.0}  # fraction of extra width added at the left
_ALIGNMENTS = {"left": "l", "center": "ctr", "right": "r"}


class ChartShapes:
    """The user shapes of a chart (21.2.2.220).

    Coordinates are in points of the printed chart, relative to ``origin``. The origin itself is in points on
    the slide, relative to the chart's frame.
    """

    def __init__(self, context: ChartContext, origin: tuple[float, float]) -> None:
        self._context, self._origin = context, origin
        self._ruler = SlideTextRuler(context.theme, context)
        self._root = etree.Element(qn("c:userShapes"), nsmap={n: NAMESPACES[n] for n in ("c", "a", "cdr")})
        self._last_shape_id = 1

    def add_to_chart(self, native: NativeChart) -> None:
        """Write the shapes to a drawing part of the chart. Do nothing if there are no shapes."""
        if not len(self._root):
            return
        chart_part = native.part
        name = str(chart_part.partname).replace("/charts/chart", "/drawings/drawing")
        data = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        relation = chart_part.relate_to(
            create_part(chart_part, name, _CONTENT_TYPE, data), _RELATIONSHIP_TYPE
        )
        add_child(get_element(native), "c:userShapes").set(qn("r:id"), relation)

    def add_text_box(self, callout: PlacedCallout, tint: Tint, *, bold: bool = False) -> None:
        """Add a text box without an outline, slightly wider than its text."""
        left, top, right, bottom = measure_callout_box(callout, self._ruler)
        extra_width = (right - left) * (WIDTH_RESERVE - 1)
        left, right = (
            left - extra_width * GROWTH_TO_LEFT[callout.anchor],
            right + extra_width * (1 - GROWTH_TO_LEFT[callout.anchor]),
        )
        anchor = self._add_anchor((left, top), (right, bottom))
        shape = self._add_shape(anchor, "Words", txBox="1")
        properties = self._add_properties(shape, anchor, "rect")
        add_child(properties, "a:noFill")
        body = add_child(shape, "cdr:txBody")
        insets = dict.fromkeys(("lIns", "tIns", "rIns", "bIns"), "0")
        add_child(body, "a:bodyPr", vertOverflow="overflow", wrap="none", anchor="t", **insets)
        add_child(body, "a:lstStyle")
        setting = self._context
        for line in callout.lines:
            paragraph = add_child(body, "a:p")
            direction = {"rtl": "1"} if any(bidirectional(letter) in ("R", "AL") for letter in line) else {}
            properties = add_child(paragraph, "a:pPr", algn=_ALIGNMENTS[callout.anchor], **direction)
            spacing = add_child(properties, "a:lnSpc")
            add_child(spacing, "a:spcPts", val=str(round(LINE_HEIGHT * setting.size / FONT_SIZE * 100)))
            run = add_child(paragraph, "a:r")
            size = str(round(setting.size * 100))
            run_properties = add_child(run, "a:rPr", lang=setting.language, sz=size, b=str(int(bold)))
            add_colour(add_child(run_properties, "a:solidFill"), tint)
            add_child(run_properties, "a:latin", typeface="+mn-lt")
            add_child(run, "a:t").text = remove_forbidden_characters(line)

    def add_filled_shape(
        self, corner: tuple[float, float], side: float, tint: Tint, geometry: str = "rect"
    ) -> None:
        """Add a filled square, like a legend key, or another preset geometry (20.1.10.56) of that size."""
        anchor = self._add_anchor(corner, (corner[0] + side, corner[1] + side))
        properties = self._add_properties(self._add_shape(anchor, "Key"), anchor, geometry)
        add_colour(add_child(properties, "a:solidFill"), tint)
        add_child(add_child(properties, "a:ln"), "a:noFill")

    def add_circle(self, centre: tuple[float, float], radius: float, tint: Tint) -> None:
        """Add a circle with a thin outline and no fill."""
        x, y = centre
        anchor = self._add_anchor((x - radius, y - radius), (x + radius, y + radius))
        properties = self._add_properties(self._add_shape(anchor, "Key"), anchor, "ellipse")
        add_child(properties, "a:noFill")
        add_colour(add_child(add_child(properties, "a:ln", w=to_emu(0.75)), "a:solidFill"), tint)

    def add_line(
        self, line: Sequence[tuple[float, float]], tint: Tint, *, dash: str = "solid", width: float = 0.75
    ) -> None:
        """Add a line through two or more positions; ``width`` is in points."""
        for (x, y), (end_x, end_y) in pairwise(line):
            anchor = self._add_anchor((min(x, end_x), min(y, end_y)), (max(x, end_x), max(y, end_y)))
            rises = (x <= end_x) != (y <= end_y)
            shape = self._add_shape(anchor, "Line", "cxnSp", "CxnSp")
            properties = self._add_properties(shape, anchor, "line", **({"flipV": "1"} if rises else {}))
            line_properties = add_child(properties, "a:ln", w=to_emu(width))
            add_colour(add_child(line_properties, "a:solidFill"), tint)
            if dash != "solid":
                add_child(line_properties, "a:prstDash", val=dash)

    def _add_anchor(self, start: tuple[float, float], end: tuple[float, float]) -> Any:
        setting, scale = self._context, self._context.size / FONT_SIZE
        anchor = add_child(self._root, "cdr:relSizeAnchor")
        for tag, (x, y) in (("cdr:from", start), ("cdr:to", end)):
            corner = add_child(anchor, tag)
            x_fraction = (self._origin[0] + x * scale) / setting.width
            y_fraction = (self._origin[1] + y * scale) / setting.height
            for axis, fraction in (("cdr:x", x_fraction), ("cdr:y", y_fraction)):
                add_child(corner, axis).text = f"{min(max(fraction, 0.0), 1.0):.5f}"
        return anchor

    def _add_shape(self, anchor: Any, name: str, tag: str = "sp", kind: str = "Sp", **properties: str) -> Any:
        self._last_shape_id += 1
        links = {"textlink": ""} if tag == "sp" else {}
        shape = add_child(anchor, f"cdr:{tag}", macro="", **links)
        non_visual = add_child(shape, f"cdr:nv{kind}Pr")
        add_child(non_visual, "cdr:cNvPr", id=str(self._last_shape_id), name=f"{name} {self._last_shape_id}")
        add_child(non_visual, f"cdr:cNv{kind}Pr", **properties)
        return shape

    def _add_properties(self, shape: Any, anchor: Any, geometry: str, **flips: str) -> Any:
        """Add shape properties with a preset geometry and the position of the anchor in EMU."""
        properties = add_child(shape, "cdr:spPr")
        sides = (self._context.width, self._context.height)
        (left, top), (right, bottom) = (
            [float(value.text) * side for value, side in zip(corner, sides, strict=True)]
            for corner in (anchor[0], anchor[1])
        )
        transform = add_child(properties, "a:xfrm", **flips)
        add_child(transform, "a:off", x=to_emu(left), y=to_emu(top))
        add_child(transform, "a:ext", cx=to_emu(right - left), cy=to_emu(bottom - top))
        add_child(add_child(properties, "a:prstGeom", prst=geometry), "a:avLst")
        return properties
