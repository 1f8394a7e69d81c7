"""The readers of blocks, divs and inlines, put together: each holds what the others read."""

from __future__ import annotations

from math import inf
from typing import Any

from triptych.charts.reader import ChartReader
from triptych.diagnostics import Diagnostic
from triptych.model.nodes import Block
from triptych.reading.files.diagrams import Draw
from triptych.reading.locate import Locator
from triptych.reading.references.bibliography import Bibliography
from triptych.reading.syntax.blocks import BlockReader
from triptych.reading.syntax.divs import read_div
from triptych.reading.syntax.inlines import InlineReader, Pieces


def inline_reader(
    locator: Locator, bibliography: Bibliography, found: list[Diagnostic] | None = None, most: float = inf
) -> InlineReader:
    """What reads the inlines of a text of so many pieces at ``most``, notes with their blocks included;
    findings gather in ``found``.
    """
    gathered = [] if found is None else found
    return InlineReader(locator, bibliography, _blocks_of_note, gathered, pieces=Pieces(most))


def block_reader(
    inlines: InlineReader, charts: ChartReader | None = None, draw: Draw | None = None
) -> BlockReader:
    """What reads the blocks of a text; without ``charts`` and ``draw`` there are none in it."""
    return BlockReader(inlines, charts, read_div, draw)


def _blocks_of_note(inlines: InlineReader, nodes: list[Any]) -> tuple[Block, ...]:
    return block_reader(inlines).read(nodes)
