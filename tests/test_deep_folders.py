"""Test that folders nested beyond the limit are reported, and that no command fails or takes long."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import MakeProject
from tests.deep_folders import DEEPER_THAN_STACK, deep_folders
from triptych.catalog.titles import read_catalog
from triptych.cli import main
from triptych.folders import MAX_FOLDER_DEPTH, find_deep_folder, iter_files
from triptych.preview.watching import FileWatcher
from triptych.reading.project_files import report_refused_paths
from triptych_import.source import SourceFiles

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are shorter on Windows")

BOOK = {
    "source/book.yaml": "book: {title: T, chapters: [a.md]}\nlang: en\nformat: {epub: {}}\n",
    "source/a.md": "# A\n\nText.\n",
}


def test_files_are_listed_down_to_the_limit(tmp_path: Path) -> None:
    with deep_folders(tmp_path) as deep:
        (deep / "a.md").write_text("a")
        assert list(iter_files(tmp_path)) == [deep / "a.md"]
        deep_folder = find_deep_folder(tmp_path)
        assert (
            deep_folder is not None and len(deep_folder.relative_to(tmp_path).parts) == MAX_FOLDER_DEPTH + 1
        )


def test_ordinary_folders_are_not_reported(tmp_path: Path) -> None:
    inner = tmp_path.joinpath(*["d"] * (MAX_FOLDER_DEPTH))
    inner.mkdir(parents=True)
    (inner / "a.md").write_text("a")
    assert find_deep_folder(tmp_path) is None and list(iter_files(tmp_path)) == [inner / "a.md"]


@pytest.mark.parametrize("folder", ["source", "templates"])
def test_deep_folders_of_a_project_are_named(make_project: MakeProject, folder: str) -> None:
    project = make_project(BOOK)
    with deep_folders(project.root / folder):
        (finding,) = report_refused_paths(project)
        assert finding.code == "SEC005" and finding.span is not None
        assert (
            finding.span.path.startswith(f"{folder}/d/d/") and f"{MAX_FOLDER_DEPTH} levels" in finding.message
        )
        assert project.list_source_files() and FileWatcher(project.root).stamp_files()


def test_deep_folders_of_an_import_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    with deep_folders(tmp_path):
        source = SourceFiles(tmp_path)
        assert source.list_figure_files() == [] and source.measure_text_size() == 4
        (finding,) = source.report_ignored_paths()
        assert finding.path.startswith("d/d/") and f"{MAX_FOLDER_DEPTH} levels" in finding.message


def test_catalogue_with_deep_folders_reports_them(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text('titles: ["**"]\n')
    with deep_folders(tmp_path):
        _, findings = read_catalog(tmp_path / "catalog.yaml")
        assert [item.code for item in findings] == ["CAT002"] and "d/d/d" in findings[0].message


@pytest.mark.e2e
def test_clean_removes_deep_folders_of_the_cache(make_project: MakeProject) -> None:
    project = make_project(BOOK)
    with deep_folders(project.records_folder, DEEPER_THAN_STACK):
        result = CliRunner().invoke(main, ["clean", str(project.root)])
        assert result.exit_code == 0 and not project.records_folder.exists()
