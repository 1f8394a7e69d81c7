"""Test that unused files are reported, except for those that other programs leave behind."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write_files
from triptych.diagnostics import group_findings, group_key
from triptych.engine.cache import Cache
from triptych.project import Project
from triptych.stages import read_project

PROJECT = {
    "source/book.yaml": "lang: en\nbook:\n  title: T\n  author: A\n  chapters: [a.md]\n",
    "source/a.md": "# A\n\nText.\n",
}
LEFT_BEHIND = [
    "templates/__pycache__/x.cpython-311.pyc", "templates/.DS_Store", "templates/print/Thumbs.db", "templates/.git/x",
    "source/node_modules/x/guide.md", "source/.venv/lib/notes.md", "source/__pycache__/b.md",
]  # fmt: skip


def found_in(folder: Path, cache: Cache) -> list[str]:
    _, _, findings = read_project(Project(folder, environ={}), cache)
    return [finding.code for finding in findings if finding.code.startswith(("LNT", "TPL", "MAN"))]


def test_files_of_other_programs_are_not_reported(tmp_path: Path, shared_cache: Cache) -> None:
    files = PROJECT | dict.fromkeys(LEFT_BEHIND, "x")
    assert found_in(write_files(tmp_path, files), shared_cache) == []


def test_hundreds_of_unused_templates_are_one_entry(tmp_path: Path, shared_cache: Cache) -> None:
    unused = {f"templates/print/old/{number}.css.j2": "x" for number in range(180)}
    project = Project(write_files(tmp_path, PROJECT | unused), environ={})
    _, _, findings = read_project(project, shared_cache)
    (entry,) = group_findings([finding for finding in findings if finding.code == "TPL003"], group_key)
    assert 1 + len(entry.also) + len(entry.rest) == 180


def test_files_of_the_author_are(tmp_path: Path, shared_cache: Cache) -> None:
    files = PROJECT | {"templates/print/bok.css.j2": "x", "source/b.md": "# B\n"}
    assert sorted(found_in(write_files(tmp_path, files), shared_cache)) == ["LNT017", "TPL003"]
