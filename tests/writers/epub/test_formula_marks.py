"""Test that punctuation after a formula stays on its line."""

from __future__ import annotations

import pytest

from triptych.writers.epub.page_markup import keep_formulas_together

MATH = '<math alttext="n" display="inline"><semantics><mi>n</mi></semantics></math>'


@pytest.mark.parametrize(
    ("around", "kept"),
    [
        ("for M, as", "M,"),
        ("all (M), or", "(M),"),
        ("the Mth “M”? M-means.", "Mth|“M”?|M-means"),
        ("of M&quot; here", "M&quot;"),
        ("见（M）。字 M 字M，字", "（M）。|M，"),
        ("M<sup>1</sup> M is M — M", ""),
    ],
)
def test_punctuation_next_to_a_formula_stays_with_it(around: str, kept: str) -> None:
    text = keep_formulas_together(around.replace("M", MATH))
    parts = [part.partition("</span>")[0] for part in text.split('<span class="kept">')[1:]]
    assert "|".join(parts) == kept.replace("M", MATH)
    assert text.replace('<span class="kept">', "").replace("</span>", "") == around.replace("M", MATH)


def test_scrolling_formula_is_unchanged() -> None:
    wide = MATH.replace("<math ", '<math class="long wide" ')
    assert keep_formulas_together(f"{wide}, and") == f"{wide}, and"
