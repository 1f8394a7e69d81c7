"""Test ``Record.holds``: each way in which a build can differ from its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject, tiny_png
from triptych.engine.build_records import BuildRecord, make_build_key
from triptych.folders import get_templates_folder
from triptych.project import MAX_FILE_SIZE, Project


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project({"source/book.yaml": "a", "source/sub/a.md": "b"})


def test_empty_record_is_valid(project: Project) -> None:
    assert BuildRecord("key", {}, {}).is_current(project, "key")


def test_missing_input_that_is_still_missing_needs_no_build(project: Project) -> None:
    assert project.locate_file("dot.png", referring_file="source/sub/a.md") is None
    assert BuildRecord("key", dict(project.digests), {}).is_current(Project(project.root, environ={}), "key")


@pytest.mark.parametrize("place", ["source/sub/dot.png", "source/dot.png"])
def test_missing_input_that_now_exists_needs_a_build(project: Project, place: str) -> None:
    project.locate_file("dot.png", referring_file="source/sub/a.md")
    record = BuildRecord("key", dict(project.digests), {})
    (project.root / place).write_bytes(tiny_png())
    assert not record.is_current(Project(project.root, environ={}), "key")


def test_input_that_now_links_outside_the_project_needs_a_build(project: Project, tmp_path: Path) -> None:
    project.read_bytes("source/sub/a.md")
    record = BuildRecord("key", dict(project.digests), {})
    (tmp_path / "same.md").write_text("b")
    (project.root / "source/sub/a.md").unlink()
    (project.root / "source/sub/a.md").symlink_to(tmp_path / "same.md")
    assert not record.is_current(project, "key")


@pytest.mark.parametrize("change", ["folder", "large"])
def test_input_that_is_now_too_large_or_no_file_needs_a_build(project: Project, change: str) -> None:
    project.read_bytes("source/sub/a.md")
    record = BuildRecord("key", dict(project.digests), {})
    path = project.root / "source/sub/a.md"
    path.unlink()
    if change == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(MAX_FILE_SIZE + 1)
    assert not record.is_current(project, "key")


def test_output_that_is_now_a_folder_needs_a_build(project: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert not BuildRecord("key", {}, {str(tmp_path / "out"): "0" * 64}).is_current(project, "key")


def test_key_contains_the_overridden_templates(project: Project) -> None:
    keys = {make_build_key(project, [])}
    for name in ("a.j2", "b.j2"):
        path = project.root / "templates" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("p {}")
        keys.add(make_build_key(project, []))
        path.unlink()
    assert len(keys) == 3


def test_built_in_templates_of_a_checkout_are_not_overrides() -> None:
    """Test that built-in templates do not count as overrides, since the program's digest includes them."""
    checkout = Project(get_templates_folder().parent, environ={})
    elsewhere = Project(get_templates_folder(), environ={})
    assert make_build_key(checkout, []) == make_build_key(elsewhere, [])
