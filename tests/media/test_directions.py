"""Test that the direction of diagrams is changed, and nothing else."""

from __future__ import annotations

import pytest

from triptych.media.diagrams import draw_diagram, swap_direction
from triptych.media.picture_files import inspect_svg
from triptych.theme.theme import load_theme

CHAIN = "flowchart LR\n  a[Morning] --> b[Forenoon] --> c[Afternoon] --> d[Evening] --> e[Night]\n"


@pytest.mark.parametrize(
    ("language", "source", "other"),
    [
        ("mermaid", "%% LR\nflowchart LR\n a --> LR", "%% LR\nflowchart TB\n a --> LR"),
        ("mermaid", "graph TD;\n a-->b", "graph LR;\n a-->b"),
        ("mermaid", "stateDiagram-v2\n a --> b", "stateDiagram-v2\n  direction LR\n a --> b"),
        ("mermaid", "classDiagram\n  direction RL\n a <|-- b", "classDiagram\n  direction BT\n a <|-- b"),
        ("mermaid", "sequenceDiagram\n a->>b: flowchart LR", ""),
        ("mermaid", 'pie\n "a": 1', ""),
        ("dot", "digraph { rankdir=LR; a -> b }", "digraph { rankdir=TB; a -> b }"),
        ("dot", 'digraph { rankdir = "BT" a }', 'digraph { rankdir = "RL" a }'),
        ("graphviz", "digraph { a -> LR }", "digraph { rankdir=LR;  a -> LR }"),
    ],
)
def test_diagram_with_a_direction_is_turned(language: str, source: str, other: str) -> None:
    assert swap_direction(language, source) == other


def test_chain_too_wide_for_the_page_becomes_vertical() -> None:
    theme = load_theme()
    diagram = draw_diagram("mermaid", CHAIN, theme)
    _, width, height = inspect_svg(diagram.svg)
    _, on_page, down = inspect_svg(diagram.page_variant)
    assert width > height
    assert on_page * 3 / 4 <= theme.print.chart_width
    assert down > on_page


def test_diagram_that_fits_has_no_variants() -> None:
    assert draw_diagram("mermaid", "flowchart LR\n a --> b\n", load_theme()).page_variant == b""
    assert draw_diagram("dot", "digraph { a -> b }", load_theme()).page_variant == b""


def test_in_large_type_a_diagram_has_large_letters_and_the_same_shape() -> None:
    large = load_theme("large-print")
    diagram = draw_diagram("dot", "digraph { a -> b }", large)
    _, width, height = inspect_svg(diagram.svg)
    _, wide, high = inspect_svg(diagram.page_variant)
    scale = large.print.type.smallest_size / 7.6
    assert (wide, high) == pytest.approx((width * scale, height * scale), rel=0.01)
