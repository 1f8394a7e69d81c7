"""Entries that pandoc accepts and their author did not mean."""

from __future__ import annotations

from typing import Any

import pytest

from triptych.reading.references.entry_mistakes import likely_mistakes


def _found(fields: str, entries: list[dict[str, Any]] | None = None, path: str = "a.bib") -> list[str]:
    data = f"@book{{key,\n  title = {{T}},\n  {fields}\n}}\n".encode()
    return [f"{one.span} {one.message}; {one.hint}" for one in likely_mistakes(path, data, entries or [])]


@pytest.mark.parametrize(
    ("field", "meant"),
    [("yaer", "year"), ("auhtor", "author"), ("jounral", "journal"), ("Publsher", "publisher")],
)
def test_a_misspelt_field_is_reported_at_its_place(field: str, meant: str) -> None:
    assert _found(f"{field} = {{X}}") == [
        f'a.bib:3:3 unknown bibliography field "{field}"; did you mean "{meant}"?'
    ]


@pytest.mark.parametrize(
    "fields", ["owner = {me},", "timestamp = {2020},", "Year = 2020,", "yearr = {1},\n  year = {2020}"]
)
def test_other_fields_are_those_of_reference_managers(fields: str) -> None:
    assert _found(fields) == []


def test_other_formats_are_not_looked_at() -> None:
    assert _found("yaer = {2020}", path="a.json") == []


@pytest.mark.parametrize(
    ("suffix", "reported"), [("Karl Brandt", True), ("Jr.", False), ("III", False), ("Jr. PhD", False)]
)
def test_authors_joined_by_commas_are_reported(suffix: str, *, reported: bool) -> None:
    entry = {"id": "key", "author": [{"family": "Ada Okoro", "suffix": suffix, "given": "Tom Hill"}]}
    assert bool(_found("", [entry])) is reported
