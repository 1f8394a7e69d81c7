"""Test that the structure of stored values is checked before a step uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.store.serialisation import has_shape, parse_json

FINDING = Diagnostic(code="ENV006", message="a message")


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("a", str),
        (1, int),
        (1, float),
        (1.5, float),
        (True, bool),
        (None, str | None),
        (("a", 1), tuple[str, int]),
        ((), tuple[str, ...]),
        (("a", "b"), tuple[str, ...]),
        ([FINDING], list[Diagnostic]),
        ({"a": None}, dict[str, str | None]),
        ({"a": [1]}, Mapping[str, list[int]]),
        ({"a": object()}, dict[str, Any]),
        (FINDING, Diagnostic),
    ],
)
def test_values_of_a_shape(value: object, shape: Any) -> None:
    assert has_shape(value, shape)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (b"a", str),
        (True, int),
        (True, float),
        (1, bool),
        (1, str | None),
        (("a",), tuple[str, int]),
        (("a", "b"), tuple[str, int]),
        (["a"], tuple[str, ...]),
        (("a", 1), tuple[str, ...]),
        ([Span(path="a")], list[Diagnostic]),
        ({1: "a"}, dict[str, str]),
        ({"a": 1}, dict[str, str]),
        (["a"], dict[str, str]),
        (object.__new__(Diagnostic), Diagnostic),  # as if its fields were lost
    ],
)
def test_values_of_another(value: object, shape: Any) -> None:
    assert not has_shape(value, shape)


def test_json_of_another_shape_is_an_error() -> None:
    assert parse_json(b'["a"]', list[str]) == ["a"]
    for wrong in (b"[1]", b"{}", b"[", b"\xff"):
        with pytest.raises(ValueError):
            parse_json(wrong, list[str])
