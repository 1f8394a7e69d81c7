"""Test that code that reads untrusted bytes has no access to files, the network and programs."""

from __future__ import annotations

import contextlib
import copyreg
import functools
import importlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import UnidentifiedImageError

from triptych.engine.processes import limits as limits_module
from triptych.engine.processes import sandbox, worker_process
from triptych.engine.processes.limits import (
    DRAWING_LIMITS,
    LimitExceededError,
    ResourceLimits,
    run_with_limits,
)
from triptych.engine.processes.pool import BackgroundWorker
from triptych.engine.processes.programs import run_program
from triptych.engine.processes.sandbox import Sandbox, describe_sandbox
from triptych.engine.processes.worker_process import UnpicklableError, WorkerProcessLostError
from triptych.media.diagrams import Diagram, InvalidDiagramError

HAS_LANDLOCK, HAS_SECCOMP = "Landlock" in describe_sandbox(), "seccomp" in describe_sandbox()
LANDLOCK = pytest.mark.skipif(not HAS_LANDLOCK, reason="this kernel has no Landlock")
SECCOMP = pytest.mark.skipif(not HAS_SECCOMP, reason="this system has no seccomp")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")


def read_file() -> str:
    return Path("/etc/passwd").read_text()


def list_folder() -> list[str]:
    return [path.name for path in Path("/").iterdir()]


def read_environment_of_parent() -> bytes:
    return Path(f"/proc/{os.getppid()}/environ").read_bytes()


def write_file() -> None:
    Path(f"/tmp/triptych-test-{os.getpid()}").write_text("x")


def change_library() -> None:
    Path(os.__file__).open("a").close()


def open_socket() -> None:
    socket.socket().close()


def open_unix_socket() -> None:
    socket.socketpair()[0].close()


def start_program() -> None:
    subprocess.run(["/bin/true"], check=True)


def fork() -> None:
    if not os.fork():
        os._exit(0)


def replace_process() -> None:
    os.execv("/bin/true", ["true"])


def signal_parent() -> None:
    os.kill(os.getppid(), 0)


def attempt(action: Callable[[], object]) -> str:
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"


def write_to(descriptor: int) -> str:
    os.write(descriptor, b"from the sandbox")
    return "written"


def start_thread_and_import() -> int:
    result: list[int] = []
    thread = threading.Thread(target=lambda: result.append(len(__import__("wave").__doc__)))
    thread.start()
    thread.join()
    return result[0]


@LANDLOCK
@pytest.mark.parametrize("action", [read_file, list_folder, read_environment_of_parent])
def test_files_cannot_be_read(action: Callable[[], object]) -> None:
    assert attempt(action) == "done"
    assert run_with_limits(DRAWING_LIMITS, attempt, action) == "PermissionError"


@SECCOMP
@pytest.mark.parametrize(
    "action",
    [
        write_file, change_library, open_socket, open_unix_socket, start_program, fork, replace_process,
        signal_parent,
    ],
)  # fmt: skip
def test_files_sockets_and_programs_cannot_be_opened(action: Callable[[], object]) -> None:
    assert run_with_limits(DRAWING_LIMITS, attempt, action) in ("OSError", "PermissionError")


def test_unsandboxed_job_is_unrestricted(tmp_path: Path) -> None:
    unrestricted = ResourceLimits(DRAWING_LIMITS.seconds, DRAWING_LIMITS.memory)
    for action in (write_file, open_socket, fork, replace_process):
        with contextlib.suppress(LimitExceededError):  # the replaced process returns no result
            assert run_with_limits(unrestricted, attempt, action) == "done"


@LINUX
def test_connections_that_are_open_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "choose_start_method", lambda: "fork")
    near, far = socket.socketpair()
    with near, far:
        assert run_with_limits(DRAWING_LIMITS, write_to, near.fileno()) == "written"  # to the null device
        far.setblocking(False)
        with pytest.raises(BlockingIOError):
            far.recv(100)


def test_standard_output_is_not_inherited(capfd: pytest.CaptureFixture[str]) -> None:
    if describe_sandbox():
        run_with_limits(DRAWING_LIMITS, write_to, 1)
        assert capfd.readouterr().out == ""


@LINUX
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_threads_and_imports_still_work(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "choose_start_method", lambda: method)
    assert run_with_limits(DRAWING_LIMITS, start_thread_and_import) > 0


@LANDLOCK
def test_only_named_files_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    limits = DRAWING_LIMITS.allow_files([tmp_path / "a", tmp_path / "missing"])
    assert run_with_limits(limits, attempt, (tmp_path / "a").read_text) == "done"
    assert run_with_limits(limits, attempt, (tmp_path / "b").read_text) == "PermissionError"


def test_the_folder_of_the_project_is_not_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "home"), "", "/", *sys.path])
    folders = sandbox._list_installed_folders.__wrapped__()
    assert not {str(tmp_path), str(tmp_path / "home"), "", "/"} & set(folders)
    assert str(Path(os.__file__).parent) in folders
    assert any(Path(sandbox.__file__).is_relative_to(folder) for folder in folders)


@SECCOMP
def test_files_are_read_only_without_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "choose_start_method", lambda: "fork")
    monkeypatch.setattr(sandbox, "_get_landlock_version", lambda: 0)
    assert describe_sandbox() == "seccomp"
    assert run_with_limits(DRAWING_LIMITS, attempt, read_file) == "done"
    for action in (write_file, open_socket, start_program):
        assert run_with_limits(DRAWING_LIMITS, attempt, action) == "OSError"


@LANDLOCK
def test_files_stay_closed_without_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "choose_start_method", lambda: "fork")
    monkeypatch.setattr(sandbox, "_get_architecture", lambda: None)
    for action in (read_file, write_file, start_program):
        assert run_with_limits(DRAWING_LIMITS, attempt, action) == "PermissionError"


def test_a_system_with_neither_runs_jobs_and_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "choose_start_method", lambda: "fork")
    monkeypatch.setattr(sys, "platform", "other")
    sandbox._get_landlock_version.cache_clear()
    sandbox._has_seccomp.cache_clear()
    try:
        assert describe_sandbox() == ""
        assert run_with_limits(DRAWING_LIMITS, attempt, read_file) == "done"
        assert run_program(["/bin/echo", "x"], sandbox=Sandbox(program=Path("/bin/echo"))) == b"x\n"
    finally:
        sandbox._get_landlock_version.cache_clear()
        sandbox._has_seccomp.cache_clear()


class Malicious:
    """Calls a function of the parent process when the parent unpickles it."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.reduced = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.reduced


def send_malformed(answer: object) -> None:
    assert limits_module._answers is not None
    limits_module._answers.send(answer)
    os._exit(0)


def _reduce_by_function(
    kind: type[Exception], error: Exception
) -> tuple[Callable[..., object], tuple[object, ...]]:
    return functools.partial(kind, *error.args), ()


class TestAnswers:
    """Test answers of a process that malicious input controls."""

    @pytest.fixture(autouse=True)
    def _forks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits_module, "choose_start_method", lambda: "fork")

    def test_code_in_an_answer_is_not_run(self, tmp_path: Path) -> None:
        for answer in (
            Malicious(os.mkdir, str(tmp_path / "a")),
            (True, Malicious(os.mkdir, str(tmp_path / "a"))),
            (False, Malicious(eval, "1")),
            (True, Malicious(getattr, Path, "cwd")),
            (True, ResourceLimits(1, 2)),
        ):
            with pytest.raises(LimitExceededError, match="took it over"):
                run_with_limits(DRAWING_LIMITS, send_malformed, answer)
        assert not (tmp_path / "a").exists()

    @pytest.mark.parametrize("answer", [3, (False, "no exception"), ("maybe", 1), (True, 1, 2), None])
    def test_a_malformed_answer_is_an_error(self, answer: object) -> None:
        with pytest.raises(LimitExceededError, match="took it over"):
            run_with_limits(DRAWING_LIMITS, send_malformed, answer)

    def test_errors_with_custom_pickling_are_returned(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for kind in (InvalidDiagramError, UnpicklableError):
            reduce = functools.partial(_reduce_by_function, kind)
            monkeypatch.setitem(copyreg.dispatch_table, kind, reduce)
        with pytest.raises(InvalidDiagramError, match="what"):
            run_with_limits(DRAWING_LIMITS, fail_with, InvalidDiagramError("what", 4))

    def test_known_results_and_errors_are_returned(self) -> None:
        result = run_with_limits(DRAWING_LIMITS, Diagram, b"<svg/>", "text", ("warning",))
        assert result == Diagram(b"<svg/>", "text", ("warning",))
        with pytest.raises(InvalidDiagramError, match="what") as raised:
            run_with_limits(DRAWING_LIMITS, fail_with, InvalidDiagramError("what", 4))
        assert raised.value.line == 4
        with pytest.raises(UnpicklableError, match="UnidentifiedImageError: broken"):
            run_with_limits(DRAWING_LIMITS, fail_with, UnidentifiedImageError("broken"))

    def test_worker_with_sandboxed_jobs_is_not_trusted(self, tmp_path: Path) -> None:
        worker = BackgroundWorker(trusted=False)
        try:
            assert worker.run_job(max, 1, 2) == 2
            with pytest.raises(WorkerProcessLostError):
                worker.run_job(Malicious, os.mkdir, str(tmp_path / "a"))
            assert not (tmp_path / "a").exists()
        finally:
            worker.stop()

    def test_each_class_that_is_allowed_exists(self) -> None:
        for module, names in worker_process._ANSWER_CLASSES.items():
            for name in names:
                assert isinstance(getattr(importlib.import_module(module), name), type)


def fail_with(error: Exception) -> None:
    raise error


class TestPrograms:
    PYTHON = Path(sys.executable).resolve()
    CODE = "try:\n    {}\nexcept OSError as error:\n    print(type(error).__name__)\nelse:\n    print('done')"

    def run(self, line: str, **access: tuple[Path, ...]) -> str:
        access["readable"] = (*access.get("readable", ()), Path(sys.base_prefix))
        code = self.CODE.format(line)
        restricted = Sandbox(program=self.PYTHON, **access)
        return run_program([self.PYTHON, "-IS", "-c", code], sandbox=restricted).decode().strip()

    @LANDLOCK
    def test_sandboxed_program_accesses_only_named_files(self, tmp_path: Path) -> None:
        (tmp_path / "in").write_text("x")
        (tmp_path / "out").mkdir()
        access = {"readable": (tmp_path / "in",), "writable": (tmp_path / "out",)}
        assert self.run(f"open({str(tmp_path / 'in')!r})", **access) == "done"
        assert self.run(f"open({str(tmp_path / 'out/a')!r}, 'w')", **access) == "done"
        assert self.run(f"open({str(tmp_path / 'in')!r}, 'a')", **access) == "PermissionError"
        assert self.run(f"open({str(tmp_path / 'other')!r}, 'w')", **access) == "PermissionError"
        assert self.run("open('/etc/passwd')") == "PermissionError"
        assert (tmp_path / "out/a").is_file()

    @LANDLOCK
    def test_a_program_starts_no_other(self) -> None:
        assert self.run("import os; os.execv('/bin/true', ['true'])") == "PermissionError"

    @SECCOMP
    @pytest.mark.parametrize("line", ["import socket; socket.socket()", "import os; os.fork()"])
    def test_a_program_opens_no_socket_and_copies_itself_not(self, line: str) -> None:
        assert self.run(line) == "OSError"

    def test_parent_process_stays_unrestricted(self) -> None:
        if (echo := shutil.which("echo")) is not None:
            assert run_program([echo, "x"], sandbox=Sandbox(program=Path(echo).resolve())) == b"x\n"
        for action in (read_file, write_file, open_socket, start_program):
            assert attempt(action) == "done"


def run_filter(program: bytes, architecture: int, number: int, *arguments: int) -> str:
    """Return what the kernel would do with a system call: an interpreter of classic BPF."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    steps = [struct.unpack_from("=HBBI", program, place) for place in range(0, len(program), 8)]
    place = loaded = 0
    while True:
        code, if_true, if_false, operand = steps[place]
        if code == 0x06:
            return "allow" if operand == 0x7FFF0000 else os.strerror(operand & 0xFFFF)
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", data, operand)
        else:
            holds = loaded == operand if code == 0x15 else bool(loaded & operand)
            place += if_true if holds else if_false
        place += 1


CALLS = {  # numbers of asm/unistd.h
    "x86_64": {"read": 0, "mmap": 9, "openat": 257, "socket": 41, "connect": 42, "sendto": 44, "clone": 56,
               "fork": 57, "execve": 59, "kill": 62, "ptrace": 101, "ioctl": 16, "prctl": 157, "unlinkat": 263,
               "io_uring_setup": 425, "clone3": 435, "openat2": 437, "process_vm_readv": 310, "bpf": 321},
    "aarch64": {"read": 63, "mmap": 222, "openat": 56, "socket": 198, "connect": 203, "sendto": 206,
                "clone": 220, "execve": 221, "kill": 129, "ptrace": 117, "ioctl": 29, "prctl": 167,
                "unlinkat": 35, "io_uring_setup": 425, "clone3": 435, "openat2": 437,
                "process_vm_readv": 270, "bpf": 280},
}  # fmt: skip


@pytest.mark.parametrize("machine", sorted(CALLS))
def test_seccomp_filter_of_each_architecture_allows_only_computing(machine: str) -> None:
    architecture, calls = sandbox._ARCHITECTURES[machine], CALLS[machine]

    def decide(name: str, *arguments: int, is_program: bool = False) -> str:
        result = sandbox._make_filter(architecture, is_program=is_program)
        return run_filter(result, architecture[1], calls[name], *arguments)

    denied = os.strerror(38)
    assert {decide("read"), decide("mmap"), decide("openat", 0, 0, os.O_RDONLY | os.O_CLOEXEC)} == {"allow"}
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC):
        assert decide("openat", 0, 0, flags) == denied
    assert decide("clone", 0x3D0F00) == "allow"  # creates a thread in glibc
    assert decide("clone", 0x4111) == decide("clone", 17) == denied  # vfork and fork
    assert decide("clone", 0x4111, is_program=True) == "allow"
    assert decide("clone", 17, is_program=True) == denied
    assert decide("ioctl", 0, 0x5401) == "allow"  # TCGETS
    assert decide("ioctl", 0, 0x5412) == denied  # TIOCSTI inserts text into the input of the terminal
    assert decide("prctl", 15) == "allow" and decide("prctl", 38) == denied
    network = ("socket", "connect", "sendto", "io_uring_setup")
    processes = ("kill", "ptrace", "process_vm_readv", "clone3", "bpf", "openat2")
    for name in (*network, *processes):
        assert decide(name) == decide(name, is_program=True) == denied
    for name in ("execve", "unlinkat"):
        assert decide(name) == denied and decide(name, is_program=True) == "allow"


def test_system_calls_of_another_architecture_are_denied() -> None:
    """Test that 32-bit system calls are denied, since their numbers differ from those of 64-bit calls."""
    result = sandbox._make_filter(sandbox._ARCHITECTURES["x86_64"], is_program=False)
    assert run_filter(result, 0x40000003, 1) == os.strerror(38)  # i386
    assert run_filter(result, 0xC000003E, 0x40000000 + 41) == os.strerror(38)  # x32
