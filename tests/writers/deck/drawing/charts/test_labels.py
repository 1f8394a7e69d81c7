"""Test that number formats of native charts give the same text as other outputs, or are not used."""

from __future__ import annotations

import pytest

from triptych.charts.axes import ValueAxis, make_linear_axis, make_log_axis
from triptych.languages.numerals import format_number
from triptych.writers.deck.drawing.charts.number_formats import find_axis_format_code, find_format_code

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "values", "texts", "code"),
    [
        ("en", (-3.25, 2.35), ("−3.3", "2.4"), '#,##0.0;"−"#,##0.0'),
        ("en", (1.7e-6, 4.1e-6), ("0.0000017", "0.0000041"), "#,##0.0000000"),
        ("en", (32.0, -12.75), ("+32", "−13"), '"+"#,##0;"−"#,##0'),
        ("en-GB", (0.0, 5e10), ("0", f"50{NBSP}bn"), f'#,##0,,,"{NBSP}bn";"−"#,##0,,,"{NBSP}bn";"0"'),
        ("de", (1234.5, 12.5), ("1.234,5", "12,5"), "[$-407]#,##0.0"),
        ("de", (200.0, 400.0), ("200", "400"), "#,##0"),
        ("es", (1000.0,), ("1000",), "0"),
    ],
)
def test_a_format_code_writes_numbers_as_the_other_outputs_do(
    language: str, values: tuple[float, ...], texts: tuple[str, ...], code: str
) -> None:
    assert find_format_code(values, texts, language) == code


@pytest.mark.parametrize(
    ("language", "values", "texts"),
    [
        ("zh", (1e8,), ("1亿",)),
        ("en", (1.7e-24,), ("1.7e−24",)),
        ("en", (41.0, 9.5), ("41%", "9.5%")),
        ("hi", (1_234_567.0,), ("12,34,567",)),
    ],
)
def test_other_text_has_no_format_code(
    language: str, values: tuple[float, ...], texts: tuple[str, ...]
) -> None:
    assert find_format_code(values, texts, language) is None


def test_a_value_that_a_code_would_round_away_has_none() -> None:
    values = (12.3, 0.04)
    texts = [format_number(12.3, 1), format_number(0.04, 2)]
    assert find_format_code(values, texts, "en") is None


@pytest.mark.parametrize(
    ("scale", "code"),
    [
        (make_log_axis(1, 1e6), "#,##0"),
        (make_log_axis(0.01, 100), "[<1]General;#,##0"),
        (make_linear_axis(0, 2), '#,##0.0;"−"#,##0.0;"0"'),
        (ValueAxis(low=0, high=100, ticks=(0, 25, 50, 75, 100), is_percent=True), "0%"),
    ],
)
def test_axes_have_the_names_of_the_drawing(scale: ValueAxis, code: str) -> None:
    assert find_axis_format_code(scale, "en") == code
