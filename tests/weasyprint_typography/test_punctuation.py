"""Test that adjacent punctuation is squeezed, and that attributes shared with other layouts are unchanged."""

from __future__ import annotations

from tests.writers.print.quires import lay


def test_features_that_styles_share_are_those_of_whole_texts_still() -> None:
    """Test shared font features: Pango would shorten or free attributes that are in several layouts."""
    _, typesetter = lay("<p>字字。」字</p>", "p { font-variant-numeric: lining-nums }")
    (shared,) = typesetter._fonts.font_features.values()
    assert (shared.start_index, shared.end_index) == (0, 2**32 - 1)


def test_marks_at_the_start_of_texts_in_several_styles_are_set() -> None:
    """Test adjacent punctuation in different styles, for which shared attributes were freed twice."""
    styles = "".join(f".s{size} {{ font-size: {size}pt }} " for size in range(6, 14))
    body = "".join(f"<p class='s{size}'>。」字 12</p>" for size in range(6, 14))
    laid, _ = lay(body, f"p {{ font-variant-numeric: lining-nums }} {styles}")
    assert len(laid.pages) == 1
