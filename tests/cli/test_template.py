"""Test ``triptych template``: inspect a PowerPoint template, write one, or copy a page template."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from tests.conftest import write_files
from tests.e2e.deck_templates import pandoc
from triptych.cli import main
from triptych.folders import get_templates_folder
from triptych.theme.templating import list_replaceable_templates


def inspect(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["template", "inspect", *map(str, arguments)])


def new(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["template", "new", *map(str, arguments)])


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "brand.pptx"
    path.write_bytes(pandoc())
    return path


def test_layouts_are_listed_with_their_uses(template: Path) -> None:
    result = inspect(template)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "Size     720 × 405 pt"
    assert 'Layout "Section Header", type secHead' in lines
    assert any(line.startswith("  → chart, by type: title in") for line in lines)
    assert any(line.startswith("  → closing, as a fallback") for line in lines)


def test_programs_get_the_same_as_json(template: Path) -> None:
    report = json.loads(inspect(template, "--format", "json").output)
    by_name = {layout["name"]: layout for layout in report["layouts"]}
    assert by_name["Title Slide"]["used_for"] == {"title": "by type"}
    assert report["fonts"] == {"titles": "Calibri", "text": "Calibri"}
    assert report["colours"]["accent1"] == "4f81bd"
    assert report["roles"]["chart"] == {
        "title": '"Title 1"',
        "object": '"Content Placeholder 2"',
        "source": "a text box",
    }
    [title, content] = by_name["Title and Content"]["placeholders"]
    assert (title["kind"], content["kind"], content["size"]) == ("title", "obj", 24.0)
    assert report["without_layout"] == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_unsafe_template_is_rejected_with_the_reason(tmp_path: Path, form: str) -> None:
    path = tmp_path / "old.ppt"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    result = inspect(path, "--format", form)
    assert result.exit_code == 1
    assert "encrypted, or a .ppt" in result.output


@pytest.mark.parametrize("name", ["brand.pptx", "brand.potx"])
def test_a_new_template_has_a_layout_for_each_kind_of_slide(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    result = new(path)
    assert (result.exit_code, result.output) == (0, f"Wrote {path}.\n")
    report = json.loads(inspect(path, "--format", "json").output)
    assert report["colours"]["bg1"] == "ffffff"  # the text colour of content slides; the title slide is dark
    ways = {how for layout in report["layouts"] for how in layout["used_for"].values()}
    assert ways <= {"by type", "by name"}
    assert report["without_layout"] == []


def test_a_new_potx_has_the_content_type_of_a_template(tmp_path: Path) -> None:
    types = {}
    for ending in ("pptx", "potx"):
        new(tmp_path / f"brand.{ending}")
        with ZipFile(tmp_path / f"brand.{ending}") as package:
            types[ending] = package.read("[Content_Types].xml").decode()
    assert "presentationml.presentation.main+xml" in types["pptx"]
    assert "presentationml.template.main+xml" in types["potx"]
    assert "presentationml.presentation.main+xml" not in types["potx"]


def test_a_new_template_has_the_colours_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/book.yaml").write_text("book: {title: Report, chapters: [a.md]}\ntheme: brand.yaml\n")
    (tmp_path / "source/brand.yaml").write_text('extends: house\ncolours: {accent: "1f6f5c"}\n')
    assert new(tmp_path / "brand.pptx", "--project", tmp_path).exit_code == 0
    report = json.loads(inspect(tmp_path / "brand.pptx", "--format", "json").output)
    assert report["colours"]["accent1"] == "1f6f5c"


def test_a_new_template_needs_a_theme_without_errors(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/book.yaml").write_text("book: {title: Report, chapters: [a.md]}\ntheme: hous\n")
    result = new(tmp_path / "brand.pptx", "--project", tmp_path)
    assert result.exit_code == 1
    assert "error[THM001]" in result.output
    assert not (tmp_path / "brand.pptx").exists()


def test_missing_project_has_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "my-report").mkdir()
    result = new(tmp_path / "brand.pptx", "--project", tmp_path / "my-reprot")
    assert result.exit_code == 2
    assert 'Did you mean "my-report"?' in result.output


@pytest.mark.parametrize(
    ("name", "problem"), [("brand.pptx", "already exists"), ("brand.pdf", "must end in")]
)
def test_a_new_template_replaces_no_file_and_has_the_ending_of_powerpoint(
    tmp_path: Path, name: str, problem: str
) -> None:
    (tmp_path / name).write_text("mine")
    result = new(tmp_path / name)
    assert result.exit_code == 2
    assert problem in result.output
    assert (tmp_path / name).read_text() == "mine"


class TestCopy:
    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["template", "copy", *map(str, arguments)])

    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        return write_files(tmp_path, {"source/book.yaml": "book: {title: A, chapters: [a.md]}\n"})

    def test_built_in_template_is_copied_to_the_overriding_path(self, project: Path) -> None:
        name = "print/title-page.xhtml.j2"
        result = self.run(name, project)
        assert result.exit_code == 0, result.output
        copied = project / "templates" / name
        assert copied.read_bytes() == (get_templates_folder() / name).read_bytes()
        assert str(copied) in result.output

    def test_a_template_of_the_project_is_not_overwritten(self, project: Path) -> None:
        own = write_files(project, {"templates/print/front.xhtml.j2": "mine"}) / "templates"
        result = self.run("print/front.xhtml.j2", project)
        assert result.exit_code == 2
        assert "already exists" in result.output
        assert (own / "print/front.xhtml.j2").read_text() == "mine"

    @pytest.mark.parametrize(
        "linked", ["templates", "templates/print", "templates/print/title-page.xhtml.j2"]
    )
    def test_template_is_not_written_through_a_link_outside_the_project(
        self, project: Path, linked: str
    ) -> None:
        root, elsewhere = project / "report", project / "elsewhere"
        elsewhere.mkdir()
        write_files(root, {"source/book.yaml": "book: {title: A, chapters: [a.md]}\n"})
        (root / linked).parent.mkdir(parents=True, exist_ok=True)
        (root / linked).symlink_to(elsewhere / "new.j2" if linked.endswith(".j2") else elsewhere)
        result = self.run("print/title-page.xhtml.j2", root)
        assert (result.exit_code, list(elsewhere.iterdir())) == (2, [])
        assert "is outside the project folder" in result.output

    def test_manifest_in_place_of_the_project_is_an_error(self, project: Path) -> None:
        result = self.run("print/title-page.xhtml.j2", project / "source")
        assert result.exit_code == 2
        assert "DIR must be the folder that contains source/book.yaml. Did you mean" in result.output

    def test_unknown_name_has_a_suggestion(self, project: Path) -> None:
        result = self.run("print/titel-page.xhtml.j2", project)
        assert result.exit_code == 2
        assert 'Did you mean "print/title-page.xhtml.j2"?' in result.output

    def test_folder_without_a_manifest_is_rejected(self, tmp_path: Path) -> None:
        result = self.run("print/title-page.xhtml.j2", tmp_path)
        assert result.exit_code == 2
        assert "source/book.yaml" in result.output
        assert not (tmp_path / "templates").exists()

    def test_all_templates_that_can_be_replaced_are_listed(self) -> None:
        result = self.run("--list")
        assert result.exit_code == 0
        assert result.output.splitlines() == sorted(list_replaceable_templates())
