"""Test that programs run in a minimal environment and with a time limit."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from triptych.engine.processes.programs import ProgramError, run_program


def python(code: str, stdin: bytes = b"", **more: Any) -> bytes:
    return run_program([sys.executable, "-I", "-c", code], stdin, **more)


def test_program_output_is_returned() -> None:
    assert python("print('x', end='')") == b"x"


def test_program_reads_its_input() -> None:
    assert python("import sys; print(sys.stdin.read()[::-1], end='')", b"abc") == b"cba"


def test_program_does_not_inherit_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    names = python("import os; print(*sorted(os.environ))").split()
    assert set(names) <= {b"HOME", b"LANG", b"LC_ALL", b"TZ", b"LC_CTYPE"}


def test_failure_contains_the_error_output() -> None:
    with pytest.raises(ProgramError, match="no such thing"):
        python("import sys; sys.exit('no such thing')")


def test_failure_without_error_output_has_the_exit_code() -> None:
    with pytest.raises(ProgramError, match="exit code 7"):
        python("raise SystemExit(7)")


def test_program_over_the_time_limit_is_terminated() -> None:
    start = time.monotonic()
    with pytest.raises(ProgramError, match=r"did not finish within 0\.3 s"):
        python("import time; time.sleep(30)", timeout=0.3)
    assert time.monotonic() - start < 5


def test_missing_program_is_a_failure() -> None:
    with pytest.raises(ProgramError, match="nosuchprogram"):
        run_program(["/nosuchfolder/nosuchprogram"])


def test_an_exit_code_may_be_a_good_end() -> None:
    assert python("print('x', end=''); raise SystemExit(1)", accept=(0, 1)) == b"x"
    with pytest.raises(ProgramError, match="exit code 2"):
        python("raise SystemExit(2)", accept=(0, 1))


def test_children_of_a_program_are_terminated_with_it(tmp_path: Path) -> None:
    later = tmp_path / "later"
    child = f"import time; time.sleep(1); open({str(later)!r}, 'w')"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', {child!r}])"
    with pytest.raises(ProgramError, match="did not finish"):
        python(start, timeout=0.4)
    time.sleep(1.2)
    assert not later.exists()


def test_program_need_not_read_its_input() -> None:
    assert python("print('x', end='')", b"a" * 1_000_000) == b"x"


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_program_exits_with_its_parent_however_that_exits(tmp_path: Path) -> None:
    """Test that a program and its child processes end with the process that started them, however it ends."""
    note = tmp_path / "note"
    program = f'sleep 60 & echo "$! $$" > {note}; wait'
    start = f"from triptych.engine.processes.programs import run_program; run_program(['/bin/sh', '-c', {program!r}])"
    with subprocess.Popen([sys.executable, "-c", start]) as parent:
        while not (note.exists() and note.read_text().endswith("\n")):
            time.sleep(0.02)
        parent.kill()
    end = time.monotonic() + 2
    while any(_lives(int(pid)) for pid in note.read_text().split()):
        assert time.monotonic() < end
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
