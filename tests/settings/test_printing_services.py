"""What services print: sizes, margins at the spine by the number of pages, papers."""

from __future__ import annotations

import pytest

from triptych.settings.pdf_options import IN, SERVICES

KDP, INGRAM = SERVICES["kdp"], SERVICES["ingramspark"]


@pytest.mark.parametrize(
    ("pages", "inches"),
    [
        (24, 0.375),
        (150, 0.375),
        (151, 0.5),
        (300, 0.5),
        (301, 0.625),
        (500, 0.625),
        (700, 0.75),
        (828, 0.875),
    ],
)
def test_a_thicker_book_has_a_wider_gutter(pages: int, inches: float) -> None:
    assert KDP.get_gutter(pages) == pytest.approx(inches * IN)


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_takes_its_own_sizes(service) -> None:
    assert all(service.offers_size(*size) for size in service.sizes)
    gutters = [gutter for _, gutter in service.gutters]
    assert gutters == sorted(gutters) and service.gutters[-1][0] == service.max_pages


def test_sizes_of_ones_own_lie_between_bounds() -> None:
    assert KDP.offers_size(5.7 * IN, 8.3 * IN) and not KDP.offers_size(3.9 * IN, 8 * IN)
    assert INGRAM.offers_size(8.2 * IN, 10.9 * IN) and not INGRAM.offers_size(8.4 * IN, 10.9 * IN)


def test_the_nearest_size_is_told_in_inches() -> None:
    assert KDP.format_nearest_size(4 * IN, 5.5 * IN) == "5.06in × 7.81in"
    assert INGRAM.format_nearest_size(8.4 * IN, 10.9 * IN) == "8.5in × 11in"
