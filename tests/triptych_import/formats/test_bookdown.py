"""Test the order of the chapters of a bookdown project."""

from __future__ import annotations

from typing import Any

import pytest

from triptych_import.formats.bookdown import order_chapters

FILES = ["02-end.Rmd", "01-start.Rmd", "_draft.Rmd", "index.Rmd", "more/a.Rmd", "more/_b.Rmd", "notes.md"]
BY_NAME = ["index.Rmd", "01-start.Rmd", "02-end.Rmd"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, BY_NAME),
        ({"rmd_files": []}, BY_NAME),
        ({"rmd_files": "index.Rmd"}, BY_NAME),
        ({"rmd_files": {"word": ["index.Rmd"]}}, BY_NAME),
        ({"rmd_files": ["02-end.Rmd", "notes.md"]}, ["02-end.Rmd", "notes.md"]),
        ({"rmd_files": {"html": ["index.Rmd", "notes.md"]}}, ["index.Rmd", "notes.md"]),
        ({"rmd_files": {"word": ["x.Rmd"], "latex": ["notes.md"], "html": ["y.md"]}}, ["notes.md"]),
        ({"rmd_subdir": True}, [*BY_NAME, "more/a.Rmd"]),
        ({"rmd_subdir": False}, BY_NAME),
        ({"rmd_subdir": True, "rmd_files": ["index.Rmd"]}, ["index.Rmd"]),
    ],
)
def test_chapters_follow_the_settings_or_else_the_file_names(
    settings: dict[str, Any], expected: list[str]
) -> None:
    assert order_chapters(settings, FILES) == expected


def test_file_extensions_of_chapters_may_be_lower_case() -> None:
    assert order_chapters({}, ["b.rmd", "index.Rmd", "a.RMD"]) == ["index.Rmd", "a.RMD", "b.rmd"]
