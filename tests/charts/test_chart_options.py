"""Test which chart types support the attributes of charts."""

from __future__ import annotations

from itertools import chain

import pytest

from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.options import CHART_OPTIONS, list_supporting_chart_types


def test_listed_attributes_are_those_that_some_types_do_not_support() -> None:
    listed = set(chain.from_iterable(kind.options for kind in CHART_TYPES.values()))
    assert {name for name, entry in CHART_OPTIONS.items() if entry.special} == listed


@pytest.mark.parametrize(
    ("option", "supporting", "other"),
    [
        ("callout", "line", "pie"),
        ("totals", "waterfall", "line"),
        ("size", "bubble", "scatter"),
        ("bins", "histogram", "bar"),
    ],
)
def test_option_is_supported_by_the_chart_types_that_list_it(
    option: str, supporting: str, other: str
) -> None:
    supporting_chart_types = list_supporting_chart_types(option)
    names = {kind.name for kind in supporting_chart_types}
    assert supporting in names and other not in names
    assert len(list_supporting_chart_types("unit")) == len(CHART_TYPES)
