"""The one place that starts other programs."""

from __future__ import annotations

import math
import os
import signal
import subprocess
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict, Unpack

try:
    import resource
except ImportError:  # no such bounds, as on Windows
    resource = None  # type: ignore[assignment]

# Programs get a language for their text handling and nothing else of the user's environment: no
# configuration of theirs may change a build.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
_WATCH = "read line; kill -s KILL 0"  # all of its group (POSIX kill)

_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0)


class ProgramFailed(Exception):
    """A program ended badly; ``stderr`` is what it said, ``stdout`` what it had printed."""

    def __init__(self, program: str, stderr: str, stdout: bytes = b"") -> None:
        super().__init__(f"{program}: {stderr.strip()}")
        self.stderr, self.stdout = stderr, stdout


class ProgramExhausted(ProgramFailed):
    """It took more time or memory than it may."""


class Terms(TypedDict, total=False):
    """On what terms a program runs: see ``run_and_hear``."""

    timeout: float
    environment: Mapping[str, str]
    accept: Container[int]
    processor: float


def run(command: Sequence[str | Path], stdin: bytes = b"", **terms: Unpack[Terms]) -> bytes:
    """Run a program to its end and return what it printed, on the terms of ``run_and_hear``, which raises."""
    return run_and_hear(command, stdin, **terms)[0]


def run_and_hear(
    command: Sequence[str | Path],
    stdin: bytes = b"",
    *,
    timeout: float = 300,
    environment: Mapping[str, str] = MappingProxyType({}),
    accept: Container[int] = (0,),
    processor: float = 0,
) -> tuple[bytes, str]:
    """Run a program to its end and return what it printed and what it complained of.

    ``timeout`` is in seconds, ``environment`` what it needs beside its language, ``accept`` the exit codes
    of a good end; ``processor`` bounds its time on the processor in seconds, 0 does not. Raises
    ``ProgramFailed`` on another one, a timeout or a program that cannot be started.
    """
    name = Path(command[0]).name
    with _group_that_ends_with_this_process() as group:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**ENVIRONMENT, **environment},
                process_group=group,
            )
        except OSError as error:
            raise ProgramFailed(name, error.strerror or str(error)) from None
        with process:
            if processor:
                _bound(process.pid, processor)
            try:
                stdout, heard = process.communicate(stdin, timeout=timeout)
            except BaseException as interruption:
                _end(process, group or process.pid)
                if isinstance(interruption, subprocess.TimeoutExpired):
                    raise ProgramExhausted(name, f"did not finish within {timeout:g} s") from None
                raise
    stderr = heard.decode("utf-8", "replace")
    if processor and process.returncode == _OUT_OF_TIME:
        raise ProgramExhausted(name, f"did not finish within {processor:.0f} s", stdout)
    if process.returncode not in accept:
        raise ProgramFailed(name, stderr or f"exit code {process.returncode}", stdout)
    return stdout, stderr


def _bound(pid: int, seconds: float) -> None:
    """Have the system end a program that takes more time on the processor, where it can."""
    if hasattr(resource, "prlimit"):
        most, ours = math.ceil(seconds), resource.getrlimit(resource.RLIMIT_CPU)[1]
        if ours != resource.RLIM_INFINITY:  # this process has bounds itself
            most = min(most, ours - 1)
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (most, most + 1))


@contextmanager
def _group_that_ends_with_this_process() -> Iterator[int]:
    """The number of a group of processes that end, with all that they have started, where this one is killed
    and cannot end them; 0, a new group, where nobody watches it.

    A shell that is the first of the group waits for the end of a pipe that this process alone holds open.
    """
    watch = None
    with suppress(OSError):
        watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            process_group=0,
        )
    try:
        yield watch.pid if watch is not None else 0
    finally:
        if watch is not None:
            watch.kill()
            watch.communicate()


def _end(process: subprocess.Popen[bytes], group: int) -> None:
    """End a program with all that it has started, such as a browser, which would outlive it."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    process.kill()
