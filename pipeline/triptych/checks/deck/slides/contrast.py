"""Text of slides that is too near in colour to what is behind it (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from triptych.checks.deck.package.package import Package
from triptych.checks.deck.slides.chart_text import printed_in_chart
from triptych.checks.deck.slides.inheritance import Looks, Shape
from triptych.checks.deck.slides.table_styles import printed_cells
from triptych.checks.deck.slides.text_styles import Printed, printed
from triptych.checks.found import Found, quoted
from triptych.ooxml.inheritance import find_placeholder
from triptych.ooxml.xml import A, C, P, R
from triptych.theme.colours import READABLE, VISIBLE, contrast_ratio, is_large_text


def contrast_findings(package: Package, looks: Looks) -> Iterator[Found]:
    """CHK015 for each piece of a slide's text that is hard to read on what is behind it."""
    styles = next((tree for name, tree in package.trees.items() if name == "ppt/tableStyles.xml"), None)
    for shape, ground in _grounds(looks):
        yield from _pale(printed(looks, shape), ground)
        for table in shape.element.iter(f"{A}tbl"):
            for cell in printed_cells(looks, table, styles):
                behind = ground if cell.fill is None else _plain(cell.fill)
                yield from _pale(cell.runs, behind)
        for space in _charts(package, looks, shape):
            properties = space.find(f"{C}spPr")
            filled = looks.colours.filled([properties])
            behind = ground if filled is None else _plain(filled)
            yield from _pale(printed_in_chart(looks, space), behind, shape.alternative)


def _grounds(looks: Looks) -> Iterator[tuple[Shape, tuple[str, ...]]]:
    """The shapes of a slide that have a place, each with the colours behind its text."""
    backdrop = looks.backdrop.copy()
    for shape in looks.shapes:
        if shape.box is not None:
            own = backdrop.copy()
            own.paint_fill(shape.chain, shape.box, looks.colours, looks.read)
            yield shape, own.colours_in(shape.box)
            if find_placeholder(shape.element) is not None and shape.element.find(f"{P}blipFill") is None:
                backdrop = own
        backdrop.paint_shape(shape.element, looks.tree, looks.colours, looks.read)


def _plain(colour: str) -> tuple[str, ...]:
    return (colour,) if colour else ()


def _charts(package: Package, looks: Looks, shape: Shape) -> Iterator[Any]:
    """The native chart in a shape."""
    for chart in shape.element.iter(f"{C}chart"):
        relation = package.relations[looks.slide.part].get(chart.get(f"{R}id", ""))
        if relation is not None and relation.target in package.trees:
            yield package.trees[relation.target]


def _pale(runs: Iterable[Printed], ground: tuple[str, ...], words: str = "") -> Iterator[Found]:
    """The runs that are too near to one of the colours of a ground.

    ``words`` are those of their place, where their own text is only what they are called.
    """
    for run in runs:
        grounds = (run.marked,) if run.marked else ground
        if run.colour is None or not run.text.strip() or not grounds:
            continue
        behind = min(grounds, key=partial(contrast_ratio, run.colour))
        large = is_large_text(run.size, bold=run.bold)
        least, ratio = VISIBLE if large else READABLE, contrast_ratio(run.colour, behind)
        if ratio < least:
            shown = run.text if words else quoted(run.text)
            yield Found(
                code="CHK015",
                rule=f"contrast {run.colour} {behind}",
                message=f"the contrast of {shown} (#{run.colour} on #{behind}) is only {ratio:.1f}:1; "
                f"{'large text' if large else 'text'} requires at least {least:g}:1",
                hint="change one of the two colours in the theme or the PowerPoint template",
                words=words or run.text,
            )
