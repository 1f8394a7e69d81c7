"""Test that several names in one text become several people."""

from __future__ import annotations

import pytest

from triptych_import.importer import split_authors


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("A, B and C", ["A", "B", "C"]),
        ("Ada Lovelace, Bob Ray", ["Ada Lovelace", "Bob Ray"]),
        ("Lovelace, Ada", ["Lovelace, Ada"]),
        ("Lovelace, Ada; Ray, Bob", ["Lovelace, Ada", "Ray, Bob"]),
        ("Bob Ray, Jr. & Ada Byron, PhD", ["Bob Ray, Jr.", "Ada Byron, PhD"]),
        ("Ana Gil y Eva Luz", ["Ana Gil", "Eva Luz"]),
        ("Contributions from the Rust Community", ["Contributions from the Rust Community"]),
        ("Sandy Andersen", ["Sandy Andersen"]),
        ("", []),
    ],
)
def test_names(text: str, people: list[str]) -> None:
    assert list(split_authors(text)) == people
