"""Count how many elements the selectors of a style sheet may have to test.

Each descendant or sibling combinator tests all ancestors or preceding siblings of an element, and the next
one tests all those before them. Eight combinators in one selector take seconds per element.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from typing import Any

_TESTED = frozenset("not is where matches has any -webkit-any nth-child nth-last-child".split())
_MAX_STEPS = 60  # the number of tests is beyond every limit


@dataclass(frozen=True, slots=True)
class SelectorSteps:
    """The combinators of a selector that test many elements, and the number of its alternatives."""

    ancestors: int = 0
    siblings: int = 0
    descendants: int = 0
    alternatives: int = 1

    def __add__(self, other: SelectorSteps) -> SelectorSteps:
        return SelectorSteps(
            self.ancestors + other.ancestors,
            self.siblings + other.siblings,
            self.descendants + other.descendants,
            self.alternatives * other.alternatives,
        )

    def count_tries(self, *, depth: int, siblings: int, descendants: int) -> int:
        """Return the maximum number of tests per element, given the levels and elements of a document."""
        if self.ancestors + self.siblings + self.descendants > _MAX_STEPS:
            return 1 << 62
        tries = _count_subsets(depth, self.ancestors) * _count_subsets(siblings, self.siblings)
        return int(tries * descendants**self.descendants * self.alternatives)


def list_steps(selectors: Iterable[Any]) -> list[SelectorSteps]:
    """Return the steps of each selector in a list, given as tokens of tinycss2."""
    token_groups: list[list[Any]] = [[]]
    for token in selectors:
        if token == ",":
            token_groups.append([])
        else:
            token_groups[-1].append(token)
    return list(map(_count_steps, token_groups))


def _count_steps(selector: list[Any]) -> SelectorSteps:
    """Count the combinators of a selector, including those in ``:not()`` and other functions."""
    steps = SelectorSteps()
    waiting = [selector]
    alternatives = 1
    while waiting:
        before = ""  # type of the last token of a compound selector, and whether a space follows
        for token in waiting.pop():
            if token.type == "whitespace":
                before += " " if before else ""
                continue
            combinator = token.value if token.type == "literal" and token.value in ">+~," else ""
            if combinator == "~":
                steps += SelectorSteps(siblings=1)
            elif combinator == ",":
                alternatives += 1
            elif not combinator and before.endswith(" "):
                steps += SelectorSteps(ancestors=1)
            before = "" if combinator else token.type
            if token.type != "function" or token.lower_name not in _TESTED:
                continue
            if token.lower_name == "has":
                steps += SelectorSteps(descendants=1)
            elif token.lower_name.startswith("nth-"):
                if all(getattr(nested, "lower_value", "") != "of" for nested in token.arguments):
                    continue
                steps += SelectorSteps(siblings=1)
            waiting.append(list(token.arguments))
    return steps + SelectorSteps(alternatives=alternatives)


def _count_subsets(number: int, largest: int) -> int:
    """Return the number of ways to choose up to ``largest`` of ``number`` elements."""
    return sum(comb(number, size) for size in range(largest + 1))
