"""Words at single points of a native chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.labels import format_code
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.text import child, cleaned, extended
from triptych.writers.deck.pptx.elements import element_of, label_element
from triptych.writers.deck.pptx.terms import PP_ALIGN, XL_LABEL_POSITION, Pt
from triptych.writers.deck.template.palette import Tint, paint

LEADING = 1.3  # of the text's size, from line to line
_LAYOUT_EXTENSION = "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"


def write_label(
    series: Any,
    index: int,
    lines: Sequence[str],
    setting: Setting,
    at: XL_LABEL_POSITION,
    tint: Tint | None = None,
    *,
    bold: bool = False,
) -> None:
    """Words of our own at a point, which stay as they are when its number changes."""
    label = series.points[index].data_label
    frame = label.text_frame
    frame.word_wrap = False
    frame.text = "\n".join(map(cleaned, lines))
    for paragraph in frame.paragraphs:
        if at is XL_LABEL_POSITION.LEFT:
            paragraph.alignment = PP_ALIGN.RIGHT
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(setting.size), bold
            paint(run.font.color, tint or setting.palette.ink)
            element_of(run.font).set("lang", setting.language)
    label.position = at


def label_point(
    series: Any,
    index: int,
    value: tuple[float, str],
    setting: Setting,
    at: XL_LABEL_POSITION,
    tint: Tint,
    *,
    name: str = "",
    bold: bool = False,
    moved: tuple[float, float] = (0.0, 0.0),
    box: tuple[float, float] | None = None,
) -> None:
    """Label a point with its value, a number and its words, after the ``name`` of its series if there is one.

    Both follow the workbook where a format code writes the same words. ``moved`` is by how many points the
    label stands to the right of and under where ``at`` puts it; ``box`` is the width and height in which
    words are broken into lines, None where they need not be.
    """
    number, words = value
    code = format_code([number], [words], setting.language)
    if code is None:
        write_label(series, index, (f"{name} {words}".strip(),), setting, at, tint, bold=bold)
        element = label_element(series.points[index].data_label)
        body = element.find(f"{qn('c:tx')}/{qn('c:rich')}/{qn('a:bodyPr')}")
    else:
        element = _show_value(series, index, code, setting, at, tint, named=bool(name), bold=bold)
        body = element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}")
    body.set("wrap", "square" if box else "none")
    if max(map(abs, moved)) > 0.1:
        move(element, moved[0] / setting.width, moved[1] / setting.height)
    if box:
        extension = child(child(element, "c:extLst"), "c:ext", uri=_LAYOUT_EXTENSION)
        inner = child(extended(extension, "c15:layout"), "c:manualLayout")
        child(inner, "c:w", val=f"{box[0] / setting.width:.4f}")
        child(inner, "c:h", val=f"{box[1] / setting.height:.4f}")


def _show_value(
    series: Any,
    index: int,
    code: str,
    setting: Setting,
    at: XL_LABEL_POSITION,
    tint: Tint,
    *,
    named: bool,
    bold: bool,
) -> Any:
    """Show the number of a point in a format; the result is the element of its label."""
    label = series.points[index].data_label
    label.font.size, label.font.bold = Pt(setting.size), bold
    paint(label.font.color, tint)
    label.position = at
    element = label_element(label)
    shown = {"c:showVal": "1", "c:showSerName": "1" if named else "0", "c:showLegendKey": "0"}
    for tag, on in shown.items():
        element.find(qn(tag)).set("val", on)
    form = child(element, "c:numFmt", formatCode=code, sourceLinked="0")
    next(e for tag in ("c:spPr", "c:txPr") if (e := element.find(qn(tag))) is not None).addprevious(form)
    if named:
        separator = child(element, "c:separator")
        separator.text = " "
        element.find(qn("c:showBubbleSize")).addnext(separator)
    return element


def move(label: Any, across: float = 0.0, down: float = 0.0) -> None:
    """Move a label by shares of the chart's width and height from where its position puts it."""
    layout = label.find(qn("c:layout"))
    if layout is None:
        layout = child(label, "c:layout")
        label.find(qn("c:idx")).addnext(layout)
    manual = child(layout, "c:manualLayout")
    child(manual, "c:x", val=f"{across:.4f}")
    child(manual, "c:y", val=f"{down:.4f}")
