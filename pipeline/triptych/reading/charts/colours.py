"""``chart-colours: {China: accent1}`` in the manifest → the colours that charts give to what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.model.book import Chapter
from triptych.model.nodes import Chart
from triptych.model.walk import chapter_nodes, rewrite_chapter
from triptych.settings.manifest import ChartColour
from triptych.settings.positions import Positions

_PLACES: Mapping[str, int] = {name: place for place, name in enumerate(get_args(ChartColour))}


def with_colours(
    chapters: Sequence[Chapter], colours: Mapping[str, ChartColour], positions: Positions
) -> tuple[list[Chapter], list[Diagnostic]]:
    """Give each chart the colours that the manifest assigns; CHT006 for a name that is nearly in a chart."""
    if not colours:
        return list(chapters), []
    places = tuple((name, _PLACES[colour]) for name, colour in colours.items())
    shown: set[str] = set()

    def coloured(node: Any) -> Any:
        return replace(node, colours=places) if isinstance(node, Chart) else node

    for chapter in chapters:
        for node in chapter_nodes(chapter, Chart):
            shown.update((*node.data.labels, *node.data.categories))
    found = []
    for name in colours:
        near = did_you_mean(name, sorted(shown - colours.keys())) if name not in shown else None
        if near:
            message = f'`chart-colours:` names "{name}", but no chart has a series or category with that name'
            span = positions.find(("chart-colours", name), of_value=False)
            found.append(Diagnostic(code="CHT006", span=span, message=message, hint=near))
    return [rewrite_chapter(chapter, coloured, Chart) for chapter in chapters], found
