"""Test the ONIX record on the command line: building, checking, keeping edited files, and removing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import write_files
from triptych.checks import onix_record

MANIFEST = "book: {title: A book, chapters: [section.md]}\nlang: en\nformat: {epub: {embed-fonts: false}, onix: default}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(
        tmp_path / "p",
        {
            "source/book.yaml": MANIFEST,
            "source/section.md": "# One\n\nText, see @sec-one.\n\n## Two {#sec-one}\n",
        },
    )


def test_onix_is_built_with_the_book_or_alone(run: Run, folder: Path) -> None:
    assert run("build", folder, "--to", "onix").exit_code == 0
    alone = (folder / "build/a-book.onix.xml").read_bytes()
    assert [path.name for path in (folder / "build").glob("a-book.*")] == ["a-book.onix.xml"]
    assert run("build", folder, "--strict").exit_code == 0
    assert (folder / "build/a-book.onix.xml").read_bytes() == alone
    assert (folder / "build/a-book.epub").is_file()


def test_onix_is_checked_without_comparing_pages(run: Run, folder: Path) -> None:
    run("build", folder)
    checked = run("check", folder)
    assert "CHK" not in checked.stderr and "PAR" not in checked.stderr and checked.exit_code == 0
    inspected = run("inspect", folder)
    assert "damaged" not in inspected.stderr and "onix" not in inspected.stdout
    file = folder / "build/a-book.onix.xml"
    file.write_text(file.read_text("utf-8").replace(">EA<", ">QQ<"), "utf-8")
    checked = run("check", folder)
    assert "CHK023" in checked.stderr and checked.exit_code == 1


def test_missing_schema_is_reported(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onix_record, "_SCHEMA", "none")
    run("build", folder, "--to", "onix")
    assert "pip install onixcheck" in run("check", folder).stdout


def test_edited_record_is_kept_and_clean_removes_others(run: Run, folder: Path) -> None:
    run("build", folder)
    file = folder / "build/a-book.onix.xml"
    file.write_text(file.read_text("utf-8").replace("A book", "My book"), "utf-8")
    assert "OUT001" in run("build", folder, "--force").stderr
    kept = [path for path in (folder / "build").glob("*edited*")]
    assert len(kept) == 1 and "My book" in kept[0].read_text("utf-8")
    run("clean", folder)
    assert kept[0].is_file() and not file.exists()


def test_no_record_without_a_product(run: Run, folder: Path) -> None:
    (folder / "source/book.yaml").write_text(MANIFEST.replace("epub: {embed-fonts: false}, ", ""))
    result = run("build", folder)
    assert "ONX002" in result.stderr and result.exit_code == 1
