"""Test that interrupted commands print a message and return the exit code for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.catalog.conftest import title
from tests.conftest import write_files

# Runs a command in which a function of a module is replaced: it reports its start and never returns.
PROGRAM = """
import importlib, sys, time
module, name = sys.argv.pop(1).split(":")
def at_work(*given, **named):
    print("at work", flush=True)
    time.sleep(60)
setattr(importlib.import_module(module), name, at_work)
from triptych.cli import main
main(prog_name="triptych")
"""
COMMANDS = {
    "triptych.cli.examination:examine_project": ["check", "books/one", "--quiet"],
    "triptych_import.importer:import_book": ["import", "books/one/source/a.md", "new"],
    "triptych.catalog.run:build_titles": ["catalog", "build", "catalog.yaml"],
}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "code", "cause"),
    [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "a request to terminate")],
)
@pytest.mark.parametrize("work", COMMANDS)
def test_interrupt_prints_one_sentence_and_leaves_no_files(
    tmp_path: Path, work: str, number: signal.Signals, code: int, cause: str
) -> None:
    write_files(tmp_path / "house", {"catalog.yaml": "titles: ['books/*']\n", **title("books/one")})
    (tmp_path / "temporary").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, work, *COMMANDS[work]],
        cwd=tmp_path / "house",
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "at work":
            assert process.poll() is None
        process.send_signal(number)
        _, text = process.communicate(timeout=30)
    assert (process.returncode, text) == (code, f"Stopped by {cause}; no partial files were left.\n")
    assert list((tmp_path / "temporary").iterdir()) == []


# Ctrl-C in places where Python swallows it; each replaces a build.
UNHEARD = {
    "lost in a callback of a weak reference": """
    kept = type("Kept", (), {})()
    link = weakref.ref(kept, lambda _: signal.raise_signal(signal.SIGINT))
    del kept
    progress("checking")
""",
    "lost where nobody asks any more": """
    with suppress(BaseException):
        signal.raise_signal(signal.SIGINT)
    return press.Outcome(diagnostics=[])
""",
    "taken for an error of a class": """
    class Named:
        def __set_name__(self, owner, name):
            signal.raise_signal(signal.SIGINT)
    type("Made", (), {"name": Named()})
""",
    "taken for a library that is missing": """
    try:
        signal.raise_signal(signal.SIGINT)
    except BaseException:
        raise ImportError("half a library")
""",
    "heard by a process that was just forked": """
    if child := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    signal.raise_signal(signal.SIGINT)
""",
}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("event", UNHEARD)
def test_interrupt_works_if_python_blocks_the_exception(minimal: Path, event: str) -> None:
    program = f"""
import os, signal, weakref
from contextlib import suppress
from triptych import press
def build(project, request, progress, executor):{UNHEARD[event]}
    raise AssertionError("it was not heard")
press.press = build
from triptych.cli import main
main(prog_name="triptych")
"""
    result = subprocess.run(
        [sys.executable, "-c", program, "build", str(minimal)], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-1] == "Stopped by Ctrl-C; no partial files were left."
    assert "Traceback" not in result.stderr
