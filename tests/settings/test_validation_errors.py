"""Test that each error of Pydantic becomes one diagnostic, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from triptych.settings.validation_errors import drop_misspelt_key_errors


class Key(str):
    """A key that counts comparisons."""

    __slots__ = ()
    compared: ClassVar[list[str]] = []

    def __eq__(self, other: object) -> bool:
        Key.compared.append(self)
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def error(kind: str, *location: str) -> dict[str, object]:
    return {"type": kind, "loc": location}


def kept(problems: Sequence[dict[str, object]]) -> list[object]:
    return [problem["loc"] for problem in drop_misspelt_key_errors(problems) if problem["type"] == "missing"]


def test_unknown_keys_are_not_compared_with_each_other() -> None:
    Key.compared.clear()
    problems = [error("extra_forbidden", Key(f"key-{number}")) for number in range(500)]
    assert drop_misspelt_key_errors([*problems, error("missing", "book")]) == [
        *problems,
        error("missing", "book"),
    ]
    assert len(Key.compared) < 10 * len(problems)


def test_missing_key_is_not_reported_if_misspelt_or_misplaced() -> None:
    misspelt = error("extra_forbidden", "book", "tilte")
    assert kept([misspelt, error("missing", "book", "title")]) == []
    assert kept([misspelt, error("missing", "title")]) == [("title",)]
    assert kept([error("extra_forbidden", "title"), error("missing", "book", "title")]) == []
    assert kept([error("string_type", "book", "title"), error("missing", "book", "title")]) == [
        ("book", "title")
    ]
