"""Test that ranges of numbers are not broken."""

from __future__ import annotations

import pytest

from triptych.writers.epub.page_markup import keep_ranges_together


@pytest.mark.parametrize(
    ("xhtml", "kept"),
    [
        ("<p>from 2010–24, 3.5–4.5 %</p>", ["2010–24", "3.5–4.5"]),
        ("<li>index, <a href='#a'>19–24</a></li>", ["19–24"]),
        ("<p>a route Shenzhen–Hong Kong, 2020–, 1–2–3</p>", []),
        ("<p title='1–2'>none</p>", []),
        ("<pre><code>1–2\n3–4</code></pre><p>5–6</p>", ["5–6"]),
        ("<svg><text>1–2</text></svg> 3–4 <math><mn>1–2</mn></math>", ["3–4"]),
        ("<p>12345678–12345679</p>", []),
    ],
)
def test_number_range_in_text_does_not_break(xhtml: str, kept: list[str]) -> None:
    result = keep_ranges_together(xhtml)
    parts = [part.partition("</span>")[0] for part in result.split('<span class="kept">')[1:]]
    assert parts == kept
    assert result.replace('<span class="kept">', "").replace("</span>", "") == xhtml
