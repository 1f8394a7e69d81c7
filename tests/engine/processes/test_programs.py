"""Other programs run in a bare environment, to an end, within a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from triptych.engine.processes.programs import ProgramFailed, run_program


def python(code: str, stdin: bytes = b"", **more: Any) -> bytes:
    return run_program([sys.executable, "-I", "-c", code], stdin, **more)


def test_what_a_program_prints_is_returned() -> None:
    assert python("print('x', end='')") == b"x"


def test_a_program_reads_what_it_is_given() -> None:
    assert python("import sys; print(sys.stdin.read()[::-1], end='')", b"abc") == b"cba"


def test_a_program_sees_nothing_of_the_users_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    names = python("import os; print(*sorted(os.environ))").split()
    assert set(names) <= {b"HOME", b"LANG", b"LC_ALL", b"TZ", b"LC_CTYPE"}


def test_a_failure_says_what_the_program_said() -> None:
    with pytest.raises(ProgramFailed, match="no such thing"):
        python("import sys; sys.exit('no such thing')")


def test_a_failure_without_words_says_its_exit_code() -> None:
    with pytest.raises(ProgramFailed, match="exit code 7"):
        python("raise SystemExit(7)")


def test_a_program_that_takes_too_long_is_ended() -> None:
    start = time.monotonic()
    with pytest.raises(ProgramFailed, match=r"did not finish within 0\.3 s"):
        python("import time; time.sleep(30)", timeout=0.3)
    assert time.monotonic() - start < 5


def test_a_program_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(ProgramFailed, match="nosuchprogram"):
        run_program(["/nosuchfolder/nosuchprogram"])


def test_an_exit_code_may_be_a_good_end() -> None:
    assert python("print('x', end=''); raise SystemExit(1)", accept=(0, 1)) == b"x"
    with pytest.raises(ProgramFailed, match="exit code 2"):
        python("raise SystemExit(2)", accept=(0, 1))


def test_what_a_program_has_started_ends_with_it(tmp_path: Path) -> None:
    later = tmp_path / "later"
    child = f"import time; time.sleep(1); open({str(later)!r}, 'w')"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', {child!r}])"
    with pytest.raises(ProgramFailed, match="did not finish"):
        python(start, timeout=0.4)
    time.sleep(1.2)
    assert not later.exists()


def test_a_program_need_not_read_what_it_is_given() -> None:
    assert python("print('x', end='')", b"a" * 1_000_000) == b"x"


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_program_ends_with_the_process_that_started_it_however_that_ends(tmp_path: Path) -> None:
    """With all that it has started, as an office program starts another of its own."""
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
