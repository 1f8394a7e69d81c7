"""The colours of xcolor."""

from __future__ import annotations

import pytest

from triptych.media.formulas.xcolor import resolve_colour


@pytest.mark.parametrize(
    ("expression", "colour"),
    [
        ("red", "#ff0000"),
        ("ForestGreen", "#00e000"),
        ("red!50", "#ff8080"),
        ("red!50!blue", "#800080"),
        ("red!20!green!50", "#99e680"),
        ("-red", "#00ffff"),
        ("[rgb]0,0.5,1", "#0080ff"),
        ("[RGB]0,128,255", "#0080ff"),
        ("[HTML]0080ff", "#0080ff"),
        ("[gray]0.5", "#808080"),
        ("[cmyk]0,1,0,0.5", "#800080"),
        ("[HTML]0080ff!50", "#80c0ff"),
        ("nothing", None),
        ("red!x", None),
        ("[HTML]12", None),
        ("[rgb]1,0", None),
        ("", None),
    ],
)
def test_an_expression_is_a_colour(expression: str, colour: str | None) -> None:
    assert resolve_colour(expression) == colour
