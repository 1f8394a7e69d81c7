"""Test opening of section files, and the errors for those that cannot be opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import Severity
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
    findings = read_project(project, Cache(None))[2]
    (finding,) = (item for item in findings if item.code == "SEC001")
    assert finding.hint is not None and finding.hint.startswith(hint)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("a folder", Path.mkdir),
        ("a named pipe", os.mkfifo),
        ("a socket", lambda path: os.mknod(path, 0o600 | stat.S_IFSOCK)),
    ],
)
@pytest.mark.parametrize(
    ("text", "code", "subject"),
    [
        ("", "SEC001", "section file"),
        ("{{< include other >}}\n", "INC001", "included file"),
        ("![A](other)\n", "IMG001", "image"),
        ("::: {.table data=other}\n:::\n", "DAT002", "data file"),
    ],
)
def test_other_kinds_of_files_are_named(
    make_project: MakeProject, kind: str, make: Callable[[Path], None], text: str, code: str, subject: str
) -> None:
    chapters = "one.md" if text else "other"
    manifest = f"book: {{title: A, chapters: [{chapters}]}}\n"
    project = make_project({"source/book.yaml": manifest, "source/one.md": f"# A\n\n{text}"})
    make(project.root / "source/other")
    findings = read_project(project, Cache(None))[2]
    assert (code, f'{subject} "other" is {kind}, not a file') in {
        (item.code, item.message) for item in findings
    }


@pytest.mark.parametrize("image", ["../../outside.png", "missing.png"])
def test_invalid_front_matter_image_is_reported_at_its_value(make_project: MakeProject, image: str) -> None:
    text = f"---\ntitle: A\nimage: {image}\n---\n\nText.\n"
    project = make_project(
        {"source/book.yaml": "book: {title: A, chapters: [one.md]}\n", "source/one.md": text}
    )
    findings = read_project(project, Cache(None))[2]
    assert [str(item.span) for item in findings if item.severity is Severity.ERROR] == ["source/one.md:3:8"]
