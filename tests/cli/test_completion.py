"""Test shell completion of commands, options and values."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PROGRAMS = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("shell", "part"),
    [("bash", "complete -o nosort -F"), ("zsh", "#compdef triptych"), ("fish", "complete --no-files")],
)
def test_each_shell_has_a_script(run: Run, shell: str, part: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert part in result.stdout
    assert "_TRIPTYCH_COMPLETE" in result.stdout


def test_unsupported_shell_is_a_usage_error(run: Run) -> None:
    assert run("completion", "tcsh").exit_code == 2


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("triptych bui", {"build"}),
        ("triptych comp", {"completion"}),
        ("triptych build --stri", {"--strict"}),
        ("triptych build --to pdf,ep", {"pdf,epub"}),
    ],
)
def test_bash_completion_completes_a_partial_word(tmp_path: Path, words: str, expected: set[str]) -> None:
    script = f"""
        source <(triptych completion bash) || exit 1
        COMP_WORDS=({words}) COMP_CWORD={words.count(" ")}
        _triptych_completion triptych
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    environ = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert (set(result.stdout.split()), result.stderr) == (expected, "")
