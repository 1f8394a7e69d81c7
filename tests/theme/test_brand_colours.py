"""The colour of a brand: what follows it, and what is seen and told apart all the same."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import MakeProject
from triptych.theme.brand_colours import with_brand
from triptych.theme.contrast import contrast, difference
from triptych.theme.files import read_theme
from triptych.theme.theme import Colours, built_in_themes, load_theme

each_theme = pytest.mark.parametrize("name", built_in_themes())
colours = st.integers(0, 0xFFFFFF).map("{:06x}".format)


def branded(name: str, accent: str) -> Colours:
    return with_brand(replace(load_theme(name).colours, accent=accent), {"accent"})


@each_theme
@settings(deadline=None)
@given(accent=colours)
def test_whatever_the_colour_its_series_are_seen_and_told_apart(name: str, accent: str) -> None:
    made = branded(name, accent)
    assert len(made.series) == len(load_theme(name).colours.series)
    assert all(contrast(one, ground) >= 3 for one in made.series for ground in (made.paper, made.panel))
    pairs = itertools.combinations(made.series, 2)
    assert min(difference(one, other) for one, other in pairs) >= 0.06
    assert contrast(made.mark[0], made.deep) >= 3


@each_theme
@pytest.mark.parametrize("accent", ["1f6f5c", "7a0c1e", "0b7a3b", "003366", "b3005e"])
def test_a_colour_that_can_be_read_opens_the_series_as_it_is(name: str, accent: str) -> None:
    made = branded(name, accent)
    assert made.series[0] == accent
    pairs = itertools.combinations(made.series, 2)
    assert min(difference(one, other) for one, other in pairs) >= 0.1


def test_a_pale_colour_is_darkened_until_it_is_seen() -> None:
    made = branded("house", "ffd200")
    assert made.accent == "ffd200"
    assert contrast(made.series[0], made.paper) >= 3
    red, green, blue = (int(made.series[0][start : start + 2], 16) for start in (0, 2, 4))
    assert red > green > blue


@pytest.mark.parametrize(
    ("written", "follows"),
    [
        ("colours: {accent: '#1F6F5C'}", (True, True)),
        ("colours: {accent: '1f6f5c', mark: ['d2472f', 'd9c7a0', '6f9bbd']}", (True, False)),
        (
            "colours: {accent: '1f6f5c', series: ['a8321f', '0f4357', 'c57a2b', '2171a6', '5f3498', '928186']}",
            (False, True),
        ),
        ("colours: {deep: '402040'}", (False, False)),
    ],
)
def test_what_a_theme_sets_itself_does_not_follow(
    make_project: MakeProject, written: str, follows: tuple[bool, bool]
) -> None:
    theme, found = read_theme(make_project({"source/mine.yaml": written}), "mine.yaml")
    house = load_theme().colours
    assert found == []
    series, mark = follows
    assert (theme.colours.series[0] == "1f6f5c") is series
    assert (theme.colours.mark[0] != house.mark[0]) is mark
    if not series:
        assert theme.colours.series == house.series
