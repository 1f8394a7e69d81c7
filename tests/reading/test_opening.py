"""Sections as they are opened, and what is said of those that cannot be."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.engine.cache import Cache
from triptych.stages import read_project


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        ('"one.md - two.md"', "list each file on a separate line"),
        (f'"gone.md{" " * 200}."', "check the path"),
    ],
)
def test_a_section_that_does_not_exist_has_a_hint(make_project: MakeProject, entry: str, hint: str) -> None:
    project = make_project({"source/book.yaml": f"book: {{title: A, chapters: [{entry}]}}\n"})
    found = read_project(project, Cache(None))[2]
    (finding,) = (one for one in found if one.code == "SEC001")
    assert finding.hint is not None and finding.hint.startswith(hint)
