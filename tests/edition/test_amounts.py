"""Test the parser of numbers in texts, on which the tests of the edition's data depend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.edition.amounts import Amount, amounts, missing, spelt, spoken
from tests.edition.ledger import Derived


def read(text: str) -> list[str]:
    return [f"{item.value.normalize():f}{'%' if item.percent else ''}" for item in amounts(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("15.97 trillion yuan in 2025", ["15970000000000", "2025"]),
        ("from 0.13 to 4.838 million", ["130000", "4838000"]),
        ("a loss of 28.9–32.8 billion", ["28900000000", "32800000000"]),
        ("1, 5 and 10 trillion", ["1000000000000", "5000000000000", "10000000000000"]),
        ("from 72 to 82%", ["72%", "82%"]),
        ("in 2017 to 1 million", ["2017", "1000000"]),
        ("by 9 per cent", ["9%"]),
        ("1,038 yuan", ["1038"]),
        ("from 5th to 57th, 27-fold", ["5", "57", "27"]),
        ("5G, H200, GRCh38 and COVID-19", []),
    ],
)
def test_number_is_parsed_with_its_unit(text: str, numbers: list[str]) -> None:
    assert read(text) == numbers


def test_number_words_are_parsed() -> None:
    text = "Seventy-six drugs, eleven of them the first, at nine per cent"
    assert [(int(item.value), item.percent) for item in spelt(text)] == [
        (76, False),
        (11, False),
        (1, False),
        (9, True),
    ]


@pytest.mark.parametrize(
    ("written", "exact", "holds"),
    [
        ("about 1.2 billion", "1,204 million", True),
        ("1.21 billion", "1,204 million", False),
        ("4.838 million", "4.84 million", False),  # more digits than known
        ("22%", "22", False),
        ("12", "21", False),
    ],
)
def test_a_number_may_be_rounded_but_not_another(written: str, exact: str, *, holds: bool) -> None:
    assert (missing(amounts(written), amounts(exact)) == []) is holds


def test_the_name_of_a_column_is_a_unit() -> None:
    (amount,) = amounts("15.97")
    assert amount.scaled("online_retail_trillion_yuan").value == Decimal("15.97e12")
    assert amount.scaled("share_of_new_vehicle_sales_percent").percent
    assert amount.scaled("solar_capacity_GW") == amount


@pytest.mark.parametrize(
    ("written", "sum", "wrong"),
    [
        ("46", "61 - 15", []),
        ("27", "1,200 / 43.53", []),
        ("45", "61 - 15", ["= 46, not 45"]),
        ("45", "61 - 16", ["16"]),
    ],
)
def test_sum_has_known_terms_and_a_result(written: str, sum: str, wrong: list[str]) -> None:
    known: list[Amount] = amounts("61; 15; 1,200; 43.53")
    assert Derived("chapter", written, sum, "").wrong(known) == wrong


@pytest.mark.parametrize(
    ("text", "value", "step", "percent"),
    [
        ("A hundred and fifty-seven licences", "157", "1", False),
        ("It ends at twelve hundred.", "1200", "100", False),
        ("almost five million stations", "5000000", "1000000", False),
        ("two point seven per cent above", "2.7", "0.1", True),
        ("nine in ten come from Chinese firms", "90", "10", True),
        ("three point one million nine months later", "3100000", "100000", False),
        ("a hundred and thirty-six billion dollars", "136000000000", "1000000000", False),
    ],
)
def test_spelled_out_number_is_parsed(text: str, value: str, step: str, percent: bool) -> None:
    (number,) = spoken(text)
    assert (number.value, number.step, number.percent) == (Decimal(value), Decimal(step), percent)


@pytest.mark.parametrize(
    "text", ["two-thirds of the papers", "four points", "one-eighth", "a score", "and million"]
)
def test_other_words_are_not_numbers(text: str) -> None:
    assert list(spoken(text)) == []


def test_two_numbers_are_separated_by_a_full_stop() -> None:
    assert [item.value for item in spoken("It wrote forty-one. Thirty years earlier")] == [41, 30]
