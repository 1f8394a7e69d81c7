"""Test finding code in a text without pandoc."""

from __future__ import annotations

import time

import pytest

from triptych.reading.line_scan import scan_lines


def test_code_in_quotations_and_lists_is_found() -> None:
    fences = scan_lines(["> > ```", "> > x", "> > ```", "- ~~~", "  y", "  ~~~"]).fences
    assert [(fence.start, fence.prefix) for fence in fences] == [(1, "> > "), (4, "- ")]


@pytest.mark.parametrize("marks", ["> > >  ", "-   ", "1.  ", "> \t> "])
def test_marks_without_code_take_linear_time(marks: str) -> None:
    """Test that spaces between two markers are matched once: otherwise, each would double the time."""
    before = time.process_time()
    assert scan_lines([marks * 200]).fences == ()
    assert time.process_time() - before < 1
