"""``triptych template``: inspect a PowerPoint template, or write one."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from tests.e2e.deck_templates import pandoc
from triptych.cli import main


def inspect(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["template", "inspect", *map(str, arguments)])


def new(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["template", "new", *map(str, arguments)])


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "brand.pptx"
    path.write_bytes(pandoc())
    return path


def test_layouts_are_shown_with_what_they_are_used_for(template: Path) -> None:
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
def test_a_file_that_must_not_be_opened_is_refused_with_its_reason(tmp_path: Path, form: str) -> None:
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
