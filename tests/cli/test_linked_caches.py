"""Test that files are neither written nor removed through symbolic links in a build folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files
from triptych.engine.tasks import CACHED_STEPS

# A cache size limit that each build exceeds, so that old entries are removed.
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
    """Return a folder outside the project, with files named like those of a cache."""
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
def test_cache_may_not_be_a_link(run: Run, project: Path, outside: Path, command: tuple[str, ...]) -> None:
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


def test_cache_that_links_to_the_sources_is_rejected(run: Run, project: Path) -> None:
    (project / "build").mkdir()
    (project / "build/.cache").symlink_to("../source")
    assert run("build", project).exit_code == 1
    assert sorted(path.name for path in (project / "source").iterdir()) == ["book.yaml", "section.md"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_build_folder_may_not_be_a_link(
    run: Run, project: Path, outside: Path, command: tuple[str, ...]
) -> None:
    """Test a build folder that is itself a link, for example to a home folder with a ``.cache`` folder."""
    write_files(outside, {f".cache/ast/{RESULT}": "precious", ".cache/other": "precious"})
    before = contents(outside)
    (project / "build").symlink_to(outside)
    result = run(command[0], project, *command[1:])
    assert contents(outside) == before
    assert result.exit_code == 1
    assert '"build" is a symbolic link to a folder outside the project' in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_cache_folders_may_not_be_links(
    run: Run, project: Path, outside: Path, command: tuple[str, ...]
) -> None:
    before = contents(outside)
    (project / "build/.cache").mkdir(parents=True)
    for step in CACHED_STEPS:
        (project / "build/.cache" / step.name).symlink_to(outside / step.name)
    assert run(command[0], project, *command[1:]).exit_code == 0
    assert contents(outside) == before


@pytest.mark.parametrize("kind", ["link", "hard link"])
def test_cache_files_may_not_be_links(run: Run, project: Path, outside: Path, kind: str) -> None:
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


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_folder_of_the_project_in_place_of_an_output_is_an_error_of_the_project(
    run: Run, project: Path, make: Callable[[Path], None]
) -> None:
    (project / "build").mkdir()
    make(project / "build/a-book.epub")
    result = run("build", project)
    assert result.exit_code == 1
    assert 'build/a-book.epub:1:1: error[SEC005]: "build/a-book.epub" is not a file' in result.stderr


def test_a_pipe_of_another_folder_in_place_of_an_output_is_an_error_of_the_system(
    run: Run, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out/a-book.epub")
    result = run("build", project, "--output-dir", tmp_path / "out")
    assert result.exit_code == 3
    assert result.stderr.startswith("error[ENV008]: a pipe or device has the name of an output file: ")
