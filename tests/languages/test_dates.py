"""Test parsing of dates as authors write them."""

from __future__ import annotations

import pytest

from triptych.languages.dates import parse_date


@pytest.mark.parametrize(
    ("text", "language", "year"),
    [
        ("1979", "en", 1979.5),
        ("476", "en", 476.5),
        ("May 2019", "en", 2019.37),
        ("Oct 2022", "en-GB", 2022.79),
        ("3 Nov 2020", "en", 2020.84),
        ("November 3, 2020", "en", 2020.84),
        ("2020-11-03", "en", 2020.84),
        ("2020-11", "en", 2020.87),
        ("11/2020", "de", 2020.87),
        ("3.11.2020", "de", 2020.84),
        ("11/3/2020", "en-US", 2020.84),
        ("03/11/2020", "en-GB", 2020.84),
        ("3. November 2020", "de", 2020.84),
        ("Dez. 2021", "de", 2021.95),
        ("3 novembre 2020", "fr", 2020.84),
        ("3 de noviembre de 2020", "es", 2020.84),
        ("5 мая 2020", "ru", 2020.34),
        ("2020年11月3日", "zh", 2020.84),
        ("2020年底", "zh", 2020.95),
        ("2020年", "ja", 2020.5),
        ("٢٠٢٠", "ar", 2020.5),
        ("٥ مايو ٢٠٢٠", "ar", 2020.34),
        ("Q1 2024", "en", 2024.125),
        ("1. Quartal 2024", "de", 2024.125),
        ("Early 2021", "en", 2021.1),
        ("Mitte 2021", "de", 2021.5),
        ("End of 2026", "en", 2026.95),
        ("c. 1450", "en", 1450.5),
        ("1960s", "en", 1965),
        ("1960er", "de", 1965),
        ("19th century", "en", 1850),
        ("19. Jahrhundert", "de", 1850),
        ("XIXe siècle", "fr", 1850),
        ("siglo XIX", "es", 1850),
        ("500 BC", "en", -498.5),
        ("44 v. Chr.", "de", -42.5),
        ("公元前221年", "zh", -219.5),
        ("AD 79", "en", 79.5),
        ("2015–2019", "en", 2015.5),
        ("2024/25", "en", 2024.5),
        ("Since 2019", "en", 2019.5),
        ("Mai 2019", "xx", 2019.5),
        ("tháng 12 2020", "vi", 2020.95),
        ("༡༡ 2020", "dz", 2020.5),
        ("Sept. 2020", "en-US", 2020.71),
    ],
)
def test_a_date_is_a_place_in_time(text: str, language: str, year: float) -> None:
    assert parse_date(text, language) == pytest.approx(year, abs=0.006)


@pytest.mark.parametrize(
    ("text", "language", "year"),
    [
        ("2021-01-01", "en", 2021 + 0.5 / 365),
        ("2021-12-31", "en", 2021 + 364.5 / 365),
        ("2020-12-31", "en", 2020 + 365.5 / 366),
        ("2021-02", "en", 2021 + 45.5 / 365),
        ("February 2021", "en", 2021 + 45.5 / 365),
        ("28 Sept 2021", "de", 2021 + 270.5 / 365),
        ("2021 March 1", "en", 2021 + 59.5 / 365),
        ("1/3/2021", "xx", 2021 + 59.5 / 365),
        ("1/3/2021", "zh", 2021 + 59.5 / 365),
        ("3/1/2021", "en-US", 2021 + 59.5 / 365),
        ("3/2021", "en-US", 2021 + 73.5 / 365),
        *((f"Q{quarter} 2021", "en", 2021 + (2 * quarter - 1) / 8) for quarter in (1, 2, 3, 4)),
        ("early 2021", "en", 2021.1),
        ("mid-2021", "en", 2021.5),
        ("late 2021", "en", 2021.75),
        ("end of 2021", "en", 2021.95),
        ("1960s", "en", 1965.0),
        ("1st century", "en", 50.0),
        ("2nd century BC", "en", -150.0),
        ("III siècle av. J.-C.", "fr", -250.0),
        ("1 BC", "en", 0.5),
        ("AD 1", "en", 1.5),
    ],
)
def test_day_is_its_noon_and_period_its_middle(text: str, language: str, year: float) -> None:
    assert parse_date(text, language) == pytest.approx(year, abs=1e-9)


@pytest.mark.parametrize("text", ["Step 1", "1", "Today", "", "12.5 GW", "30.2.", "Phase II", "15,000"])
def test_text_without_a_date_is_not_a_date(text: str) -> None:
    assert parse_date(text, "en") is None
