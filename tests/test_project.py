"""Test project folders: files outside are not read, and text is normalised."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.engine.build_records import BuildRecord
from triptych.project import CHANGED_FILE, MAX_FILE_SIZE, Project, UnsafePathError

FILES = {
    "source/book.yaml": "",
    "source/one/section.md": "text",
    "source/one/pic.png": b"1",
    "source/pic.png": b"2",
}


class TestLocate:
    def test_file_next_to_the_referring_file_comes_first(self, make_project: MakeProject) -> None:
        project = make_project(FILES)
        assert project.locate_file("pic.png", referring_file="source/one/section.md") == "source/one/pic.png"

    def test_file_next_to_the_manifest_comes_second(self, make_project: MakeProject) -> None:
        project = make_project({**FILES, "source/data.csv": ""})
        assert project.locate_file("data.csv", referring_file="source/one/section.md") == "source/data.csv"

    def test_missing_file_is_none(self, make_project: MakeProject) -> None:
        assert make_project(FILES).locate_file("gone.png") is None

    def test_folder_is_not_a_file(self, make_project: MakeProject) -> None:
        assert make_project(FILES).locate_file("one") is None

    def test_a_way_up_within_the_project_is_fine(self, make_project: MakeProject) -> None:
        project = make_project({**FILES, "shared/pic.png": b"3"})
        assert project.locate_file("../shared/pic.png") == "shared/pic.png"

    @pytest.mark.parametrize("path", ["/etc/hostname", "~/x", "C:\\x", "a\\b", "a\0b"])
    def test_absolute_path_is_rejected(self, make_project: MakeProject, path: str) -> None:
        with pytest.raises(UnsafePathError):
            make_project(FILES).locate_file(path)

    @pytest.mark.parametrize("path", ["../../x", "one/../../../x", "../../../../etc/hostname"])
    def test_path_outside_the_project_is_rejected(self, make_project: MakeProject, path: str) -> None:
        with pytest.raises(UnsafePathError):
            make_project(FILES).locate_file(path)

    def test_link_outside_the_project_is_rejected(self, make_project: MakeProject, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("secret")
        project = make_project(FILES)
        (project.root / "source/link.txt").symlink_to(tmp_path / "secret.txt")
        with pytest.raises(UnsafePathError):
            project.locate_file("link.txt")
        with pytest.raises(UnsafePathError):
            project.read_bytes("source/link.txt")

    def test_linked_folder_outside_the_project_is_rejected(
        self, make_project: MakeProject, tmp_path: Path
    ) -> None:
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets/secret.txt").write_text("secret")
        project = make_project(FILES)
        (project.root / "source/link").symlink_to(tmp_path / "secrets")
        with pytest.raises(UnsafePathError):
            project.locate_file("link/secret.txt")

    def test_a_link_within_the_project_is_followed(self, make_project: MakeProject) -> None:
        project = make_project(FILES)
        (project.root / "source/link.png").symlink_to(project.root / "source/pic.png")
        assert project.read_bytes("source/link.png") == b"2"

    def test_self_link_is_not_a_file(self, make_project: MakeProject) -> None:
        project = make_project(FILES)
        loop = project.root / "source/loop.png"
        loop.symlink_to(loop)
        try:
            assert project.locate_file("loop.png") is None
        except UnsafePathError:
            pass

    def test_overlong_name_is_not_a_file(self, make_project: MakeProject) -> None:
        try:
            assert make_project(FILES).locate_file("x" * 5000) is None
        except UnsafePathError:
            pass

    def test_path_through_a_sibling_folder_is_rejected(self, make_project: MakeProject) -> None:
        """Test that ``project-10``, which starts with ``project-1``, is another folder."""
        project = make_project(FILES)
        sibling = project.root.with_name(project.root.name + "0")
        sibling.mkdir()
        (sibling / "x").write_text("x")
        with pytest.raises(UnsafePathError):
            project.locate_file(f"../../{sibling.name}/x")


class TestTree:
    """Test the list of all files of a folder, such as that of the project's templates."""

    def test_files_of_all_depths_and_links_within_the_project(self, make_project: MakeProject) -> None:
        project = make_project({**FILES, "templates/epub/style.css.j2": "", "templates/a.j2": ""})
        (project.root / "templates/pictures").symlink_to(project.root / "source/one")
        (project.root / "templates/epub/loop").symlink_to(project.root / "templates")
        (project.root / "templates/gone").symlink_to(project.root / "templates/nowhere")
        assert project.list_tree("templates") == (
            [
                "templates/a.j2",
                "templates/epub/style.css.j2",
                "templates/pictures/pic.png",
                "templates/pictures/section.md",
            ],
            {},
        )
        assert project.find_templates_folder() == project.root / "templates"

    def test_links_out_of_the_project_are_named_and_not_followed(
        self, make_project: MakeProject, tmp_path: Path
    ) -> None:
        project = make_project({"templates/a.j2": "", "templates/epub/b.j2": ""})
        (tmp_path / "c.j2").write_text("")
        (project.root / "templates/epub/c.j2").symlink_to(tmp_path / "c.j2")
        (project.root / "templates/all").symlink_to("/")
        outside = ["templates/all", "templates/epub/c.j2"]
        files, rejected = project.list_tree("templates")
        assert (files, list(rejected)) == (["templates/a.j2", "templates/epub/b.j2"], outside)
        assert project.find_templates_folder() is None

    def test_linked_folder_is_not_walked(self, make_project: MakeProject) -> None:
        project = make_project({})
        (project.root / "templates").symlink_to("/")
        files, rejected = project.list_tree("templates")
        assert (files, list(rejected)) == ([], ["templates"])

    def test_missing_folder_is_empty(self, make_project: MakeProject) -> None:
        assert make_project({}).list_tree("templates") == ([], {})
        assert make_project({}).find_templates_folder() is None


class TestReading:
    def test_bytes_are_remembered_with_their_digest(self, make_project: MakeProject) -> None:
        project = make_project(FILES)
        assert project.read_bytes("source/pic.png") == b"2"
        assert project.digests == {"source/pic.png": hashlib.sha256(b"2").hexdigest()}

    def test_missing_file_is_reported(self, make_project: MakeProject) -> None:
        with pytest.raises(FileNotFoundError):
            make_project(FILES).read_bytes("source/gone.md")

    def test_file_over_the_limit_is_rejected(self, make_project: MakeProject) -> None:
        project = make_project(FILES)
        with (project.root / "source/large.bin").open("wb") as file:
            file.truncate(MAX_FILE_SIZE + 1)
        with pytest.raises(UnsafePathError):
            project.read_bytes("source/large.bin")

    def test_folder_or_device_is_rejected(self, make_project: MakeProject) -> None:
        with pytest.raises(UnsafePathError):
            make_project(FILES).read_bytes("source")

    def test_line_ends_of_all_systems_become_one(self, make_project: MakeProject) -> None:
        project = make_project({"source/a.md": b"one\r\ntwo\rthree\n"})
        assert project.read_text("source/a.md") == "one\ntwo\nthree\n"

    def test_byte_order_mark_is_removed(self, make_project: MakeProject) -> None:
        assert make_project({"source/a.md": b"\xef\xbb\xbfone"}).read_text("source/a.md") == "one"

    def test_other_encodings_are_rejected(self, make_project: MakeProject) -> None:
        with pytest.raises(UnicodeDecodeError):
            make_project({"source/a.md": "Grüße".encode("latin-1")}).read_text("source/a.md")


class TestEnvironment:
    def test_no_instant_without_source_date_epoch(self, tmp_path: Path) -> None:
        assert Project(tmp_path, environ={}).epoch is None

    def test_source_date_epoch_is_an_instant_in_utc(self, tmp_path: Path) -> None:
        project = Project(tmp_path, environ={"SOURCE_DATE_EPOCH": "1700000000"})
        assert project.epoch == dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)

    @pytest.mark.parametrize("text", ["tomorrow", "1e9", "1.5"])
    def test_invalid_source_date_epoch_is_reported(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ValueError):
            _ = Project(tmp_path, environ={"SOURCE_DATE_EPOCH": text}).epoch


@pytest.mark.parametrize("earlier", ["one", None])
def test_file_that_changes_while_read_has_no_digest(make_project: MakeProject, earlier: str | None) -> None:
    project = make_project({"source/a.md": earlier} if earlier else {})
    if earlier:
        project.read_bytes("source/a.md")
    else:
        project.has_file("source/a.md")
    (project.root / "source").mkdir(exist_ok=True)
    (project.root / "source/a.md").write_text("two")
    for _ in range(2):
        project.read_bytes("source/a.md")
        assert project.digests == {"source/a.md": CHANGED_FILE}
    assert not BuildRecord("key", dict(project.digests), {}).is_current(
        Project(project.root, environ={}), "key"
    )


class TestNamesThatAreNotUtf8:
    @pytest.fixture
    def project(self, make_project: MakeProject) -> Project:
        project = make_project({"source/a.md": "", "templates/b.j2": ""})
        for folder in ("source", "templates"):
            try:
                Path(os.fsdecode(os.fsencode(project.root / folder) + b"/x\xff.md")).write_text("")
            except OSError:
                pytest.skip("this file system has no such names")
        return project

    def test_special_files_are_not_listed(self, project: Project) -> None:
        assert project.list_source_files() == ["a.md"]
        assert project.list_siblings("source/a.md", ".md") == ["source/a.md"]

    def test_tree_rejects_special_files(self, project: Project) -> None:
        files, rejected = project.list_tree("templates")
        assert files == ["templates/b.j2"]
        assert {name: str(error) for name, error in rejected.items()} == {
            "templates/x\N{REPLACEMENT CHARACTER}.md": (
                'the name of "templates/x\N{REPLACEMENT CHARACTER}.md" is not UTF-8'
            )
        }

    def test_special_files_cannot_be_read(self, project: Project) -> None:
        with pytest.raises(UnsafePathError, match="is not UTF-8"):
            project.read_bytes("source/x\udcff.md")


def test_self_link_is_rejected_and_missing_permission_is_not(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project({"source/a.md": ""})
    (project.root / "source/loop").symlink_to("loop")
    with pytest.raises(UnsafePathError, match="the link points to itself"):
        project.read_bytes("source/loop")

    def refuse(path: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "stat", refuse)
    with pytest.raises(PermissionError):
        project.read_bytes("source/a.md")


class TestUnsavedTexts:
    def test_an_unsaved_text_replaces_the_content_of_a_file(self, make_project: MakeProject) -> None:
        root = make_project(FILES).root
        project = Project(root, unsaved_texts={"source/one/section.md": "tëxt"})
        assert project.read_text("source/one/section.md") == "tëxt"
        assert project.get_digest("source/one/section.md") == hashlib.sha256("tëxt".encode()).hexdigest()

    def test_a_document_that_was_never_saved_is_a_file(self, make_project: MakeProject) -> None:
        project = Project(make_project(FILES).root, unsaved_texts={"source/new.md": "new"})
        assert project.locate_file("new.md") == "source/new.md"
        assert project.read_text("source/new.md") == "new"

    def test_unsaved_text_outside_the_project_is_rejected(self, make_project: MakeProject) -> None:
        project = Project(make_project(FILES).root, unsaved_texts={"../other.md": "new"})
        with pytest.raises(UnsafePathError):
            project.read_text("../other.md")

    def test_an_unsaved_text_has_the_limit_of_a_file(self, make_project: MakeProject) -> None:
        text = "x" * (MAX_FILE_SIZE + 1)
        project = Project(make_project(FILES).root, unsaved_texts={"source/one/section.md": text})
        with pytest.raises(UnsafePathError, match="the limit is 64 MB"):
            project.read_text("source/one/section.md")
