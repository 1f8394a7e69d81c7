"""Test that the time of rules grows linearly with the length of a line."""

from __future__ import annotations

import time

import pytest

from triptych.reading.line_scan import collect_heading_names
from triptych.reading.lint import fences, tables

_LENGTH = 20_000


@pytest.mark.parametrize(
    ("first", "again", "last"),
    [("# A", " ", "b"), ("# A", " #", "b"), ("# A ", "{", "}"), ("# A {", "}", "b")],
)
def test_names_of_headings(first: str, again: str, last: str) -> None:
    started = time.process_time()
    collect_heading_names([("", f"{first}{again * _LENGTH}{last}")])
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "pattern",
    [tables._RULE, tables._ROW, tables._ANY_RULE, fences._FENCE],
    ids=lambda pattern: pattern.pattern,
)
@pytest.mark.parametrize(
    ("first", "again", "last"), [("|", ":-|", "x"), ("|--", " ", "x"), ("", "-", "x"), ("::: a", " ", "x")]
)
def test_rules_and_rows(pattern, first: str, again: str, last: str) -> None:  # type: ignore[no-untyped-def]
    started = time.process_time()
    pattern.match(f"{first}{again * _LENGTH}{last}")
    assert time.process_time() - started < 1
