"""Test that a build only runs again if an input, an option or an output has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.engine.build_records import BuildRecord, make_build_key, read_record, write_record
from triptych.project import Project


@pytest.fixture
def built(make_project: MakeProject, tmp_path: Path) -> tuple[Project, BuildRecord, Path]:
    project = make_project({"source/book.yaml": "a", "source/a.md": "b"})
    project.read_bytes("source/book.yaml")
    project.read_bytes("source/a.md")
    output = tmp_path / "book.pdf"
    output.write_bytes(b"pdf")
    outputs = {str(output): hashlib.sha256(b"pdf").hexdigest()}
    return project, BuildRecord("key", dict(project.digests), outputs), output


def test_unchanged_inputs_need_no_build(built) -> None:
    project, record, _ = built
    assert record.is_current(project, "key")


def test_other_options_need_another_build(built) -> None:
    project, record, _ = built
    assert not record.is_current(project, "other")


@pytest.mark.parametrize("change", ["edit", "delete"])
def test_changed_input_needs_another_build(built, change: str) -> None:
    project, record, _ = built
    path = project.root / "source/a.md"
    path.write_text("c") if change == "edit" else path.unlink()
    assert not record.is_current(project, "key")


@pytest.mark.parametrize("change", ["edit", "delete"])
def test_changed_output_needs_another_build(built, change: str) -> None:
    project, record, output = built
    output.write_text("c") if change == "edit" else output.unlink()
    assert not record.is_current(project, "key")


def test_record_round_trips(tmp_path: Path) -> None:
    record = BuildRecord("key", {"b": "2", "a": "1"}, {"o": "3"}, ({"code": "ACC001"},))
    write_record(tmp_path / "r.json", record)
    assert read_record(tmp_path / "r.json") == record


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"key": 1}', b"\xff", b"null"])
def test_unreadable_record_is_ignored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.json").write_bytes(content)
    assert read_record(tmp_path / "r.json") is None


def test_the_key_depends_on_the_options_and_the_date(make_project: MakeProject) -> None:
    project = make_project({"source/book.yaml": ""})
    dated = Project(project.root, environ={"SOURCE_DATE_EPOCH": "1"})
    keys = {
        make_build_key(project, ["a"]),
        make_build_key(project, ["b"]),
        make_build_key(dated, ["a"]),
        make_build_key(project, ["a", ""]),
    }
    assert len(keys) == 4


def test_the_key_depends_on_the_templates_of_the_project(make_project: MakeProject) -> None:
    project = make_project({"source/book.yaml": ""})
    before = make_build_key(project, [])
    (project.root / "templates/print").mkdir(parents=True)
    (project.root / "templates/print/book.css.j2").write_text("p {}")
    with_template = make_build_key(project, [])
    (project.root / "templates/epub").symlink_to("/")
    assert len({before, with_template, make_build_key(project, [])}) == 3
