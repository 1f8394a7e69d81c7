"""Find the content of landscape pages: elements and whole sections with the class ``landscape``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triptych.model.nodes import NO_ATTR, Block, BlockQuote, Chart, CodeBlock, Figure, Group, Heading, Table
from triptych.model.walk import find_nodes, walk_all

LANDSCAPE = "landscape"  # the class in Markdown and XHTML, and the name of the ``@page`` in CSS
_NODES_WITH_CLASS = (BlockQuote, Chart, CodeBlock, Figure, Group, Table)  # written as XHTML with the class


def split_landscape_runs(blocks: tuple[Block, ...]) -> Iterator[tuple[tuple[Block, ...], bool]]:
    """Split blocks into alternating runs. Yield each run and whether it is set on landscape pages."""
    start, place = 0, 0
    while place < len(blocks):
        end = _find_landscape_end(blocks, place)
        if end > place:
            yield blocks[start:place], False
            yield blocks[place:end], True
            start = place = end
        else:
            place += 1
    yield blocks[start:], False


def iter_landscape_nodes(blocks: tuple[Block, ...]) -> Iterator[Any]:
    """Yield all nodes in ``blocks`` that are set on landscape pages."""
    for run, is_landscape in split_landscape_runs(blocks):
        nodes = (
            run if is_landscape else tuple(filter(_has_landscape_class, find_nodes(run, *_NODES_WITH_CLASS)))
        )
        yield from walk_all(nodes)


def _has_landscape_class(node: Any) -> bool:
    return isinstance(node, _NODES_WITH_CLASS) and node.attr.has(LANDSCAPE)


def _find_landscape_end(blocks: tuple[Block, ...], index: int) -> int:
    """Return the end index of landscape content at ``index``, or ``index`` if there is none."""
    block = blocks[index]
    if isinstance(block, _NODES_WITH_CLASS) or not getattr(block, "attr", NO_ATTR).has(LANDSCAPE):
        return index
    if not isinstance(block, Heading):
        return index + 1
    following = range(index + 1, len(blocks))
    return next((n for n in following if _is_section_end(blocks[n], block.level)), len(blocks))


def _is_section_end(block: Block, level: int) -> bool:
    return isinstance(block, Heading) and block.level <= level
