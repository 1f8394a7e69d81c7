"""Test requirements of printing services: sizes, inner margins by page count, papers."""

from __future__ import annotations

import pytest

from triptych.settings.pdf_options import INCH, PRINT_SERVICES

KDP, INGRAM = PRINT_SERVICES["kdp"], PRINT_SERVICES["ingramspark"]


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
    assert KDP.get_gutter(pages) == pytest.approx(inches * INCH)


@pytest.mark.parametrize("service", PRINT_SERVICES.values(), ids=PRINT_SERVICES)
def test_service_accepts_its_trim_sizes(service) -> None:
    assert all(service.offers_size(*size) for size in service.trim_sizes)
    gutters = [gutter for _, gutter in service.gutters]
    assert gutters == sorted(gutters) and service.gutters[-1][0] == service.max_pages


def test_custom_sizes_have_limits() -> None:
    assert KDP.offers_size(5.7 * INCH, 8.3 * INCH) and not KDP.offers_size(3.9 * INCH, 8 * INCH)
    assert INGRAM.offers_size(8.2 * INCH, 10.9 * INCH) and not INGRAM.offers_size(8.4 * INCH, 10.9 * INCH)


def test_nearest_size_is_suggested_in_inches() -> None:
    assert KDP.format_nearest_size(4 * INCH, 5.5 * INCH) == "5.06in × 7.81in"
    assert INGRAM.format_nearest_size(8.4 * INCH, 10.9 * INCH) == "8.5in × 11in"
