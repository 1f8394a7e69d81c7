"""Test parsing of attribute values."""

from __future__ import annotations

import pytest

from triptych.ooxml.xml import parse_flag, parse_percentage, to_emu


@pytest.mark.parametrize(
    ("value", "number"), [("50000", 0.5), ("100000", 1.0), ("-20000", -0.2), ("50%", 0.5), ("-12.5%", -0.125)]
)
def test_a_share_is_in_thousandths_of_a_percent_or_has_its_sign(value: str, number: float) -> None:
    assert parse_percentage(value) == number


def test_a_point_has_12700_units() -> None:
    assert [to_emu(points) for points in (0, 1, 0.5, -2)] == ["0", "12700", "6350", "-25400"]


def test_missing_flag_is_false() -> None:
    assert [parse_flag(value) for value in ("1", "true", "0", "false", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
