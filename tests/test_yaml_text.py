"""Where things stand in YAML."""

from __future__ import annotations

import pytest

from triptych.yaml_text import load_yaml, place_in

TEXT = "a: 1\nb:\n  - x\n  - y: 2\nempty: {}\nnone: []\n"


@pytest.mark.parametrize(
    ("steps", "of_value", "of_key"),
    [
        ((), (1, 1), (1, 1)),
        (("a",), (1, 4), (1, 1)),
        (("b",), (3, 3), (2, 1)),
        (("b", 0), (3, 5), (3, 5)),
        (("b", 1, "y"), (4, 8), (4, 5)),
        (("gone",), (1, 1), (1, 1)),
        (("b", "of-a-union", 0), (3, 5), (3, 5)),
        (("b", 7), (3, 3), (2, 1)),
        (("a", "below"), (1, 4), (1, 1)),
        (("empty", "gone"), (5, 8), (5, 1)),
        (("empty", 0), (5, 8), (5, 1)),
        (("none", 0), (6, 7), (6, 1)),
    ],
)
def test_the_place_is_that_of_the_last_step_that_is_there(
    steps: tuple[str | int, ...], of_value: tuple[int, int], of_key: tuple[int, int]
) -> None:
    tree = load_yaml(TEXT)
    assert place_in(tree, steps) == of_value
    assert place_in(tree, steps, of_key=True) == of_key
