"""Test that outputs whose uncompressed size exceeds the limit are rejected before they are read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.checks import file_sizes
from triptych.checks.file_sizes import describe_excessive_size
from triptych.cli.examination import examine_project


def write_deck(path: Path, name: str, size: int) -> None:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b" " * size)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ppt/slides/slide1.xml", "'ppt/slides/slide1.xml' unpacks to more than 0 MB"),
        ("EPUB/text/A.XHTML", "'EPUB/text/A.XHTML' unpacks to more than 0 MB"),
        ("ppt/media/a.png", ""),
    ],
)
def test_large_xml_parts_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setattr(file_sizes, "MAX_XML_SIZE", 1_000)
    write_deck(tmp_path / "a.pptx", name, 1_000)
    assert describe_excessive_size(tmp_path / "a.pptx") == ""
    write_deck(tmp_path / "a.pptx", name, 1_001)
    assert describe_excessive_size(tmp_path / "a.pptx") == message


def test_large_files_and_totals_are_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_sizes, "MAX_OUTPUT_SIZE", 2_000)
    (tmp_path / "a.pdf").write_bytes(b"%" * 2_000)
    assert describe_excessive_size(tmp_path / "a.pdf") == ""
    (tmp_path / "a.pdf").write_bytes(b"%" * 2_001)
    assert "larger than" in describe_excessive_size(tmp_path / "a.pdf")
    write_deck(tmp_path / "a.pptx", "a.png", 2_001)
    assert "the parts unpack to more than" in describe_excessive_size(tmp_path / "a.pptx")


def test_check_reports_the_output_without_reading_it(make_project: MakeProject) -> None:
    manifest = "book: {title: T, chapters: [a.md]}\nlang: en\nformat: {pptx: {}}\n"
    project = make_project({"source/book.yaml": manifest, "source/a.md": "# A\n\nText.\n"})
    write_deck(project.root / "build" / "t.pptx", "ppt/slides/slide1.xml", (64 << 20) + 1)
    examined = examine_project(project, (), 1, project.records_folder)
    (result,) = examined.refused_outputs
    assert str(result).startswith("build/t.pptx:1:1: error[CHK001]: the output is too large to be checked")
    assert not examined.files
