"""Which lines keep to the plan of their paragraph."""

from __future__ import annotations

from types import SimpleNamespace

from triptych.writers.print.layout.patches.lines import line_breaks
from triptych.writers.print.layout.patches.lines.line_breaks import planned_for


def test_a_paragraph_that_comes_to_stand_beside_a_float_has_no_plan_of_an_earlier_try() -> None:
    """Its lines are filled alike, whether its page was laid out once or twice."""
    style = {"white_space": "normal", "text_align_all": "justify"}
    line = SimpleNamespace(style=style, element_tag="p", text_indent=0.0)
    setattr(line, line_breaks._PLAN, SimpleNamespace(measure=object()))
    assert planned_for(line)
    assert line_breaks._room(None, line, 224.0, None, SimpleNamespace(width=320.0)) is None
    assert not planned_for(line)
