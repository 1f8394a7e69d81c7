"""Run the command line in processes forked from one that has imported the program, which takes a second."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_MODULES = [
    *("tests.forked_program", "triptych.press"),
    *(f"triptych.cli.{name}" for name in ("build", "catalog", "check", "create", "inspect", "template")),
    *(f"triptych.writers.{name}.writer" for name in ("print", "epub", "deck")),
]


def run_program(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run ``triptych`` with arguments in a folder. The output has both streams.

    Raise ``TimeoutExpired`` after a time in seconds.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    command = ["triptych", *words]
    with tempfile.TemporaryDirectory() as place:
        output = Path(place) / "output"
        process = context.Process(target=_run, args=(command, folder, dict(environment), output))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, seconds)
        return subprocess.CompletedProcess(command, process.exitcode, output.read_text("utf-8"))


def _run(command: list[str], folder: Path, environment: dict[str, str], output: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.argv = command
    from triptych.cli import main

    try:
        main(prog_name="triptych")
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
