"""Test that the limits of a build depend on the trust level of its source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files
from tests.forked_program import run_program

RAISED = {**MINIMAL, "source/book.yaml": MINIMAL["source/book.yaml"] + "limits: {chart-values: 9000}\n"}
# A book whose build takes seconds, so that the supervisor measures it several times on any machine.
LONG = {
    "source/book.yaml": MINIMAL["source/book.yaml"].replace(
        "section.md", ", ".join(f"{number}.md" for number in range(20))
    ),
    **{f"source/{number}.md": f"# {number}\n\n" + "Some text. " * 3000 for number in range(20)},
    "temporary/keep": "",
}
REFUSED = "source/book.yaml:8:1: error[MAN012]"


def test_trusted_book_may_set_limits_and_an_untrusted_one_may_not(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "book", RAISED)
    assert run("build", root).exit_code == 0
    assert run("check", root).exit_code == 0
    for command in ("build", "check"):  # a cached result of a trusted book
        result = run(command, root, "--limits", "strict")
        assert result.exit_code == 1
        assert REFUSED in result.stderr
        assert "--limits trusted" in result.stderr


def test_environment_variable_sets_strict_limits(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_files(tmp_path / "book", RAISED)
    monkeypatch.setenv("TRIPTYCH_LIMITS", "strict")
    assert REFUSED in run("build", root).stderr


@pytest.mark.e2e
def test_titles_of_a_catalog_may_set_limits_only_if_trusted(run: Run, tmp_path: Path) -> None:
    files = {f"books/one/{path}": text for path, text in RAISED.items()}
    root = write_files(tmp_path / "house", {"catalog.yaml": "titles: ['books/*']\n", **files})
    for command in ("check", "build"):
        result = run("catalog", command, root / "catalog.yaml", "-j", "1")
        assert result.exit_code == 1
        assert f"books/one/{REFUSED}" in result.stderr
        assert run("catalog", command, root / "catalog.yaml", "-j", "1", "--limits", "trusted").exit_code == 0


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run_program(["build", *options], folder, {**os.environ, "COLUMNS": "200"}, 300)


@pytest.mark.e2e
def test_a_strict_build_has_the_same_outputs_as_a_trusted_one(tmp_path: Path) -> None:
    outputs = []
    for name, options in (("trusted", ()), ("strict", ("--limits", "strict"))):
        root = write_files(tmp_path / name, MINIMAL)
        built = build(root, "--to", "pdf,epub,pptx", *options)
        assert built.returncode == 0, built.stdout
        outputs.append({path.name: path.read_bytes() for path in (root / "build").glob("[!.]*.*")})
    assert outputs[0] == outputs[1] and len(outputs[0]) == 3


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("options", "used", "option"),
    [
        (("--max-time", "0.1s"), "more than 0.1 s of CPU time", "--max-time"),
        (("--max-memory", "30MB"), "more than 30 MB of memory", "--max-memory"),
    ],
)
def test_build_over_its_limit_is_an_error_and_keeps_outputs(
    tmp_path: Path, options: tuple[str, ...], used: str, option: str
) -> None:
    root = write_files(tmp_path / "book", LONG)
    assert build(root, "--to", "pdf").returncode == 0
    before = {path: path.read_bytes() for path in (root / "build").glob("[!.]*.*")}
    environment = {**os.environ, "COLUMNS": "200", "TMPDIR": str(root / "temporary")}
    stopped = run_program(["build", "--to", "pdf", "--force", *options], root, environment, 300)
    assert stopped.returncode == 1, stopped.stdout
    assert "source/book.yaml:1:1: error[SEC009]: the build used " + used in stopped.stdout
    assert f"raise the limit with `{option}`" in stopped.stdout
    assert {path: path.read_bytes() for path in (root / "build").glob("[!.]*.*")} == before
    assert [path.name for path in (root / "temporary").iterdir()] == ["keep"]


@pytest.mark.e2e
def test_stopped_strict_build_prints_one_message_and_leaves_no_files(tmp_path: Path) -> None:
    root = write_files(tmp_path / "book", LONG)
    program = subprocess.Popen(
        [sys.executable, "-m", "triptych", "build", "--to", "pdf", "--limits", "strict"],
        cwd=root,
        env={**os.environ, "TMPDIR": str(root / "temporary")},
        stderr=subprocess.PIPE,
    )
    while len(list((root / "temporary").iterdir())) < 2:
        assert program.poll() is None
    program.terminate()
    _, errors = program.communicate(timeout=60)
    assert errors.decode().splitlines() == ["Stopped by a request to terminate; no partial files were left."]
    assert program.returncode == 143
    assert [path.name for path in (root / "temporary").iterdir()] == ["keep"]


@pytest.mark.parametrize("amount", ["5", "0s", "-3s", "fast"])
def test_an_invalid_amount_is_a_usage_error(run: Run, minimal: Path, amount: str) -> None:
    result = run("build", minimal, "--max-time", amount)
    assert result.exit_code == 2 and "--max-time" in result.stderr
