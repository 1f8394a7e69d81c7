"""Test the estimate of how many elements a selector is matched against."""

from __future__ import annotations

import pytest
import tinycss2

from triptych.theme.selector_costs import SelectorSteps, list_steps


@pytest.mark.parametrize(
    ("selector", "steps"),
    [
        ("p", SelectorSteps()),
        (" p.a > em + b:hover ", SelectorSteps()),
        ("p em", SelectorSteps(ancestors=1)),
        ("p  em .b *", SelectorSteps(ancestors=3)),
        ("p ~ em~b", SelectorSteps(siblings=2)),
        ("> p em", SelectorSteps(ancestors=1)),
        (":has(a b)", SelectorSteps(ancestors=1, descendants=1)),
        ("p:not(a b, c, d)", SelectorSteps(ancestors=1, alternatives=3)),
        (":is(a, b):where(c, d) e", SelectorSteps(ancestors=1, alternatives=3)),
        (":lang(a, b c)", SelectorSteps()),
        (":nth-child(2n + 1)", SelectorSteps()),
        (":nth-child(1 of a ~ b)", SelectorSteps(ancestors=2, siblings=2)),
        ("[a='b c'] em", SelectorSteps(ancestors=1)),
    ],
)
def test_combinators_and_functions_are_steps(selector: str, steps: SelectorSteps) -> None:
    assert list_steps(tinycss2.parse_component_value_list(selector)) == [steps]


def test_selectors_of_a_list_are_counted_separately() -> None:
    tokens = tinycss2.parse_component_value_list("a, b c, :is(d, e)")
    assert list_steps(tokens) == [SelectorSteps(), SelectorSteps(ancestors=1), SelectorSteps(alternatives=2)]


@pytest.mark.parametrize(
    ("steps", "tries"),
    [
        (SelectorSteps(), 1),
        (SelectorSteps(ancestors=1), 1 + 5),
        (SelectorSteps(ancestors=2), 1 + 5 + 10),
        (SelectorSteps(siblings=2), 1 + 7 + 21),
        (SelectorSteps(descendants=2), 9),
        (SelectorSteps(ancestors=1, siblings=1, descendants=1, alternatives=2), 6 * 8 * 3 * 2),
        (SelectorSteps(ancestors=20, siblings=20, descendants=20), 2**5 * 2**7 * 3**20),
        (SelectorSteps(ancestors=21, siblings=20, descendants=20), 1 << 62),
    ],
)
def test_each_step_tries_all_elements_with_those_of_the_next(steps: SelectorSteps, tries: int) -> None:
    assert steps.count_tries(depth=5, siblings=7, descendants=3) == tries


def test_steps_of_nested_rules_add_up() -> None:
    outer = SelectorSteps(ancestors=1, siblings=2, descendants=3, alternatives=4)
    inner = SelectorSteps(ancestors=5, siblings=6, descendants=7, alternatives=8)
    assert outer + inner == SelectorSteps(ancestors=6, siblings=8, descendants=10, alternatives=32)
