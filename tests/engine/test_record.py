"""``Record.holds``: each way in which a build may differ from the one written down."""

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


def test_a_record_of_nothing_holds(project: Project) -> None:
    assert BuildRecord("key", {}, {}).is_current(project, "key")


def test_what_was_looked_for_in_vain_and_is_still_not_there_changes_nothing(project: Project) -> None:
    assert project.locate_file("dot.png", referring_file="source/sub/a.md") is None
    assert BuildRecord("key", dict(project.digests), {}).is_current(Project(project.root, environ={}), "key")


@pytest.mark.parametrize("place", ["source/sub/dot.png", "source/dot.png"])
def test_what_was_looked_for_in_vain_and_has_come_asks_for_another_build(
    project: Project, place: str
) -> None:
    project.locate_file("dot.png", referring_file="source/sub/a.md")
    record = BuildRecord("key", dict(project.digests), {})
    (project.root / place).write_bytes(tiny_png())
    assert not record.is_current(Project(project.root, environ={}), "key")


def test_an_input_that_leads_out_of_the_project_by_now_asks_for_another_build(
    project: Project, tmp_path: Path
) -> None:
    project.read_bytes("source/sub/a.md")
    record = BuildRecord("key", dict(project.digests), {})
    (tmp_path / "same.md").write_text("b")
    (project.root / "source/sub/a.md").unlink()
    (project.root / "source/sub/a.md").symlink_to(tmp_path / "same.md")
    assert not record.is_current(project, "key")


@pytest.mark.parametrize("change", ["folder", "large"])
def test_an_input_that_is_no_longer_a_file_of_reasonable_size_asks_for_another_build(
    project: Project, change: str
) -> None:
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


def test_an_output_that_is_a_folder_by_now_asks_for_another_build(project: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert not BuildRecord("key", {}, {str(tmp_path / "out"): "0" * 64}).is_current(project, "key")


def test_the_key_knows_which_template_is_overridden(project: Project) -> None:
    keys = {make_build_key(project, [])}
    for name in ("a.j2", "b.j2"):
        path = project.root / "templates" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("p {}")
        keys.add(make_build_key(project, []))
        path.unlink()
    assert len(keys) == 3


def test_built_in_templates_are_no_overrides_of_a_checkout() -> None:
    """The program's digest holds them already."""
    checkout = Project(get_templates_folder().parent, environ={})
    elsewhere = Project(get_templates_folder(), environ={})
    assert make_build_key(checkout, []) == make_build_key(elsewhere, [])
