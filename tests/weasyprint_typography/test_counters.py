"""Test that counters in untrusted style sheets stay short, whatever their values and symbols."""

from __future__ import annotations

import time

import pytest

from triptych.writers.print.typesetting import BookTypesetter

STAR = "@counter-style star { system: symbolic; symbols: '*'; suffix: '' }"
ADDED = "@counter-style star { system: additive; additive-symbols: 5 '+', 1 '*'; suffix: '' }"
PADDED = "@counter-style star { system: numeric; symbols: '0' '1'; pad: 2000 '*' }"


def count(style: str, value: int) -> str:
    css = f"{style} p {{ counter-reset: n {value} }} p::before {{ content: counter(n, star) }}"
    xhtml = '<html lang="en"><body><p></p></body></html>'
    (page,) = BookTypesetter(css, lambda scheme, path: (b"", "")).lay_out(xhtml).pages
    return "".join(box.text for box in page._page_box.descendants() if hasattr(box, "text"))


@pytest.mark.parametrize("style", [STAR, ADDED])
def test_symbol_counters_repeat_correctly(style: str) -> None:
    assert count(style, 3) == "***"


@pytest.mark.parametrize(
    ("style", "value"), [(STAR, 5_000), (STAR, 2_000_000_000), (ADDED, 2_000_000_000), (PADDED, 5)]
)
def test_a_counter_that_would_be_long_is_decimal(style: str, value: int) -> None:
    start = time.process_time()
    assert count(style, value) == str(value)
    assert time.process_time() - start < 20
