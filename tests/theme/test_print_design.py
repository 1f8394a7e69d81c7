"""Test that text styles are written like CSS ``font``, in points."""

from __future__ import annotations

import pytest

from triptych.theme.print_design import TextStyle, parse_text_style
from triptych.theme.theme import load_theme


@pytest.mark.parametrize(
    ("written", "read", "shown"),
    [
        ("10pt/14pt serif", TextStyle(size=10, line=14, family="serif"), "400 10pt/14pt var(--serif)"),
        (
            "italic 600 11.4pt/14pt sans",
            TextStyle(size=11.4, line=14, family="sans", weight=600, italic=True),
            "italic 600 11.4pt/14pt var(--sans)",
        ),
        (
            "italic 4pt/4pt mono",
            TextStyle(size=4, line=4, family="mono", italic=True),
            "italic 400 4pt/4pt var(--mono)",
        ),
        ("144pt/288pt sans", TextStyle(size=144, line=288, family="sans"), "400 144pt/288pt var(--sans)"),
        ("10pt/8pt sans", TextStyle(size=10, line=8, family="sans"), "400 10pt/8pt var(--sans)"),
    ],
)
def test_a_style_is_slope_weight_size_line_and_family(written: str, read: TextStyle, shown: str) -> None:
    assert parse_text_style(written) == read
    assert str(read) == shown


@pytest.mark.parametrize(
    "written",
    [
        "",
        "10pt serif",
        "10/14pt serif",
        "10pt/14pt Arial",
        "650 10pt/14pt serif",
        "600 italic 10pt/14pt serif",
        "3.9pt/6pt serif",
        "144.1pt/200pt serif",
        "144pt/288.1pt serif",
        "10pt/7.9pt serif",
    ],
)
def test_invalid_print_design_value_is_none(written: str) -> None:
    assert parse_text_style(written) is None


def test_large_print_has_text_of_sixteen_points() -> None:
    assert load_theme("large-print").print.large
    house = load_theme().print
    assert not house.large
    assert house.leading == house.type.text.line
    assert house.type.smallest_size <= min(house.type.footnote.size, house.type.folio.size)
