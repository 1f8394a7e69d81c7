"""Sort the categories of a chart by their values (``sort=``)."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.charts.annotations import suggest_name
from triptych.charts.columns import select_categories
from triptych.charts.options import ChartOptions, split_name_and_text
from triptych.data.data_file import DataError
from triptych.diagnostics import did_you_mean
from triptych.model.charts import ChartData, sum_as_decimals
from triptych.model.nodes import Attr

_ORDERS = ("ascending", "descending")
_DIFFERENCE = "difference"  # sorts by the second value less the first, unless a series has this name


def sort_categories(data: ChartData, attr: Attr, options: ChartOptions) -> ChartData:
    """Return the data with its categories in the order of ``sort=``; those without a value come last.

    Categories with equal values keep the order of the data file. Raise ``DataError`` CHT001 if the attribute
    is invalid, or if the categories are dates or numbers.
    """
    text = attr.get("sort")
    if not text:
        return data
    if data.positions is not None:
        message = f'`sort=` requires text categories; column "{attr.get("x")}" contains dates or numbers'
        raise DataError("CHT001", message, "remove `sort=`, or set `x=` to a column of names", "sort")
    label, order = "", text.lower()
    if order not in _ORDERS and ":" in text:
        label, order = split_name_and_text(text, data.labels, "sort")
    if order.lower() not in _ORDERS:
        hint = did_you_mean(order, _ORDERS) or "use `ascending`, `descending` or `SERIES: descending`"
        raise DataError("CHT001", f'invalid value "{text}" for `sort=`', hint, "sort")
    if label == _DIFFERENCE and label not in data.labels and len(data.labels) == 2:
        keys = _compute_differences(data)
    elif label and label not in data.labels:
        message = f'`sort=` lists "{label}", which is not a category of the chart'
        raise DataError("CHT001", message, suggest_name(label, data.labels), "sort")
    else:
        keys = _compute_sort_keys(data, label, options)
    sign = -1.0 if order.lower() == "descending" else 1.0
    order_of = sorted(range(len(keys)), key=lambda index: (keys[index] is None, sign * (keys[index] or 0.0)))
    return select_categories(data, order_of)


def _compute_differences(data: ChartData) -> Sequence[float | None]:
    """Return the second value of each category less the first, or None if one is missing."""
    first, second = (series.values for series in data.series)
    return [
        None if low is None or high is None else sum_as_decimals((high, -low))
        for low, high in zip(first, second, strict=True)
    ]


def _compute_sort_keys(data: ChartData, label: str, options: ChartOptions) -> Sequence[float | None]:
    """Return the value of each category: the height of its stack, or else its value in one series.

    The series is the one with ``label``, or the first. In small multiples, values are added up over all
    panels, and in stacks of 100 %, the value is the share of the series.
    """
    is_total = options.stacked and not options.percent and not label
    keys: list[float | None] = []
    for index in range(len(data.categories)):
        known_values = [
            (series.label, value) for series in data.series if (value := series.values[index]) is not None
        ]
        selected = [value for name, value in known_values if is_total or name == (label or data.labels[0])]
        key = sum_as_decimals(selected) if selected else None
        if options.percent and key is not None:
            key /= sum_as_decimals(value for _, value in known_values) or 1.0
        keys.append(key)
    return keys
