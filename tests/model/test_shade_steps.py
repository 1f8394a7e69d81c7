"""Test colour steps of values: diverging from zero, or over their range."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from triptych.model.tables import compute_shade_steps


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([1, 5, 9], [1, 5, 9]),
        ([0, None, 8], [1, 0, 9]),
        ([-8, 0], [-9, -1]),
        ([-9, -5, -1], [-9, -5, -1]),
        ([-4, 0, 8], [-5, 1, 9]),
        ([-8, 4], [-9, 5]),
        ([3, 3], [1, 1]),
        ([0, 0], [1, 1]),
        ([-3], [-1]),
    ],
)
def test_a_step_is_paler_the_nearer_a_value_is_to_zero_or_to_the_rest(
    values: Sequence[float | None], steps: list[int]
) -> None:
    assert compute_shade_steps(values) == steps
