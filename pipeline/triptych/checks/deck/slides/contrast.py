"""Text of slides that is too near in colour to what is behind it (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from triptych.checks.deck.package.package import Package
from triptych.checks.deck.slides.chart_text import printed_in_chart
from triptych.checks.deck.slides.inheritance import Looks, Shape
from triptych.checks.deck.slides.table_styles import printed_cells
from triptych.checks.deck.slides.text_styles import Printed, printed
from triptych.checks.found import Found, quoted
from triptych.ooxml.colours import fill_in
from triptych.ooxml.names import A, C, P, R
from triptych.theme.contrast import READABLE, VISIBLE, contrast, is_large


def contrast_findings(package: Package, looks: Looks) -> Iterator[Found]:
    """CHK015 for each piece of a slide's text that is hard to read; what cannot be told is not."""
    styles = next((tree for name, tree in package.trees.items() if name == "ppt/tableStyles.xml"), None)
    for number, shape in enumerate(looks.shapes):
        ground = _ground(looks, shape, number)
        if ground is not None:
            yield from _pale(printed(looks, shape), ground)
        for table in shape.element.iter(f"{A}tbl"):
            for cell in printed_cells(looks, table, styles):
                behind = ground if cell.fill is None else cell.fill
                if behind:
                    yield from _pale(cell.runs, behind)
        for space in _charts(package, looks, shape):
            properties = space.find(f"{C}spPr")
            behind = ground if fill_in(properties) is None else looks.colours.filled([properties])
            if behind:
                yield from _pale(printed_in_chart(looks, space), behind, shape.alternative)


def _charts(package: Package, looks: Looks, shape: Shape) -> Iterator[Any]:
    """The native chart in a shape."""
    for chart in shape.element.iter(f"{C}chart"):
        relation = package.relations[looks.slide.part].get(chart.get(f"{R}id", ""))
        if relation is not None and relation.target in package.trees:
            yield package.trees[relation.target]


def _pale(runs: Iterable[Printed], ground: str, words: str = "") -> Iterator[Found]:
    """The runs that are too near in colour to a ground.

    ``words`` are those of their place, where their own text is only what they are called.
    """
    for run in runs:
        if run.colour is None or not run.text.strip():
            continue
        behind = run.marked or ground
        large = is_large(run.size, bold=run.bold)
        least, ratio = VISIBLE if large else READABLE, contrast(run.colour, behind)
        if ratio < least:
            shown = run.text if words else quoted(run.text)
            yield Found(
                code="CHK015",
                rule=f"contrast {run.colour} {behind}",
                message=f"{shown} in #{run.colour} on #{behind} has a contrast of {ratio:.1f}",
                hint=f"{'large text' if large else 'text'} needs {least:g}: change the colours of the theme",
                words=words or run.text,
            )


def _ground(looks: Looks, shape: Shape, number: int) -> str | None:
    """The colour behind a shape's text, None where it is not one or cannot be told."""
    filled = _filled(looks, shape)
    if filled is not None:
        return filled or None
    for below in reversed((*looks.behind, *looks.shapes[:number])):
        if shape.box is None or below.box is None or not below.box.holds(shape.box):
            continue
        if below.element.tag == f"{P}pic":
            return None
        colour = _filled(looks, below)
        if colour is not None:
            return colour or None
    return looks.background


def _filled(looks: Looks, shape: Shape) -> str | None:
    """The colour that a shape is filled with: None where nothing is, "" where it is not one."""
    return looks.colours.filled(element.find(f"{P}spPr") for element in shape.chain)
