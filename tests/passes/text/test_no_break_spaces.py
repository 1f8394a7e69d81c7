"""Spaces at which no line ends, whatever nodes the words stand in."""

from __future__ import annotations

from triptych.languages.word_pairs import word_pairs
from triptych.model.nodes import Code, IndexMark, SoftBreak, Style, Styled, Text
from triptych.model.walk import plain_text
from triptych.passes.text.no_break_spaces import held_together

ENGLISH = word_pairs("en-GB")


def shown(*line: object) -> str:
    return "".join(
        "␤" if isinstance(node, SoftBreak) else node.text
        for outer in held_together(tuple(line), ENGLISH)
        for node in (outer.content if isinstance(outer, Styled) else (outer,))
    )


def test_a_number_and_its_unit_have_one_space_between_them() -> None:
    assert shown(Text(text="It cost USD 5 million yuan (3 GW).")) == (
        "It cost USD\u00a05\u00a0million\u00a0yuan (3\u00a0GW)."
    )


def test_those_that_are_there_separate_words_too() -> None:
    assert shown(Text(text="Dr.\u00a0J. R. Smith")) == "Dr.\u00a0J.\u00a0R.\u00a0Smith"


def test_line_ends_of_the_source_are_spaces() -> None:
    line = (Text(text="cost 5"), SoftBreak(), Text(text="million"), SoftBreak(), Text(text="in all"))
    assert shown(*line) == "cost 5\u00a0million␤in all"


def test_they_are_found_between_elements() -> None:
    strong = Styled(style=Style.STRONG, content=(Text(text="5"),))
    assert shown(Text(text="about "), strong, Text(text=" km away")) == "about 5\u00a0km away"
    assert shown(Text(text="Figure "), strong) == "Figure\u00a05"


def test_code_and_marks_hold_nothing() -> None:
    line = (Code(text="x 5 km"), Text(text=" km and 7"), IndexMark(path=()), Text(text=" km"))
    kept = held_together(line, ENGLISH)
    assert kept[0] is line[0]
    assert "\u00a0" not in plain_text(kept[:2])


def test_a_line_without_any_stays_the_same() -> None:
    line = (Text(text="Nothing here stands together."), SoftBreak(), Text(text="Nor does this."))
    assert held_together(line, ENGLISH) is line
