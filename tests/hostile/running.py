"""Run hostile cases, each in a process with limits: ``python -m tests.hostile.running [--only GLOB]``.

A process has no network, its connection attempts are recorded, and it ends with all its child processes.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

from tests.hostile.cases import CASES
from tests.hostile.small_project import OUTSIDE, SECRET, Case, Command

_PIPELINE = Path(__file__).parents[2] / "pipeline"
_ERROR = re.compile(r"^(?P<place>.*?):? ?error(?:\[\w+\])?: ", re.MULTILINE)
_PLACE = re.compile(r".+?:\d+(?::\d+)?$")
_FRAME = re.compile(r'File "[^"\n]*/(triptych/[^"\n]+)", line (\d+)')
# All system calls that name a remote address, except of sockets on this machine, including unconnected sends.
_ADDRESS = re.compile(r"(?:connect|send\w+)\(\d+, .*\{sa_family=AF_(?!UNIX|UNSPEC|NETLINK).*")
_TRACEBACK = "Traceback (most recent call last)"
_TRACE = "strace -f --seccomp-bpf -qq -e trace=connect,sendto,sendmsg,sendmmsg -e signal=none".split()


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a process and its children.

    ``work`` is in seconds of processor time, since elapsed time means little on a busy machine; ``end`` is in
    elapsed seconds, and ``bytes`` limits the memory. More than ``fair`` bytes is a failure, but the process
    continues.
    """

    work: float = 60.0
    end: float = 300.0
    bytes: int = 6 << 30
    fair: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended; ``why`` is "" if it ended by itself, and ``code`` is None if it did not."""

    why: str
    code: int | None
    seconds: float
    cpu: float
    bytes: int
    said: str
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a case.

    ``error`` is the first error reported; ``frame`` and ``exception`` are those of a traceback, or "".
    """

    name: str
    group: str
    seconds: float
    cpu: float
    megabytes: int
    exit_code: int | None
    verdict: str
    last_line: str
    error: str = ""
    frame: str = ""
    exception: str = ""


def run_case(case: Case, folder: Path, limits: Limits = Limits()) -> Run:
    """Write a case into an empty folder, run it, and return the result."""
    case.write(folder)
    before = _outside(folder)
    ended = run_command(_command(case, folder), folder, limits)
    frame, exception = innermost(ended.said)
    lines = [line for line in ended.said.splitlines() if line.strip()]
    return Run(
        name=case.name,
        group=case.group,
        seconds=round(ended.seconds, 1),
        cpu=round(ended.cpu, 1),
        megabytes=ended.bytes >> 20,
        exit_code=ended.code,
        verdict=_verdict(case, folder, ended, limits) if _outside(folder) == before else "escape",
        last_line=lines[-1][:160] if lines else "",
        error=next((line[:160] for line in lines if _ERROR.match(line)), "").replace(
            f"{folder}/project/", ""
        ),
        frame=frame,
        exception=exception,
    )


def run_command(command: Sequence[str], folder: Path, limits: Limits = Limits()) -> Ended:
    """Run a command in the sandbox, with ``folder/scratch`` for files that it leaves."""
    scratch, watched, heard = folder / "scratch", folder / "watched", folder / "heard"
    scratch.mkdir()
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "XDG_DATA_HOME": str(folder / "data"),  # gets the key that signs caches
        "TMPDIR": str(scratch),
        "PYTHONPATH": str(_PIPELINE),
        "TRIPTYCH_CACHE_KEY": "of the hostile cases" * 4,
    }
    trace = [*_TRACE, "-o", str(watched)] if traces() else []
    started = time.monotonic()
    with heard.open("wb") as out:
        process = subprocess.Popen(
            [*_with_us(), *_namespaces(), *trace, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limits.bytes, limits.bytes)),
        )
        most, cpu, why = _watch(process, started, limits)
    seconds = time.monotonic() - started
    tried = _ADDRESS.findall(watched.read_text("utf-8", "replace")) if watched.exists() else []
    return Ended(
        why=why,
        code=None if why else process.returncode,
        seconds=seconds,
        cpu=cpu,
        bytes=most,
        said=heard.read_text("utf-8", "replace"),
        reached=tuple(tried),
    )


def _command(case: Case, folder: Path) -> list[str]:
    program = [sys.executable, "-m", "triptych"]
    if case.command is Command.IMPORT:
        return [*program, "import", str(next(folder.glob("original*"))), str(folder / "project")]
    return [*program, "build", "--jobs", "2", str(folder / "project")]


@cache
def _with_us() -> tuple[str, ...]:
    """Make a process end when this one does; its children end with it (``unshare``)."""
    return ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


@cache
def _namespaces() -> tuple[str, ...]:
    """Return a prefix that gives a process its own network and process namespaces, if possible."""
    ways = ("--net --pid --fork --kill-child --mount-proc", "--map-root-user --net --pid --fork --kill-child")
    for way in ways:
        command = ("unshare", *way.split())
        if shutil.which("unshare") and not subprocess.run([*command, "true"], capture_output=True).returncode:
            return command
    return ()


@cache
def traces() -> bool:
    """Return whether connection attempts are recorded on this machine."""
    command = [*_TRACE, "true"]
    return bool(shutil.which("strace")) and not subprocess.run(command, capture_output=True).returncode


def _watch(process: subprocess.Popen[bytes], started: float, limits: Limits) -> tuple[int, float, str]:
    """Return the peak memory and the processor time of a process and its children, and why it was ended."""
    most, cpu, why = 0, 0.0, ""
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        family = _family(parent)
        most = max(most, sum(map(_memory, family)))
        cpu = max(cpu, sum(map(_processor_time, family)))
        late = cpu > limits.work or time.monotonic() - started > limits.end
        why = "hang" if late else "memory" if most > limits.bytes else ""
        if why:
            for member in reversed(_family(parent)):
                with suppress(psutil.Error):
                    member.kill()
            process.wait()
            break
        time.sleep(0.2)
    return most, cpu, why


def _family(parent: psutil.Process) -> list[psutil.Process]:
    try:
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(process: psutil.Process) -> int:
    """Return the memory of a process in bytes, without shared mapped files."""
    try:
        memory_info = process.memory_info()
    except psutil.Error:
        return 0
    return int(memory_info.rss - getattr(memory_info, "shared", 0))


def _processor_time(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])  # its own, and that of children that have ended
    except psutil.Error:
        return 0.0


def _verdict(case: Case, folder: Path, ended: Ended, limits: Limits) -> str:
    if ended.why:
        return ended.why
    if _TRACEBACK in ended.said or "panicked at" in ended.said:
        return "traceback"
    if ended.reached:
        return "network"
    if any(SECRET.encode() in content for content in _contents(folder / "project", case.command)):
        return "leak"
    if ended.code not in (0, 1):
        return "crash"
    if ended.bytes > limits.fair:
        return "memory"
    if ended.code == 1 and not placed(ended.said):
        return "no place"
    built = folder / "project" / "build"
    left = [
        *(folder / "scratch").glob("*"),
        *([] if ended.code == 0 or built.is_symlink() else built.glob("[!.]*")),
    ]
    return "litter" if left else "ok"


def placed(said: str) -> bool:
    """Return whether there were errors, and each has a file and a line."""
    errors = [match.group("place") for match in _ERROR.finditer(said)]
    return bool(errors) and all(_PLACE.fullmatch(place) for place in errors)


def _outside(folder: Path) -> list[tuple[Path, bytes]]:
    """Return the files outside the project, which must not change."""
    files = sorted(path for path in (folder / OUTSIDE).rglob("*") if path.is_file())
    return [(path, path.read_bytes()) for path in files]


def _contents(project: Path, command: Command) -> Iterator[bytes]:
    """Return what was written: outputs, and the parts of archives among them."""
    place = project if command is Command.IMPORT else project / "build"
    if place.is_symlink():
        return
    for path in sorted(place.rglob("*")):
        if not path.is_file() or path.is_symlink() or ".cache" in path.parts:
            continue
        yield path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from map(archive.read, archive.namelist())


def innermost(said: str) -> tuple[str, str]:
    """Return the exception of the first traceback, and the innermost frame of the program in any."""
    _, mark, rest = said.partition(_TRACEBACK)
    if not mark:
        panic = re.search(r"panicked at .*(?:\n.*)?", said)
        return "", panic.group() if panic else ""
    rest = rest.partition("\n")[2]
    raised = re.search(r"^[^\s].*", rest, re.MULTILINE)
    frames = (_FRAME.findall(part) for part in rest.split(_TRACEBACK))
    nearest = next(filter(None, frames), [()])[-1]
    return ":".join(nearest), raised.group()[:160] if raised else ""


def line_of(run: Run) -> str:
    """Return a table row: name, seconds, processor seconds, MB, exit code, verdict, and the last message."""
    code = "-" if run.exit_code is None else run.exit_code
    reported = f"{run.exception} at {run.frame}" if run.exception else run.error or run.last_line
    return (
        f"{run.name:34} {run.seconds:6.1f} s {run.cpu:6.1f} cpu {run.megabytes:5} MB {code:>4}"
        f"  {run.verdict:9}  {reported[:110]}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases that match a pattern, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.running", description=__doc__)
    parser.add_argument("--only", default="*", metavar="GLOB", help="names or groups of cases")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at a time")
    parser.add_argument("--record", type=Path, help="a file that gets each result as a line of JSON")
    parser.add_argument("--resume", action="store_true", help="leave out what is sound in the record")
    parser.add_argument("--list", action="store_true", help="only say which cases there are")
    args = parser.parse_args(arguments)
    chosen = [c for c in CASES if any(fnmatch.fnmatch(text, args.only) for text in (c.name, c.group))]
    if args.list:
        sys.stdout.writelines(f"{case.group:10} {case.name}\n" for case in chosen)
        return 0
    if args.resume and args.record and args.record.exists():
        result = map(json.loads, args.record.read_text("utf-8").splitlines())
        sound = {run["name"] for run in result if run["verdict"] == "ok"}
        chosen = [case for case in chosen if case.name not in sound]
    fallen = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for run in pool.map(_in_a_folder, chosen):
            fallen += run.verdict != "ok"
            sys.stdout.write(line_of(run) + "\n")
            sys.stdout.flush()
            if args.record:
                with args.record.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")
    sys.stdout.write(f"{len(chosen)} cases, {fallen} fell\n")
    return int(fallen > 0)


def _in_a_folder(case: Case) -> Run:
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        return run_case(case, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
