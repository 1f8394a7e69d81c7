"""Test that blocks and sections of the class ``landscape`` are grouped for landscape pages."""

from __future__ import annotations

import pytest

from triptych.model.landscape import iter_landscape_nodes, split_landscape_runs
from triptych.model.nodes import Attr, Block, Callout, CalloutKind, CodeBlock, Heading, Paragraph, Text

TURNED = Attr(classes=("landscape",))


def heading(level: int, *, turned: bool = False) -> Heading:
    return Heading(level=level, content=(Text(text="H"),), attr=TURNED if turned else Attr())


P = Paragraph(content=(Text(text="Words."),))
H2, H3 = heading(2), heading(3)
WIDE2, WIDE3 = heading(2, turned=True), heading(3, turned=True)
BOX = Callout(kind=CalloutKind.NOTE, title=(), content=(P,), attr=TURNED)
CODE = CodeBlock(text="code", attr=TURNED)


@pytest.mark.parametrize(
    ("blocks", "turned"),
    [
        ((P, H2, P), []),
        ((P, WIDE2, P, H3, P), [(WIDE2, P, H3, P)]),  # up to the end
        ((WIDE2, P, H2, P), [(WIDE2, P)]),  # up to the next heading of its level
        ((H2, WIDE3, P, H2, P, WIDE3), [(WIDE3, P), (WIDE3,)]),  # or of a higher level
        ((P, BOX, P), [(BOX,)]),
        ((P, CODE, P), []),  # its own markup rotates it
        ((WIDE2, BOX, P), [(WIDE2, BOX, P)]),
    ],
)
def test_landscape_runs_are_split(blocks: tuple[Block, ...], turned: list[tuple[Block, ...]]) -> None:
    runs = list(split_landscape_runs(blocks))
    assert tuple(block for run, _ in runs for block in run) == blocks
    assert [run for run, is_turned in runs if is_turned] == turned


def test_all_landscape_content_is_found() -> None:
    landscape_nodes = list(iter_landscape_nodes((P, CODE, WIDE2, BOX, H2, P)))
    assert [node for node in landscape_nodes if node in (CODE, WIDE2, BOX)] == [CODE, WIDE2, BOX]
    assert sum(node is P for node in landscape_nodes) == 1  # the one in the box
