"""Which lines keep to the plan of their paragraph."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from triptych.writers.print.layout.installed_engine import load_engine
from triptych.writers.print.layout.patches.lines import line_breaks
from triptych.writers.print.layout.patches.lines.line_breaks import Plan, break_places, planned_for
from triptych.writers.print.layout.patches.lines.paragraphs import Measure, Stop

WIDTH = 320.0


def paragraph() -> Any:
    """The line of a paragraph of forty words, 20 wide with spaces of 5, ten characters each."""
    stops = [Stop(0, 0.0, 0.0, 0, 0)]
    stops += [Stop(10 * n, 25.0 * n - 5, 25.0 * n, n - 1, n, final=n == 40) for n in range(1, 41)]
    box = SimpleNamespace(text="x" * 400)
    plan = Plan(
        {(): (0, box)}, stops, Measure(WIDTH, WIDTH, 5.0), lambda: stops, justified=True, heading=False
    )
    style = {"white_space": "normal", "text_align_all": "justify", "font_size": 10.0}
    line = SimpleNamespace(style=style, element_tag="p", text_indent=0.0, descendants=list)
    setattr(line, line_breaks._PLANS, line_breaks._Plans(((), WIDTH, 0.0), plan))
    return line


def room(line: Any, available: float, place: int = 0) -> float | None:
    skip = {place: None} if place else None
    return line_breaks._room(None, line, available, skip, SimpleNamespace(width=WIDTH))


def test_lines_beside_a_float_are_planned_for_their_own_width() -> None:
    line = paragraph()
    free, beside = room(line, WIDTH), room(line, 200.0)
    assert free is not None and 290 < free < WIDTH + 4
    assert beside is not None and 190 < beside < 204
    measure = planned_for(line)
    assert measure is not None and measure.width == 200


def test_lines_too_narrow_for_a_plan_are_left_to_the_engine() -> None:
    line = paragraph()
    assert room(line, WIDTH) is not None
    assert room(line, 40.0) is None
    assert planned_for(line) is None


def test_a_paragraph_that_was_tried_beside_a_float_is_planned_as_a_new_one() -> None:
    """Its lines are filled alike, whether its page was laid out once or twice."""
    line = paragraph()
    room(line, 200.0)
    room(line, 200.0, 80)
    room(line, WIDTH, 160)  # under the float, where no line of the free paragraph begins
    again = [room(line, WIDTH), *(room(line, WIDTH, 130 * n) for n in (1, 2))]
    fresh = paragraph()
    assert again == [room(fresh, WIDTH), *(room(fresh, WIDTH, 130 * n) for n in (1, 2))]


def test_the_strokes_of_an_option_stay_with_it() -> None:
    load_engine()
    text = "build --release, well-known – a -1"
    places = break_places(text, "en")
    begun = [text[place:].split(" ")[0] for place in places]
    assert begun == ["--release,", "well-known", "known", "–", "a", "-1"]
