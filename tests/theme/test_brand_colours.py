"""Test brand colours: derived colours, visibility and distinguishability."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import MakeProject
from triptych.theme.colours import (
    compute_colour_difference,
    compute_contrast_ratio,
    convert_to_oklab,
    derive_colours_from_accent,
)
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.theme.theme_file import Colours
from triptych.theme.theme_reader import read_theme

each_theme = pytest.mark.parametrize("name", list_built_in_themes())
colours = st.integers(0, 0xFFFFFF).map("{:06x}".format)


def branded(name: str, accent: str) -> Colours:
    return derive_colours_from_accent(replace(load_theme(name).colours, accent=accent), {"accent"})


@pytest.mark.e2e
@each_theme
@settings(deadline=None)
@given(accent=colours)
def test_series_derived_from_any_accent_are_visible_and_distinct(name: str, accent: str) -> None:
    result = branded(name, accent)
    assert len(result.series) == len(load_theme(name).colours.series)
    assert all(
        compute_contrast_ratio(item, ground) >= 3
        for item in result.series
        for ground in (result.background, result.panel)
    )
    pairs = itertools.combinations(result.series, 2)
    assert min(compute_colour_difference(item, other) for item, other in pairs) >= 0.06
    assert compute_contrast_ratio(result.emblem[0], result.dark) >= 3


@each_theme
@pytest.mark.parametrize("accent", ["1f6f5c", "7a0c1e", "0b7a3b", "003366", "b3005e"])
def test_readable_accent_is_the_first_series_colour(name: str, accent: str) -> None:
    result = branded(name, accent)
    assert result.series[0] == accent


def hue_and_chroma(colour: str) -> tuple[float, float]:
    _, a, b = convert_to_oklab(colour)
    return math.degrees(math.atan2(b, a)), math.hypot(a, b)


@each_theme
@pytest.mark.parametrize("accent", ["1f6f5c", "7a0c1e", "006b7d", "003366", "b3005e", "e87722"])
def test_series_have_the_hue_of_the_accent_or_a_neighbour(name: str, accent: str) -> None:
    own, _ = hue_and_chroma(accent)
    for colour in branded(name, accent).series:
        hue, chroma = hue_and_chroma(colour)
        turn = abs((hue - own + 180) % 360 - 180)
        assert turn <= 85 or chroma < 0.03, colour


def test_pale_accent_is_darkened_until_visible() -> None:
    result = branded("house", "ffd200")
    assert result.accent == "ffd200"
    assert compute_contrast_ratio(result.series[0], result.background) >= 3
    red, green, blue = (int(result.series[0][start : start + 2], 16) for start in (0, 2, 4))
    assert red > green > blue


@pytest.mark.parametrize(
    ("written", "follows"),
    [
        ("colours: {accent: '#1F6F5C'}", (True, True)),
        ("colours: {accent: '1f6f5c', emblem: ['d44b33', 'd9c7a0', '6f9bbd']}", (True, False)),
        (
            "colours: {accent: '1f6f5c', series: ['a8321f', '0f4357', 'c57a2b', '2171a6', '5f3498', '928186']}",
            (False, True),
        ),
        ("colours: {dark: '081018'}", (False, False)),
    ],
)
def test_explicit_theme_colours_are_not_derived(
    make_project: MakeProject, written: str, follows: tuple[bool, bool]
) -> None:
    theme, result = read_theme(make_project({"source/mine.yaml": written}), "mine.yaml")
    house = load_theme().colours
    assert result == []
    series, mark = follows
    assert (theme.colours.series[0] == "1f6f5c") is series
    assert (theme.colours.emblem[0] not in (house.emblem[0], "d44b33")) is mark
    if not series:
        assert theme.colours.series == house.series


@pytest.mark.parametrize("tokens", ["dark: '4a6a80'", "dark: '4a6a80', accent: 'a8321f'"])
def test_a_mark_that_a_theme_does_not_set_is_seen_on_its_deep_ground(
    make_project: MakeProject, tokens: str
) -> None:
    theme, _ = read_theme(make_project({"source/mine.yaml": f"colours: {{{tokens}}}"}), "mine.yaml")
    assert all(compute_contrast_ratio(item, theme.colours.dark) >= 3 for item in theme.colours.emblem)
    assert compute_contrast_ratio(theme.colours.emblem[1], theme.colours.dark) >= 4.5


@pytest.mark.parametrize(("page", "reported"), [("panel", True), ("plain", False)])
def test_a_mark_that_a_theme_sets_is_reported_where_the_title_page_is_a_panel(
    make_project: MakeProject, page: str, reported: bool
) -> None:
    text = f"extends: report\ncolours:\n  emblem: ['1f5a70', 'dcc79a', 'e2854f']\nprint: {{title-page: {page}}}\n"
    _, findings = read_theme(make_project({"source/mine.yaml": text}), "mine.yaml")
    assert [problem.code for problem in findings] == ["THM002"] * reported
    for problem in findings:
        assert problem.span is not None and problem.span.line == 3
        assert (
            problem.message
            == 'colour 1 of "emblem" on "dark" has a contrast ratio of only 1.7:1; at least 3:1 is required'
        )
