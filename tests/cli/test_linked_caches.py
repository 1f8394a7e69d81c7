"""A project that brings links in its build folder: nothing is written or removed where they lead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files
from triptych.engine.tasks import CACHED_STEPS

# A limit that each build exceeds, so that it makes room.
SMALL = {**MINIMAL, "source/book.yaml": MINIMAL["source/book.yaml"] + "cache: {limit: 0.001MB}\n"}
RESULT = "0123456789abcdef" * 4

COMMANDS = [
    ("build", "--limits", "strict"),
    ("check", "--limits", "strict"),
    ("inspect",),
    ("clean",),
    ("clean", "--cache"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_files(tmp_path / "project", SMALL)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody's, with files that are named like those of a cache."""
    names = [f"{step.name}/{RESULT}" for step in CACHED_STEPS] + [
        RESULT,
        "journal",
        "size",
        "written",
        "program",
    ]
    return write_files(tmp_path / "outside", dict.fromkeys(names, "precious"))


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_cache_is_one(run: Run, project: Path, outside: Path, command: tuple[str, ...]) -> None:
    before = contents(outside)
    (project / "build").mkdir()
    (project / "build/.cache").symlink_to(outside)
    result = run(command[0], project, *command[1:])
    assert contents(outside) == before
    if command == ("clean",):
        assert (result.exit_code, (project / "build").exists()) == (0, False)
    else:
        assert result.exit_code == 1
        assert (
            'build/.cache:1:1: error[SEC005]: "build/.cache" must be a folder, not a symbolic link'
            in result.stderr
        )
        assert (
            "hint: remove the symbolic link `build/.cache`, or choose another cache folder with `--cache-dir`"
            in result.stderr
        )


def test_the_cache_leads_to_the_sources(run: Run, project: Path) -> None:
    (project / "build").mkdir()
    (project / "build/.cache").symlink_to("../source")
    assert run("build", project).exit_code == 1
    assert sorted(path.name for path in (project / "source").iterdir()) == ["book.yaml", "section.md"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_build_folder_is_one(run: Run, project: Path, outside: Path, command: tuple[str, ...]) -> None:
    """As with ``build`` leading to a home folder, whose ``.cache`` would go."""
    write_files(outside, {f".cache/ast/{RESULT}": "precious", ".cache/other": "precious"})
    before = contents(outside)
    (project / "build").symlink_to(outside)
    result = run(command[0], project, *command[1:])
    assert contents(outside) == before
    assert result.exit_code == 1
    assert '"build" is a symbolic link to a folder outside the project' in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_folder_of_the_cache_is_one(
    run: Run, project: Path, outside: Path, command: tuple[str, ...]
) -> None:
    before = contents(outside)
    (project / "build/.cache").mkdir(parents=True)
    for step in CACHED_STEPS:
        (project / "build/.cache" / step.name).symlink_to(outside / step.name)
    assert run(command[0], project, *command[1:]).exit_code == 0
    assert contents(outside) == before


@pytest.mark.parametrize("kind", ["link", "hard link"])
def test_each_file_of_the_cache_is_one(run: Run, project: Path, outside: Path, kind: str) -> None:
    assert run("build", project).exit_code == 0
    good = (project / "build/a-book.epub").read_bytes()
    before = contents(outside)
    for place in (project / "build/.cache").rglob("*"):
        if place.is_file():
            place.unlink()
            target = outside / RESULT
            place.symlink_to(target) if kind == "link" else place.hardlink_to(target)
    for name in ("size", "written", "program"):
        place = project / "build/.cache" / name
        place.unlink(missing_ok=True)
        place.symlink_to(outside / name) if kind == "link" else place.hardlink_to(outside / name)
    (project / "source/section.md").write_text("---\ntitle: A section\n---\nOther text.\n")
    assert run("build", project, "--limits", "strict").exit_code == 0
    (project / "source/section.md").write_text(MINIMAL["source/section.md"])
    assert run("build", project, "--limits", "strict").exit_code == 0
    assert contents(outside) == before
    assert (project / "build/a-book.epub").read_bytes() == good
    assert run("clean", project, "--cache").exit_code == 0
    assert contents(outside) == before


def test_a_file_in_the_place_of_the_cache_is_an_error(run: Run, project: Path) -> None:
    write_files(project, {"build/.cache": "a file"})
    result = run("build", project)
    assert result.exit_code == 1
    assert '"build/.cache" must be a folder, not a file' in result.stderr
    assert run("clean", project).exit_code == 0
    assert run("build", project).exit_code == 0


def test_one_that_the_user_names_is_followed(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "large-disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "large-disk")
    assert run("build", project, "--cache-dir", tmp_path / "link").exit_code == 0
    assert any((tmp_path / "large-disk").glob("section/*"))
    assert (tmp_path / "link").is_symlink()


def test_an_output_that_is_a_pipe_is_an_error_and_no_wait(run: Run, project: Path) -> None:
    (project / "build").mkdir()
    os.mkfifo(project / "build/a-book.epub")
    result = run("build", project)
    assert result.exit_code == 3
    assert "a-book.epub" in result.stderr
