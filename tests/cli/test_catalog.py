"""Test ``triptych catalog``: its commands, messages and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.conftest import title
from tests.cli.conftest import Run
from tests.conftest import write_files
from triptych.engine.temporary_files import locked_folder

LIST = "title: Our books\ntitles: ['books/*']\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a catalogue of a valid title and one with an error."""
    files = {**title("books/one"), **title("books/two", "See @fig-none.")}
    return write_files(tmp_path / "house", {"catalog.yaml": LIST, **files})


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.e2e
def test_catalog_build_continues_after_a_failure_and_exits_with_1(run: Run, house: Path) -> None:
    result = run("catalog", "build", house / "catalog.yaml", "-j", "1")
    assert result.exit_code == 1
    assert "books/two/source/a.md:3:5: error[REF001]" in result.stderr
    assert "3 | See @fig-none." in result.stderr
    assert "2 titles: 1 built, 1 failed." in result.stdout
    assert (house / "build/books/one/one.epub").is_file()
    assert "books/two" in (house / "build/report.html").read_text()

    (house / "books/two/source/a.md").write_text("# Mended\n")
    repeated = run("catalog", "build", house / "catalog.yaml", "-j", "1", "--resume", "--format", "json")
    assert repeated.exit_code == 0
    rows = [(item["name"], item["state"]) for item in events(repeated.stdout) if item["event"] == "title"]
    assert rows == [("books/one", "up to date"), ("books/two", "built")]
    changes = {
        item["name"]: item["change"]
        for item in json.loads((house / "build/report.json").read_text())["titles"]
    }
    assert changes == {"books/one": "unchanged", "books/two": "fixed"}


@pytest.mark.e2e
def test_catalog_commands_list_check_and_clean(run: Run, house: Path) -> None:
    listed = run("catalog", "list", house / "catalog.yaml")
    assert listed.stdout == "books/one  not built\nbooks/two  not built\n"
    checked = run("catalog", "check", house / "catalog.yaml", "-j", "1")
    assert (checked.exit_code, "2 titles: 1 with errors." in checked.stdout) == (1, True)
    assert not (house / "build").exists()
    assert run("catalog", "build", house / "catalog.yaml", "--only", "*/one", "-j", "1").exit_code == 0
    assert run("catalog", "list", house / "catalog.yaml").stdout == "books/one  built\nbooks/two  not built\n"
    assert run("catalog", "clean", house / "catalog.yaml").exit_code == 0
    assert not (house / "build/books").exists()


@pytest.mark.e2e
def test_run_reports_that_it_waits_for_another(house: Path) -> None:
    (house / "build/.catalog").mkdir(parents=True)
    command = [
        "catalog",
        "build",
        str(house / "catalog.yaml"),
        "--only",
        "*/one",
        "-j",
        "1",
        "--format",
        "json",
    ]
    with locked_folder(house / "build/.catalog"):
        program = [sys.executable, "-m", "triptych", *command]
        waiting = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        assert waiting.stdout is not None
        assert json.loads(waiting.stdout.readline())["event"] == "waiting"
    reported, _ = waiting.communicate(timeout=120)
    assert [item["event"] for item in events(reported)][-1] == "done"


def test_shards_form_the_whole_catalog(run: Run, house: Path) -> None:
    stdouts = [
        run("catalog", "list", house / "catalog.yaml", "--shard", part).stdout for part in ("1/2", "2/2")
    ]
    assert stdouts == ["books/one  not built\n", "books/two  not built\n"]
    assert run("catalog", "list", house / "catalog.yaml", "--shard", "3/2").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--only", "gone"), 2, "No title matches gone"),
        (("--shard", "0/2"), 2, "0/2 is not a shard such as 3/16."),
    ],
)
def test_invalid_arguments_are_reported(
    run: Run, house: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = run("catalog", "build", house / "catalog.yaml", *arguments)
    assert (result.exit_code, told in result.stderr) == (code, True)


def test_invalid_catalog_builds_nothing(run: Run, house: Path) -> None:
    (house / "catalog.yaml").write_text("titles: ['books/*', gone]\n")
    result = run("catalog", "build", house / "catalog.yaml")
    assert result.exit_code == 1
    assert (
        'catalog.yaml:1:21: error[CAT002]: "gone" matches no folder that contains source/book.yaml'
        in result.stderr
    )
    assert "Nothing was done: found 1 error." in result.stdout
    assert not (house / "build").exists()


@pytest.mark.e2e
def test_interrupted_run_can_be_resumed(tmp_path: Path) -> None:
    names = [f"books/t{number}" for number in range(4)]
    files = {path: text for name in names for path, text in title(name).items()}
    house = write_files(tmp_path / "house", {"catalog.yaml": LIST, **files})
    command = [
        sys.executable,
        "-m",
        "triptych",
        "catalog",
        "build",
        str(house / "catalog.yaml"),
        "-j",
        "1",
        "--format",
        "json",
    ]

    def stopped_after_one(number: signal.Signals) -> int:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                told = json.loads(line)
                if told["event"] == "title" and told["state"] == "built":
                    os.kill(process.pid, number)
                    break
            process.stdout.read()
            return process.wait(timeout=60)

    assert stopped_after_one(signal.SIGINT) == 130
    assert stopped_after_one(signal.SIGKILL) == -signal.SIGKILL
    time.sleep(0.5)
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    reported = {item["name"]: item["state"] for item in events(result.stdout) if item["event"] == "title"}
    assert set(reported) == set(names)
    assert list(reported.values()).count("up to date") >= 2  # reported in either run
    assert sorted(path.stem for path in house.glob("build/books/*/*.epub")) == ["t0", "t1", "t2", "t3"]
    assert not list(house.glob("build/**/.new-*"))
