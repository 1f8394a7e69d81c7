"""Test that no regular expression takes quadratic time on an author's text."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from types import FrameType

import pytest

from tests.regular_expressions import Expression, find_expressions, make_attacks

PROGRAM = Path(__file__).parents[1] / "pipeline" / "triptych"
MODULES = (
    "charts",
    "data",
    "languages",
    "markup",
    "model",
    "passes",
    "reading",
    "settings",
    "text_problems",
    "writers",
    "yaml_text",
)
_SIZE = 15_000
_SECONDS = 0.04  # a scan in one pass takes 0.002 s, and one that starts again at each character 0.07 to 0.7 s
# Patterns that are not used on the texts for which they are slow.
_SPARED = {
    "triptych/reading/lint/attributes:_TOKEN": "the attributes have at most 2,000 characters",
    "triptych/reading/lint/fences:_FENCE": "it is matched with single lines",
    "triptych/yaml_text:_KEY": "it is matched with single lines",
    "triptych/yaml_text:_VALUE": "it is matched with single lines",
    "triptych/markup/xml:_CODE": "each element is closed",
    "triptych/writers/epub/page_markup:_FORMULA_WITH_PUNCTUATION": "each element is closed",
    "triptych/writers/epub/page_markup:_RANGE": "each element is closed",
    "triptych/writers/print/page_numbers:_PLACES": "each element is closed",
    "triptych/writers/epub/package": "each comment is closed",
}


class _Late(Exception):
    pass


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Late


def find_slow_text(expression: Expression) -> str:
    """Return the beginning of a text for which a pattern takes too long, or ""."""
    pattern = expression.pattern
    for text in make_attacks(pattern, _SIZE):
        for method in expression.methods:
            signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
            try:
                if method in ("match", "fullmatch", "search"):
                    getattr(pattern, method)(text)
                else:
                    pattern.sub("", text)
            except _Late:
                return f"{method} {text[:40]!r}"
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def _is_spared(expression: Expression) -> bool:
    place = expression.place
    return place in _SPARED or re.sub(r":[0-9]+$", "", place) in _SPARED


@pytest.mark.parametrize(
    ("pattern", "is_slow"),
    [
        (r"\w+://", True),
        (r"(?<!\w)\w++://", False),
        (r"(?:a|a)*b", True),
        (r"<[^>]*>", True),
        (r"<[^<>]*>", False),
    ],
)
def test_a_slow_pattern_is_found(pattern: str, is_slow: bool) -> None:
    before = signal.signal(signal.SIGVTALRM, _interrupt)
    try:
        assert bool(find_slow_text(Expression("", re.compile(pattern), frozenset({"search"})))) is is_slow
    finally:
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("module", MODULES)
def test_patterns_of_a_module_take_linear_time(module: str) -> None:
    before = signal.signal(signal.SIGVTALRM, _interrupt)
    try:
        slow = {
            expression.place: slow_text
            for expression in find_expressions(PROGRAM)
            if expression.place.split("/")[1].partition(":")[0] == module
            and not _is_spared(expression)
            and (slow_text := find_slow_text(expression))
        }
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert slow == {}
