"""The one place that starts other programs."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

# Programs get a language for their text handling and nothing else of the user's environment: no
# configuration of theirs may change a build.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}


class ProgramFailed(Exception):
    """A program ended badly; ``stderr`` is what it said."""

    def __init__(self, program: str, stderr: str) -> None:
        super().__init__(f"{program}: {stderr.strip()}")
        self.stderr = stderr


def run(
    command: Sequence[str | Path],
    stdin: bytes = b"",
    *,
    timeout: float = 300,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Run a program to its end and return what it printed.

    ``timeout`` is in seconds, ``environment`` what it needs beside its language. Raises
    ``ProgramFailed`` on a non-zero exit, a timeout or a program that cannot be started.
    """
    return run_and_hear(command, stdin, timeout=timeout, environment=environment)[0]


def run_and_hear(
    command: Sequence[str | Path],
    stdin: bytes = b"",
    *,
    timeout: float = 300,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> tuple[bytes, str]:
    """As ``run``, with what the program complained of."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            timeout=timeout,
            env={**ENVIRONMENT, **environment},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProgramFailed(name, f"did not finish within {timeout:g} s") from None
    except OSError as error:
        raise ProgramFailed(name, error.strerror or str(error)) from None
    if done.returncode:
        raise ProgramFailed(name, done.stderr.decode("utf-8", "replace") or f"exit code {done.returncode}")
    return done.stdout, done.stderr.decode("utf-8", "replace")
