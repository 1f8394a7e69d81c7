"""``triptych template inspect``: what slides would take of a PowerPoint file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.e2e.deck_templates import pandoc
from triptych.cli import main


def inspect(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["template", "inspect", *map(str, arguments)])


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
