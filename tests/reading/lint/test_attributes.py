"""Test the rules on attributes that pandoc reads as text, and their hints."""

from __future__ import annotations

import pytest

from triptych.reading.lint.attributes import explain_attributes

RIGHT = '{#fig-x fig-alt="Line chart"}'


@pytest.mark.parametrize(
    ("braces", "reason", "corrected"),
    [
        ("{#fig-x fig-alt=Line chart}", "the value of `fig-alt` needs quotation marks", RIGHT),
        ('{#fig-x, fig-alt="Line chart"}', "attributes are separated by spaces, not commas", RIGHT),
        ('{#fig-x; fig-alt="Line chart"}', "attributes are separated by spaces, not commas", RIGHT),
        ('{#fig-x fig-alt = "Line chart"}', "there is a space next to the equals sign of `fig-alt`", RIGHT),
        ("{#fig-x fig-alt=“Line chart”}", "the value of `fig-alt` is in typographic quotation marks", RIGHT),
        ("{#fig-x width=50% title=Ann's own .wide}", "the value of `title` needs quotation marks",
         '{#fig-x width=50% title="Ann\'s own" .wide}'),
        ('{alt="A "big" thing"}', "the value of `alt` contains an unescaped quotation mark",
         "{alt='A \"big\" thing'}"),
        ("{#fig-x alt=}", "the value of `alt` needs quotation marks", '{#fig-x alt=""}'),
        ("{.slide numbered}", "`numbered` needs a leading dot or a value", "{.slide .numbered}"),
        ("{#tbl-x cols=[1, 2]}", "the value of `cols` needs quotation marks", '{#tbl-x cols="[1, 2]"}'),
    ],
)  # fmt: skip
def test_reason_and_corrected_text_are_reported(braces: str, reason: str, corrected: str) -> None:
    mistake = explain_attributes(braces, is_closed=True)
    assert mistake is not None
    assert (mistake.reason, mistake.corrected) == (reason, corrected)


def test_a_brace_that_is_not_closed_is_named() -> None:
    mistake = explain_attributes("{#tbl-x", is_closed=False)
    assert mistake is not None
    assert (mistake.reason, mistake.corrected) == ("the closing brace is missing", "{#tbl-x}")


@pytest.mark.parametrize(
    "braces",
    [
        '{#fig-x fig-alt="A"}',
        '{.dot #fig-x a="One, two" b="Three, four, five"}',
        "{.wide}",
        "{r}",
        "{python}",
        "{r setup}",
        "{}",
    ],
)
def test_valid_or_unknown_attributes_are_not_reported(braces: str) -> None:
    assert explain_attributes(braces, is_closed=True) is None
