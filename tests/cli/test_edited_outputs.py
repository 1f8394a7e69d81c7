"""Test that a build, a preview and ``clean`` never destroy edited outputs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pptx import Presentation

from tests.cli.conftest import Run
from tests.conftest import write_files

MANIFEST = "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\nformat: {pptx: default}\n"


@pytest.fixture
def talk(run: Run, tmp_path: Path) -> Path:
    """Return a project with a deck that was edited after the build."""
    root = write_files(
        tmp_path / "talk",
        {"source/book.yaml": MANIFEST, "source/section.md": "---\ntitle: A section\n---\nText.\n"},
    )
    assert run("build", root, "-j", "1").exit_code == 0
    return root


def correct(deck: Path) -> bytes:
    """Edit the title of the first slide and save the deck like a presentation program."""
    presentation = Presentation(str(deck))
    presentation.slides[0].shapes.title.text = "A better title"
    presentation.save(str(deck))
    return deck.read_bytes()


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".cache")


def test_edited_deck_is_kept_and_reported(run: Run, talk: Path) -> None:
    corrected = correct(talk / "build/a-book.pptx")
    result = run("build", talk, "-j", "1")
    assert (talk / "build/a-book.edited-1.pptx").read_bytes() == corrected
    assert (
        "note[OUT001]: `a-book.pptx` was edited by hand; your version was saved as `a-book.edited-1.pptx`"
        in result.stderr
    )
    assert "Built with 1 note." in result.stdout
    assert "OUT001" not in run("build", talk).stderr  # reported once


def test_unedited_output_is_replaced_with_any_cache(run: Run, talk: Path) -> None:
    shutil.rmtree(talk / "build/.cache")
    (talk / "source/section.md").write_text("Other text.\n")
    assert run("build", talk, "-j", "1", "--strict").exit_code == 0
    assert files_in(talk / "build") == ["a-book.pptx"]


def test_edited_deck_is_recognised_without_the_cache(run: Run, talk: Path, tmp_path: Path) -> None:
    shutil.rmtree(talk / "build/.cache")
    (tmp_path / "out").mkdir()
    shutil.copy(talk / "build/a-book.pptx", tmp_path / "out/a-book.pptx")
    correct(tmp_path / "out/a-book.pptx")
    stdout = run(
        "build", talk, "-j", "1", "--force", "--format", "json", "--output-dir", tmp_path / "out"
    ).stdout
    assert files_in(tmp_path / "out") == ["a-book.edited-1.pptx", "a-book.pptx"]
    results = [json.loads(line) for line in stdout.splitlines() if "OUT001" in line]
    assert [(event["severity"], "a-book.edited-1.pptx" in event["message"]) for event in results] == [
        ("note", True)
    ]


def test_file_not_written_by_the_program_is_kept(run: Run, minimal: Path) -> None:
    write_files(minimal, {"build/a-book.epub": "mine"})
    run("build", minimal, "-j", "1")
    assert (minimal / "build/a-book.edited-1.epub").read_text() == "mine"


def test_clean_keeps_edited_files_and_reports_them(run: Run, talk: Path) -> None:
    correct(talk / "build/a-book.pptx")
    write_files(talk, {"build/a-book.edited-1.pptx": "earlier work"})
    stdout = run("clean", talk).stdout
    assert files_in(talk / "build") == ["a-book.edited-1.pptx", "a-book.pptx"]
    assert "build/a-book.pptx: the file was edited after the build" in stdout


def test_clean_removes_outputs_of_all_profiles(run: Run, minimal: Path) -> None:
    manifest = minimal / "source/book.yaml"
    manifest.write_text(manifest.read_text() + "profiles: {a: {}, b: {output-file: other}}\n")
    for profiles in ((), ("a",), ("b",), ("a", "b"), ("kindle",)):
        requested = [word for name in profiles for word in ("--profile", name)]
        assert run("build", minimal, "-j", "1", *requested).exit_code == 0
    assert files_in(minimal / "build") == [
        "a-book-a.epub",
        "a-book-kindle.epub",
        "a-book.epub",
        "other-a.epub",
        "other.epub",
    ]
    run("clean", minimal)
    assert not (minimal / "build").exists()
