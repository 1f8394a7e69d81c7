"""Marks that meet are squeezed, and what other layouts share with theirs is left alone."""

from __future__ import annotations

from tests.writers.print.quires import lay


def test_features_that_styles_share_are_those_of_whole_texts_still() -> None:
    """Pango would shorten or free what a layout has of this kind, in whichever others it stands."""
    _, typesetter = lay("<p>字字。」字</p>", "p { font-variant-numeric: lining-nums }")
    (shared,) = typesetter._fonts.font_features.values()
    assert (shared.start_index, shared.end_index) == (0, 2**32 - 1)


def test_marks_at_the_start_of_texts_in_several_styles_are_set() -> None:
    """What one layout shared with others was freed here once."""
    styles = "".join(f".s{size} {{ font-size: {size}pt }} " for size in range(6, 14))
    body = "".join(f"<p class='s{size}'>。」字 12</p>" for size in range(6, 14))
    laid, _ = lay(body, f"p {{ font-variant-numeric: lining-nums }} {styles}")
    assert len(laid.pages) == 1
