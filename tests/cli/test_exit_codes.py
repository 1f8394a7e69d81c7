"""Test that system errors have their own exit code in all commands."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from triptych.cli.lifecycle import ExitCode, choose_exit_code
from triptych.diagnostics import Diagnostic
from triptych.project import Project

Run = Callable[..., Result]
FAULTS = [errno.ENOSPC, errno.EACCES, errno.EMFILE, errno.EROFS, errno.EIO]


def finding(code: str) -> Diagnostic:
    return Diagnostic(code=code, message="")


@pytest.mark.parametrize(
    ("codes", "strict", "expected"),
    [
        ((), False, ExitCode.SUCCESS),
        (("LNT001",), False, ExitCode.SUCCESS),
        (("LNT001",), True, ExitCode.SOURCE),
        (("REF001",), False, ExitCode.SOURCE),
        (("ENV003",), False, ExitCode.ENVIRONMENT),
        (("ENV002",), False, ExitCode.ENVIRONMENT),
        (("ENV005", "LNT001"), False, ExitCode.ENVIRONMENT),
        (("ENV008",), False, ExitCode.ENVIRONMENT),
        (("ENV009",), False, ExitCode.ENVIRONMENT),
        (("ENV003", "REF001"), False, ExitCode.SOURCE),
    ],
)
def test_the_exit_code_follows_from_the_errors(codes: tuple[str, ...], strict: bool, expected: int) -> None:
    assert choose_exit_code(map(finding, codes), strict=strict) == expected


@pytest.mark.parametrize("number", FAULTS)
@pytest.mark.parametrize("command", ["build", "check", "inspect"])
def test_3_if_the_environment_fails(
    run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch, command: str, number: int
) -> None:
    def refuse(project: Project, path: str) -> bytes:
        raise OSError(number, "refused", path)

    monkeypatch.setattr(Project, "read_bytes", refuse)
    result = run(command, minimal)
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert result.stderr.startswith("error[ENV008]: refused: source/book.yaml")


@pytest.mark.parametrize("command", ["build", "check"])
def test_3_without_memory(run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def refuse(project: Project, path: str) -> bytes:
        raise MemoryError

    monkeypatch.setattr(Project, "read_bytes", refuse)
    result = run(command, minimal)
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert "out of memory" in result.stderr


@pytest.mark.parametrize(
    "command", [["build"], ["check"], ["inspect"], ["preview"], ["import"], ["doctor"], ["template", "inspect"],
                ["catalog", "build"], ["catalog", "check"], ["catalog", "list"]]
)  # fmt: skip
def test_every_command_that_prints_has_one_option_for_json(run: Run, command: list[str]) -> None:
    stdout = run(*command, "--help").stdout
    assert re.search(r"--format (\[text\|json\]|NAME +Output format: text, json,)", stdout)
    assert "--json" not in stdout
