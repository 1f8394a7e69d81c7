"""Test named talks, and the speaking time of each slide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import write_files

MANIFEST = """book:
  title: A book
  date: 2026-01-31
  chapters: [sun.md, wind.md]
lang: en
format: {pptx: default, epub: default}
talk: {minutes: 2, pace: 100}
talks:
  board: {minutes: 1, chapters: [wind]}
  short: {slides: [sld-rotors], notes: {closing: Thank you.}}
  brief: {slides: [title, agenda, sld-rotors]}
"""
SUN = "# Sun\n\n::: {.slide title=Panels}\n- Cheap\n:::\n\nPanels grew cheap in ten years.\n"
WIND = "# Wind\n\n::: {.slide #sld-rotors title=Rotors}\n- Tall\n\n::: notes\nLook at the blades.\n:::\n:::\n\nRotors grew taller every year since.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"source/book.yaml": MANIFEST, "source/sun.md": SUN, "source/wind.md": WIND}
    return write_files(tmp_path / "a project", files)


def test_talk_has_a_separate_deck_with_its_chapters(run: Run, project: Path) -> None:
    assert run("build", project, "--talk", "board").exit_code == 0
    assert [path.name for path in project.glob("build/a-*")] == ["a-book-board.pptx"]
    (talk,) = json.loads(run("inspect", project, "--talks", "--format", "json").stdout)["talks"].items()
    assert talk[0] == "board"
    titles = [slide["title"] for slide in talk[1]["slides"]]
    assert "Rotors" in titles and "Panels" not in titles
    assert (talk[1]["pace"], talk[1]["words"], talk[1]["minutes"]) == (100, 4, 0.04)


def test_talk_with_listed_slides_has_the_others_at_the_end(run: Run, project: Path) -> None:
    assert run("build", project, "--talk", "short").exit_code == 0
    (talk,) = json.loads(run("inspect", project, "--talk", "short", "--format", "json").stdout)[
        "talks"
    ].values()
    seen = [(slide["title"], slide["words"]) for slide in talk["slides"] if not slide["hidden"]]
    assert seen == [("A book", 0), ("Rotors", 4), ("Thank you", 2)]
    assert "Panels" in [slide["title"] for slide in talk["slides"] if slide["hidden"]]


def test_unknown_slide_name_is_reported(run: Run, project: Path) -> None:
    """Test the error for a name without a slide, such as the agenda of a book with two chapters."""
    result = run("build", project, "--talk", "brief")
    assert result.exit_code == 0
    assert result.stderr.count("DEK004") == 1
    assert '"agenda" is listed under the talk\'s `slides` but has no slide of its own' in result.stderr


def test_misspelt_talk_is_rejected_with_a_suggestion(run: Run, project: Path) -> None:
    result = run("build", project, "--talk", "bord")
    assert result.exit_code == 1
    assert 'error[MAN007]: unknown talk "bord"' in result.stderr
    assert 'did you mean "board"?' in result.stderr


def test_inspect_counts_words_slide_by_slide(run: Run, project: Path) -> None:
    assert run("inspect", project, "--talks").stdout == "No deck found: run `triptych build` first.\n"
    assert run("build", project, "--to", "pptx").exit_code == 0
    lines = run("inspect", project, "--talks").stdout.splitlines()
    assert lines[0] == "a-book.pptx, at 100 words per minute"
    assert lines[3].split() == ["3", "Panels", "6", "0:04"]
    assert lines[7].split()[1:] == [
        "slides",
        "10",
        "0:06",
        "of",
        "2",
        "min",
    ]


def test_inspect_lists_the_titles_that_the_author_has_to_write(run: Run, project: Path) -> None:
    wind = project / "source/wind.md"
    manifest = project / "source/book.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("minutes: 2", "minutes: 9"), "utf-8")
    listing = "\n```python\n" + "turn()\n" * 6 + "```\n"
    wind.write_text(f"{wind.read_text('utf-8')}{listing}", "utf-8")
    assert run("build", project, "--to", "pptx").exit_code == 0
    lines = run("inspect", project, "--talk", "").stdout.splitlines()
    assert lines[-2].strip() == "to write: 1 title"
    assert lines[-1].strip().endswith("wind.md:14:1  Wind (2)")
    wind.write_text(
        wind.read_text("utf-8").replace("python\n", '{.python slide-title="Rotors turn"}\n'), "utf-8"
    )
    assert run("build", project, "--to", "pptx").exit_code == 0
    assert "to write" not in run("inspect", project, "--talks").stdout


def test_rehearsed_times_replace_estimates(run: Run, project: Path) -> None:
    assert run("build", project, "--to", "pptx").exit_code == 0
    (project / "talk-times.csv").write_text("talk,slide,seconds\n,Panels,75\nboard,Rotors,9\n", "utf-8")
    lines = run("inspect", project, "--talks").stdout.splitlines()
    assert lines[3].split() == ["3", "Panels", "6", "1:15", "rehearsed"]
    assert lines[5].split()[-1] == "0:02"
    assert lines[7].split()[1:] == [
        "slides",
        "10",
        "1:17",
        "of",
        "2",
        "min",
    ]


@pytest.mark.parametrize(
    ("options", "command"),
    [((), "triptych build --to pptx"), (("--talk", "board"), "triptych build --talk board")],
)
def test_rehearsal_without_a_deck_names_the_command_to_build_it(
    run: Run, project: Path, options: tuple[str, ...], command: str
) -> None:
    result = run("rehearse", project, "--no-open", *options)
    assert result.exit_code == 2
    assert f"No deck found: run `{command}` first." in result.stderr


def test_inspect_shows_one_talk_by_name(run: Run, project: Path) -> None:
    stdout = run("inspect", project, "--talk", "board").stdout
    assert stdout == "No deck found: run `triptych build --talk board` first.\n"
    assert run("build", project, "--talk", "board").exit_code == 0
    assert run("inspect", project, "--talk", "board").stdout.startswith("a-book-board.pptx, at 100 words")


def test_inspect_rejects_a_misspelt_talk(run: Run, project: Path) -> None:
    result = run("inspect", project, "--talk", "bord")
    assert result.exit_code == 1
    assert 'did you mean "board"?' in result.stderr


@pytest.mark.parametrize(("options", "line"), [((), 7), (("--talk", "board"), 9)])
def test_a_talk_that_is_too_short_is_reported_at_its_minutes(
    run: Run, project: Path, options: tuple[str, ...], line: int
) -> None:
    result = run("build", project, *options)
    assert f"source/book.yaml:{line}:" in result.stderr
    assert "warning[DEK006]" in result.stderr
    assert "minutes:" in result.stderr.split("DEK006")[1].splitlines()[1]


def test_minutes_that_a_profile_sets_are_where_the_finding_is(run: Run, project: Path) -> None:
    manifest = project / "source/book.yaml"
    text = manifest.read_text("utf-8")
    manifest.write_text(f"{text}profiles:\n  long:\n    talk: {{minutes: 9}}\n", "utf-8")
    result = run("build", project, "--profile", "long")
    assert f"source/book.yaml:{text.count(chr(10)) + 3}:12: warning[DEK006]" in result.stderr


def test_slides_that_are_mostly_empty_are_listed_with_their_fill(run: Run, project: Path) -> None:
    write_files(project, {"source/sun.md": SUN.replace("- Cheap", "| A | B |\n|---|---|\n| 1 | 2 |")})
    assert run("build", project).exit_code == 0
    (talk,) = json.loads(run("inspect", project, "--talks", "--format", "json").stdout)["talks"].values()
    fills = {slide["title"]: slide["fill"] for slide in talk["slides"]}
    assert fills["A book"] is None and 0 < fills["Panels"] < 0.4
    lines = run("inspect", project, "--talks").stdout.splitlines()
    heading = next(index for index, line in enumerate(lines) if "less than 40% full" in line)
    assert any("Panels" in line and line.rstrip().endswith("%") for line in lines[heading:])
