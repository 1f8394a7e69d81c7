"""Words and the legend over a native chart, and where its parts stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.text import child, cleaned
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import XL_LEGEND_POSITION, NativeChart, Pt
from triptych.writers.deck.template.palette import paint


def add_title(native: NativeChart, words: Sequence[tuple[str, str]], setting: Setting) -> None:
    """A line at the top left, in runs that are bold or not."""
    shown = [(look, text) for look, text in words if text]
    native.has_title = bool(shown)
    if not shown:
        return
    title = native.chart_title
    paragraph = title.text_frame.paragraphs[0]
    for look, text in shown:
        run = paragraph.add_run()
        run.text = cleaned(text)
        run.font.size, run.font.bold = Pt(setting.size), look == "bold"
        if look != "bold":
            paint(run.font.color, setting.palette.muted)
        element_of(run.font).set("lang", setting.language)
    place(element_of(title), x=0.0, y=0.0)


def add_legend(native: NativeChart, setting: Setting, hidden: Sequence[int] = ()) -> Any:
    """A legend over the plot, without the entries of some series. The result is its element, to be placed."""
    native.has_legend = True
    legend = native.legend
    legend.position = XL_LEGEND_POSITION.TOP
    legend.include_in_layout = False
    legend.font.size = Pt(setting.size)
    paint(legend.font.color, setting.palette.ink)
    hide_entries(native, hidden)
    return element_of(legend)


def hide_entries(native: NativeChart, indices: Sequence[int]) -> None:
    """Take entries out of the legend: those of series that carry their words themselves."""
    legend = element_of(native.legend)
    entries = legend.findall(qn("c:legendEntry"))
    position = entries[-1] if entries else legend.find(qn("c:legendPos"))
    for index in reversed(indices):
        entry = child(legend, "c:legendEntry")
        child(entry, "c:idx", val=str(index))
        child(entry, "c:delete", val="1")
        position.addnext(entry)


def place(element: Any, *, inner: bool = False, **shares: float) -> None:
    """A manual layout in shares of the chart's width and height (ECMA-376 Part 1, 21.2.2.95)."""
    layout = element.find(qn("c:layout"))
    if layout is None:
        layout = child(element, "c:layout")
        _put_in_order(element, layout)
    for content in list(layout):
        layout.remove(content)
    manual = child(layout, "c:manualLayout")
    if inner:
        child(manual, "c:layoutTarget", val="inner")
    for name in ("x", "y"):
        child(manual, f"c:{name}Mode", val="edge")
    for name, value in shares.items():
        child(manual, f"c:{name}", val=f"{value:.4f}")


def _put_in_order(element: Any, layout: Any) -> None:
    """The layout stands after a title's text and a legend's position and entries, first in a plot area."""
    before = {qn("c:tx"), qn("c:legendPos"), qn("c:legendEntry")}
    preceding = [other for other in element if other.tag in before]
    if preceding:
        preceding[-1].addnext(layout)
    else:
        element.insert(0, layout)
